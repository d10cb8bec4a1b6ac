//! Articles: what they are made of, and how they move from draft to archive.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Time;
use super::comment_settings::Overrides;
use super::tag::TagRef;
use super::user::UserId;
use crate::text::lang::Lang;
use crate::text::render::BodyFormat;

/// An article's number.
pub type ArticleId = i64;

/// Where an article stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// Being written.
    Draft,
    /// Will be published by itself at `published_at`.
    Scheduled,
    /// Everybody reads it.
    Published,
    /// Was published, and is kept.
    Archived,
    /// Deleted, and can be restored.
    Trashed,
}

impl Status {
    /// All of them, in their order.
    pub const ALL: [Self; 5] =
        [Self::Draft, Self::Scheduled, Self::Published, Self::Archived, Self::Trashed];

    /// Its name in the API and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Scheduled => "scheduled",
            Self::Published => "published",
            Self::Archived => "archived",
            Self::Trashed => "trashed",
        }
    }

    /// The status by that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == name)
    }
}

/// A step an editor takes with an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transition {
    /// Publish now, or at a time to come.
    Publish,
    /// Take it back to a draft.
    Unpublish,
    /// Keep it, unseen.
    Archive,
    /// Put it in the trash.
    Trash,
    /// Take it out of the trash.
    Restore,
}

impl Transition {
    /// Its name in the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Publish => "publish",
            Self::Unpublish => "unpublish",
            Self::Archive => "archive",
            Self::Trash => "trash",
            Self::Restore => "restore",
        }
    }

    /// Whether it may be taken from there.
    #[must_use]
    pub fn is_legal_from(self, status: Status) -> bool {
        match self {
            Self::Publish => {
                matches!(status, Status::Draft | Status::Scheduled | Status::Archived)
            }
            Self::Unpublish => {
                matches!(status, Status::Scheduled | Status::Published | Status::Archived)
            }
            Self::Archive => status == Status::Published,
            Self::Trash => status != Status::Trashed,
            Self::Restore => status == Status::Trashed,
        }
    }
}

/// What somebody named in an article did for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CreditRole {
    /// Wrote it.
    Author,
    /// The news agency it came from.
    Agency,
    /// Translated it.
    Translator,
    /// Took the pictures.
    Photographer,
    /// Edited it.
    Editor,
}

/// A byline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credit {
    /// Who.
    pub name: String,
    /// Did what.
    pub role: CreditRole,
    /// Their page.
    pub url: Option<String>,
}

/// The picture above an article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cover {
    /// Where it is.
    pub url: String,
    /// What it shows, for those who can't see it.
    pub alt: Option<String>,
    /// Line under it.
    pub caption: Option<String>,
    /// Whose it is.
    pub credit: Option<String>,
    /// Pixels.
    pub width: Option<u32>,
    /// Pixels.
    pub height: Option<u32>,
}

/// What search engines are told.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seo {
    /// Title, when it isn't the article's.
    pub title: Option<String>,
    /// Description, when it isn't the excerpt.
    pub description: Option<String>,
}

/// All of an article that an editor writes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ArticleDraft {
    /// Headline.
    pub title: String,
    /// Slug; derived from the title when `None`.
    pub slug: Option<String>,
    /// Line under the headline.
    pub subtitle: Option<String>,
    /// Teaser; derived from the body when `None`.
    pub excerpt: Option<String>,
    /// Language of the text.
    #[serde(with = "lang_as_text")]
    pub lang: Lang,
    /// The source.
    pub body: String,
    /// What the source is written in.
    #[serde(with = "format_as_text")]
    pub body_format: BodyFormat,
    /// Tags, by name.
    pub tags: Vec<String>,
    /// Bylines.
    pub credits: Vec<Credit>,
    /// Where it was first published.
    pub source_url: Option<String>,
    /// The address search engines should prefer.
    pub canonical_url: Option<String>,
    /// Picture.
    pub cover: Option<Cover>,
    /// Shown first.
    pub featured: bool,
    /// For search engines.
    pub seo: Seo,
    /// Whatever the frontend needs.
    pub metadata: Map<String, Value>,
}

mod lang_as_text {
    //! A language in a revision's snapshot.
    use super::Lang;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(lang: &Lang, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(lang.as_str())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Lang, D::Error> {
        let tag = String::deserialize(from)?;
        Lang::parse(&tag).map_err(|_| D::Error::custom(format!("{tag} is no language tag")))
    }
}

mod format_as_text {
    //! A body's format in a revision's snapshot.
    use super::BodyFormat;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(format: &BodyFormat, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(format.as_str())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<BodyFormat, D::Error> {
        let name = String::deserialize(from)?;
        name.parse().map_err(|_| D::Error::custom(format!("{name} is no body format")))
    }
}

/// The source of an article's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// As the editor wrote it.
    pub body: String,
    /// In what.
    pub format: BodyFormat,
}

/// An article as it is kept. The wide texts are there when they were asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Article {
    /// Number.
    pub id: ArticleId,
    /// Its place in addresses.
    pub slug: String,
    /// Headline.
    pub title: String,
    /// Line under the headline.
    pub subtitle: Option<String>,
    /// Teaser.
    pub excerpt: String,
    /// Whether the teaser was made from the body.
    pub excerpt_derived: bool,
    /// Language of the text.
    pub lang: Lang,
    /// Where it stands.
    pub status: Status,
    /// Where it stood before it was deleted.
    pub trashed_from: Option<Status>,
    /// When it was, or will be, published.
    pub published_at: Option<Time>,
    /// When lists say it appeared: `published_at`, else `created_at`.
    pub listed_at: Time,
    /// When it was made.
    pub created_at: Time,
    /// When what it shows last changed.
    pub updated_at: Time,
    /// Counts its changes.
    pub version: i64,
    /// Who wrote it here; `None` once that user is gone.
    pub author_id: Option<UserId>,
    /// Bylines.
    pub credits: Vec<Credit>,
    /// Where it was first published.
    pub source_url: Option<String>,
    /// The address search engines should prefer.
    pub canonical_url: Option<String>,
    /// Picture.
    pub cover: Option<Cover>,
    /// Shown first.
    pub featured: bool,
    /// For search engines.
    pub seo: Seo,
    /// Whatever the frontend needs.
    pub metadata: Map<String, Value>,
    /// Words in the text.
    pub word_count: i32,
    /// Minutes it takes to read.
    pub reading_minutes: i32,
    /// Approved comments.
    pub comment_count: i64,
    /// Verified mentions.
    pub mention_count: i64,
    /// Tags, in the editor's order.
    pub tags: Vec<TagRef>,
    /// What it says of its own discussion.
    pub overrides: Overrides,
    /// The text, rendered and safe.
    pub html: Option<String>,
    /// The text as it was written.
    pub source: Option<Source>,
}

impl Article {
    /// Whether everybody may read it.
    #[must_use]
    pub fn is_public(&self) -> bool {
        self.status == Status::Published
    }

    /// All of it that an editor writes; `None` when its source was not loaded.
    #[must_use]
    pub fn to_draft(&self) -> Option<ArticleDraft> {
        let source = self.source.as_ref()?;
        Some(ArticleDraft {
            title: self.title.clone(),
            slug: Some(self.slug.clone()),
            subtitle: self.subtitle.clone(),
            excerpt: (!self.excerpt_derived).then(|| self.excerpt.clone()),
            lang: self.lang.clone(),
            body: source.body.clone(),
            body_format: source.format,
            tags: self.tags.iter().map(|tag| tag.name.clone()).collect(),
            credits: self.credits.clone(),
            source_url: self.source_url.clone(),
            canonical_url: self.canonical_url.clone(),
            cover: self.cover.clone(),
            featured: self.featured,
            seo: self.seo.clone(),
            metadata: self.metadata.clone(),
        })
    }
}

/// A saved state of an article.
#[derive(Debug, Clone, PartialEq)]
pub struct Revision {
    /// Counts from 1 for each article.
    pub number: i64,
    /// Who saved it; `None` once that user is gone.
    pub editor_id: Option<UserId>,
    /// When.
    pub created_at: Time,
    /// What was saved.
    pub draft: ArticleDraft,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moves_that_make_no_sense_are_illegal() {
        let legal = |step: Transition| -> Vec<&str> {
            Status::ALL.iter().filter(|s| step.is_legal_from(**s)).map(|s| s.as_str()).collect()
        };
        assert_eq!(legal(Transition::Publish), ["draft", "scheduled", "archived"]);
        assert_eq!(legal(Transition::Unpublish), ["scheduled", "published", "archived"]);
        assert_eq!(legal(Transition::Archive), ["published"]);
        assert_eq!(legal(Transition::Trash), ["draft", "scheduled", "published", "archived"]);
        assert_eq!(legal(Transition::Restore), ["trashed"]);
    }
}
