//! Answers requests that no handler takes: an unknown path is 404, an unknown method 405 with `Allow`.

use actix_web::dev::ResourceDef;
use actix_web::http::Method;
use actix_web::http::header::ALLOW;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::Value;

use super::problem::{ApiError, HandlerResult};

struct Path {
    pattern: ResourceDef,
    /// The value of `Allow`.
    methods: String,
}

/// The paths of the OpenAPI document and their methods.
pub struct Paths(Vec<Path>);

impl Paths {
    /// Reads the paths of a document.
    #[must_use]
    pub fn of(document: &Value) -> Self {
        let paths = document.get("paths").and_then(Value::as_object);
        let mut paths: Vec<(&String, &Value)> = paths.into_iter().flatten().collect();
        // A literal segment precedes a parameter.
        paths.sort_by_key(|(path, _)| path.matches('{').count());
        Self(paths.into_iter().map(|(path, item)| Path::of(path, item)).collect())
    }
}

impl Path {
    fn of(path: &str, item: &Value) -> Self {
        let operations = item.as_object().into_iter().flatten();
        let mut methods: Vec<String> =
            operations.map(|(method, _)| method.to_ascii_uppercase()).collect();
        if methods.iter().any(|method| method == "GET") {
            methods.push("HEAD".into());
        }
        methods.push("OPTIONS".into());
        methods.sort();
        Self { pattern: ResourceDef::new(path), methods: methods.join(", ") }
    }
}

/// Answers 405 with `Allow` for a known path, 204 with `Allow` for `OPTIONS` (also of `*`), else 404.
///
/// # Errors
/// `method_not_allowed`, `not_found`.
pub async fn unmatched(req: HttpRequest, paths: web::Data<Paths>) -> HandlerResult {
    if req.path() == "*" && req.method() == Method::OPTIONS {
        // The server as a whole (RFC 9110, section 9.3.7).
        let methods = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT";
        return Ok(HttpResponse::NoContent().insert_header((ALLOW, methods)).finish());
    }
    let known = paths.0.iter().find(|known| known.pattern.is_match(req.path()));
    let path = known.ok_or_else(|| ApiError::new("not_found"))?;
    if req.method() == Method::OPTIONS {
        return Ok(HttpResponse::NoContent().insert_header((ALLOW, &*path.methods)).finish());
    }
    Err(not_allowed(&req, path))
}

fn not_allowed(req: &HttpRequest, path: &Path) -> ApiError {
    ApiError::new("method_not_allowed").with("method", req.method()).header(ALLOW, &path.methods)
}

/// Returns 405 if the document has exactly this path, although a path with a parameter matched:
/// `DELETE /comments/export` doesn't mean the comment with the id "export".
#[must_use]
pub fn is_literal(req: &HttpRequest) -> Option<ApiError> {
    let paths = req.app_data::<web::Data<Paths>>()?;
    let literal = |path: &&Path| path.pattern.pattern() == Some(req.path());
    paths.0.iter().find(literal).map(|path| not_allowed(req, path))
}
