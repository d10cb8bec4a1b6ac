//! SQLite's single writer. Queued transactions of all workers are committed in batches, and
//! savepoints isolate their failures. Pending search index writes run at the end of the batch. A
//! transaction is acknowledged only after the batch's commit is on disk.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};

use diesel::QueryResult;
use diesel::connection::SimpleConnection;
use diesel::sqlite::SqliteConnection;
use tokio::sync::oneshot;
use tracing::Span;

use crate::background::lower_priority;
use crate::store::changes::Changes;
use crate::store::connection::{Conn, ready};
use crate::store::deferred::DeferredWrites;
use crate::store::error::StoreError;
use crate::store::thread::spawn;

/// The most transactions in a commit. It spreads the cost of a sync, and bounds the first one's
/// wait.
const BATCH_LIMIT: usize = 64;

/// The longest queue of transactions. More are refused.
const QUEUE_LIMIT: usize = 1024;

/// The queue of the writing thread.
pub struct Writer {
    queue: SyncSender<Box<dyn Job>>,
    waiting: Arc<AtomicU64>,
}

impl Writer {
    /// Starts the thread. It ends when the `Writer` is dropped and its queue is empty.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when no thread can be started.
    pub fn start(conn: SqliteConnection, changes: Arc<Changes>) -> Result<Self, StoreError> {
        let (queue, jobs) = sync_channel(QUEUE_LIMIT);
        let waiting = Arc::new(AtomicU64::new(0));
        let counter = waiting.clone();
        spawn("maqal-writer", move || {
            lower_priority();
            write_until_closed(conn, &jobs, &counter, &changes);
        })?;
        Ok(Self { queue, waiting })
    }

    /// Runs a transaction on the writing thread.
    ///
    /// # Errors
    /// The error of `work` or of the commit. In both cases nothing is written.
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
            let reason = match refused {
                TrySendError::Full(_) => "too many writes are waiting",
                TrySendError::Disconnected(_) => "the writing thread has stopped",
            };
            return Err(StoreError::Unavailable(reason.into()).into());
        }
        answer.await.unwrap_or_else(|_| {
            Err(StoreError::Unavailable(
                "the writing thread stopped before the transaction's end".into(),
            )
            .into())
        })
    }

    /// Returns the number of transactions that wait or run.
    pub fn waiting(&self) -> u64 {
        self.waiting.load(Ordering::Relaxed)
    }
}

/// A queued transaction without its types.
trait Job: Send {
    /// Runs it inside the open batch. An error means that the whole batch failed.
    fn run(
        &mut self,
        conn: &mut SqliteConnection,
        bounds: &Bounds,
        deferred: &mut DeferredWrites,
    ) -> QueryResult<()>;
    /// Reports the result, after the batch was committed (`None`) or failed.
    fn report(self: Box<Self>, failure: Option<&str>);
}

/// The statements that begin and end a transaction in its batch.
struct Bounds {
    begin: &'static str,
    commit: &'static str,
    rollback: &'static str,
}

/// The first transaction of a batch needs no savepoint: undoing it restarts the batch. A savepoint
/// makes SQLite save each changed page, which would double the writes of a large transaction.
const FIRST: Bounds = Bounds { begin: "", commit: "", rollback: "ROLLBACK; BEGIN IMMEDIATE" };

/// Later transactions.
const LATER: Bounds = Bounds {
    begin: "SAVEPOINT job",
    commit: "RELEASE job",
    rollback: "ROLLBACK TO job; RELEASE job",
};

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
        deferred: &mut DeferredWrites,
    ) -> QueryResult<()> {
        // The request was cancelled before the transaction began.
        if self.reply.is_closed() {
            return Ok(());
        }
        conn.batch_execute(bounds.begin)?;
        let mut own = DeferredWrites::default();
        // A panic in one transaction must not end the writing thread.
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            self.span.in_scope(|| ready((self.work)(&mut Conn::Sqlite(conn, &mut own))))
        }))
        .unwrap_or_else(|_| Err(StoreError::Query("a transaction panicked".into()).into()));
        if outcome.is_ok() {
            deferred.append(own);
        }
        let end = if outcome.is_ok() { bounds.commit } else { bounds.rollback };
        self.outcome = Some(outcome);
        // SQLite may roll back the whole batch by itself, on a full disk for example. Then this
        // statement fails, and all transactions of the batch are reported as failed.
        conn.batch_execute(end)
    }

    fn report(self: Box<Self>, failure: Option<&str>) {
        let Some(outcome) = self.outcome else { return };
        let outcome = match failure {
            Some(cause) if outcome.is_ok() => Err(failed_commit(cause).into()),
            _ => outcome,
        };
        // The request may have been cancelled. The transaction is committed all the same.
        let _ = self.reply.send(outcome);
    }
}

fn failed_commit(cause: &str) -> StoreError {
    match StoreError::from(diesel::result::Error::DatabaseError(
        diesel::result::DatabaseErrorKind::Unknown,
        Box::new(cause.to_owned()),
    )) {
        StoreError::Query(cause) => StoreError::Unavailable(cause),
        classified => classified,
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
            // Ends an open transaction. Without one, SQLite returns an error, which is ignored.
            let _ = conn.batch_execute("ROLLBACK");
        }
        // Before the writes are acknowledged: the clients' next requests see them.
        changes.follow(&mut Conn::Sqlite(&mut conn, &mut DeferredWrites::default()));
        waiting.fetch_sub(batch.len() as u64, Ordering::Relaxed);
        for job in batch {
            job.report(failure.as_deref());
        }
    }
}

/// Runs the first transaction and the queued ones, and commits them. `BEGIN IMMEDIATE` takes the
/// write lock at once: a transaction that reads before it writes would otherwise fail, without
/// waiting, if another process wrote in between.
fn run_batch(
    conn: &mut SqliteConnection,
    jobs: &Receiver<Box<dyn Job>>,
    batch: &mut Vec<Box<dyn Job>>,
) -> QueryResult<()> {
    conn.batch_execute("BEGIN IMMEDIATE")?;
    let mut deferred = DeferredWrites::default();
    let mut next = 0;
    while let Some(job) = batch.get_mut(next) {
        let bounds = if next == 0 { &FIRST } else { &LATER };
        job.run(conn, bounds, &mut deferred)?;
        next += 1;
        if batch.len() < BATCH_LIMIT
            && let Ok(job) = jobs.try_recv()
        {
            batch.push(job);
        }
    }
    deferred.run(conn)?;
    conn.batch_execute("COMMIT")
}
