//! The worker of the job queue, which runs several jobs at once. Each instance has one; they share
//! the queue through the database.

use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::task::JoinSet;

use super::{announce, deliver, verify};
use crate::service::{App, Error, Result, StoreError};
use crate::store::connection::Failure;
use crate::store::web_jobs::{self, Job, Task};

/// The interval between two polls of the queue.
const POLL_INTERVAL: Duration = Duration::from_millis(100);
/// The most jobs that run at once.
const MAX_RUNNING: usize = 8;
/// The timeout of a job. A fetch takes at most five seconds; the rest is for the database.
const JOB_TIMEOUT: Duration = Duration::from_secs(20);
/// The lease of a job. It is longer than the timeout, so that no other worker claims a running job.
const LEASE: chrono::Duration = chrono::Duration::seconds(30);
/// The longest wait for running jobs at shutdown.
const GRACE: Duration = Duration::from_secs(2);

/// Runs jobs until `stopping` is set. A later worker repeats the jobs that are cut off. It must run
/// on a thread with local tasks.
pub async fn work_until(app: Rc<App>, stopping: &AtomicBool) {
    // Each job is a task of its own: one that waits for a connection must not block the job that
    // holds it.
    let mut running = JoinSet::new();
    while !stopping.load(Ordering::Acquire) {
        while running.try_join_next().is_some() {}
        match claim(&app, MAX_RUNNING - running.len()).await {
            Ok(jobs) => {
                for job in jobs {
                    let app = app.clone();
                    running.spawn_local(async move { run(&app, job).await });
                }
            }
            Err(error) => {
                tracing::warn!(%error, "the job queue could not be read; it is read again");
                tokio::time::sleep(POLL_INTERVAL * 10).await;
            }
        }
        tokio::select! {
            Some(_) = running.join_next() => {}
            () = tokio::time::sleep(POLL_INTERVAL) => {}
        }
    }
    let rest = async { while running.join_next().await.is_some() {} };
    if tokio::time::timeout(GRACE, rest).await.is_err() {
        tracing::info!("running jobs were cut off; the next worker repeats them");
    }
}

async fn claim(app: &App, limit: usize) -> Result<Vec<Job>> {
    let now = app.now();
    let any = async |conn: &mut crate::store::Conn<'_>| {
        Ok::<_, Error>(web_jobs::any_due(conn, now).await?)
    };
    if limit == 0 || !app.db.read(any).await? {
        return Ok(Vec::new());
    }
    let limit = i64::try_from(limit).unwrap_or(1);
    app.db.write(async move |tx| Ok(web_jobs::claim(tx, now, now + LEASE, limit).await?)).await
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
