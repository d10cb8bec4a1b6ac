//! Which answers are worth keeping, and what they were made from. A handler says so of its
//! [`Representation`](crate::http::conditional::Representation); what says nothing is not kept.

use std::sync::atomic::{AtomicU64, Ordering};

use xxhash_rust::xxh3::xxh3_64;

use crate::domain::Time;
use crate::domain::article::ArticleId;
use crate::domain::listing::{PageRequest, Start};
use crate::domain::touched::Touched;

/// What an answer was made from, and so how long it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeOf {
    /// It holds until one of these is touched.
    pub touched: Vec<Touched>,
    /// It holds until then at the most.
    pub until: Option<Time>,
    /// When it is kept.
    pub worth: Worth,
}

/// When an answer is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Worth {
    /// At once: there are no more of its kind than there are things.
    Keeping,
    /// When it is asked for again soon. Cursors, times and selections of fields can be made up
    /// without end, and whoever does must not fill the cache with them.
    KeepingIfAskedTwice,
    /// Never: an empty list, for one, can be had for every word there is.
    Nothing,
}

impl MadeOf {
    /// Made of these things.
    #[must_use]
    pub fn of(touched: impl IntoIterator<Item = Touched>) -> Self {
        let mut touched: Vec<Touched> = touched.into_iter().collect();
        touched.sort_unstable();
        touched.dedup();
        Self { touched, until: None, worth: Worth::Keeping }
    }

    /// Made of what readers see of an article's conversation. That there is nothing of it is
    /// kept too: most articles have none, and there are no more of them than articles.
    #[must_use]
    pub fn of_discussion(article: ArticleId, page: &PageRequest) -> Self {
        Self::of([Touched::Article(article), Touched::Discussion(article), Touched::Settings])
            .if_asked_twice(page.start != Start::Beginning)
    }

    /// Holds no longer than until then.
    #[must_use]
    pub fn until(mut self, time: Option<Time>) -> Self {
        self.no_longer_than(time);
        self
    }

    /// Holds no longer than until then.
    pub fn no_longer_than(&mut self, time: Option<Time>) {
        self.until = [self.until, time].into_iter().flatten().min();
    }

    /// Is worth keeping only if it is asked for twice.
    #[must_use]
    pub fn if_asked_twice(mut self, condition: bool) -> Self {
        if condition && self.worth == Worth::Keeping {
            self.worth = Worth::KeepingIfAskedTwice;
        }
        self
    }

    /// Is not worth keeping.
    #[must_use]
    pub fn unless(mut self, condition: bool) -> Self {
        if condition {
            self.worth = Worth::Nothing;
        }
        self
    }

    /// What a CDN may purge it by, with this between the words.
    #[must_use]
    pub fn words(&self, between: &str) -> String {
        let words: Vec<String> = self.touched.iter().map(ToString::to_string).collect();
        words.join(between)
    }
}

/// Who was asked for lately. It remembers that many, roughly, and never grows.
pub struct Lately(Box<[AtomicU64]>);

const REMEMBERED: usize = 1 << 12;

impl Default for Lately {
    fn default() -> Self {
        Self((0..REMEMBERED).map(|_| AtomicU64::new(0)).collect())
    }
}

impl Lately {
    /// Whether this was asked for not long ago; from now on it was.
    pub fn asked(&self, key: &str) -> bool {
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
        let lately = Lately::default();
        assert!(!lately.asked("a"));
        assert!(lately.asked("a"));
        let known = (0..50_000).filter(|n| lately.asked(&format!("made up {n}"))).count();
        assert_eq!(known, 0);
    }

    #[test]
    fn what_is_worth_nothing_stays_so() {
        let made = MadeOf::of([Touched::Tags, Touched::Tags]).unless(true).if_asked_twice(true);
        assert_eq!((made.worth, made.touched.len()), (Worth::Nothing, 1));
    }
}
