//! A request for a handler, after its head has been read.

use actix_http::Request;
use tokio::time::Instant;

use crate::http::cache::Key;

/// A request for a handler, after its head has been read.
pub(super) struct Message {
    pub request: Request,
    pub id: String,
    /// The key of a cache miss.
    pub key: Option<Key>,
    pub keep_alive: bool,
    pub is_http_10: bool,
    pub began: Instant,
}
