//! A query with its limit as a literal. Diesel binds limits, and a bound limit makes SQLite prepare
//! the statement again at each run, which costs several times the run itself.

use diesel::RunQueryDsl;
use diesel::backend::Backend;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;

/// The limits that statements use. A requested limit is rounded up to the next one, and the caller
/// ignores the surplus rows. So few statements are cached, for any limit of a client.
const STEPS: [u8; 6] = [2, 6, 11, 21, 51, 101];

/// Returns the limit of a statement that needs this many rows.
pub fn step(rows: u8) -> u8 {
    STEPS.into_iter().find(|step| *step >= rows).unwrap_or(rows)
}

/// A query with a literal limit.
#[derive(Debug, Clone, Copy)]
pub struct Limited<Q> {
    query: Q,
    limit: u8,
}

impl<Q> Limited<Q> {
    /// Limits the query to at least this many rows.
    pub fn at_least(query: Q, rows: u8) -> Self {
        Self { query, limit: step(rows) }
    }
}

impl<Q: Query> Query for Limited<Q> {
    type SqlType = Q::SqlType;
}

// SQLite's shim requires it to load rows.
impl<Q, Conn> RunQueryDsl<Conn> for Limited<Q> {}

impl<Q: QueryId> QueryId for Limited<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<DB: Backend, Q: QueryFragment<DB>> QueryFragment<DB> for Limited<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.query.walk_ast(out.reborrow())?;
        out.push_sql(" LIMIT ");
        out.push_sql(&self.limit.to_string());
        Ok(())
    }
}
