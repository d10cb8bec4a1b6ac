//! The application of the listener for metrics.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::ACCEPT_LANGUAGE;
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpResponse, web};

use super::metrics_page::MetricsPage;
use super::middleware::{add_common_headers, problem};
use super::problem::{ApiError, HandlerResult};
use super::request_context::RequestContext;

/// Answers with the page of metrics.
pub async fn page(page: web::Data<MetricsPage>) -> HttpResponse {
    page.answer()
}

/// Answers other paths.
///
/// # Errors
/// `not_found`.
pub async fn unmatched() -> HandlerResult {
    Err(ApiError::new("not_found"))
}

/// Surrounds every request: turns errors into problems.
///
/// # Errors
/// None of its own.
pub async fn handle(
    mut req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let context = req.extensions_mut().remove::<RequestContext>();
    if req.method() == Method::HEAD {
        // The connection omits the body.
        req.head_mut().method = Method::GET;
    }
    let (http, mut response) = next.call(req).await?.map_into_boxed_body().into_parts();
    if response.status().is_client_error() || response.status().is_server_error() {
        let id = context.as_ref().and_then(|context| context.id.to_str().ok()).unwrap_or_default();
        let language = http.headers().get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        response = problem(response, language, id);
    }
    add_common_headers(response.headers_mut(), http.path());
    Ok(ServiceResponse::new(http, response))
}
