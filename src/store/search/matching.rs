//! Queries on the search index: match counts, matching articles, and the data for their ranking.

use std::collections::{BTreeSet, HashMap};

use diesel::sql_types::{Array, BigInt, Text};
use diesel_async::AsyncPgConnection;
use futures_util::future::try_join;

use super::{fts5, table, tsquery};
use crate::domain::Time;
use crate::domain::article::ArticleId;
use crate::domain::listing::Visibility;
use crate::domain::search::plan::Node;
use crate::domain::search::rank::Totals;
use crate::domain::search::{Index, MAX_RANKED, Scope};
use crate::store::prelude::*;
use crate::store::schema::{articles, search_documents, search_totals};
use crate::store::statement::{Piece, Statement};
use crate::store::types::Timestamp;
use crate::store::{Conn, StoreError, StoreResult, dialect};

/// Prepares a connection for a search. It must be the first call in the transaction.
pub async fn prepare(conn: &mut Conn<'_>) -> StoreResult<()> {
    match conn {
        Conn::Sqlite(..) => Ok(()),
        // For common words the planner prefers a sequential scan, since it ignores the cost of
        // decompressing each row's vector.
        Conn::Postgres(_) => dialect::batch(conn, "SET LOCAL enable_seqscan = off").await,
    }
}

/// Prepares a connection, and returns the size of an index and its languages.
pub async fn open(conn: &mut Conn<'_>, index: Index) -> StoreResult<(Totals, BTreeSet<String>)> {
    if let Some([mut one, mut other]) = conn.pipelined() {
        let both = try_join(prepare(&mut one), contents(&mut other, index)).await;
        return both.map(|((), contents)| contents);
    }
    prepare(conn).await?;
    contents(conn, index).await
}

async fn contents(conn: &mut Conn<'_>, index: Index) -> StoreResult<(Totals, BTreeSet<String>)> {
    let published = index == Index::Published;
    let rows: Vec<(String, i64, i64)> = with_backend!(
        conn,
        search_totals::table
            .filter(search_totals::published.eq(published))
            .select((search_totals::lang, search_totals::documents, search_totals::words))
            .load(conn)
            .await
    )?;
    let sum = |part: fn(&(String, i64, i64)) -> i64| {
        u64::try_from(rows.iter().map(part).sum::<i64>()).unwrap_or(0)
    };
    let totals = Totals { documents: sum(|row| row.1), words: sum(|row| row.2) };
    let langs = rows.into_iter().filter(|row| row.1 > 0).map(|row| row.0);
    Ok((totals, langs.collect()))
}

/// The articles of an index that match a node.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MatchCount {
    /// Their number, counted up to [`Totals::counted`].
    pub number: u64,
    /// Their ids, if PostgreSQL had to find all of them, and they are few enough to rank.
    pub listed: Option<Vec<ArticleId>>,
}

/// Counts the articles of an index that match a node.
pub async fn count_matches(
    conn: &mut Conn<'_>,
    index: Index,
    node: &Node,
    totals: Totals,
) -> StoreResult<MatchCount> {
    let limit = totals.counted();
    if is_estimated_at(conn, index, node, totals, 2 * limit).await? {
        return Ok(MatchCount { number: limit, listed: None });
    }
    let (table, condition) = (table(index), condition(conn, index, node));
    match conn {
        Conn::Sqlite(conn, _) => {
            let count = Statement::<BigInt>::new(format!(
                "SELECT count(*) FROM (SELECT 1 AS one FROM {table} WHERE "
            ))
            .extend(condition)
            .sql(" LIMIT ")
            .number(bound(limit))
            .sql(") AS matching");
            let number: i64 = diesel::RunQueryDsl::get_result(count, *conn)?;
            Ok(MatchCount { number: u64::try_from(number).unwrap_or(0), listed: None })
        }
        Conn::Postgres(conn) => {
            let count = Statement::<(BigInt, Array<BigInt>)>::new(format!(
                "WITH found AS MATERIALIZED (SELECT article_id FROM {table} WHERE "
            ))
            .extend(condition)
            .sql(" LIMIT ")
            .number(bound(limit))
            .sql(format!(
                ") SELECT (SELECT count(*) FROM found), \
                 ARRAY(SELECT article_id FROM found LIMIT {})",
                MAX_RANKED + 1
            ));
            let (number, listed): (i64, Vec<ArticleId>) =
                diesel_async::RunQueryDsl::get_result(count, conn).await?;
            let listed = (listed.len() <= MAX_RANKED).then_some(listed);
            Ok(MatchCount { number: u64::try_from(number).unwrap_or(0), listed })
        }
    }
}

/// Whether surely more articles match than are ranked, by an estimate alone. `false` if that is
/// unknown.
pub async fn exceeds_ranked(
    conn: &mut Conn<'_>,
    index: Index,
    node: &Node,
    totals: Totals,
) -> StoreResult<bool> {
    // The factor compensates for the planner's assumption that words are independent.
    is_estimated_at(conn, index, node, totals, 10 * MAX_RANKED as u64).await
}

/// The index size from which PostgreSQL is asked for an estimate. A GIN index finds all matches
/// before it returns the first, which takes longer than an estimate in a large index.
const ESTIMATE_FROM: u64 = 200_000;

/// Whether PostgreSQL's planner estimates this many matches or more in a large index. It knows the
/// most common words from a sample, which is renewed as the table grows.
async fn is_estimated_at(
    conn: &mut Conn<'_>,
    index: Index,
    node: &Node,
    totals: Totals,
    minimum: u64,
) -> StoreResult<bool> {
    if totals.documents < ESTIMATE_FROM {
        return Ok(false);
    }
    let condition = condition(conn, index, node);
    let Conn::Postgres(conn) = conn else { return Ok(false) };
    Ok(estimate(conn, index, condition).await? >= minimum)
}

async fn estimate(
    conn: &mut &AsyncPgConnection,
    index: Index,
    condition: Vec<Piece>,
) -> StoreResult<u64> {
    let table = table(index);
    let explain = format!("EXPLAIN (FORMAT JSON) SELECT 1 FROM {table} WHERE ");
    let explain = Statement::<Text>::new(explain).extend(condition);
    let plan: String = diesel_async::RunQueryDsl::get_result(explain, conn).await?;
    let rows = serde_json::from_str::<serde_json::Value>(&plan)
        .ok()
        .and_then(|plan| plan.pointer("/0/Plan/Plan Rows")?.as_u64());
    rows.ok_or_else(|| StoreError::Query(format!("a plan without a number of rows: {plan}")))
}

/// Returns the ids of matching articles in the scope: the newest ones, at most `limit`.
pub async fn candidates(
    conn: &mut Conn<'_>,
    index: Index,
    scope: &Scope,
    node: &Node,
    limit: usize,
) -> StoreResult<Vec<ArticleId>> {
    let (table, condition) = (table(index), condition(conn, index, node));
    let statement = match conn {
        Conn::Sqlite(..) => Statement::<BigInt>::new(format!("SELECT rowid FROM {table} WHERE "))
            .extend(condition)
            .extend(scope_conditions(scope, index, &format!("{table}.rowid")))
            .sql(format!(" ORDER BY rowid DESC LIMIT {limit}")),
        // Materialised: otherwise the planner might scan all articles, newest first, and decompress
        // each one.
        Conn::Postgres(_) => Statement::new(format!(
            "WITH found AS MATERIALIZED (SELECT article_id FROM {table} WHERE "
        ))
        .extend(condition)
        .sql(") SELECT article_id FROM found WHERE TRUE")
        .extend(scope_conditions(scope, index, "found.article_id"))
        .sql(format!(" ORDER BY article_id DESC LIMIT {limit}")),
    };
    Ok(with_backend!(conn, statement.load(conn).await)?)
}

/// Returns the packed words of articles.
pub async fn words(
    conn: &mut Conn<'_>,
    ids: &[ArticleId],
) -> StoreResult<Vec<(ArticleId, Vec<u8>)>> {
    Ok(with_backend!(
        conn,
        search_documents::table
            .filter(search_documents::article_id.eq_any(ids))
            .select((search_documents::article_id, search_documents::words))
            .load(conn)
            .await
    )?)
}

/// Returns the times by which articles are listed.
pub async fn listed_at(
    conn: &mut Conn<'_>,
    ids: &[ArticleId],
) -> StoreResult<HashMap<ArticleId, Time>> {
    let rows: Vec<(ArticleId, Timestamp)> = with_backend!(
        conn,
        articles::table
            .filter(articles::id.eq_any(ids))
            .select((articles::id, articles::listed_at))
            .load(conn)
            .await
    )?;
    Ok(rows.into_iter().map(|(id, at)| (id, at.0)).collect())
}

/// Returns the SQL condition that matches a node.
fn condition(conn: &Conn<'_>, index: Index, node: &Node) -> Vec<Piece> {
    match conn {
        Conn::Sqlite(..) => vec![
            Piece::Sql(format!("{} MATCH ", table(index)).into()),
            Piece::Text(fts5::print(node)),
        ],
        Conn::Postgres(_) => vec![
            Piece::Sql("words @@ CAST(".into()),
            Piece::Text(tsquery::print(node)),
            Piece::Sql(" AS tsquery)".into()),
        ],
    }
}

fn bound(limit: u64) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// Returns the scope as additional conditions on an article id.
fn scope_conditions(scope: &Scope, index: Index, id: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    match scope.tag {
        Some(Some(tag)) => pieces.extend([
            Piece::Sql(
                format!(" AND {id} IN (SELECT article_id FROM article_tags WHERE tag_id = ").into(),
            ),
            Piece::Number(tag),
            Piece::Sql(")".into()),
        ]),
        Some(None) => pieces.push(Piece::Sql(" AND FALSE".into())),
        None => {}
    }
    let article = article_conditions(scope, index);
    if !article.is_empty() {
        let begin = format!(" AND EXISTS (SELECT 1 FROM articles a WHERE a.id = {id}");
        pieces.push(Piece::Sql(begin.into()));
        pieces.extend(article);
        pieces.push(Piece::Sql(")".into()));
    }
    pieces
}

/// Returns the scope's conditions on the article's row.
fn article_conditions(scope: &Scope, index: Index) -> Vec<Piece> {
    let mut pieces = Vec::new();
    if let Some(lang) = &scope.lang {
        pieces.extend([
            Piece::Sql(" AND (a.lang = ".into()),
            Piece::Text(lang.to_string()),
            Piece::Sql(" OR (a.lang >= ".into()),
            Piece::Text(format!("{lang}-")),
            Piece::Sql(" AND a.lang < ".into()),
            Piece::Text(format!("{lang}.")),
            Piece::Sql("))".into()),
        ]);
    }
    if index == Index::Unpublished {
        pieces.push(Piece::Sql(" AND a.status = ".into()));
        pieces.push(Piece::Text(scope.status.as_str().into()));
        match scope.visibility {
            Visibility::All => {}
            Visibility::Public => pieces.push(Piece::Sql(" AND FALSE".into())),
            Visibility::PublicAndOwn(user) => {
                pieces.extend([Piece::Sql(" AND a.author_id = ".into()), Piece::Number(user)]);
            }
        }
    }
    pieces
}
