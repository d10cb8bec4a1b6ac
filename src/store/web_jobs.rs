//! The queue of jobs on other sites, shared by all instances. A job is inserted and deleted in the
//! transactions that cause and complete it, and claimed with a lease. If an instance stops, another
//! claims the job when its lease ends. So each job runs at least once.

use crate::store::prelude::*;

use super::schema::{host_rate_limits, web_jobs};
use super::types::Timestamp;
use super::{Conn, StoreResult, dialect};
use crate::domain::Time;
use crate::domain::article::ArticleId;
use crate::domain::mention::{MentionId, PingId};

/// A job's work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// Verify that a source links to its target.
    Verify(MentionId),
    /// Find an article's links, and queue pings for them.
    Announce(ArticleId),
    /// Deliver a ping.
    Ping(PingId),
}

/// A job that this instance owns until its lease ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Job {
    /// The job's id.
    pub id: i64,
    /// The work to do.
    pub task: Task,
    /// The number of failed attempts.
    pub attempts: i32,
    /// The number of requests for the job at the time of the claim.
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

macro_rules! push_into {
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

/// Queues a task at a time. A queued task gets the new time. A running one runs again afterwards.
pub async fn push(conn: &mut Conn<'_>, task: Task, due: Time) -> StoreResult<()> {
    match task {
        Task::Verify(id) => push_into!(conn, mention_id, id, due),
        Task::Announce(id) => push_into!(conn, article_id, id, due),
        Task::Ping(id) => push_into!(conn, ping_id, id, due),
    }?;
    Ok(())
}

/// Whether a task to announce the article is queued or running.
pub async fn has_announcement(conn: &mut Conn<'_>, article: ArticleId) -> StoreResult<bool> {
    let id: Option<i64> = with_backend!(
        conn,
        web_jobs::table
            .filter(web_jobs::article_id.eq(article))
            .select(web_jobs::id)
            .get_result(conn)
            .await
            .optional()
    )?;
    Ok(id.is_some())
}

/// Whether any job is due and without a valid lease.
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

/// Returns the number of queued count_verifications.
pub async fn count_verifications(conn: &mut Conn<'_>) -> StoreResult<i64> {
    Ok(with_backend!(
        conn,
        web_jobs::table.filter(web_jobs::mention_id.is_not_null()).count().get_result(conn).await
    )?)
}

/// Claims due jobs with a lease until a time.
pub async fn claim(
    conn: &mut Conn<'_>,
    now: Time,
    until: Time,
    limit: i64,
) -> StoreResult<Vec<Job>> {
    let ids = dialect::lock_due_jobs(conn, now, limit).await?;
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

/// Deletes a job, or releases it if it was requested again in the meantime.
pub async fn finish(conn: &mut Conn<'_>, job: &Job) -> StoreResult<()> {
    let deleted = with_backend!(
        conn,
        diesel::delete(
            web_jobs::table.find(job.id).filter(web_jobs::generation.eq(job.generation))
        )
        .execute(conn)
        .await
    )?;
    if deleted == 0 {
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

/// Whether the job wasn't requested again since its claim.
pub async fn is_current(conn: &mut Conn<'_>, job: &Job) -> StoreResult<bool> {
    let generation: Option<i64> = with_backend!(
        conn,
        web_jobs::table.find(job.id).select(web_jobs::generation).get_result(conn).await.optional()
    )?;
    Ok(generation == Some(job.generation))
}

/// Releases a job, due at another time.
pub async fn reschedule(
    conn: &mut Conn<'_>,
    job: &Job,
    due: Time,
    attempts: i32,
) -> StoreResult<()> {
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
    // A job that was requested again keeps its own due time.
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

/// Takes a host's rate limit slot, and sets the time of the next one. If the slot is taken, returns
/// the time of the next one as an error.
pub async fn take_host_slot(
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
pub async fn purge_rate_limits(conn: &mut Conn<'_>, now: Time) -> StoreResult<usize> {
    dialect::purge(conn, ["host_rate_limits", "host", "next_at"], now).await
}
