//! How mentions and pings are shown. What other sites say is plain text here, with nothing in it
//! that a page could run: see `web/page/plain.rs`.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::input::ModerationStatusView;
use crate::domain::mention::{Kind, Mention, Ping, PingState, Protocol, Verification};
use crate::http::page::PageInfo;

/// How a mention came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = MentionKind)]
pub enum KindView {
    /// Webmention (W3C).
    Webmention,
    /// Pingback 1.0.
    Pingback,
    /// TrackBack 1.2.
    Trackback,
}

impl From<Kind> for KindView {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Webmention => Self::Webmention,
            Kind::Pingback => Self::Pingback,
            Kind::Trackback => Self::Trackback,
        }
    }
}

/// Whether the source was found to link to the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = MentionVerification)]
pub enum VerificationView {
    /// It is to be looked at.
    Queued,
    /// It does.
    Verified,
    /// It doesn't, or can't be read.
    Rejected,
}

impl From<Verification> for VerificationView {
    fn from(verification: Verification) -> Self {
        match verification {
            Verification::Queued => Self::Queued,
            Verification::Verified => Self::Verified,
            Verification::Rejected => Self::Rejected,
        }
    }
}

/// Who wrote the page that links.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = MentionAuthor)]
pub struct AuthorView {
    /// Their name, or their blog's.
    #[schema(example = "سلمى")]
    pub name: String,
    /// Their page.
    #[schema(required, format = Uri, example = "https://blog.example/")]
    pub url: Option<String>,
}

fn author(mention: &Mention) -> Option<AuthorView> {
    let name = mention.metadata.author_name.clone()?;
    Some(AuthorView { name, url: mention.metadata.author_url.clone() })
}

/// A link to an article on another site, as readers see it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Mention)]
pub struct MentionView {
    /// Its number.
    #[schema(example = 12)]
    pub id: i64,
    /// How it came.
    pub kind: KindView,
    /// The page that links.
    #[schema(format = Uri, example = "https://blog.example/2026/a-reply")]
    pub source_url: String,
    /// The page's title, as plain text.
    #[schema(required, example = "رد على عودة الصيادين")]
    pub title: Option<String>,
    /// What stands around the link, or the page's own summary, as plain text.
    #[schema(required, example = "…قرأت اليوم خبر عودة الصيادين إلى الميناء…")]
    pub excerpt: Option<String>,
    /// Who wrote the page.
    #[schema(required)]
    pub author: Option<AuthorView>,
    /// When the page says that it was published.
    #[schema(required)]
    pub published_at: Option<DateTime<Utc>>,
    /// When the link was last found there.
    #[schema(required)]
    pub verified_at: Option<DateTime<Utc>>,
}

impl From<Mention> for MentionView {
    fn from(mention: Mention) -> Self {
        Self {
            author: author(&mention),
            id: mention.id,
            kind: mention.kind.into(),
            source_url: mention.source_url,
            title: mention.metadata.title,
            excerpt: mention.metadata.excerpt,
            published_at: mention.metadata.published_at,
            verified_at: mention.verified_at,
        }
    }
}

/// A page of mentions.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MentionList {
    /// The mentions.
    pub data: Vec<MentionView>,
    /// Where the page lies.
    pub page: PageInfo,
}

/// How far a mention has come, for whoever sent it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = MentionStatus)]
pub struct StatusView {
    /// Its number.
    #[schema(example = 12)]
    pub id: i64,
    /// How it came.
    pub kind: KindView,
    /// How far it has come. What is verified may still wait for a moderator.
    pub status: VerificationView,
    /// Why it was rejected, or, while it is queued, why it is tried again: `no_link`,
    /// `source_not_found`, `source_refused` (an address that is never gone to), `source_denied`,
    /// `source_failed`, `source_too_large` (no link in its first megabyte), `target_not_found`, or
    /// what kept it from being read: `host_not_found`, `unreachable`, `timed_out`, `tls_failed`,
    /// `too_many_redirects`, `bad_answer`.
    #[schema(required, example = "no_link")]
    pub reason: Option<String>,
    /// The page that links.
    #[schema(format = Uri, example = "https://blog.example/2026/a-reply")]
    pub source_url: String,
    /// The address that it links to.
    #[schema(example = "https://news.example/slug")]
    pub target_url: String,
    /// When it was first sent.
    pub received_at: DateTime<Utc>,
    /// When the link was last found.
    #[schema(required)]
    pub verified_at: Option<DateTime<Utc>>,
}

impl From<Mention> for StatusView {
    fn from(mention: Mention) -> Self {
        Self {
            id: mention.id,
            kind: mention.kind.into(),
            status: mention.verification.into(),
            reason: mention.reason,
            source_url: mention.source_url,
            target_url: mention.pending_target_url.unwrap_or(mention.target_url),
            received_at: mention.created_at,
            verified_at: mention.verified_at,
        }
    }
}

/// A mention as moderators see it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ModeratedMention)]
pub struct ModeratedView {
    /// Its number.
    #[schema(example = 12)]
    pub id: i64,
    /// Of which article.
    #[schema(example = 42)]
    pub article_id: i64,
    /// How it came.
    pub kind: KindView,
    /// What was made of it.
    pub status: ModerationStatusView,
    /// Whether the source was found to link to the target.
    pub verification: VerificationView,
    /// Why it was rejected, or is tried again.
    #[schema(required, example = "no_link")]
    pub reason: Option<String>,
    /// The page that links.
    #[schema(format = Uri, example = "https://blog.example/2026/a-reply")]
    pub source_url: String,
    /// The address that it links to.
    #[schema(example = "https://news.example/slug")]
    pub target_url: String,
    /// The page's title, as plain text.
    #[schema(required, example = "رد على عودة الصيادين")]
    pub title: Option<String>,
    /// What stands around the link, or the page's own summary, as plain text.
    #[schema(required, example = "…قرأت اليوم خبر عودة الصيادين إلى الميناء…")]
    pub excerpt: Option<String>,
    /// Who wrote the page.
    #[schema(required)]
    pub author: Option<AuthorView>,
    /// When the page says that it was published.
    #[schema(required)]
    pub published_at: Option<DateTime<Utc>>,
    /// When the link was last found there.
    #[schema(required)]
    pub verified_at: Option<DateTime<Utc>>,
    /// When it was first sent.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

impl From<Mention> for ModeratedView {
    fn from(mention: Mention) -> Self {
        Self {
            author: author(&mention),
            id: mention.id,
            article_id: mention.article_id,
            kind: mention.kind.into(),
            status: mention.moderation_status.into(),
            verification: mention.verification.into(),
            reason: mention.reason,
            source_url: mention.source_url,
            target_url: mention.target_url,
            title: mention.metadata.title,
            excerpt: mention.metadata.excerpt,
            published_at: mention.metadata.published_at,
            verified_at: mention.verified_at,
            created_at: mention.created_at,
            updated_at: mention.updated_at,
        }
    }
}

/// A page of mentions as moderators see them.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ModeratedMentionList {
    /// The mentions, newest first.
    pub data: Vec<ModeratedView>,
    /// Where the page lies.
    pub page: PageInfo,
}

/// How far a ping has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = PingState)]
pub enum PingStateView {
    /// It is to be sent, or sent again.
    Queued,
    /// It was taken.
    Delivered,
    /// It was refused, or given up.
    Failed,
    /// Nobody takes pings there.
    Unsupported,
}

impl From<PingState> for PingStateView {
    fn from(state: PingState) -> Self {
        match state {
            PingState::Queued => Self::Queued,
            PingState::Delivered => Self::Delivered,
            PingState::Failed => Self::Failed,
            PingState::Unsupported => Self::Unsupported,
        }
    }
}

/// A link of an article's, and what came of telling it to where it leads.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Ping)]
pub struct PingView {
    /// Its number.
    #[schema(example = 5)]
    pub id: i64,
    /// Where the link leads.
    #[schema(format = Uri, example = "https://blog.example/2026/a-post")]
    pub target_url: String,
    /// The article's address, as it was told.
    #[schema(format = Uri, example = "https://news.example/slug")]
    pub source_url: String,
    /// How far it has come.
    pub status: PingStateView,
    /// By what it was, or is to be, sent; null until that is known.
    #[schema(required, example = "webmention")]
    pub protocol: Option<&'static str>,
    /// Where it is sent.
    #[schema(required, format = Uri, example = "https://blog.example/webmention")]
    pub endpoint: Option<String>,
    /// Why it failed, or is sent again: `no_endpoint`, `target_not_found`, `endpoint_refused`,
    /// `fault_17` and the like.
    #[schema(required, example = "no_endpoint")]
    pub reason: Option<String>,
    /// The status of the last answer.
    #[schema(required, example = 202)]
    pub http_status: Option<i32>,
    /// How often it was tried since it was last asked for.
    #[schema(minimum = 0, example = 1)]
    pub attempts: i32,
    /// When it was first asked for.
    pub created_at: DateTime<Utc>,
    /// When it was last tried.
    #[schema(required)]
    pub attempted_at: Option<DateTime<Utc>>,
    /// When it was last taken.
    #[schema(required)]
    pub delivered_at: Option<DateTime<Utc>>,
}

impl From<Ping> for PingView {
    fn from(ping: Ping) -> Self {
        Self {
            id: ping.id,
            target_url: ping.target_url,
            source_url: ping.source_url,
            status: ping.state.into(),
            protocol: ping.protocol.map(Protocol::as_str),
            endpoint: ping.endpoint,
            reason: ping.reason,
            http_status: ping.http_status,
            attempts: ping.attempts,
            created_at: ping.created_at,
            attempted_at: ping.attempted_at,
            delivered_at: ping.delivered_at,
        }
    }
}

/// A page of pings.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PingList {
    /// The pings, newest first.
    pub data: Vec<PingView>,
    /// Where the page lies.
    pub page: PageInfo,
}
