//! What the cache must know of a request, in whatever form it arrives.

use actix_web::dev::RequestHead;
use actix_web::http::Method;
use actix_web::http::header::{
    ACCEPT_ENCODING, ACCEPT_LANGUAGE, AUTHORIZATION, HeaderName, IF_NONE_MATCH, TRANSFER_ENCODING,
};

/// A request, as far as it decides on its answer.
#[derive(Debug, Default)]
pub struct CacheRequest<'a> {
    /// Whether it is `GET` or `HEAD`.
    pub is_read: bool,
    /// Whether it says who asks.
    pub is_signed: bool,
    /// Whether a body follows whose length isn't known.
    pub has_body: bool,
    /// The path.
    pub path: &'a str,
    /// The parameters.
    pub query: Option<&'a str>,
    /// `Accept-Language`.
    pub languages: Option<&'a str>,
    /// `Accept-Encoding`, line by line.
    pub encodings: Vec<&'a str>,
    /// `If-None-Match`, line by line.
    pub known: Vec<&'a str>,
}

impl<'a> CacheRequest<'a> {
    /// By a request as actix has it.
    #[must_use]
    pub fn by(head: &'a RequestHead) -> Self {
        let headers = &head.headers;
        let lines = |name: HeaderName| {
            headers.get_all(name).filter_map(|value| value.to_str().ok()).collect()
        };
        Self {
            is_read: head.method == Method::GET || head.method == Method::HEAD,
            is_signed: headers.contains_key(AUTHORIZATION),
            has_body: headers.contains_key(TRANSFER_ENCODING),
            path: head.uri.path(),
            query: head.uri.query(),
            languages: headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()),
            encodings: lines(ACCEPT_ENCODING),
            known: lines(IF_NONE_MATCH),
        }
    }
}
