//! Words that a tenth of all articles hold. To find that out takes a walk through as many articles,
//! and it stays so: it is remembered for a while, whatever is published meanwhile.

use chrono::TimeDelta;
use quick_cache::sync::Cache;

use crate::domain::Time;
use crate::domain::search::Index;
use crate::domain::search::plan::Node;

/// How many are remembered: more than any language has.
const MOST: usize = 1_000;

/// How long it is believed.
const BELIEVED: TimeDelta = TimeDelta::minutes(1);

/// Those that were found lately, and when.
pub struct Common(Cache<(Index, Node), Time>);

impl Default for Common {
    fn default() -> Self {
        Self(Cache::new(MOST))
    }
}

impl Common {
    /// Whether it was found lately that a tenth of all articles hold something.
    pub(super) fn knows(&self, index: Index, node: &Node, now: Time) -> bool {
        let found = self.0.get(&(index, node.clone()));
        found.is_some_and(|then| (then..then + BELIEVED).contains(&now))
    }

    /// Remembers that it was found.
    pub(super) fn found(&self, index: Index, node: Node, now: Time) {
        self.0.insert((index, node), now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_believed_for_a_minute_of_the_index_it_was_found_in() {
        let common = Common::default();
        let node = || Node::Stem("ليبيا".into());
        let then = Time::UNIX_EPOCH;
        common.found(Index::Published, node(), then);
        assert!(common.knows(Index::Published, &node(), then + TimeDelta::seconds(59)));
        assert!(!common.knows(Index::Published, &node(), then + TimeDelta::seconds(60)));
        assert!(!common.knows(Index::Published, &node(), then - TimeDelta::seconds(1)));
        assert!(!common.knows(Index::Unpublished, &node(), then));
        assert!(!common.knows(Index::Published, &Node::Stem("بنغازي".into()), then));
    }
}
