//! Gives Diesel's synchronous SQLite connection the method names of diesel-async, so that one
//! query text serves both. The futures are ready at once.

use std::future::{Future, ready};

use diesel::connection::LoadConnection;
use diesel::query_dsl::methods::{ExecuteDsl, LoadQuery};
use diesel::result::QueryResult;
use diesel::sqlite::SqliteConnection;

/// The query methods of `diesel_async::RunQueryDsl` that the store uses, for SQLite.
pub trait RunQueryDsl: Sized {
    /// Runs the statement; the number of rows it changed.
    fn execute(self, conn: &mut SqliteConnection) -> impl Future<Output = QueryResult<usize>>
    where
        Self: ExecuteDsl<SqliteConnection>,
    {
        ready(ExecuteDsl::execute(self, conn))
    }

    /// All rows.
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

    /// The first row, or `NotFound`. Unlike `first`, it binds no `LIMIT`: SQLite would prepare a
    /// statement with a bound limit anew at every run.
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
