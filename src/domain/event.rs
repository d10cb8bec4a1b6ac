//! Events for subscribers. Use cases publish them after the commit of their transaction.

use strum::IntoStaticStr;

use super::WireName;
use super::article::ArticleId;
use super::comment::{CommentId, CommentStatus, HoldReason};
use super::mention::MentionId;

/// A committed change that subscribers are told of.
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
    /// A comment's status was changed, by an editor or by its author.
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

/// The fields of an event in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct EventFields {
    /// The article.
    pub article: ArticleId,
    /// The comment, of an event of a comment.
    pub comment: Option<CommentId>,
    /// The mention, of an event of a mention.
    pub mention: Option<MentionId>,
    /// The reason for holding a comment.
    pub reason: Option<&'static str>,
    /// The former status.
    pub from: Option<&'static str>,
    /// The status.
    pub to: Option<&'static str>,
}

impl Event {
    /// Returns the event's name, as logs and metrics use it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.into()
    }

    /// Returns the event's fields.
    #[must_use]
    pub fn fields(&self) -> EventFields {
        let none = EventFields::default();
        match *self {
            Self::CommentPublished { comment, article }
            | Self::CommentDeleted { comment, article } => {
                EventFields { article, comment: Some(comment), ..none }
            }
            Self::CommentHeld { comment, article, reason } => {
                let reason = Some(reason.as_str());
                EventFields { article, comment: Some(comment), reason, ..none }
            }
            Self::CommentModerated { comment, article, from, to } => {
                let (from, to) = (Some(from.as_str()), Some(to.as_str()));
                EventFields { article, comment: Some(comment), from, to, ..none }
            }
            Self::MentionVerified { mention, article } | Self::MentionHeld { mention, article } => {
                EventFields { article, mention: Some(mention), ..none }
            }
        }
    }
}
