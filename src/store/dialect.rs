//! Every difference between the two databases that a query can't hide, each with its reason.

use diesel::BoolExpressionMethods;
use diesel::backend::Backend;
use diesel::connection::SimpleConnection;
use diesel::pg::Pg;
use diesel::sqlite::Sqlite;
use diesel::{ExpressionMethods, QueryDsl};
use diesel_async::SimpleAsyncConnection;

use super::error::StoreError;
use super::schema::web_jobs;
use super::types::Timestamp;
use super::{Conn, StoreResult};
use crate::domain::Time;

/// The SQL that differs between the databases.
pub(super) trait Dialect: Backend<QueryBuilder: Default> + Default {
    /// A prefix that keeps a column from the choice of an index. SQLite doesn't know the size of a
    /// range, and would sort all of it instead of reading the list's own index. PostgreSQL knows.
    const NO_INDEX: &str;

    /// A day, as a summand of [`super::types::Moment`].
    const ONE_DAY: &str;

    /// Returns the value for this database.
    fn either<T>(sqlite: T, postgres: T) -> T;
}

impl Dialect for Sqlite {
    const NO_INDEX: &str = "+";
    const ONE_DAY: &str = "86400000000";

    fn either<T>(sqlite: T, _postgres: T) -> T {
        sqlite
    }
}

impl Dialect for Pg {
    const NO_INDEX: &str = "";
    const ONE_DAY: &str = "INTERVAL '24 hours'";

    fn either<T>(_sqlite: T, postgres: T) -> T {
        postgres
    }
}

/// Runs statements that bind nothing and return nothing.
pub(super) async fn batch(conn: &mut Conn<'_>, sql: &str) -> StoreResult<()> {
    match conn {
        Conn::Sqlite(conn, _) => SimpleConnection::batch_execute(*conn, sql),
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
        Conn::Sqlite(..) => Ok(()),
        // Table names are constants of the code, never input.
        Conn::Postgres(_) => {
            batch(conn, &format!("SELECT 1 FROM {table} WHERE id = {id} FOR UPDATE")).await
        }
    }
}

/// The jobs that are due and nobody's, held until the transaction ends. On Postgres several
/// instances claim at once, each passing over what another holds; SQLite's writer runs one
/// transaction at a time, and has no row locks to ask for.
pub(super) async fn lock_due_jobs(
    conn: &mut Conn<'_>,
    now: Time,
    most: i64,
) -> StoreResult<Vec<i64>> {
    let free = web_jobs::leased_until.is_null().or(web_jobs::leased_until.le(Timestamp(now)));
    let due = web_jobs::table
        .filter(web_jobs::due_at.le(Timestamp(now)))
        .filter(free)
        .order((web_jobs::due_at, web_jobs::id))
        .select(web_jobs::id)
        .limit(most);
    Ok(match conn {
        Conn::Sqlite(conn, _) => diesel::RunQueryDsl::load(due, *conn)?,
        Conn::Postgres(conn) => {
            diesel_async::RunQueryDsl::load(due.for_update().skip_locked(), conn).await?
        }
    })
}
