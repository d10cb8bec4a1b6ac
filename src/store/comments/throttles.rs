//! Who has just commented, shared by all instances. Called by `service/comments/invalidate_all.rs`, which
//! knows what it means, and by the sweeper.

use crate::domain::Time;
use crate::store::prelude::*;
use crate::store::schema::comment_throttles;
use crate::store::types::Timestamp;
use crate::store::{Conn, StoreResult};

/// Until when a subject has to pause. Nobody else passes here with the same subject until the
/// transaction ends, so the pause that follows can be set after it.
pub async fn pause_until(conn: &mut Conn<'_>, subject: &str, now: Time) -> StoreResult<Time> {
    let until: Timestamp = with_backend!(
        conn,
        diesel::insert_into(comment_throttles::table)
            .values((
                comment_throttles::subject.eq(subject),
                comment_throttles::blocked_until.eq(Timestamp(now)),
            ))
            .on_conflict(comment_throttles::subject)
            .do_update()
            // Changes nothing; it is done to hold the row and to read it as it is now.
            .set(comment_throttles::blocked_until.eq(comment_throttles::blocked_until))
            .returning(comment_throttles::blocked_until)
            .get_result(conn)
            .await
    )?;
    Ok(until.0)
}

/// Until when a subject has to pause, if anybody knows, by a look that holds nobody up.
pub async fn paused_until(conn: &mut Conn<'_>, subject: &str) -> StoreResult<Option<Time>> {
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

/// Makes a subject pause until then.
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

/// Forgets the subjects whose pause is over; how many.
pub async fn purge_pauses(conn: &mut Conn<'_>, now: Time) -> StoreResult<usize> {
    Ok(with_backend!(
        conn,
        diesel::delete(
            comment_throttles::table.filter(comment_throttles::blocked_until.le(Timestamp(now)))
        )
        .execute(conn)
        .await
    )?)
}
