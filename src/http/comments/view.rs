//! How comments are shown: to readers never with what could find their authors.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::comment::{Comment, CommentStatus, HoldReason};
use crate::http::page::PageInfo;
use crate::service::comments::{Moderated, ModerationOutcome};

/// Where a comment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = CommentStatus)]
pub enum CommentStatusView {
    /// It waits for a moderator.
    Pending,
    /// It was let through.
    Approved,
    /// It is spam.
    Spam,
    /// It was thrown away, and can be taken out again.
    Trash,
}

impl From<CommentStatus> for CommentStatusView {
    fn from(status: CommentStatus) -> Self {
        match status {
            CommentStatus::Pending => Self::Pending,
            CommentStatus::Approved => Self::Approved,
            CommentStatus::Spam => Self::Spam,
            CommentStatus::Trash => Self::Trash,
        }
    }
}

impl From<CommentStatusView> for CommentStatus {
    fn from(status: CommentStatusView) -> Self {
        match status {
            CommentStatusView::Pending => Self::Pending,
            CommentStatusView::Approved => Self::Approved,
            CommentStatusView::Spam => Self::Spam,
            CommentStatusView::Trash => Self::Trash,
        }
    }
}

/// Why a comment was not shown at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = HoldReason)]
pub enum HoldReasonView {
    /// All comments wait.
    Moderation,
    /// Nothing by its author was approved before.
    FirstTime,
    /// It has too many links.
    Links,
    /// It has a word that makes it wait.
    Words,
    /// It has a word that makes it spam.
    BlockedWords,
}

impl From<HoldReason> for HoldReasonView {
    fn from(reason: HoldReason) -> Self {
        match reason {
            HoldReason::Moderation => Self::Moderation,
            HoldReason::FirstTime => Self::FirstTime,
            HoldReason::Links => Self::Links,
            HoldReason::Words => Self::Words,
            HoldReason::BlockedWords => Self::BlockedWords,
        }
    }
}

/// A comment as readers see it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Comment)]
pub struct CommentView {
    /// Its number.
    #[schema(example = 6)]
    pub id: i64,
    /// The article under which it stands.
    #[schema(example = 42)]
    pub article_id: i64,
    /// The comment that it answers; null if it answers the article.
    #[schema(required, example = 5)]
    pub parent_id: Option<i64>,
    /// How deep it stands: 1 if it answers the article, 2 if it answers such a comment.
    #[schema(minimum = 1, maximum = 10, example = 2)]
    pub depth: i32,
    /// The author's name; null if they gave none, or it was erased.
    #[schema(required, example = "سالم الورفلي")]
    pub author_name: Option<String>,
    /// Their page.
    #[schema(required, example = "https://reader.example/salem")]
    pub author_url: Option<String>,
    /// Whether a signed-in user wrote the comment.
    #[schema(example = false)]
    pub is_staff: bool,
    /// What they say, sanitised.
    #[schema(example = "<p>شكرًا على هذا المقال.</p>\n")]
    pub html: String,
    /// When it was posted.
    pub created_at: DateTime<Utc>,
}

impl From<Comment> for CommentView {
    fn from(comment: Comment) -> Self {
        Self {
            id: comment.id,
            article_id: comment.article_id,
            parent_id: comment.parent_id,
            depth: comment.depth,
            author_name: comment.author_name,
            author_url: comment.author_url,
            is_staff: comment.is_staff,
            html: comment.html,
            created_at: comment.created_at,
        }
    }
}

/// What its author is told of a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum PostedCommentStatus {
    /// It waits for a moderator.
    Pending,
    /// Readers see it.
    Approved,
}

/// A comment as its author gets it back.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = PostedComment)]
pub struct PostedCommentView {
    /// The comment.
    #[serde(flatten)]
    pub comment: CommentView,
    /// Whether readers see it, or it waits for a moderator.
    pub status: PostedCommentStatus,
}

impl From<Comment> for PostedCommentView {
    fn from(comment: Comment) -> Self {
        let status = match comment.status {
            CommentStatus::Approved => PostedCommentStatus::Approved,
            // Who sends spam need not learn how it was found out.
            CommentStatus::Pending | CommentStatus::Spam | CommentStatus::Trash => {
                PostedCommentStatus::Pending
            }
        };
        Self { comment: comment.into(), status }
    }
}

/// A page of an article's comments, in the order of the conversation.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CommentThread {
    /// The comments, each after the one that it answers.
    pub data: Vec<CommentView>,
    /// Where the page lies.
    pub page: PageInfo,
}

/// A comment as moderators see it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ModeratedComment)]
pub struct ModeratedCommentView {
    /// The comment.
    #[serde(flatten)]
    pub comment: CommentView,
    /// Where it stands.
    pub status: CommentStatusView,
    /// Whether readers see it: it is approved, and so is all that it answers.
    #[schema(example = true)]
    pub shown: bool,
    /// Why it was not shown at once; null if it was.
    #[schema(required)]
    pub held_for: Option<HoldReasonView>,
    /// What was written.
    #[schema(example = "شكرًا على هذا المقال.")]
    pub body: String,
    /// The author's address.
    #[schema(required, format = IdnEmail, example = "salem@reader.example")]
    pub author_email: Option<String>,
    /// The account that it was written with (user).
    #[schema(required, example = 3)]
    pub user_id: Option<i64>,
    /// The network address that it came from; kept for 90 days.
    #[schema(required, example = "192.0.2.7")]
    pub client_address: Option<String>,
    /// The program that it came from; kept for 90 days.
    #[schema(required, example = "Mozilla/5.0")]
    pub user_agent: Option<String>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// Counts its changes; stands in the entity tag.
    #[schema(minimum = 1, example = 1)]
    pub version: i64,
}

impl From<Comment> for ModeratedCommentView {
    fn from(mut comment: Comment) -> Self {
        Self {
            status: comment.status.into(),
            shown: comment.shown,
            held_for: comment.held_for.map(Into::into),
            body: comment.body.take().unwrap_or_default(),
            author_email: comment.author_email.take(),
            user_id: comment.user_id,
            client_address: comment.client_address.take(),
            user_agent: comment.user_agent.take(),
            updated_at: comment.updated_at,
            version: comment.version,
            comment: comment.into(),
        }
    }
}

/// A page of comments, newest first.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CommentList {
    /// The comments.
    pub data: Vec<ModeratedCommentView>,
    /// Where the page lies.
    pub page: PageInfo,
}

/// What became of a comment that was to be given a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BulkOutcome {
    /// It has the status now, and had another before.
    Changed,
    /// It had the status already.
    Unchanged,
    /// There is no such comment.
    NotFound,
}

/// What became of one of many comments.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BulkResult {
    /// Its number, as it was sent.
    #[schema(example = 5)]
    pub id: i64,
    /// What became of it.
    pub result: BulkOutcome,
}

impl From<Moderated> for BulkResult {
    fn from(one: Moderated) -> Self {
        let result = match one.outcome {
            ModerationOutcome::Changed => BulkOutcome::Changed,
            ModerationOutcome::Unchanged => BulkOutcome::Unchanged,
            ModerationOutcome::NotFound => BulkOutcome::NotFound,
        };
        Self { id: one.id, result }
    }
}

/// What became of each of many comments.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BulkResults {
    /// In the order in which they were sent.
    pub data: Vec<BulkResult>,
}

/// All that comments hold of a person.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PersonalData {
    /// The person's address.
    #[schema(format = IdnEmail, example = "salem@reader.example")]
    pub email: String,
    /// Their comments, whatever their status, oldest first.
    pub comments: Vec<ModeratedCommentView>,
}

/// What was erased.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ErasureResult {
    /// How many comments the person was taken out of.
    #[schema(minimum = 0, example = 2)]
    pub erased: usize,
}
