//! The rate limit of each remote host, shared by all instances: the earliest time of its next
//! request.

use crate::store::prelude::*;

use super::schema::host_rate_limits;
use super::types::Timestamp;
use super::{Conn, StoreResult, dialect};
use crate::domain::Time;

/// Takes a host's rate limit slot, and sets the time of the next one. If the slot is taken, returns
/// the time of the next one as an error.
pub async fn take_slot(
    conn: &mut Conn<'_>,
    host: &str,
    now: Time,
    next: Time,
) -> StoreResult<Result<(), Time>> {
    let inserted = with_backend!(
        conn,
        diesel::insert_into(host_rate_limits::table)
            .values((
                host_rate_limits::host.eq(host),
                host_rate_limits::next_at.eq(Timestamp(next))
            ))
            .on_conflict_do_nothing()
            .execute(conn)
            .await
    )?;
    if inserted == 1 {
        return Ok(Ok(()));
    }
    let taken = with_backend!(
        conn,
        diesel::update(
            host_rate_limits::table.find(host).filter(host_rate_limits::next_at.le(Timestamp(now)))
        )
        .set(host_rate_limits::next_at.eq(Timestamp(next)))
        .execute(conn)
        .await
    )?;
    if taken == 1 {
        return Ok(Ok(()));
    }
    let at: Option<Timestamp> = with_backend!(
        conn,
        host_rate_limits::table
            .find(host)
            .select(host_rate_limits::next_at)
            .get_result(conn)
            .await
            .optional()
    )?;
    Ok(Err(at.map_or(next, |at| at.0)))
}

/// Deletes expired rate limits. Returns their number.
pub async fn delete_expired(conn: &mut Conn<'_>, now: Time) -> StoreResult<usize> {
    dialect::delete_expired(conn, ["host_rate_limits", "host", "next_at"], now).await
}
