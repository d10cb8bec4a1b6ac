//! Tokens whose signature was found to be ours, for as long as there is room. A front end sends the
//! same one with each of its requests, and to verify a signature costs more than a small request.
//! Called by `verify`, which goes on checking all that may change: times, and whether the key stands.

use std::sync::Arc;

use quick_cache::sync::Cache;

use super::verify::Claims;
use crate::auth::keys::{Key, KeyRing};

/// How many tokens are remembered: more than a newsroom has at work at once.
const MOST: usize = 1_000;

/// Tokens of one kind, by their whole text: one that differs in a letter isn't among them.
pub(super) struct VerifiedTokenCache(Cache<Box<str>, Signed>);

#[derive(Clone)]
struct Signed {
    key: Arc<Key>,
    claims: Arc<Claims>,
}

impl VerifiedTokenCache {
    pub fn new() -> Self {
        Self(Cache::new(MOST))
    }

    /// What a token says that was verified before, by a key that is still in the ring.
    pub fn find(&self, token: &str, ring: &KeyRing) -> Option<Arc<Claims>> {
        let Signed { key, claims } = self.0.get(token)?;
        let stands = ring.key(key.kid()).is_some_and(|now| now.is_same(&key));
        stands.then_some(claims)
    }

    /// Remembers a token that `key` has signed.
    pub fn keep(&self, token: &str, key: Arc<Key>, claims: Arc<Claims>) {
        self.0.insert(token.into(), Signed { key, claims });
    }
}

/// Tokens are secrets: nothing of them is printed.
impl std::fmt::Debug for VerifiedTokenCache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Believed").field("tokens", &self.0.len()).finish()
    }
}
