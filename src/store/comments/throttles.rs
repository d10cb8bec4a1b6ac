//! The pauses between comments of the same client, shared by all instances.

use crate::domain::Time;
use crate::store::prelude::*;
use crate::store::schema::comment_throttles;
use crate::store::types::Timestamp;
use crate::store::{Conn, StoreResult, dialect};

/// Returns the time until which a subject must pause. Its row stays locked until the transaction
/// ends, so the next pause can be set afterwards.
pub async fn lock_pause(conn: &mut Conn<'_>, subject: &str, now: Time) -> StoreResult<Time> {
    let until: Timestamp = with_backend!(
        conn,
        diesel::insert_into(comment_throttles::table)
            .values((
                comment_throttles::subject.eq(subject),
                comment_throttles::blocked_until.eq(Timestamp(now)),
            ))
            .on_conflict(comment_throttles::subject)
            .do_update()
            // This changes nothing: it locks the row and reads its current value.
            .set(comment_throttles::blocked_until.eq(comment_throttles::blocked_until))
            .returning(comment_throttles::blocked_until)
            .get_result(conn)
            .await
    )?;
    Ok(until.0)
}

/// Returns the time until which a subject must pause, without a lock.
pub async fn find_pause(conn: &mut Conn<'_>, subject: &str) -> StoreResult<Option<Time>> {
    let until: Option<Timestamp> = with_backend!(
        conn,
        comment_throttles::table
            .find(subject)
            .select(comment_throttles::blocked_until)
            .get_result(conn)
            .await
            .optional()
    )?;
    Ok(until.map(|at| at.0))
}

/// Makes a subject pause until a time.
pub async fn pause(conn: &mut Conn<'_>, subject: &str, until: Time) -> StoreResult<()> {
    with_backend!(
        conn,
        diesel::update(comment_throttles::table.find(subject))
            .set(comment_throttles::blocked_until.eq(Timestamp(until)))
            .execute(conn)
            .await
    )?;
    Ok(())
}

/// Deletes expired pauses. Returns their number.
pub async fn purge_pauses(conn: &mut Conn<'_>, now: Time) -> StoreResult<usize> {
    dialect::purge(conn, ["comment_throttles", "subject", "blocked_until"], now).await
}
