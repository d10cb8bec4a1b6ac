//! Locks that a transaction holds until it ends. Every transaction takes them in this order, so none
//! waits in a circle: idempotency key, site settings, user, names of tags, tags, articles, slugs. Rows
//! of one kind are locked in the order of their ids. SQLite runs one writing transaction at a time
//! and needs no locks.

use super::dialect::batch;
use super::schema::{articles, tags, users};
use super::statement::Statement;
use super::{Conn, StoreError, StoreResult};
use crate::domain::article::ArticleId;
use crate::domain::tag::TagId;
use crate::domain::user::UserId;
use crate::store::prelude::*;

/// The strength of a lock on tags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TagLock {
    /// The tags stay. Others may count their articles.
    Keep,
    /// Their articles are counted.
    Count,
    /// They are renamed, merged or deleted.
    Change,
}

/// Locks a user against deletion. Returns `false` if there is no such user.
pub async fn user(conn: &mut Conn<'_>, id: UserId) -> StoreResult<bool> {
    let row = users::table.find(id).select(users::id);
    let found: Option<UserId> = match conn {
        Conn::Sqlite(conn, _) => diesel::RunQueryDsl::get_result(row, *conn).optional()?,
        Conn::Postgres(conn) => {
            diesel_async::RunQueryDsl::get_result(row.for_key_share(), conn).await.optional()?
        }
    };
    Ok(found.is_some())
}

/// Locks all that refers to a user who is about to be deleted: refresh tokens, and the articles that
/// they wrote, revised or commented.
pub async fn dependents_of_user(conn: &mut Conn<'_>, id: UserId) -> StoreResult<()> {
    if let Conn::Sqlite(..) = conn {
        return Ok(());
    }
    let tokens = format!(
        "SELECT 1 FROM refresh_tokens WHERE session_id IN \
         (SELECT id FROM sessions WHERE user_id = {id}) ORDER BY hash FOR UPDATE"
    );
    batch(conn, &tokens).await?;
    let articles = format!(
        "SELECT 1 FROM articles WHERE id IN (SELECT id FROM articles WHERE author_id = {id} \
         UNION SELECT article_id FROM article_revisions WHERE editor_id = {id} \
         UNION SELECT article_id FROM comments WHERE user_id = {id}) ORDER BY id FOR UPDATE"
    );
    batch(conn, &articles).await
}

/// Locks the names and slugs of all tags. Transactions that create or rename tags run one after
/// another.
pub async fn tag_names(conn: &mut Conn<'_>) -> StoreResult<()> {
    match conn {
        Conn::Sqlite(..) => Ok(()),
        // The number of the table differs in each schema of a database.
        Conn::Postgres(_) => {
            batch(conn, "SELECT pg_advisory_xact_lock('tags'::regclass::oid::int, 0)").await
        }
    }
}

/// Locks tags, in the order of their ids. Returns whether all exist.
pub async fn tags(conn: &mut Conn<'_>, ids: &[TagId], lock: TagLock) -> StoreResult<bool> {
    let Conn::Postgres(conn) = conn else { return Ok(true) };
    if ids.is_empty() {
        return Ok(true);
    }
    let rows = tags::table.filter(tags::id.eq_any(ids)).order(tags::id).select(tags::id);
    let locked: Vec<TagId> = match lock {
        TagLock::Keep => diesel_async::RunQueryDsl::load(rows.for_key_share(), conn).await?,
        TagLock::Count => diesel_async::RunQueryDsl::load(rows.for_no_key_update(), conn).await?,
        TagLock::Change => diesel_async::RunQueryDsl::load(rows.for_update(), conn).await?,
    };
    Ok(ids.iter().all(|id| locked.contains(id)))
}

/// As [`tags`], for tags that were just found.
///
/// # Errors
/// `Collision` if one is gone: the transaction must begin again.
pub async fn found_tags(conn: &mut Conn<'_>, ids: &[TagId], lock: TagLock) -> StoreResult<()> {
    match tags(conn, ids, lock).await? {
        true => Ok(()),
        false => Err(StoreError::Collision("a tag was merged or deleted meanwhile".into())),
    }
}

/// Locks articles, in the order of their ids.
pub async fn articles(conn: &mut Conn<'_>, ids: &[ArticleId]) -> StoreResult<()> {
    let Conn::Postgres(conn) = conn else { return Ok(()) };
    if ids.is_empty() {
        return Ok(());
    }
    let rows = articles::table.filter(articles::id.eq_any(ids)).order(articles::id);
    let rows = rows.select(articles::id).for_update();
    let _: Vec<ArticleId> = diesel_async::RunQueryDsl::load(rows, conn).await?;
    Ok(())
}

/// Locks the slugs of articles that differ only in their number, by their common text.
pub async fn article_slugs(conn: &mut Conn<'_>, stem: &str) -> StoreResult<()> {
    let Conn::Postgres(conn) = conn else { return Ok(()) };
    let lock = "SELECT pg_advisory_xact_lock('articles'::regclass::oid::int, hashtext(";
    let lock = Statement::<()>::new(lock).text(stem).sql("))");
    diesel_async::RunQueryDsl::execute(lock, conn).await?;
    Ok(())
}

/// Locks the number of published articles. Other counts are locked after it.
pub async fn article_totals(conn: &mut Conn<'_>) -> StoreResult<()> {
    match conn {
        Conn::Sqlite(..) => Ok(()),
        Conn::Postgres(_) => batch(conn, "SELECT 1 FROM article_totals FOR UPDATE").await,
    }
}
