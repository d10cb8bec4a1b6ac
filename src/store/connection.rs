//! A connection to either database. Each query is written once, in `with_backend!`, and compiled
//! for both.

use std::future::Future;
use std::time::Duration;

use diesel::sqlite::SqliteConnection;
use diesel_async::AsyncPgConnection;

use super::deferred::DeferredWrites;
use super::error::StoreError;

/// Runs one expression on either database.
///
/// The expression is compiled once for each database. In it, `$conn` is the database's own
/// connection, `Backend` is its Diesel backend, and Diesel's query methods are `async`.
macro_rules! with_backend {
    ($conn:ident, $query:expr) => {
        match $conn {
            $crate::store::connection::Conn::Sqlite($conn, _) => {
                #[allow(unused_imports, reason = "not every query is boxed")]
                use ::diesel::sqlite::Sqlite as Backend;
                #[allow(unused_imports, reason = "a query may be run by a helper")]
                use $crate::store::sqlite::shim::RunQueryDsl;
                let answer = $query;
                answer
            }
            $crate::store::connection::Conn::Postgres($conn) => {
                #[allow(unused_imports, reason = "not every query is boxed")]
                use ::diesel::pg::Pg as Backend;
                #[allow(unused_imports, reason = "a query may be run by a helper")]
                use ::diesel_async::RunQueryDsl;
                let answer = $query;
                answer
            }
        }
    };
}

/// A connection to either database, inside or outside a transaction.
pub enum Conn<'a> {
    /// SQLite, whose futures are ready at the first poll, and the writes that run before the commit.
    Sqlite(&'a mut SqliteConnection, &'a mut DeferredWrites),
    /// PostgreSQL. The reference is shared, since queries may be pipelined.
    Postgres(&'a AsyncPgConnection),
}

impl Conn<'_> {
    /// Returns the connection twice, if it can pipeline independent queries.
    #[must_use]
    pub fn pipelined(&self) -> Option<[Conn<'_>; 2]> {
        match self {
            Self::Sqlite(..) => None,
            Self::Postgres(conn) => Some([Conn::Postgres(conn), Conn::Postgres(conn)]),
        }
    }
}

/// The longest wait for a connection. Then the database is unavailable.
pub(super) const ACQUIRE_TIMEOUT: Duration = Duration::from_millis(900);

/// The use of database connections by one process.
#[derive(Debug, Clone, Copy, Default)]
pub struct Usage {
    /// Connections in use.
    pub in_use: u64,
    /// Open connections.
    pub open: u64,
    /// Requests that wait for a connection.
    pub waiting: u64,
    /// Reads that the standby has answered.
    pub replica_reads: u64,
}

/// An error of a transaction: its own, or the database's.
pub trait Failure: From<StoreError> {
    /// Returns the database's error, if it caused this one.
    fn of_store(&self) -> Option<&StoreError>;

    /// Whether a collision with another transaction caused it, so that a retry may succeed. Use
    /// cases read before they write. So a duplicate or a missing reference means that another
    /// transaction inserted or deleted the row in between; a retry sees the new state.
    fn is_collision(&self) -> bool {
        use StoreError::{Collision, Duplicate, MissingReference};
        matches!(self.of_store(), Some(Collision(_) | Duplicate(_) | MissingReference(_)))
    }
}

impl Failure for StoreError {
    fn of_store(&self) -> Option<&StoreError> {
        Some(self)
    }
}

/// Runs a future that is ready at its first poll. SQLite's queries are synchronous; a transaction
/// that awaits anything else is an error.
pub(super) fn ready<T, E: From<StoreError>>(
    work: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    futures_util::FutureExt::now_or_never(work).unwrap_or_else(|| {
        Err(StoreError::Query("a transaction awaited something that is not a query".into()).into())
    })
}
