//! The verifications that wait, and the one that gives way when there are too many.

use crate::domain::Time;
use crate::domain::mention::MentionId;
use crate::store::prelude::*;
use crate::store::schema::web_jobs;
use crate::store::types::Timestamp;
use crate::store::{Conn, StoreResult};

/// Numbers of queued or running verifications.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// Those of a source's host.
    pub of_host: i64,
    /// Those that a network has caused.
    pub of_network: i64,
    /// All.
    pub all: i64,
}

/// Counts the queued or running verifications.
pub async fn count_waiting(conn: &mut Conn<'_>, host: &str, network: &str) -> StoreResult<Waiting> {
    let (of_host, of_network, all) = with_backend!(conn, {
        let all = || web_jobs::table.filter(web_jobs::mention_id.is_not_null()).count();
        (
            all().filter(web_jobs::host.eq(host)).get_result(conn).await?,
            all().filter(web_jobs::network.eq(network)).get_result(conn).await?,
            all().get_result(conn).await?,
        )
    });
    Ok(Waiting { of_host, of_network, all })
}

/// The last of the waiting verifications, in the order in which they are claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = web_jobs)]
pub struct Last {
    id: i64,
    mention_id: Option<i64>,
    generation: i64,
    /// The number of failed attempts.
    pub attempts: i32,
    /// The number of verifications of its network that waited before it.
    pub network_rank: i32,
}

impl Last {
    /// Returns the mention.
    #[must_use]
    pub fn mention(&self) -> Option<MentionId> {
        self.mention_id
    }
}

/// Returns the last of the waiting verifications. Running ones are left out.
pub async fn find_last(conn: &mut Conn<'_>, now: Time) -> StoreResult<Option<Last>> {
    let is_free = web_jobs::leased_until.is_null().or(web_jobs::leased_until.le(Timestamp(now)));
    Ok(with_backend!(
        conn,
        web_jobs::table
            .filter(web_jobs::mention_id.is_not_null())
            .filter(is_free)
            .order((
                web_jobs::attempts.desc(),
                web_jobs::network_rank.desc(),
                web_jobs::due_at.desc(),
                web_jobs::id.desc(),
            ))
            .select(Last::as_select())
            .limit(1)
            .get_result(conn)
            .await
            .optional()
    )?)
}

/// Deletes a waiting job, unless it was claimed or requested again meanwhile. Returns whether it did.
pub async fn delete_last(conn: &mut Conn<'_>, last: &Last, now: Time) -> StoreResult<bool> {
    let is_free = web_jobs::leased_until.is_null().or(web_jobs::leased_until.le(Timestamp(now)));
    let deleted = with_backend!(
        conn,
        diesel::delete(
            web_jobs::table
                .find(last.id)
                .filter(web_jobs::generation.eq(last.generation))
                .filter(is_free)
        )
        .execute(conn)
        .await
    )?;
    Ok(deleted == 1)
}

/// Whether outgoing work for a host is due by a time. It runs, or waits for the host's rate limit.
pub async fn is_host_reserved(conn: &mut Conn<'_>, host: &str, by: Time) -> StoreResult<bool> {
    let first: Option<i64> = with_backend!(
        conn,
        web_jobs::table
            .filter(web_jobs::host.eq(host))
            .filter(web_jobs::mention_id.is_null())
            .filter(web_jobs::due_at.le(Timestamp(by)))
            .select(web_jobs::id)
            .limit(1)
            .get_result(conn)
            .await
            .optional()
    )?;
    Ok(first.is_some())
}
