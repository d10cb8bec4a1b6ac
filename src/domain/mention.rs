//! Mentions of articles on other sites, and pings to sites that the articles link to: their types,
//! moderation and retry delays.

use chrono::Duration;

use super::Time;
use super::article::ArticleId;
use super::comment_settings::{Moderation, Overrides, SiteRules};
use super::listing::PageRequest;
use crate::text::word_list::WordList;

/// A mention's id.
pub type MentionId = i64;
/// A ping's id.
pub type PingId = i64;

/// The protocol of a mention.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Webmention (W3C).
    Webmention,
    /// Pingback 1.0.
    Pingback,
    /// TrackBack 1.2.
    Trackback,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Webmention, Self::Pingback, Self::Trackback];

    /// Its name in the API and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Webmention => "webmention",
            Self::Pingback => "pingback",
            Self::Trackback => "trackback",
        }
    }
}

/// The verification of a mention: whether the source links to the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verification {
    /// Verification is queued.
    Queued,
    /// The source links to the target.
    Verified,
    /// The source doesn't link to the target, or can't be read.
    Rejected,
}

impl Verification {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Queued, Self::Verified, Self::Rejected];

    /// Its name in the API and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Verified => "verified",
            Self::Rejected => "rejected",
        }
    }
}

/// The moderation status of a mention.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModerationStatus {
    /// Awaits moderation.
    Pending,
    /// Approved: readers see it.
    Approved,
    /// Marked as spam, and so are later mentions by its source.
    Spam,
}

impl ModerationStatus {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Pending, Self::Approved, Self::Spam];

    /// Its name in the API and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Spam => "spam",
        }
    }

    /// Decides the status of a verified mention. Word lists outrank the moderation setting, and an
    /// approved mention stays approved unless a word list matches.
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
    /// The author's web page.
    pub author_url: Option<String>,
    /// The time of publication.
    pub published_at: Option<Time>,
}

/// A link from another site to an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// The id.
    pub id: MentionId,
    /// The article's id.
    pub article_id: ArticleId,
    /// The protocol.
    pub kind: Kind,
    /// The URL of the page that links.
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

/// The reason why a mention is refused, before anything is fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// The source URL is invalid or may not be fetched.
    SourceInvalid,
    /// The target URL is invalid.
    TargetInvalid,
    /// Source and target are the same.
    SameAddress,
    /// The source is an article of this site.
    SourceOwn,
    /// The target is on another site.
    TargetForeign,
    /// The target is on this site, but not an article's URL.
    TargetNotArticle,
    /// The target is the URL of an article that doesn't exist.
    TargetMissing,
    /// The article's pings are closed.
    PingsClosed,
    /// The source is blocked as spam.
    SourceDenied,
}

/// The protocol of a delivered ping.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// Webmention.
    Webmention,
    /// Pingback.
    Pingback,
}

impl Protocol {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Webmention, Self::Pingback];

    /// Its name in the API and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Webmention => "webmention",
            Self::Pingback => "pingback",
        }
    }
}

/// The delivery state of a ping.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PingState {
    /// Delivery is queued.
    Queued,
    /// The receiver accepted it.
    Delivered,
    /// The receiver refused it, or all attempts failed.
    Failed,
    /// The target has no endpoint.
    Unsupported,
}

impl PingState {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Queued, Self::Delivered, Self::Failed, Self::Unsupported];

    /// Its name in the API and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
            Self::Unsupported => "unsupported",
        }
    }
}

/// An outgoing notification about a link, with its delivery state.
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
    /// The delivery state.
    pub state: PingState,
    /// The protocol, once it is discovered.
    pub protocol: Option<Protocol>,
    /// The receiver's endpoint, once it is discovered.
    pub endpoint: Option<String>,
    /// The reason of a failure or retry: a stable code.
    pub reason: Option<String>,
    /// The HTTP status of the last response.
    pub http_status: Option<i32>,
    /// The number of attempts since the last request.
    pub attempts: i32,
    /// The time of the first request.
    pub created_at: Time,
    /// The time of the last change.
    pub updated_at: Time,
    /// The time of the last attempt.
    pub attempted_at: Option<Time>,
    /// The time of the last delivery.
    pub delivered_at: Option<Time>,
}

/// A query for mentions: those of an article for readers, or all for moderators.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MentionQuery {
    /// Only mentions of this article.
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
