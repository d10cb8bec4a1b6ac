//! The differences between the two databases, each with its reason.

use diesel::BoolExpressionMethods;
use diesel::backend::Backend;
use diesel::connection::SimpleConnection;
use diesel::pg::Pg;
use diesel::sqlite::Sqlite;
use diesel::{ExpressionMethods, QueryDsl};
use diesel_async::SimpleAsyncConnection;

use super::error::StoreError;
use super::schema::{comments, web_jobs};
use super::statement::Statement;
use super::types::Timestamp;
use super::{Conn, StoreResult};
use crate::domain::Time;

/// The SQL that differs between the databases.
pub(super) trait Dialect: Backend<QueryBuilder: Default> + Default {
    /// A prefix that keeps SQLite from using an index on a column. SQLite can't estimate the size of
    /// a range: it would sort the whole range instead of reading the list's own index. PostgreSQL
    /// estimates sizes, and chooses by itself.
    const NO_INDEX: &str;

    /// A day as SQL that can be added to a [`Moment`](super::types::Moment).
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

/// Runs statements without bound values and results.
pub(super) async fn batch(conn: &mut Conn<'_>, sql: &str) -> StoreResult<()> {
    match conn {
        Conn::Sqlite(conn, _) => SimpleConnection::batch_execute(*conn, sql),
        Conn::Postgres(conn) => SimpleAsyncConnection::batch_execute(conn, sql).await,
    }
    .map_err(StoreError::from)
}

/// Runs a cheap query that needs a working database and its schema.
pub(super) async fn ping(conn: &mut Conn<'_>) -> StoreResult<()> {
    batch(conn, "SELECT 1 FROM comment_settings").await
}

/// Locks a row until the transaction ends. SQLite has no row locks and needs none: it runs one
/// writing transaction at a time.
pub(super) async fn lock_row(conn: &mut Conn<'_>, table: &'static str, id: i64) -> StoreResult<()> {
    match conn {
        Conn::Sqlite(..) => Ok(()),
        // Table names are constants in the code, never input.
        Conn::Postgres(_) => {
            batch(conn, &format!("SELECT 1 FROM {table} WHERE id = {id} FOR UPDATE")).await
        }
    }
}

/// Returns ids of comments with expired client data, locked until the transaction ends. On PostgreSQL
/// a sweep takes the rows that are free: it holds many rows, and so must never wait for one.
pub(super) async fn lock_expired_client_data(
    conn: &mut Conn<'_>,
    now: Time,
    limit: i64,
) -> StoreResult<Vec<i64>> {
    let expired = comments::table
        .filter(comments::client_data_expires_at.le(Timestamp(now)))
        .order(comments::client_data_expires_at)
        .select(comments::id)
        .limit(limit);
    Ok(match conn {
        Conn::Sqlite(conn, _) => diesel::RunQueryDsl::load(expired, *conn)?,
        Conn::Postgres(conn) => {
            let free = expired.for_no_key_update().skip_locked();
            diesel_async::RunQueryDsl::load(free, conn).await?
        }
    })
}

/// Deletes the rows of a table up to a time, except those that another transaction has locked, for
/// the same reason. Returns their number.
pub(super) async fn delete_expired(
    conn: &mut Conn<'_>,
    [table, key, time]: [&str; 3],
    until: Time,
) -> StoreResult<usize> {
    let rows =
        format!("DELETE FROM {table} WHERE {key} IN (SELECT {key} FROM {table} WHERE {time} <= ");
    let delete =
        Statement::<()>::new(rows).moment(Timestamp(until)).sql(skip_locked(conn)).sql(")");
    Ok(with_backend!(conn, delete.execute(conn).await)?)
}

/// The end of a query of the rows that a sweep deletes: those that no other transaction has locked.
pub(super) fn skip_locked(conn: &Conn<'_>) -> &'static str {
    match conn {
        Conn::Sqlite(..) => "",
        Conn::Postgres(_) => " FOR UPDATE SKIP LOCKED",
    }
}

/// Returns those of the jobs that have no valid lease, locked until the transaction ends. On
/// PostgreSQL several instances claim jobs at once, so locked jobs are skipped. SQLite runs one
/// writing transaction at a time.
pub(super) async fn lock_free_jobs(
    conn: &mut Conn<'_>,
    ids: &[i64],
    now: Time,
) -> StoreResult<Vec<i64>> {
    let is_free = web_jobs::leased_until.is_null().or(web_jobs::leased_until.le(Timestamp(now)));
    let free = web_jobs::table
        .filter(web_jobs::id.eq_any(ids))
        .filter(is_free)
        .order(web_jobs::id)
        .select(web_jobs::id);
    Ok(match conn {
        Conn::Sqlite(conn, _) => diesel::RunQueryDsl::load(free, *conn)?,
        Conn::Postgres(conn) => {
            diesel_async::RunQueryDsl::load(free.for_update().skip_locked(), conn).await?
        }
    })
}
