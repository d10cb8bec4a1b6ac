//! How a comment lies in the database, and what becomes of it on the way in and out.

use crate::domain::article::ArticleId;
use crate::domain::comment::{Comment, CommentId};
use crate::domain::user::UserId;
use crate::store::StoreError;
use crate::store::prelude::*;
use crate::store::schema::comments;
use crate::store::types::Timestamp;

/// All but what was written.
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
    held_for: Option<String>,
    user_id: Option<i64>,
    is_staff: bool,
    author_name: Option<String>,
    author_email: Option<String>,
    author_url: Option<String>,
    client_address: Option<String>,
    user_agent: Option<String>,
    created_at: Timestamp,
    updated_at: Timestamp,
    version: i64,
    html: String,
}

fn corrupt(column: &str, value: &str) -> StoreError {
    StoreError::Corrupt { table: "comments", reason: format!("{column} is {value:?}") }
}

impl TryFrom<CommentRow> for Comment {
    type Error = StoreError;

    fn try_from(row: CommentRow) -> Result<Self, StoreError> {
        let held_for =
            row.held_for.map(|name| name.parse().map_err(|_| corrupt("held_for", &name)));
        Ok(Self {
            status: row.status.parse().map_err(|_| corrupt("status", &row.status))?,
            held_for: held_for.transpose()?,
            id: row.id,
            article_id: row.article_id,
            parent_id: row.parent_id,
            depth: row.depth,
            path: row.path,
            shown: row.shown,
            user_id: row.user_id,
            is_staff: row.is_staff,
            author_name: row.author_name,
            author_email: row.author_email,
            author_url: row.author_url,
            client_address: row.client_address,
            user_agent: row.user_agent,
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

/// A comment to be added; its place in the conversation follows from its id.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = comments)]
pub struct NewComment {
    /// On which article.
    pub article_id: ArticleId,
    /// What it answers.
    pub parent_id: Option<CommentId>,
    /// 1 for what answers the article itself.
    pub depth: i32,
    /// Where it stands.
    pub status: &'static str,
    /// Whether readers see it.
    pub shown: bool,
    /// Why not at once.
    pub held_for: Option<&'static str>,
    /// The account it was written with.
    pub user_id: Option<UserId>,
    /// Whether it was written with an account.
    pub is_staff: bool,
    /// The author's name.
    pub author_name: Option<String>,
    /// Their address.
    pub author_email: Option<String>,
    /// Their page.
    pub author_url: Option<String>,
    /// A hash of author and text.
    pub fingerprint: String,
    /// The network address it came from.
    pub client_address: String,
    /// The program it came from.
    pub user_agent: Option<String>,
    /// When these two are forgotten.
    pub client_data_expires_at: Timestamp,
    /// When it was posted.
    pub created_at: Timestamp,
    /// The same.
    pub updated_at: Timestamp,
    /// What was written.
    pub body: String,
    /// What is shown of it.
    pub html: String,
    /// Filled in once its id is known.
    pub path: Vec<u8>,
}
