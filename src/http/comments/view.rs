//! Views of comments. Readers never receive contact data of authors.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::secrets::EditToken;
use crate::domain::comment::{BulkOutcome, Comment, CommentStatus, HoldReason};
use crate::domain::comment_settings::CommentOrder;
use crate::http::page::PageInfo;
use crate::service::comments::Moderated;
use crate::text::lang::Direction;

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
    /// A hash that is the same for all comments of an author, for avatars. It doesn't reveal the email
    /// address. Null without `MAQAL_AUTHOR_HASH_KEY`, and for an author without email address and
    /// account.
    #[schema(required, example = "9f86d081884c7d659a2feaa0c55ad015")]
    pub author_hash: Option<String>,
    /// Whether a signed-in user wrote the comment.
    #[schema(example = false)]
    pub is_staff: bool,
    /// Whether readers see only a tombstone: the comment is hidden, and has visible replies. For readers
    /// its text is empty, and its author null.
    #[schema(example = false)]
    pub is_removed: bool,
    /// The language of the text; null if it is unknown.
    #[schema(required, example = "ar")]
    pub lang: Option<String>,
    /// The writing direction of the text, by its letters.
    pub dir: Direction,
    /// The text as sanitised HTML.
    #[schema(example = "<p>شكرًا على هذا المقال.</p>\n")]
    pub html: String,
    /// The time of posting.
    pub created_at: DateTime<Utc>,
}

impl CommentView {
    /// Returns a comment for readers: of a hidden one, only the tombstone.
    #[must_use]
    pub fn public(comment: Comment) -> Self {
        let view = Self::from(comment);
        if !view.is_removed {
            return view;
        }
        Self {
            author_name: None,
            author_url: None,
            author_hash: None,
            is_staff: false,
            lang: None,
            html: String::new(),
            ..view
        }
    }
}

impl From<Comment> for CommentView {
    fn from(comment: Comment) -> Self {
        Self {
            is_removed: comment.is_tombstone(),
            dir: comment.direction(),
            lang: comment.lang.as_ref().map(|lang| lang.as_str().to_owned()),
            author_hash: comment.author_hash,
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
    /// The token by which the author edits or deletes the comment, as the header `Edit-Token`. Only
    /// the first answer to the `POST` holds it.
    #[schema(required, example = "mqe_VGhpcyBpcyBhbiBleGFtcGxlIG9mIGFuIGVkaXQgdG9r")]
    pub edit_token: Option<String>,
    /// The time until which the author may edit or delete the comment.
    #[schema(required)]
    pub editable_until: Option<DateTime<Utc>>,
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
        let editable_until = comment.editable_until;
        Self { comment: comment.into(), status, edit_token: None, editable_until }
    }
}

impl PostedCommentView {
    /// Returns a new comment with its edit token.
    #[must_use]
    pub fn with_token(comment: Comment, token: &EditToken) -> Self {
        Self { edit_token: Some(token.expose()), ..comment.into() }
    }
}

/// A changed comment, for the one who changed it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(untagged)]
pub enum ChangedComment {
    /// For an editor.
    Moderated(Box<ModeratedCommentView>),
    /// For its author.
    Posted(Box<PostedCommentView>),
}

/// A comment and its page in the conversation.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CommentPermalink {
    /// The comment.
    #[serde(flatten)]
    pub comment: CommentView,
    /// The page that holds it.
    pub page: CommentPage,
}

/// The page that holds a comment, if the list is read from its beginning.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CommentPage {
    /// The order of threads.
    pub order: CommentOrder,
    /// The highest number of comments in a page.
    #[schema(minimum = 1, maximum = 100, example = 20)]
    pub limit: u8,
    /// The cursor of the page; null for the first page.
    #[schema(required, example = "bn5jb21tZW50cw")]
    pub cursor: Option<String>,
}

/// A page of an article's comments, in thread order.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CommentThread {
    /// The comments and tombstones, each after its parent.
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
    /// Whether readers see it: it is approved.
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
        Self { id: one.id, result: one.outcome }
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
