//! SQLite's one writer. Transactions of all workers queue here and those that wait together are
//! committed together, kept apart by savepoints, so that one's failure leaves the others alone. What
//! all of them leave to be written to the search index follows at the end, and none is acknowledged
//! before the commit that holds it is on disk.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};

use diesel::QueryResult;
use diesel::connection::SimpleConnection;
use diesel::sqlite::SqliteConnection;
use tokio::sync::oneshot;
use tracing::Span;

use crate::background::give_way;
use crate::store::changes::Changes;
use crate::store::connection::{Conn, ready};
use crate::store::error::StoreError;
use crate::store::search::Pending;

/// The most transactions that share a commit: enough to spread the cost of a sync, few enough
/// that the first of them doesn't wait long for the last.
const BATCH: usize = 64;

/// How many transactions may wait before more are turned away.
const QUEUE: usize = 1024;

/// The way to the writing thread.
pub struct Writer {
    queue: SyncSender<Box<dyn Job>>,
    waiting: Arc<AtomicU64>,
}

impl Writer {
    /// Starts the thread; it ends when the `Writer` is dropped and its queue is empty.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when no thread can be started.
    pub fn start(conn: SqliteConnection, changes: Arc<Changes>) -> Result<Self, StoreError> {
        let (queue, jobs) = sync_channel(QUEUE);
        let waiting = Arc::new(AtomicU64::new(0));
        let counter = waiting.clone();
        super::spawn("maqal-writer", move || {
            give_way();
            write_until_closed(conn, &jobs, &counter, &changes);
        })?;
        Ok(Self { queue, waiting })
    }

    /// Runs a transaction on the writing thread.
    ///
    /// # Errors
    /// What `work` returned, or that its commit failed: then nothing of it was kept.
    pub async fn run<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: AsyncFn(&mut Conn<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        self.waiting.fetch_add(1, Ordering::Relaxed);
        if let Err(refused) = self.queue.try_send(Box::new(Transaction {
            work,
            reply,
            outcome: None,
            span: Span::current(),
        })) {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            let why = match refused {
                TrySendError::Full(_) => "too many writes are waiting",
                TrySendError::Disconnected(_) => "the writing thread is gone",
            };
            return Err(StoreError::Unavailable(why.into()).into());
        }
        answer.await.unwrap_or_else(|_| {
            Err(StoreError::Unavailable("the writing thread gave up on a job".into()).into())
        })
    }

    /// Transactions that wait or run.
    pub fn waiting(&self) -> u64 {
        self.waiting.load(Ordering::Relaxed)
    }
}

/// A transaction whose types the queue needn't know.
trait Job: Send {
    /// Runs it inside the open batch, the first of it or a later one. An error means that the batch
    /// itself is gone.
    fn run(
        &mut self,
        conn: &mut SqliteConnection,
        bounds: &Bounds,
        pending: &mut Pending,
    ) -> QueryResult<()>;
    /// Tells whoever asked, once the batch is committed (`None`) or has failed.
    fn settle(self: Box<Self>, failure: Option<&str>);
}

/// How a transaction begins and ends in its batch.
struct Bounds {
    begin: &'static str,
    keep: &'static str,
    undo: &'static str,
}

/// The first of a batch has nothing before it to be left alone, and so is undone with the batch,
/// which then begins anew. A savepoint would make SQLite set aside each page that it changes: what
/// brings in many articles in one transaction would write twice as much.
const FIRST: Bounds = Bounds { begin: "", keep: "", undo: "ROLLBACK; BEGIN IMMEDIATE" };

/// The others.
const LATER: Bounds =
    Bounds { begin: "SAVEPOINT job", keep: "RELEASE job", undo: "ROLLBACK TO job; RELEASE job" };

struct Transaction<T, E, F> {
    work: F,
    reply: oneshot::Sender<Result<T, E>>,
    outcome: Option<Result<T, E>>,
    /// The span of the request, for the log lines of `work`.
    span: Span,
}

impl<T, E, F> Job for Transaction<T, E, F>
where
    F: AsyncFn(&mut Conn<'_>) -> Result<T, E> + Send,
    T: Send,
    E: From<StoreError> + Send,
{
    fn run(
        &mut self,
        conn: &mut SqliteConnection,
        bounds: &Bounds,
        pending: &mut Pending,
    ) -> QueryResult<()> {
        // Whoever asked has hung up before anything was done: then nothing need be done.
        if self.reply.is_closed() {
            return Ok(());
        }
        conn.batch_execute(bounds.begin)?;
        let mut own = Pending::default();
        // A bug in one transaction must not take the writer, and so all writes, with it.
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            self.span.in_scope(|| ready((self.work)(&mut Conn::Sqlite(conn, &mut own))))
        }))
        .unwrap_or_else(|_| Err(StoreError::Query("a transaction panicked".into()).into()));
        if outcome.is_ok() {
            pending.append(own);
        }
        let end = if outcome.is_ok() { bounds.keep } else { bounds.undo };
        self.outcome = Some(outcome);
        // A full disk, among others, makes SQLite roll the whole batch back by itself: then there
        // is no savepoint left to end, and nobody in the batch may be told that it was kept.
        conn.batch_execute(end)
    }

    fn settle(self: Box<Self>, failure: Option<&str>) {
        let Some(outcome) = self.outcome else { return };
        let outcome = match failure {
            Some(cause) if outcome.is_ok() => Err(failed_commit(cause).into()),
            _ => outcome,
        };
        // Nobody may be listening any more; the transaction stands all the same.
        let _ = self.reply.send(outcome);
    }
}

fn failed_commit(cause: &str) -> StoreError {
    match StoreError::from(diesel::result::Error::DatabaseError(
        diesel::result::DatabaseErrorKind::Unknown,
        Box::new(cause.to_owned()),
    )) {
        StoreError::Query(cause) => StoreError::Unavailable(cause),
        known => known,
    }
}

fn write_until_closed(
    mut conn: SqliteConnection,
    jobs: &Receiver<Box<dyn Job>>,
    waiting: &AtomicU64,
    changes: &Changes,
) {
    while let Ok(first) = jobs.recv() {
        let mut batch = vec![first];
        let failure = run_batch(&mut conn, jobs, &mut batch).err().map(|error| error.to_string());
        if failure.is_some() {
            // Ends whatever is left open; when nothing is, SQLite says so and that's fine.
            let _ = conn.batch_execute("ROLLBACK");
        }
        // Before anybody is told: their next request sees what they wrote.
        changes.follow(&mut Conn::Sqlite(&mut conn, &mut Pending::default()));
        waiting.fetch_sub(batch.len() as u64, Ordering::Relaxed);
        for job in batch {
            job.settle(failure.as_deref());
        }
    }
}

/// `BEGIN IMMEDIATE` takes the write lock at once: a transaction that first reads and then writes
/// would otherwise fail when another process wrote in between, without ever waiting.
fn run_batch(
    conn: &mut SqliteConnection,
    jobs: &Receiver<Box<dyn Job>>,
    batch: &mut Vec<Box<dyn Job>>,
) -> QueryResult<()> {
    conn.batch_execute("BEGIN IMMEDIATE")?;
    let mut pending = Pending::default();
    let mut next = 0;
    while let Some(job) = batch.get_mut(next) {
        let bounds = if next == 0 { &FIRST } else { &LATER };
        job.run(conn, bounds, &mut pending)?;
        next += 1;
        if batch.len() < BATCH
            && let Ok(job) = jobs.try_recv()
        {
            batch.push(job);
        }
    }
    pending.write(conn)?;
    conn.batch_execute("COMMIT")
}
