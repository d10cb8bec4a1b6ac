//! What stands above a sample article's body. Called by `demo`, turns into the domain's draft.
//!
//! The types repeat some of the domain's, which must let unknown fields pass when they are read
//! from the database; in here an unknown field is a slip of the pen.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Sample, When};
use crate::domain::article::{self, ArticleDraft, CreditRole};
use crate::domain::comment_settings::{self, Overrides};
use crate::text::lang::Lang;
use crate::text::render::BodyFormat;

/// The fields above the body.
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
    /// The sample with this body, or what is wrong with it.
    pub(super) fn with_body(self, body: &str) -> Result<Sample, String> {
        let when = match (self.status, self.published_days_ago, self.scheduled_in_days) {
            (Status::Draft, None, None) => When::Draft,
            (Status::Published, Some(days), None) => When::PublishedDaysAgo(days),
            (Status::Scheduled, None, Some(days @ 1..)) => When::ScheduledInDays(days),
            _ => return Err("its status and its days do not fit together".into()),
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
        Ok(Sample { draft, when, overrides: self.discussion.map(Into::into) })
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
        let gate = |gate| match gate {
            OpenState::Open => comment_settings::OpenState::Open,
            OpenState::Closed => comment_settings::OpenState::Closed,
        };
        Self {
            comments: own.comments.map(gate),
            pings: own.pings.map(gate),
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
