//! Follows the changes of other processes on SQLite. `PRAGMA data_version` changes with each commit
//! of another connection, and reading it takes microseconds.

use std::sync::{Arc, Weak};
use std::time::Duration;

use diesel::sql_types::BigInt;
use diesel::sqlite::SqliteConnection;
use diesel::{QueryableByName, RunQueryDsl, sql_query};

use super::Threads;
use crate::store::changes::Changes;
use crate::store::connection::{Conn, ready};
use crate::store::deferred::DeferredWrites;
use crate::store::error::StoreError;
use crate::store::thread::spawn;

/// The interval of the checks: a tenth of the second within which readers must see a change.
const CHECK_INTERVAL: Duration = Duration::from_millis(100);

/// Starts the watcher's thread.
///
/// # Errors
/// [`StoreError::Unavailable`] when the file can't be opened, or the thread can't be started.
pub fn start(threads: &Arc<Threads>) -> Result<(), StoreError> {
    let mut conn = threads.options.connect_reader()?;
    ready(threads.changes.begin(&mut Conn::Sqlite(&mut conn, &mut DeferredWrites::default())))?;
    // The first check reads the changes that were committed after `begin`.
    let mut seen = 0;
    let changes = Arc::downgrade(&threads.changes);
    spawn("maqal-watcher", move || {
        while check(&mut conn, &mut seen, &changes) {
            std::thread::sleep(CHECK_INTERVAL);
        }
    })
}

#[derive(QueryableByName)]
struct Version {
    #[diesel(sql_type = BigInt)]
    data_version: i64,
}

/// Reads new changes. Returns whether the database is still in use.
fn check(conn: &mut SqliteConnection, seen: &mut i64, changes: &Weak<Changes>) -> bool {
    let Some(changes) = changes.upgrade() else { return false };
    match sql_query("PRAGMA data_version").get_result::<Version>(conn) {
        Ok(now) if now.data_version == *seen => {}
        Ok(now) => {
            *seen = now.data_version;
            changes.follow(&mut Conn::Sqlite(conn, &mut DeferredWrites::default()));
        }
        Err(error) => {
            tracing::warn!(%error, "the database file could not be checked for changes; all cache tags are invalidated");
            changes.invalidate_all();
        }
    }
    true
}
