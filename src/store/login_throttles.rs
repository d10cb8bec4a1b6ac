//! Counts of failed logins, shared by all instances. Called by `service/auth/throttle.rs`, which
//! knows what they mean.

use diesel::IntoSql;
use diesel::dsl::case_when;
use diesel::sql_types::Integer;

use super::schema::login_throttles;
use super::types::Timestamp;
use super::{Conn, StoreResult};
use crate::domain::Time;
use crate::store::prelude::*;

/// How often something failed, and until when it is made to wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Throttle {
    /// Failures in a row.
    pub failures: i32,
    /// No attempt before this.
    pub blocked_until: Time,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = login_throttles)]
struct ThrottleRow {
    failures: i32,
    blocked_until: Timestamp,
}

/// Until when any of these subjects is made to wait, if any has a row.
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

/// Counts one more failure, beginning at one if the last was before `forget`, and tells how it
/// stands: the new count with the wait that held so far. Until the transaction ends nobody else
/// counts this subject, so the wait that follows from the count can be set after it.
pub async fn count_failure(
    conn: &mut Conn<'_>,
    subject: &str,
    forget: Time,
    now: Time,
) -> StoreResult<Throttle> {
    let stale = login_throttles::updated_at.lt(Timestamp(forget));
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

/// Makes a subject wait until then.
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

/// Takes one failure back and lets the subject try again at once.
pub async fn take_back(conn: &mut Conn<'_>, subject: &str, now: Time) -> StoreResult<()> {
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

/// Forgets a subject.
pub async fn clear(conn: &mut Conn<'_>, subject: &str) -> StoreResult<()> {
    with_backend!(conn, diesel::delete(login_throttles::table.find(subject)).execute(conn).await)?;
    Ok(())
}

/// Forgets the subjects whose last failure was before a time; how many.
pub async fn purge(conn: &mut Conn<'_>, before: Time) -> StoreResult<usize> {
    Ok(with_backend!(
        conn,
        diesel::delete(
            login_throttles::table.filter(login_throttles::updated_at.lt(Timestamp(before)))
        )
        .execute(conn)
        .await
    )?)
}
