//! The rules of key rotation: the key that signs, and the keys that have retired.
//!
//! Each rule depends only on the ids, which sort by age, and the times in them. Instances that see
//! the same folder at the same time therefore agree without coordination.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::key::Key;

/// Time between a new key's publication and its first signature. Instances reload the folder in
/// it, and caches drop the old JWKS.
pub const PUBLISH_BEFORE_SIGNING: Duration = Duration::from_secs(60);

/// Shortest time to keep a retired key: the longest lifetime of a token (a preview's hour), and a
/// minute of clock skew.
pub const MIN_KEEP: Duration = Duration::from_secs(3660);

/// Keys by id, oldest first.
pub(super) type Keys = BTreeMap<String, Arc<Key>>;

/// Returns the newest key published long enough, or else the oldest, which most instances know.
pub(super) fn signer(keys: &Keys, now: DateTime<Utc>) -> Option<&Arc<Key>> {
    let mut newest_first = keys.values().rev();
    newest_first.find(|key| starts_signing(key) <= now).or_else(|| keys.values().next())
}

/// True if the newest key does not sign yet, so that no other is to be added.
pub(super) fn is_pending(keys: &Keys, now: DateTime<Utc>) -> bool {
    match keys.values().next_back() {
        // A lone key signs at once. A key dated beyond the delay comes from a wrong clock and may
        // not sign for years, so it must not block a rotation.
        Some(key) if keys.len() > 1 => {
            key.created() <= now + PUBLISH_BEFORE_SIGNING && now < starts_signing(key)
        }
        _ => false,
    }
}

/// Returns the first second from `now` on that no key bears. Two keys of one second would sort by
/// chance, and the newer might sign before it is published long enough.
pub(super) fn free_second(keys: &Keys, now: DateTime<Utc>) -> DateTime<Utc> {
    let mut second = now;
    while keys.values().any(|key| key.created().timestamp() == second.timestamp()) {
        second += Duration::from_secs(1);
    }
    second
}

/// Returns the ids of keys with a successor that began to sign more than `keep_for` ago.
pub(super) fn removable(keys: &Keys, now: DateTime<Utc>, keep_for: Duration) -> Vec<String> {
    let successors = keys.values().skip(1);
    keys.values()
        .zip(successors)
        .filter(|(_, successor)| starts_signing(successor) + keep_for < now)
        .map(|(retired, _)| retired.kid().to_owned())
        .collect()
}

fn starts_signing(key: &Key) -> DateTime<Utc> {
    key.created() + PUBLISH_BEFORE_SIGNING
}
