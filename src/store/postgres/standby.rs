//! Reads on a standby (`DATABASE_READ_URL`). Responses are cached, so the standby answers only
//! while it is caught up: it has replayed all changes that this instance knows. Else the primary
//! answers, so clients see their own writes. A standby that fails isn't used until it has caught up
//! again.
//!
//! Write-ahead log positions tell how far it is:
//! <https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-RECOVERY-CONTROL>

use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use diesel::sql_types::{Bool, Text};
use diesel::{QueryableByName, sql_query};

use super::DbHandle;
use super::connection::Connection;
use super::settings::Settings;
use crate::store::changes::Changes;
use crate::store::connection::{Conn, Failure};
use crate::store::error::StoreError;
use crate::store::thread::spawn_async;

/// The interval of the check for new changes.
const CHECK_INTERVAL: Duration = Duration::from_millis(20);

/// The interval at which a lagging standby is asked for its position.
const CATCH_UP_INTERVAL: Duration = Duration::from_millis(5);

/// The timeout of a query for a position.
const POSITION_TIMEOUT: Duration = Duration::from_millis(800);

/// The pause before a reconnect.
const RECONNECT_DELAY: Duration = Duration::from_millis(500);

/// The longest wait for the standby. After it, the primary answers.
const READ_TIMEOUT: Duration = Duration::from_secs(2);

/// The version of a standby that isn't caught up.
const BEHIND: u64 = u64::MAX;

/// A standby, shared by all workers of the process.
pub struct Standby {
    settings: Arc<Settings>,
    changes: Arc<Changes>,
    /// The last change version that it has replayed.
    replayed: AtomicU64,
    reads: AtomicU64,
}

impl Standby {
    /// Creates a standby with an unknown position.
    #[must_use]
    pub fn new(settings: Arc<Settings>, changes: Arc<Changes>) -> Self {
        Self { settings, changes, replayed: AtomicU64::new(BEHIND), reads: AtomicU64::new(0) }
    }

    /// Returns the number of reads that it has answered.
    #[must_use]
    pub fn reads(&self) -> u64 {
        self.reads.load(Ordering::Relaxed)
    }

    /// Whether it has replayed all known changes.
    #[must_use]
    pub fn is_caught_up(&self) -> bool {
        self.replayed.load(Ordering::Acquire) == self.changes.version().number()
    }

    fn fall_behind(&self) {
        self.replayed.store(BEHIND, Ordering::Release);
    }
}

/// A worker's handle for readers: reads on the standby while it is caught up, else on the primary.
pub struct ReplicaHandle {
    primary: Rc<DbHandle>,
    handle: DbHandle,
    standby: Arc<Standby>,
}

impl ReplicaHandle {
    /// Creates the handle. Connections are opened on first use.
    ///
    /// # Errors
    /// [`StoreError::Query`] for a pool that can't be built.
    pub fn open(primary: Rc<DbHandle>, standby: Arc<Standby>) -> Result<Self, StoreError> {
        let handle = DbHandle::open(standby.settings.clone(), standby.changes.clone())?;
        Ok(Self { primary, handle, standby })
    }

    /// Returns the primary's handle.
    pub(in crate::store) fn primary(&self) -> &DbHandle {
        &self.primary
    }

    pub(in crate::store) async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: AsyncFn(&mut Conn<'_>) -> Result<T, E>,
        E: Failure,
    {
        match self.try_standby(async || self.handle.read(&work).await).await {
            Some(answer) => answer,
            None => self.primary.read(work).await,
        }
    }

    pub(in crate::store) async fn scan<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: AsyncFn(&mut Conn<'_>) -> Result<T, E>,
        E: Failure,
    {
        match self.try_standby(async || self.handle.scan(&work).await).await {
            Some(answer) => answer,
            None => self.primary.scan(work).await,
        }
    }

    /// Returns the standby's answer, or `None` if it isn't caught up or fails. "Not found" is an
    /// answer.
    async fn try_standby<T, E: Failure>(
        &self,
        read: impl AsyncFnOnce() -> Result<T, E>,
    ) -> Option<Result<T, E>> {
        if !self.standby.is_caught_up() {
            return None;
        }
        let timed_out =
            || Err(StoreError::Unavailable("the database does not answer".into()).into());
        let answer =
            tokio::time::timeout(READ_TIMEOUT, read()).await.unwrap_or_else(|_| timed_out());
        if let Some(cause) = answer.as_ref().err().and_then(Failure::of_store) {
            tracing::warn!(error = %cause, "the standby failed; the primary answers");
            self.standby.fall_behind();
            return None;
        }
        self.standby.reads.fetch_add(1, Ordering::Relaxed);
        Some(answer)
    }
}

/// Starts the thread that follows the standby's position. It ends when the standby is dropped.
///
/// # Errors
/// [`StoreError::Unavailable`] when no thread can be started.
pub fn follow(primary: Arc<Settings>, standby: &Arc<Standby>) -> Result<(), StoreError> {
    let standby = Arc::downgrade(standby);
    spawn_async("maqal-standby", async move || follow_on(&primary, &standby).await)
}

async fn follow_on(primary: &Settings, standby: &Weak<Standby>) {
    while let Some(known) = standby.upgrade() {
        let probe = PositionProbe::open(primary, &known.settings).await;
        drop(known);
        let lost = match probe {
            Ok(probe) => match probe.follow(standby).await {
                Ok(()) => return,
                Err(lost) => lost,
            },
            Err(error) => error,
        };
        // The standby stays caught up while there are no changes. So it can answer readers while
        // the primary is away.
        tracing::debug!(error = %lost, "the standby's position is unknown; reconnecting");
        tokio::time::sleep(RECONNECT_DELAY).await;
    }
}

/// Connections to the primary and the standby, for positions.
struct PositionProbe {
    primary: Connection,
    standby: Connection,
}

/// Everything visible on the primary is before this position.
const WRITE_POSITION: &str = "SELECT pg_current_wal_insert_lsn()::text AS position";

/// False for a standby that was promoted: its data diverges from then on.
const HAS_REPLAYED: &str = "SELECT pg_is_in_recovery() \
                        AND coalesce(pg_last_wal_replay_lsn() >= $1::pg_lsn, false) AS replayed";

#[derive(QueryableByName)]
struct Position {
    #[diesel(sql_type = Text)]
    position: String,
}

#[derive(QueryableByName)]
struct Replayed {
    #[diesel(sql_type = Bool)]
    replayed: bool,
}

impl PositionProbe {
    async fn open(primary: &Settings, standby: &Settings) -> Result<Self, StoreError> {
        Ok(Self { primary: primary.connect().await?, standby: standby.connect().await? })
    }

    /// Follows the position until the standby is dropped, or a connection closes.
    async fn follow(&self, standby: &Weak<Standby>) -> Result<(), StoreError> {
        loop {
            let Some(known) = standby.upgrade() else { return Ok(()) };
            if !known.is_caught_up() {
                // In this order: the position then includes all changes of the version.
                let version = known.changes.version();
                let position = within(POSITION_TIMEOUT, write_position(&self.primary)).await?;
                while !within(POSITION_TIMEOUT, has_replayed(&self.standby, &position)).await? {
                    tokio::time::sleep(CATCH_UP_INTERVAL).await;
                }
                known.replayed.store(version.number(), Ordering::Release);
            }
            drop(known);
            tokio::time::sleep(CHECK_INTERVAL).await;
        }
    }
}

async fn within<T>(
    limit: Duration,
    answer: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StoreError> {
    tokio::time::timeout(limit, answer)
        .await
        .unwrap_or_else(|_| Err(StoreError::Unavailable("the database does not answer".into())))
}

async fn write_position(primary: &Connection) -> Result<String, StoreError> {
    let query = sql_query(WRITE_POSITION);
    let row: Position = diesel_async::RunQueryDsl::get_result(query, &mut &primary.conn).await?;
    Ok(row.position)
}

async fn has_replayed(standby: &Connection, position: &str) -> Result<bool, StoreError> {
    let query = sql_query(HAS_REPLAYED).bind::<Text, _>(position);
    let row: Replayed = diesel_async::RunQueryDsl::get_result(query, &mut &standby.conn).await?;
    Ok(row.replayed)
}
