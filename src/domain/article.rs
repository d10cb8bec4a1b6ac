//! Articles, their drafts and revisions, and the transitions between statuses.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use strum::{EnumString, IntoStaticStr, VariantArray};
use utoipa::ToSchema;

use super::Time;
use super::comment_settings::{Discussion, Overrides, SiteRules};
use super::tag::TagRef;
use super::user::UserId;
use crate::text::lang::Lang;
use crate::text::render::BodyFormat;

/// An article's id.
pub type ArticleId = i64;

/// The status of an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
// Names in the API and in the database.
#[derive(Serialize, Deserialize, ToSchema, EnumString, IntoStaticStr, VariantArray)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[schema(as = ArticleStatus)]
pub enum Status {
    /// A draft.
    Draft,
    /// Publication is scheduled at `published_at`.
    Scheduled,
    /// Published: visible to readers.
    Published,
    /// Archived: no longer visible to readers.
    Archived,
    /// In the trash, from which it can be restored.
    Trashed,
}

/// A transition between statuses of an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Transition {
    /// Publishes now or at a later time.
    Publish,
    /// Publishes with a past date, or changes the date of what is published.
    #[strum(serialize = "publish")]
    Backdate,
    /// Makes it a draft again.
    Unpublish,
    /// Withdraws it from the public.
    Archive,
    /// Moves it to the trash.
    Trash,
    /// Restores it from the trash.
    Restore,
}

impl Transition {
    /// Whether it may be taken from there.
    #[must_use]
    pub fn is_legal_from(self, status: Status) -> bool {
        match self {
            Self::Publish => {
                matches!(status, Status::Draft | Status::Scheduled | Status::Archived)
            }
            Self::Backdate => status != Status::Trashed,
            Self::Unpublish => {
                matches!(status, Status::Scheduled | Status::Published | Status::Archived)
            }
            Self::Archive => status == Status::Published,
            Self::Trash => status != Status::Trashed,
            Self::Restore => status == Status::Trashed,
        }
    }
}

/// The role of a person or an agency in the byline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CreditRole {
    /// Author.
    Author,
    /// News agency.
    Agency,
    /// Translator.
    Translator,
    /// Photographer.
    Photographer,
    /// Editor.
    Editor,
}

/// A person or an agency in the byline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credit {
    /// The name.
    pub name: String,
    /// The role.
    pub role: CreditRole,
    /// The URL of the person's or agency's page.
    pub url: Option<String>,
}

/// The cover image of an article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cover {
    /// The URL of the image.
    pub url: String,
    /// The alternative text.
    pub alt: Option<String>,
    /// Caption.
    pub caption: Option<String>,
    /// The photographer or rights holder.
    pub credit: Option<String>,
    /// Width in pixels.
    pub width: Option<u32>,
    /// Height in pixels.
    pub height: Option<u32>,
}

/// The metadata for search engines.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seo {
    /// Title, if it differs from the article's.
    pub title: Option<String>,
    /// Description, if it differs from the excerpt.
    pub description: Option<String>,
}

/// The fields of an article that an editor writes.
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
    /// Source of the text.
    pub body: String,
    /// What the source is written in.
    pub body_format: BodyFormat,
    /// Tags, by name.
    pub tags: Vec<String>,
    /// The byline.
    pub credits: Vec<Credit>,
    /// The URL of the first publication.
    pub source_url: Option<String>,
    /// Canonical URL.
    pub canonical_url: Option<String>,
    /// Cover picture.
    pub cover: Option<Cover>,
    /// Whether the article is featured.
    pub featured: bool,
    /// The metadata for search engines.
    pub seo: Seo,
    /// Free data of the frontend.
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

/// The source of an article's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Text as the editor wrote it.
    pub body: String,
    /// Format.
    pub format: BodyFormat,
}

/// A stored article. The wide texts are present if they were requested.
#[derive(Debug, Clone, PartialEq)]
pub struct Article {
    /// Id.
    pub id: ArticleId,
    /// The slug, a part of URLs.
    pub slug: String,
    /// Headline.
    pub title: String,
    /// Line under the headline.
    pub subtitle: Option<String>,
    /// Teaser.
    pub excerpt: String,
    /// Whether the teaser is derived from the body.
    pub excerpt_derived: bool,
    /// Language of the text.
    pub lang: Lang,
    /// The status.
    pub status: Status,
    /// Status before it was trashed.
    pub trashed_from: Option<Status>,
    /// The time of publication, past or scheduled. A draft that was published before has one too.
    pub published_at: Option<Time>,
    /// Time that lists sort by: `published_at`, else `created_at`.
    pub listed_at: Time,
    /// The time of creation.
    pub created_at: Time,
    /// The time of the last change.
    pub updated_at: Time,
    /// Version, which each change increases.
    pub version: i64,
    /// User who created it; `None` once the user is deleted.
    pub author_id: Option<UserId>,
    /// The byline.
    pub credits: Vec<Credit>,
    /// The URL of the first publication.
    pub source_url: Option<String>,
    /// Canonical URL.
    pub canonical_url: Option<String>,
    /// Cover picture.
    pub cover: Option<Cover>,
    /// Whether the article is featured.
    pub featured: bool,
    /// The metadata for search engines.
    pub seo: Seo,
    /// Free data of the frontend.
    pub metadata: Map<String, Value>,
    /// The number of words in the text.
    pub word_count: i32,
    /// The reading time in minutes.
    pub reading_minutes: i32,
    /// The number of visible comments.
    pub comment_count: i64,
    /// Number of verified and approved mentions.
    pub mention_count: i64,
    /// The tags, in the editor's order.
    pub tags: Vec<TagRef>,
    /// Comment settings that differ from the site's.
    pub overrides: Overrides,
    /// Rendered and sanitised text.
    pub html: Option<String>,
    /// Source of the text.
    pub source: Option<Source>,
}

impl Article {
    /// Returns whether it is public.
    #[must_use]
    pub fn is_public(&self) -> bool {
        self.status == Status::Published
    }

    /// Whether its date of publication is a schedule, also in the trash.
    #[must_use]
    pub fn is_scheduled(&self) -> bool {
        self.trashed_from.unwrap_or(self.status) == Status::Scheduled
    }

    /// Returns the effective state of its discussion.
    #[must_use]
    pub fn discussion(&self, site: &SiteRules, now: Time) -> Discussion {
        let published_at = self.published_at.filter(|_| self.is_public());
        Discussion::of(site, &self.overrides, published_at, now)
    }

    /// Returns its editable fields; `None` if its source isn't loaded.
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

/// A revision of an article.
#[derive(Debug, Clone, PartialEq)]
pub struct Revision {
    /// The number, from 1 for each article.
    pub number: i64,
    /// Editor; `None` once the user is deleted.
    pub editor_id: Option<UserId>,
    /// The time of saving.
    pub created_at: Time,
    /// The saved content.
    pub draft: ArticleDraft,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::WireName;

    #[test]
    fn each_transition_has_its_legal_statuses() {
        let legal = |step: Transition| -> Vec<&str> {
            Status::VARIANTS
                .iter()
                .filter(|s| step.is_legal_from(**s))
                .map(|s| s.as_str())
                .collect()
        };
        assert_eq!(legal(Transition::Publish), ["draft", "scheduled", "archived"]);
        let backdate = ["draft", "scheduled", "published", "archived"];
        assert_eq!(legal(Transition::Backdate), backdate);
        assert_eq!(legal(Transition::Unpublish), ["scheduled", "published", "archived"]);
        assert_eq!(legal(Transition::Archive), ["published"]);
        assert_eq!(legal(Transition::Trash), ["draft", "scheduled", "published", "archived"]);
        assert_eq!(legal(Transition::Restore), ["trashed"]);
    }
}
