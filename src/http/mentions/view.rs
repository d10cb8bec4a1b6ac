//! Views of mentions and pings. Texts of other sites are plain text (`web/page/plain.rs`).

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::WireName;
use crate::domain::mention::{
    Mention, MentionKind, MentionProtocol, ModerationStatus, RsvpAnswer, Verification,
};
use crate::domain::ping::{Ping, PingStatus};
use crate::http::page::PageInfo;

/// The author of the linking page.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = MentionAuthor)]
pub struct AuthorView {
    /// The name of the author or of the blog.
    #[schema(example = "سلمى")]
    pub name: String,
    /// The URL of the author's page.
    #[schema(required, format = Uri, example = "https://blog.example/")]
    pub url: Option<String>,
    /// The URL of the author's photo on the other site. It may be large, or change.
    #[schema(required, format = Uri, example = "https://blog.example/photo.jpg")]
    pub photo: Option<String>,
}

fn author(mention: &Mention) -> Option<AuthorView> {
    let name = mention.metadata.author_name.clone()?;
    let metadata = &mention.metadata;
    Some(AuthorView {
        name,
        url: metadata.author_url.clone(),
        photo: metadata.author_photo.clone(),
    })
}

/// A mention for readers: a link to an article from another site.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Mention)]
pub struct MentionView {
    /// The id.
    #[schema(example = 12)]
    pub id: i64,
    /// The relation of the page to the article, as its microformats state it.
    pub kind: MentionKind,
    /// The answer, if the page is an RSVP.
    #[schema(required)]
    pub rsvp: Option<RsvpAnswer>,
    /// The protocol by which it was received.
    pub protocol: MentionProtocol,
    /// The URL of the linking page.
    #[schema(format = Uri, example = "https://blog.example/2026/a-reply")]
    pub source_url: String,
    /// The page's title as plain text.
    #[schema(required, example = "رد على عودة الصيادين")]
    pub title: Option<String>,
    /// The page's summary or content, or the text around the link, as plain text.
    #[schema(required, example = "…قرأت اليوم خبر عودة الصيادين إلى الميناء…")]
    pub excerpt: Option<String>,
    /// The page's author.
    #[schema(required)]
    pub author: Option<AuthorView>,
    /// The page's time of publication, as the page states it.
    #[schema(required)]
    pub published_at: Option<DateTime<Utc>>,
    /// The time at which the link was last found.
    #[schema(required)]
    pub verified_at: Option<DateTime<Utc>>,
}

impl From<Mention> for MentionView {
    fn from(mention: Mention) -> Self {
        Self {
            author: author(&mention),
            id: mention.id,
            kind: mention.metadata.kind,
            rsvp: mention.metadata.rsvp,
            protocol: mention.protocol,
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
    /// The position of the page in the list.
    pub page: PageInfo,
}

/// The status of a mention, for its sender.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = MentionStatus)]
pub struct StatusView {
    /// The id.
    #[schema(example = 12)]
    pub id: i64,
    /// The protocol by which it was received.
    pub protocol: MentionProtocol,
    /// The progress of the verification. A verified mention may still wait for an editor.
    pub status: Verification,
    /// The reason of a rejection or of another attempt. About the source: `no_link`,
    /// `source_not_found`, `source_own` (a redirect to this site), `source_denied`,
    /// `source_failed`, `source_too_large` (no link in the first megabyte). About the target:
    /// `target_not_found`. About the connection: `address_refused` (a forbidden address),
    /// `host_not_found`, `unreachable`, `timed_out`, `tls_failed`, `too_many_redirects`,
    /// `bad_answer`, `unsupported_encoding` (a content coding other than gzip, or a character
    /// encoding that no browser reads). About the queue: `queue_full` (the mention keeps its state).
    #[schema(required, example = "no_link")]
    pub reason: Option<String>,
    /// The URL of the linking page.
    #[schema(format = Uri, example = "https://blog.example/2026/a-reply")]
    pub source_url: String,
    /// The linked URL on this site.
    #[schema(example = "https://news.example/slug")]
    pub target_url: String,
    /// The time of the first request.
    pub created_at: DateTime<Utc>,
    /// The time at which the link was last found.
    #[schema(required)]
    pub verified_at: Option<DateTime<Utc>>,
}

impl From<Mention> for StatusView {
    fn from(mention: Mention) -> Self {
        Self {
            id: mention.id,
            protocol: mention.protocol,
            status: mention.verification,
            reason: mention.reason,
            source_url: mention.source_url,
            target_url: mention.pending_target_url.unwrap_or(mention.target_url),
            created_at: mention.created_at,
            verified_at: mention.verified_at,
        }
    }
}

/// A mention for editors.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ModeratedMention)]
pub struct ModeratedView {
    /// The id.
    #[schema(example = 12)]
    pub id: i64,
    /// The article's id.
    #[schema(example = 42)]
    pub article_id: i64,
    /// The relation of the page to the article, as its microformats state it.
    pub kind: MentionKind,
    /// The answer, if the page is an RSVP.
    #[schema(required)]
    pub rsvp: Option<RsvpAnswer>,
    /// The protocol by which it was received.
    pub protocol: MentionProtocol,
    /// The moderation status.
    pub status: ModerationStatus,
    /// The progress of the verification that the source links to the target.
    pub verification: Verification,
    /// The reason of a rejection or of another attempt.
    #[schema(required, example = "no_link")]
    pub reason: Option<String>,
    /// The URL of the linking page.
    #[schema(format = Uri, example = "https://blog.example/2026/a-reply")]
    pub source_url: String,
    /// The linked URL on this site.
    #[schema(example = "https://news.example/slug")]
    pub target_url: String,
    /// The page's title as plain text.
    #[schema(required, example = "رد على عودة الصيادين")]
    pub title: Option<String>,
    /// The page's summary or content, or the text around the link, as plain text.
    #[schema(required, example = "…قرأت اليوم خبر عودة الصيادين إلى الميناء…")]
    pub excerpt: Option<String>,
    /// The page's author.
    #[schema(required)]
    pub author: Option<AuthorView>,
    /// The page's time of publication, as the page states it.
    #[schema(required)]
    pub published_at: Option<DateTime<Utc>>,
    /// The time at which the link was last found.
    #[schema(required)]
    pub verified_at: Option<DateTime<Utc>>,
    /// The time of the first request.
    pub created_at: DateTime<Utc>,
    /// The time of the last change.
    pub updated_at: DateTime<Utc>,
    /// The version, which each change increments. The `ETag` contains it.
    #[schema(minimum = 1, example = 1)]
    pub version: i64,
}

impl From<Mention> for ModeratedView {
    fn from(mention: Mention) -> Self {
        Self {
            author: author(&mention),
            id: mention.id,
            article_id: mention.article_id,
            kind: mention.metadata.kind,
            rsvp: mention.metadata.rsvp,
            protocol: mention.protocol,
            status: mention.moderation_status,
            verification: mention.verification,
            reason: mention.reason,
            source_url: mention.source_url,
            target_url: mention.target_url,
            title: mention.metadata.title,
            excerpt: mention.metadata.excerpt,
            published_at: mention.metadata.published_at,
            verified_at: mention.verified_at,
            created_at: mention.created_at,
            updated_at: mention.updated_at,
            version: mention.version,
        }
    }
}

/// A page of mentions for editors.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ModeratedMentionList {
    /// The mentions, newest first.
    pub data: Vec<ModeratedView>,
    /// The position of the page in the list.
    pub page: PageInfo,
}

/// A ping: the delivery of a link in an article to the linked page.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Ping)]
pub struct PingView {
    /// The id.
    #[schema(example = 5)]
    pub id: i64,
    /// The URL of the linked page.
    #[schema(format = Uri, example = "https://blog.example/2026/a-post")]
    pub target_url: String,
    /// The article's URL, as sent.
    #[schema(format = Uri, example = "https://news.example/slug")]
    pub source_url: String,
    /// The status of the delivery.
    pub status: PingStatus,
    /// The protocol: `webmention` or `pingback`; null until it is known.
    #[schema(required, example = "webmention")]
    pub protocol: Option<&'static str>,
    /// The URL of the receiving endpoint.
    #[schema(required, format = Uri, example = "https://blog.example/webmention")]
    pub endpoint: Option<String>,
    /// The reason of a failure or of another attempt, such as `no_endpoint`, `target_not_found`,
    /// `endpoint_denied`, `fault_17`.
    #[schema(required, example = "no_endpoint")]
    pub reason: Option<String>,
    /// The HTTP status of the last answer.
    #[schema(required, example = 202)]
    pub http_status: Option<i32>,
    /// The number of attempts since the last request.
    #[schema(minimum = 0, example = 1)]
    pub attempts: i32,
    /// The time of the first request.
    pub created_at: DateTime<Utc>,
    /// The time of the last attempt.
    #[schema(required)]
    pub attempted_at: Option<DateTime<Utc>>,
    /// The time of the last successful delivery.
    #[schema(required)]
    pub delivered_at: Option<DateTime<Utc>>,
}

impl From<Ping> for PingView {
    fn from(ping: Ping) -> Self {
        Self {
            id: ping.id,
            target_url: ping.target_url,
            source_url: ping.source_url,
            status: ping.status,
            protocol: ping.protocol.map(|protocol| protocol.as_str()),
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
    /// The position of the page in the list.
    pub page: PageInfo,
}
