//! Asking the index: how many articles hold something, which do, and what the ranking needs of
//! them. Calls `fts5.rs` and `tsquery.rs` for each database's query language.

use std::collections::{BTreeSet, HashMap};

use diesel::sql_query;
use diesel::sql_types::{BigInt, Text};

use super::{fts5, table, tsquery};
use crate::domain::Time;
use crate::domain::article::ArticleId;
use crate::domain::listing::Visibility;
use crate::domain::search::plan::Node;
use crate::domain::search::rank::Totals;
use crate::domain::search::{Index, Scope};
use crate::store::prelude::*;
use crate::store::schema::{articles, search_documents, search_totals};
use crate::store::types::Stamp;
use crate::store::{Conn, StoreResult, dialect};

#[derive(diesel::QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

/// Makes a connection ready for a search. To be called first in its transaction.
pub async fn prepare(conn: &mut Conn<'_>) -> StoreResult<()> {
    match conn {
        Conn::Sqlite(..) => Ok(()),
        // For a common word the planner would rather read the whole table, since it doesn't count
        // what it costs to unfold each row's vector.
        Conn::Postgres(_) => dialect::batch(conn, "SET LOCAL enable_seqscan = off").await,
    }
}

/// How much an index holds, and in which languages.
pub async fn contents(
    conn: &mut Conn<'_>,
    index: Index,
) -> StoreResult<(Totals, BTreeSet<String>)> {
    let published = index == Index::Published;
    let rows: Vec<(String, i64, i64)> = on_either!(
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

/// How many articles of an index match, counted up to so many.
pub async fn count(conn: &mut Conn<'_>, index: Index, node: &Node, most: u64) -> StoreResult<u64> {
    let (table, condition, printed) = condition(conn, index, node);
    let sql = format!(
        "SELECT count(*) AS number FROM \
         (SELECT 1 AS one FROM {table} WHERE {condition} LIMIT {most}) AS matching"
    );
    let found: Number =
        on_either!(conn, sql_query(sql).bind::<Text, _>(printed).get_result(conn).await)?;
    Ok(u64::try_from(found.number).unwrap_or(0))
}

/// Articles of an index that match and are in the scope: at most so many, those that were made last.
pub async fn candidates(
    conn: &mut Conn<'_>,
    index: Index,
    scope: &Scope,
    node: &Node,
    most: usize,
) -> StoreResult<Vec<ArticleId>> {
    let (table, condition, printed) = condition(conn, index, node);
    let narrowed = Narrowed::to(scope, index);
    let sql = match conn {
        Conn::Sqlite(..) => format!(
            "SELECT rowid AS number FROM {table} WHERE {condition}{} \
             ORDER BY rowid DESC LIMIT {most}",
            narrowed.sql(&format!("{table}.rowid"))
        ),
        // Materialized, lest the planner walk all articles from the newest on and unfold each.
        Conn::Postgres(_) => format!(
            "WITH found AS MATERIALIZED (SELECT article_id FROM {table} WHERE {condition}) \
             SELECT article_id AS number FROM found WHERE TRUE{} \
             ORDER BY article_id DESC LIMIT {most}",
            narrowed.sql("found.article_id")
        ),
    };
    let found: Vec<Number> = on_either!(conn, {
        let mut query = sql_query(sql).into_boxed::<Backend>().bind::<Text, _>(printed);
        for value in narrowed.values {
            query = match value {
                Value::Number(number) => query.bind::<BigInt, _>(number),
                Value::Text(text) => query.bind::<Text, _>(text),
            };
        }
        query.load(conn).await
    })?;
    Ok(found.into_iter().map(|row| row.number).collect())
}

/// The words of articles, packed.
pub async fn words(
    conn: &mut Conn<'_>,
    ids: &[ArticleId],
) -> StoreResult<Vec<(ArticleId, Vec<u8>)>> {
    Ok(on_either!(
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
    let rows: Vec<(ArticleId, Stamp)> = on_either!(
        conn,
        articles::table
            .filter(articles::id.eq_any(ids))
            .select((articles::id, articles::listed_at))
            .load(conn)
            .await
    )?;
    Ok(rows.into_iter().map(|(id, at)| (id, at.0)).collect())
}

/// The table, what its rows must fulfil (with one value to bind, the first), and that value.
fn condition(conn: &Conn<'_>, index: Index, node: &Node) -> (&'static str, String, String) {
    let table = table(index);
    match conn {
        Conn::Sqlite(..) => (table, format!("{table} MATCH $1"), fts5::print(node)),
        Conn::Postgres(_) => (table, "words @@ CAST($1 AS tsquery)".into(), tsquery::print(node)),
    }
}

enum Value {
    Number(i64),
    Text(String),
}

/// The scope as conditions, after the first value that a statement binds. Both databases number
/// values by a dollar sign, SQLite in the order of their first use.
struct Narrowed {
    tag: Option<usize>,
    article: Vec<String>,
    nothing: bool,
    values: Vec<Value>,
}

impl Narrowed {
    fn to(scope: &Scope, index: Index) -> Self {
        let mut narrowed =
            Self { tag: None, article: Vec::new(), nothing: false, values: Vec::new() };
        match scope.tag {
            Some(Some(tag)) => narrowed.tag = Some(narrowed.bind(Value::Number(tag))),
            Some(None) => narrowed.nothing = true,
            None => {}
        }
        if let Some(lang) = &scope.lang {
            let (same, low, high) = (
                narrowed.bind(Value::Text(lang.to_string())),
                narrowed.bind(Value::Text(format!("{lang}-"))),
                narrowed.bind(Value::Text(format!("{lang}."))),
            );
            narrowed
                .article
                .push(format!("(a.lang = ${same} OR (a.lang >= ${low} AND a.lang < ${high}))"));
        }
        if index == Index::Unpublished {
            let status = narrowed.bind(Value::Text(scope.status.as_str().into()));
            narrowed.article.push(format!("a.status = ${status}"));
            match scope.visibility {
                Visibility::All => {}
                Visibility::Public => narrowed.nothing = true,
                Visibility::PublicAndOwn(user) => {
                    let author = narrowed.bind(Value::Number(user));
                    narrowed.article.push(format!("a.author_id = ${author}"));
                }
            }
        }
        narrowed
    }

    fn bind(&mut self, value: Value) -> usize {
        self.values.push(value);
        self.values.len() + 1
    }

    fn sql(&self, id: &str) -> String {
        let mut sql = String::new();
        if let Some(tag) = self.tag {
            sql += &format!(
                " AND {id} IN (SELECT article_id FROM article_tags WHERE tag_id = ${tag})"
            );
        }
        if !self.article.is_empty() {
            sql += &format!(
                " AND EXISTS (SELECT 1 FROM articles a WHERE a.id = {id} AND {})",
                self.article.join(" AND ")
            );
        }
        if self.nothing {
            sql += " AND FALSE";
        }
        sql
    }
}
