//! The parts of a request that the cache decides by.

use actix_web::dev::RequestHead;
use actix_web::http::Method;
use actix_web::http::header::{
    ACCEPT_ENCODING, ACCEPT_LANGUAGE, AUTHORIZATION, HeaderName, IF_NONE_MATCH, TRANSFER_ENCODING,
};

/// The parts of a request that the cache decides by.
#[derive(Debug, Default)]
pub struct CacheRequest<'a> {
    /// Whether the method is `GET` or `HEAD`.
    pub is_read: bool,
    /// Whether the request has an `Authorization` header.
    pub is_signed: bool,
    /// Whether the request may have a body.
    pub has_body: bool,
    /// The path.
    pub path: &'a str,
    /// The query string.
    pub query: Option<&'a str>,
    /// The value of `Accept-Language`.
    pub languages: Option<&'a str>,
    /// The values of `Accept-Encoding`.
    pub encodings: Vec<&'a str>,
    /// The values of `If-None-Match`.
    pub known: Vec<&'a str>,
}

impl<'a> CacheRequest<'a> {
    /// Reads a request of actix.
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
