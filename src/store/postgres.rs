//! PostgreSQL: the settings in a URL, opening a connection, and each worker's door with its one
//! pipelined connection for keyed reads and its pool for everything else. The thread that hears
//! what other instances write has a file of its own, `postgres/watch.rs`.

pub mod watch;

use std::ops::Deref;
use std::rc::Rc;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use deadpool::managed::{
    Manager, Metrics, Object, Pool, PoolError, RecycleError, RecycleResult, Timeouts,
};
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use futures_util::StreamExt;
use tokio::sync::{Mutex, Notify};
use tokio_postgres::AsyncMessage;
use tokio_postgres::config::Host;

use super::changes::{Changes, Row};
use super::connection::{ACQUIRE_TIMEOUT, Conn, Usage};
use super::error::StoreError;
use super::tls::{self, SslMode};

/// The longest a statement may run, and the longest a transaction may wait for its client.
const SESSION: &str = "SET statement_timeout = '10s'; SET lock_timeout = '5s'; \
                       SET idle_in_transaction_session_timeout = '30s'";

/// How long a server may leave what was sent to it unacknowledged.
const SILENCE: Duration = Duration::from_secs(5);

/// The longest that any work on a connection may take, on our side of it: beyond what the server
/// allows a statement, so it ends only what the server no longer can.
const WORK_TIMEOUT: Duration = Duration::from_secs(30);

/// How long opening a connection may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// A parsed `postgres://` URL.
pub struct Settings {
    config: tokio_postgres::Config,
    ssl: tls::Ssl,
    /// Pooled connections for each worker.
    pub pool_size: usize,
}

impl Settings {
    /// Reads a libpq-style URL. `sslmode` takes all of libpq's names; tokio-postgres knows only
    /// three of them, so it and the two parameters beside it are taken out first.
    ///
    /// # Errors
    /// A sentence that says what a right URL looks like.
    pub fn parse(url: &str) -> Result<Self, String> {
        let mut parsed = url::Url::parse(url)
            .map_err(|error| format!("a URL like postgres://user@host/name ({error})"))?;
        let mut ssl = tls::Ssl::default();
        let mut rest: Vec<(String, String)> = Vec::new();
        for (name, value) in parsed.query_pairs() {
            match &*name {
                "sslmode" => ssl.mode = SslMode::from_str(&value)?,
                "sslrootcert" => ssl.root_cert = Some(value.into_owned().into()),
                _ => rest.push((name.into_owned(), value.into_owned())),
            }
        }
        parsed.set_query(None);
        if !rest.is_empty() {
            // Not `form_urlencoded`: tokio-postgres reads a plus sign as a plus sign.
            let pair = |(name, value): &(String, String)| format!("{name}={}", percent(value));
            parsed.set_query(Some(&rest.iter().map(pair).collect::<Vec<_>>().join("&")));
        }
        let mut config = tokio_postgres::Config::from_str(parsed.as_str())
            .map_err(|error| format!("a URL like postgres://user@host/name ({error})"))?;
        // Nobody listens in on a socket of this machine: there libpq passes over sslmode as well.
        let is_socket = |host: &Host| matches!(host, Host::Unix(_));
        if !config.get_hosts().is_empty() && config.get_hosts().iter().all(is_socket) {
            ssl.mode = SslMode::Disable;
        }
        config.ssl_mode(ssl.mode.negotiation()).connect_timeout(CONNECT_TIMEOUT);
        // A server that is gone without a word is found out in seconds, not in a quarter of an hour.
        config.tcp_user_timeout(SILENCE).keepalives_idle(SILENCE).keepalives_interval(SILENCE / 5);
        if config.get_application_name().is_none() {
            config.application_name("maqal");
        }
        Ok(Self { config, ssl, pool_size: 4 })
    }

    /// Opens a connection.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] with the cause.
    pub async fn connect(&self) -> Result<Link, StoreError> {
        self.connect_with(None).await
    }

    /// Opens a connection that rings a bell whenever the server sends word of something.
    async fn connect_with(&self, bell: Option<Arc<Notify>>) -> Result<Link, StoreError> {
        let gone = |error: &dyn std::fmt::Display| StoreError::Unavailable(error.to_string());
        let connecting = async {
            let connector = self.ssl.connector().map_err(|error| gone(&error))?;
            let (client, mut driver) =
                self.config.connect(connector).await.map_err(|error| gone(&describe(&error)))?;
            let closed = Arc::new(AtomicBool::new(false));
            let flag = closed.clone();
            tokio::spawn(async move {
                let mut said = futures_util::stream::poll_fn(|cx| driver.poll_message(cx));
                while let Some(message) = said.next().await {
                    match message {
                        Ok(AsyncMessage::Notification(_)) => {
                            bell.iter().for_each(|bell| bell.notify_one());
                        }
                        Ok(_) => {}
                        Err(error) => {
                            tracing::debug!(%error, "lost a connection to the database");
                            break;
                        }
                    }
                }
                flag.store(true, Ordering::Release);
                bell.iter().for_each(|bell| bell.notify_one());
            });
            let conn = AsyncPgConnection::try_from(client).await.map_err(|error| gone(&error))?;
            (&mut &conn).batch_execute(SESSION).await?;
            Ok(Link { conn, closed })
        };
        tokio::time::timeout(CONNECT_TIMEOUT, connecting)
            .await
            .unwrap_or_else(|_| Err(StoreError::Unavailable("connecting took too long".into())))
    }
}

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

fn percent(value: &str) -> String {
    value.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
        out
    })
}

/// tokio-postgres says "error connecting to server" and keeps the reason for its source.
fn describe(error: &tokio_postgres::Error) -> String {
    match std::error::Error::source(error) {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
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

/// A worker's door.
pub struct Door {
    settings: Arc<Settings>,
    reader: Mutex<Option<Rc<Link>>>,
    pool: Pool<Opener>,
    changes: Arc<Changes>,
}

impl Door {
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

    pub(super) fn usage(&self) -> Usage {
        let status = self.pool.status();
        let (open, idle) = (status.size as u64, status.available as u64);
        Usage { busy: open.saturating_sub(idle), open }
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
