//! The door to the database: which one it is, and the three ways through it. Opened once by
//! `server.rs` ([`Storage`]), then handed to each worker thread as its own [`Db`].
//!
//! - [`Db::read`]: keyed look-ups. On SQLite inline on the worker's own connection, with no thread
//!   hop; on Postgres over the worker's one pipelined connection.
//! - [`Db::scan`]: lists and other heavy reads, off the event loop or on a pooled connection.
//! - [`Db::write`]: one transaction; it is committed when the future is `Ok`, else rolled back.
//!
//! What readers ask may go through a door of its own ([`Storage::replica_handle`]), to a standby.

use std::future::Future;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use diesel::sqlite::SqliteConnection;
use diesel_async::AsyncPgConnection;

use super::changes::Changes;
use super::error::StoreError;
use super::search::Pending;
use super::{postgres, sqlite};

/// A connection to one of the two databases, in or out of a transaction.
pub enum Conn<'a> {
    /// The embedded database: its futures are ready at once. Beside it, what a transaction leaves to
    /// be written to the search index at the end.
    Sqlite(&'a mut SqliteConnection, &'a mut Pending),
    /// A shared reference, since queries over it may be pipelined.
    Postgres(&'a AsyncPgConnection),
}

impl Conn<'_> {
    /// The connection twice, if what is asked over one need not wait for the other's answer.
    #[must_use]
    pub fn pipelined(&self) -> Option<[Conn<'_>; 2]> {
        match self {
            Self::Sqlite(..) => None,
            Self::Postgres(conn) => Some([Conn::Postgres(conn), Conn::Postgres(conn)]),
        }
    }
}

/// Where the database is; chosen by the URL's scheme and never guessed.
#[derive(Clone, PartialEq, Eq)]
pub enum DbUrl {
    /// `sqlite://path`: the file, made when it is missing.
    Sqlite(PathBuf),
    /// `postgres://…` with libpq's parameters.
    Postgres(String),
}

impl DbUrl {
    /// Reads a URL.
    ///
    /// # Errors
    /// A sentence that says what a right URL looks like.
    pub fn parse(url: &str) -> Result<Self, String> {
        if let Some(path) = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:")) {
            if path.is_empty() || path.contains(":memory:") {
                return Err("a file path after sqlite://, such as sqlite://data/maqal.db".into());
            }
            return Ok(Self::Sqlite(PathBuf::from(path)));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            postgres::Settings::parse(url)?;
            return Ok(Self::Postgres(url.to_owned()));
        }
        Err("a URL that begins with sqlite:// or postgres://".into())
    }

    /// The URL with its password left out, for logs and `maqal config`.
    #[must_use]
    pub fn redacted(&self) -> String {
        match self {
            Self::Sqlite(path) => format!("sqlite://{}", path.display()),
            Self::Postgres(url) => match url::Url::parse(url) {
                Ok(mut url) => {
                    if url.password().is_some() && url.set_password(Some("***")).is_err() {
                        return "postgres://***".into();
                    }
                    // libpq takes it there as well.
                    if url.query_pairs().any(|(name, _)| name == "password") {
                        let rest: Vec<(String, String)> = url
                            .query_pairs()
                            .into_owned()
                            .filter(|(name, _)| name != "password")
                            .collect();
                        url.query_pairs_mut()
                            .clear()
                            .extend_pairs(rest)
                            .append_pair("password", "***");
                    }
                    url.to_string()
                }
                Err(_) => "postgres://***".into(),
            },
        }
    }
}

impl std::fmt::Debug for DbUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.redacted())
    }
}

/// How to reach and use the database.
#[derive(Clone, Debug)]
pub struct DbConfig {
    /// Which database.
    pub url: DbUrl,
    /// A standby of it that may answer readers. PostgreSQL only.
    pub read_url: Option<DbUrl>,
    /// Pooled connections for each worker on Postgres; reader threads on SQLite.
    pub pool_size: usize,
    /// Whether SQLite syncs the file at every commit (`FULL`) or only at checkpoints (`NORMAL`).
    pub sqlite_full_sync: bool,
}

/// How long a request waits for a connection before it is told that the database is unavailable.
pub(super) const ACQUIRE_TIMEOUT: Duration = Duration::from_millis(900);

/// How often a transaction that collided with another is run before the client is told to retry.
const ATTEMPTS: u32 = 6;

/// What all workers share: on SQLite the one writer and the reader threads.
#[derive(Clone)]
pub enum Storage {
    /// The embedded database's threads.
    Sqlite(Arc<sqlite::Threads>),
    /// On Postgres each worker has connections of its own.
    Postgres(Arc<postgres::Shared>),
}

impl Storage {
    /// Opens the database. The schema must be there already: see [`super::migrate`].
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the SQLite file can't be opened or written.
    pub fn open(config: &DbConfig) -> Result<Self, StoreError> {
        match &config.url {
            DbUrl::Sqlite(path) => {
                let options =
                    sqlite::Options { path: path.clone(), full_sync: config.sqlite_full_sync };
                sqlite::Threads::start(options, config.pool_size)
                    .map(|threads| Self::Sqlite(Arc::new(threads)))
            }
            DbUrl::Postgres(url) => {
                let standby = match &config.read_url {
                    Some(DbUrl::Postgres(url)) => Some(url.as_str()),
                    _ => None,
                };
                postgres::Shared::new(url, standby, config.pool_size)
                    .map(|shared| Self::Postgres(Arc::new(shared)))
            }
        }
    }

    /// A worker thread's own door. Call it on that thread.
    ///
    /// # Errors
    /// As [`Storage::open`].
    pub fn handle(&self) -> Result<Db, StoreError> {
        match self {
            Self::Sqlite(threads) => sqlite::DbHandle::open(threads.clone()).map(Db::Sqlite),
            Self::Postgres(shared) => shared.handle().map(Rc::new).map(Db::Postgres),
        }
    }

    /// A door like this one for what readers ask, if there is a standby that may answer them.
    ///
    /// # Errors
    /// As [`Storage::open`].
    pub fn replica_handle(&self, handle: &Db) -> Result<Option<Db>, StoreError> {
        match (self, handle) {
            (Self::Postgres(shared), Db::Postgres(primary)) => {
                Ok(shared.replica_handle(primary)?.map(Db::Replica))
            }
            _ => Ok(None),
        }
    }

    /// What changes.
    #[must_use]
    pub fn changes(&self) -> &Arc<Changes> {
        match self {
            Self::Sqlite(threads) => threads.changes(),
            Self::Postgres(shared) => &shared.changes,
        }
    }

    /// Returns the use of connections, over all workers.
    #[must_use]
    pub fn usage(&self) -> Usage {
        match self {
            Self::Sqlite(threads) => threads.usage(),
            Self::Postgres(shared) => shared.usage(),
        }
    }

    /// Begins to follow what other processes write, on a thread that ends with the last of this
    /// storage. Whoever keeps anything from the database must have called this first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database can't be reached or no thread started.
    pub async fn watch(&self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(threads) => sqlite::watch::start(threads),
            Self::Postgres(shared) => shared.watch().await,
        }
    }
}

/// One worker's door to the database.
pub enum Db {
    /// To the embedded file.
    Sqlite(sqlite::DbHandle),
    /// To a server.
    Postgres(Rc<postgres::DbHandle>),
    /// To a server that has a standby.
    Replica(postgres::standby::ReplicaHandle),
}

impl Db {
    /// Runs keyed look-ups, outside of a transaction. They may be run twice if the connection
    /// turns out to be gone.
    ///
    /// # Errors
    /// What `work` returns, or that the database is unavailable.
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: AsyncFn(&mut Conn<'_>) -> Result<T, E>,
        E: Failure,
    {
        match self {
            Self::Sqlite(handle) => handle.read(work),
            Self::Postgres(handle) => handle.read(work).await,
            Self::Replica(handle) => handle.read(work).await,
        }
    }

    /// Runs heavy reads where they hold nobody up.
    ///
    /// # Errors
    /// As [`Db::read`].
    pub async fn scan<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: AsyncFn(&mut Conn<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: Failure + Send + 'static,
    {
        match self {
            Self::Sqlite(handle) => handle.scan(work).await,
            Self::Postgres(handle) => handle.scan(work).await,
            Self::Replica(handle) => handle.scan(work).await,
        }
    }

    /// Runs one transaction. A collision with another transaction runs it again, with a growing
    /// and random pause, so `work` must change nothing but the database.
    ///
    /// # Errors
    /// What `work` returns, a failed commit, or that the database is unavailable; in each case
    /// nothing was changed.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: AsyncFn(&mut Conn<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: Failure + Send + 'static,
    {
        let handle = match self {
            Self::Sqlite(handle) => return handle.write(work).await,
            Self::Postgres(handle) => handle,
            Self::Replica(handle) => handle.primary(),
        };
        for attempt in 1..ATTEMPTS {
            match handle.write(&work).await {
                Err(error) if error.is_collision() => pause(attempt).await,
                other => return other,
            }
        }
        handle.write(&work).await
    }

    /// Asks the database for a sign of life.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] and the like.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.read(async |conn| super::dialect::ping(conn).await).await
    }

    /// What changes.
    #[must_use]
    pub fn changes(&self) -> &Arc<Changes> {
        match self {
            Self::Sqlite(handle) => handle.changes(),
            Self::Postgres(handle) => handle.changes(),
            Self::Replica(handle) => handle.primary().changes(),
        }
    }
}

/// The use of database connections by one process.
#[derive(Debug, Clone, Copy, Default)]
pub struct Usage {
    /// Connections in use.
    pub in_use: u64,
    /// Connections open.
    pub open: u64,
    /// Requests that wait for a connection.
    pub waiting: u64,
    /// Reads that a standby has answered.
    pub replica_reads: u64,
}

/// What a use case fails with: of itself, or because the database did.
pub trait Failure: From<StoreError> {
    /// What the database said, if it was the database.
    fn of_store(&self) -> Option<&StoreError>;

    /// Whether it was a mere collision with another transaction, so that running it again may
    /// succeed. A duplicate and a missing reference are too: use cases look before they write, so
    /// these mean that another transaction inserted the same, or deleted what is referred to, in
    /// between. Run again, this one finds things as that one left them.
    fn is_collision(&self) -> bool {
        use StoreError::{Collision, Duplicate, MissingReference};
        matches!(self.of_store(), Some(Collision(_) | Duplicate(_) | MissingReference(_)))
    }
}

impl Failure for StoreError {
    fn of_store(&self) -> Option<&StoreError> {
        Some(self)
    }
}

async fn pause(attempt: u32) {
    let mut byte = [0_u8; 1];
    // Without randomness two colliding transactions would still part by their own timing.
    let jitter = getrandom::fill(&mut byte).map_or(7, |()| u64::from(byte[0]) / 16);
    tokio::time::sleep(Duration::from_millis(u64::from(attempt) * 5 + jitter)).await;
}

/// Runs a future that never waits. SQLite's queries are synchronous, so a transaction over them
/// is ready at its first poll, unless it awaits something that is not a query.
pub(super) fn ready<T, E: From<StoreError>>(
    work: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    futures_util::FutureExt::now_or_never(work).unwrap_or_else(|| {
        Err(StoreError::Query("a transaction awaited something that is not a query".into()).into())
    })
}
