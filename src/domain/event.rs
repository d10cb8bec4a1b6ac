//! What has happened, for whoever wants to know besides the one who asked for it. Raised by the use
//! cases through `service/events.rs`, once the transaction that made it so is committed.

use super::article::ArticleId;
use super::comment::{CommentId, CommentStatus, HoldReason};
use super::mention::MentionId;

/// Something that happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
        /// Where it stands.
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
        /// Of which article.
        article: ArticleId,
    },
    /// A mention was verified and waits for a moderator, or was taken for spam.
    MentionHeld {
        /// Which.
        mention: MentionId,
        /// Of which article.
        article: ArticleId,
    },
}

impl Event {
    /// The name of its kind, as logs, metrics and subscribers know it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::CommentPublished { .. } => "comment_published",
            Self::CommentHeld { .. } => "comment_held",
            Self::CommentModerated { .. } => "comment_moderated",
            Self::CommentDeleted { .. } => "comment_deleted",
            Self::MentionVerified { .. } => "mention_verified",
            Self::MentionHeld { .. } => "mention_held",
        }
    }
}
