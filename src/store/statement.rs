//! An SQL statement built from pieces. It is cached as a prepared statement, unlike Diesel's
//! `sql_query`: on PostgreSQL this saves a round trip and the parsing. So the SQL must have few
//! variants, and values from clients must be bound.

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

/// A part of a statement.
#[derive(Debug, Clone)]
pub enum Piece {
    /// SQL text.
    Sql(Cow<'static, str>),
    /// A number to bind.
    Number(i64),
    /// A text to bind.
    Text(String),
}

impl<Rows> Statement<Rows> {
    /// Begins a statement with SQL.
    pub fn new(sql: impl Into<Cow<'static, str>>) -> Self {
        Self { pieces: Vec::new(), rows: PhantomData }.sql(sql)
    }

    /// Appends SQL.
    pub fn sql(mut self, sql: impl Into<Cow<'static, str>>) -> Self {
        self.pieces.push(Piece::Sql(sql.into()));
        self
    }

    /// Appends a bound number.
    pub fn number(mut self, number: i64) -> Self {
        self.pieces.push(Piece::Number(number));
        self
    }

    /// Appends a bound text.
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.pieces.push(Piece::Text(text.into()));
        self
    }

    /// Appends pieces.
    pub fn extend(mut self, pieces: Vec<Piece>) -> Self {
        self.pieces.extend(pieces);
        self
    }
}

impl<Rows> Query for Statement<Rows> {
    type SqlType = Rows;
}

// SQLite's shim requires it to run the statement.
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
