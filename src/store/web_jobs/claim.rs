//! Claims jobs. Outgoing work and verifications have a lane each, so that a flood of one doesn't
//! delay the other, and a server has at most one running job.

use std::collections::HashSet;

use diesel::sql_types::{BigInt, Nullable, Text};

use super::{Job, JobRow};
use crate::domain::Time;
use crate::store::prelude::*;
use crate::store::schema::web_jobs;
use crate::store::statement::Statement;
use crate::store::types::Timestamp;
use crate::store::{Conn, StoreResult, dialect};

/// The most jobs that are looked at to find some of different servers.
const MAX_CANDIDATES: i64 = 200;

/// A kind of work with worker slots of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// Announcements and pings of this site.
    Outgoing,
    /// Verifications of mentions, which anyone can cause.
    Incoming,
}

impl Lane {
    /// The condition of the lane's partial index.
    fn condition(self) -> &'static str {
        match self {
            Self::Outgoing => "mention_id IS NULL",
            Self::Incoming => "mention_id IS NOT NULL",
        }
    }
}

/// Returns the ids of due jobs of a lane, at most one for each server, in their order: first attempts
/// before others, and among them each network's first before any network's second. Jobs whose server
/// has a running job, or whose host's rate limit allows no request now, are left out.
pub async fn due(
    conn: &mut Conn<'_>,
    lane: Lane,
    now: Time,
    limit: usize,
) -> StoreResult<Vec<i64>> {
    let now = Timestamp(now);
    let statement =
        Statement::<(BigInt, Nullable<Text>)>::new("SELECT id, server FROM web_jobs WHERE ")
            .sql(lane.condition())
            .sql(" AND due_at <= ")
            .moment(now)
            .sql(" AND (leased_until IS NULL OR leased_until <= ")
            .moment(now)
            .sql(
                ") AND (server IS NULL OR (server NOT IN (SELECT busy.server FROM web_jobs AS busy \
             WHERE busy.server IS NOT NULL AND busy.leased_until > ",
            )
            .moment(now)
            .sql(
                ") AND NOT EXISTS (SELECT 1 FROM host_rate_limits \
             WHERE host_rate_limits.host = web_jobs.host AND next_at > ",
            )
            .moment(now)
            .sql("))) ORDER BY attempts, network_rank, due_at, id LIMIT ")
            .number(MAX_CANDIDATES);
    let rows: Vec<(i64, Option<String>)> = with_backend!(conn, statement.load(conn).await)?;
    let mut servers = HashSet::new();
    let mut is_first = |server: &Option<String>| match server {
        Some(server) => servers.insert(server.clone()),
        None => true,
    };
    let firsts = rows.into_iter().filter(|(_, server)| is_first(server)).map(|(id, _)| id);
    Ok(firsts.take(limit).collect())
}

/// Claims jobs with a lease until a time, unless another instance has claimed them meanwhile.
pub async fn claim(
    conn: &mut Conn<'_>,
    ids: &[i64],
    now: Time,
    until: Time,
) -> StoreResult<Vec<Job>> {
    let ids = dialect::lock_free_jobs(conn, ids, now).await?;
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
