//! Single articles: reads, writes and changes of status. Each change increases the article's
//! version.

mod attached;
mod counters;
mod list;
mod nearby;
mod plan;
mod previous_publications;
mod revisions;
mod row;
mod select;
mod slugs;
mod statistics;
mod tags_column;

use diesel::IntoSql;
use diesel::sql_types::Bool;

use crate::store::prelude::*;

pub use attached::{repeat_publication, set_credit_keys, set_tags};
pub use list::{add_html, list};
pub use nearby::{Neighbour, Side, neighbour, newest_with_tag, summaries, with_texts};
pub use previous_publications::{last_published_at, set_previous_publication};
pub use revisions::{add_revision, last_revision_number, list_revisions, revision};
pub use row::{ArticleColumns, Projection};
pub use slugs::{find_former_slug, former_slug_keys, is_slug_seen, set_slug, set_slug_seen};

use super::schema::{article_comment_settings, articles};
use super::types::{Prose, Timestamp};
use super::{Conn, StoreResult, dialect};
use crate::domain::Time;
use crate::domain::article::{Article, ArticleId, Status};
use row::{BodyRow, FullArticleRow, HeadRow, JoinedOverrides, assemble, found};
use tags_column::TagsColumn;

/// Finds an article by its id, with its tags and comment settings, in one query.
pub async fn find(
    conn: &mut Conn<'_>,
    id: ArticleId,
    projection: Projection,
) -> StoreResult<Option<Article>> {
    let found: Option<FullArticleRow> = with_backend!(
        conn,
        articles::table
            .left_join(article_comment_settings::table)
            .filter(articles::id.eq(id))
            .select(found!(articles::html))
            .get_result(conn)
            .await
            .optional()
    )?;
    complete(conn, found, projection).await
}

/// Finds an article by the folded key of its current slug.
pub async fn find_by_slug_key(
    conn: &mut Conn<'_>,
    key: &str,
    projection: Projection,
) -> StoreResult<Option<Article>> {
    let found: Option<FullArticleRow> = with_backend!(
        conn,
        articles::table
            .left_join(article_comment_settings::table)
            .filter(articles::slug_key.eq(key))
            .select(found!(articles::html))
            .get_result(conn)
            .await
            .optional()
    )?;
    complete(conn, found, projection).await
}

async fn complete(
    conn: &mut Conn<'_>,
    found: Option<FullArticleRow>,
    projection: Projection,
) -> StoreResult<Option<Article>> {
    let Some((head, overrides, tags, Prose(html))) = found else { return Ok(None) };
    let mut article = assemble((head, overrides, tags))?;
    if projection != Projection::Summary {
        article.html = Some(html);
    }
    if projection == Projection::Full {
        let body: BodyRow = with_backend!(
            conn,
            articles::table.find(article.id).select(BodyRow::as_select()).get_result(conn).await
        )?;
        article.source = Some(body.try_into()?);
    }
    Ok(Some(article))
}

/// Returns whether there is an article.
pub async fn any(conn: &mut Conn<'_>) -> StoreResult<bool> {
    let first: Option<i64> = with_backend!(
        conn,
        articles::table
            .select(articles::id)
            .order(articles::id)
            .limit(1)
            .get_result(conn)
            .await
            .optional()
    )?;
    Ok(first.is_some())
}

/// Adds an article.
///
/// # Errors
/// `Duplicate` when the slug is taken, in any spelling with the same folded key.
pub async fn insert(
    conn: &mut Conn<'_>,
    columns: &ArticleColumns,
    placement: &NewPlacement,
) -> StoreResult<ArticleId> {
    let is_public = placement.status == Status::Published.as_str();
    Ok(with_backend!(
        conn,
        diesel::insert_into(articles::table)
            .values((columns, placement, articles::slug_seen.eq(is_public)))
            .returning(articles::id)
            .get_result(conn)
            .await
    )?)
}

/// The status, times and author of a new article.
#[derive(Clone, Insertable)]
#[diesel(table_name = articles)]
pub struct NewPlacement {
    /// Status.
    pub status: String,
    /// Time of publication.
    pub published_at: Option<Timestamp>,
    /// Time that lists sort by.
    pub listed_at: Timestamp,
    /// Time of creation.
    pub created_at: Timestamp,
    /// Time of the last change.
    pub updated_at: Timestamp,
    /// Author.
    pub author_id: Option<i64>,
}

/// Writes an editor's changes.
///
/// # Errors
/// As [`insert`].
pub async fn update(
    conn: &mut Conn<'_>,
    id: ArticleId,
    columns: &ArticleColumns,
    now: Time,
) -> StoreResult<()> {
    with_backend!(
        conn,
        diesel::update(articles::table.find(id))
            .set((
                columns,
                articles::updated_at.eq(Timestamp(now)),
                articles::version.eq(articles::version + 1),
            ))
            .execute(conn)
            .await
    )?;
    Ok(())
}

/// Records a change outside the article's own columns, such as its tags or comment settings.
pub async fn touch(conn: &mut Conn<'_>, id: ArticleId, now: Time) -> StoreResult<()> {
    with_backend!(
        conn,
        diesel::update(articles::table.find(id))
            .set((
                articles::updated_at.eq(Timestamp(now)),
                articles::version.eq(articles::version + 1),
            ))
            .execute(conn)
            .await
    )?;
    Ok(())
}

/// Changes an article's status.
pub async fn set_status(
    conn: &mut Conn<'_>,
    article: &Article,
    status: Status,
    published_at: Option<Time>,
    now: Time,
) -> StoreResult<()> {
    let trashed_from = (status == Status::Trashed).then(|| article.status.as_str());
    let listed_at = published_at.unwrap_or(article.created_at);
    let is_public = (status == Status::Published).into_sql::<Bool>();
    with_backend!(
        conn,
        diesel::update(articles::table.find(article.id))
            .set((
                articles::status.eq(status.as_str()),
                articles::trashed_from.eq(trashed_from),
                articles::published_at.eq(published_at.map(Timestamp)),
                articles::listed_at.eq(Timestamp(listed_at)),
                articles::slug_seen.eq(articles::slug_seen.or(is_public)),
                articles::updated_at.eq(Timestamp(now)),
                articles::version.eq(articles::version + 1),
            ))
            .execute(conn)
            .await
    )?;
    Ok(())
}

/// Deletes an article permanently, with its tags, comments and revisions.
pub async fn delete(conn: &mut Conn<'_>, id: ArticleId) -> StoreResult<()> {
    with_backend!(conn, diesel::delete(articles::table.find(id)).execute(conn).await)?;
    Ok(())
}

/// Locks an article until the transaction ends.
pub async fn lock(conn: &mut Conn<'_>, id: ArticleId) -> StoreResult<()> {
    dialect::lock_row(conn, "articles", id).await
}

/// Returns the scheduled articles that are due, in the order of their times.
pub async fn due(conn: &mut Conn<'_>, now: Time) -> StoreResult<Vec<ArticleId>> {
    Ok(with_backend!(
        conn,
        articles::table
            .filter(articles::status.eq(Status::Scheduled.as_str()))
            .filter(articles::published_at.le(Timestamp(now)))
            .order((articles::listed_at, articles::id))
            .select(articles::id)
            .load(conn)
            .await
    )?)
}

/// Returns the time at which the next scheduled article is due.
pub async fn next_due(conn: &mut Conn<'_>) -> StoreResult<Option<Time>> {
    let next: Option<Timestamp> = with_backend!(
        conn,
        articles::table
            .filter(articles::status.eq("scheduled"))
            .order(articles::listed_at)
            .select(articles::listed_at)
            .limit(1)
            .get_result(conn)
            .await
            .optional()
    )?;
    Ok(next.map(|stamp| stamp.0))
}
