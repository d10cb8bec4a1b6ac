//! Comments in the database. Code that shows or hides comments must lock the article first
//! ([`super::articles::lock`]), so that its comment count stays right.

mod list;
mod listed;
mod privacy;
mod row;
mod throttles;

use diesel::dsl::exists;

pub use list::{list, place, thread};
pub use listed::{delete, update_lists};
pub use privacy::{by_person, delete_client_data, erase_author, erase_person};
pub use row::NewComment;
pub use throttles::{delete_expired_pauses, find_pause, lock_pause, pause};

use super::schema::comments;
use super::types::Timestamp;
use super::{Conn, StoreResult};
use crate::domain::Time;
use crate::domain::article::ArticleId;
use crate::domain::comment::{
    Comment, CommentEdit, CommentId, CommentStatus, HoldReason, path_below,
};
use crate::store::prelude::*;
use row::CommentRow;

/// Returns a comment with its source text.
pub async fn find(conn: &mut Conn<'_>, id: CommentId) -> StoreResult<Option<Comment>> {
    let row: Option<(CommentRow, String)> = with_backend!(
        conn,
        comments::table
            .find(id)
            .select((CommentRow::as_select(), comments::body))
            .get_result(conn)
            .await
            .optional()
    )?;
    row.map(Comment::try_from).transpose()
}

/// Returns the articles of existing comments.
pub async fn articles_of(
    conn: &mut Conn<'_>,
    ids: &[CommentId],
) -> StoreResult<Vec<(CommentId, ArticleId)>> {
    Ok(with_backend!(
        conn,
        comments::table
            .filter(comments::id.eq_any(ids))
            .select((comments::id, comments::article_id))
            .load(conn)
            .await
    )?)
}

/// Whether the article has another comment with this fingerprint outside the trash.
pub async fn is_repeated(
    conn: &mut Conn<'_>,
    article: ArticleId,
    fingerprint: &str,
    except: Option<CommentId>,
) -> StoreResult<bool> {
    Ok(with_backend!(
        conn,
        diesel::select(exists(
            comments::table
                .filter(comments::article_id.eq(article))
                .filter(comments::fingerprint.eq(fingerprint))
                // No comment has the id 0.
                .filter(comments::id.ne(except.unwrap_or(0)))
                .filter(comments::status.ne(CommentStatus::Trash.as_str()))
                .select(comments::id)
        ))
        .get_result(conn)
        .await
    )?)
}

/// Whether another comment with this email address was approved. Comments of signed-in users have no
/// address.
pub async fn is_known(
    conn: &mut Conn<'_>,
    email: &str,
    except: Option<CommentId>,
) -> StoreResult<bool> {
    Ok(with_backend!(
        conn,
        diesel::select(exists(
            comments::table
                .filter(comments::author_email.eq(email))
                .filter(comments::id.ne(except.unwrap_or(0)))
                .filter(comments::status.eq(CommentStatus::Approved.as_str()))
                .select(comments::id)
        ))
        .get_result(conn)
        .await
    )?)
}

/// Inserts a comment below `parent`, and counts it if it is shown.
pub async fn insert(
    conn: &mut Conn<'_>,
    new: &NewComment,
    parent: Option<&Comment>,
) -> StoreResult<CommentId> {
    let id: CommentId = with_backend!(
        conn,
        diesel::insert_into(comments::table)
            .values(new)
            .returning(comments::id)
            .get_result(conn)
            .await
    )?;
    let path = path_below(parent.map_or(&[], |parent| &parent.path), new.created_at.0, id);
    with_backend!(
        conn,
        diesel::update(comments::table.find(id)).set(comments::path.eq(path)).execute(conn).await
    )?;
    if new.shown {
        listed::add_to_count(conn, new.article_id, 1).await?;
    }
    Ok(id)
}

/// Updates a comment and its version. [`update_lists`] must follow.
pub async fn update(
    conn: &mut Conn<'_>,
    id: CommentId,
    edit: &CommentEdit,
    html: &str,
    now: Time,
) -> StoreResult<()> {
    with_backend!(
        conn,
        diesel::update(comments::table.find(id))
            .set((
                comments::status.eq(edit.status.as_str()),
                comments::shown.eq(edit.status == CommentStatus::Approved),
                comments::author_name.eq(&edit.author_name),
                comments::author_url.eq(&edit.author_url),
                comments::body.eq(&edit.body),
                comments::html.eq(html),
                comments::updated_at.eq(Timestamp(now)),
                comments::version.eq(comments::version + 1),
            ))
            .execute(conn)
            .await
    )?;
    Ok(())
}

/// The new text of a comment, by its author.
#[derive(Debug, Clone)]
pub struct NewText {
    /// The status.
    pub status: CommentStatus,
    /// The reason why it is held for moderation or marked as spam.
    pub held_for: Option<HoldReason>,
    /// The hash of author and text.
    pub fingerprint: String,
    /// The source text.
    pub body: String,
    /// The rendered text.
    pub html: String,
}

/// Replaces the text of a comment, and increments its version. [`update_lists`] must follow.
pub async fn replace_text(
    conn: &mut Conn<'_>,
    id: CommentId,
    text: &NewText,
    now: Time,
) -> StoreResult<()> {
    with_backend!(
        conn,
        diesel::update(comments::table.find(id))
            .set((
                comments::status.eq(text.status.as_str()),
                comments::shown.eq(text.status == CommentStatus::Approved),
                comments::held_for.eq(text.held_for.map(|reason| reason.as_str())),
                comments::fingerprint.eq(&text.fingerprint),
                comments::body.eq(&text.body),
                comments::html.eq(&text.html),
                comments::updated_at.eq(Timestamp(now)),
                comments::version.eq(comments::version + 1),
            ))
            .execute(conn)
            .await
    )?;
    Ok(())
}

/// Sets a comment's status, and increments its version. [`update_lists`] must follow.
pub async fn set_status(
    conn: &mut Conn<'_>,
    id: CommentId,
    status: CommentStatus,
    now: Time,
) -> StoreResult<()> {
    with_backend!(
        conn,
        diesel::update(comments::table.find(id))
            .set((
                comments::status.eq(status.as_str()),
                comments::shown.eq(status == CommentStatus::Approved),
                comments::updated_at.eq(Timestamp(now)),
                comments::version.eq(comments::version + 1),
            ))
            .execute(conn)
            .await
    )?;
    Ok(())
}

/// Deletes the hash of a comment's edit token, so that its author can't change it any more.
pub async fn delete_edit_token(conn: &mut Conn<'_>, id: CommentId) -> StoreResult<()> {
    with_backend!(
        conn,
        diesel::update(comments::table.find(id))
            .set((
                comments::edit_token_hash.eq(None::<Vec<u8>>),
                comments::editable_until.eq(None::<Timestamp>),
            ))
            .execute(conn)
            .await
    )?;
    Ok(())
}
