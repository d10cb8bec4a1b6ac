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
use diesel::sql_types::{BigInt, Binary, Bool, HasSqlType, Text};

use super::types::{Moment, Timestamp};

/// A statement whose rows are of the SQL type `Rows`.
#[derive(Debug, Clone)]
pub struct Statement<Rows> {
    pieces: Vec<Piece>,
    cache_prepared: bool,
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
    /// A boolean to bind.
    Flag(bool),
    /// A time to bind.
    Moment(Timestamp),
    /// A collation key to bind.
    Bytes(Vec<u8>),
}

impl<Rows> Statement<Rows> {
    /// Begins a statement with SQL.
    pub fn new(sql: impl Into<Cow<'static, str>>) -> Self {
        Self { pieces: Vec::new(), cache_prepared: true, rows: PhantomData }.sql(sql)
    }

    /// Sets whether the prepared statement is cached; the default is true. Statements with combined
    /// filters aren't: clients can make more of them than the cache holds.
    pub fn cache_prepared(mut self, cache_prepared: bool) -> Self {
        self.cache_prepared = cache_prepared;
        self
    }

    /// Appends SQL.
    pub fn sql(self, sql: impl Into<Cow<'static, str>>) -> Self {
        self.piece(Piece::Sql(sql.into()))
    }

    /// Appends a bound number.
    pub fn number(self, number: i64) -> Self {
        self.piece(Piece::Number(number))
    }

    /// Appends a bound text.
    pub fn text(self, text: impl Into<String>) -> Self {
        self.piece(Piece::Text(text.into()))
    }

    /// Appends a bound time.
    pub fn moment(self, time: Timestamp) -> Self {
        self.piece(Piece::Moment(time))
    }

    /// Appends a piece.
    pub fn piece(mut self, piece: Piece) -> Self {
        self.pieces.push(piece);
        self
    }

    /// Appends a list of values in parentheses. Both databases take `(NULL)` for the empty list.
    pub fn list(mut self, values: impl Iterator<Item = Piece>) -> Self {
        let first = self.pieces.len();
        for value in values {
            let separator = if self.pieces.len() == first { "(" } else { ", " };
            self = self.sql(separator).piece(value);
        }
        if self.pieces.len() == first { self.sql("(NULL)") } else { self.sql(")") }
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
    DB: Backend
        + HasSqlType<BigInt>
        + HasSqlType<Text>
        + HasSqlType<Bool>
        + HasSqlType<Moment>
        + HasSqlType<Binary>,
    i64: ToSql<BigInt, DB>,
    String: ToSql<Text, DB>,
    bool: ToSql<Bool, DB>,
    Timestamp: ToSql<Moment, DB>,
    Vec<u8>: ToSql<Binary, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        if !self.cache_prepared {
            out.unsafe_to_cache_prepared();
        }
        for piece in &self.pieces {
            match piece {
                Piece::Sql(sql) => out.push_sql(sql),
                Piece::Number(number) => out.push_bind_param::<BigInt, _>(number)?,
                Piece::Text(text) => out.push_bind_param::<Text, _>(text)?,
                Piece::Flag(flag) => out.push_bind_param::<Bool, _>(flag)?,
                Piece::Moment(time) => out.push_bind_param::<Moment, _>(time)?,
                Piece::Bytes(bytes) => out.push_bind_param::<Binary, _>(bytes)?,
            }
        }
        Ok(())
    }
}
