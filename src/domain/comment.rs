//! Comments: what they are, where they stand in a conversation, and whether one waits for a
//! moderator. Applied by `service/comments/`, kept by `store/comments.rs`.

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
    /// It waits for a moderator.
    Pending,
    /// It is approved.
    Approved,
    /// It is spam.
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
    /// All comments wait for a moderator.
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
    /// Number.
    pub id: CommentId,
    /// On which article.
    pub article_id: ArticleId,
    /// What it answers.
    pub parent_id: Option<CommentId>,
    /// 1 for what answers the article itself.
    pub depth: i32,
    /// Its place in the conversation, see [`path_below`].
    pub path: Vec<u8>,
    /// The status.
    pub status: CommentStatus,
    /// Whether it is approved, and all that it answers is: then readers see it.
    pub shown: bool,
    /// Why it was not shown at once.
    pub held_for: Option<HoldReason>,
    /// The account it was written with.
    pub user_id: Option<UserId>,
    /// Whether it was written with an account.
    pub is_staff: bool,
    /// The author's name; `None` when they gave none, or it was erased.
    pub author_name: Option<String>,
    /// Their address, in the form that [`super::user::normal_email`] makes.
    pub author_email: Option<String>,
    /// The URL of the person's or agency's page.
    pub author_url: Option<String>,
    /// The network address it came from, while that is kept.
    pub client_address: Option<String>,
    /// The program it came from, while that is kept.
    pub user_agent: Option<String>,
    /// The time of posting.
    pub created_at: Time,
    /// The time of the last change.
    pub updated_at: Time,
    /// Counts its changes.
    pub version: i64,
    /// What was written; `None` where it wasn't asked for.
    pub body: Option<String>,
    /// What is shown of it.
    pub html: String,
}

impl Comment {
    /// The comment that its thread begins with.
    #[must_use]
    pub fn root_id(&self) -> Option<CommentId> {
        path_root(&self.path)
    }
}

/// A comment as somebody writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommentDraft {
    /// What it answers.
    pub parent_id: Option<CommentId>,
    /// The author's name.
    pub author_name: Option<String>,
    /// Their address.
    pub author_email: Option<String>,
    /// The URL of the person's or agency's page.
    pub author_url: Option<String>,
    /// What they say.
    pub body: String,
}

/// All of a comment that a moderator may write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommentEdit {
    /// The status.
    pub status: CommentStatus,
    /// The author's name.
    pub author_name: Option<String>,
    /// The URL of the person's or agency's page.
    pub author_url: Option<String>,
    /// What they say.
    pub body: String,
}

/// What is known of a new comment when it is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// Its author is signed in.
    pub is_staff: bool,
    /// A comment by its author's address was approved before.
    pub known: bool,
    /// Its links, the author's page included.
    pub links: usize,
    /// It contains a word that makes it wait.
    pub moderation_word: bool,
    /// It contains a word that makes it spam.
    pub blocked_word: bool,
}

/// Where a new comment is to stand, and why if not among the approved. Those who are signed in are
/// the newsroom, and speak without waiting.
#[must_use]
pub fn judge(
    site: &SiteRules,
    own: &Overrides,
    facts: &Facts,
) -> (CommentStatus, Option<HoldReason>) {
    let moderation = own.moderation.unwrap_or(site.moderation);
    let most = usize::try_from(site.max_links).unwrap_or(0);
    let reason = if facts.is_staff {
        None
    } else if facts.blocked_word {
        return (CommentStatus::Spam, Some(HoldReason::BlockedWords));
    } else if moderation == Moderation::All {
        Some(HoldReason::Moderation)
    } else if facts.moderation_word {
        Some(HoldReason::Words)
    } else if most > 0 && facts.links >= most {
        Some(HoldReason::Links)
    } else if moderation == Moderation::FirstTime && !facts.known {
        Some(HoldReason::FirstTime)
    } else {
        None
    };
    (reason.map_or(CommentStatus::Approved, |_| CommentStatus::Pending), reason)
}

/// How many bytes of a path name one comment.
const STEP: usize = size_of::<CommentId>();

/// The path of a comment below another's (or below none): the ids from the top down to its own,
/// each as eight big-endian bytes. Ids grow, so the order of paths is the order of a conversation:
/// every comment follows what it answers, and answers to the same stand oldest first.
#[must_use]
pub fn path_below(parent: &[u8], id: CommentId) -> Vec<u8> {
    [parent, &id.to_be_bytes()].concat()
}

/// What every path below this one is less than: no id begins with this byte.
#[must_use]
pub fn path_end(path: &[u8]) -> Vec<u8> {
    [path, &[0xFF]].concat()
}

/// The comment at the top of a path; `None` for what is no path.
#[must_use]
pub fn path_root(path: &[u8]) -> Option<CommentId> {
    let whole = path.len().is_multiple_of(STEP);
    let first = path.first_chunk::<STEP>().filter(|_| whole)?;
    Some(CommentId::from_be_bytes(*first))
}

/// Which comments of an article readers are shown, in which order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThreadQuery {
    /// Which article's.
    pub article_id: ArticleId,
    /// Which threads come first; `None`: as the site's settings say.
    pub order: Option<CommentOrder>,
    /// Which page.
    pub page: PageRequest,
}

/// Which comments moderators are shown, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommentQuery {
    /// Only with this status.
    pub status: Option<CommentStatus>,
    /// Only on this article.
    pub article_id: Option<ArticleId>,
    /// Only by this address, in the form that [`super::user::normal_email`] makes.
    pub email: Option<String>,
    /// Which page.
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
    fn each_rule_holds_by_itself() {
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
    fn an_article_may_moderate_otherwise_and_no_limit_is_no_limit() {
        let own = Overrides { moderation: Some(Moderation::None), ..Overrides::default() };
        let stranger = Facts { known: false, links: 99, ..HARMLESS };
        let rules = SiteRules { max_links: 0, ..site(Moderation::All) };
        assert_eq!(judge(&rules, &own, &stranger), (CommentStatus::Approved, None));
    }

    #[test]
    fn paths_sort_as_conversations_run() {
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
