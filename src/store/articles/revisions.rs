//! Revisions of an article.

use crate::store::prelude::*;

use crate::domain::Time;
use crate::domain::article::{ArticleDraft, ArticleId, Revision};
use crate::domain::listing::{Page, PageRequest, Position, SortKey};
use crate::domain::user::UserId;
use crate::store::keyset::as_number;
use crate::store::schema::article_revisions;
use crate::store::types::Timestamp;
use crate::store::{Conn, StoreError, StoreResult};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = article_revisions)]
struct RevisionRow {
    article_id: i64,
    number: i64,
    editor_id: Option<i64>,
    created_at: Timestamp,
    snapshot: String,
}

impl TryFrom<RevisionRow> for Revision {
    type Error = StoreError;

    fn try_from(row: RevisionRow) -> Result<Self, StoreError> {
        let draft: ArticleDraft =
            serde_json::from_str(&row.snapshot).map_err(|error| StoreError::Corrupt {
                table: "article_revisions",
                reason: format!("{}/{}: {error}", row.article_id, row.number),
            })?;
        Ok(Self {
            number: row.number,
            editor_id: row.editor_id,
            created_at: row.created_at.0,
            draft,
        })
    }
}

/// Returns the number of the newest revision; 0 if there is none.
pub async fn last_revision_number(conn: &mut Conn<'_>, id: ArticleId) -> StoreResult<i64> {
    let last: Option<i64> = with_backend!(
        conn,
        article_revisions::table
            .filter(article_revisions::article_id.eq(id))
            .select(diesel::dsl::max(article_revisions::number))
            .get_result(conn)
            .await
    )?;
    Ok(last.unwrap_or(0))
}

/// Adds a revision.
pub async fn add_revision(
    conn: &mut Conn<'_>,
    id: ArticleId,
    number: i64,
    editor: Option<UserId>,
    draft: &ArticleDraft,
    now: Time,
) -> StoreResult<()> {
    let snapshot =
        serde_json::to_string(draft).map_err(|error| StoreError::Query(error.to_string()))?;
    let row =
        RevisionRow { article_id: id, number, editor_id: editor, created_at: now.into(), snapshot };
    with_backend!(
        conn,
        diesel::insert_into(article_revisions::table).values(&row).execute(conn).await
    )?;
    Ok(())
}

/// Finds a revision.
pub async fn revision(
    conn: &mut Conn<'_>,
    id: ArticleId,
    number: i64,
) -> StoreResult<Option<Revision>> {
    let row: Option<RevisionRow> = with_backend!(
        conn,
        article_revisions::table
            .find((id, number))
            .select(RevisionRow::as_select())
            .get_result(conn)
            .await
            .optional()
    )?;
    row.map(Revision::try_from).transpose()
}

/// Returns a page of revisions, newest first.
pub async fn list_revisions(
    conn: &mut Conn<'_>,
    id: ArticleId,
    page: &PageRequest,
) -> StoreResult<Page<Revision>> {
    let (rows, total): (Vec<RevisionRow>, Option<i64>) = with_backend!(conn, {
        let mut rows = article_revisions::table
            .filter(article_revisions::article_id.eq(id))
            .select(RevisionRow::as_select())
            .into_boxed::<Backend>();
        let rows = keyset!(
            rows,
            article_revisions::number,
            article_revisions::number,
            page,
            crate::domain::listing::Direction::Descending,
            as_number
        );
        let rows = rows.load(conn).await?;
        let total = if page.total {
            let count = article_revisions::table.filter(article_revisions::article_id.eq(id));
            Some(count.count().get_result(conn).await?)
        } else {
            None
        };
        (rows, total)
    });
    let mut found = Page::from_found(rows, page, |row| Position {
        key: SortKey::Number(row.number),
        id: row.number,
    });
    let revisions = std::mem::take(&mut found.rows)
        .into_iter()
        .map(Revision::try_from)
        .collect::<StoreResult<Vec<_>>>()?;
    Ok(Page { rows: revisions, next: found.next, prev: found.prev, total })
}
