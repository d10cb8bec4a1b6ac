//! Counts of failed logins, shared by all instances.

use diesel::IntoSql;
use diesel::dsl::case_when;
use diesel::sql_types::Integer;

use super::schema::login_throttles;
use super::types::Timestamp;
use super::{Conn, StoreResult, dialect};
use crate::domain::Time;
use crate::store::prelude::*;

/// The failed logins of a subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Throttle {
    /// Consecutive failures.
    pub failures: i32,
    /// No attempt is accepted before this time.
    pub blocked_until: Time,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = login_throttles)]
struct ThrottleRow {
    failures: i32,
    blocked_until: Timestamp,
}

/// Returns the latest time until which any of these subjects is blocked.
pub async fn blocked_until(conn: &mut Conn<'_>, subjects: &[&str]) -> StoreResult<Option<Time>> {
    let times: Vec<Timestamp> = with_backend!(
        conn,
        login_throttles::table
            .filter(login_throttles::subject.eq_any(subjects))
            .select(login_throttles::blocked_until)
            .load(conn)
            .await
    )?;
    Ok(times.into_iter().map(|at| at.0).max())
}

/// Counts a failure, and returns the new count with the block so far. The count restarts at one if
/// the last failure was before `reset_before`. The row stays locked until the transaction ends, so
/// the new block can be set afterwards.
pub async fn count_failure(
    conn: &mut Conn<'_>,
    subject: &str,
    reset_before: Time,
    now: Time,
) -> StoreResult<Throttle> {
    let stale = login_throttles::updated_at.lt(Timestamp(reset_before));
    let row: ThrottleRow = with_backend!(
        conn,
        diesel::insert_into(login_throttles::table)
            .values((
                login_throttles::subject.eq(subject),
                login_throttles::failures.eq(1),
                login_throttles::blocked_until.eq(Timestamp(now)),
                login_throttles::updated_at.eq(Timestamp(now)),
            ))
            .on_conflict(login_throttles::subject)
            .do_update()
            .set((
                login_throttles::failures.eq(case_when(stale, 1.into_sql::<Integer>())
                    .otherwise(login_throttles::failures + 1)),
                login_throttles::updated_at.eq(Timestamp(now)),
            ))
            .returning(ThrottleRow::as_returning())
            .get_result(conn)
            .await
    )?;
    Ok(Throttle { failures: row.failures, blocked_until: row.blocked_until.0 })
}

/// Blocks a subject until a time.
pub async fn block(conn: &mut Conn<'_>, subject: &str, until: Time) -> StoreResult<()> {
    with_backend!(
        conn,
        diesel::update(login_throttles::table.find(subject))
            .set(login_throttles::blocked_until.eq(Timestamp(until)))
            .execute(conn)
            .await
    )?;
    Ok(())
}

/// Subtracts one failure, and unblocks the subject.
pub async fn undo_failure(conn: &mut Conn<'_>, subject: &str, now: Time) -> StoreResult<()> {
    with_backend!(
        conn,
        diesel::update(
            login_throttles::table.find(subject).filter(login_throttles::failures.gt(0))
        )
        .set((
            login_throttles::failures.eq(login_throttles::failures - 1),
            login_throttles::blocked_until.eq(Timestamp(now)),
        ))
        .execute(conn)
        .await
    )?;
    Ok(())
}

/// Deletes a subject's failures.
pub async fn clear(conn: &mut Conn<'_>, subject: &str) -> StoreResult<()> {
    with_backend!(conn, diesel::delete(login_throttles::table.find(subject)).execute(conn).await)?;
    Ok(())
}

/// Deletes subjects whose last failure was before a time. Returns their number.
pub async fn purge(conn: &mut Conn<'_>, before: Time) -> StoreResult<usize> {
    dialect::purge(conn, ["login_throttles", "subject", "updated_at"], before).await
}
