//! Own column types: a point in time that both databases share, and a text that is validated fast.

use chrono::{DateTime, TimeZone, Utc};
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::Pg;
use diesel::query_builder::QueryId;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{BigInt, SqlOrd, SqlType, Text, Timestamptz};
use diesel::sqlite::Sqlite;

/// The SQL type of a point in time: `timestamptz` on PostgreSQL, microseconds since 1970 as an
/// integer on SQLite. Integers sort right, and need no parsing.
#[derive(Debug, Clone, Copy, Default, SqlType, QueryId)]
#[diesel(postgres_type(oid = 1184, array_oid = 1185))]
#[diesel(sqlite_type(name = "Long"))]
pub struct Moment;

impl SqlOrd for Moment {}

/// The Rust type of [`Moment`]. Both databases keep microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, AsExpression, FromSqlRow)]
#[diesel(sql_type = Moment)]
pub struct Timestamp(pub DateTime<Utc>);

impl Timestamp {
    /// Returns the time.
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
            .ok_or_else(|| format!("{micros} microseconds is out of range").into())
    }
}

/// A long text. Its UTF-8 is validated by SIMD instructions: for Arabic, the standard library's
/// validation takes as long as the rest of the read.
#[derive(Debug, Clone, PartialEq, Eq, FromSqlRow)]
pub struct Prose(pub String);

impl From<Prose> for String {
    fn from(prose: Prose) -> Self {
        prose.0
    }
}

fn validated(bytes: &[u8]) -> deserialize::Result<Prose> {
    Ok(Prose(simdutf8::basic::from_utf8(bytes)?.to_owned()))
}

impl FromSql<Text, Sqlite> for Prose {
    fn from_sql(mut value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        validated(value.read_blob())
    }
}

impl FromSql<Text, Pg> for Prose {
    fn from_sql(value: <Pg as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        validated(value.as_bytes())
    }
}
