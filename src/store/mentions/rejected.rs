//! Rejected mentions, which are deleted after a time. Those that are marked as spam stay, since their
//! sources are refused. No reader has seen a rejected mention, so no count changes.

use crate::domain::Time;
use crate::store::statement::Statement;
use crate::store::types::Timestamp;
use crate::store::{Conn, StoreResult, dialect};

/// The condition of the index of rejected mentions.
const REJECTED: &str = "verification = 'rejected' AND status <> 'spam'";

/// Deletes at most `batch` mentions that were rejected up to a time. Returns their number.
pub async fn delete_rejected(conn: &mut Conn<'_>, until: Time, batch: i64) -> StoreResult<usize> {
    let delete = begin()
        .sql(" AND updated_at <= ")
        .moment(Timestamp(until))
        .sql(" ORDER BY updated_at, id LIMIT ")
        .number(batch)
        .sql(dialect::skip_locked(conn))
        .sql(")");
    Ok(with_backend!(conn, delete.execute(conn).await)?)
}

/// Deletes at most `batch` rejected mentions beyond the newest `kept`. Returns their number.
pub async fn trim_rejected(conn: &mut Conn<'_>, kept: i64, batch: i64) -> StoreResult<usize> {
    let delete = begin()
        .sql(" ORDER BY updated_at DESC, id DESC LIMIT ")
        .number(batch)
        .sql(" OFFSET ")
        .number(kept)
        .sql(dialect::skip_locked(conn))
        .sql(")");
    Ok(with_backend!(conn, delete.execute(conn).await)?)
}

fn begin() -> Statement<()> {
    Statement::new("DELETE FROM mentions WHERE id IN (SELECT id FROM mentions WHERE ").sql(REJECTED)
}
