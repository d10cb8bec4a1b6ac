//! Does what is in the queue, a few jobs at a time. Started by `server.rs` on each instance;
//! instances share the queue and the hosts' turns through the database.

use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures_util::future::LocalBoxFuture;
use tokio::task::JoinSet;

use super::{announce, deliver, verify};
use crate::service::{App, Error, Result, StoreError};
use crate::store::connection::Failure;
use crate::store::web_jobs::{self, Job, Task};
use crate::web::fetch::HostRateLimiter;

/// How often the queue is looked at: what is put in waits no longer than that.
const TICK: Duration = Duration::from_millis(100);
/// Jobs at a time.
const AT_ONCE: usize = 8;
/// How long a job may take. A fetch takes five seconds at the most; the rest is the database's.
const JOB_TIME: Duration = Duration::from_secs(20);
/// How long a job is ours. Longer than it may take, so that nobody else has it meanwhile.
const LEASE: chrono::Duration = chrono::Duration::seconds(30);
/// How long jobs under way are waited for at the end.
const GRACE: Duration = Duration::from_secs(2);

/// Works until told to stop. What is cut off then is done again by whoever comes after. To be
/// called on a thread that runs local tasks.
pub async fn work_until(app: Rc<App>, stopping: &AtomicBool) {
    // Tasks, since each must get on while the others, or this loop, wait for a connection: one of
    // them may hold what they wait for.
    let mut running = JoinSet::new();
    while !stopping.load(Ordering::Acquire) {
        while running.try_join_next().is_some() {}
        match claim(&app, AT_ONCE - running.len()).await {
            Ok(jobs) => {
                for job in jobs {
                    let app = app.clone();
                    running.spawn_local(async move { carry_out(&app, job).await });
                }
            }
            Err(error) => {
                tracing::warn!(%error, "the queue could not be looked at; trying again");
                tokio::time::sleep(TICK * 10).await;
            }
        }
        tokio::select! {
            Some(_) = running.join_next() => {}
            () = tokio::time::sleep(TICK) => {}
        }
    }
    let rest = async { while running.join_next().await.is_some() {} };
    if tokio::time::timeout(GRACE, rest).await.is_err() {
        tracing::info!("jobs under way are left to whoever starts next");
    }
}

async fn claim(app: &App, room: usize) -> Result<Vec<Job>> {
    let now = app.now();
    let any = async |conn: &mut crate::store::Conn<'_>| {
        Ok::<_, Error>(web_jobs::any_due(conn, now).await?)
    };
    if room == 0 || !app.db.read(any).await? {
        return Ok(Vec::new());
    }
    let most = i64::try_from(room).unwrap_or(1);
    app.db.write(async move |tx| Ok(web_jobs::claim(tx, now, now + LEASE, most).await?)).await
}

async fn carry_out(app: &App, job: Job) {
    let done = async {
        match job.task {
            Task::Verify(id) => verify::verify(app, job, id).await,
            Task::Announce(id) => announce::carry_out(app, job, id).await,
            Task::Ping(id) => deliver::deliver(app, job, id).await,
        }
    };
    match tokio::time::timeout(JOB_TIME, done).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => {
            tracing::warn!(?job, %error, "a job failed; it will be done again");
            give_back(app, job, &error).await;
        }
        Err(_) => tracing::warn!(?job, "a job took too long; it will be done again"),
    }
}

/// Gives a job up that the database kept from being done, rather than have all wait for the lease to
/// end. What fails for another reason will fail again: it is left for a while.
async fn give_back(app: &App, job: Job, error: &Error) {
    tokio::time::sleep(TICK * 5).await;
    let passing = matches!(error, Error::Store(StoreError::Unavailable(_) | StoreError::Full(_)))
        || error.is_collision();
    let due = if passing { app.now() } else { app.now() + LEASE };
    let given = app
        .db
        .write(async move |tx| {
            Ok::<_, Error>(web_jobs::reschedule(tx, &job, due, job.attempts).await?)
        })
        .await;
    if let Err(error) = given {
        tracing::debug!(?job, %error, "its lease will end by itself");
    }
}

/// Gives hosts their turn, from the database.
pub(super) struct Turns<'a>(pub &'a App);

impl HostRateLimiter for Turns<'_> {
    fn pass<'a>(
        &'a self,
        host: &'a str,
    ) -> LocalBoxFuture<'a, std::result::Result<(), DateTime<Utc>>> {
        Box::pin(async move {
            let app = self.0;
            let (now, host) = (app.now(), host.to_owned());
            let pause = app.shared.web.per_host;
            if pause.is_zero() {
                return Ok(());
            }
            let next = now + chrono::Duration::from_std(pause).unwrap_or_default();
            let turn = app
                .db
                .write(async move |tx| {
                    Ok::<_, Error>(web_jobs::take_host_slot(tx, &host, now, next).await?)
                })
                .await;
            turn.unwrap_or_else(|error| {
                tracing::warn!(%error, "a host's turn could not be taken");
                Err(next)
            })
        })
    }
}

/// Forgets the turns that are over.
///
/// # Errors
/// [`Error::Store`].
pub async fn forget_turns(app: &App) -> Result<()> {
    let now = app.now();
    app.db.write(async move |tx| Ok(web_jobs::purge_rate_limits(tx, now).await.map(drop)?)).await
}
