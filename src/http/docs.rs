//! The OpenAPI document as it is served, and a page that renders it with nothing from elsewhere.

use actix_web::http::header::{CACHE_CONTROL, LOCATION};
use actix_web::{HttpRequest, HttpResponse, get};
use utoipa_swagger_ui::{Config, SwaggerUi};

use super::conditional::{Audience, Representation};
use super::extract::{NoParams, Query};
use super::openapi;
use super::problem::ApiError;

/// Where the page is.
pub const PATH: &str = "/docs/";

/// What the page may load: itself.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' \
     'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'";

/// The page's files.
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

/// Read this document
///
/// The OpenAPI 3.1 document of this API, as JSON.
#[utoipa::path(
    tag = "Operations",
    operation_id = "get_openapi_json",
    responses((status = 200, description = "The document.", body = Object))
)]
#[get("/openapi.json")]
pub async fn openapi_json(req: HttpRequest, _: Query<NoParams>) -> Result<HttpResponse, ApiError> {
    Ok(Representation::of(openapi::json(), Audience::Everybody)?.answer(&req))
}

/// Read this document as YAML
///
/// The same document, for people and tools that prefer YAML.
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
pub async fn openapi_yaml(_: Query<NoParams>) -> Result<HttpResponse, ApiError> {
    let text = openapi::yaml()?;
    Ok(HttpResponse::Ok()
        .content_type("application/yaml")
        .insert_header((CACHE_CONTROL, "public, no-cache"))
        .body(text))
}

/// Find the reference page
///
/// Leads to a page that renders this document and works without the internet.
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
