//! Signs of life, for load balancers and for Prometheus.

use std::time::Duration;

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, get, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::problem::ApiError;
use super::state::State;

/// How an instance is.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// Always `ok`: anything else is a problem.
    #[schema(example = "ok")]
    pub status: &'static str,
}

fn ok() -> HttpResponse {
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(Health { status: "ok" })
}

/// Is the process alive?
///
/// Answers as long as the process does, whatever the state of the database: restart it when this fails.
#[utoipa::path(
    tag = "Operations",
    operation_id = "health_live",
    responses((status = 200, description = "It is.", body = Health))
)]
#[get("/health/live")]
pub async fn live() -> HttpResponse {
    ok()
}

/// Can it serve?
///
/// Asks the database one cheap question: send no traffic while this fails.
#[utoipa::path(
    tag = "Operations",
    operation_id = "health_ready",
    responses((status = 200, description = "It can.", body = Health))
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

/// What is counted
///
/// Requests by route and status, how long they took, and how busy the database is, in the text
/// form of OpenMetrics that Prometheus reads.
#[utoipa::path(
    tag = "Operations",
    operation_id = "metrics",
    responses((
        status = 200,
        description = "The counters of this instance.",
        body = String,
        content_type = "application/openmetrics-text",
        example = "maqal_http_requests_in_flight 1"
    ))
)]
#[get("/metrics")]
pub async fn metrics(state: web::Data<State>) -> HttpResponse {
    state.metrics.database(state.app.db.usage());
    state.metrics.standby(state.readers.as_ref().map_or(0, |readers| readers.answered()));
    state.metrics.cache(&state.cache);
    HttpResponse::Ok()
        .content_type("application/openmetrics-text; version=1.0.0; charset=utf-8")
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(state.metrics.text())
}
