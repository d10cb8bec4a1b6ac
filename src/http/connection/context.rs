//! The parts that all connections of a worker share.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use super::unsent::Unsent;
use crate::domain::Time;
use crate::http::cache::Cache;
use crate::http::cross_origin::CrossOrigin;
use crate::http::metrics::Metrics;

/// The parts of the process that a connection works with.
#[derive(Clone)]
pub struct ConnectionContext {
    /// The response cache.
    pub cache: Arc<Cache>,
    /// The clock.
    pub now: Arc<dyn Fn() -> Time + Send + Sync>,
    /// The rules of cross-origin requests.
    pub cross_origin: Arc<CrossOrigin>,
    /// The metrics.
    pub metrics: Arc<Metrics>,
    /// The bodies that wait to be sent.
    pub unsent: Arc<Unsent>,
}

/// The time limits of a connection.
#[derive(Debug, Clone, Copy)]
pub struct Timeouts {
    /// For the first request's head, for the rest of each head, and for an unread body.
    pub head: Duration,
    /// For the next request.
    pub idle: Duration,
    /// For the client to close the connection after the last response.
    pub close: Duration,
}

/// A future that ends when the server begins its graceful shutdown.
pub type ShutdownSignal = Pin<Box<dyn Future<Output = ()>>>;
