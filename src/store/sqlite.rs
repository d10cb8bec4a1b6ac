//! SQLite: opening a connection, the shim that gives it the shape of diesel-async, the reader
//! threads, and each worker's door. The writer has a file of its own, `sqlite/writer.rs`, and so
//! has the thread that looks for what other processes write, `sqlite/watch.rs`.

pub mod shim;
pub mod watch;
mod writer;

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
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
use super::error::StoreError;
use super::search::Pending;

/// Which file, and how carefully it is written.
#[derive(Clone, Debug)]
pub struct Options {
    /// The database file.
    pub path: PathBuf,
    /// Sync at every commit.
    pub full_sync: bool,
}

impl Options {
    /// Opens a connection, making the file and its folder when they are missing.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] with the cause.
    pub fn connect(&self) -> Result<SqliteConnection, StoreError> {
        let cause = |what: &dyn std::fmt::Display| {
            StoreError::Unavailable(format!("{}: {what}", self.path.display()))
        };
        if let Some(folder) = self.path.parent() {
            std::fs::create_dir_all(folder).map_err(|error| cause(&error))?;
        }
        let path = self.path.to_str().ok_or_else(|| cause(&"the path is not UTF-8"))?;
        let mut conn = SqliteConnection::establish(path).map_err(|error| cause(&error))?;
        let sync = if self.full_sync { "FULL" } else { "NORMAL" };
        // The time-out first: switching to WAL itself needs a lock that another process may hold.
        conn.batch_execute(&format!(
            "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = {sync};
             PRAGMA foreign_keys = ON; PRAGMA cache_size = -8000;",
        ))
        .map_err(|error| cause(&error))?;
        Ok(conn)
    }

    /// The one connection that writes. It keeps more in memory than those that read, lest a
    /// transaction of many articles write the same pages again and again.
    fn connect_writer(&self) -> Result<SqliteConnection, StoreError> {
        let mut conn = self.connect()?;
        conn.batch_execute("PRAGMA cache_size = -32000;")?;
        Ok(conn)
    }

    fn connect_reader(&self) -> Result<SqliteConnection, StoreError> {
        let mut conn = self.connect()?;
        // Sorting in memory is for readers alone. On the writer it would keep in memory, too, what a
        // savepoint began with, as a list that is walked at the end of each statement: a transaction
        // that writes many pages would spend most of its time there.
        conn.batch_execute("PRAGMA query_only = ON; PRAGMA temp_store = MEMORY;")?;
        Ok(conn)
    }
}

type ScanJob = Box<dyn FnOnce(&mut SqliteConnection) + Send>;

/// How many heavy reads may wait for a thread before more are turned away.
const SCAN_QUEUE: usize = 512;

/// The threads that all workers share: one that writes, some that read.
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
    /// Opens the file and starts the threads; they end when the last `Threads` is dropped.
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

    /// What changes.
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

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<(), StoreError> {
    std::thread::Builder::new()
        .name(name.into())
        .spawn(work)
        .map(drop)
        .map_err(|error| StoreError::Unavailable(format!("no thread for {name}: {error}")))
}

fn read_until_closed(
    mut conn: SqliteConnection,
    queue: &Mutex<Receiver<ScanJob>>,
    pending: &AtomicU64,
) {
    loop {
        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        match next {
            // A bug in one read must not take the thread, and in the end all lists, with it. Whoever
            // asked is told, since the way to answer them is dropped.
            Ok(job) => {
                if catch_unwind(AssertUnwindSafe(|| job(&mut conn))).is_err() {
                    // Whatever it left open. When that's nothing, SQLite says so, and that's fine.
                    let _ = conn.batch_execute("ROLLBACK");
                }
                pending.fetch_sub(1, Ordering::Relaxed);
            }
            Err(_) => return,
        }
    }
}

/// All statements of a scan see the same state: otherwise a list could show an article that was
/// unpublished between two of them, with the text of its new draft.
fn in_one_state<T, E, F>(conn: &mut SqliteConnection, work: &F) -> Result<T, E>
where
    F: AsyncFn(&mut Conn<'_>) -> Result<T, E>,
    E: From<StoreError>,
{
    conn.batch_execute("BEGIN").map_err(StoreError::from)?;
    let answer = ready(work(&mut Conn::Sqlite(conn, &mut Pending::default())));
    // It only read: how it ends makes no difference, but end it must.
    conn.batch_execute("COMMIT").map_err(StoreError::from)?;
    answer
}

/// A worker's door: its own connection for keyed reads, and the way to the shared threads.
pub struct DbHandle {
    local: RefCell<SqliteConnection>,
    threads: Arc<Threads>,
}

impl DbHandle {
    /// Opens the worker's own connection.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn open(threads: Arc<Threads>) -> Result<Self, StoreError> {
        Ok(Self { local: RefCell::new(threads.options.connect_reader()?), threads })
    }

    pub(super) fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: AsyncFn(&mut Conn<'_>) -> Result<T, E>,
        E: From<StoreError>,
    {
        // Never held over an await: `ready` polls once.
        let mut local = self.local.borrow_mut();
        ready(work(&mut Conn::Sqlite(&mut local, &mut Pending::default())))
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
            // Whoever asked may have hung up while the job waited.
            if !reply.is_closed() {
                let _ = reply.send(span.in_scope(|| in_one_state(conn, &work)));
            }
        });
        self.threads.pending.fetch_add(1, Ordering::Relaxed);
        if let Err(refused) = self.threads.scans.try_send(job) {
            self.threads.pending.fetch_sub(1, Ordering::Relaxed);
            let why = match refused {
                TrySendError::Full(_) => "too many reads are waiting",
                TrySendError::Disconnected(_) => "the reader threads are gone",
            };
            return Err(StoreError::Unavailable(why.into()).into());
        }
        answer.await.unwrap_or_else(|_| {
            Err(StoreError::Query("a reader thread gave up on a job".into()).into())
        })
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
