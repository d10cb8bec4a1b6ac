//! The last change version of each cache tag. A reader takes the current version before it reads
//! from the database, and later checks that no tag of its data has changed since. So data read
//! before a write is never valid after it.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::domain::cache_tag::CacheTag;

/// The number of versions for tags with an id. Tags that share one are invalidated together, which
/// costs a needless cache miss. With this many that is rare, and all of them fit a core's cache.
const WITH_ID: usize = 1 << 14;

/// The number of versions for tags without an id, which change too often to share one.
const WITHOUT_ID: usize = 8;

/// A position in this process's order of changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ChangeVersion(u64);

impl ChangeVersion {
    /// Returns the position, counted from 0.
    #[must_use]
    pub fn number(self) -> u64 {
        self.0
    }
}

/// The place of a cache tag's version. Tags may share one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TagSlot(u16);

/// The versions of all tags, shared by all threads. A check costs a load for each tag.
pub struct TagVersions {
    /// The current change version.
    current: AtomicU64,
    /// The change version at which all tags were last invalidated.
    flushed_at: AtomicU64,
    versions: Box<[AtomicU64]>,
}

impl Default for TagVersions {
    fn default() -> Self {
        let versions = (0..WITHOUT_ID + WITH_ID).map(|_| AtomicU64::new(0)).collect();
        Self { current: AtomicU64::new(0), flushed_at: AtomicU64::new(0), versions }
    }
}

impl TagVersions {
    /// Returns the current version. Take it before reading data that will be cached.
    #[must_use]
    pub fn version(&self) -> ChangeVersion {
        ChangeVersion(self.current.load(Ordering::SeqCst))
    }

    /// Sets a tag's version to a new change version.
    pub fn invalidate(&self, tag: CacheTag) {
        let now = self.current.fetch_add(1, Ordering::SeqCst) + 1;
        let version = match tag {
            CacheTag::Everything => &self.flushed_at,
            other => self.cell(Self::slot_of(other)),
        };
        version.fetch_max(now, Ordering::SeqCst);
    }

    /// Whether none of these tags has changed since a version.
    #[must_use]
    pub fn unchanged_since(&self, since: ChangeVersion, slots: &[TagSlot]) -> bool {
        self.flushed_at.load(Ordering::Acquire) <= since.0
            && slots.iter().all(|version| self.cell(*version).load(Ordering::Acquire) <= since.0)
    }

    /// Returns the number of changes so far.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.current.load(Ordering::Relaxed)
    }

    /// Returns the place of a tag's version. [`CacheTag::Everything`] has none of its own.
    #[must_use]
    pub fn slot_of(tag: CacheTag) -> TagSlot {
        let by_id = |kind: u64, id: i64| {
            // Fibonacci hashing (Knuth, The Art of Computer Programming, volume 3, section 6.4): it
            // spreads neighbouring ids.
            let mixed = (id.cast_unsigned() << 2 | kind).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            WITHOUT_ID + (mixed >> (64 - WITH_ID.trailing_zeros())) as usize
        };
        let index = match tag {
            CacheTag::Everything => 0,
            CacheTag::Articles => 1,
            CacheTag::Updates => 2,
            CacheTag::Tags => 3,
            CacheTag::Settings => 4,
            CacheTag::Article(id) => by_id(0, id),
            CacheTag::Tagged(id) => by_id(1, id),
            CacheTag::Tag(id) => by_id(2, id),
            CacheTag::Discussion(id) => by_id(3, id),
        };
        TagSlot(u16::try_from(index).unwrap_or(0))
    }

    fn cell(&self, version: TagSlot) -> &AtomicU64 {
        // `slot_of` returns only valid indices.
        self.versions.get(usize::from(version.0)).unwrap_or(&self.flushed_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slots_of(all: &[CacheTag]) -> Vec<TagSlot> {
        all.iter().copied().map(TagVersions::slot_of).collect()
    }

    #[test]
    fn only_a_change_of_its_own_tags_invalidates() {
        let tag_versions = TagVersions::default();
        let of = slots_of(&[CacheTag::Article(1), CacheTag::Settings]);
        let version = tag_versions.version();
        for other in
            [CacheTag::Article(2), CacheTag::Articles, CacheTag::Tag(1), CacheTag::Tagged(1)]
        {
            tag_versions.invalidate(other);
            assert!(tag_versions.unchanged_since(version, &of), "{other}");
        }
        tag_versions.invalidate(CacheTag::Article(1));
        assert!(!tag_versions.unchanged_since(version, &of));
        let later = tag_versions.version();
        assert!(tag_versions.unchanged_since(later, &of));
        tag_versions.invalidate(CacheTag::Settings);
        assert!(!tag_versions.unchanged_since(later, &of));
    }

    #[test]
    fn everything_invalidates_all_tags() {
        let tag_versions = TagVersions::default();
        let version = tag_versions.version();
        tag_versions.invalidate(CacheTag::Everything);
        assert!(!tag_versions.unchanged_since(version, &slots_of(&[CacheTag::Tag(9)])));
        assert!(!tag_versions.unchanged_since(version, &[]));
        assert!(tag_versions.unchanged_since(tag_versions.version(), &[]));
    }

    #[test]
    fn neighbouring_ids_rarely_share_a_version() {
        let mut all: Vec<TagSlot> =
            (1..=1000).map(|id| TagVersions::slot_of(CacheTag::Article(id))).collect();
        all.sort_unstable();
        all.dedup();
        assert!(all.len() > 950, "{} of 1,000", all.len());
    }
}
