//! Articles whose index entry is missing or was made by another version of the analyser ("due").

use diesel::sql_query;
use diesel::sql_types::{BigInt, Integer};

use crate::domain::article::{ArticleId, Status};
use crate::store::prelude::*;
use crate::store::schema::{articles, search_documents};
use crate::store::{Conn, StoreError, StoreResult};
use crate::text::analyse;
use crate::text::lang::Lang;

/// An article to index.
#[derive(Debug, Clone)]
pub struct Due {
    /// The article's id.
    pub id: ArticleId,
    /// The article's version.
    pub version: i64,
    /// The article's status.
    pub status: Status,
    /// Its language.
    pub lang: Lang,
    /// The headline.
    pub title: String,
    /// The subtitle.
    pub subtitle: Option<String>,
    /// The rendered text.
    pub html: String,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = articles)]
struct DueRow {
    id: i64,
    version: i64,
    status: String,
    lang: String,
    title: String,
    subtitle: Option<String>,
    html: String,
}

impl TryFrom<DueRow> for Due {
    type Error = StoreError;

    fn try_from(row: DueRow) -> Result<Self, StoreError> {
        let corrupt = |column: &str, value: &str| StoreError::Corrupt {
            table: "articles",
            reason: format!("{column} of {} is {value:?}", row.id),
        };
        Ok(Self {
            status: row.status.parse().map_err(|_| corrupt("status", &row.status))?,
            lang: Lang::parse(&row.lang).map_err(|_| corrupt("lang", &row.lang))?,
            id: row.id,
            version: row.version,
            title: row.title,
            subtitle: row.subtitle,
            html: row.html,
        })
    }
}

/// Returns due articles after `after`, by id, at limit `limit`.
pub async fn due(conn: &mut Conn<'_>, after: ArticleId, limit: i64) -> StoreResult<Vec<Due>> {
    let current = search_documents::table
        .filter(search_documents::article_id.eq(articles::id))
        .filter(search_documents::analyser.eq(analyse::VERSION));
    let rows: Vec<DueRow> = with_backend!(
        conn,
        articles::table
            .filter(articles::id.gt(after))
            .filter(diesel::dsl::not(diesel::dsl::exists(current)))
            .order(articles::id)
            .limit(limit)
            .select(DueRow::as_select())
            .load(conn)
            .await
    )?;
    rows.into_iter().map(Due::try_from).collect()
}

/// Returns the texts of an article, whether it is due or not.
pub async fn texts(conn: &mut Conn<'_>, id: ArticleId) -> StoreResult<Option<Due>> {
    let row: Option<DueRow> = with_backend!(
        conn,
        articles::table.find(id).select(DueRow::as_select()).get_result(conn).await.optional()
    )?;
    row.map(Due::try_from).transpose()
}

#[derive(diesel::QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

/// Whether articles may be due: entries of other analyser versions, or fewer published entries than
/// published articles. It reads two index entries and the stored totals. An exact count scans all
/// articles, and SQLite would keep their pages in memory.
pub async fn may_be_due(conn: &mut Conn<'_>) -> StoreResult<bool> {
    let result: Number = with_backend!(
        conn,
        sql_query(
            "SELECT CAST(CASE WHEN \
             EXISTS (SELECT 1 FROM search_documents WHERE analyser < $1) \
             OR EXISTS (SELECT 1 FROM search_documents WHERE analyser > $1) \
             OR (SELECT total FROM article_totals WHERE status = 'published') > \
             (SELECT COALESCE(SUM(documents), 0) FROM search_totals WHERE published) \
             THEN 1 ELSE 0 END AS BIGINT) AS number"
        )
        .bind::<Integer, _>(analyse::VERSION)
        .get_result(conn)
        .await
    )?;
    Ok(result.number == 1)
}

/// Returns the number of due articles.
pub async fn due_count(conn: &mut Conn<'_>) -> StoreResult<i64> {
    let result: Number = with_backend!(
        conn,
        sql_query(
            "SELECT (SELECT count(*) FROM articles) - \
             (SELECT count(*) FROM search_documents WHERE analyser = $1) AS number"
        )
        .bind::<Integer, _>(analyse::VERSION)
        .get_result(conn)
        .await
    )?;
    Ok(result.number)
}

/// Makes every article due. Existing entries are still searched until they are replaced.
pub async fn make_all_due(conn: &mut Conn<'_>) -> StoreResult<()> {
    with_backend!(
        conn,
        diesel::update(search_documents::table)
            .set(search_documents::analyser.eq(0))
            .execute(conn)
            .await
    )?;
    Ok(())
}
