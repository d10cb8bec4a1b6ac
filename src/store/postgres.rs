//! PostgreSQL: each worker's door, with its one pipelined connection for keyed reads and its pool for
//! everything else. Opening a connection is in `postgres/settings.rs`; the thread that hears what other
//! instances write, in `postgres/watch.rs`; reading from a standby, in `postgres/standby.rs`.

mod settings;
pub mod standby;
pub mod watch;

use std::ops::Deref;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use deadpool::managed::{
    Manager, Metrics, Object, Pool, PoolError, RecycleError, RecycleResult, Timeouts,
};
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use tokio::sync::Mutex;

use super::changes::{Changes, Row};
use super::connection::{ACQUIRE_TIMEOUT, Conn, Usage};
use super::error::StoreError;
use settings::CONNECT_TIMEOUT;
pub use settings::Settings;
use standby::{ReplicaHandle, Standby};

/// The longest that any work on a connection may take, on our side of it: beyond what the server
/// allows a statement, so it ends only what the server no longer can.
const WORK_TIMEOUT: Duration = Duration::from_secs(30);

/// A connection, and whether it is still one.
pub struct Link {
    conn: AsyncPgConnection,
    closed: Arc<AtomicBool>,
}

impl Link {
    fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    /// Does work over it, within bounds; a connection that keeps it waiting beyond them is given up.
    async fn work<T, E, F>(&self, work: &F) -> Result<T, E>
    where
        F: AsyncFn(&mut Conn<'_>) -> Result<T, E>,
        E: From<StoreError>,
    {
        let mut conn = Conn::Postgres(&self.conn);
        tokio::time::timeout(WORK_TIMEOUT, work(&mut conn)).await.unwrap_or_else(|_| {
            self.closed.store(true, Ordering::Release);
            Err(StoreError::Unavailable("the database does not answer".into()).into())
        })
    }

    /// The bare connection, for the migrations.
    pub(super) fn into_inner(self) -> AsyncPgConnection {
        self.conn
    }
}

/// Opens and checks the pooled connections.
struct Opener(Arc<Settings>);

impl Manager for Opener {
    type Type = Link;
    type Error = StoreError;

    async fn create(&self) -> Result<Link, StoreError> {
        self.0.connect().await
    }

    async fn recycle(&self, link: &mut Link, _: &Metrics) -> RecycleResult<StoreError> {
        // Not a query per check-out: a dead connection is found out by its first use and dropped.
        if link.is_closed() {
            return Err(RecycleError::message("closed by the server"));
        }
        Ok(())
    }
}

/// What the workers of a process share.
pub struct Shared {
    settings: Arc<Settings>,
    /// What changes.
    pub changes: Arc<Changes>,
    standby: Option<Arc<Standby>>,
    /// The workers' pools, for the metrics.
    pools: std::sync::Mutex<Vec<Pool<Opener>>>,
}

impl Shared {
    /// Reads the URLs of the server and of its standby.
    ///
    /// # Errors
    /// [`StoreError::Query`] for a URL that is none, which the settings were checked for.
    pub fn new(url: &str, standby: Option<&str>, pool_size: usize) -> Result<Self, StoreError> {
        let parse = |url: &str| {
            let mut settings = Settings::parse(url).map_err(StoreError::Query)?;
            settings.pool_size = pool_size;
            Ok::<_, StoreError>(Arc::new(settings))
        };
        let changes = Arc::<Changes>::default();
        let standby = standby.map(parse).transpose()?;
        let standby = standby.map(|settings| Arc::new(Standby::new(settings, changes.clone())));
        Ok(Self { settings: parse(url)?, changes, standby, pools: std::sync::Mutex::default() })
    }

    /// A worker's door.
    ///
    /// # Errors
    /// As [`DbHandle::open`].
    pub fn handle(&self) -> Result<DbHandle, StoreError> {
        let handle = DbHandle::open(self.settings.clone(), self.changes.clone())?;
        self.register(&handle);
        Ok(handle)
    }

    fn register(&self, handle: &DbHandle) {
        self.pools
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .push(handle.pool.clone());
    }

    /// Returns the use of the workers' pools.
    #[must_use]
    pub fn usage(&self) -> Usage {
        let replica_reads = self.standby.as_ref().map_or(0, |standby| standby.reads());
        let mut usage = Usage { replica_reads, ..Usage::default() };
        for pool in self.pools.lock().unwrap_or_else(std::sync::PoisonError::into_inner).iter() {
            let status = pool.status();
            usage.open += status.size as u64;
            usage.in_use += status.size.saturating_sub(status.available) as u64;
            usage.waiting += status.waiting as u64;
        }
        usage
    }

    /// A worker's door for what readers ask, if there is a standby.
    ///
    /// # Errors
    /// As [`DbHandle::open`].
    pub fn replica_handle(
        &self,
        primary: &Rc<DbHandle>,
    ) -> Result<Option<ReplicaHandle>, StoreError> {
        let standby = self.standby.as_ref();
        standby.map(|standby| ReplicaHandle::open(primary.clone(), standby.clone())).transpose()
    }

    /// Begins to follow what other instances write, and how far the standby is.
    ///
    /// # Errors
    /// As [`watch::start`] and [`standby::follow`].
    pub async fn watch(&self) -> Result<(), StoreError> {
        watch::start(self.settings.clone(), &self.changes).await?;
        match &self.standby {
            Some(standby) => standby::follow(self.settings.clone(), standby),
            None => Ok(()),
        }
    }
}

/// A worker's door.
pub struct DbHandle {
    settings: Arc<Settings>,
    reader: Mutex<Option<Rc<Link>>>,
    pool: Pool<Opener>,
    changes: Arc<Changes>,
}

impl DbHandle {
    /// Makes the door. Connections are opened when they are first needed.
    ///
    /// # Errors
    /// [`StoreError::Query`] for a pool that can't be built.
    pub fn open(settings: Arc<Settings>, changes: Arc<Changes>) -> Result<Self, StoreError> {
        let timeouts = Timeouts {
            wait: Some(ACQUIRE_TIMEOUT),
            create: Some(CONNECT_TIMEOUT),
            recycle: Some(ACQUIRE_TIMEOUT),
        };
        let pool = Pool::builder(Opener(settings.clone()))
            .max_size(settings.pool_size.max(1))
            .timeouts(timeouts)
            .runtime(deadpool::Runtime::Tokio1)
            .build()
            .map_err(|error| StoreError::Query(error.to_string()))?;
        Ok(Self { settings, reader: Mutex::new(None), pool, changes })
    }

    pub(super) async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: AsyncFn(&mut Conn<'_>) -> Result<T, E>,
        E: From<StoreError>,
    {
        let conn = self.reader().await?;
        let answer = conn.work(&work).await;
        if !conn.is_closed() {
            return answer;
        }
        // The server went away. If it's back, this read need not fail: it changed nothing.
        self.forget(&conn).await;
        let conn = self.reader().await?;
        conn.work(&work).await
    }

    /// The reading connection, opened anew if need be, or a quick word that it can't be had: all
    /// who wait for it wait together, and none of them for long.
    async fn reader(&self) -> Result<Rc<Link>, StoreError> {
        let open = async {
            let mut slot = self.reader.lock().await;
            if let Some(conn) = slot.as_ref().filter(|conn| !conn.is_closed()) {
                return Ok(conn.clone());
            }
            let conn = Rc::new(self.settings.connect().await?);
            *slot = Some(conn.clone());
            Ok(conn)
        };
        tokio::time::timeout(ACQUIRE_TIMEOUT, open)
            .await
            .unwrap_or_else(|_| Err(StoreError::Unavailable("connecting takes too long".into())))
    }

    async fn forget(&self, dead: &Rc<Link>) {
        let mut slot = self.reader.lock().await;
        if slot.as_ref().is_some_and(|conn| Rc::ptr_eq(conn, dead)) {
            *slot = None;
        }
    }

    /// All statements of a scan see the same state: otherwise a list could show an article that
    /// was unpublished between two of them, with the text of its new draft.
    pub(super) async fn scan<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: AsyncFn(&mut Conn<'_>) -> Result<T, E>,
        E: From<StoreError>,
    {
        let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
        self.transaction(begin, work, async |_| Ok(Vec::new())).await
    }

    pub(super) async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: AsyncFn(&mut Conn<'_>) -> Result<T, E>,
        E: From<StoreError>,
    {
        self.transaction("BEGIN", work, async |conn| watch::own(conn).await).await
    }

    async fn transaction<T, E, F>(
        &self,
        begin: &str,
        work: F,
        touched: impl AsyncFn(&mut Conn<'_>) -> Result<Vec<Row>, StoreError>,
    ) -> Result<T, E>
    where
        F: AsyncFn(&mut Conn<'_>) -> Result<T, E>,
        E: From<StoreError>,
    {
        let open = Open::begin(self.pooled().await?, begin).await?;
        match open.work(&work).await {
            Ok(done) => {
                let touched = open.work(&touched).await?;
                open.end("COMMIT").await?;
                // Before anybody is told: their next request sees what they wrote.
                if !touched.is_empty() {
                    self.changes.take_in_new(touched);
                }
                Ok(done)
            }
            Err(error) => {
                // If even this fails the connection is dropped, which rolls back as well.
                let _ = open.end("ROLLBACK").await;
                Err(error)
            }
        }
    }

    async fn pooled(&self) -> Result<Object<Opener>, StoreError> {
        self.pool.get().await.map_err(|error| match error {
            PoolError::Backend(error) => error,
            PoolError::Timeout(_) => StoreError::Unavailable("all connections are busy".into()),
            other => StoreError::Unavailable(other.to_string()),
        })
    }

    pub(super) fn changes(&self) -> &Arc<Changes> {
        &self.changes
    }
}

/// A pooled connection inside a transaction. A request that is dropped half-way (its client hung
/// up) must not give it back to the pool like that, so dropping closes it instead.
struct Open(Option<Object<Opener>>);

impl Open {
    async fn begin(conn: Object<Opener>, how: &str) -> Result<Self, StoreError> {
        let open = Self(Some(conn));
        open.execute(how).await?;
        Ok(open)
    }

    async fn end(mut self, how: &str) -> Result<(), StoreError> {
        self.execute(how).await?;
        // Only now is it fit for the pool again.
        drop(self.0.take());
        Ok(())
    }

    async fn execute(&self, sql: &str) -> Result<(), StoreError> {
        let mut conn = &self.conn;
        conn.batch_execute(sql).await.map_err(StoreError::from)
    }
}

impl Deref for Open {
    type Target = Link;

    fn deref(&self) -> &Link {
        match &self.0 {
            Some(link) => link,
            None => unreachable!("taken only where `self` is consumed"),
        }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        if let Some(conn) = self.0.take() {
            drop(Object::take(conn));
        }
    }
}
