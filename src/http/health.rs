//! Health checks for load balancers, and metrics for Prometheus.

use std::time::Duration;

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, get, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::problem::{ApiError, HandlerResult};
use super::state::State;

/// The health of an instance.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// Always `ok`; an unhealthy instance answers with a problem.
    #[schema(example = "ok")]
    pub status: &'static str,
}

fn ok() -> HttpResponse {
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(Health { status: "ok" })
}

/// Check that the process is alive
///
/// Answers as long as the process runs, even without a database. Restart the process if this fails.
#[utoipa::path(
    tag = "Operations",
    operation_id = "health_live",
    responses((status = 200, description = "The process is alive.", body = Health))
)]
#[get("/health/live")]
pub async fn live() -> HttpResponse {
    ok()
}

/// Check that the instance can serve
///
/// Sends one short query to the database. Send the instance no traffic while this fails.
#[utoipa::path(
    tag = "Operations",
    operation_id = "health_ready",
    responses((status = 200, description = "The instance can serve.", body = Health))
)]
#[get("/health/ready")]
pub async fn ready(state: web::Data<State>) -> Result<HttpResponse, ApiError> {
    let asked = tokio::time::timeout(Duration::from_secs(1), state.app.db.ping()).await;
    match asked {
        Ok(Ok(())) => Ok(ok()),
        Ok(Err(error)) => {
            tracing::warn!(%error, "not ready");
            Err(ApiError::new("unavailable").retry_after(1))
        }
        Err(_) => Err(ApiError::new("unavailable").retry_after(1)),
    }
}

/// Read the metrics
///
/// Requests, their duration, the cache and the database connections, in the format of OpenMetrics.
#[utoipa::path(
    tag = "Operations",
    operation_id = "metrics",
    responses((
        status = 200,
        description = "The metrics of this instance.",
        body = String,
        content_type = "application/openmetrics-text",
        example = "maqal_http_requests_in_flight 1"
    ))
)]
#[get("/metrics")]
pub async fn metrics(state: web::Data<State>) -> HandlerResult {
    let page = state.metrics_page.as_ref().ok_or_else(|| ApiError::new("not_found"))?;
    Ok(page.answer())
}
