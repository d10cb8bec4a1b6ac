//! PostgreSQL: each worker's database handle. Keyed reads share one pipelined connection,
//! everything else takes a connection from the pool.

mod connection;
mod settings;
mod shared;
pub mod standby;
mod watch;

use std::ops::Deref;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use deadpool::managed::{
    Manager, Metrics, Object, Pool, PoolError, RecycleError, RecycleResult, Timeouts,
};
use diesel_async::SimpleAsyncConnection;
use tokio::sync::{Mutex, Semaphore, SemaphorePermit};

use super::changes::{Changes, Row};
use super::connection::{ACQUIRE_TIMEOUT, Conn};
use super::error::StoreError;
use connection::Connection;
use settings::CONNECT_TIMEOUT;
pub use settings::Settings;
pub use shared::Shared;

/// Opens and checks pooled connections.
struct ConnectionManager(Arc<Settings>);

impl Manager for ConnectionManager {
    type Type = Connection;
    type Error = StoreError;

    async fn create(&self) -> Result<Connection, StoreError> {
        self.0.connect().await
    }

    async fn recycle(&self, conn: &mut Connection, _: &Metrics) -> RecycleResult<StoreError> {
        // No query at check-out: the first use of a dead connection fails, and it is discarded.
        if conn.is_closed() {
            return Err(RecycleError::message("closed by the server"));
        }
        Ok(())
    }
}

/// The longest wait of a transaction for one of its worker's connections. It covers the time that
/// other transactions may wait for a lock.
const WRITE_TIMEOUT: Duration = Duration::from_secs(10);

/// A worker's database handle.
pub struct DbHandle {
    settings: Arc<Settings>,
    reader: Mutex<Option<Rc<Connection>>>,
    pool: Pool<ConnectionManager>,
    /// Transactions that may have a connection of the pool at once. One more connection is left to
    /// lists and searches, so that transactions that wait for each other delay no reader.
    writers: Semaphore,
    waiting_writers: Arc<AtomicU64>,
    changes: Arc<Changes>,
}

impl DbHandle {
    /// Creates the handle. Connections are opened on first use.
    ///
    /// # Errors
    /// [`StoreError::Query`] for a pool that can't be built.
    pub fn open(settings: Arc<Settings>, changes: Arc<Changes>) -> Result<Self, StoreError> {
        let timeouts = Timeouts {
            wait: Some(ACQUIRE_TIMEOUT),
            create: Some(CONNECT_TIMEOUT),
            recycle: Some(ACQUIRE_TIMEOUT),
        };
        let writers = settings.pool_size.max(1);
        let pool = Pool::builder(ConnectionManager(settings.clone()))
            .max_size(writers + 1)
            .timeouts(timeouts)
            .runtime(deadpool::Runtime::Tokio1)
            .build()
            .map_err(|error| StoreError::Query(error.to_string()))?;
        let writers = Semaphore::new(writers);
        let (reader, waiting_writers) = (Mutex::new(None), Arc::default());
        Ok(Self { settings, reader, pool, writers, waiting_writers, changes })
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
        // The connection closed. The read changed nothing, so it is retried once on a new
        // connection.
        self.discard(&conn).await;
        let conn = self.reader().await?;
        conn.work(&work).await
    }

    /// Returns the connection for keyed reads, opened again if it closed. Concurrent callers wait
    /// for the same attempt, for at most [`ACQUIRE_TIMEOUT`].
    async fn reader(&self) -> Result<Rc<Connection>, StoreError> {
        let open = async {
            let mut slot = self.reader.lock().await;
            if let Some(conn) = slot.as_ref().filter(|conn| !conn.is_closed()) {
                return Ok(conn.clone());
            }
            let conn = Rc::new(self.settings.connect().await?);
            *slot = Some(conn.clone());
            Ok(conn)
        };
        tokio::time::timeout(ACQUIRE_TIMEOUT, open).await.unwrap_or_else(|_| {
            Err(StoreError::Unavailable("connecting to the database takes too long".into()))
        })
    }

    async fn discard(&self, dead: &Rc<Connection>) {
        let mut slot = self.reader.lock().await;
        if slot.as_ref().is_some_and(|conn| Rc::ptr_eq(conn, dead)) {
            *slot = None;
        }
    }

    /// Runs all statements in one snapshot. Otherwise a list could show an article that was
    /// unpublished between two of them, with the text of its new draft.
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
        let _permit = self.write_permit().await?;
        self.transaction("BEGIN", work, async |conn| watch::own_changes(conn).await).await
    }

    async fn write_permit(&self) -> Result<SemaphorePermit<'_>, StoreError> {
        self.waiting_writers.fetch_add(1, Ordering::Relaxed);
        let _waiting = Waiting(&self.waiting_writers);
        match tokio::time::timeout(WRITE_TIMEOUT, self.writers.acquire()).await {
            Ok(Ok(permit)) => Ok(permit),
            _ => Err(StoreError::Unavailable("too many writes are waiting".into())),
        }
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
        let transaction = OpenTransaction::begin(self.pooled().await?, begin).await?;
        match transaction.work(&work).await {
            Ok(done) => {
                let touched = transaction.work(&touched).await?;
                transaction.end("COMMIT").await?;
                // Before the write is acknowledged: the client's next request sees it.
                if !touched.is_empty() {
                    self.changes.invalidate_new(touched);
                }
                Ok(done)
            }
            Err(error) => {
                // If the rollback fails, dropping the connection rolls back as well.
                let _ = transaction.end("ROLLBACK").await;
                Err(error)
            }
        }
    }

    async fn pooled(&self) -> Result<Object<ConnectionManager>, StoreError> {
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

/// Counts a waiting transaction, until it is dropped.
struct Waiting<'a>(&'a AtomicU64);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A pooled connection inside a transaction. Dropping it closes the connection: a cancelled request
/// must not return an open transaction to the pool.
struct OpenTransaction(Option<Object<ConnectionManager>>);

impl OpenTransaction {
    async fn begin(conn: Object<ConnectionManager>, sql: &str) -> Result<Self, StoreError> {
        let transaction = Self(Some(conn));
        transaction.execute(sql).await?;
        Ok(transaction)
    }

    async fn end(mut self, sql: &str) -> Result<(), StoreError> {
        self.execute(sql).await?;
        // The transaction has ended, so the connection may return to the pool.
        drop(self.0.take());
        Ok(())
    }

    async fn execute(&self, sql: &str) -> Result<(), StoreError> {
        let mut conn = &self.conn;
        conn.batch_execute(sql).await.map_err(StoreError::from)
    }
}

impl Deref for OpenTransaction {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        match &self.0 {
            Some(conn) => conn,
            None => unreachable!("taken only where `self` is consumed"),
        }
    }
}

impl Drop for OpenTransaction {
    fn drop(&mut self) {
        if let Some(conn) = self.0.take() {
            drop(Object::take(conn));
        }
    }
}
