//! Asking the index: how many articles hold something, which do, and what the ranking needs of
//! them. Calls `fts5.rs` and `tsquery.rs` for each database's query language.

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
use crate::domain::search::{Index, MOST_RANKED, Scope};
use crate::store::prelude::*;
use crate::store::schema::{articles, search_documents, search_totals};
use crate::store::statement::{Piece, Statement};
use crate::store::types::Timestamp;
use crate::store::{Conn, StoreError, StoreResult, dialect};

/// Makes a connection ready for a search. To be called first in its transaction.
pub async fn prepare(conn: &mut Conn<'_>) -> StoreResult<()> {
    match conn {
        Conn::Sqlite(..) => Ok(()),
        // For a common word the planner would rather read the whole table, since it doesn't count
        // what it costs to unfold each row's vector.
        Conn::Postgres(_) => dialect::batch(conn, "SET LOCAL enable_seqscan = off").await,
    }
}

/// Makes a connection ready, and tells how much an index holds, and in which languages.
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
    let held = rows.into_iter().filter(|row| row.1 > 0).map(|row| row.0);
    Ok((totals, held.collect()))
}

/// Articles of an index that hold something.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Holders {
    /// How many, counted as far as [`Totals::counted`].
    pub number: u64,
    /// Which, where PostgreSQL had to find them all anyway and they are no more than are ranked.
    pub listed: Option<Vec<ArticleId>>,
}

/// How many articles of an index hold something.
pub async fn holders(
    conn: &mut Conn<'_>,
    index: Index,
    node: &Node,
    totals: Totals,
) -> StoreResult<Holders> {
    let most = totals.counted();
    if is_estimated_at(conn, index, node, totals, 2 * most).await? {
        return Ok(Holders { number: most, listed: None });
    }
    let (table, condition) = (table(index), condition(conn, index, node));
    match conn {
        Conn::Sqlite(conn, _) => {
            let count = Statement::<BigInt>::new(format!(
                "SELECT count(*) FROM (SELECT 1 AS one FROM {table} WHERE "
            ))
            .extend(condition)
            .sql(" LIMIT ")
            .number(bound(most))
            .sql(") AS matching");
            let number: i64 = diesel::RunQueryDsl::get_result(count, *conn)?;
            Ok(Holders { number: u64::try_from(number).unwrap_or(0), listed: None })
        }
        Conn::Postgres(conn) => {
            let count = Statement::<(BigInt, Array<BigInt>)>::new(format!(
                "WITH found AS MATERIALIZED (SELECT article_id FROM {table} WHERE "
            ))
            .extend(condition)
            .sql(" LIMIT ")
            .number(bound(most))
            .sql(format!(
                ") SELECT (SELECT count(*) FROM found), \
                 ARRAY(SELECT article_id FROM found LIMIT {})",
                MOST_RANKED + 1
            ));
            let (number, listed): (i64, Vec<ArticleId>) =
                diesel_async::RunQueryDsl::get_result(count, conn).await?;
            let listed = (listed.len() <= MOST_RANKED).then_some(listed);
            Ok(Holders { number: u64::try_from(number).unwrap_or(0), listed })
        }
    }
}

/// Whether more articles match than are ranked, as far as that is known without finding them. What
/// isn't known is not so.
pub async fn are_surely_many(
    conn: &mut Conn<'_>,
    index: Index,
    node: &Node,
    totals: Totals,
) -> StoreResult<bool> {
    // The planner takes words for independent of each other, which they aren't.
    is_estimated_at(conn, index, node, totals, 10 * MOST_RANKED as u64).await
}

/// From how many articles on PostgreSQL is asked for an estimate: its index gives no article before it
/// has found them all, which takes longer than the question from there on.
const LARGE: u64 = 200_000;

/// Whether PostgreSQL's planner takes at least so many articles of a large index to match. It knows
/// the commonest words of a table from a sample, which is renewed as the table grows.
async fn is_estimated_at(
    conn: &mut Conn<'_>,
    index: Index,
    node: &Node,
    totals: Totals,
    least: u64,
) -> StoreResult<bool> {
    if totals.documents < LARGE {
        return Ok(false);
    }
    let condition = condition(conn, index, node);
    let Conn::Postgres(conn) = conn else { return Ok(false) };
    Ok(estimate(conn, index, condition).await? >= least)
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

/// Articles of an index that match and are in the scope: at most so many, those that were made last.
pub async fn candidates(
    conn: &mut Conn<'_>,
    index: Index,
    scope: &Scope,
    node: &Node,
    most: usize,
) -> StoreResult<Vec<ArticleId>> {
    let (table, condition) = (table(index), condition(conn, index, node));
    let statement = match conn {
        Conn::Sqlite(..) => Statement::<BigInt>::new(format!("SELECT rowid FROM {table} WHERE "))
            .extend(condition)
            .extend(narrowed(scope, index, &format!("{table}.rowid")))
            .sql(format!(" ORDER BY rowid DESC LIMIT {most}")),
        // Materialized, lest the planner walk all articles from the newest on and unfold each.
        Conn::Postgres(_) => Statement::new(format!(
            "WITH found AS MATERIALIZED (SELECT article_id FROM {table} WHERE "
        ))
        .extend(condition)
        .sql(") SELECT article_id FROM found WHERE TRUE")
        .extend(narrowed(scope, index, "found.article_id"))
        .sql(format!(" ORDER BY article_id DESC LIMIT {most}")),
    };
    Ok(with_backend!(conn, statement.load(conn).await)?)
}

/// The words of articles, packed.
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

/// When articles appeared.
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

/// What an index's rows must fulfil to match.
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

fn bound(most: u64) -> i64 {
    i64::try_from(most).unwrap_or(i64::MAX)
}

/// The scope as further conditions, for the article with this number.
fn narrowed(scope: &Scope, index: Index, id: &str) -> Vec<Piece> {
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
    let article = of_article(scope, index);
    if !article.is_empty() {
        let begin = format!(" AND EXISTS (SELECT 1 FROM articles a WHERE a.id = {id}");
        pieces.push(Piece::Sql(begin.into()));
        pieces.extend(article);
        pieces.push(Piece::Sql(")".into()));
    }
    pieces
}

/// What of the scope the article itself says.
fn of_article(scope: &Scope, index: Index) -> Vec<Piece> {
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
