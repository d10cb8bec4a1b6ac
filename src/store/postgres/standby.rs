//! Reads on a standby (`DATABASE_READ_URL`). A standby lags behind, and what it answers is kept in
//! the cache like anything else, so it is asked only while it is known to be level: while it has
//! replayed everything that this instance knows to have been touched. Whoever wrote here therefore
//! sees it in their next request, from the primary until the standby has it too. A standby that
//! fails is left alone until it is level again. Opened by `connection.rs`.
//!
//! Where it stands is told by positions in the write-ahead log:
//! <https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-RECOVERY-CONTROL>

use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use diesel::sql_types::{Bool, Text};
use diesel::{QueryableByName, sql_query};

use super::{DbHandle, Link, Settings};
use crate::store::changes::Changes;
use crate::store::connection::{Conn, Failure};
use crate::store::error::StoreError;

/// How often it is looked whether something was touched.
const EVERY: Duration = Duration::from_millis(20);

/// How often a standby that lags is asked how far it is.
const LAGGING: Duration = Duration::from_millis(5);

/// How long a server may take to say where it stands.
const PATIENCE: Duration = Duration::from_millis(800);

/// How long to wait before connecting anew.
const PAUSE: Duration = Duration::from_millis(500);

/// The longest that a reader waits for a standby before they are answered by the primary.
const READ_TIMEOUT: Duration = Duration::from_secs(2);

/// No stamp: the standby is not level.
const BEHIND: u64 = u64::MAX;

/// A standby as all workers of a process see it.
pub struct Standby {
    settings: Arc<Settings>,
    changes: Arc<Changes>,
    /// The last change that it is known to have.
    level: AtomicU64,
    reads: AtomicU64,
}

impl Standby {
    /// One that nothing is known of yet.
    #[must_use]
    pub fn new(settings: Arc<Settings>, changes: Arc<Changes>) -> Self {
        Self { settings, changes, level: AtomicU64::new(BEHIND), reads: AtomicU64::new(0) }
    }

    /// How many reads it has answered.
    #[must_use]
    pub fn reads(&self) -> u64 {
        self.reads.load(Ordering::Relaxed)
    }

    /// Whether it has all that was touched by now.
    #[must_use]
    pub fn is_caught_up(&self) -> bool {
        self.level.load(Ordering::Acquire) == self.changes.stamp().number()
    }

    fn fall_behind(&self) {
        self.level.store(BEHIND, Ordering::Release);
    }
}

/// A worker's door for what readers ask: to the standby while it is level, else to the primary.
pub struct ReplicaHandle {
    primary: Rc<DbHandle>,
    handle: DbHandle,
    standby: Arc<Standby>,
}

impl ReplicaHandle {
    /// Makes the door. Connections are opened when they are first needed.
    ///
    /// # Errors
    /// [`StoreError::Query`] for a pool that can't be built.
    pub fn open(primary: Rc<DbHandle>, standby: Arc<Standby>) -> Result<Self, StoreError> {
        let handle = DbHandle::open(standby.settings.clone(), standby.changes.clone())?;
        Ok(Self { primary, handle, standby })
    }

    /// The way to the primary.
    pub(in crate::store) fn primary(&self) -> &DbHandle {
        &self.primary
    }

    pub(in crate::store) async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: AsyncFn(&mut Conn<'_>) -> Result<T, E>,
        E: Failure,
    {
        match self.tried(async || self.handle.read(&work).await).await {
            Some(answer) => answer,
            None => self.primary.read(work).await,
        }
    }

    pub(in crate::store) async fn scan<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: AsyncFn(&mut Conn<'_>) -> Result<T, E>,
        E: Failure,
    {
        match self.tried(async || self.handle.scan(&work).await).await {
            Some(answer) => answer,
            None => self.primary.scan(work).await,
        }
    }

    /// What the standby answers, if it is level and does. That a thing isn't there is an answer.
    async fn tried<T, E: Failure>(
        &self,
        ask: impl AsyncFnOnce() -> Result<T, E>,
    ) -> Option<Result<T, E>> {
        if !self.standby.is_caught_up() {
            return None;
        }
        let late = || Err(StoreError::Unavailable("no answer in time".into()).into());
        let answer = tokio::time::timeout(READ_TIMEOUT, ask()).await.unwrap_or_else(|_| late());
        if let Some(cause) = answer.as_ref().err().and_then(Failure::of_store) {
            tracing::warn!(error = %cause, "the standby fails; the primary answers");
            self.standby.fall_behind();
            return None;
        }
        self.standby.reads.fetch_add(1, Ordering::Relaxed);
        Some(answer)
    }
}

/// Begins to follow how far a standby is, on a thread that ends with the last to know it.
///
/// # Errors
/// [`StoreError::Unavailable`] when no thread can be started.
pub fn follow(primary: Arc<Settings>, standby: &Arc<Standby>) -> Result<(), StoreError> {
    let standby = Arc::downgrade(standby);
    let unavailable = |error: std::io::Error| StoreError::Unavailable(error.to_string());
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(unavailable)?;
    std::thread::Builder::new()
        .name("maqal-standby".into())
        .spawn(move || runtime.block_on(follow_on(&primary, &standby)))
        .map_err(unavailable)?;
    Ok(())
}

async fn follow_on(primary: &Settings, standby: &Weak<Standby>) {
    while let Some(known) = standby.upgrade() {
        let pair = Pair::open(primary, &known.settings).await;
        drop(known);
        let lost = match pair {
            Ok(pair) => match pair.follow(standby).await {
                Ok(()) => return,
                Err(lost) => lost,
            },
            Err(error) => error,
        };
        // While nothing is touched it stays as level as it was: a primary that is away may come
        // back, and meanwhile readers can still be answered.
        tracing::debug!(error = %lost, "how far the standby is can't be told; connecting anew");
        tokio::time::sleep(PAUSE).await;
    }
}

/// A connection to each of the two.
struct Pair {
    primary: Link,
    standby: Link,
}

/// Everything that is visible on the primary stands before it.
const WRITTEN: &str = "SELECT pg_current_wal_insert_lsn()::text AS position";

/// A standby that was made a primary of its own goes its own way from there.
const REPLAYED: &str = "SELECT pg_is_in_recovery() \
                        AND coalesce(pg_last_wal_replay_lsn() >= $1::pg_lsn, false) AS level";

#[derive(QueryableByName)]
struct Position {
    #[diesel(sql_type = Text)]
    position: String,
}

#[derive(QueryableByName)]
struct Level {
    #[diesel(sql_type = Bool)]
    level: bool,
}

impl Pair {
    async fn open(primary: &Settings, standby: &Settings) -> Result<Self, StoreError> {
        Ok(Self { primary: primary.connect().await?, standby: standby.connect().await? })
    }

    /// Follows until nobody wants to know any more, or a connection is gone.
    async fn follow(&self, standby: &Weak<Standby>) -> Result<(), StoreError> {
        loop {
            let Some(known) = standby.upgrade() else { return Ok(()) };
            if !known.is_caught_up() {
                // In this order: what is touched from here on is not in it.
                let stamp = known.changes.stamp();
                let position = within(PATIENCE, written(&self.primary)).await?;
                while !within(PATIENCE, has_replayed(&self.standby, &position)).await? {
                    tokio::time::sleep(LAGGING).await;
                }
                known.level.store(stamp.number(), Ordering::Release);
            }
            drop(known);
            tokio::time::sleep(EVERY).await;
        }
    }
}

async fn within<T>(
    patience: Duration,
    answer: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StoreError> {
    tokio::time::timeout(patience, answer)
        .await
        .unwrap_or_else(|_| Err(StoreError::Unavailable("no answer in time".into())))
}

async fn written(primary: &Link) -> Result<String, StoreError> {
    let query = sql_query(WRITTEN);
    let found: Position = diesel_async::RunQueryDsl::get_result(query, &mut &primary.conn).await?;
    Ok(found.position)
}

async fn has_replayed(standby: &Link, position: &str) -> Result<bool, StoreError> {
    let query = sql_query(REPLAYED).bind::<Text, _>(position);
    let found: Level = diesel_async::RunQueryDsl::get_result(query, &mut &standby.conn).await?;
    Ok(found.level)
}
