//! Views of tags.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::tag::{Tag, TagRef};
use crate::http::page::PageInfo;
use crate::text::lang::Direction;

/// A tag.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Tag)]
pub struct TagView {
    /// The id.
    #[schema(example = 7)]
    pub id: i64,
    /// The slug, a part of URLs.
    #[schema(example = "ليبيا")]
    pub slug: String,
    /// The name.
    #[schema(example = "ليبيا")]
    pub name: String,
    /// The description.
    #[schema(required, example = "أخبار ليبيا ومدنها")]
    pub description: Option<String>,
    /// The language of the name.
    #[schema(example = "ar")]
    pub lang: String,
    /// The writing direction of the name.
    pub dir: Direction,
    /// The number of published articles with the tag.
    #[schema(minimum = 0, example = 12)]
    pub article_count: i64,
    /// The time of creation.
    pub created_at: DateTime<Utc>,
    /// The time of the last change.
    pub updated_at: DateTime<Utc>,
    /// The version, which each change increments. The `ETag` contains it.
    #[schema(minimum = 1, example = 1)]
    pub version: i64,
}

impl From<Tag> for TagView {
    fn from(tag: Tag) -> Self {
        Self {
            dir: tag.lang.direction(),
            lang: tag.lang.as_str().to_owned(),
            id: tag.id,
            slug: tag.slug,
            name: tag.name,
            description: tag.description,
            article_count: tag.article_count,
            created_at: tag.created_at,
            updated_at: tag.updated_at,
            version: tag.version,
        }
    }
}

/// A page of tags.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TagList {
    /// The tags.
    pub data: Vec<TagView>,
    /// The position of the page in the list.
    pub page: PageInfo,
}

/// A tag in an article.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = TagRef)]
pub struct TagRefView {
    /// The id.
    #[schema(example = 7)]
    pub id: i64,
    /// The slug, a part of URLs.
    #[schema(example = "ليبيا")]
    pub slug: String,
    /// The name.
    #[schema(example = "ليبيا")]
    pub name: String,
}

impl From<TagRef> for TagRefView {
    fn from(tag: TagRef) -> Self {
        Self { id: tag.id, slug: tag.slug, name: tag.name }
    }
}
