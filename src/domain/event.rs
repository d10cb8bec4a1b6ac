//! Events for subscribers. Use cases publish them after the commit of their transaction.

use super::article::ArticleId;
use super::comment::{CommentId, CommentStatus, HoldReason};
use super::mention::MentionId;

/// An event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// A comment was posted, and readers see it.
    CommentPublished {
        /// The comment.
        comment: CommentId,
        /// Its article.
        article: ArticleId,
    },
    /// A comment was posted, and is held for moderation or marked as spam.
    CommentHeld {
        /// The comment.
        comment: CommentId,
        /// Its article.
        article: ArticleId,
        /// The reason.
        reason: HoldReason,
    },
    /// A moderator changed a comment's status.
    CommentModerated {
        /// The comment.
        comment: CommentId,
        /// Its article.
        article: ArticleId,
        /// The former status.
        from: CommentStatus,
        /// The new status.
        to: CommentStatus,
    },
    /// A comment was deleted permanently, with its replies.
    CommentDeleted {
        /// The comment.
        comment: CommentId,
        /// Its article.
        article: ArticleId,
    },
    /// A mention was verified, and readers see it.
    MentionVerified {
        /// The mention.
        mention: MentionId,
        /// Its article.
        article: ArticleId,
    },
    /// A mention was verified, and is held for moderation or marked as spam.
    MentionHeld {
        /// The mention.
        mention: MentionId,
        /// Its article.
        article: ArticleId,
    },
}

impl Event {
    /// Returns the event's name, as logs and metrics use it.
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
