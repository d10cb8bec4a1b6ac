//! The parts of a request that the cache decides by.

use actix_web::dev::RequestHead;
use actix_web::http::Method;
use actix_web::http::header::{
    ACCEPT_ENCODING, ACCEPT_LANGUAGE, AUTHORIZATION, HeaderName, IF_MATCH, IF_MODIFIED_SINCE,
    IF_NONE_MATCH, IF_UNMODIFIED_SINCE, TRANSFER_ENCODING,
};

use crate::http::authorization::is_own;

/// The parts of a request that the cache decides by.
#[derive(Debug, Default)]
pub struct CacheRequest<'a> {
    /// Whether the method is `GET` or `HEAD`.
    pub is_read: bool,
    /// Whether the request has a bearer token.
    pub has_authorization: bool,
    /// Whether the request may have a body.
    pub has_body: bool,
    /// The path.
    pub path: &'a str,
    /// The query string.
    pub query: Option<&'a str>,
    /// The value of `Accept-Language`.
    pub accept_language: Option<&'a str>,
    /// The values of `Accept-Encoding`.
    pub accept_encoding: Vec<&'a str>,
    /// The values of `If-None-Match`, those that aren't text as empty ones.
    pub if_none_match: Vec<&'a str>,
    /// The values of `If-Modified-Since`.
    pub modified_since: Vec<&'a str>,
    /// Whether the request has an `If-Match` or `If-Unmodified-Since`, which may demand a 412.
    pub has_precondition: bool,
}

impl<'a> CacheRequest<'a> {
    /// Reads a request of actix.
    #[must_use]
    pub fn from_head(head: &'a RequestHead) -> Self {
        let headers = &head.headers;
        let lines = |name: HeaderName| {
            headers.get_all(name).map(|value| value.to_str().unwrap_or_default()).collect()
        };
        Self {
            is_read: head.method == Method::GET || head.method == Method::HEAD,
            has_authorization: headers.get_all(AUTHORIZATION).any(|value| is_own(value.as_bytes())),
            has_body: headers.contains_key(TRANSFER_ENCODING),
            path: head.uri.path(),
            query: head.uri.query(),
            accept_language: headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()),
            accept_encoding: lines(ACCEPT_ENCODING),
            if_none_match: lines(IF_NONE_MATCH),
            modified_since: lines(IF_MODIFIED_SINCE),
            has_precondition: headers.contains_key(IF_MATCH)
                || headers.contains_key(IF_UNMODIFIED_SINCE),
        }
    }
}
