//! Serves the OpenAPI document, and a reference page without external resources.

use actix_web::http::header::{CACHE_CONTROL, LOCATION};
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, Resource, get, guard, web};

use super::cache::policy::CachePolicy;
use super::conditional::{Audience, Representation};
use super::contract::Contract;
use super::extract::{NoParams, Query};
use super::problem::{ApiError, HandlerResult};

/// The path of the reference page.
pub const PATH: &str = "/docs/";

/// The Content-Security-Policy of the page: it loads only its own files. Its library sets styles.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' \
     'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'";

/// Returns the service of the page's files.
pub fn files() -> Resource {
    web::resource("/docs/{file:.*}").guard(guard::Get()).to(file)
}

async fn file(req: HttpRequest, name: Path<String>) -> HandlerResult {
    let (body, media_type) = match name.as_str() {
        "" | "index.html" => (include_str!("docs/index.html").into(), "text/html; charset=utf-8"),
        "page.css" => (include_str!("docs/page.css").into(), "text/css; charset=utf-8"),
        "page.js" => (include_str!("docs/page.js").into(), "text/javascript; charset=utf-8"),
        "scalar.js" => (library()?, "text/javascript; charset=utf-8"),
        _ => return Err(ApiError::new("not_found")),
    };
    Ok(fixed(body, media_type).answer(&req))
}

fn library() -> Result<Bytes, ApiError> {
    let script = scalar_api_reference::get_asset("scalar.js");
    script.map(Bytes::from).ok_or_else(|| ApiError::new("not_found"))
}

/// Returns the representation of a file, which stays the same as long as the program runs.
fn fixed(body: Bytes, media_type: &'static str) -> Representation {
    Representation::new(body, media_type, Audience::Public).cache_policy(CachePolicy::of([]))
}

/// Read the OpenAPI document
///
/// Returns the OpenAPI 3.1 document of this API as JSON.
#[utoipa::path(
    tag = "Operations",
    operation_id = "get_openapi_json",
    responses((status = 200, description = "The document.", body = Object))
)]
#[get("/openapi.json")]
pub async fn openapi_json(
    req: HttpRequest,
    contract: Data<Contract>,
    _: Query<NoParams>,
) -> HandlerResult {
    let document = Representation::of(contract.document(), Audience::Public)?;
    Ok(document.cache_policy(CachePolicy::of([])).answer(&req))
}

/// Read the OpenAPI 3.0 document
///
/// Returns the same document in OpenAPI 3.0, for tools that can't read 3.1.
#[utoipa::path(
    tag = "Operations",
    operation_id = "get_openapi_3_0_json",
    responses((status = 200, description = "The document.", body = Object))
)]
#[get("/openapi-3.0.json")]
pub async fn openapi_3_0_json(
    req: HttpRequest,
    contract: Data<Contract>,
    _: Query<NoParams>,
) -> HandlerResult {
    let document = Representation::of(contract.document_3_0(), Audience::Public)?;
    Ok(document.cache_policy(CachePolicy::of([])).answer(&req))
}

/// Read the OpenAPI document as YAML
///
/// Returns the same document as YAML.
#[utoipa::path(
    tag = "Operations",
    operation_id = "get_openapi_yaml",
    responses((
        status = 200,
        description = "The document.",
        body = Object,
        content_type = "application/yaml"
    ))
)]
#[get("/openapi.yaml")]
pub async fn openapi_yaml(
    req: HttpRequest,
    contract: Data<Contract>,
    _: Query<NoParams>,
) -> HandlerResult {
    Ok(fixed(contract.yaml()?.into(), "application/yaml").answer(&req))
}

/// Redirect to the reference page
///
/// Redirects to a page that renders this document and works without internet access.
#[utoipa::path(
    tag = "Operations",
    operation_id = "get_root",
    responses((status = 302, description = "The page is at `/docs/`."))
)]
#[get("/")]
pub async fn root(_: Query<NoParams>) -> HttpResponse {
    to_page(HttpResponse::Found())
}

/// Redirect to the reference page
///
/// Redirects to a page that renders this document and works without internet access.
#[utoipa::path(
    tag = "Operations",
    operation_id = "get_docs",
    responses((status = 301, description = "The page is at `/docs/`."))
)]
#[get("/docs")]
pub async fn page(_: Query<NoParams>) -> HttpResponse {
    to_page(HttpResponse::MovedPermanently())
}

fn to_page(mut redirect: HttpResponseBuilder) -> HttpResponse {
    redirect
        .insert_header((LOCATION, PATH))
        .insert_header((CACHE_CONTROL, "public, no-cache"))
        .finish()
}
