//! An article's rows, and their conversion from and to the domain's types.

use crate::store::prelude::*;
use serde::de::DeserializeOwned;

use super::tags_column;
use crate::domain::article::{Article, Source, Status};
use crate::domain::comment_settings::{ArticleSettings, Overrides};
use crate::store::StoreError;
use crate::store::comment_settings::OverridesRow;
use crate::store::schema::articles;
use crate::store::types::{Prose, Timestamp};
use crate::text::lang::Lang;

/// The wide texts to read with an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Projection {
    /// No text.
    Summary,
    /// The rendered text.
    Html,
    /// The rendered text and its source.
    Full,
}

/// An article without its wide texts.
#[derive(Queryable, Selectable)]
#[diesel(table_name = articles)]
pub(super) struct HeadRow {
    pub id: i64,
    #[diesel(deserialize_as = Prose)]
    pub slug: String,
    #[diesel(deserialize_as = Prose)]
    pub title: String,
    pub title_sort: Vec<u8>,
    pub subtitle: Option<String>,
    #[diesel(deserialize_as = Prose)]
    pub excerpt: String,
    pub excerpt_derived: bool,
    pub lang: String,
    pub status: String,
    pub trashed_from: Option<String>,
    pub published_at: Option<Timestamp>,
    pub listed_at: Timestamp,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub version: i64,
    pub author_id: Option<i64>,
    pub credits: String,
    pub source_url: Option<String>,
    pub canonical_url: Option<String>,
    pub cover: Option<String>,
    pub featured: bool,
    pub seo: String,
    pub metadata: String,
    pub word_count: i32,
    pub reading_minutes: i32,
    pub comment_count: i64,
    pub mention_count: i64,
}

/// The selection of an article without its wide texts, and of the texts that are named.
macro_rules! found {
    ($($text:expr)*) => {{
        static TEXTS: $crate::store::static_selection::Texts = $crate::store::static_selection::Texts::new();
        $crate::store::static_selection::StaticSelection::once(
            (HeadRow::as_select(), Option::<JoinedOverrides>::as_select(), TagsColumn $(, $text)*),
            &TEXTS,
        )
    }};
}

pub(super) use found;

/// The article's comment settings, from a left join.
#[derive(Queryable, Selectable)]
#[diesel(table_name = article_comment_settings)]
pub(super) struct JoinedOverrides {
    #[diesel(embed)]
    row: OverridesRow,
}

/// The source of the text.
#[derive(Queryable, Selectable)]
#[diesel(table_name = articles)]
pub(super) struct BodyRow {
    body: String,
    body_format: String,
}

impl TryFrom<BodyRow> for Source {
    type Error = StoreError;

    fn try_from(row: BodyRow) -> Result<Self, StoreError> {
        let format =
            row.body_format.parse().map_err(|_| corrupt("body_format", &row.body_format))?;
        Ok(Self { body: row.body, format })
    }
}

/// The columns that an editor's changes write.
#[derive(Debug, Clone, Insertable, AsChangeset)]
#[diesel(table_name = articles, treat_none_as_null = true)]
pub struct ArticleColumns {
    /// Slug.
    pub slug: String,
    /// The slug, folded.
    pub slug_key: String,
    /// Headline.
    pub title: String,
    /// Collation key of the headline.
    pub title_sort: Vec<u8>,
    /// Line under the headline.
    pub subtitle: Option<String>,
    /// Teaser.
    pub excerpt: String,
    /// Whether the teaser is derived from the body.
    pub excerpt_derived: bool,
    /// Language.
    pub lang: String,
    /// Bylines, as JSON.
    pub credits: String,
    /// URL of the first publication.
    pub source_url: Option<String>,
    /// Canonical URL.
    pub canonical_url: Option<String>,
    /// Picture, as JSON.
    pub cover: Option<String>,
    /// Whether the article is featured.
    pub featured: bool,
    /// Title and description for search engines, as JSON.
    pub seo: String,
    /// Custom fields of the frontend, as JSON.
    pub metadata: String,
    /// Number of words.
    pub word_count: i32,
    /// Reading time in minutes.
    pub reading_minutes: i32,
    /// Format of the source.
    pub body_format: String,
    /// Source of the text.
    pub body: String,
    /// The rendered text.
    pub html: String,
}

fn corrupt(column: &str, value: &str) -> StoreError {
    StoreError::corrupt("articles", column, value)
}

fn status(column: &str, name: &str) -> Result<Status, StoreError> {
    name.parse().map_err(|_| corrupt(column, name))
}

fn json<T: DeserializeOwned>(column: &str, text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| corrupt(column, &error.to_string()))
}

/// An article without its wide texts, with its tags as one column.
pub(super) type ArticleRow = (HeadRow, Option<JoinedOverrides>, String);

/// The same with the rendered text.
pub(super) type FullArticleRow = (HeadRow, Option<JoinedOverrides>, String, Prose);

/// Assembles an article from its row.
pub(super) fn assemble((head, overrides, tags): ArticleRow) -> Result<Article, StoreError> {
    let tags = tags_column::read(&tags)?;
    let overrides = match overrides {
        Some(joined) => ArticleSettings::try_from(joined.row)?.overrides,
        None => Overrides::default(),
    };
    Ok(Article {
        lang: Lang::parse(&head.lang).map_err(|_| corrupt("lang", &head.lang))?,
        status: status("status", &head.status)?,
        trashed_from: head.trashed_from.map(|name| status("trashed_from", &name)).transpose()?,
        credits: json("credits", &head.credits)?,
        cover: head.cover.map(|text| json("cover", &text)).transpose()?,
        seo: json("seo", &head.seo)?,
        metadata: json("metadata", &head.metadata)?,
        id: head.id,
        slug: head.slug,
        title: head.title,
        subtitle: head.subtitle,
        excerpt: head.excerpt,
        excerpt_derived: head.excerpt_derived,
        published_at: head.published_at.map(|stamp| stamp.0),
        listed_at: head.listed_at.0,
        created_at: head.created_at.0,
        updated_at: head.updated_at.0,
        version: head.version,
        author_id: head.author_id,
        source_url: head.source_url,
        canonical_url: head.canonical_url,
        featured: head.featured,
        word_count: head.word_count,
        reading_minutes: head.reading_minutes,
        comment_count: head.comment_count,
        mention_count: head.mention_count,
        tags,
        overrides,
        html: None,
        source: None,
    })
}
