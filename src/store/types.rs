//! Column types of our own: a moment in time, which the two databases store differently, so that a
//! single `table!` serves both; and texts that are read fast.

use chrono::{DateTime, TimeZone, Utc};
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::Pg;
use diesel::query_builder::QueryId;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{BigInt, SqlOrd, SqlType, Text, Timestamptz};
use diesel::sqlite::Sqlite;

/// SQL type: `timestamptz` on Postgres, microseconds since 1970 as an integer on SQLite, where a
/// text form would cost parsing on every read and sort only by luck.
#[derive(Debug, Clone, Copy, Default, SqlType, QueryId)]
#[diesel(postgres_type(oid = 1184, array_oid = 1185))]
#[diesel(sqlite_type(name = "Long"))]
pub struct Moment;

impl SqlOrd for Moment {}

/// The Rust side of [`Moment`], with the microsecond resolution that both databases keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, AsExpression, FromSqlRow)]
#[diesel(sql_type = Moment)]
pub struct Timestamp(pub DateTime<Utc>);

impl Timestamp {
    /// The time.
    #[must_use]
    pub fn time(self) -> DateTime<Utc> {
        self.0
    }
}

impl From<DateTime<Utc>> for Timestamp {
    fn from(time: DateTime<Utc>) -> Self {
        Self(time)
    }
}

impl ToSql<Moment, Pg> for Timestamp {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        ToSql::<Timestamptz, Pg>::to_sql(&self.0, &mut out.reborrow())
    }
}

impl FromSql<Moment, Pg> for Timestamp {
    fn from_sql(bytes: <Pg as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        <DateTime<Utc> as FromSql<Timestamptz, Pg>>::from_sql(bytes).map(Self)
    }
}

impl ToSql<Moment, Sqlite> for Timestamp {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.timestamp_micros());
        Ok(IsNull::No)
    }
}

impl FromSql<Moment, Sqlite> for Timestamp {
    fn from_sql(bytes: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        let micros = <i64 as FromSql<BigInt, Sqlite>>::from_sql(bytes)?;
        Utc.timestamp_micros(micros)
            .single()
            .map(Self)
            .ok_or_else(|| format!("{micros} microseconds is no time").into())
    }
}

/// A text of some length. That it is UTF-8 is checked by vector instructions: for Arabic, the
/// standard library's check takes as long as everything else that is done to read it.
#[derive(Debug, Clone, PartialEq, Eq, FromSqlRow)]
pub struct Prose(pub String);

impl From<Prose> for String {
    fn from(prose: Prose) -> Self {
        prose.0
    }
}

fn checked(bytes: &[u8]) -> deserialize::Result<Prose> {
    Ok(Prose(simdutf8::basic::from_utf8(bytes)?.to_owned()))
}

impl FromSql<Text, Sqlite> for Prose {
    fn from_sql(mut value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        checked(value.read_blob())
    }
}

impl FromSql<Text, Pg> for Prose {
    fn from_sql(value: <Pg as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        checked(value.as_bytes())
    }
}
