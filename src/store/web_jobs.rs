//! The queue of jobs on other sites, shared by all instances. A job is inserted and deleted in the
//! transactions that cause and complete it, and claimed with a lease. If an instance stops, another
//! claims the job when its lease ends. So each job runs at least once.

mod claim;
mod waiting;

use crate::store::prelude::*;

use super::schema::web_jobs;
use super::types::Timestamp;
use super::{Conn, StoreResult};
use crate::domain::Time;
use crate::domain::article::ArticleId;
use crate::domain::mention::MentionId;
use crate::domain::ping::PingId;
pub use claim::{Lane, claim, due};
pub use waiting::{Last, Waiting, count_waiting, delete_last, find_last, is_host_reserved};

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

/// The destination of a job's next request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    /// The host, which has a rate limit.
    pub host: String,
    /// The host with its port, which has one running job.
    pub server: String,
}

/// The sender's network of a mention, and the number of its verifications that wait already.
#[derive(Debug, Clone, Copy)]
pub struct Origin<'a> {
    /// The network.
    pub network: &'a str,
    /// The rank of the new verification among those of the network.
    pub rank: i32,
}

/// A job to queue.
#[derive(Debug, Clone, Copy)]
pub struct NewJob<'a> {
    /// The work to do.
    pub task: Task,
    /// The destination of its request, if it has one.
    pub to: Option<&'a Destination>,
    /// The origin of a verification.
    pub from: Option<Origin<'a>>,
    /// The time from which it may run.
    pub due: Time,
}

macro_rules! push_into {
    ($conn:ident, $column:ident, $id:expr, $job:expr) => {
        with_backend!(
            $conn,
            diesel::insert_into(web_jobs::table)
                .values((
                    web_jobs::$column.eq($id),
                    web_jobs::due_at.eq(Timestamp($job.due)),
                    web_jobs::host.eq($job.to.map(|to| to.host.as_str())),
                    web_jobs::server.eq($job.to.map(|to| to.server.as_str())),
                    web_jobs::network.eq($job.from.map(|from| from.network)),
                    web_jobs::network_rank.eq($job.from.map_or(0, |from| from.rank)),
                ))
                .on_conflict(web_jobs::$column)
                .do_update()
                .set((
                    web_jobs::due_at.eq(Timestamp($job.due)),
                    web_jobs::attempts.eq(0),
                    web_jobs::generation.eq(web_jobs::generation + 1),
                    web_jobs::host.eq($job.to.map(|to| to.host.as_str())),
                    web_jobs::server.eq($job.to.map(|to| to.server.as_str())),
                ))
                .execute($conn)
                .await
        )
    };
}

/// Queues a job. A queued one gets the new time and destination, and keeps its place among those of the
/// network that queued it. A running one runs again afterwards.
pub async fn push(conn: &mut Conn<'_>, job: NewJob<'_>) -> StoreResult<()> {
    match job.task {
        Task::Verify(id) => push_into!(conn, mention_id, id, job),
        Task::Announce(id) => push_into!(conn, article_id, id, job),
        Task::Ping(id) => push_into!(conn, ping_id, id, job),
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

/// Sets the destination of a job's next request.
pub async fn set_destination(conn: &mut Conn<'_>, job: &Job, to: &Destination) -> StoreResult<()> {
    with_backend!(
        conn,
        diesel::update(web_jobs::table.find(job.id))
            .set((web_jobs::host.eq(&to.host), web_jobs::server.eq(&to.server)))
            .execute(conn)
            .await
    )?;
    Ok(())
}
