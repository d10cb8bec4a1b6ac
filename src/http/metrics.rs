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

/// Where an answer came from.
#[derive(Clone, Copy, Debug, Hash, PartialEq, Eq)]
pub enum Outcome {
    /// From the cache.
    Hit,
    /// From the database, where the cache might have had it.
    Miss,
    /// From the database, as such answers always are.
    Bypass,
}

impl Outcome {
    /// Its name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hit => "hit",
            Self::Miss => "miss",
            Self::Bypass => "bypass",
        }
    }
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct OutcomeLabels {
    outcome: &'static str,
}

/// What is counted for a route's successful reads, at hand for those who answer many of them.
#[derive(Clone)]
pub struct Series {
    answered: Counter,
    unchanged: Counter,
    latency: Histogram,
    hits: Counter,
}

impl Series {
    /// A request was answered from the cache.
    pub fn hit(&self, status: u16, took: Duration) {
        let counter = if status == 304 { &self.unchanged } else { &self.answered };
        counter.inc();
        self.hits.inc();
        self.latency.observe(took.as_secs_f64());
    }
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
    cache: Family<OutcomeLabels, Counter>,
    cache_entries: Gauge<u64, AtomicU64>,
    cache_bytes: Gauge<u64, AtomicU64>,
    touched: Gauge<u64, AtomicU64>,
    flushes: Gauge<u64, AtomicU64>,
    standby_reads: Gauge<u64, AtomicU64>,
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
        let cache = Family::default();
        registry.register(
            "cache_requests",
            "Reads by where they were answered from",
            cache.clone(),
        );
        let mut gauge = |name: &str, what: &str| {
            let gauge = Gauge::default();
            registry.register(name, what, Gauge::clone(&gauge));
            gauge
        };
        let cache_entries = gauge("cache_entries", "Answers that are kept");
        let cache_bytes = gauge("cache_bytes", "What they weigh, their compressed forms included");
        let touched = gauge("changes", "Things that writes touched, here and elsewhere");
        let flushes = gauge("changes_unknown", "Times that all answers were dropped to be safe");
        let standby_reads = gauge("standby_reads", "Reads that a standby has answered");
        Arc::new(Self {
            registry,
            requests,
            latency,
            in_flight,
            busy,
            open,
            cache,
            cache_entries,
            cache_bytes,
            touched,
            flushes,
            standby_reads,
            events,
        })
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

    /// What is counted for the successful reads of a route.
    #[must_use]
    pub fn series(&self, method: &'static str, route: &str) -> Series {
        let counter = |status| {
            let labels = Labels { method, route: route.to_owned(), status };
            self.requests.get_or_create_owned(&labels)
        };
        let labels = RouteLabels { method, route: route.to_owned() };
        Series {
            answered: counter(200),
            unchanged: counter(304),
            latency: self.latency.get_or_create_owned(&labels),
            hits: self.cache.get_or_create_owned(&OutcomeLabels { outcome: Outcome::Hit.as_str() }),
        }
    }

    /// A read was answered from there.
    pub fn read(&self, from: Outcome) {
        self.cache.get_or_create(&OutcomeLabels { outcome: from.as_str() }).inc();
    }

    /// How the cache is.
    pub fn cache(&self, cache: &super::cache::Cache) {
        let (entries, bytes) = cache.usage();
        let (touched, flushes) = cache.touched();
        self.cache_entries.set(entries as u64);
        self.cache_bytes.set(bytes);
        self.touched.set(touched);
        self.flushes.set(flushes);
    }

    /// How busy the database is.
    pub fn database(&self, usage: crate::service::DatabaseUsage) {
        self.busy.set(usage.busy);
        self.open.set(usage.open);
    }

    /// How many reads a standby has answered.
    pub fn standby(&self, reads: u64) {
        self.standby_reads.set(reads);
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
