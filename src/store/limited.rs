//! A limit that stands in the statement as a number. Diesel binds it, and a bound limit makes
//! SQLite plan and compile the statement anew at every run, which costs several times what the run
//! itself does.

use diesel::RunQueryDsl;
use diesel::backend::Backend;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;

/// The limits that statements have: the next one up is taken, and what is too much is passed over.
/// With few of them, few statements are kept ready, whatever limits clients think of.
const STEPS: [u8; 6] = [2, 6, 11, 21, 51, 101];

/// Returns the limit of a statement that needs this many rows.
pub fn step(rows: u8) -> u8 {
    STEPS.into_iter().find(|step| *step >= rows).unwrap_or(rows)
}

/// A query with a limit.
#[derive(Debug, Clone, Copy)]
pub struct Limited<Q> {
    query: Q,
    limit: u8,
}

impl<Q> Limited<Q> {
    /// Limits a query to at least this many rows.
    pub fn at_least(query: Q, rows: u8) -> Self {
        Self { query, limit: step(rows) }
    }
}

impl<Q: Query> Query for Limited<Q> {
    type SqlType = Q::SqlType;
}

// Only so that it can be loaded: SQLite's shim asks for it.
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
