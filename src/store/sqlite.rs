//! SQLite: connections, reader threads, and each worker's database handle. One thread writes for
//! the whole process (`sqlite/writer.rs`).

pub mod shim;
pub mod watch;
mod writer;

use std::cell::RefCell;
use std::fs::{DirBuilder, OpenOptions};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use diesel::Connection;
use diesel::connection::SimpleConnection;
use diesel::sqlite::SqliteConnection;
use tokio::sync::oneshot;
use tracing::Span;

use writer::Writer;

use super::changes::Changes;
use super::connection::{Conn, Usage, ready};
use super::deferred::DeferredWrites;
use super::error::StoreError;
use super::thread::spawn;

/// The file and its durability.
#[derive(Clone, Debug)]
pub struct Options {
    /// The path of the database file.
    pub path: PathBuf,
    /// Whether each commit syncs the file.
    pub full_sync: bool,
}

impl Options {
    /// Opens a connection. Creates the file and its folder when they are missing.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] with the cause, [`StoreError::NotADatabase`].
    pub fn connect(&self) -> Result<SqliteConnection, StoreError> {
        let unavailable = |cause: &dyn std::fmt::Display| {
            StoreError::Unavailable(format!("{}: {cause}", self.path.display()))
        };
        create_private(&self.path).map_err(|error| unavailable(&error))?;
        let path = self.path.to_str().ok_or_else(|| unavailable(&"the path is not UTF-8"))?;
        let mut conn = SqliteConnection::establish(path).map_err(|error| unavailable(&error))?;
        let sync = if self.full_sync { "FULL" } else { "NORMAL" };
        // The timeout comes first: switching to WAL needs a lock, which another process may hold.
        conn.batch_execute(&format!(
            "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = {sync};
             PRAGMA foreign_keys = ON; PRAGMA cache_size = -8000;",
        ))
        .map_err(|error| {
            let cause = error.to_string();
            match StoreError::from(error) {
                StoreError::NotADatabase => StoreError::NotADatabase,
                _ => unavailable(&cause),
            }
        })?;
        Ok(conn)
    }

    /// Opens the writing connection. Its page cache is larger than the readers': a transaction of
    /// many articles would otherwise write the same pages repeatedly.
    fn connect_writer(&self) -> Result<SqliteConnection, StoreError> {
        let mut conn = self.connect()?;
        conn.batch_execute("PRAGMA cache_size = -32000;")?;
        Ok(conn)
    }

    fn connect_reader(&self) -> Result<SqliteConnection, StoreError> {
        let mut conn = self.connect()?;
        // Only for readers. On the writer, SQLite would also keep the original pages of a savepoint
        // in memory, as a list that it walks after each statement. That dominates transactions that
        // change many pages.
        conn.batch_execute("PRAGMA query_only = ON; PRAGMA temp_store = MEMORY;")?;
        Ok(conn)
    }
}

/// Creates a missing database file that only its owner may read, since it holds password hashes.
/// SQLite gives its other files the same mode.
fn create_private(path: &Path) -> std::io::Result<()> {
    if path.exists() {
        return Ok(());
    }
    let (mut folder, mut file) = (DirBuilder::new(), OpenOptions::new());
    file.append(true).create(true);
    #[cfg(unix)]
    {
        std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
        std::os::unix::fs::OpenOptionsExt::mode(&mut file, 0o600);
    }
    if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        folder.recursive(true).create(parent)?;
    }
    file.open(path).map(drop)
}

type ScanJob = Box<dyn FnOnce(&mut SqliteConnection) + Send>;

/// The longest queue of heavy reads. More are refused.
const SCAN_QUEUE: usize = 512;

/// The threads that all workers share: one writer and some readers.
pub struct Threads {
    options: Options,
    writer: Writer,
    scans: SyncSender<ScanJob>,
    /// Scans that wait or run.
    pending: Arc<AtomicU64>,
    readers: u64,
    changes: Arc<Changes>,
}

impl Threads {
    /// Opens the file and starts the threads. They end when the last `Threads` is dropped.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the file can't be opened or a thread can't be started.
    pub fn start(options: Options, readers: usize) -> Result<Self, StoreError> {
        let changes = Arc::<Changes>::default();
        let writer = Writer::start(options.connect_writer()?, changes.clone())?;
        let (scans, queue) = sync_channel(SCAN_QUEUE);
        let queue = Arc::new(Mutex::new(queue));
        let pending = Arc::<AtomicU64>::default();
        for _ in 0..readers.max(1) {
            let conn = options.connect_reader()?;
            let queue = queue.clone();
            let pending = pending.clone();
            spawn("maqal-reader", move || read_until_closed(conn, &queue, &pending))?;
        }
        let readers = readers.max(1) as u64;
        Ok(Self { options, writer, scans, pending, readers, changes })
    }

    /// The changes of all processes.
    pub fn changes(&self) -> &Arc<Changes> {
        &self.changes
    }

    /// Returns the use of the threads' connections. Each worker's own connection is in use only while
    /// its worker is, and isn't counted.
    #[must_use]
    pub fn usage(&self) -> Usage {
        let (scans, writes) = (self.pending.load(Ordering::Relaxed), self.writer.waiting());
        let in_use = scans.min(self.readers) + writes.min(1);
        let waiting = scans + writes - in_use;
        Usage { in_use, open: self.readers + 1, waiting, ..Usage::default() }
    }
}

fn read_until_closed(
    mut conn: SqliteConnection,
    queue: &Mutex<Receiver<ScanJob>>,
    pending: &AtomicU64,
) {
    loop {
        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        match next {
            // A panic in one read must not end the thread. Dropping the reply's sender reports it
            // to the caller.
            Ok(job) => {
                if catch_unwind(AssertUnwindSafe(|| job(&mut conn))).is_err() {
                    // Ends a transaction that the job left open. Without one, SQLite returns an
                    // error, which is ignored.
                    let _ = conn.batch_execute("ROLLBACK");
                }
                pending.fetch_sub(1, Ordering::Relaxed);
            }
            Err(_) => return,
        }
    }
}

/// Runs all statements in one snapshot. Otherwise a list could show an article that was unpublished
/// between two of them, with the text of its new draft.
fn in_snapshot<T, E, F>(conn: &mut SqliteConnection, work: &F) -> Result<T, E>
where
    F: AsyncFn(&mut Conn<'_>) -> Result<T, E>,
    E: From<StoreError>,
{
    conn.batch_execute("BEGIN").map_err(StoreError::from)?;
    let answer = ready(work(&mut Conn::Sqlite(conn, &mut DeferredWrites::default())));
    // Ends the read transaction, after an error too.
    conn.batch_execute("COMMIT").map_err(StoreError::from)?;
    answer
}

/// A worker's database handle: its own connection for keyed reads, and the shared threads.
pub struct DbHandle {
    local: RefCell<SqliteConnection>,
    threads: Arc<Threads>,
}

impl DbHandle {
    /// Opens the worker's own connection.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the file can't be opened.
    pub fn open(threads: Arc<Threads>) -> Result<Self, StoreError> {
        Ok(Self { local: RefCell::new(threads.options.connect_reader()?), threads })
    }

    pub(super) fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: AsyncFn(&mut Conn<'_>) -> Result<T, E>,
        E: From<StoreError>,
    {
        // The borrow never spans an await: `ready` polls once.
        let mut local = self.local.borrow_mut();
        ready(work(&mut Conn::Sqlite(&mut local, &mut DeferredWrites::default())))
    }

    pub(super) async fn scan<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: AsyncFn(&mut Conn<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let span = Span::current();
        let job: ScanJob = Box::new(move |conn| {
            // The request may have been cancelled while the job waited.
            if !reply.is_closed() {
                let _ = reply.send(span.in_scope(|| in_snapshot(conn, &work)));
            }
        });
        self.threads.pending.fetch_add(1, Ordering::Relaxed);
        if let Err(refused) = self.threads.scans.try_send(job) {
            self.threads.pending.fetch_sub(1, Ordering::Relaxed);
            let reason = match refused {
                TrySendError::Full(_) => "too many reads are waiting",
                TrySendError::Disconnected(_) => "the reader threads have stopped",
            };
            return Err(StoreError::Unavailable(reason.into()).into());
        }
        answer
            .await
            .unwrap_or_else(|_| Err(StoreError::Query("a heavy read panicked".into()).into()))
    }

    pub(super) async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: AsyncFn(&mut Conn<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.threads.writer.run(work).await
    }

    pub(super) fn changes(&self) -> &Arc<Changes> {
        &self.threads.changes
    }
}
