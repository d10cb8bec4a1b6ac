//! When what was last touched. Whoever keeps something made from the database takes a stamp before
//! it reads, and asks later whether the stamp still holds. So nobody need know who keeps what, and
//! what was read before a write can't pass for fresh after it, however late it is put away.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::domain::touched::Touched;

/// Marks for things with a number. Two that share one are dropped together, needlessly and
/// harmlessly; with this many that is rare, and all of them fit a core's cache.
const NUMBERED: usize = 1 << 14;

/// Marks for the rest, which are touched too often to share.
const NAMED: usize = 8;

/// A moment in the order of changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stamp(u64);

/// Where the mark of a thing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark(u16);

/// The marks, shared by all threads. What is asked often costs a load for each thing; what is
/// touched, an addition and a store.
pub struct Marks {
    /// Counts what is touched.
    count: AtomicU64,
    /// When everything was.
    floor: AtomicU64,
    at: Box<[AtomicU64]>,
}

impl Default for Marks {
    fn default() -> Self {
        let at = (0..NAMED + NUMBERED).map(|_| AtomicU64::new(0)).collect();
        Self { count: AtomicU64::new(0), floor: AtomicU64::new(0), at }
    }
}

impl Marks {
    /// Now. Take it before reading what is to be kept.
    #[must_use]
    pub fn stamp(&self) -> Stamp {
        Stamp(self.count.load(Ordering::SeqCst))
    }

    /// Marks a thing as touched now.
    pub fn touch(&self, what: Touched) {
        let now = self.count.fetch_add(1, Ordering::SeqCst) + 1;
        let mark = match what {
            Touched::Everything => &self.floor,
            other => self.cell(Self::of(other)),
        };
        mark.fetch_max(now, Ordering::SeqCst);
    }

    /// Whether none of these was touched since.
    #[must_use]
    pub fn hold(&self, since: Stamp, marks: &[Mark]) -> bool {
        self.floor.load(Ordering::Acquire) <= since.0
            && marks.iter().all(|mark| self.cell(*mark).load(Ordering::Acquire) <= since.0)
    }

    /// How much was touched so far.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }

    /// The mark of a thing. [`Touched::Everything`] has none that could be asked for.
    #[must_use]
    pub fn of(what: Touched) -> Mark {
        let number = |kind: u64, id: i64| {
            // Fibonacci hashing (Knuth, The Art of Computer Programming, volume 3, section 6.4):
            // neighbouring numbers land far apart.
            let mixed = (id.cast_unsigned() << 2 | kind).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            NAMED + (mixed >> (64 - NUMBERED.trailing_zeros())) as usize
        };
        let place = match what {
            Touched::Everything => 0,
            Touched::Articles => 1,
            Touched::Updates => 2,
            Touched::Tags => 3,
            Touched::Settings => 4,
            Touched::Article(id) => number(0, id),
            Touched::Tagged(id) => number(1, id),
            Touched::Tag(id) => number(2, id),
            Touched::Discussion(id) => number(3, id),
        };
        Mark(u16::try_from(place).unwrap_or(0))
    }

    fn cell(&self, mark: Mark) -> &AtomicU64 {
        // There is one for every mark that `of` makes.
        self.at.get(usize::from(mark.0)).unwrap_or(&self.floor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks_of(all: &[Touched]) -> Vec<Mark> {
        all.iter().copied().map(Marks::of).collect()
    }

    #[test]
    fn a_stamp_holds_until_one_of_its_things_is_touched() {
        let marks = Marks::default();
        let of = marks_of(&[Touched::Article(1), Touched::Settings]);
        let stamp = marks.stamp();
        for other in [Touched::Article(2), Touched::Articles, Touched::Tag(1), Touched::Tagged(1)] {
            marks.touch(other);
            assert!(marks.hold(stamp, &of), "{other}");
        }
        marks.touch(Touched::Article(1));
        assert!(!marks.hold(stamp, &of));
        let later = marks.stamp();
        assert!(marks.hold(later, &of));
        marks.touch(Touched::Settings);
        assert!(!marks.hold(later, &of));
    }

    #[test]
    fn everything_is_everything() {
        let marks = Marks::default();
        let stamp = marks.stamp();
        marks.touch(Touched::Everything);
        assert!(!marks.hold(stamp, &marks_of(&[Touched::Tag(9)])));
        assert!(!marks.hold(stamp, &[]));
        assert!(marks.hold(marks.stamp(), &[]));
    }

    #[test]
    fn neighbours_rarely_share_a_mark() {
        let mut all: Vec<Mark> = (1..=1000).map(|id| Marks::of(Touched::Article(id))).collect();
        all.sort_unstable();
        all.dedup();
        assert!(all.len() > 950, "{} of 1,000", all.len());
    }
}
