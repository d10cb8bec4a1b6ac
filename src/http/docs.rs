//! Serves the OpenAPI document, and a reference page without external resources.

use actix_web::http::header::{CACHE_CONTROL, ContentType, LOCATION};
use actix_web::{HttpRequest, HttpResponse, Resource, get, guard, web};
use utoipa_swagger_ui::{Config, SwaggerUi};

use super::conditional::{Audience, Representation};
use super::contract::Contract;
use super::extract::{NoParams, Query};
use super::problem::HandlerResult;

/// The path of the reference page.
pub const PATH: &str = "/docs/";

/// The Content-Security-Policy of the page: it loads only its own files.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' \
     'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'";

/// Returns the service of the page, which has our title instead of the library's.
pub fn index() -> Resource {
    web::resource([PATH, "/docs/index.html"]).guard(guard::Get()).to(async || {
        HttpResponse::Ok()
            .content_type(ContentType::html())
            .insert_header((CACHE_CONTROL, "public, no-cache"))
            .body(include_str!("docs.html"))
    })
}

/// Returns the service of the page's other files.
#[must_use]
pub fn ui() -> SwaggerUi {
    let config = Config::new(["/openapi.json"])
        .try_it_out_enabled(true)
        .display_request_duration(true)
        .doc_expansion("list")
        .filter(true)
        .default_models_expand_depth(0)
        .persist_authorization(false)
        .validator_url("none");
    SwaggerUi::new(format!("{PATH}{{_:.*}}")).config(config)
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
    contract: web::Data<Contract>,
    _: Query<NoParams>,
) -> HandlerResult {
    Ok(Representation::of(contract.document(), Audience::Public)?.answer(&req))
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
pub async fn openapi_yaml(contract: web::Data<Contract>, _: Query<NoParams>) -> HandlerResult {
    let text = contract.yaml()?;
    Ok(HttpResponse::Ok()
        .content_type("application/yaml")
        .insert_header((CACHE_CONTROL, "public, no-cache"))
        .body(text))
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
    HttpResponse::MovedPermanently()
        .insert_header((LOCATION, PATH))
        .insert_header((CACHE_CONTROL, "public, no-cache"))
        .finish()
}
