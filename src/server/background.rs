//! The background threads: the sweeper and the worker of the job queue. Both end soon after `stopping`
//! is set.

use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::context::AppContext;
use super::error::ServerError;
use super::runtime::block_on;
use crate::auth::keys::KeyRing;
use crate::service::mentions::work_until;
use crate::service::{App, search, sweep};

/// The interval of the sweeper. Scheduled articles are published within a second.
const SWEEP_INTERVAL: Duration = Duration::from_millis(250);
/// The interval at which the keys are read again, so that a key is known before another instance
/// signs with it.
const RELOAD_KEYS: Duration = Duration::from_secs(15);
/// The interval at which expired rows are deleted.
const EXPIRY_INTERVAL: Duration = Duration::from_secs(600);

/// Starts the thread that publishes scheduled articles and deletes expired rows.
///
/// # Errors
/// If the thread can't be started.
pub(super) fn start_sweeper(
    context: AppContext,
    ring: Arc<KeyRing>,
    stopping: Arc<AtomicBool>,
) -> Result<JoinHandle<()>, ServerError> {
    let thread = std::thread::Builder::new().name("maqal-sweeper".into());
    Ok(thread.spawn(move || {
        block_on(async move {
            match context.storage.handle() {
                Ok(db) => sweep_until(&App { db, shared: context.shared }, &ring, &stopping).await,
                Err(error) => tracing::error!(%error, "the sweeper could not start; scheduled articles are not published"),
            }
        });
    })?)
}

/// Starts the thread for outbound jobs, so that slow sites don't delay readers.
///
/// # Errors
/// If the thread can't be started.
pub(super) fn start_worker(
    context: AppContext,
    stopping: Arc<AtomicBool>,
) -> Result<JoinHandle<()>, ServerError> {
    let thread = std::thread::Builder::new().name("maqal-web".into());
    Ok(thread.spawn(move || {
        block_on(async move {
            match context.storage.handle() {
                Ok(db) => {
                    let app = Rc::new(App { db, shared: context.shared });
                    work_until(app, &stopping).await;
                }
                Err(error) => tracing::error!(%error, "the job worker could not start; mentions are neither verified nor sent"),
            }
        });
    })?)
}

/// Warns if articles aren't indexed. It runs here since counting would delay the start.
async fn warn_of_stale_index(app: &App) {
    let due = async {
        match search::may_be_due(app).await? {
            true => search::due_count(app).await,
            false => Ok(0),
        }
    };
    match due.await {
        Ok(0) => {}
        Ok(due) => tracing::warn!(
            due,
            "articles are not indexed for search, or by an older version: run `maqal reindex`"
        ),
        Err(error) => tracing::warn!(%error, "the check of the search index failed"),
    }
}

async fn sweep_until(app: &App, ring: &KeyRing, stopping: &AtomicBool) {
    warn_of_stale_index(app).await;
    let (mut reloaded, mut expired) = (Instant::now(), Instant::now());
    while !stopping.load(Ordering::Acquire) {
        if let Err(error) = sweep::publish_due(app).await {
            tracing::warn!(%error, "publishing scheduled articles failed; trying again");
        }
        if reloaded.elapsed() >= RELOAD_KEYS {
            reloaded = Instant::now();
            if let Err(error) = ring.reload() {
                tracing::error!(%error, "reading the signing keys again failed");
            }
        }
        if expired.elapsed() >= EXPIRY_INTERVAL {
            expired = Instant::now();
            if let Err(error) = sweep::delete_expired(app).await {
                tracing::warn!(%error, "deleting expired rows failed; trying again");
            }
        }
        tokio::time::sleep(SWEEP_INTERVAL).await;
    }
}
