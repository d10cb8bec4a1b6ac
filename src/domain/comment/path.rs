//! The paths of comments in the conversation. Sorted by their bytes, they are in its order.

use crate::domain::Time;

/// A comment's id.
pub type CommentId = i64;

/// The bytes of a time or an id in a path.
const PART_BYTES: usize = size_of::<CommentId>();
/// The bytes of a comment in a path.
const STEP_BYTES: usize = 2 * PART_BYTES;
/// Added to the microseconds since 1970, so that earlier times sort by their bytes, too.
const TIME_OFFSET: i64 = 1 << 62;

/// Returns the path of a comment below its parent, or of a top-level one. A path consists of the times
/// and ids from the root down, each as eight big-endian bytes. So paths sort in the conversation's
/// order: replies follow their parent, oldest first.
#[must_use]
pub fn path_below(parent: &[u8], created_at: Time, id: CommentId) -> Vec<u8> {
    let time = created_at.timestamp_micros().saturating_add(TIME_OFFSET);
    [parent, &time.to_be_bytes(), &id.to_be_bytes()].concat()
}

/// Returns an upper bound of all paths below this one. No time begins with this byte.
#[must_use]
pub fn path_end(path: &[u8]) -> Vec<u8> {
    [path, &[0xFF]].concat()
}

/// Returns the comments of a path, from the root down.
fn path_ids(path: &[u8]) -> impl DoubleEndedIterator<Item = CommentId> {
    let (parts, _) = path.as_chunks::<PART_BYTES>();
    parts.iter().skip(1).step_by(2).map(|id| CommentId::from_be_bytes(*id))
}

/// Returns the ancestors of a comment, by its path, from its parent up to the root.
#[must_use]
pub fn path_ancestors(path: &[u8]) -> Vec<CommentId> {
    path_ids(path_parent(path)).rev().collect()
}

/// Returns the comment of a path.
#[must_use]
pub fn path_id(path: &[u8]) -> Option<CommentId> {
    path_ids(path).next_back()
}

/// Returns the path of the parent: empty for a top-level comment.
#[must_use]
pub fn path_parent(path: &[u8]) -> &[u8] {
    &path[..path.len().saturating_sub(STEP_BYTES)]
}

/// Returns the path of the first comment of the thread. `None` if the path is invalid.
#[must_use]
pub fn path_root(path: &[u8]) -> Option<&[u8]> {
    let is_complete = path.len().is_multiple_of(STEP_BYTES);
    path.get(..STEP_BYTES).filter(|_| is_complete)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_sort_in_conversation_order() {
        let at = |micros| chrono::DateTime::from_timestamp_micros(micros).expect("a time");
        let first = path_below(&[], at(-5), 9);
        let answer = path_below(&first, at(30), 300);
        let second = path_below(&[], at(4), 7);
        assert!(first < answer && answer < path_end(&first) && path_end(&first) < second);
        assert!(second < path_below(&[], at(4), 8) && path_below(&[], at(5), 1) > second);
        assert!(
            path_below(&answer, chrono::DateTime::<chrono::Utc>::MAX_UTC, i64::MAX)
                < path_end(&answer)
        );
        assert_eq!(path_root(&answer), Some(&first[..]));
        let below = path_below(&answer, at(31), 301);
        assert_eq!(path_ancestors(&below), [300, 9]);
        assert_eq!((path_id(&below), path_parent(&below)), (Some(301), &answer[..]));
        assert_eq!((path_id(&[]), path_parent(&first)), (None, &[][..]));
        for broken in [&b""[..], &answer[..9], &answer[..24], b"short"] {
            assert_eq!(path_root(broken), None);
        }
    }
}
