//! Comments in the database. Code that shows or hides comments must lock the article first
//! ([`super::articles::lock`]), so that its comment count stays right.

mod list;
mod privacy;
mod row;
mod throttles;

use diesel::dsl::exists;

pub use list::{list, thread};
pub use privacy::{by_person, delete_client_data, erase_author, erase_person};
pub use row::NewComment;
pub use throttles::{delete_expired_pauses, find_pause, lock_pause, pause};

use super::schema::{articles, comments};
use super::types::Timestamp;
use super::{Conn, StoreResult};
use crate::domain::Time;
use crate::domain::article::ArticleId;
use crate::domain::comment::{
    Comment, CommentEdit, CommentId, CommentStatus, path_below, path_end,
};
use crate::store::prelude::*;
use row::CommentRow;

/// The most ids in one statement.
const IDS_PER_STATEMENT: usize = 500;

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

/// Whether the article has a comment with this fingerprint outside the trash.
pub async fn is_repeated(
    conn: &mut Conn<'_>,
    article: ArticleId,
    fingerprint: &str,
) -> StoreResult<bool> {
    Ok(with_backend!(
        conn,
        diesel::select(exists(
            comments::table
                .filter(comments::article_id.eq(article))
                .filter(comments::fingerprint.eq(fingerprint))
                .filter(comments::status.ne(CommentStatus::Trash.as_str()))
                .select(comments::id)
        ))
        .get_result(conn)
        .await
    )?)
}

/// Whether a comment with this email address was approved. Comments of signed-in users have no
/// address.
pub async fn is_known(conn: &mut Conn<'_>, email: &str) -> StoreResult<bool> {
    Ok(with_backend!(
        conn,
        diesel::select(exists(
            comments::table
                .filter(comments::author_email.eq(email))
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
    let path = path_below(parent.map_or(&[], |parent| &parent.path), id);
    let root = parent.and_then(Comment::root_id).unwrap_or(id);
    with_backend!(
        conn,
        diesel::update(comments::table.find(id))
            .set((comments::path.eq(path), comments::root_id.eq(root)))
            .execute(conn)
            .await
    )?;
    if new.shown {
        add_to_count(conn, new.article_id, 1).await?;
    }
    Ok(id)
}

/// Updates a comment and its version, and hides it. [`set_shown`] must follow.
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
                // [`set_shown`] shows it again if it is approved.
                comments::shown.eq(false),
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

/// Sets a comment's status, increments its version, and hides it. [`set_shown`] must follow.
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
                comments::shown.eq(false),
                comments::updated_at.eq(Timestamp(now)),
                comments::version.eq(comments::version + 1),
            ))
            .execute(conn)
            .await
    )?;
    Ok(())
}

/// Shows or hides a comment and its replies after a change of status. `comment` is the state
/// before.
pub async fn set_shown(
    conn: &mut Conn<'_>,
    comment: &Comment,
    status: CommentStatus,
) -> StoreResult<()> {
    let shown = status == CommentStatus::Approved && parent_is_shown(conn, comment).await?;
    if shown {
        with_backend!(
            conn,
            diesel::update(comments::table.find(comment.id))
                .set(comments::shown.eq(true))
                .execute(conn)
                .await
        )?;
    }
    match (comment.shown, shown) {
        (false, true) => {
            let below = show_below(conn, comment.id).await?;
            add_to_count(conn, comment.article_id, 1 + below).await
        }
        (true, false) => {
            let below = hide_below(conn, comment).await?;
            add_to_count(conn, comment.article_id, -1 - below).await
        }
        _ => Ok(()),
    }
}

async fn parent_is_shown(conn: &mut Conn<'_>, comment: &Comment) -> StoreResult<bool> {
    let Some(parent) = comment.parent_id else { return Ok(true) };
    Ok(with_backend!(
        conn,
        comments::table.find(parent).select(comments::shown).get_result(conn).await
    )?)
}

/// Shows the approved replies to a comment, level by level. Returns their number.
async fn show_below(conn: &mut Conn<'_>, id: CommentId) -> StoreResult<i64> {
    let (mut level, mut all) = (vec![id], 0);
    while !level.is_empty() {
        let mut next = Vec::new();
        for parents in level.chunks(IDS_PER_STATEMENT) {
            let parents: Vec<Option<CommentId>> = parents.iter().copied().map(Some).collect();
            let ids: Vec<CommentId> = with_backend!(
                conn,
                diesel::update(
                    comments::table
                        .filter(comments::parent_id.eq_any(parents))
                        .filter(comments::status.eq(CommentStatus::Approved.as_str()))
                        .filter(comments::shown.eq(false)),
                )
                .set(comments::shown.eq(true))
                .returning(comments::id)
                .load(conn)
                .await
            )?;
            next.extend(ids);
        }
        all += i64::try_from(next.len()).unwrap_or(i64::MAX);
        level = next;
    }
    Ok(all)
}

/// Hides all replies below a comment. Returns the number that was shown.
async fn hide_below(conn: &mut Conn<'_>, comment: &Comment) -> StoreResult<i64> {
    let hidden = with_backend!(
        conn,
        diesel::update(
            comments::table
                .filter(comments::article_id.eq(comment.article_id))
                .filter(comments::shown.eq(true))
                .filter(comments::path.gt(&comment.path))
                .filter(comments::path.lt(path_end(&comment.path))),
        )
        .set(comments::shown.eq(false))
        .execute(conn)
        .await
    )?;
    Ok(i64::try_from(hidden).unwrap_or(i64::MAX))
}

/// Deletes a comment and all replies below it.
pub async fn delete(conn: &mut Conn<'_>, comment: &Comment) -> StoreResult<()> {
    if comment.shown {
        let below = hide_below(conn, comment).await?;
        add_to_count(conn, comment.article_id, -1 - below).await?;
    }
    with_backend!(conn, diesel::delete(comments::table.find(comment.id)).execute(conn).await)?;
    Ok(())
}

/// Adds to an article's comment count. The article's version stays the same.
async fn add_to_count(conn: &mut Conn<'_>, article: ArticleId, by: i64) -> StoreResult<()> {
    with_backend!(
        conn,
        diesel::update(articles::table.find(article))
            .set(articles::comment_count.eq(articles::comment_count + by))
            .execute(conn)
            .await
    )?;
    Ok(())
}
