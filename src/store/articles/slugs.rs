//! Current and former slugs of articles.

use crate::domain::article::ArticleId;
use crate::store::prelude::*;
use crate::store::schema::{article_slug_history, articles};
use crate::store::{Conn, StoreResult};

/// Finds the article that formerly had a slug with this folded key.
pub async fn find_former_slug(conn: &mut Conn<'_>, key: &str) -> StoreResult<Option<ArticleId>> {
    Ok(with_backend!(
        conn,
        article_slug_history::table
            .find(key)
            .select(article_slug_history::article_id)
            .get_result(conn)
            .await
            .optional()
    )?)
}

/// Returns the folded keys of an article's former slugs.
pub async fn former_slug_keys(conn: &mut Conn<'_>, id: ArticleId) -> StoreResult<Vec<String>> {
    Ok(with_backend!(
        conn,
        article_slug_history::table
            .filter(article_slug_history::article_id.eq(id))
            .select(article_slug_history::slug_key)
            .load(conn)
            .await
    )?)
}

/// Finds the article that has or had a slug with this folded key.
pub async fn slug_owner(conn: &mut Conn<'_>, key: &str) -> StoreResult<Option<ArticleId>> {
    let current: Option<ArticleId> = with_backend!(
        conn,
        articles::table
            .filter(articles::slug_key.eq(key))
            .select(articles::id)
            .get_result(conn)
            .await
            .optional()
    )?;
    match current {
        Some(id) => Ok(Some(id)),
        None => find_former_slug(conn, key).await,
    }
}

/// Sets an article's slug, which must equal its folded key.
pub async fn set_slug(conn: &mut Conn<'_>, id: ArticleId, slug: &str) -> StoreResult<()> {
    with_backend!(
        conn,
        diesel::update(articles::table.find(id))
            .set((articles::slug.eq(slug), articles::slug_key.eq(slug)))
            .execute(conn)
            .await
    )?;
    Ok(())
}

/// Makes a former slug redirect to an article.
pub async fn remember_slug(conn: &mut Conn<'_>, key: &str, id: ArticleId) -> StoreResult<()> {
    with_backend!(
        conn,
        diesel::insert_into(article_slug_history::table)
            .values((
                article_slug_history::slug_key.eq(key),
                article_slug_history::article_id.eq(id)
            ))
            .on_conflict(article_slug_history::slug_key)
            .do_update()
            .set(article_slug_history::article_id.eq(id))
            .execute(conn)
            .await
    )?;
    Ok(())
}

/// Removes a former slug, for the article that uses it again.
pub async fn forget_slug(conn: &mut Conn<'_>, key: &str) -> StoreResult<()> {
    with_backend!(conn, diesel::delete(article_slug_history::table.find(key)).execute(conn).await)?;
    Ok(())
}
