//! Every difference between the two databases that a query can't hide, each with its reason.

use diesel::connection::SimpleConnection;
use diesel_async::SimpleAsyncConnection;

use super::error::StoreError;
use super::{Conn, StoreResult};

/// Runs statements that bind nothing and return nothing.
pub(super) async fn batch(conn: &mut Conn<'_>, sql: &str) -> StoreResult<()> {
    match conn {
        Conn::Sqlite(conn) => SimpleConnection::batch_execute(*conn, sql),
        Conn::Postgres(conn) => SimpleAsyncConnection::batch_execute(conn, sql).await,
    }
    .map_err(StoreError::from)
}

/// The cheapest question that needs a working database and its schema.
pub(super) async fn ping(conn: &mut Conn<'_>) -> StoreResult<()> {
    batch(conn, "SELECT 1 FROM comment_settings").await
}

/// Holds a row against other transactions until this one ends. SQLite has no row locks and needs
/// none: its writer runs one transaction at a time.
pub(super) async fn lock_row(conn: &mut Conn<'_>, table: &'static str, id: i64) -> StoreResult<()> {
    match conn {
        Conn::Sqlite(_) => Ok(()),
        // Table names are constants of the code, never input.
        Conn::Postgres(_) => {
            batch(conn, &format!("SELECT 1 FROM {table} WHERE id = {id} FOR UPDATE")).await
        }
    }
}

/// A day, to be added to a moment: moments are `timestamptz` here and integer microseconds there.
pub(super) fn one_day(conn: &Conn<'_>) -> &'static str {
    match conn {
        Conn::Sqlite(_) => "86400000000",
        Conn::Postgres(_) => "INTERVAL '24 hours'",
    }
}
