//! When what was last touched. Whoever keeps something made from the database takes a stamp before
//! it reads, and asks later whether the stamp still holds. So nobody need know who keeps what, and
//! what was read before a write can't pass for fresh after it, however late it is put away.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::domain::cache_tag::CacheTag;

/// Marks for things with a number. Two that share one are dropped together, needlessly and
/// harmlessly; with this many that is rare, and all of them fit a core's cache.
const NUMBERED: usize = 1 << 14;

/// Marks for the rest, which are touched too often to share.
const NAMED: usize = 8;

/// A moment in the order of changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ChangeVersion(u64);

impl ChangeVersion {
    /// Its place in that order, which only this process knows.
    #[must_use]
    pub fn number(self) -> u64 {
        self.0
    }
}

/// Where the mark of a thing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TagVersion(u16);

/// The marks, shared by all threads. What is asked often costs a load for each thing; what is
/// touched, an addition and a store.
pub struct TagVersions {
    /// Counts what is touched.
    count: AtomicU64,
    /// When everything was.
    floor: AtomicU64,
    at: Box<[AtomicU64]>,
}

impl Default for TagVersions {
    fn default() -> Self {
        let at = (0..NAMED + NUMBERED).map(|_| AtomicU64::new(0)).collect();
        Self { count: AtomicU64::new(0), floor: AtomicU64::new(0), at }
    }
}

impl TagVersions {
    /// Now. Take it before reading what is to be kept.
    #[must_use]
    pub fn stamp(&self) -> ChangeVersion {
        ChangeVersion(self.count.load(Ordering::SeqCst))
    }

    /// Marks a thing as touched now.
    pub fn touch(&self, what: CacheTag) {
        let now = self.count.fetch_add(1, Ordering::SeqCst) + 1;
        let mark = match what {
            CacheTag::Everything => &self.floor,
            other => self.cell(Self::of(other)),
        };
        mark.fetch_max(now, Ordering::SeqCst);
    }

    /// Whether none of these was touched since.
    #[must_use]
    pub fn hold(&self, since: ChangeVersion, tag_versions: &[TagVersion]) -> bool {
        self.floor.load(Ordering::Acquire) <= since.0
            && tag_versions.iter().all(|mark| self.cell(*mark).load(Ordering::Acquire) <= since.0)
    }

    /// How much was touched so far.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }

    /// The mark of a thing. [`CacheTag::Everything`] has none that could be asked for.
    #[must_use]
    pub fn of(what: CacheTag) -> TagVersion {
        let number = |kind: u64, id: i64| {
            // Fibonacci hashing (Knuth, The Art of Computer Programming, volume 3, section 6.4):
            // neighbouring numbers land far apart.
            let mixed = (id.cast_unsigned() << 2 | kind).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            NAMED + (mixed >> (64 - NUMBERED.trailing_zeros())) as usize
        };
        let place = match what {
            CacheTag::Everything => 0,
            CacheTag::Articles => 1,
            CacheTag::Updates => 2,
            CacheTag::Tags => 3,
            CacheTag::Settings => 4,
            CacheTag::Article(id) => number(0, id),
            CacheTag::Tagged(id) => number(1, id),
            CacheTag::Tag(id) => number(2, id),
            CacheTag::Discussion(id) => number(3, id),
        };
        TagVersion(u16::try_from(place).unwrap_or(0))
    }

    fn cell(&self, mark: TagVersion) -> &AtomicU64 {
        // There is one for every mark that `of` makes.
        self.at.get(usize::from(mark.0)).unwrap_or(&self.floor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks_of(all: &[CacheTag]) -> Vec<TagVersion> {
        all.iter().copied().map(TagVersions::of).collect()
    }

    #[test]
    fn a_stamp_holds_until_one_of_its_things_is_touched() {
        let tag_versions = TagVersions::default();
        let of = marks_of(&[CacheTag::Article(1), CacheTag::Settings]);
        let stamp = tag_versions.stamp();
        for other in
            [CacheTag::Article(2), CacheTag::Articles, CacheTag::Tag(1), CacheTag::Tagged(1)]
        {
            tag_versions.touch(other);
            assert!(tag_versions.hold(stamp, &of), "{other}");
        }
        tag_versions.touch(CacheTag::Article(1));
        assert!(!tag_versions.hold(stamp, &of));
        let later = tag_versions.stamp();
        assert!(tag_versions.hold(later, &of));
        tag_versions.touch(CacheTag::Settings);
        assert!(!tag_versions.hold(later, &of));
    }

    #[test]
    fn everything_is_everything() {
        let tag_versions = TagVersions::default();
        let stamp = tag_versions.stamp();
        tag_versions.touch(CacheTag::Everything);
        assert!(!tag_versions.hold(stamp, &marks_of(&[CacheTag::Tag(9)])));
        assert!(!tag_versions.hold(stamp, &[]));
        assert!(tag_versions.hold(tag_versions.stamp(), &[]));
    }

    #[test]
    fn neighbours_rarely_share_a_mark() {
        let mut all: Vec<TagVersion> =
            (1..=1000).map(|id| TagVersions::of(CacheTag::Article(id))).collect();
        all.sort_unstable();
        all.dedup();
        assert!(all.len() > 950, "{} of 1,000", all.len());
    }
}
