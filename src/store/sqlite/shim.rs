//! Gives Diesel's synchronous SQLite connection the method names of diesel-async, so that one query
//! serves both databases. The futures are ready at once.

use std::future::{Future, ready};

use diesel::connection::LoadConnection;
use diesel::query_dsl::methods::{ExecuteDsl, LoadQuery};
use diesel::result::QueryResult;
use diesel::sqlite::SqliteConnection;

/// The query methods of `diesel_async::RunQueryDsl` that the store uses, for SQLite.
pub trait RunQueryDsl: Sized {
    /// Runs the statement. Returns the number of changed rows.
    fn execute(self, conn: &mut SqliteConnection) -> impl Future<Output = QueryResult<usize>>
    where
        Self: ExecuteDsl<SqliteConnection>,
    {
        ready(ExecuteDsl::execute(self, conn))
    }

    /// Returns all rows.
    fn load<'query, U>(
        self,
        conn: &mut SqliteConnection,
    ) -> impl Future<Output = QueryResult<Vec<U>>>
    where
        Self: LoadQuery<'query, SqliteConnection, U>,
        SqliteConnection: LoadConnection,
    {
        ready(self.internal_load(conn).and_then(Iterator::collect))
    }

    /// Returns the first row, or `NotFound`. Unlike `first`, it binds no `LIMIT`: SQLite prepares a
    /// statement with a bound limit again at each run.
    fn get_result<'query, U>(
        self,
        conn: &mut SqliteConnection,
    ) -> impl Future<Output = QueryResult<U>>
    where
        Self: LoadQuery<'query, SqliteConnection, U>,
        SqliteConnection: LoadConnection,
    {
        ready(
            self.internal_load(conn)
                .and_then(|mut rows| rows.next().unwrap_or(Err(diesel::result::Error::NotFound))),
        )
    }
}

impl<Q> RunQueryDsl for Q {}
