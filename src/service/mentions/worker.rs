//! The worker of the job queue. Outgoing work and verifications have slots of their own. Each instance
//! has one worker; they share the queue through the database.

use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::task::JoinSet;

use super::expiry::trim_rejected;
use super::{announce, deliver, verify};
use crate::service::{App, Error, Result, StoreError};
use crate::store::Conn;
use crate::store::connection::Failure;
use crate::store::web_jobs::{self, Job, Lane, Task};

/// The interval between two polls of the queue.
const POLL_INTERVAL: Duration = Duration::from_millis(100);
/// The most announcements and pings that run at once.
const OUTGOING_SLOTS: usize = 4;
/// The most verifications that run at once.
const INCOMING_SLOTS: usize = 6;
/// The number of verifications after which the oldest rejected mentions are deleted.
const TRIM_AFTER: usize = 500;
/// The timeout of a job. A fetch takes at most five seconds; the rest is for the database.
const JOB_TIMEOUT: Duration = Duration::from_secs(20);
/// The lease of a job. It is longer than the timeout, so that no other worker claims a running job.
const LEASE: chrono::Duration = chrono::Duration::seconds(30);
/// The longest wait for running jobs at shutdown.
const GRACE: Duration = Duration::from_secs(2);

/// The slots of a lane, with their running jobs.
struct Slots {
    lane: Lane,
    free: usize,
    running: JoinSet<()>,
}

impl Slots {
    fn new(lane: Lane, free: usize) -> Self {
        Self { lane, free, running: JoinSet::new() }
    }

    /// Claims jobs for the free slots and starts them. Returns their number.
    async fn fill(&mut self, app: &Rc<App>) -> Result<usize> {
        while self.running.try_join_next().is_some() {}
        let jobs = claim(app, self.lane, self.free - self.running.len()).await?;
        let started = jobs.len();
        for job in jobs {
            let app = app.clone();
            // Each job is a task of its own: one that waits for a connection must not block the job
            // that holds it.
            self.running.spawn_local(async move { run(&app, job).await });
        }
        Ok(started)
    }
}

/// Runs jobs until `stopping` is set. A later worker repeats the jobs that are cut off. It must run
/// on a thread with local tasks.
pub async fn work_until(app: Rc<App>, stopping: &AtomicBool) {
    let mut outgoing = Slots::new(Lane::Outgoing, OUTGOING_SLOTS);
    let mut incoming = Slots::new(Lane::Incoming, INCOMING_SLOTS);
    let mut verified = 0;
    while !stopping.load(Ordering::Acquire) {
        match fill(&app, &mut outgoing, &mut incoming).await {
            Ok(started) => verified += started,
            Err(error) => {
                tracing::warn!(%error, "the job queue could not be read; it is read again");
                tokio::time::sleep(POLL_INTERVAL * 10).await;
            }
        }
        if verified >= TRIM_AFTER {
            verified = 0;
            if let Err(error) = trim_rejected(&app).await {
                tracing::warn!(%error, "rejected mentions could not be deleted; trying again");
            }
        }
        tokio::select! {
            Some(_) = outgoing.running.join_next() => {}
            Some(_) = incoming.running.join_next() => {}
            () = tokio::time::sleep(POLL_INTERVAL) => {}
        }
    }
    let rest = async {
        while outgoing.running.join_next().await.is_some() {}
        while incoming.running.join_next().await.is_some() {}
    };
    if tokio::time::timeout(GRACE, rest).await.is_err() {
        tracing::info!("running jobs were cut off; the next worker repeats them");
    }
}

/// Fills the slots, those of outgoing work first. Returns the number of started verifications.
async fn fill(app: &Rc<App>, outgoing: &mut Slots, incoming: &mut Slots) -> Result<usize> {
    outgoing.fill(app).await?;
    incoming.fill(app).await
}

async fn claim(app: &App, lane: Lane, limit: usize) -> Result<Vec<Job>> {
    let now = app.now();
    if limit == 0 {
        return Ok(Vec::new());
    }
    let due =
        async |conn: &mut Conn<'_>| Ok::<_, Error>(web_jobs::due(conn, lane, now, limit).await?);
    let due = app.db.read(due).await?;
    if due.is_empty() {
        return Ok(Vec::new());
    }
    app.db.write(async move |tx| Ok(web_jobs::claim(tx, &due, now, now + LEASE).await?)).await
}

async fn run(app: &App, job: Job) {
    let done = async {
        match job.task {
            Task::Verify(id) => verify::verify(app, job, id).await,
            Task::Announce(id) => announce::run(app, job, id).await,
            Task::Ping(id) => deliver::deliver(app, job, id).await,
        }
    };
    match tokio::time::timeout(JOB_TIMEOUT, done).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => {
            tracing::warn!(?job, %error, "a job failed; it is repeated");
            release(app, job, &error).await;
        }
        Err(_) => tracing::warn!(?job, "a job timed out; it is repeated"),
    }
}

/// Releases a failed job before its lease ends: at once after a temporary error of the database,
/// else after another lease.
async fn release(app: &App, job: Job, error: &Error) {
    tokio::time::sleep(POLL_INTERVAL * 5).await;
    let is_temporary =
        matches!(error, Error::Store(StoreError::Unavailable(_) | StoreError::Full(_)))
            || error.is_collision();
    let due = if is_temporary { app.now() } else { app.now() + LEASE };
    let released = app
        .db
        .write(async move |tx| {
            Ok::<_, Error>(web_jobs::reschedule(tx, &job, due, job.attempts).await?)
        })
        .await;
    if let Err(error) = released {
        tracing::debug!(?job, %error, "a job could not be released; its lease will expire");
    }
}
