//! Tags.

use super::Time;
use crate::text::lang::Lang;

/// A tag's id.
pub type TagId = i64;

/// A tag, which groups articles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// The id.
    pub id: TagId,
    /// The slug, its name in URLs.
    pub slug: String,
    /// The name.
    pub name: String,
    /// A description of the topic.
    pub description: Option<String>,
    /// The language of the name.
    pub lang: Lang,
    /// Whether readers find it. `false` for a tag that only drafts have named.
    pub listed: bool,
    /// The number of published articles with it.
    pub article_count: i64,
    /// The time of creation.
    pub created_at: Time,
    /// The time of the last change.
    pub updated_at: Time,
    /// The number of the current version.
    pub version: i64,
}

/// The writable content of a tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagDraft {
    /// The name, as one clean line.
    pub name: String,
    /// The slug. `None` derives it from the name.
    pub slug: Option<String>,
    /// A description of the topic.
    pub description: Option<String>,
    /// The language of the name.
    pub lang: Lang,
}

/// A tag as part of an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagRef {
    /// The id.
    pub id: TagId,
    /// The slug.
    pub slug: String,
    /// The name.
    pub name: String,
}
