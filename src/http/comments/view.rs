//! Views of comments. Readers never receive contact data of authors.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::comment::{Comment, CommentStatus, HoldReason};
use crate::http::page::PageInfo;
use crate::service::comments::{Moderated, ModerationOutcome};

/// A comment for readers.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Comment)]
pub struct CommentView {
    /// The id.
    #[schema(example = 6)]
    pub id: i64,
    /// The article's id.
    #[schema(example = 42)]
    pub article_id: i64,
    /// The id of the parent comment; null for a reply to the article.
    #[schema(required, example = 5)]
    pub parent_id: Option<i64>,
    /// The depth in the thread: 1 for a reply to the article, 2 for a reply to such a comment.
    #[schema(minimum = 1, maximum = 10, example = 2)]
    pub depth: i32,
    /// The author's name; null if it is absent or erased.
    #[schema(required, example = "سالم الورفلي")]
    pub author_name: Option<String>,
    /// The URL of the person's or agency's page.
    #[schema(required, example = "https://reader.example/salem")]
    pub author_url: Option<String>,
    /// Whether a signed-in user wrote the comment.
    #[schema(example = false)]
    pub is_staff: bool,
    /// The text as sanitised HTML.
    #[schema(example = "<p>شكرًا على هذا المقال.</p>\n")]
    pub html: String,
    /// The time of posting.
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

/// The status of a comment, as its author sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum PostedCommentStatus {
    /// It waits for an editor.
    Pending,
    /// Readers see it.
    Approved,
}

/// A comment for its author.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = PostedComment)]
pub struct PostedCommentView {
    /// The comment.
    #[serde(flatten)]
    pub comment: CommentView,
    /// Whether the comment is visible or waits for an editor.
    pub status: PostedCommentStatus,
}

impl From<Comment> for PostedCommentView {
    fn from(comment: Comment) -> Self {
        let status = match comment.status {
            CommentStatus::Approved => PostedCommentStatus::Approved,
            // Spammers must not learn that their comment was recognised.
            CommentStatus::Pending | CommentStatus::Spam | CommentStatus::Trash => {
                PostedCommentStatus::Pending
            }
        };
        Self { comment: comment.into(), status }
    }
}

/// A page of an article's comments, in thread order.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CommentThread {
    /// The comments, each after its parent.
    pub data: Vec<CommentView>,
    /// The position of the page in the list.
    pub page: PageInfo,
}

/// A comment for editors.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ModeratedComment)]
pub struct ModeratedCommentView {
    /// The comment.
    #[serde(flatten)]
    pub comment: CommentView,
    /// The status.
    pub status: CommentStatus,
    /// Whether readers see it: the comment and all its ancestors are approved.
    #[schema(example = true)]
    pub shown: bool,
    /// The reason for holding it back; null if it was visible at once.
    #[schema(required)]
    pub held_for: Option<HoldReason>,
    /// The source of the text.
    #[schema(example = "شكرًا على هذا المقال.")]
    pub body: String,
    /// The author's email address.
    #[schema(required, format = IdnEmail, example = "salem@reader.example")]
    pub author_email: Option<String>,
    /// The id of the user that wrote it; null for an anonymous author.
    #[schema(required, example = 3)]
    pub user_id: Option<i64>,
    /// The client's IP address; deleted after 90 days.
    #[schema(required, example = "192.0.2.7")]
    pub client_address: Option<String>,
    /// The client's `User-Agent`; deleted after 90 days.
    #[schema(required, example = "Mozilla/5.0")]
    pub user_agent: Option<String>,
    /// The time of the last change.
    pub updated_at: DateTime<Utc>,
    /// The version, which each change increments. The `ETag` contains it.
    #[schema(minimum = 1, example = 1)]
    pub version: i64,
}

impl From<Comment> for ModeratedCommentView {
    fn from(mut comment: Comment) -> Self {
        Self {
            status: comment.status,
            shown: comment.shown,
            held_for: comment.held_for,
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
    /// The position of the page in the list.
    pub page: PageInfo,
}

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

/// One comment of a bulk moderation.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BulkResult {
    /// The comment's id, as sent.
    #[schema(example = 5)]
    pub id: i64,
    /// The result.
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

/// The results of a bulk moderation.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BulkResults {
    /// The results, in the order of the sent ids.
    pub data: Vec<BulkResult>,
}

/// The personal data in a person's comments.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PersonalData {
    /// The person's email address.
    #[schema(format = IdnEmail, example = "salem@reader.example")]
    pub email: String,
    /// The person's comments in any status, oldest first.
    pub comments: Vec<ModeratedCommentView>,
}

/// The result of an erasure.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ErasureResult {
    /// The number of changed comments.
    #[schema(minimum = 0, example = 2)]
    pub erased: usize,
}
