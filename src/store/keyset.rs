//! Keyset paging for the list queries of `articles.rs`, `tags.rs` and `users.rs`.

/// Orders a boxed query by a column and then by id, and lets it begin at the page's start:
/// `keyset!(query, Backend, tags::name_sort, tags::id, request, direction, position => key)`.
///
/// The start is written as `column >= key AND (column > key OR id > last)`: the first half is a
/// range that both databases' planners take from an index, where the textbook
/// `column > key OR (column = key AND id > last)` makes SQLite read the index from its beginning.
macro_rules! keyset {
    ($query:ident, $column:expr, $id:expr, $page:expr, $direction:expr, $to_key:expr) => {{
        use $crate::domain::listing::{Direction, Start};
        let (position, travel) = match &$page.start {
            Start::Beginning => (None, $direction),
            Start::After(position) => (Some(position), $direction),
            Start::Before(position) => (Some(position), $direction.reversed()),
        };
        if let Some(position) = position {
            let key = $to_key(&position.key)?;
            $query = match travel {
                Direction::Ascending => $query
                    .filter($column.ge(key.clone()).and($column.gt(key).or($id.gt(position.id)))),
                Direction::Descending => $query
                    .filter($column.le(key.clone()).and($column.lt(key).or($id.lt(position.id)))),
            };
        }
        $query = match travel {
            Direction::Ascending => $query.order(($column.asc(), $id.asc())),
            Direction::Descending => $query.order(($column.desc(), $id.desc())),
        };
        $crate::store::limited::Limited::at_least($query, $page.limit + 1)
    }};
}

use crate::domain::listing::SortKey;
use crate::store::error::StoreError;
use crate::store::types::Timestamp;

fn mismatch() -> StoreError {
    StoreError::Query("a cursor's key is of another type than the column it was checked for".into())
}

/// The key as a moment.
pub fn as_time(key: &SortKey) -> Result<Timestamp, StoreError> {
    match key {
        SortKey::Time(time) => Ok(Timestamp(*time)),
        _ => Err(mismatch()),
    }
}

/// The key as a collation key.
pub fn as_bytes(key: &SortKey) -> Result<Vec<u8>, StoreError> {
    match key {
        SortKey::Bytes(bytes) => Ok(bytes.clone()),
        _ => Err(mismatch()),
    }
}

/// The key as a number.
pub fn as_number(key: &SortKey) -> Result<i64, StoreError> {
    match key {
        SortKey::Number(number) => Ok(*number),
        _ => Err(mismatch()),
    }
}
