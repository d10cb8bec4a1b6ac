//! What has happened, for whoever wants to know besides the one who asked for it. Raised by the use
//! cases through `service/events.rs`, once the transaction that made it so is committed.

use super::article::ArticleId;
use super::mention::MentionId;

/// Something that happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
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
            Self::MentionVerified { .. } => "mention_verified",
            Self::MentionHeld { .. } => "mention_held",
        }
    }
}
