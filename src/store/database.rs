//! The database of a process, and each worker's handle with three methods: [`Db::read`],
//! [`Db::scan`] and [`Db::write`]. Readers' reads may use a handle to a standby.

use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use super::changes::Changes;
use super::connection::{Conn, Failure, Usage};
use super::error::StoreError;
use super::{dialect, postgres, sqlite};

/// The database's location. The URL's scheme decides between the two.
#[derive(Clone, PartialEq, Eq)]
pub enum DbUrl {
    /// `sqlite://path`. A missing file is created.
    Sqlite(PathBuf),
    /// `postgres://…`, with libpq's parameters.
    Postgres(String),
}

impl DbUrl {
    /// Parses a URL.
    ///
    /// # Errors
    /// The expected form.
    pub fn parse(url: &str) -> Result<Self, String> {
        if let Some(path) = url.strip_prefix("sqlite://") {
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

    /// Returns the URL without its password, for logs and `maqal config`.
    #[must_use]
    pub fn redacted(&self) -> String {
        match self {
            Self::Sqlite(path) => format!("sqlite://{}", path.display()),
            Self::Postgres(url) => match url::Url::parse(url) {
                Ok(mut url) => {
                    if url.password().is_some() && url.set_password(Some("***")).is_err() {
                        return "postgres://***".into();
                    }
                    // libpq also takes the password as a parameter.
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

/// The settings of the database.
#[derive(Clone, Debug)]
pub struct DbConfig {
    /// The primary.
    pub url: DbUrl,
    /// A standby for readers. PostgreSQL only.
    pub read_url: Option<DbUrl>,
    /// Pooled connections of each worker on PostgreSQL; reader threads on SQLite.
    pub pool_size: usize,
    /// Whether SQLite syncs the file at each commit (`FULL`) or only at checkpoints (`NORMAL`).
    pub sqlite_full_sync: bool,
}

/// The most runs of a transaction that collides with others.
const ATTEMPTS: u32 = 6;

/// The state that all workers share.
#[derive(Clone)]
pub enum Storage {
    /// The writing thread and the reading threads.
    Sqlite(Arc<sqlite::Threads>),
    /// Settings and changes; each worker has its own connections.
    Postgres(Arc<postgres::Shared>),
}

impl Storage {
    /// Opens the database. Its schema must exist: see [`super::migrate`].
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

    /// Opens the handle of a worker, on the worker's thread.
    ///
    /// # Errors
    /// As [`Storage::open`].
    pub fn handle(&self) -> Result<Db, StoreError> {
        match self {
            Self::Sqlite(threads) => sqlite::DbHandle::open(threads.clone()).map(Db::Sqlite),
            Self::Postgres(shared) => shared.handle().map(Rc::new).map(Db::Postgres),
        }
    }

    /// Opens the handle for readers' reads, if there is a standby.
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

    /// Returns the changes of all processes.
    #[must_use]
    pub fn changes(&self) -> &Arc<Changes> {
        match self {
            Self::Sqlite(threads) => threads.changes(),
            Self::Postgres(shared) => &shared.changes,
        }
    }

    /// Returns the use of connections by all workers.
    #[must_use]
    pub fn usage(&self) -> Usage {
        match self {
            Self::Sqlite(threads) => threads.usage(),
            Self::Postgres(shared) => shared.usage(),
        }
    }

    /// Starts to follow the changes of other processes, on a thread that ends with the storage. Caches
    /// of database content need it first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database can't be reached, or a thread can't be started.
    pub async fn watch(&self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(threads) => sqlite::watch::start(threads),
            Self::Postgres(shared) => shared.watch().await,
        }
    }
}

/// A worker's handle to the database.
pub enum Db {
    /// SQLite.
    Sqlite(sqlite::DbHandle),
    /// PostgreSQL.
    Postgres(Rc<postgres::DbHandle>),
    /// PostgreSQL with a standby.
    Replica(postgres::standby::ReplicaHandle),
}

impl Db {
    /// Runs look-ups by key, outside a transaction: on SQLite on the worker's own connection, on
    /// PostgreSQL pipelined. They run again if the connection has closed.
    ///
    /// # Errors
    /// The error of `work`, or that the database is unavailable.
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

    /// Runs lists and other heavy reads in one snapshot: on SQLite on a reading thread, on
    /// PostgreSQL on a pooled connection.
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

    /// Runs one transaction, which is committed if `work` succeeds. After a collision with another
    /// one it runs again, after a random pause. So `work` must change only the database.
    ///
    /// # Errors
    /// The error of `work`, a failed commit, or that the database is unavailable. Nothing is
    /// changed then.
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

    /// Checks that the database answers.
    ///
    /// # Errors
    /// Mostly [`StoreError::Unavailable`].
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.read(async |conn| dialect::ping(conn).await).await
    }

    /// Returns the changes of all processes.
    #[must_use]
    pub fn changes(&self) -> &Arc<Changes> {
        match self {
            Self::Sqlite(handle) => handle.changes(),
            Self::Postgres(handle) => handle.changes(),
            Self::Replica(handle) => handle.primary().changes(),
        }
    }
}

async fn pause(attempt: u32) {
    let mut byte = [0_u8; 1];
    // Without randomness, colliding transactions still differ by their own timing.
    let jitter = getrandom::fill(&mut byte).map_or(7, |()| u64::from(byte[0]) / 16);
    tokio::time::sleep(Duration::from_millis(u64::from(attempt) * 5 + jitter)).await;
}
