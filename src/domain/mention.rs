//! Mentions of articles on other sites: their types, and the moderation of verified ones.

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

/// The protocol by which a mention was received.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
// Names in the API and in the database.
#[derive(Serialize, Deserialize, ToSchema, EnumString, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum MentionProtocol {
    /// Webmention (W3C).
    Webmention,
    /// Pingback 1.0.
    Pingback,
    /// TrackBack 1.2.
    Trackback,
}

/// The relation of the linking page to the article, as its microformats state it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
// Names in the API and in the database.
#[derive(Serialize, Deserialize, ToSchema, EnumString, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum MentionKind {
    /// A link without a stated relation.
    #[default]
    Mention,
    /// A reply (`in-reply-to`).
    Reply,
    /// A like (`like-of`).
    Like,
    /// A repost (`repost-of`).
    Repost,
    /// A bookmark (`bookmark-of`).
    Bookmark,
    /// An answer to an invitation (`rsvp`).
    Rsvp,
}

/// The answer of an RSVP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
// Names in the API and in the database.
#[derive(Serialize, Deserialize, ToSchema, EnumString, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum RsvpAnswer {
    /// The author attends.
    Yes,
    /// The author doesn't attend.
    No,
    /// The author may attend.
    Maybe,
    /// The author is interested.
    Interested,
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
    /// Returns the moderation status of a page that an approved or another mention leads to.
    #[must_use]
    pub fn joined_by(self, other: Self) -> Self {
        match (self, other) {
            (Self::Pending, Self::Approved) => Self::Approved,
            (own, _) => own,
        }
    }

    /// Returns the moderation status of a mention after its verification. Word lists take precedence
    /// over the moderation setting. An approved mention stays approved unless a word list matches.
    #[must_use]
    pub fn judge(
        before: Self,
        text: &str,
        site: &SiteRules,
        own: &Overrides,
        host_is_known: bool,
    ) -> Self {
        if before == Self::Spam || WordList::new(&site.blocked_words).matches_any([text]) {
            return Self::Spam;
        }
        if WordList::new(&site.moderation_words).matches_any([text]) {
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
    /// The URL of the author's page.
    pub author_url: Option<String>,
    /// The URL of the author's photo.
    pub author_photo: Option<String>,
    /// The time of publication.
    pub published_at: Option<Time>,
    /// The relation of the page to the article.
    pub kind: MentionKind,
    /// The answer, if the page is an RSVP.
    pub rsvp: Option<RsvpAnswer>,
}

/// A link from another site to an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// The id.
    pub id: MentionId,
    /// The id of the mentioned article.
    pub article_id: ArticleId,
    /// The protocol by which it was received.
    pub protocol: MentionProtocol,
    /// The URL of the linking page.
    pub source_url: String,
    /// The normalised URL of the linking page after redirects, which identifies the page. `None`
    /// without a verified link.
    pub page_key: Option<String>,
    /// The mention by the same page, if this one was sent with another of the page's URLs.
    pub same_as: Option<MentionId>,
    /// The host of the linking page, after redirects once it is verified.
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
    /// The version, which each change increments.
    pub version: i64,
}

impl Mention {
    /// Whether its page links to the article, as far as known.
    #[must_use]
    pub fn is_verified(&self) -> bool {
        self.verified_at.is_some() || self.same_as.is_some()
    }

    /// Whether it was marked as spam.
    #[must_use]
    pub fn is_spam(&self) -> bool {
        self.moderation_status == ModerationStatus::Spam
    }
}

/// The reason for refusing a mention at once, without a request to its source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
pub enum MentionRefusal {
    /// The source is not a URL that Maqal fetches.
    #[strum(serialize = "mention_source_invalid")]
    SourceInvalid,
    /// The target is not a URL.
    #[strum(serialize = "mention_target_invalid")]
    TargetInvalid,
    /// Source and target are the same.
    #[strum(serialize = "mention_same_address")]
    SameAddress,
    /// The source is a page of this site.
    #[strum(serialize = "mention_source_own")]
    SourceOwn,
    /// The target is on another site.
    #[strum(serialize = "mention_target_foreign")]
    TargetForeign,
    /// The target is a page of this site, but not an article's.
    #[strum(serialize = "mention_target_not_article")]
    TargetNotArticle,
    /// The target has the form of an article's URL, but no such article is published.
    #[strum(serialize = "mention_target_not_found")]
    TargetMissing,
    /// The article's pings are closed.
    #[strum(serialize = "pings_closed")]
    PingsClosed,
    /// A moderator marked a mention by this source as spam.
    #[strum(serialize = "mention_source_denied")]
    SourceDenied,
}

/// A query for mentions: those of an article for readers, or all for editors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MentionQuery {
    /// Only mentions of this article, by id.
    pub article: Option<ArticleId>,
    /// Only this moderation status.
    pub moderation_status: Option<ModerationStatus>,
    /// Only mentions that readers see: approved, and with a verified link.
    pub shown: bool,
    /// The page.
    pub page: PageRequest,
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
}
