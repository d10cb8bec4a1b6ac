//! Types and rules of the domain. Pure: no I/O, no clock, no database and no HTTP.

use strum::{IntoStaticStr, VariantArray};

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

/// The name of a variant in the API and in the database. strum derives it.
pub trait WireName: Copy + Into<&'static str> {
    /// Returns the name.
    fn as_str(&self) -> &'static str {
        (*self).into()
    }
}

impl<T: Copy + Into<&'static str>> WireName for T {}

/// A kind of resource. Its name is the code of the problem that it was not found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case", suffix = "_not_found")]
pub enum ResourceKind {
    /// An article.
    Article,
    /// A revision of an article.
    Revision,
    /// A tag.
    Tag,
    /// A former slug of an article or a tag.
    FormerSlug,
    /// A mention.
    Mention,
    /// A user.
    User,
    /// A comment.
    Comment,
}

/// A time in UTC, with microseconds.
pub type Time = chrono::DateTime<chrono::Utc>;

/// The first second of the year 10000, in seconds since 1970.
const YEAR_10000: i64 = 253_402_300_800;

/// Returns whether a time is in the years 1970 to 9999, which both databases and HTTP can hold.
#[must_use]
pub fn is_representable(time: Time) -> bool {
    (0..YEAR_10000).contains(&time.timestamp())
}

/// Truncates a time to microseconds, the precision of both databases. So a response made from
/// memory equals one made from a row.
#[must_use]
pub fn to_micros(time: Time) -> Time {
    chrono::SubsecRound::trunc_subsecs(time, 6)
}
