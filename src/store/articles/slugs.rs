//! Slugs of articles that readers have or have not seen.

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

/// Whether readers could see the article's present slug.
pub async fn is_slug_seen(conn: &mut Conn<'_>, id: ArticleId) -> StoreResult<bool> {
    Ok(with_backend!(
        conn,
        articles::table.find(id).select(articles::slug_seen).get_result(conn).await
    )?)
}

/// Records whether readers can see the article's new slug.
pub async fn set_slug_seen(conn: &mut Conn<'_>, id: ArticleId, seen: bool) -> StoreResult<()> {
    with_backend!(
        conn,
        diesel::update(articles::table.find(id))
            .set(articles::slug_seen.eq(seen))
            .execute(conn)
            .await
    )?;
    Ok(())
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
