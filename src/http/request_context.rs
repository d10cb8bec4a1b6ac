//! Facts about a request that the connection hands to the middleware with it.

use actix_web::http::header::HeaderValue;

use super::cache::Key;

/// The connection's part in a request that a handler answers.
pub struct RequestContext {
    /// The request's id.
    pub id: HeaderValue,
    /// The cache key, if the cache may store the response.
    pub key: Option<Key>,
}
