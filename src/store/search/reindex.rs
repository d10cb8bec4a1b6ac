//! Which articles were indexed by another version of the analyser, or never. Called by
//! `service/search/reindex.rs`.

use diesel::sql_query;
use diesel::sql_types::{BigInt, Integer};

use crate::domain::article::{ArticleId, Status};
use crate::store::prelude::*;
use crate::store::schema::{articles, search_documents};
use crate::store::{Conn, StoreError, StoreResult};
use crate::text::analyse;
use crate::text::lang::Lang;

/// An article to be indexed anew.
#[derive(Debug, Clone)]
pub struct Due {
    /// Which.
    pub id: ArticleId,
    /// The version of it that this is.
    pub version: i64,
    /// Where it stands.
    pub status: Status,
    /// Its language.
    pub lang: Lang,
    /// Headline.
    pub title: String,
    /// Line under the headline.
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

/// The articles after `after` that are due, in the order of their numbers, at most so many.
pub async fn due(conn: &mut Conn<'_>, after: ArticleId, most: i64) -> StoreResult<Vec<Due>> {
    let current = search_documents::table
        .filter(search_documents::article_id.eq(articles::id))
        .filter(search_documents::analyser.eq(analyse::VERSION));
    let rows: Vec<DueRow> = with_backend!(
        conn,
        articles::table
            .filter(articles::id.gt(after))
            .filter(diesel::dsl::not(diesel::dsl::exists(current)))
            .order(articles::id)
            .limit(most)
            .select(DueRow::as_select())
            .load(conn)
            .await
    )?;
    rows.into_iter().map(Due::try_from).collect()
}

/// The texts of one article, due or not.
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

/// Whether some may be due, told by two looks into an index and by numbers that are kept: by other
/// versions of the analyser, or published and never indexed. To count what is due takes a walk through
/// all articles, whose pages SQLite keeps in memory.
pub async fn may_be_due(conn: &mut Conn<'_>) -> StoreResult<bool> {
    let found: Number = with_backend!(
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
    Ok(found.number == 1)
}

/// How many are due.
pub async fn due_count(conn: &mut Conn<'_>) -> StoreResult<i64> {
    let counted: Number = with_backend!(
        conn,
        sql_query(
            "SELECT (SELECT count(*) FROM articles) - \
             (SELECT count(*) FROM search_documents WHERE analyser = $1) AS number"
        )
        .bind::<Integer, _>(analyse::VERSION)
        .get_result(conn)
        .await
    )?;
    Ok(counted.number)
}

/// Makes every article due. What is indexed goes on being found until it is indexed anew.
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
