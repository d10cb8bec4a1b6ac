//! The changes of the database, by cache tag. Triggers insert cache tags into the table `changes`,
//! in the writing transaction. Each process reads the new rows, its own before it acknowledges the
//! write.

pub mod tag_versions;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use diesel::dsl::{max, min};

use super::connection::ready;
use super::schema::changes;
use super::{Conn, StoreError, StoreResult};
use crate::domain::cache_tag::CacheTag;
use crate::store::prelude::*;
use tag_versions::{ChangeVersion, TagVersions};

/// From this many rows on, all tags are invalidated: that costs less than reading them.
pub(super) const FLUSH_THRESHOLD: i64 = 2_000;

/// The most rows that one transaction deletes.
const DELETE_BATCH: i64 = 5_000;

/// The changes that this process has read.
#[derive(Default)]
pub struct Changes {
    tag_versions: TagVersions,
    /// The newest row read on SQLite, where rows are numbered in commit order.
    followed: Mutex<i64>,
    /// Rows that were read and may be read again: transaction by number. PostgreSQL only.
    known: Mutex<BTreeMap<i64, i64>>,
    /// The newest row at the last clean-up. The next one may delete the rows below it.
    deletable: AtomicI64,
    /// How often all tags were invalidated because the changed ones were unknown.
    flushes: AtomicU64,
}

/// A row of the table.
#[derive(Debug, Clone, Queryable)]
pub struct Row {
    /// The row's number.
    pub seq: i64,
    /// The id of its transaction. PostgreSQL only.
    pub transaction: i64,
    /// The name of the changed cache tag.
    pub touched: String,
}

impl Changes {
    /// Returns the versions of all cache tags.
    #[must_use]
    pub fn tag_versions(&self) -> &TagVersions {
        &self.tag_versions
    }

    /// Returns the current change version.
    #[must_use]
    pub fn version(&self) -> ChangeVersion {
        self.tag_versions.version()
    }

    /// Returns how often all tags were invalidated because the changed ones were unknown.
    #[must_use]
    pub fn flushes(&self) -> u64 {
        self.flushes.load(Ordering::Relaxed)
    }

    /// Invalidates all cache tags.
    pub(super) fn invalidate_all(&self) {
        self.flushes.fetch_add(1, Ordering::Relaxed);
        self.tag_versions.invalidate(CacheTag::Everything);
    }

    /// Starts to follow a SQLite file at its newest row.
    pub(super) async fn begin(&self, conn: &mut Conn<'_>) -> StoreResult<()> {
        let newest = newest(conn).await?;
        *self.followed.lock().unwrap_or_else(PoisonError::into_inner) = newest;
        Ok(())
    }

    /// Reads the rows that were committed to a SQLite file since the last call. If that fails, all
    /// tags are invalidated: a stale cache entry must not outlive a write.
    pub(super) fn follow(&self, conn: &mut Conn<'_>) {
        let mut followed = self.followed.lock().unwrap_or_else(PoisonError::into_inner);
        let read = ready(async {
            let newest = newest(conn).await?;
            let rows = match newest - *followed {
                0 => Vec::new(),
                1..FLUSH_THRESHOLD => between(conn, *followed, newest).await?,
                // Too many rows, or another file than before.
                _ => return Ok((newest, None)),
            };
            // A gap means that rows were deleted before they were read.
            let complete = rows.len() as i64 == newest - *followed;
            Ok::<_, StoreError>((newest, complete.then_some(rows)))
        });
        match read {
            Ok((newest, rows)) => {
                *followed = newest;
                match rows {
                    Some(rows) => self.invalidate(&rows),
                    None => self.invalidate_all(),
                }
            }
            Err(error) => {
                tracing::warn!(%error, "the changes could not be read; all cache tags are invalidated");
                self.invalidate_all();
            }
        }
    }

    fn invalidate(&self, rows: &[Row]) {
        let mut touched: Vec<CacheTag> =
            rows.iter().map(|row| CacheTag::parse(&row.touched)).collect();
        touched.sort_unstable();
        touched.dedup();
        for tag in touched {
            self.tag_versions.invalidate(tag);
        }
    }

    /// Invalidates the tags of PostgreSQL's rows that were not read before.
    pub(super) fn invalidate_new(&self, mut rows: Vec<Row>) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let too_many = rows.len() as i64 >= FLUSH_THRESHOLD;
        rows.retain(|row| !known.contains_key(&row.seq));
        if too_many {
            self.invalidate_all()
        } else {
            self.invalidate(&rows)
        }
        // Last: a caller that finds a row here relies on its tag's invalidation.
        known.extend(rows.iter().map(|row| (row.seq, row.transaction)));
    }

    /// Drops known rows of transactions older than this one.
    pub(super) fn prune_known(&self, transaction: i64) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, row_transaction| *row_transaction >= transaction);
    }

    /// Returns the number below which rows may be deleted: the newest row at the previous call.
    /// That call is longer ago than any process lags behind. The newest row stays, so numbering
    /// continues.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn outdated(&self, conn: &mut Conn<'_>) -> StoreResult<i64> {
        let newest = newest(conn).await?;
        Ok(self.deletable.swap(newest, Ordering::Relaxed))
    }
}

/// Deletes a batch of rows below a number. Returns whether more may be left. A batch is small, so
/// writers don't wait long.
///
/// # Errors
/// Those of the database.
pub async fn delete_batch(conn: &mut Conn<'_>, below: i64) -> StoreResult<bool> {
    let first: Option<i64> =
        with_backend!(conn, changes::table.select(min(changes::seq)).get_result(conn).await)?;
    let Some(first) = first.filter(|first| *first < below) else { return Ok(false) };
    let until = below.min(first + DELETE_BATCH);
    with_backend!(
        conn,
        diesel::delete(changes::table.filter(changes::seq.lt(until))).execute(conn).await
    )?;
    Ok(until < below)
}

async fn newest(conn: &mut Conn<'_>) -> StoreResult<i64> {
    let newest: Option<i64> =
        with_backend!(conn, changes::table.select(max(changes::seq)).get_result(conn).await)?;
    Ok(newest.unwrap_or(0))
}

/// Returns the rows after one number, up to another.
async fn between(conn: &mut Conn<'_>, after: i64, last: i64) -> StoreResult<Vec<Row>> {
    Ok(with_backend!(
        conn,
        changes::table
            .filter(changes::seq.gt(after).and(changes::seq.le(last)))
            .order(changes::seq)
            .load(conn)
            .await
    )?)
}
