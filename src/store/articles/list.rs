//! Pages of article lists. One query for each access path of the plan reads the rows with their
//! tags; the texts and the total are queries of their own.

use crate::store::prelude::*;

use super::plan::{AccessPath, ListPlan, Total};
use super::row::{ArticleRow, HeadRow, JoinedOverrides, assemble, found};
use super::statistics::{CommentFilter, Statistics};
use super::tags_column::TagsColumn;
use super::{counters, select};
use crate::domain::Time;
use crate::domain::article::{Article, ArticleId};
use crate::domain::listing::{ArticleQuery, ArticleSort, Direction, Page, Position, SortKey};
use crate::store::schema::articles;
use crate::store::{Conn, StoreResult, comment_settings};

/// Returns a page of articles.
pub async fn list(
    conn: &mut Conn<'_>,
    query: &ArticleQuery,
    now: Time,
) -> StoreResult<Page<Article>> {
    let comments = comment_filter(conn, query, now).await?;
    let statistics = Statistics::read(conn, query, comments.as_ref()).await?;
    let plan = ListPlan::choose(query, comments, &statistics);
    let mut rows = Vec::new();
    for path in &plan.paths {
        rows.extend(read(conn, path).await?);
    }
    if plan.paths.len() > 1 {
        merge(&mut rows, query);
    }
    let mut page = Page::from_found(rows, &query.page, |(head, ..)| Position {
        id: head.id,
        key: match query.sort {
            ArticleSort::PublishedAt => SortKey::Time(head.listed_at.0),
            ArticleSort::UpdatedAt => SortKey::Time(head.updated_at.0),
            ArticleSort::Title => SortKey::Bytes(head.title_sort.clone()),
        },
    });
    let rows = std::mem::take(&mut page.rows).into_iter().map(assemble);
    let rows = rows.collect::<StoreResult<Vec<Article>>>()?;
    let total = match &plan.total {
        Some(total) => Some(count(conn, total).await?),
        None => None,
    };
    let mut page = Page { rows, next: page.next, prev: page.prev, total };
    if query.with_html {
        add_html(conn, &mut page.rows).await?;
    }
    Ok(page)
}

async fn comment_filter(
    conn: &mut Conn<'_>,
    query: &ArticleQuery,
    now: Time,
) -> StoreResult<Option<CommentFilter>> {
    let Some(state) = query.comments else { return Ok(None) };
    let rules = comment_settings::site(conn).await?.rules;
    let days = rules.close_comments_after_days.unwrap_or(0);
    Ok(Some(CommentFilter { state, default: rules.comments, days, now }))
}

async fn read(conn: &mut Conn<'_>, path: &AccessPath) -> StoreResult<Vec<ArticleRow>> {
    Ok(with_backend!(conn, select::page::<Backend, _>(found!(), path)?.load(conn).await)?)
}

async fn count(conn: &mut Conn<'_>, total: &Total) -> StoreResult<i64> {
    match total {
        Total::Published => counters::published(conn).await,
        Total::Tagged(tag) => counters::tagged(conn, *tag).await,
        Total::Counted(rows) => {
            Ok(with_backend!(conn, select::count::<Backend>(rows).get_result(conn).await)?)
        }
    }
}

/// Sorts the first rows of several access paths into one page. An article may be in several.
fn merge(rows: &mut Vec<ArticleRow>, query: &ArticleQuery) {
    rows.sort_by(|(a, ..), (b, ..)| {
        let order = match query.sort {
            ArticleSort::PublishedAt => a.listed_at.cmp(&b.listed_at),
            ArticleSort::UpdatedAt => a.updated_at.cmp(&b.updated_at),
            ArticleSort::Title => a.title_sort.cmp(&b.title_sort),
        };
        let order = order.then(a.id.cmp(&b.id));
        match query.travels() {
            Direction::Ascending => order,
            Direction::Descending => order.reverse(),
        }
    });
    rows.dedup_by_key(|(head, ..)| head.id);
}

/// Adds the rendered texts to articles.
pub async fn add_html(conn: &mut Conn<'_>, rows: &mut [Article]) -> StoreResult<()> {
    let ids: Vec<ArticleId> = rows.iter().map(|article| article.id).collect();
    let texts: Vec<(ArticleId, String)> = with_backend!(
        conn,
        articles::table
            .filter(articles::id.eq_any(&ids))
            .select((articles::id, articles::html))
            .load(conn)
            .await
    )?;
    for (id, html) in texts {
        if let Some(article) = rows.iter_mut().find(|article| article.id == id) {
            article.html = Some(html);
        }
    }
    Ok(())
}
