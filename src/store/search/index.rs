//! Writes of the search index, in the transaction that writes the article.

use super::{fts5, table, tsquery};
use crate::domain::article::{ArticleId, Status};
use crate::domain::search::Index;
use crate::domain::search::document::{Document, Packed};
use crate::store::prelude::*;
use crate::store::schema::{search_documents, search_totals};
use crate::store::statement::Statement;
use crate::store::{Conn, StoreResult};
use crate::text::analyse;

/// The rows over which each total is spread, so that concurrent writers rarely wait for each other.
const SHARDS: i64 = 16;

#[derive(Queryable, Selectable, Insertable, AsChangeset, PartialEq)]
#[diesel(table_name = search_documents)]
struct DocumentRow {
    article_id: i64,
    published: bool,
    analyser: i32,
    lang: String,
    words: Vec<u8>,
}

impl DocumentRow {
    fn index(&self) -> Index {
        if self.published { Index::Published } else { Index::Unpublished }
    }
}

/// Puts an article into one of the two indexes and removes it from the other. An unchanged document
/// is not written.
pub async fn put(
    conn: &mut Conn<'_>,
    article: ArticleId,
    index: Index,
    document: &Document,
) -> StoreResult<()> {
    let row = DocumentRow {
        article_id: article,
        published: index == Index::Published,
        analyser: analyse::VERSION,
        lang: document.lang.as_str().to_owned(),
        words: document.pack(),
    };
    let before = find(conn, article).await?;
    if before.as_ref() == Some(&row) {
        return Ok(());
    }
    if let Some(before) = &before {
        unindex(conn, article, before.index()).await?;
    }
    with_backend!(
        conn,
        diesel::insert_into(search_documents::table)
            .values(&row)
            .on_conflict(search_documents::article_id)
            .do_update()
            .set(&row)
            .execute(conn)
            .await
    )?;
    insert(conn, article, index, document).await?;
    update_totals(conn, before.as_ref(), Some(&row)).await
}

/// Returns the order in which a transaction must index several articles, so that it locks the totals
/// in the order of all others.
pub fn lock_order(article: ArticleId, status: Status, document: &Document) -> impl Ord + use<> {
    let lang = document.lang.as_str().to_owned();
    (shard(article), Index::of(status) == Index::Published, lang, article)
}

/// Removes an article from the index.
pub async fn remove(conn: &mut Conn<'_>, article: ArticleId) -> StoreResult<()> {
    let Some(before) = find(conn, article).await? else { return Ok(()) };
    unindex(conn, article, before.index()).await?;
    with_backend!(conn, diesel::delete(search_documents::table.find(article)).execute(conn).await)?;
    update_totals(conn, Some(&before), None).await
}

async fn find(conn: &mut Conn<'_>, article: ArticleId) -> StoreResult<Option<DocumentRow>> {
    Ok(with_backend!(
        conn,
        search_documents::table
            .find(article)
            .select(DocumentRow::as_select())
            .get_result(conn)
            .await
            .optional()
    )?)
}

async fn insert(
    conn: &mut Conn<'_>,
    article: ArticleId,
    index: Index,
    document: &Document,
) -> StoreResult<()> {
    let table = table(index);
    match conn {
        Conn::Sqlite(_, deferred) => {
            let insert = format!("INSERT INTO {table} (rowid, stem, title, body, impact) VALUES (");
            let insert = Statement::new(insert).number(article);
            let insert = fts5::columns(document)
                .into_iter()
                .fold(insert, |insert, column| insert.sql(", ").text(column));
            deferred.add(table, article, insert.sql(")"));
        }
        Conn::Postgres(conn) => {
            let query =
                Statement::<()>::new(format!("INSERT INTO {table} (article_id, words) VALUES ("))
                    .number(article)
                    .sql(", CAST(")
                    .text(tsquery::vector(document))
                    .sql(" AS tsvector))");
            diesel_async::RunQueryDsl::execute(query, conn).await?;
        }
    }
    Ok(())
}

async fn unindex(conn: &mut Conn<'_>, article: ArticleId, index: Index) -> StoreResult<()> {
    let table = table(index);
    match conn {
        Conn::Sqlite(_, deferred) => {
            let delete = format!("DELETE FROM {table} WHERE rowid = ");
            deferred.add(table, article, Statement::new(delete).number(article));
        }
        Conn::Postgres(conn) => {
            let query = Statement::<()>::new(format!("DELETE FROM {table} WHERE article_id = "))
                .number(article);
            diesel_async::RunQueryDsl::execute(query, conn).await?;
        }
    }
    Ok(())
}

/// Updates the totals.
async fn update_totals(
    conn: &mut Conn<'_>,
    before: Option<&DocumentRow>,
    after: Option<&DocumentRow>,
) -> StoreResult<()> {
    let mut changes: Vec<(&DocumentRow, i64)> =
        before.map(|row| (row, -1)).into_iter().chain(after.map(|row| (row, 1))).collect();
    // In a fixed order, so that two writers can't deadlock.
    changes.sort_by_key(|(row, _)| (row.published, row.lang.clone()));
    for (row, sign) in changes {
        let words = i64::try_from(Packed::length(&row.words)).unwrap_or(i64::MAX);
        add_to_total(conn, row, sign, sign * words).await?;
    }
    Ok(())
}

async fn add_to_total(
    conn: &mut Conn<'_>,
    row: &DocumentRow,
    documents: i64,
    words: i64,
) -> StoreResult<()> {
    let shard = shard(row.article_id);
    with_backend!(
        conn,
        diesel::insert_into(search_totals::table)
            .values((
                search_totals::published.eq(row.published),
                search_totals::lang.eq(&row.lang),
                search_totals::shard.eq(shard),
                search_totals::documents.eq(documents),
                search_totals::words.eq(words),
            ))
            .on_conflict((search_totals::published, search_totals::lang, search_totals::shard))
            .do_update()
            .set((
                search_totals::documents.eq(search_totals::documents + documents),
                search_totals::words.eq(search_totals::words + words),
            ))
            .execute(conn)
            .await
    )?;
    Ok(())
}

fn shard(article: ArticleId) -> i32 {
    i32::try_from(article.rem_euclid(SHARDS)).unwrap_or(0)
}
