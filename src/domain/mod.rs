//! Nouns and rules. Pure: no I/O, no clock, no Diesel, no actix. `service/` applies them,
//! `store/` keeps them, `http/` shows them.

use strum::{IntoStaticStr, VariantArray};

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

/// The name of a variant in the API and in the database. strum derives it.
pub trait WireName: Into<&'static str> {
    /// Returns the name.
    fn as_str(self) -> &'static str {
        self.into()
    }
}

impl<T: Into<&'static str>> WireName for T {}

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
    /// A mention.
    Mention,
    /// A user.
    User,
    /// A comment.
    Comment,
}

/// A moment in UTC, to the microsecond.
pub type Time = chrono::DateTime<chrono::Utc>;

/// Cuts a time to microseconds: what both databases keep, so that an answer given from memory
/// equals the same answer given from a row.
#[must_use]
pub fn to_micros(time: Time) -> Time {
    chrono::SubsecRound::trunc_subsecs(time, 6)
}
