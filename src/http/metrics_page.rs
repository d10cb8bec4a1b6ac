//! The page of metrics, and the application of its own listener.

use std::rc::Rc;
use std::sync::Arc;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{ACCEPT_LANGUAGE, CACHE_CONTROL};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpResponse, web};

use super::cache::Cache;
use super::metrics::Metrics;
use super::middleware::{add_common_headers, problem};
use super::problem::{ApiError, HandlerResult};
use super::request_context::RequestContext;
use crate::service::DatabaseUsage;

/// The path of the page.
pub const PATH: &str = "/metrics";

/// The metrics of the process, with the state of the cache and of the database.
#[derive(Clone)]
pub struct MetricsPage {
    /// The metrics.
    pub metrics: Arc<Metrics>,
    /// The response cache.
    pub cache: Arc<Cache>,
    /// Returns the use of database connections, over all workers.
    pub database_usage: Rc<dyn Fn() -> DatabaseUsage>,
}

impl MetricsPage {
    /// Answers with the current metrics.
    #[must_use]
    pub fn answer(&self) -> HttpResponse {
        let text = self.metrics.text(self.cache.usage(), (self.database_usage)());
        HttpResponse::Ok()
            .content_type("application/openmetrics-text; version=1.0.0; charset=utf-8")
            .insert_header((CACHE_CONTROL, "no-store"))
            .body(text)
    }
}

/// Answers on the page's own listener.
pub async fn own(page: web::Data<MetricsPage>) -> HttpResponse {
    page.answer()
}

/// Answers other paths of that listener.
///
/// # Errors
/// `not_found`.
pub async fn unmatched() -> HandlerResult {
    Err(ApiError::new("not_found"))
}

/// Surrounds every request of that listener: turns errors into problems.
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
