//! The page of metrics.

use std::rc::Rc;
use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::http::header::CACHE_CONTROL;

use super::cache::Cache;
use super::metrics::Metrics;
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
