//! Comments: their types, and the moderation of new ones.

mod path;

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr};
use utoipa::ToSchema;

use super::Time;
use super::article::ArticleId;
use super::comment_settings::{CommentOrder, Moderation, Overrides, SiteRules};
use super::listing::PageRequest;
use super::user::UserId;
use crate::text::direction;
use crate::text::lang::{Direction, Lang};

pub use path::{CommentId, path_ancestors, path_below, path_end, path_id, path_parent, path_root};

/// The deepest nesting that the database takes.
pub const MAX_DEPTH: i32 = 10;

/// The result of a bulk moderation for one comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BulkOutcome {
    /// The status was changed.
    Changed,
    /// The comment already had the status.
    Unchanged,
    /// The comment doesn't exist.
    NotFound,
}

/// The moderation status of a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
// Names in the API and in the database.
#[derive(Serialize, Deserialize, ToSchema, EnumString, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum CommentStatus {
    /// Awaits moderation.
    Pending,
    /// It is approved.
    Approved,
    /// Marked as spam.
    Spam,
    /// It is in the trash, from which it can be restored.
    Trash,
}

/// The reason for holding back a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
// Names in the API and in the database.
#[derive(Serialize, Deserialize, ToSchema, EnumString, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum HoldReason {
    /// All comments wait for an editor.
    Moderation,
    /// No comment of its author was approved before.
    FirstTime,
    /// It has too many links.
    Links,
    /// It contains a word that makes it wait.
    Words,
    /// It contains a word that makes it spam.
    BlockedWords,
    /// The field `trap` is filled, which readers don't see. It is spam.
    Trap,
}

/// A comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// The id.
    pub id: CommentId,
    /// The article's id.
    pub article_id: ArticleId,
    /// The parent comment, if it is a reply.
    pub parent_id: Option<CommentId>,
    /// The depth: 1 for a top-level comment.
    pub depth: i32,
    /// The path in the conversation, see [`path_below`].
    pub path: Vec<u8>,
    /// The status.
    pub status: CommentStatus,
    /// Whether readers see it: it is approved.
    pub shown: bool,
    /// Whether lists for readers contain it: it is shown, or a reply below it is.
    pub listed: bool,
    /// The reason why it was not shown at once.
    pub held_for: Option<HoldReason>,
    /// The account of a signed-in author.
    pub user_id: Option<UserId>,
    /// Whether the author was signed in.
    pub is_staff: bool,
    /// The author's name. `None` when not given or erased.
    pub author_name: Option<String>,
    /// The author's email address, normalised by [`super::user::normal_email`].
    pub author_email: Option<String>,
    /// The URL of the person's or agency's page.
    pub author_url: Option<String>,
    /// The client's IP address, until it is deleted.
    pub client_address: Option<String>,
    /// The client's `User-Agent`, until it is deleted.
    pub user_agent: Option<String>,
    /// A keyed hash that is the same for all comments of an author. The store leaves it out.
    pub author_hash: Option<String>,
    /// The hash of the token by which the author may change it.
    pub edit_token_hash: Option<Vec<u8>>,
    /// The time until which the author may change it.
    pub editable_until: Option<Time>,
    /// The language of the text, if it is known.
    pub lang: Option<Lang>,
    /// The time of posting.
    pub created_at: Time,
    /// The time of the last change.
    pub updated_at: Time,
    /// The number of the current version.
    pub version: i64,
    /// The source text. `None` if it wasn't requested.
    pub body: Option<String>,
    /// The rendered text.
    pub html: String,
}

impl Comment {
    /// Returns the path of the first comment of its thread.
    #[must_use]
    pub fn root_path(&self) -> Option<&[u8]> {
        path_root(&self.path)
    }

    /// Whether readers see only its tombstone: it is hidden, and a reply below it is shown.
    #[must_use]
    pub fn is_tombstone(&self) -> bool {
        self.listed && !self.shown
    }

    /// Returns the writing direction of its letters, or else of its language.
    #[must_use]
    pub fn direction(&self) -> Direction {
        let of_lang = || self.lang.as_ref().map(Lang::direction);
        direction::of_html(&self.html).or_else(of_lang).unwrap_or(Direction::Ltr)
    }
}

/// The content of a new comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommentDraft {
    /// The parent comment, if it is a reply.
    pub parent_id: Option<CommentId>,
    /// The author's name.
    pub author_name: Option<String>,
    /// The author's email address.
    pub author_email: Option<String>,
    /// The URL of the person's or agency's page.
    pub author_url: Option<String>,
    /// The source text.
    pub body: String,
    /// The language of the text. `None`: derived.
    pub lang: Option<Lang>,
    /// Whether the honeypot field is filled.
    pub is_trapped: bool,
    /// The original time of an imported comment.
    pub created_at: Option<Time>,
}

/// The content that an editor may edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommentEdit {
    /// The status.
    pub status: CommentStatus,
    /// The author's name.
    pub author_name: Option<String>,
    /// The URL of the person's or agency's page.
    pub author_url: Option<String>,
    /// The source text.
    pub body: String,
}

/// The properties of a new comment that decide its moderation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// The author is signed in.
    pub is_staff: bool,
    /// A comment with the author's address was approved.
    pub known: bool,
    /// The number of links, with the author's web page.
    pub links: usize,
    /// It contains a word that makes it wait.
    pub moderation_word: bool,
    /// It contains a word that makes it spam.
    pub blocked_word: bool,
    /// The honeypot field is filled.
    pub is_trapped: bool,
}

/// Decides the status of a new comment, with a reason if it isn't approved. Comments of signed-in
/// users are always approved.
#[must_use]
pub fn judge(
    site: &SiteRules,
    own: &Overrides,
    facts: &Facts,
) -> (CommentStatus, Option<HoldReason>) {
    let moderation = own.moderation.unwrap_or(site.moderation);
    let max_links = usize::try_from(site.max_links).unwrap_or(0);
    let reason = if facts.is_staff {
        None
    } else if facts.is_trapped {
        return (CommentStatus::Spam, Some(HoldReason::Trap));
    } else if facts.blocked_word {
        return (CommentStatus::Spam, Some(HoldReason::BlockedWords));
    } else if moderation == Moderation::All {
        Some(HoldReason::Moderation)
    } else if facts.moderation_word {
        Some(HoldReason::Words)
    } else if max_links > 0 && facts.links >= max_links {
        Some(HoldReason::Links)
    } else if moderation == Moderation::FirstTime && !facts.known {
        Some(HoldReason::FirstTime)
    } else {
        None
    };
    (reason.map_or(CommentStatus::Approved, |_| CommentStatus::Pending), reason)
}

/// Decides the status of a comment that its author has edited. A comment that a moderator or a rule
/// has hidden stays hidden: an edit shows nothing.
#[must_use]
pub fn judge_edit(
    current: (CommentStatus, Option<HoldReason>),
    verdict: (CommentStatus, Option<HoldReason>),
) -> (CommentStatus, Option<HoldReason>) {
    match (current.0, verdict.0) {
        (CommentStatus::Approved, _) | (CommentStatus::Pending, CommentStatus::Spam) => verdict,
        _ => current,
    }
}

/// A query for the comments of an article that readers see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThreadQuery {
    /// The article's id.
    pub article_id: ArticleId,
    /// The order of threads. `None`: the order of the site's settings.
    pub order: Option<CommentOrder>,
    /// The page.
    pub page: PageRequest,
}

/// A query for one comment of an article, and for the page of the conversation that holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceQuery {
    /// The article's id.
    pub article_id: ArticleId,
    /// The comment.
    pub comment_id: CommentId,
    /// The order of threads. `None`: the order of the site's settings.
    pub order: Option<CommentOrder>,
    /// The rows of a page.
    pub limit: u8,
}

/// A query for the moderation queue, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommentQuery {
    /// Only this status.
    pub status: Option<CommentStatus>,
    /// Only comments on this article.
    pub article_id: Option<ArticleId>,
    /// Only by this email address, normalised by [`super::user::normal_email`].
    pub email: Option<String>,
    /// The page.
    pub page: PageRequest,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::comment_settings::OpenState;

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
            moderation_words: Vec::new(),
            blocked_words: Vec::new(),
            thread_depth: 5,
            order: CommentOrder::Oldest,
            edit_minutes: 10,
            send_pings: true,
        }
    }

    const HARMLESS: Facts = Facts {
        is_staff: false,
        known: true,
        links: 0,
        moderation_word: false,
        blocked_word: false,
        is_trapped: false,
    };

    fn reason(moderation: Moderation, facts: Facts) -> Option<HoldReason> {
        judge(&site(moderation), &Overrides::default(), &facts).1
    }

    #[test]
    fn each_rule_gives_its_hold_reason() {
        use Moderation::{All, FirstTime, None as Never};
        let stranger = Facts { known: false, ..HARMLESS };
        assert_eq!(reason(Never, stranger), None);
        assert_eq!(reason(FirstTime, stranger), Some(HoldReason::FirstTime));
        assert_eq!(reason(FirstTime, HARMLESS), None);
        assert_eq!(reason(All, HARMLESS), Some(HoldReason::Moderation));
        assert_eq!(reason(Never, Facts { links: 1, ..HARMLESS }), None);
        assert_eq!(reason(Never, Facts { links: 2, ..HARMLESS }), Some(HoldReason::Links));
        let word = Facts { moderation_word: true, ..HARMLESS };
        assert_eq!(reason(Never, word), Some(HoldReason::Words));
        let blocked = Facts { blocked_word: true, ..word };
        let own = Overrides::default();
        let verdict = judge(&site(All), &own, &blocked);
        assert_eq!(verdict, (CommentStatus::Spam, Some(HoldReason::BlockedWords)));
        let trapped = Facts { is_trapped: true, ..HARMLESS };
        assert_eq!(reason(Never, trapped), Some(HoldReason::Trap));
        let is_staff = Facts { is_staff: true, known: false, links: 9, ..blocked };
        assert_eq!(judge(&site(All), &own, &is_staff), (CommentStatus::Approved, None));
    }

    #[test]
    fn article_override_and_zero_max_links_approve() {
        let own = Overrides { moderation: Some(Moderation::None), ..Overrides::default() };
        let stranger = Facts { known: false, links: 99, ..HARMLESS };
        let rules = SiteRules { max_links: 0, ..site(Moderation::All) };
        assert_eq!(judge(&rules, &own, &stranger), (CommentStatus::Approved, None));
    }

    #[test]
    fn an_edit_shows_nothing_that_was_hidden() {
        use CommentStatus::{Approved, Pending, Spam, Trash};
        for (current, verdict, result) in [
            (Approved, Approved, Approved),
            (Approved, Pending, Pending),
            (Approved, Spam, Spam),
            (Pending, Approved, Pending),
            (Pending, Spam, Spam),
            (Spam, Approved, Spam),
            (Trash, Approved, Trash),
        ] {
            let (status, _) = judge_edit((current, None), (verdict, None));
            assert_eq!(status, result, "{current:?} {verdict:?}");
        }
    }
}
