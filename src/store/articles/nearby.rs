//! The neighbours of an article in time, and the newest articles of a tag.

use crate::store::prelude::*;

use super::row::{ArticleRow, FullArticleRow, HeadRow, JoinedOverrides, assemble, found};
use super::tags_column::TagsColumn;
use crate::domain::Time;
use crate::domain::article::{Article, ArticleId};
use crate::domain::tag::TagId;
use crate::store::schema::{article_comment_settings, article_tags, articles};
use crate::store::types::{Prose, Timestamp};
use crate::store::{Conn, StoreResult};

/// An article's place in the order of publication.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Neighbour {
    /// Article.
    pub id: ArticleId,
    /// Time of publication.
    pub published_at: Time,
}

/// A side of an article in the order of publication.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The article published before.
    Previous,
    /// The article published after.
    Next,
}

/// Finds the published article next to a place in the order of publication.
pub async fn neighbour(
    conn: &mut Conn<'_>,
    at: Time,
    id: ArticleId,
    side: Side,
) -> StoreResult<Option<ArticleId>> {
    let at = Timestamp(at);
    Ok(with_backend!(conn, {
        let published = articles::table
            .filter(articles::status.eq("published"))
            .select(articles::id)
            .into_boxed::<Backend>();
        let found = match side {
            Side::Previous => published
                .filter(articles::listed_at.le(at))
                .filter(articles::listed_at.lt(at).or(articles::id.lt(id)))
                .order((articles::listed_at.desc(), articles::id.desc())),
            Side::Next => published
                .filter(articles::listed_at.ge(at))
                .filter(articles::listed_at.gt(at).or(articles::id.gt(id)))
                .order((articles::listed_at.asc(), articles::id.asc())),
        };
        found.limit(1).get_result(conn).await.optional()
    })?)
}

/// Returns the newest published articles with a tag.
pub async fn newest_with_tag(
    conn: &mut Conn<'_>,
    tag: TagId,
    limit: i64,
) -> StoreResult<Vec<Neighbour>> {
    let rows: Vec<(ArticleId, Option<Timestamp>)> = with_backend!(
        conn,
        article_tags::table
            .filter(article_tags::tag_id.eq(tag))
            .filter(article_tags::published_at.is_not_null())
            .order((article_tags::published_at.desc(), article_tags::article_id.desc()))
            .select((article_tags::article_id, article_tags::published_at))
            .limit(limit)
            .load(conn)
            .await
    )?;
    Ok(rows
        .into_iter()
        .filter_map(|(id, at)| at.map(|at| Neighbour { id, published_at: at.0 }))
        .collect())
}

/// Returns articles in the order of `ids`, without their texts.
pub async fn summaries(conn: &mut Conn<'_>, ids: &[ArticleId]) -> StoreResult<Vec<Article>> {
    let rows: Vec<ArticleRow> = with_backend!(
        conn,
        articles::table
            .left_join(article_comment_settings::table)
            .filter(articles::id.eq_any(ids))
            .select(found!())
            .load(conn)
            .await
    )?;
    in_order(ids, rows.into_iter().map(assemble))
}

/// Returns articles in the order of `ids`, with their rendered texts.
pub async fn with_texts(conn: &mut Conn<'_>, ids: &[ArticleId]) -> StoreResult<Vec<Article>> {
    let rows: Vec<FullArticleRow> = with_backend!(
        conn,
        articles::table
            .left_join(article_comment_settings::table)
            .filter(articles::id.eq_any(ids))
            .select(found!(articles::html))
            .load(conn)
            .await
    )?;
    let rows = rows.into_iter().map(|(head, overrides, tags, Prose(html))| {
        Ok(Article { html: Some(html), ..assemble((head, overrides, tags))? })
    });
    in_order(ids, rows)
}

fn in_order(
    ids: &[ArticleId],
    rows: impl Iterator<Item = StoreResult<Article>>,
) -> StoreResult<Vec<Article>> {
    let mut found = rows.collect::<StoreResult<Vec<Article>>>()?;
    found.sort_by_key(|article| ids.iter().position(|id| *id == article.id));
    Ok(found)
}
