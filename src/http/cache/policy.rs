//! Which answers are worth keeping, and what they were made from. A handler says so of its
//! [`Representation`](crate::http::conditional::Representation); what says nothing is not kept.

use std::sync::atomic::{AtomicU64, Ordering};

use xxhash_rust::xxh3::xxh3_64;

use crate::domain::Time;
use crate::domain::article::ArticleId;
use crate::domain::cache_tag::CacheTag;
use crate::domain::listing::{PageRequest, Start};

/// What an answer was made from, and so how long it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CachePolicy {
    /// It holds until one of these is touched.
    pub tags: Vec<CacheTag>,
    /// It holds until then at the most.
    pub until: Option<Time>,
    /// When it is kept.
    pub admission: Admission,
}

/// When an answer is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// At once: there are no more of its kind than there are things.
    Always,
    /// When it is asked for again soon. Cursors, times and selections of fields can be made up
    /// without end, and whoever does must not fill the cache with them.
    OnSecondRequest,
    /// Never: an empty list, for one, can be had for every word there is.
    Never,
}

impl CachePolicy {
    /// Made of these things.
    #[must_use]
    pub fn of(tags: impl IntoIterator<Item = CacheTag>) -> Self {
        let mut tags: Vec<CacheTag> = tags.into_iter().collect();
        tags.sort_unstable();
        tags.dedup();
        Self { tags, until: None, admission: Admission::Always }
    }

    /// Made of what readers see of an article's conversation. That there is nothing of it is
    /// kept too: most articles have none, and there are no more of them than articles.
    #[must_use]
    pub fn for_discussion(article: ArticleId, page: &PageRequest) -> Self {
        Self::of([CacheTag::Article(article), CacheTag::Discussion(article), CacheTag::Settings])
            .admit_on_second_request(page.start != Start::Beginning)
    }

    /// Holds no longer than until then.
    #[must_use]
    pub fn until(mut self, time: Option<Time>) -> Self {
        self.expire_at(time);
        self
    }

    /// Holds no longer than until then.
    pub fn expire_at(&mut self, time: Option<Time>) {
        self.until = [self.until, time].into_iter().flatten().min();
    }

    /// Is worth keeping only if it is asked for twice.
    #[must_use]
    pub fn admit_on_second_request(mut self, condition: bool) -> Self {
        if condition && self.admission == Admission::Always {
            self.admission = Admission::OnSecondRequest;
        }
        self
    }

    /// Is not worth keeping.
    #[must_use]
    pub fn unless(mut self, condition: bool) -> Self {
        if condition {
            self.admission = Admission::Never;
        }
        self
    }

    /// What a CDN may purge it by, with this between the words.
    #[must_use]
    pub fn words(&self, between: &str) -> String {
        let words: Vec<String> = self.tags.iter().map(ToString::to_string).collect();
        words.join(between)
    }
}

/// Who was asked for lately. It remembers that many, roughly, and never grows.
pub struct Doorkeeper(Box<[AtomicU64]>);

const REMEMBERED: usize = 1 << 12;

impl Default for Doorkeeper {
    fn default() -> Self {
        Self((0..REMEMBERED).map(|_| AtomicU64::new(0)).collect())
    }
}

impl Doorkeeper {
    /// Whether this was asked for not long ago; from now on it was.
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
    fn the_second_time_is_known_and_a_flood_is_forgotten() {
        let doorkeeper = Doorkeeper::default();
        assert!(!doorkeeper.request("a"));
        assert!(doorkeeper.request("a"));
        let known = (0..50_000).filter(|n| doorkeeper.request(&format!("made up {n}"))).count();
        assert_eq!(known, 0);
    }

    #[test]
    fn what_is_worth_nothing_stays_so() {
        let made = CachePolicy::of([CacheTag::Tags, CacheTag::Tags])
            .unless(true)
            .admit_on_second_request(true);
        assert_eq!((made.admission, made.tags.len()), (Admission::Never, 1));
    }
}
