//! Mentions of articles on other sites, and pings to sites that the articles link to: their types,
//! moderation and retry delays.

use chrono::Duration;
use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};
use utoipa::ToSchema;

use super::Time;
use super::article::ArticleId;
use super::comment_settings::{Moderation, Overrides, SiteRules};
use super::listing::PageRequest;
use crate::text::word_list::WordList;

/// A mention's id.
pub type MentionId = i64;
/// A ping's id.
pub type PingId = i64;

/// The protocol by which a mention was received.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
// Names in the API and in the database.
#[derive(Serialize, Deserialize, ToSchema, EnumString, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[schema(as = MentionKind)]
pub enum Kind {
    /// Webmention (W3C).
    Webmention,
    /// Pingback 1.0.
    Pingback,
    /// TrackBack 1.2.
    Trackback,
}

/// The progress of the verification that the source links to the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
// Names in the API and in the database.
#[derive(Serialize, Deserialize, ToSchema, EnumString, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[schema(as = MentionVerification)]
pub enum Verification {
    /// The source is to be fetched.
    Queued,
    /// The source links to the target.
    Verified,
    /// The source doesn't link to the target, or can't be fetched.
    Rejected,
}

/// The moderation status of a mention.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
// Names in the API and in the database.
#[derive(Serialize, Deserialize, ToSchema, EnumString, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ModerationStatus {
    /// It waits for an editor.
    Pending,
    /// Approved: readers see it.
    Approved,
    /// It is spam, and further mentions of its source are refused.
    Spam,
}

impl ModerationStatus {
    /// Works it out for a mention that was just verified: words decide over rules, rules over
    /// nothing, and what an editor approved stays so until a word says otherwise.
    #[must_use]
    pub fn judge(
        before: Self,
        text: &str,
        site: &SiteRules,
        own: &Overrides,
        host_is_known: bool,
    ) -> Self {
        if before == Self::Spam || WordList::new(&site.blocked_words).matches(text).is_some() {
            return Self::Spam;
        }
        if WordList::new(&site.moderation_words).matches(text).is_some() {
            return Self::Pending;
        }
        match own.moderation.unwrap_or(site.moderation) {
            _ if before == Self::Approved => Self::Approved,
            Moderation::None => Self::Approved,
            Moderation::FirstTime if host_is_known => Self::Approved,
            Moderation::FirstTime | Moderation::All => Self::Pending,
        }
    }
}

/// The metadata of the page that mentions an article.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceMetadata {
    /// The page's title.
    pub title: Option<String>,
    /// The text around the link, or the page's summary.
    pub excerpt: Option<String>,
    /// The author's name.
    pub author_name: Option<String>,
    /// The URL of the person's or agency's page.
    pub author_url: Option<String>,
    /// The time of publication.
    pub published_at: Option<Time>,
}

/// A link from another site to an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// The id.
    pub id: MentionId,
    /// The path of an article.
    pub article_id: ArticleId,
    /// The protocol by which it was received.
    pub kind: Kind,
    /// The URL of the linking page.
    pub source_url: String,
    /// The source URL's host.
    pub source_host: String,
    /// The linked URL, as received.
    pub target_url: String,
    /// The linked URL of a repeated request, until it is verified. Anyone can send one: if the
    /// source doesn't link to it, `target_url` still counts.
    pub pending_target_url: Option<String>,
    /// The state of verification.
    pub verification: Verification,
    /// The reason of a rejection or retry: a stable code.
    pub reason: Option<String>,
    /// The moderation status.
    pub moderation_status: ModerationStatus,
    /// The page's metadata.
    pub metadata: SourceMetadata,
    /// The time at which the link was last found. `None` once it is gone.
    pub verified_at: Option<Time>,
    /// The time of the first request.
    pub created_at: Time,
    /// The time of the last change.
    pub updated_at: Time,
}

/// The reason for refusing a mention, before its source is fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
pub enum Refused {
    /// The source is no address that is gone to.
    #[strum(serialize = "mention_source_invalid")]
    SourceInvalid,
    /// The target is no address.
    #[strum(serialize = "mention_target_invalid")]
    TargetInvalid,
    /// They are the same.
    #[strum(serialize = "mention_same_address")]
    SameAddress,
    /// The source is an article of ours.
    #[strum(serialize = "mention_source_own")]
    SourceOwn,
    /// The target is another site's.
    #[strum(serialize = "mention_target_foreign")]
    TargetForeign,
    /// The target is on our site, and no article's address.
    #[strum(serialize = "mention_target_not_article")]
    TargetNotArticle,
    /// The target is an article's address, and there is no such article.
    #[strum(serialize = "mention_target_not_found")]
    TargetMissing,
    /// The article takes no pings, or no more.
    #[strum(serialize = "pings_closed")]
    PingsClosed,
    /// What comes from there is spam.
    #[strum(serialize = "mention_source_denied")]
    SourceDenied,
}

/// The protocol of a ping.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Protocol {
    /// Webmention.
    Webmention,
    /// Pingback.
    Pingback,
}

/// The state of a ping's delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
// Names in the API and in the database.
#[derive(Serialize, Deserialize, ToSchema, EnumString, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum PingState {
    /// Delivery is queued.
    Queued,
    /// The receiver accepted it.
    Delivered,
    /// The receiver refused it, or all attempts failed.
    Failed,
    /// The linked page names no endpoint.
    Unsupported,
}

/// A link of ours, and what came of telling it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ping {
    /// The id.
    pub id: PingId,
    /// The article that links. `None` once it was deleted permanently.
    pub article_id: Option<ArticleId>,
    /// The linked URL.
    pub target_url: String,
    /// The article's URL.
    pub source_url: String,
    /// The state of the delivery.
    pub state: PingState,
    /// The protocol, once it is discovered.
    pub protocol: Option<Protocol>,
    /// The receiver's endpoint, once it is discovered.
    pub endpoint: Option<String>,
    /// The reason of a failure or retry: a stable code.
    pub reason: Option<String>,
    /// The HTTP status of the last answer.
    pub http_status: Option<i32>,
    /// The number of attempts since the last request.
    pub attempts: i32,
    /// The time of the first request.
    pub created_at: Time,
    /// The time of the last change.
    pub updated_at: Time,
    /// The time of the last attempt.
    pub attempted_at: Option<Time>,
    /// The time of the last successful delivery.
    pub delivered_at: Option<Time>,
}

/// A query for mentions: those of an article for readers, or all for editors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MentionQuery {
    /// Only mentions of this article, by id.
    pub article: Option<ArticleId>,
    /// Only this moderation status.
    pub moderation_status: Option<ModerationStatus>,
    /// Only mentions whose link was found.
    pub verified: bool,
    /// The page.
    pub page: PageRequest,
}

/// The most attempts to deliver a ping: they span two and a half days.
pub const PING_TRIES: i32 = 8;
/// The most attempts to read a source: they span half an hour.
pub const VERIFY_TRIES: i32 = 4;

/// Returns the delay after this many failed attempts: one minute, then five times as long each
/// time, up to a day.
#[must_use]
pub fn pause(attempts: i32) -> Duration {
    let exponent = u32::try_from(attempts.saturating_sub(1)).unwrap_or(0).min(6);
    Duration::minutes(5_i64.pow(exponent)).min(Duration::days(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::comment_settings::{CommentOrder, OpenState};

    fn site(moderation: Moderation) -> SiteRules {
        SiteRules {
            comments: OpenState::Open,
            pings: OpenState::Open,
            close_comments_after_days: None,
            close_pings_after_days: None,
            moderation,
            require_name_email: true,
            require_login: false,
            max_links: 2,
            moderation_words: vec!["قرض".into()],
            blocked_words: vec!["casino".into()],
            thread_depth: 5,
            order: CommentOrder::Oldest,
            edit_minutes: 10,
            send_pings: true,
        }
    }

    #[test]
    fn word_lists_outrank_the_moderation_setting() {
        use ModerationStatus::{Approved, Pending, Spam};
        let none = Overrides::default();
        for (rule, before, text, known, after) in [
            (Moderation::None, Pending, "خبر", false, Approved),
            (Moderation::None, Pending, "Casino!", true, Spam),
            (Moderation::None, Approved, "قَرض سريع", true, Pending),
            (Moderation::FirstTime, Pending, "خبر", false, Pending),
            (Moderation::FirstTime, Pending, "خبر", true, Approved),
            (Moderation::All, Pending, "خبر", true, Pending),
            (Moderation::All, Approved, "خبر", true, Approved),
            (Moderation::None, Spam, "خبر", true, Spam),
        ] {
            assert_eq!(
                ModerationStatus::judge(before, text, &site(rule), &none, known),
                after,
                "{text}"
            );
        }
        let own = Overrides { moderation: Some(Moderation::All), ..none };
        assert_eq!(
            ModerationStatus::judge(Pending, "خبر", &site(Moderation::None), &own, true),
            Pending
        );
    }

    #[test]
    fn retry_delay_grows_to_a_day() {
        let minutes: Vec<i64> = (1..=8).map(|tries| pause(tries).num_minutes()).collect();
        assert_eq!(minutes, [1, 5, 25, 125, 625, 1440, 1440, 1440]);
    }
}
