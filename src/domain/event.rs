//! What has happened, for whoever wants to know besides the one who asked for it. Raised by the use
//! cases through `service/events.rs`, once the transaction that made it so is committed.

use strum::IntoStaticStr;

use super::article::ArticleId;
use super::comment::{CommentId, CommentStatus, HoldReason};
use super::mention::MentionId;

/// Something that happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Event {
    /// A comment was posted and stands on its article.
    CommentPublished {
        /// Which.
        comment: CommentId,
        /// On which article.
        article: ArticleId,
    },
    /// A comment was posted and waits for a moderator, or was taken for spam.
    CommentHeld {
        /// Which.
        comment: CommentId,
        /// On which article.
        article: ArticleId,
        /// What for.
        reason: HoldReason,
    },
    /// A moderator moved a comment from one status to another.
    CommentModerated {
        /// Which.
        comment: CommentId,
        /// On which article.
        article: ArticleId,
        /// Where it stood.
        from: CommentStatus,
        /// The status.
        to: CommentStatus,
    },
    /// A comment was deleted for good, with the answers to it.
    CommentDeleted {
        /// Which.
        comment: CommentId,
        /// On which article.
        article: ArticleId,
    },
    /// A mention was verified and stands on its article.
    MentionVerified {
        /// Which.
        mention: MentionId,
        /// The article's id.
        article: ArticleId,
    },
    /// A mention was verified and waits for a moderator, or was taken for spam.
    MentionHeld {
        /// Which.
        mention: MentionId,
        /// The article's id.
        article: ArticleId,
    },
}

impl Event {
    /// The name of its kind, as logs, metrics and subscribers know it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.into()
    }
}
