//! The comments that readers' lists contain: shown ones, and the tombstones above them. A hidden
//! comment stays listed as long as a reply below it is shown.

use diesel::dsl::exists;

use crate::domain::article::ArticleId;
use crate::domain::comment::{
    Comment, CommentStatus, path_ancestors, path_end, path_id, path_parent,
};
use crate::store::prelude::*;
use crate::store::schema::{articles, comments};
use crate::store::{Conn, StoreResult};

/// Lists or unlists a comment and the tombstones above it after a change of status. `before` is the
/// comment before the change.
pub async fn update_lists(
    conn: &mut Conn<'_>,
    before: &Comment,
    status: CommentStatus,
) -> StoreResult<()> {
    match (before.shown, status == CommentStatus::Approved) {
        (false, true) => {
            list_path(conn, before).await?;
            add_to_count(conn, before.article_id, 1).await
        }
        (true, false) => {
            unlist_path(conn, before.article_id, &before.path).await?;
            add_to_count(conn, before.article_id, -1).await
        }
        _ => Ok(()),
    }
}

/// Deletes a comment and all replies below it.
pub async fn delete(conn: &mut Conn<'_>, comment: &Comment) -> StoreResult<()> {
    let shown: i64 = with_backend!(
        conn,
        comments::table
            .filter(comments::article_id.eq(comment.article_id))
            .filter(comments::listed.eq(true))
            .filter(comments::path.ge(&comment.path))
            .filter(comments::path.lt(path_end(&comment.path)))
            .filter(comments::shown.eq(true))
            .count()
            .get_result(conn)
            .await
    )?;
    with_backend!(conn, diesel::delete(comments::table.find(comment.id)).execute(conn).await)?;
    if shown == 0 {
        return Ok(());
    }
    unlist_path(conn, comment.article_id, path_parent(&comment.path)).await?;
    add_to_count(conn, comment.article_id, -shown).await
}

/// Lists a comment that is shown now, and the tombstones above it.
async fn list_path(conn: &mut Conn<'_>, comment: &Comment) -> StoreResult<()> {
    let mut ids = path_ancestors(&comment.path);
    ids.push(comment.id);
    with_backend!(
        conn,
        diesel::update(
            comments::table.filter(comments::id.eq_any(ids)).filter(comments::listed.eq(false))
        )
        .set(comments::listed.eq(true))
        .execute(conn)
        .await
    )?;
    Ok(())
}

/// Unlists the hidden comments on a path, from its end up to the first one with a shown comment in
/// its thread.
async fn unlist_path(conn: &mut Conn<'_>, article: ArticleId, path: &[u8]) -> StoreResult<()> {
    let mut path = path;
    while let Some(id) = path_id(path) {
        if is_any_shown(conn, article, path).await? {
            return Ok(());
        }
        with_backend!(
            conn,
            diesel::update(comments::table.find(id))
                .set(comments::listed.eq(false))
                .execute(conn)
                .await
        )?;
        path = path_parent(path);
    }
    Ok(())
}

/// Whether the comment with this path, or a reply below it, is shown.
async fn is_any_shown(conn: &mut Conn<'_>, article: ArticleId, path: &[u8]) -> StoreResult<bool> {
    Ok(with_backend!(
        conn,
        diesel::select(exists(
            comments::table
                .filter(comments::article_id.eq(article))
                .filter(comments::listed.eq(true))
                .filter(comments::path.ge(path))
                .filter(comments::path.lt(path_end(path)))
                .filter(comments::shown.eq(true))
                .select(comments::id)
        ))
        .get_result(conn)
        .await
    )?)
}

/// Adds to an article's comment count. The article's version stays the same.
pub(super) async fn add_to_count(
    conn: &mut Conn<'_>,
    article: ArticleId,
    by: i64,
) -> StoreResult<()> {
    with_backend!(
        conn,
        diesel::update(articles::table.find(article))
            .set(articles::comment_count.eq(articles::comment_count + by))
            .execute(conn)
            .await
    )?;
    Ok(())
}
