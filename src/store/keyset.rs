//! Keyset pagination for list queries.

/// Orders a boxed query by a column and then by id, and starts it at the page's position:
/// `keyset!(query, tags::name_sort, tags::id, page, direction, to_key)`.
///
/// The condition is `column >= key AND (column > key OR id > last)`. Both planners turn its first
/// half into an index range. With the usual `column > key OR (column = key AND id > last)` SQLite
/// reads the index from its beginning.
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

/// Returns the key as a time.
pub fn as_time(key: &SortKey) -> Result<Timestamp, StoreError> {
    match key {
        SortKey::Time(time) => Ok(Timestamp(*time)),
        _ => Err(mismatch()),
    }
}

/// Returns the key as a collation key.
pub fn as_bytes(key: &SortKey) -> Result<Vec<u8>, StoreError> {
    match key {
        SortKey::Bytes(bytes) => Ok(bytes.clone()),
        _ => Err(mismatch()),
    }
}

/// Returns the key as a number.
pub fn as_number(key: &SortKey) -> Result<i64, StoreError> {
    match key {
        SortKey::Number(number) => Ok(*number),
        _ => Err(mismatch()),
    }
}
