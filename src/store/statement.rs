//! A statement in SQL that is put together from pieces. It is kept prepared, which Diesel's `sql_query`
//! isn't: on PostgreSQL that saves each run a round trip, and the server its parsing. So its pieces of SQL
//! must be of few kinds, and what clients say must be bound.

use std::borrow::Cow;
use std::marker::PhantomData;

use diesel::RunQueryDsl;
use diesel::backend::Backend;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, HasSqlType, Text};

/// A statement whose rows are of the SQL type `Rows`.
#[derive(Debug, Clone)]
pub struct Statement<Rows> {
    pieces: Vec<Piece>,
    rows: PhantomData<Rows>,
}

/// What a statement is made of.
#[derive(Debug, Clone)]
pub enum Piece {
    /// SQL.
    Sql(Cow<'static, str>),
    /// A number to be bound.
    Number(i64),
    /// A text to be bound.
    Text(String),
}

impl<Rows> Statement<Rows> {
    /// A statement that begins so.
    pub fn new(sql: impl Into<Cow<'static, str>>) -> Self {
        Self { pieces: Vec::new(), rows: PhantomData }.sql(sql)
    }

    /// Goes on with SQL.
    pub fn sql(mut self, sql: impl Into<Cow<'static, str>>) -> Self {
        self.pieces.push(Piece::Sql(sql.into()));
        self
    }

    /// Goes on with a number.
    pub fn number(mut self, number: i64) -> Self {
        self.pieces.push(Piece::Number(number));
        self
    }

    /// Goes on with a text.
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.pieces.push(Piece::Text(text.into()));
        self
    }

    /// Goes on with what was put together elsewhere.
    pub fn extend(mut self, pieces: Vec<Piece>) -> Self {
        self.pieces.extend(pieces);
        self
    }
}

impl<Rows> Query for Statement<Rows> {
    type SqlType = Rows;
}

// Only so that it can be run: SQLite's shim asks for it.
impl<Rows, Conn> RunQueryDsl<Conn> for Statement<Rows> {}

impl<Rows> QueryId for Statement<Rows> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Rows, DB> QueryFragment<DB> for Statement<Rows>
where
    DB: Backend + HasSqlType<BigInt> + HasSqlType<Text>,
    i64: ToSql<BigInt, DB>,
    String: ToSql<Text, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        for piece in &self.pieces {
            match piece {
                Piece::Sql(sql) => out.push_sql(sql),
                Piece::Number(number) => out.push_bind_param::<BigInt, _>(number)?,
                Piece::Text(text) => out.push_bind_param::<Text, _>(text)?,
            }
        }
        Ok(())
    }
}
