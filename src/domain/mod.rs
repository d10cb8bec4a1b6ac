//! Types and rules of the domain. Pure: no I/O, no clock, no database and no HTTP.

use strum::{IntoStaticStr, VariantArray};

pub mod article;
pub mod cache_tag;
pub mod check;
pub mod comment;
pub mod comment_settings;
pub mod digest;
pub mod event;
pub mod hourly_rate;
pub mod listing;
pub mod mention;
pub mod ping;
pub mod policy;
pub mod retry;
pub mod search;
pub mod tag;
mod time;
pub mod user;

pub use time::{Time, is_representable, normal_time, parse_time, to_micros};

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
