//! What is touched, as it happens: the table `changes`, which triggers fill in the transaction of
//! whoever writes, read by everybody who keeps something (the response cache, the site's
//! settings). A transaction of this process is read before it is acknowledged, so the next request
//! here sees it. What others commit is found by a thread that looks often: `sqlite/watch.rs` and
//! `postgres/watch.rs`.

pub mod marks;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use diesel::dsl::max;

use super::connection::ready;
use super::schema::changes;
use super::{Conn, StoreError, StoreResult};
use crate::domain::touched::Touched;
use crate::store::prelude::*;
use marks::{Marks, Stamp};

/// More at once than this is everything: it costs less to make anew what is asked for.
pub(super) const MANY: i64 = 2_000;

/// What was touched, as far as this process knows.
#[derive(Default)]
pub struct Changes {
    marks: Marks,
    /// The newest row on SQLite, where rows are numbered in the order of their commits.
    followed: Mutex<i64>,
    /// Rows by number, with their transactions, that were taken in and may be met again.
    /// PostgreSQL only.
    known: Mutex<BTreeMap<i64, i64>>,
    /// What may go when the table is next tidied.
    old: AtomicI64,
    /// Times that everything was dropped for want of knowing better.
    floods: AtomicU64,
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
    pub fn marks(&self) -> &Marks {
        &self.marks
    }

    /// Now, in the order of changes.
    #[must_use]
    pub fn stamp(&self) -> Stamp {
        self.marks.stamp()
    }

    /// How often everything was dropped since what exactly was touched couldn't be told.
    #[must_use]
    pub fn floods(&self) -> u64 {
        self.floods.load(Ordering::Relaxed)
    }

    /// Drops everything.
    pub(super) fn flood(&self) {
        self.floods.fetch_add(1, Ordering::Relaxed);
        self.marks.touch(Touched::Everything);
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
                    None => self.flood(),
                }
            }
            Err(error) => {
                tracing::warn!(%error, "what changed could not be read; everything is read anew");
                self.flood();
            }
        }
    }

    fn take_in(&self, rows: &[Row]) {
        let mut touched: Vec<Touched> =
            rows.iter().map(|row| Touched::parse(&row.touched)).collect();
        touched.sort_unstable();
        touched.dedup();
        for what in touched {
            self.marks.touch(what);
        }
    }

    /// Takes in rows of PostgreSQL that it has not met before.
    pub(super) fn take_in_new(&self, mut rows: Vec<Row>) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let many = rows.len() as i64 >= MANY;
        rows.retain(|row| !known.contains_key(&row.seq));
        if many {
            self.flood()
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

    /// Deletes the rows that were there at the time before this was called last: longer ago than
    /// anybody lags behind. The newest stays, so that numbers go on from it.
    ///
    /// # Errors
    /// Of the database.
    pub async fn tidy(&self, conn: &mut Conn<'_>) -> StoreResult<()> {
        let newest = newest(conn).await?;
        let old = self.old.swap(newest, Ordering::Relaxed);
        on_either!(
            conn,
            diesel::delete(changes::table.filter(changes::seq.lt(old))).execute(conn).await
        )?;
        Ok(())
    }
}

async fn newest(conn: &mut Conn<'_>) -> StoreResult<i64> {
    let newest: Option<i64> =
        on_either!(conn, changes::table.select(max(changes::seq)).get_result(conn).await)?;
    Ok(newest.unwrap_or(0))
}

/// The rows after a number, up to another.
async fn between(conn: &mut Conn<'_>, after: i64, last: i64) -> StoreResult<Vec<Row>> {
    Ok(on_either!(
        conn,
        changes::table
            .filter(changes::seq.gt(after).and(changes::seq.le(last)))
            .order(changes::seq)
            .load(conn)
            .await
    )?)
}
