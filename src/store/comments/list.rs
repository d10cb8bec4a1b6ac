//! Lists of comments: an article's conversation for readers, and the moderation queue.

use super::row::CommentRow;
use crate::domain::article::ArticleId;
use crate::domain::comment::{Comment, CommentId, CommentQuery, path_root};
use crate::domain::comment_settings::CommentOrder;
use crate::domain::listing::{Direction, Page, PageRequest, Position, SortKey, Start};
use crate::store::keyset::{as_bytes, as_time};
use crate::store::prelude::*;
use crate::store::schema::comments;
use crate::store::{Conn, StoreError, StoreResult};

/// Returns a page of an article's listed comments in the order of the conversation. Replies follow
/// their parent, oldest first. Threads are ordered by their times, in either direction. Each order has
/// an index.
pub async fn thread(
    conn: &mut Conn<'_>,
    article: ArticleId,
    order: CommentOrder,
    page: &PageRequest,
) -> StoreResult<Page<Comment>> {
    let (position, back) = match &page.start {
        Start::Beginning => (None, false),
        Start::After(position) => (Some(position), false),
        Start::Before(position) => (Some(position), true),
    };
    let start = position.map(root_and_path).transpose()?;
    let (rows, total): (Vec<CommentRow>, Option<i64>) = with_backend!(conn, {
        let listed = comments::table
            .filter(comments::article_id.eq(article))
            .filter(comments::listed.eq(true));
        let mut rows = listed.select(CommentRow::as_select()).into_boxed::<Backend>();
        if let Some((root, path)) = &start {
            rows = match (order, back) {
                (CommentOrder::Oldest, false) => rows.filter(comments::path.gt(path)),
                (CommentOrder::Oldest, true) => rows.filter(comments::path.lt(path)),
                (CommentOrder::Newest, false) => rows.filter(
                    comments::root_path
                        .le(root)
                        .and(comments::root_path.lt(root).or(comments::path.gt(path))),
                ),
                (CommentOrder::Newest, true) => rows.filter(
                    comments::root_path
                        .ge(root)
                        .and(comments::root_path.gt(root).or(comments::path.lt(path))),
                ),
            };
        }
        rows = match (order, back) {
            (CommentOrder::Oldest, false) => rows.order(comments::path.asc()),
            (CommentOrder::Oldest, true) => rows.order(comments::path.desc()),
            (CommentOrder::Newest, false) => {
                rows.order((comments::root_path.desc(), comments::path.asc()))
            }
            (CommentOrder::Newest, true) => {
                rows.order((comments::root_path.asc(), comments::path.desc()))
            }
        };
        let rows = rows.limit(i64::from(page.limit) + 1).load(conn).await?;
        let total = if page.total { Some(listed.count().get_result(conn).await?) } else { None };
        (rows, total)
    });
    let rows = rows.into_iter().map(Comment::try_from).collect::<StoreResult<_>>()?;
    let mut page = Page::from_found(rows, page, |comment: &Comment| {
        place_of(comment.path.clone(), comment.id)
    });
    page.total = total;
    Ok(page)
}

fn place_of(path: Vec<u8>, id: CommentId) -> Position {
    Position { key: SortKey::Bytes(path), id }
}

/// Returns the position before the page that holds a listed comment, in a list that is read from its
/// beginning with this limit. `None` for the first page.
pub async fn place(
    conn: &mut Conn<'_>,
    comment: &Comment,
    order: CommentOrder,
    limit: u8,
) -> StoreResult<Option<Position>> {
    let root = comment.root_path().unwrap_or(&comment.path);
    let found: Option<(Vec<u8>, CommentId)> = with_backend!(conn, {
        let before = || {
            let listed = comments::table
                .filter(comments::article_id.eq(comment.article_id))
                .filter(comments::listed.eq(true))
                .into_boxed::<Backend>();
            match order {
                CommentOrder::Oldest => listed.filter(comments::path.lt(&comment.path)),
                CommentOrder::Newest => listed.filter(
                    comments::root_path
                        .ge(root)
                        .and(comments::root_path.gt(root).or(comments::path.lt(&comment.path))),
                ),
            }
        };
        let count: i64 = before().count().get_result(conn).await?;
        let on_page = count % i64::from(limit.max(1));
        if on_page == count {
            None
        } else {
            let backwards = match order {
                CommentOrder::Oldest => before().order(comments::path.desc()),
                CommentOrder::Newest => {
                    before().order((comments::root_path.asc(), comments::path.desc()))
                }
            };
            let backwards = backwards.limit(on_page + 1).select((comments::path, comments::id));
            let mut before: Vec<(Vec<u8>, CommentId)> = backwards.load(conn).await?;
            before.pop()
        }
    });
    Ok(found.map(|(path, id)| place_of(path, id)))
}

/// Returns the paths of a cursor's thread and comment.
fn root_and_path(position: &Position) -> StoreResult<(Vec<u8>, Vec<u8>)> {
    let path = as_bytes(&position.key)?;
    let root = path_root(&path)
        .ok_or_else(|| StoreError::Query("a cursor's key is not a comment path".into()))?;
    Ok((root.to_vec(), path))
}

/// Returns a page of comments of any status, newest first.
pub async fn list(conn: &mut Conn<'_>, query: &CommentQuery) -> StoreResult<Page<Comment>> {
    let (rows, total): (Vec<(CommentRow, String)>, Option<i64>) = with_backend!(conn, {
        let filtered = || {
            let mut all = comments::table.into_boxed::<Backend>();
            if let Some(status) = query.status {
                all = all.filter(comments::status.eq(status.as_str()));
            }
            if let Some(article) = query.article_id {
                all = all.filter(comments::article_id.eq(article));
            }
            if let Some(email) = &query.email {
                all = all.filter(comments::author_email.eq(email));
            }
            all
        };
        let mut rows = filtered().select((CommentRow::as_select(), comments::body));
        let (page, direction) = (&query.page, Direction::Descending);
        let rows = keyset!(rows, comments::created_at, comments::id, page, direction, as_time);
        let rows = rows.load(conn).await?;
        let total =
            if query.page.total { Some(filtered().count().get_result(conn).await?) } else { None };
        (rows, total)
    });
    let rows = rows.into_iter().map(Comment::try_from).collect::<StoreResult<_>>()?;
    let mut page = Page::from_found(rows, &query.page, |comment: &Comment| Position {
        key: SortKey::Time(comment.created_at),
        id: comment.id,
    });
    page.total = total;
    Ok(page)
}
