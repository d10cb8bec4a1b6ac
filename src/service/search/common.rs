//! Caches the terms that at least a tenth of all articles contain. Counting these is expensive, and
//! the result changes rarely, so entries expire only by time.

use chrono::TimeDelta;
use quick_cache::sync::Cache;

use crate::domain::Time;
use crate::domain::search::Index;
use crate::domain::search::plan::Node;

/// The capacity in terms, above the number of common terms of any language.
const CAPACITY: usize = 1_000;

/// The lifetime of an entry.
const LIFETIME: TimeDelta = TimeDelta::minutes(1);

/// The common terms with the times at which they were counted.
pub struct CommonTerms(Cache<(Index, Node), Time>);

impl Default for CommonTerms {
    fn default() -> Self {
        Self(Cache::new(CAPACITY))
    }
}

impl CommonTerms {
    /// Whether the term was found to be common within the lifetime.
    pub(super) fn contains(&self, index: Index, node: &Node, now: Time) -> bool {
        let counted_at = self.0.get(&(index, node.clone()));
        counted_at.is_some_and(|at| (at..at + LIFETIME).contains(&now))
    }

    /// Adds a common term.
    pub(super) fn insert(&self, index: Index, node: Node, now: Time) {
        self.0.insert((index, node), now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entry_lives_for_a_minute_in_its_index() {
        let common = CommonTerms::default();
        let node = || Node::Stem("ليبيا".into());
        let then = Time::UNIX_EPOCH;
        common.insert(Index::Published, node(), then);
        assert!(common.contains(Index::Published, &node(), then + TimeDelta::seconds(59)));
        assert!(!common.contains(Index::Published, &node(), then + TimeDelta::seconds(60)));
        assert!(!common.contains(Index::Published, &node(), then - TimeDelta::seconds(1)));
        assert!(!common.contains(Index::Unpublished, &node(), then));
        assert!(!common.contains(Index::Published, &Node::Stem("بنغازي".into()), then));
    }
}
