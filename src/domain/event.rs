//! Events for subscribers. Use cases publish them after the commit of their transaction.

use strum::IntoStaticStr;

use super::article::ArticleId;
use super::comment::{CommentId, CommentStatus, HoldReason};
use super::mention::MentionId;

/// Something that happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
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
    /// A comment's status was changed, by a moderator or by its author.
    CommentModerated {
        /// The comment.
        comment: CommentId,
        /// Its article.
        article: ArticleId,
        /// The former status.
        from: CommentStatus,
        /// The status.
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
        /// The article's id.
        article: ArticleId,
    },
    /// A mention was verified, and is held for moderation or marked as spam.
    MentionHeld {
        /// The mention.
        mention: MentionId,
        /// The article's id.
        article: ArticleId,
    },
}

impl Event {
    /// Returns the event's name, as logs and metrics use it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.into()
    }
}
