//! The neighbours of an article in time, and the newest articles of a tag.

use std::ops::Range;

use crate::store::prelude::*;

use super::row::{ArticleRow, FullArticleRow, HeadRow, JoinedOverrides, assemble, found};
use super::statistics::languages;
use super::tags_column::TagsColumn;
use crate::domain::Time;
use crate::domain::article::{Article, ArticleId};
use crate::domain::listing::variants;
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

/// Finds the published article next to a place in the order of publication, of a language and its
/// variants if it is given.
pub async fn neighbour(
    conn: &mut Conn<'_>,
    place: Neighbour,
    side: Side,
    lang: Option<&str>,
) -> StoreResult<Option<ArticleId>> {
    let langs = match lang {
        None => vec![Languages::All],
        Some(lang) => match languages(conn, lang).await? {
            // The index by language is in the order of publication for each variant.
            Some(langs) => langs.into_iter().map(Languages::One).collect(),
            None => vec![Languages::Variants(lang.to_owned())],
        },
    };
    let mut found = Vec::with_capacity(langs.len());
    for langs in &langs {
        found.extend(neighbour_in(conn, place, side, langs).await?);
    }
    let key = |one: &Neighbour| (one.published_at, one.id);
    let nearest = match side {
        Side::Previous => found.into_iter().max_by_key(key),
        Side::Next => found.into_iter().min_by_key(key),
    };
    Ok(nearest.map(|nearest| nearest.id))
}

/// The languages of the neighbours.
enum Languages {
    All,
    One(String),
    Variants(String),
}

async fn neighbour_in(
    conn: &mut Conn<'_>,
    Neighbour { id, published_at }: Neighbour,
    side: Side,
    langs: &Languages,
) -> StoreResult<Option<Neighbour>> {
    let at = Timestamp(published_at);
    let found: Option<(ArticleId, Timestamp)> = with_backend!(conn, {
        let mut published = articles::table
            .filter(articles::status.eq("published"))
            .select((articles::id, articles::listed_at))
            .into_boxed::<Backend>();
        published = match langs {
            Languages::All => published,
            Languages::One(lang) => published.filter(articles::lang.eq(lang)),
            Languages::Variants(lang) => {
                let Range { start, end } = variants(lang);
                published.filter(articles::lang.ge(start)).filter(articles::lang.lt(end))
            }
        };
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
    })?;
    Ok(found.map(|(id, at)| Neighbour { id, published_at: at.0 }))
}

/// Returns the newest published articles with a tag, of a language and its variants if it is given.
pub async fn newest_with_tag(
    conn: &mut Conn<'_>,
    tag: TagId,
    lang: Option<&str>,
    limit: i64,
) -> StoreResult<Vec<Neighbour>> {
    let rows: Vec<(ArticleId, Option<Timestamp>)> = with_backend!(conn, {
        let mut tagged = article_tags::table
            .filter(article_tags::tag_id.eq(tag))
            .filter(article_tags::published_at.is_not_null())
            .into_boxed::<Backend>();
        if let Some(Range { start, end }) = lang.map(variants) {
            tagged = tagged.filter(article_tags::lang.ge(start)).filter(article_tags::lang.lt(end));
        }
        tagged
            .order((article_tags::published_at.desc(), article_tags::article_id.desc()))
            .select((article_tags::article_id, article_tags::published_at))
            .limit(limit)
            .load(conn)
            .await
    })?;
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
