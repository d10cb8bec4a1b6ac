//! Writes responses (RFC 9112, section 4), those of the cache and those of handlers. Only this file
//! writes the headers that differ from response to response.

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONNECTION, CONTENT_LENGTH, DATE, HeaderName, TRANSFER_ENCODING};
use bytes::Bytes;

use super::context::ConnectionContext;
use crate::http::cache::encoded_body::write_line;
use crate::http::cache::entry::Entry;
use crate::http::cache::request::CacheRequest;
use crate::http::date::date_header;
use crate::http::metrics::Outcome;
use crate::http::request_id::X_REQUEST_ID;

static X_CACHE: HeaderName = HeaderName::from_static("x-cache");

/// The values of a response that differ from response to response.
pub(super) struct OwnValues<'a> {
    /// The request's id.
    pub id: &'a str,
    /// The request's `Origin`.
    pub origin: Option<&'a [u8]>,
    /// The value of `X-Cache`, for successful reads of the API.
    pub outcome: Option<Outcome>,
    /// Whether the connection goes on.
    pub keep_alive: bool,
    /// Whether the client speaks HTTP/1.0.
    pub is_http_10: bool,
}

/// Writes the head of a serialised response, and returns its status and its body.
pub(super) fn write_entry(
    context: &ConnectionContext,
    entry: &Arc<Entry>,
    request: &CacheRequest<'_>,
    own: &OwnValues<'_>,
    out: &mut Vec<u8>,
) -> (u16, Bytes) {
    out.clear();
    let response = context.cache.response_for(entry, request);
    let body = response.write_head(out).cloned().unwrap_or_default();
    write_own(context, own, out);
    (response.status(), body)
}

/// Writes the head of a handler's response.
pub(super) fn write_response(
    context: &ConnectionContext,
    response: &HttpResponse<()>,
    length: usize,
    own: &OwnValues<'_>,
    out: &mut Vec<u8>,
) {
    out.clear();
    let status = response.status();
    for part in ["HTTP/1.1 ", status.as_str(), " ", response.head().reason(), "\r\n"] {
        out.extend_from_slice(part.as_bytes());
    }
    if ![StatusCode::NO_CONTENT, StatusCode::NOT_MODIFIED].contains(&status) {
        write_line(out, &CONTENT_LENGTH, length.to_string().as_bytes());
    }
    let written_here = [CONNECTION, CONTENT_LENGTH, DATE, TRANSFER_ENCODING];
    for (name, value) in response.headers().iter().filter(|(name, _)| !written_here.contains(name))
    {
        write_line(out, name, value.as_bytes());
    }
    write_own(context, own, out);
}

fn write_own(context: &ConnectionContext, own: &OwnValues<'_>, out: &mut Vec<u8>) {
    if let Some(outcome) = own.outcome {
        write_line(out, &X_CACHE, outcome.as_str().as_bytes());
    }
    for (name, value) in own.origin.into_iter().flat_map(|site| context.cross_origin.headers(site))
    {
        write_line(out, &name, value.as_bytes());
    }
    write_line(out, &X_REQUEST_ID, own.id.as_bytes());
    write_line(out, &DATE, date_header((context.now)()).as_bytes());
    match (own.keep_alive, own.is_http_10) {
        (false, _) => write_line(out, &CONNECTION, b"close"),
        (true, true) => write_line(out, &CONNECTION, b"keep-alive"),
        (true, false) => {}
    }
    out.extend_from_slice(b"\r\n");
}
