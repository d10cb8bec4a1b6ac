//! Nouns and rules. Pure: no I/O, no clock, no Diesel, no actix. `service/` applies them,
//! `store/` keeps them, `http/` shows them.

pub mod article;
pub mod cache_tag;
pub mod check;
pub mod comment;
pub mod comment_settings;
pub mod digest;
pub mod event;
pub mod listing;
pub mod mention;
pub mod policy;
pub mod search;
pub mod tag;
pub mod user;

/// A moment in UTC, to the microsecond.
pub type Time = chrono::DateTime<chrono::Utc>;

/// The first second of the year 10000, in seconds since 1970.
const YEAR_10000: i64 = 253_402_300_800;

/// Whether a time is in the years 1970 to 9999, which both databases and HTTP can hold.
#[must_use]
pub fn is_representable(time: Time) -> bool {
    (0..YEAR_10000).contains(&time.timestamp())
}

/// Cuts a time to microseconds: what both databases keep, so that an answer given from memory
/// equals the same answer given from a row.
#[must_use]
pub fn to_micros(time: Time) -> Time {
    chrono::SubsecRound::trunc_subsecs(time, 6)
}
