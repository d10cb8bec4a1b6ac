//! Answers requests without a handler: 404 for unknown paths, 405 for unknown methods, and `OPTIONS`.
//! The paths come from the OpenAPI document.

use std::sync::LazyLock;

use actix_web::dev::ResourceDef;
use actix_web::http::Method;
use actix_web::http::header::ALLOW;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::Value;

use super::openapi;
use super::problem::ApiError;

struct Known {
    pattern: ResourceDef,
    /// The value of `Allow`.
    methods: String,
}

static PATHS: LazyLock<Vec<Known>> = LazyLock::new(|| {
    let paths = openapi::json().get("paths").and_then(Value::as_object);
    let mut known: Vec<(String, Known)> = paths
        .into_iter()
        .flatten()
        .map(|(path, item)| {
            let mut methods: Vec<String> = item
                .as_object()
                .into_iter()
                .flatten()
                .map(|(method, _)| method.to_ascii_uppercase())
                .collect();
            if methods.iter().any(|method| method == "GET") {
                methods.push("HEAD".into());
            }
            methods.push("OPTIONS".into());
            methods.sort();
            let known =
                Known { pattern: ResourceDef::new(path.as_str()), methods: methods.join(", ") };
            (path.clone(), known)
        })
        .collect();
    // A literal segment precedes a parameter.
    known.sort_by_key(|(path, _)| path.matches('{').count());
    known.into_iter().map(|(_, known)| known).collect()
});

/// Answers 405 with `Allow` for a known path, 204 with `Allow` for `OPTIONS`, otherwise 404.
///
/// # Errors
/// `method_not_allowed`, `not_found`.
pub async fn unmatched(req: HttpRequest) -> Result<HttpResponse, ApiError> {
    let known = PATHS
        .iter()
        .find(|known| known.pattern.is_match(req.path()))
        .ok_or_else(|| ApiError::new("not_found"))?;
    if req.method() == Method::OPTIONS {
        return Ok(HttpResponse::NoContent().insert_header((ALLOW, &*known.methods)).finish());
    }
    Err(not_allowed(&req, known))
}

fn not_allowed(req: &HttpRequest, known: &Known) -> ApiError {
    ApiError::new("method_not_allowed").with("method", req.method()).header(ALLOW, &known.methods)
}

/// Returns 405 for a literal path of the document that a path with a parameter has matched, such as
/// `DELETE /comments/export`.
#[must_use]
pub fn is_named(req: &HttpRequest) -> Option<ApiError> {
    let literal = |known: &&Known| known.pattern.pattern() == Some(req.path());
    PATHS.iter().find(literal).map(|known| not_allowed(req, known))
}
