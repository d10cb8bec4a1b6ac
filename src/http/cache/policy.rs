//! The cache policy of a response: its cache tags, its expiry and its admission. A response without a
//! policy isn't stored.

use std::sync::atomic::{AtomicU64, Ordering};

use xxhash_rust::xxh3::xxh3_64;

use crate::domain::Time;
use crate::domain::article::ArticleId;
use crate::domain::cache_tag::CacheTag;
use crate::domain::listing::{PageRequest, Start};

/// The conditions under which a response is stored and stays fresh.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CachePolicy {
    /// The response is stale once one of these is invalidated.
    pub tags: Vec<CacheTag>,
    /// The response is stale from this time on.
    pub until: Option<Time>,
    /// The condition under which the cache stores the response.
    pub admission: Admission,
}

/// The condition under which the cache stores a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// At the first request: the number of such responses is bounded by the content.
    Always,
    /// At the second request: cursors, times and field lists have unbounded values, which must not
    /// fill the cache.
    OnSecondRequest,
    /// Never, such as an empty list, which exists for every search term.
    Never,
}

impl CachePolicy {
    /// Makes the policy of a response that depends on these tags.
    #[must_use]
    pub fn of(tags: impl IntoIterator<Item = CacheTag>) -> Self {
        let mut tags: Vec<CacheTag> = tags.into_iter().collect();
        tags.sort_unstable();
        tags.dedup();
        Self { tags, until: None, admission: Admission::Always }
    }

    /// Makes the policy of a page of an article's discussion, empty or not.
    #[must_use]
    pub fn for_discussion(article: ArticleId, page: &PageRequest) -> Self {
        Self::of([CacheTag::Article(article), CacheTag::Discussion(article), CacheTag::Settings])
            .admit_on_second_request(page.start != Start::Beginning)
    }

    /// Sets an expiry; the earliest one counts.
    #[must_use]
    pub fn until(mut self, time: Option<Time>) -> Self {
        self.expire_at(time);
        self
    }

    /// Sets an expiry; the earliest one counts.
    pub fn expire_at(&mut self, time: Option<Time>) {
        self.until = [self.until, time].into_iter().flatten().min();
    }

    /// Stores the response at the second request only, if the condition holds.
    #[must_use]
    pub fn admit_on_second_request(mut self, condition: bool) -> Self {
        if condition && self.admission == Admission::Always {
            self.admission = Admission::OnSecondRequest;
        }
        self
    }

    /// Never stores the response, if the condition holds.
    #[must_use]
    pub fn unless(mut self, condition: bool) -> Self {
        if condition {
            self.admission = Admission::Never;
        }
        self
    }

    /// Returns the words that a CDN purges the response by, joined by a separator.
    #[must_use]
    pub fn words(&self, separator: &str) -> String {
        let words: Vec<String> = self.tags.iter().map(ToString::to_string).collect();
        words.join(separator)
    }
}

/// Remembers hashes of recent keys in a table of fixed size.
pub struct Doorkeeper(Box<[AtomicU64]>);

/// The size of the table.
const REMEMBERED: usize = 1 << 12;

impl Default for Doorkeeper {
    fn default() -> Self {
        Self((0..REMEMBERED).map(|_| AtomicU64::new(0)).collect())
    }
}

impl Doorkeeper {
    /// Returns whether the key was requested recently, and remembers it.
    pub fn request(&self, key: &str) -> bool {
        let hash = xxh3_64(key.as_bytes()) | 1;
        let place = hash as usize >> 1 & (REMEMBERED - 1);
        self.0.get(place).is_some_and(|last| last.swap(hash, Ordering::Relaxed) == hash)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_request_is_known_and_a_flood_is_forgotten() {
        let doorkeeper = Doorkeeper::default();
        assert!(!doorkeeper.request("a"));
        assert!(doorkeeper.request("a"));
        let known = (0..50_000).filter(|n| doorkeeper.request(&format!("made up {n}"))).count();
        assert_eq!(known, 0);
    }

    #[test]
    fn never_wins_over_the_second_request() {
        let made = CachePolicy::of([CacheTag::Tags, CacheTag::Tags])
            .unless(true)
            .admit_on_second_request(true);
        assert_eq!((made.admission, made.tags.len()), (Admission::Never, 1));
    }
}
