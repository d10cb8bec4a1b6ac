//! How a tag is shown.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::tag::{Tag, TagRef};
use crate::http::page::PageInfo;
use crate::text::lang;

/// Which way a script runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// From right to left.
    Rtl,
    /// From left to right.
    Ltr,
}

impl From<lang::Direction> for Direction {
    fn from(direction: lang::Direction) -> Self {
        match direction {
            lang::Direction::Rtl => Self::Rtl,
            lang::Direction::Ltr => Self::Ltr,
        }
    }
}

/// A tag.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Tag)]
pub struct TagView {
    /// Its number.
    #[schema(example = 7)]
    pub id: i64,
    /// Its place in addresses.
    #[schema(example = "ليبيا")]
    pub slug: String,
    /// Its name.
    #[schema(example = "ليبيا")]
    pub name: String,
    /// What belongs under it.
    #[schema(required, example = "أخبار ليبيا ومدنها")]
    pub description: Option<String>,
    /// The language of its name.
    #[schema(example = "ar")]
    pub lang: String,
    /// The direction of its name.
    pub dir: Direction,
    /// How many published articles have it.
    #[schema(minimum = 0, example = 12)]
    pub article_count: i64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// Counts its changes; stands in the entity tag.
    #[schema(minimum = 1, example = 1)]
    pub version: i64,
}

impl From<Tag> for TagView {
    fn from(tag: Tag) -> Self {
        Self {
            dir: tag.lang.direction().into(),
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
    /// Where the page lies.
    pub page: PageInfo,
}

/// A tag as an article shows it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = TagRef)]
pub struct TagRefView {
    /// Its number.
    #[schema(example = 7)]
    pub id: i64,
    /// Its place in addresses.
    #[schema(example = "ليبيا")]
    pub slug: String,
    /// Its name.
    #[schema(example = "ليبيا")]
    pub name: String,
}

impl From<TagRef> for TagRefView {
    fn from(tag: TagRef) -> Self {
        Self { id: tag.id, slug: tag.slug, name: tag.name }
    }
}
