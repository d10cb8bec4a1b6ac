//! Which key signs, which has retired: pure rules over a set of keys. Called by `KeyRing`.
//!
//! Each rule needs only the ids' order (by age) and the times in them, so every instance that sees
//! the same folder at the same time decides alike, with nothing else to agree upon.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::key::Key;

/// How long a new key is published before it signs: the time the other instances have to reload
/// the folder, and caches to drop an old JWKS.
pub const PUBLISH_BEFORE_SIGNING: Duration = Duration::from_secs(60);

/// The shortest time a retired key may be kept: the life of the longest token it may have signed
/// (a preview, one hour), and a minute for clocks that differ.
pub const MIN_KEEP: Duration = Duration::from_secs(3660);

/// Keys by id, hence oldest first.
pub(super) type Keys = BTreeMap<String, Arc<Key>>;

/// The newest key that was published long enough; failing that the oldest, which is the one the
/// other instances are surest to know.
pub(super) fn signer(keys: &Keys, now: DateTime<Utc>) -> Option<&Arc<Key>> {
    let mut newest_first = keys.values().rev();
    newest_first.find(|key| starts_signing(key) <= now).or_else(|| keys.values().next())
}

/// Whether the newest key has yet to sign, so that another would be one too many.
pub(super) fn is_pending(keys: &Keys, now: DateTime<Utc>) -> bool {
    match keys.values().next_back() {
        // A lone key signs at once. One dated beyond the pause was written by a wrong clock and
        // may not sign for years: it must not keep a good one from being made.
        Some(key) if keys.len() > 1 => {
            key.created() <= now + PUBLISH_BEFORE_SIGNING && now < starts_signing(key)
        }
        _ => false,
    }
}

/// The second to date a new key with: this one, or the next that no key bears yet. Two keys of one
/// second would be ordered by chance, and the newer might sign before anybody knows it.
pub(super) fn free_second(keys: &Keys, now: DateTime<Utc>) -> DateTime<Utc> {
    let mut second = now;
    while keys.values().any(|key| key.created().timestamp() == second.timestamp()) {
        second += Duration::from_secs(1);
    }
    second
}

/// The ids of keys whose successor began to sign more than `keep_for` ago.
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
