//! Parses a sample article's front matter. Its types repeat some of the domain's in order to reject
//! unknown fields, which the domain's types must accept from the database.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::domain::article::{self, ArticleDraft, CreditRole};
use crate::domain::comment_settings::{self, Overrides};
use crate::text::lang::Lang;
use crate::text::render::BodyFormat;

/// A sample article.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sample {
    pub draft: ArticleDraft,
    pub publication: Publication,
    pub overrides: Option<Overrides>,
}

/// A sample's time of publication, relative to the moment of loading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Publication {
    Draft,
    DaysAgo(u16),
    InDays(u16),
}

/// The fields of the front matter.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FrontMatter {
    title: String,
    subtitle: Option<String>,
    lang: String,
    status: Status,
    published_days_ago: Option<u16>,
    scheduled_in_days: Option<u16>,
    #[serde(default)]
    featured: bool,
    tags: Vec<String>,
    source_url: Option<String>,
    #[serde(default)]
    credits: Vec<Credit>,
    cover: Option<Cover>,
    #[serde(default)]
    seo: Seo,
    #[serde(default)]
    metadata: Map<String, Value>,
    discussion: Option<Discussion>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Status {
    Draft,
    Scheduled,
    Published,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Credit {
    name: String,
    role: CreditRole,
    url: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cover {
    url: String,
    alt: Option<String>,
    caption: Option<String>,
    credit: Option<String>,
    width: Option<u32>,
    height: Option<u32>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Seo {
    title: Option<String>,
    description: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Discussion {
    comments: Option<OpenState>,
    pings: Option<OpenState>,
    close_comments_after_days: Option<i32>,
    close_pings_after_days: Option<i32>,
    moderation: Option<Moderation>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum OpenState {
    Open,
    Closed,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Moderation {
    None,
    FirstTime,
    All,
}

impl FrontMatter {
    /// Returns the sample with this body, or a message about the invalid field.
    pub(super) fn with_body(self, body: &str) -> Result<Sample, String> {
        let publication = match (self.status, self.published_days_ago, self.scheduled_in_days) {
            (Status::Draft, None, None) => Publication::Draft,
            (Status::Published, Some(days), None) => Publication::DaysAgo(days),
            (Status::Scheduled, None, Some(days @ 1..)) => Publication::InDays(days),
            _ => return Err("its status contradicts its days".into()),
        };
        let draft = ArticleDraft {
            title: self.title,
            slug: None,
            subtitle: self.subtitle,
            excerpt: None,
            lang: Lang::parse(&self.lang).map_err(|error| error.to_string())?,
            body: body.to_owned(),
            body_format: BodyFormat::Markdown,
            tags: self.tags,
            credits: self.credits.into_iter().map(Into::into).collect(),
            source_url: self.source_url,
            canonical_url: None,
            cover: self.cover.map(Into::into),
            featured: self.featured,
            seo: article::Seo { title: self.seo.title, description: self.seo.description },
            metadata: self.metadata,
        };
        Ok(Sample { draft, publication, overrides: self.discussion.map(Into::into) })
    }
}

impl From<Credit> for article::Credit {
    fn from(Credit { name, role, url }: Credit) -> Self {
        Self { name, role, url }
    }
}

impl From<Cover> for article::Cover {
    fn from(Cover { url, alt, caption, credit, width, height }: Cover) -> Self {
        Self { url, alt, caption, credit, width, height }
    }
}

impl From<Discussion> for Overrides {
    fn from(own: Discussion) -> Self {
        let state = |state| match state {
            OpenState::Open => comment_settings::OpenState::Open,
            OpenState::Closed => comment_settings::OpenState::Closed,
        };
        Self {
            comments: own.comments.map(state),
            pings: own.pings.map(state),
            close_comments_after_days: own.close_comments_after_days,
            close_pings_after_days: own.close_pings_after_days,
            moderation: own.moderation.map(|moderation| match moderation {
                Moderation::None => comment_settings::Moderation::None,
                Moderation::FirstTime => comment_settings::Moderation::FirstTime,
                Moderation::All => comment_settings::Moderation::All,
            }),
        }
    }
}
