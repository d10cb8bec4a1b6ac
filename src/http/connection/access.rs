//! The access log: one line for each response, inside the request's span.

use std::time::Instant;

use tracing::field::Empty;
use tracing::{Level, Span};

/// A response, as the access log shows it.
pub(super) struct Answered<'a> {
    /// The method; `-` for a message without a readable head.
    pub method: &'a str,
    /// The path; empty for a message without a readable head.
    pub path: &'a str,
    /// The pattern of the route.
    pub route: &'a str,
    /// The status code.
    pub status: u16,
    /// The time at which the head had arrived.
    pub began: Instant,
}

/// Opens the span of a request. Its level is `error`, so that every log line of the request has it.
pub(super) fn span(id: &str, method: &str) -> Span {
    tracing::error_span!("request", id, method, route = Empty, status = Empty, user = Empty)
}

/// Logs a response. Successful reads are logged at `debug`, since a line costs more than a read.
pub(super) fn log(span: &Span, answered: &Answered<'_>) {
    let Answered { method, path, route, status, began } = *answered;
    let is_quiet = status < 400 && is_safe(method);
    if is_quiet && !tracing::enabled!(Level::DEBUG) {
        return;
    }
    span.record("route", route).record("status", status);
    let duration_us = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
    span.in_scope(|| match status {
        _ if is_quiet => tracing::debug!(path, duration_us, "answered"),
        // The store has logged the cause.
        503 => tracing::warn!(path, duration_us, "answered"),
        500.. => tracing::error!(path, duration_us, "answered"),
        _ => tracing::info!(path, duration_us, "answered"),
    });
}

/// Logs a cache hit, for which no span was opened.
pub(super) fn log_hit(id: &str, answered: &Answered<'_>) {
    if tracing::enabled!(Level::DEBUG) {
        log(&span(id, answered.method), answered);
    }
}

fn is_safe(method: &str) -> bool {
    ["GET", "HEAD", "OPTIONS", "TRACE"].contains(&method)
}
