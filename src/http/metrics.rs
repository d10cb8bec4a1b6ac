//! The metrics of one process, in the text format of OpenMetrics. A route label is a pattern such as
//! `/api/v1/tags/{id}`, never a path, so the number of series is bounded.

use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use crate::domain::event::Event;
use crate::service::DatabaseUsage;
use crate::service::events::Subscriber;

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

/// The cache's part in a response, as `X-Cache` names it.
#[derive(Clone, Copy, Debug, Hash, PartialEq, Eq)]
pub enum Outcome {
    /// The response came from the cache.
    Hit,
    /// The cache had no fresh response.
    Miss,
    /// The cache doesn't serve such requests.
    Bypass,
}

impl Outcome {
    /// Returns the value of `X-Cache`.
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
struct RefusalLabels {
    protocol: &'static str,
    reason: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct OutcomeLabels {
    outcome: &'static str,
}

/// Returns the label of a method. Clients can invent methods without end.
fn method_label(method: &str) -> &'static str {
    const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    METHODS.into_iter().find(|known| *known == method).unwrap_or("other")
}

/// The counters of a route's cache hits, without a look-up by labels.
#[derive(Clone)]
pub struct Series {
    complete: Counter,
    not_modified: Counter,
    latency: Histogram,
    hits: Counter,
}

impl Series {
    /// Counts a cache hit.
    pub fn hit(&self, status: u16, elapsed: Duration) {
        let counter = if status == 304 { &self.not_modified } else { &self.complete };
        counter.inc();
        self.hits.inc();
        self.latency.observe(elapsed.as_secs_f64());
    }
}

/// The state of the cache.
#[derive(Debug, Clone, Copy)]
pub struct CacheUsage {
    /// Stored responses.
    pub entries: u64,
    /// The weight of the stored responses, in bytes.
    pub bytes: u64,
    /// Cache tags that writes invalidated, on this instance and on others.
    pub invalidations: u64,
    /// Times that the whole cache was invalidated.
    pub flushes: u64,
}

/// Measures the bodies that wait to be sent.
#[derive(Clone, Default)]
pub struct UnsentMetrics {
    bytes: Gauge<u64, AtomicU64>,
    disconnected: Counter,
}

impl UnsentMetrics {
    /// Sets the memory of the bodies.
    pub fn set_bytes(&self, bytes: usize) {
        self.bytes.set(bytes as u64);
    }

    /// Counts a client that was disconnected to make room.
    pub fn count_disconnected(&self) {
        self.disconnected.inc();
    }
}

/// The metrics of one process.
pub struct Metrics {
    registry: Registry,
    requests: Family<Labels, Counter>,
    latency: Family<RouteLabels, Histogram>,
    in_flight: Gauge,
    connections_in_use: Gauge<u64, AtomicU64>,
    connections_open: Gauge<u64, AtomicU64>,
    requests_waiting: Gauge<u64, AtomicU64>,
    events: Family<EventLabels, Counter>,
    mentions_refused: Family<RefusalLabels, Counter>,
    cache: Family<OutcomeLabels, Counter>,
    cache_entries: Gauge<u64, AtomicU64>,
    cache_bytes: Gauge<u64, AtomicU64>,
    invalidations: Counter,
    flushes: Counter,
    replica_reads: Counter,
    unsent: UnsentMetrics,
}

/// The upper bounds of the latency histogram, in seconds.
const BUCKETS: [f64; 12] =
    [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];

impl Metrics {
    /// Registers all metrics.
    #[must_use]
    pub fn new() -> Arc<Self> {
        let latency: Family<RouteLabels, Histogram> =
            Family::new_with_constructor(|| Histogram::new(BUCKETS));
        let mut metrics = Self {
            registry: Registry::with_prefix("maqal"),
            requests: Family::default(),
            latency,
            in_flight: Gauge::default(),
            connections_in_use: Gauge::default(),
            connections_open: Gauge::default(),
            requests_waiting: Gauge::default(),
            events: Family::default(),
            mentions_refused: Family::default(),
            cache: Family::default(),
            cache_entries: Gauge::default(),
            cache_bytes: Gauge::default(),
            invalidations: Counter::default(),
            flushes: Counter::default(),
            replica_reads: Counter::default(),
            unsent: UnsentMetrics::default(),
        };
        metrics.register();
        Arc::new(metrics)
    }

    fn register(&mut self) {
        let registry = &mut self.registry;
        registry.register("http_requests", "Requests answered", self.requests.clone());
        registry.register_with_unit(
            "http_request_duration",
            "Time from a request's head to its response's",
            Unit::Seconds,
            self.latency.clone(),
        );
        registry.register(
            "http_requests_in_flight",
            "Requests that have no response yet",
            self.in_flight.clone(),
        );
        registry.register_with_unit(
            "http_unsent",
            "Memory of bodies that wait to be sent",
            Unit::Bytes,
            self.unsent.bytes.clone(),
        );
        registry.register(
            "http_slow_clients_disconnected",
            "Clients that read nothing and were disconnected, since too many bodies waited",
            self.unsent.disconnected.clone(),
        );
        registry.register(
            "events",
            "Comments posted, held, moderated or deleted, and mentions verified or held",
            self.events.clone(),
        );
        registry.register(
            "mentions_refused",
            "Mentions refused without a request to their source",
            self.mentions_refused.clone(),
        );
        registry.register(
            "cache_requests",
            "Reads of the API by the cache's outcome",
            self.cache.clone(),
        );
        registry.register("cache_entries", "Stored responses", self.cache_entries.clone());
        registry.register(
            "cache_bytes",
            "Weight of the stored responses, compressed bodies included",
            self.cache_bytes.clone(),
        );
        registry.register(
            "cache_invalidations",
            "Cache tags that writes invalidated, on this instance and on others",
            self.invalidations.clone(),
        );
        registry.register(
            "cache_flushes",
            "Times that the whole cache was invalidated",
            self.flushes.clone(),
        );
        registry.register(
            "replica_reads",
            "Reads that a standby answered",
            self.replica_reads.clone(),
        );
        registry.register(
            "db_connections_in_use",
            "Database connections in use, over all workers",
            self.connections_in_use.clone(),
        );
        registry.register(
            "db_requests_waiting",
            "Requests that wait for a database connection, over all workers",
            self.requests_waiting.clone(),
        );
        registry.register(
            "db_connections_open",
            "Database connections open, over all workers",
            self.connections_open.clone(),
        );
    }

    /// Returns the measures of the bodies that wait to be sent.
    #[must_use]
    pub fn unsent(&self) -> UnsentMetrics {
        self.unsent.clone()
    }

    /// Counts a request in flight until the returned guard is dropped.
    #[must_use]
    pub fn begin(&self) -> InFlight {
        self.in_flight.inc();
        InFlight(self.in_flight.clone())
    }

    /// Counts a response.
    pub fn end(&self, method: &str, route: &str, status: u16, elapsed: Duration) {
        let (method, route) = (method_label(method), route.to_owned());
        self.requests.get_or_create(&Labels { method, route: route.clone(), status }).inc();
        self.latency.get_or_create(&RouteLabels { method, route }).observe(elapsed.as_secs_f64());
    }

    /// Returns the counters of a route's cache hits.
    #[must_use]
    pub fn series(&self, method: &str, route: &str) -> Series {
        let method = method_label(method);
        let counter = |status| {
            let labels = Labels { method, route: route.to_owned(), status };
            self.requests.get_or_create_owned(&labels)
        };
        let labels = RouteLabels { method, route: route.to_owned() };
        Series {
            complete: counter(200),
            not_modified: counter(304),
            latency: self.latency.get_or_create_owned(&labels),
            hits: self.cache.get_or_create_owned(&OutcomeLabels { outcome: Outcome::Hit.as_str() }),
        }
    }

    /// Counts a read of the API by the cache's outcome.
    pub fn read(&self, outcome: Outcome) {
        self.cache.get_or_create(&OutcomeLabels { outcome: outcome.as_str() }).inc();
    }

    /// Counts a mention that was refused at once, by its protocol and the code of the reason.
    pub fn refused_mention(&self, protocol: &'static str, reason: &'static str) {
        self.mentions_refused.get_or_create(&RefusalLabels { protocol, reason }).inc();
    }

    /// Returns all metrics as text, with the current state of the cache and of the database.
    #[must_use]
    pub fn text(&self, cache: CacheUsage, database: DatabaseUsage) -> String {
        self.cache_entries.set(cache.entries);
        self.cache_bytes.set(cache.bytes);
        self.invalidations.inner().store(cache.invalidations, Ordering::Relaxed);
        self.flushes.inner().store(cache.flushes, Ordering::Relaxed);
        self.replica_reads.inner().store(database.replica_reads, Ordering::Relaxed);
        self.connections_in_use.set(database.in_use);
        self.connections_open.set(database.open);
        self.requests_waiting.set(database.waiting);
        let mut text = String::new();
        if prometheus_client::encoding::text::encode(&mut text, &self.registry).is_err() {
            // A write to a String fails only for labels that can't be encoded, which ours can.
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

/// Counts a request in flight until it is dropped.
pub struct InFlight(Gauge);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.dec();
    }
}
