//! What runs beside the server: the sweeper and the queue's worker, each on a thread of its own.
//! Started by `server.rs`; both end soon after `stopping` is set.

use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::context::AppContext;
use super::{ServerError, block_on};
use crate::auth::keys::KeyRing;
use crate::service::mentions::work_until;
use crate::service::{App, search, sweep};

/// How often the sweeper looks: well within the second that scheduled articles are promised.
const SWEEP: Duration = Duration::from_millis(250);
/// How often the keys are read anew, so that one that was rotated in elsewhere is known before
/// it signs.
const RELOAD_KEYS: Duration = Duration::from_secs(15);
/// How often what has expired is forgotten.
const FORGET: Duration = Duration::from_secs(600);

/// Publishes what is due, and forgets what is over.
///
/// # Errors
/// When no thread can be had.
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
                Err(error) => tracing::error!(%error, "nothing will be published by itself"),
            }
        });
    })?)
}

/// Does what goes out to other sites, on a thread of its own: a slow one holds no reader up.
///
/// # Errors
/// When no thread can be had.
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
                Err(error) => tracing::error!(%error, "no mention will be verified or sent"),
            }
        });
    })?)
}

/// Says so if articles wait to be indexed; off the path of the start, which counting would delay.
async fn tell_of_stale_index(app: &App) {
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
        Err(error) => tracing::warn!(%error, "the search index could not be looked at"),
    }
}

async fn sweep_until(app: &App, ring: &KeyRing, stopping: &AtomicBool) {
    tell_of_stale_index(app).await;
    let (mut reloaded, mut forgot) = (Instant::now(), Instant::now());
    while !stopping.load(Ordering::Acquire) {
        if let Err(error) = sweep::publish_due(app).await {
            tracing::warn!(%error, "scheduled articles could not be looked for; trying again");
        }
        if reloaded.elapsed() >= RELOAD_KEYS {
            reloaded = Instant::now();
            if let Err(error) = ring.reload() {
                tracing::error!(%error, "the signing keys could not be read anew");
            }
        }
        if forgot.elapsed() >= FORGET {
            forgot = Instant::now();
            if let Err(error) = sweep::forget_expired(app).await {
                tracing::warn!(%error, "what has expired could not be forgotten; trying again");
            }
        }
        tokio::time::sleep(SWEEP).await;
    }
}
