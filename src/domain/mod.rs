//! Nouns and rules. Pure: no I/O, no clock, no Diesel, no actix. `service/` applies them,
//! `store/` keeps them, `http/` shows them.

pub mod article;
pub mod cache_tag;
pub mod check;
pub mod comment;
pub mod comment_settings;
pub mod event;
pub mod listing;
pub mod mention;
pub mod policy;
pub mod search;
pub mod tag;
pub mod user;

/// A moment in UTC, to the microsecond.
pub type Time = chrono::DateTime<chrono::Utc>;

/// Cuts a time to microseconds: what both databases keep, so that an answer given from memory
/// equals the same answer given from a row.
#[must_use]
pub fn to_micros(time: Time) -> Time {
    chrono::SubsecRound::trunc_subsecs(time, 6)
}
