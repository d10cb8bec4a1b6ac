//! A selection whose SQL is generated once. Diesel walks the columns of a query several times at
//! each run: for an article's fifty columns this takes as long as SQLite needs to find the row.

use std::sync::OnceLock;

use diesel::backend::Backend;
use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sqlite::Sqlite;

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

impl<S: QueryFragment<Sqlite>> QueryFragment<Sqlite> for StaticSelection<S> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql(self.texts.sqlite.get_or_init(|| generate::<Sqlite, _>(&self.selection)));
        Ok(())
    }
}

impl<S: QueryFragment<Pg>> QueryFragment<Pg> for StaticSelection<S> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(self.texts.postgres.get_or_init(|| generate::<Pg, _>(&self.selection)));
        Ok(())
    }
}

fn generate<DB, S>(selection: &S) -> String
where
    DB: Backend + Default,
    DB::QueryBuilder: Default,
    S: QueryFragment<DB>,
{
    let text = diesel::debug_query::<DB, _>(selection).to_string();
    // Removes the list of bound values, which Diesel appends.
    text.split(" -- binds: ").next().unwrap_or_default().to_owned()
}
