//! Looks for what other processes write to the SQLite file. SQLite has no way to tell; it has a
//! number that changes with every commit of another connection, and costs microseconds to read.
//! Started by `connection.rs`.

use std::sync::{Arc, Weak};
use std::time::Duration;

use diesel::sql_types::BigInt;
use diesel::sqlite::SqliteConnection;
use diesel::{QueryableByName, RunQueryDsl, sql_query};

use super::{Threads, spawn};
use crate::store::changes::Changes;
use crate::store::connection::{Conn, ready};
use crate::store::error::StoreError;
use crate::store::search::Pending;

/// How often: a tenth of the second within which a reader must see what another process wrote.
const EVERY: Duration = Duration::from_millis(100);

/// Begins to look.
///
/// # Errors
/// [`StoreError::Unavailable`] when the file can't be opened or no thread started.
pub fn start(threads: &Arc<Threads>) -> Result<(), StoreError> {
    let mut conn = threads.options.connect_reader()?;
    ready(threads.changes.begin(&mut Conn::Sqlite(&mut conn, &mut Pending::default())))?;
    // What was committed between those two looks is found at the first turn.
    let mut seen = 0;
    let changes = Arc::downgrade(&threads.changes);
    spawn("maqal-watcher", move || {
        while look(&mut conn, &mut seen, &changes) {
            std::thread::sleep(EVERY);
        }
    })
}

#[derive(QueryableByName)]
struct Version {
    #[diesel(sql_type = BigInt)]
    data_version: i64,
}

/// Whether there is still somebody to look for.
fn look(conn: &mut SqliteConnection, seen: &mut i64, changes: &Weak<Changes>) -> bool {
    let Some(changes) = changes.upgrade() else { return false };
    match sql_query("PRAGMA data_version").get_result::<Version>(conn) {
        Ok(now) if now.data_version == *seen => {}
        Ok(now) => {
            *seen = now.data_version;
            changes.follow(&mut Conn::Sqlite(conn, &mut Pending::default()));
        }
        Err(error) => {
            tracing::warn!(%error, "the database file can't be watched; everything is read anew");
            changes.invalidate_all();
        }
    }
    true
}
