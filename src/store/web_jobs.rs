//! The queue of what is to be done on the web, shared by all instances. Called by
//! `service/mentions/`. A job is put in by the transaction that makes it necessary, claimed with a
//! lease, and taken out by the transaction that keeps what came of it: whoever dies in between
//! leaves it to be claimed again when the lease ends. So each job is done at least once.

use crate::store::prelude::*;

use super::schema::{host_rate_limits, web_jobs};
use super::types::Timestamp;
use super::{Conn, StoreResult, dialect};
use crate::domain::Time;
use crate::domain::article::ArticleId;
use crate::domain::mention::{MentionId, PingId};

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// See whether a source links to its target.
    Verify(MentionId),
    /// See what an article links to now.
    Announce(ArticleId),
    /// Tell a link to where it leads.
    Ping(PingId),
}

/// A job that is ours until its lease ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Job {
    /// Its number.
    pub id: i64,
    /// What is to be done.
    pub task: Task,
    /// How often it was tried in vain.
    pub attempts: i32,
    /// How often it had been asked for when it was claimed.
    generation: i64,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = web_jobs)]
struct JobRow {
    id: i64,
    mention_id: Option<i64>,
    article_id: Option<i64>,
    ping_id: Option<i64>,
    attempts: i32,
    generation: i64,
}

impl JobRow {
    fn job(&self) -> Option<Job> {
        let task = match (self.mention_id, self.article_id, self.ping_id) {
            (Some(id), None, None) => Task::Verify(id),
            (None, Some(id), None) => Task::Announce(id),
            (None, None, Some(id)) => Task::Ping(id),
            _ => return None,
        };
        Some(Job { id: self.id, task, attempts: self.attempts, generation: self.generation })
    }
}

macro_rules! push_as {
    ($conn:ident, $column:ident, $id:expr, $due:expr) => {
        with_backend!(
            $conn,
            diesel::insert_into(web_jobs::table)
                .values((web_jobs::$column.eq($id), web_jobs::due_at.eq(Timestamp($due))))
                .on_conflict(web_jobs::$column)
                .do_update()
                .set((
                    web_jobs::due_at.eq(Timestamp($due)),
                    web_jobs::attempts.eq(0),
                    web_jobs::generation.eq(web_jobs::generation + 1),
                ))
                .execute($conn)
                .await
        )
    };
}

/// Asks for something to be done. What waits already waits no longer; what is being done is done
/// again after.
pub async fn push(conn: &mut Conn<'_>, task: Task, due: Time) -> StoreResult<()> {
    match task {
        Task::Verify(id) => push_as!(conn, mention_id, id, due),
        Task::Announce(id) => push_as!(conn, article_id, id, due),
        Task::Ping(id) => push_as!(conn, ping_id, id, due),
    }?;
    Ok(())
}

/// Whether an article's links wait to be told.
pub async fn is_announced(conn: &mut Conn<'_>, article: ArticleId) -> StoreResult<bool> {
    let found: Option<i64> = with_backend!(
        conn,
        web_jobs::table
            .filter(web_jobs::article_id.eq(article))
            .select(web_jobs::id)
            .get_result(conn)
            .await
            .optional()
    )?;
    Ok(found.is_some())
}

/// Whether any job is due and nobody's.
pub async fn any_due(conn: &mut Conn<'_>, now: Time) -> StoreResult<bool> {
    let first: Option<i64> = with_backend!(
        conn,
        web_jobs::table
            .filter(web_jobs::due_at.le(Timestamp(now)))
            .filter(web_jobs::leased_until.is_null().or(web_jobs::leased_until.le(Timestamp(now))))
            .order((web_jobs::due_at, web_jobs::id))
            .select(web_jobs::id)
            .limit(1)
            .get_result(conn)
            .await
            .optional()
    )?;
    Ok(first.is_some())
}

/// How many mentions wait to be verified.
pub async fn verifications(conn: &mut Conn<'_>) -> StoreResult<i64> {
    Ok(with_backend!(
        conn,
        web_jobs::table.filter(web_jobs::mention_id.is_not_null()).count().get_result(conn).await
    )?)
}

/// Claims jobs that are due, until the lease ends.
pub async fn claim(
    conn: &mut Conn<'_>,
    now: Time,
    until: Time,
    most: i64,
) -> StoreResult<Vec<Job>> {
    let ids = dialect::lock_due_jobs(conn, now, most).await?;
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<JobRow> = with_backend!(
        conn,
        diesel::update(web_jobs::table.filter(web_jobs::id.eq_any(&ids)))
            .set(web_jobs::leased_until.eq(Timestamp(until)))
            .returning(JobRow::as_returning())
            .load(conn)
            .await
    )?;
    Ok(rows.iter().filter_map(JobRow::job).collect())
}

/// Takes a job out, unless it was asked for again meanwhile: then it waits anew.
pub async fn finish(conn: &mut Conn<'_>, job: &Job) -> StoreResult<()> {
    let done = with_backend!(
        conn,
        diesel::delete(
            web_jobs::table.find(job.id).filter(web_jobs::generation.eq(job.generation))
        )
        .execute(conn)
        .await
    )?;
    if done == 0 {
        with_backend!(
            conn,
            diesel::update(web_jobs::table.find(job.id))
                .set(web_jobs::leased_until.eq(None::<Timestamp>))
                .execute(conn)
                .await
        )?;
    }
    Ok(())
}

/// Whether a job was not asked for again since it was claimed.
pub async fn is_current(conn: &mut Conn<'_>, job: &Job) -> StoreResult<bool> {
    let found: Option<i64> = with_backend!(
        conn,
        web_jobs::table.find(job.id).select(web_jobs::generation).get_result(conn).await.optional()
    )?;
    Ok(found == Some(job.generation))
}

/// Puts a job back, to be done then.
pub async fn put_back(conn: &mut Conn<'_>, job: &Job, due: Time, attempts: i32) -> StoreResult<()> {
    with_backend!(
        conn,
        diesel::update(
            web_jobs::table.find(job.id).filter(web_jobs::generation.eq(job.generation))
        )
        .set((
            web_jobs::due_at.eq(Timestamp(due)),
            web_jobs::attempts.eq(attempts),
            web_jobs::leased_until.eq(None::<Timestamp>),
        ))
        .execute(conn)
        .await
    )?;
    // What was asked for again meanwhile is due when that said.
    with_backend!(
        conn,
        diesel::update(
            web_jobs::table.find(job.id).filter(web_jobs::generation.ne(job.generation))
        )
        .set(web_jobs::leased_until.eq(None::<Timestamp>))
        .execute(conn)
        .await
    )?;
    Ok(())
}

/// Takes a host's turn and says when the next one comes; if it isn't its turn, when that is.
pub async fn take_turn(
    conn: &mut Conn<'_>,
    host: &str,
    now: Time,
    next: Time,
) -> StoreResult<Result<(), Time>> {
    let new = with_backend!(
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
    if new == 1 {
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

/// Forgets turns that are over.
pub async fn purge_turns(conn: &mut Conn<'_>, now: Time) -> StoreResult<usize> {
    Ok(with_backend!(
        conn,
        diesel::delete(
            host_rate_limits::table.filter(host_rate_limits::next_at.lt(Timestamp(now)))
        )
        .execute(conn)
        .await
    )?)
}
