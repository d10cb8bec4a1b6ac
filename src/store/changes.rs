//! What is touched, as it happens: the table `changes`, which triggers fill in the transaction of
//! whoever writes, read by everybody who keeps something (the response cache, the site's
//! settings). A transaction of this process is read before it is acknowledged, so the next request
//! here sees it. What others commit is found by a thread that looks often: `sqlite/watch.rs` and
//! `postgres/watch.rs`.

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

/// More at once than this is everything: it costs less to make anew what is asked for.
pub(super) const MANY: i64 = 2_000;

/// Rows that are deleted in one transaction.
const SOME: i64 = 5_000;

/// What was touched, as far as this process knows.
#[derive(Default)]
pub struct Changes {
    tag_versions: TagVersions,
    /// The newest row on SQLite, where rows are numbered in the order of their commits.
    followed: Mutex<i64>,
    /// Rows by number, with their transactions, that were taken in and may be met again.
    /// PostgreSQL only.
    known: Mutex<BTreeMap<i64, i64>>,
    /// What may go when the table is next tidied.
    old: AtomicI64,
    /// Times that everything was dropped for want of knowing better.
    flushes: AtomicU64,
}

/// A row of the table.
#[derive(Debug, Clone, Queryable)]
pub struct Row {
    /// Its number.
    pub seq: i64,
    /// Its transaction, on PostgreSQL.
    pub transaction: i64,
    /// What was touched.
    pub touched: String,
}

impl Changes {
    /// When what was last touched.
    #[must_use]
    pub fn tag_versions(&self) -> &TagVersions {
        &self.tag_versions
    }

    /// Now, in the order of changes.
    #[must_use]
    pub fn stamp(&self) -> ChangeVersion {
        self.tag_versions.stamp()
    }

    /// How often everything was dropped since what exactly was touched couldn't be told.
    #[must_use]
    pub fn flushes(&self) -> u64 {
        self.flushes.load(Ordering::Relaxed)
    }

    /// Drops everything.
    pub(super) fn invalidate_all(&self) {
        self.flushes.fetch_add(1, Ordering::Relaxed);
        self.tag_versions.touch(CacheTag::Everything);
    }

    /// Begins to follow a SQLite file where it stands.
    pub(super) async fn begin(&self, conn: &mut Conn<'_>) -> StoreResult<()> {
        let newest = newest(conn).await?;
        *self.followed.lock().unwrap_or_else(PoisonError::into_inner) = newest;
        Ok(())
    }

    /// Takes in what was committed to a SQLite file since. When that can't be read, everything
    /// counts as touched: whoever waits for their write to show must not wait for ever.
    pub(super) fn follow(&self, conn: &mut Conn<'_>) {
        let mut followed = self.followed.lock().unwrap_or_else(PoisonError::into_inner);
        let read = ready(async {
            let newest = newest(conn).await?;
            let rows = match newest - *followed {
                0 => Vec::new(),
                1..MANY => between(conn, *followed, newest).await?,
                // Too much to tell apart, or another file than before.
                _ => return Ok((newest, None)),
            };
            // A gap means that what stood there was tidied away before it was read.
            let whole = rows.len() as i64 == newest - *followed;
            Ok::<_, StoreError>((newest, whole.then_some(rows)))
        });
        match read {
            Ok((newest, rows)) => {
                *followed = newest;
                match rows {
                    Some(rows) => self.take_in(&rows),
                    None => self.invalidate_all(),
                }
            }
            Err(error) => {
                tracing::warn!(%error, "what changed could not be read; everything is read anew");
                self.invalidate_all();
            }
        }
    }

    fn take_in(&self, rows: &[Row]) {
        let mut touched: Vec<CacheTag> =
            rows.iter().map(|row| CacheTag::parse(&row.touched)).collect();
        touched.sort_unstable();
        touched.dedup();
        for what in touched {
            self.tag_versions.touch(what);
        }
    }

    /// Takes in rows of PostgreSQL that it has not met before.
    pub(super) fn take_in_new(&self, mut rows: Vec<Row>) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let many = rows.len() as i64 >= MANY;
        rows.retain(|row| !known.contains_key(&row.seq));
        if many {
            self.invalidate_all()
        } else {
            self.take_in(&rows)
        }
        // Only now: who finds a row known may rely on its having been taken in.
        known.extend(rows.iter().map(|row| (row.seq, row.transaction)));
    }

    /// Forgets the rows of transactions that won't be asked for again.
    pub(super) fn forget_before(&self, transaction: i64) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, of| *of >= transaction);
    }

    /// The number below which nobody needs a row any more: what was there when this was last asked,
    /// longer ago than anybody lags behind. The newest stays, so that numbers go on from it.
    ///
    /// # Errors
    /// Of the database.
    pub async fn outdated(&self, conn: &mut Conn<'_>) -> StoreResult<i64> {
        let newest = newest(conn).await?;
        Ok(self.old.swap(newest, Ordering::Relaxed))
    }
}

/// Deletes some rows below a number, so few that no writer waits long for it; whether there may be
/// more of them.
///
/// # Errors
/// Of the database.
pub async fn forget_some(conn: &mut Conn<'_>, below: i64) -> StoreResult<bool> {
    let first: Option<i64> =
        with_backend!(conn, changes::table.select(min(changes::seq)).get_result(conn).await)?;
    let Some(first) = first.filter(|first| *first < below) else { return Ok(false) };
    let until = below.min(first + SOME);
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

/// The rows after a number, up to another.
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
