//! Comments: their types, their paths in the conversation, and the moderation of new ones.

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr};
use utoipa::ToSchema;

use super::Time;
use super::article::ArticleId;
use super::comment_settings::{CommentOrder, Moderation, Overrides, SiteRules};
use super::listing::PageRequest;
use super::user::UserId;

/// A comment's id.
pub type CommentId = i64;

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
    /// Whether readers see it: it and all its ancestors are approved.
    pub shown: bool,
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
    /// Returns the first comment of its thread.
    #[must_use]
    pub fn root_id(&self) -> Option<CommentId> {
        path_root(&self.path)
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

/// The bytes of each id in a path.
const ID_BYTES: usize = size_of::<CommentId>();

/// Returns the path of a comment below its parent, or of a top-level one. A path consists of the
/// ids from the root down, each as eight big-endian bytes. Ids grow, so paths sort in the
/// conversation's order: replies follow their parent, oldest first.
#[must_use]
pub fn path_below(parent: &[u8], id: CommentId) -> Vec<u8> {
    [parent, &id.to_be_bytes()].concat()
}

/// Returns an upper bound of all paths below this one. No id begins with this byte.
#[must_use]
pub fn path_end(path: &[u8]) -> Vec<u8> {
    [path, &[0xFF]].concat()
}

/// Returns the root comment of a path. `None` if the path is invalid.
#[must_use]
pub fn path_root(path: &[u8]) -> Option<CommentId> {
    let complete = path.len().is_multiple_of(ID_BYTES);
    let first = path.first_chunk::<ID_BYTES>().filter(|_| complete)?;
    Some(CommentId::from_be_bytes(*first))
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
            send_pings: true,
        }
    }

    const HARMLESS: Facts = Facts {
        is_staff: false,
        known: true,
        links: 0,
        moderation_word: false,
        blocked_word: false,
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
    fn paths_sort_in_conversation_order() {
        let first = path_below(&[], 7);
        let answer = path_below(&first, 300);
        let second = path_below(&[], 8);
        assert!(first < answer && answer < path_end(&first) && path_end(&first) < second);
        assert!(path_below(&answer, i64::MAX) < path_end(&answer));
        assert_eq!(path_root(&answer), Some(7));
        for broken in [&b""[..], &answer[..9], b"short"] {
            assert_eq!(path_root(broken), None);
        }
    }
}
