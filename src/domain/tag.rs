//! Tags.

use super::Time;
use crate::text::lang::Lang;

/// A tag's number.
pub type TagId = i64;

/// What articles are filed under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// Number.
    pub id: TagId,
    /// Its place in addresses.
    pub slug: String,
    /// Name to show.
    pub name: String,
    /// What belongs under it.
    pub description: Option<String>,
    /// The language of the name.
    pub lang: Lang,
    /// Whether readers find it: not while only drafts have named it.
    pub listed: bool,
    /// How many published articles have it.
    pub article_count: i64,
    /// When it was made.
    pub created_at: Time,
    /// When it was last changed.
    pub updated_at: Time,
    /// Counts its changes.
    pub version: i64,
}

/// All of a tag that can be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagDraft {
    /// Name, one clean line.
    pub name: String,
    /// Slug; derived from the name when `None`.
    pub slug: Option<String>,
    /// What belongs under it.
    pub description: Option<String>,
    /// The language of the name.
    pub lang: Lang,
}

/// A tag as an article shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagRef {
    /// Number.
    pub id: TagId,
    /// Slug.
    pub slug: String,
    /// Name.
    pub name: String,
}
