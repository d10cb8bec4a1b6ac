//! A selection whose SQL is written out once. Diesel walks a query's columns one by one at each run,
//! several times over, to write and to compare its text: for an article's fifty that takes as long
//! as SQLite takes to find it.

use std::sync::OnceLock;

use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;

use super::dialect::Dialect;

/// A selection's text, for each database.
#[derive(Debug, Default)]
pub struct Texts {
    sqlite: OnceLock<String>,
    postgres: OnceLock<String>,
}

impl Texts {
    /// Not written yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { sqlite: OnceLock::new(), postgres: OnceLock::new() }
    }
}

/// A selection that is always the same and binds nothing.
#[derive(Debug, Clone, Copy)]
pub struct StaticSelection<S> {
    selection: S,
    texts: &'static Texts,
}

impl<S> StaticSelection<S> {
    /// Selects the same as `selection`. The texts belong to this one selection and no other.
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
            // Diesel appends a list of the bound values.
            text.split(" -- binds: ").next().unwrap_or_default().to_owned()
        })
    }
}
