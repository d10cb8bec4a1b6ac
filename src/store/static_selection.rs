//! A selection whose SQL is generated once. Diesel walks the columns of a query several times at
//! each run: for an article's fifty columns this takes as long as SQLite needs to find the row.

use std::sync::OnceLock;

use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;

use super::dialect::Dialect;

/// A selection's SQL for each database, generated at its first use.
#[derive(Debug, Default)]
pub struct Texts {
    sqlite: OnceLock<String>,
    postgres: OnceLock<String>,
}

impl Texts {
    /// Creates it without SQL.
    #[must_use]
    pub const fn new() -> Self {
        Self { sqlite: OnceLock::new(), postgres: OnceLock::new() }
    }
}

/// A constant selection without bound values.
#[derive(Debug, Clone, Copy)]
pub struct StaticSelection<S> {
    selection: S,
    texts: &'static Texts,
}

impl<S> StaticSelection<S> {
    /// Wraps `selection`. `texts` must belong to this selection alone.
    pub fn once(selection: S, texts: &'static Texts) -> Self {
        Self { selection, texts }
    }
}

impl<S: Expression> Expression for StaticSelection<S> {
    type SqlType = S::SqlType;
}

impl<S, Table> AppearsOnTable<Table> for StaticSelection<S>
where
    S: AppearsOnTable<Table>,
    Self: Expression,
{
}

impl<S, Table> SelectableExpression<Table> for StaticSelection<S>
where
    S: SelectableExpression<Table>,
    Self: AppearsOnTable<Table>,
{
}

impl<S: ValidGrouping<Group>, Group> ValidGrouping<Group> for StaticSelection<S> {
    type IsAggregate = S::IsAggregate;
}

impl<S: QueryId> QueryId for StaticSelection<S> {
    type QueryId = S::QueryId;
    const HAS_STATIC_QUERY_ID: bool = S::HAS_STATIC_QUERY_ID;
}

impl<DB: Dialect, S: QueryFragment<DB>> QueryFragment<DB> for StaticSelection<S> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(self.sql::<DB>());
        Ok(())
    }
}

impl<S> StaticSelection<S> {
    /// Returns the SQL.
    pub fn sql<DB: Dialect>(&self) -> &'static str
    where
        S: QueryFragment<DB>,
    {
        let text = DB::either(&self.texts.sqlite, &self.texts.postgres);
        text.get_or_init(|| {
            let text = diesel::debug_query::<DB, _>(&self.selection).to_string();
            // Removes the list of bound values, which Diesel appends.
            text.split(" -- binds: ").next().unwrap_or_default().to_owned()
        })
    }
}
