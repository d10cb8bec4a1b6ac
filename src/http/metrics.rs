//! What is counted, in the text form that Prometheus reads.

use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use crate::domain::event::Event;
use crate::service::events::Subscriber;

/// What tells one series of requests from another. A route is a pattern, never a path: there are
/// as many series as operations, whatever clients ask for.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Labels {
    method: &'static str,
    route: String,
    status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct RouteLabels {
    method: &'static str,
    route: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct EventLabels {
    event: &'static str,
}

/// The counters of one process.
pub struct Metrics {
    registry: Registry,
    requests: Family<Labels, Counter>,
    latency: Family<RouteLabels, Histogram>,
    in_flight: Gauge,
    busy: Gauge<u64, AtomicU64>,
    open: Gauge<u64, AtomicU64>,
    events: Family<EventLabels, Counter>,
}

/// From the time a cached read takes to the longest a request may.
const BUCKETS: [f64; 12] =
    [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];

impl Metrics {
    /// Fresh counters.
    #[must_use]
    pub fn new() -> Arc<Self> {
        let mut registry = Registry::with_prefix("maqal");
        let requests = Family::default();
        let latency: Family<RouteLabels, Histogram> =
            Family::new_with_constructor(|| Histogram::new(BUCKETS));
        let (in_flight, busy, open) = (Gauge::default(), Gauge::default(), Gauge::default());
        let events = Family::default();
        registry.register("events", "What has happened", events.clone());
        registry.register("http_requests", "Requests answered", requests.clone());
        registry.register_with_unit(
            "http_request_duration",
            "Time from a request's head to its answer's",
            Unit::Seconds,
            latency.clone(),
        );
        registry.register("http_requests_in_flight", "Requests at work", in_flight.clone());
        registry.register(
            "database_busy",
            "Database connections at work on this worker, or jobs that wait",
            busy.clone(),
        );
        registry.register("database_open", "Database connections open", open.clone());
        Arc::new(Self { registry, requests, latency, in_flight, busy, open, events })
    }

    /// A request begins; it is at work until what this returns is dropped, as it also is when the
    /// client hangs up.
    #[must_use]
    pub fn begin(&self) -> InFlight {
        self.in_flight.inc();
        InFlight(self.in_flight.clone())
    }

    /// A request was answered.
    pub fn end(&self, method: &'static str, route: &str, status: u16, took: Duration) {
        let route = route.to_owned();
        self.requests.get_or_create(&Labels { method, route: route.clone(), status }).inc();
        self.latency.get_or_create(&RouteLabels { method, route }).observe(took.as_secs_f64());
    }

    /// How busy the database is.
    pub fn database(&self, usage: crate::service::DatabaseUsage) {
        self.busy.set(usage.busy);
        self.open.set(usage.open);
    }

    /// All of it, as text.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        if prometheus_client::encoding::text::encode(&mut text, &self.registry).is_err() {
            // Writing to a String fails only if a label can't be written, and ours all can.
            let _ = write!(text, "# EOF");
        }
        text
    }
}

impl Subscriber for Metrics {
    fn on(&self, event: &Event) {
        self.events.get_or_create(&EventLabels { event: event.name() }).inc();
    }
}

/// A request at work.
pub struct InFlight(Gauge);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.dec();
    }
}
