//! Conversion between comments and their rows.

use crate::domain::article::ArticleId;
use crate::domain::comment::{Comment, CommentId};
use crate::domain::user::UserId;
use crate::store::StoreError;
use crate::store::prelude::*;
use crate::store::schema::comments;
use crate::store::types::Timestamp;
use crate::text::lang::Lang;

/// All columns except the source text.
#[derive(Queryable, Selectable)]
#[diesel(table_name = comments)]
pub(super) struct CommentRow {
    id: i64,
    article_id: i64,
    parent_id: Option<i64>,
    depth: i32,
    path: Vec<u8>,
    status: String,
    shown: bool,
    listed: bool,
    held_for: Option<String>,
    user_id: Option<i64>,
    is_staff: bool,
    author_name: Option<String>,
    author_email: Option<String>,
    author_url: Option<String>,
    client_address: Option<String>,
    user_agent: Option<String>,
    edit_token_hash: Option<Vec<u8>>,
    editable_until: Option<Timestamp>,
    lang: Option<String>,
    created_at: Timestamp,
    updated_at: Timestamp,
    version: i64,
    html: String,
}

fn corrupt(column: &str, value: &str) -> StoreError {
    StoreError::corrupt("comments", column, value)
}

impl TryFrom<CommentRow> for Comment {
    type Error = StoreError;

    fn try_from(row: CommentRow) -> Result<Self, StoreError> {
        let held_for =
            row.held_for.map(|name| name.parse().map_err(|_| corrupt("held_for", &name)));
        let lang = row.lang.map(|tag| Lang::parse(&tag).map_err(|_| corrupt("lang", &tag)));
        Ok(Self {
            lang: lang.transpose()?,
            status: row.status.parse().map_err(|_| corrupt("status", &row.status))?,
            held_for: held_for.transpose()?,
            id: row.id,
            article_id: row.article_id,
            parent_id: row.parent_id,
            depth: row.depth,
            path: row.path,
            shown: row.shown,
            listed: row.listed,
            user_id: row.user_id,
            is_staff: row.is_staff,
            author_name: row.author_name,
            author_email: row.author_email,
            author_url: row.author_url,
            client_address: row.client_address,
            user_agent: row.user_agent,
            author_hash: None,
            edit_token_hash: row.edit_token_hash,
            editable_until: row.editable_until.map(Timestamp::time),
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
            version: row.version,
            body: None,
            html: row.html,
        })
    }
}

impl TryFrom<(CommentRow, String)> for Comment {
    type Error = StoreError;

    fn try_from((row, body): (CommentRow, String)) -> Result<Self, StoreError> {
        Ok(Self { body: Some(body), ..row.try_into()? })
    }
}

/// A comment to insert. Its path follows from its id.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = comments)]
pub struct NewComment {
    /// The article's id.
    pub article_id: ArticleId,
    /// The parent comment, if it is a reply.
    pub parent_id: Option<CommentId>,
    /// The depth: 1 for a top-level comment.
    pub depth: i32,
    /// The moderation status.
    pub status: &'static str,
    /// Whether readers see it.
    pub shown: bool,
    /// The same: a new comment has no replies.
    pub listed: bool,
    /// The reason why it is held for moderation or marked as spam.
    pub held_for: Option<&'static str>,
    /// The account of a signed-in author.
    pub user_id: Option<UserId>,
    /// Whether the author is signed in.
    pub is_staff: bool,
    /// The author's name.
    pub author_name: Option<String>,
    /// Their email address.
    pub author_email: Option<String>,
    /// Their web page.
    pub author_url: Option<String>,
    /// The hash of author and text.
    pub fingerprint: String,
    /// The client's IP address. `None` for an imported comment.
    pub client_address: Option<String>,
    /// The client's `User-Agent`.
    pub user_agent: Option<String>,
    /// The time at which the two are deleted.
    pub client_data_expires_at: Option<Timestamp>,
    /// The hash of the token by which the author may change it.
    pub edit_token_hash: Option<Vec<u8>>,
    /// The time until which the author may change it.
    pub editable_until: Option<Timestamp>,
    /// The language of the text.
    pub lang: Option<String>,
    /// The time of posting.
    pub created_at: Timestamp,
    /// The time of the last change.
    pub updated_at: Timestamp,
    /// The source text.
    pub body: String,
    /// The rendered text.
    pub html: String,
    /// Empty: set once the id is known.
    pub path: Vec<u8>,
}
