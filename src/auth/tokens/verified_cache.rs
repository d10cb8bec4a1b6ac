//! Cache of tokens with a verified signature.
//!
//! A front end sends one token with many requests, and verifying a signature costs more than a
//! small request. Times and the key's presence in the ring are checked on every request.

use std::sync::Arc;

use quick_cache::sync::Cache;

use super::claims::Claims;
use crate::auth::keys::{Key, KeyRing};

/// Most cached tokens of one kind, above the number in use in a newsroom.
const CAPACITY: usize = 1_000;

/// Verified tokens of one kind, by their full text.
pub(super) struct VerifiedTokenCache(Cache<Box<str>, VerifiedToken>);

#[derive(Clone)]
struct VerifiedToken {
    key: Arc<Key>,
    claims: Arc<Claims>,
}

impl VerifiedTokenCache {
    pub fn new() -> Self {
        Self(Cache::new(CAPACITY))
    }

    /// Returns the claims of a cached token if its key is still in the ring.
    pub fn get(&self, token: &str, ring: &KeyRing) -> Option<Arc<Claims>> {
        let VerifiedToken { key, claims } = self.0.get(token)?;
        let in_ring = ring.key(key.kid()).is_some_and(|current| current.is_same(&key));
        in_ring.then_some(claims)
    }

    /// Caches a token that `key` has signed.
    pub fn insert(&self, token: &str, key: Arc<Key>, claims: Arc<Claims>) {
        self.0.insert(token.into(), VerifiedToken { key, claims });
    }
}

/// Prints no token, since tokens are secrets.
impl std::fmt::Debug for VerifiedTokenCache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VerifiedTokenCache").field("tokens", &self.0.len()).finish()
    }
}
