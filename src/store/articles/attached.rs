//! An article's tags and bylines. Both repeat the columns by which their lists sort and filter.

use crate::store::prelude::*;

use crate::domain::Time;
use crate::domain::article::ArticleId;
use crate::domain::tag::TagId;
use crate::store::schema::{article_credits, article_tags, articles};
use crate::store::types::Timestamp;
use crate::store::{Conn, StoreResult};

/// Reads the columns that tags and bylines repeat. A trigger copies later changes.
macro_rules! repeated {
    ($conn:ident, $id:ident) => {{
        let columns =
            (articles::lang, articles::featured, articles::title_sort, articles::updated_at);
        let repeated: (String, bool, Vec<u8>, Timestamp) =
            articles::table.find($id).select(columns).get_result($conn).await?;
        repeated
    }};
}

/// Replaces an article's tags.
pub async fn set_tags(
    conn: &mut Conn<'_>,
    id: ArticleId,
    tag_ids: &[TagId],
    published_at: Option<Time>,
) -> StoreResult<()> {
    with_backend!(conn, {
        diesel::delete(article_tags::table.filter(article_tags::article_id.eq(id)))
            .execute(conn)
            .await?;
        if tag_ids.is_empty() {
            return Ok(());
        }
        let (lang, featured, title_sort, updated_at) = repeated!(conn, id);
        // One by one, since Diesel's batch inserts have different types for the two databases.
        for (position, tag_id) in (0_i32..).zip(tag_ids) {
            diesel::insert_into(article_tags::table)
                .values((
                    article_tags::article_id.eq(id),
                    article_tags::tag_id.eq(tag_id),
                    article_tags::position.eq(position),
                    article_tags::published_at.eq(published_at.map(Timestamp)),
                    article_tags::lang.eq(&lang),
                    article_tags::featured.eq(featured),
                    article_tags::title_sort.eq(&title_sort),
                    article_tags::updated_at.eq(updated_at),
                ))
                .execute(conn)
                .await?;
        }
    });
    Ok(())
}

/// Copies an article's time of publication to its tags and bylines, or removes it there.
pub async fn repeat_publication(
    conn: &mut Conn<'_>,
    id: ArticleId,
    published_at: Option<Time>,
) -> StoreResult<()> {
    with_backend!(
        conn,
        diesel::update(article_tags::table.filter(article_tags::article_id.eq(id)))
            .set(article_tags::published_at.eq(published_at.map(Timestamp)))
            .execute(conn)
            .await
    )?;
    with_backend!(
        conn,
        diesel::update(article_credits::table.filter(article_credits::article_id.eq(id)))
            .set(article_credits::published_at.eq(published_at.map(Timestamp)))
            .execute(conn)
            .await
    )?;
    Ok(())
}

/// Replaces the folded names by which an article's byline is found.
pub async fn set_credit_keys(
    conn: &mut Conn<'_>,
    id: ArticleId,
    keys: &[String],
    published_at: Option<Time>,
) -> StoreResult<()> {
    with_backend!(conn, {
        diesel::delete(article_credits::table.filter(article_credits::article_id.eq(id)))
            .execute(conn)
            .await?;
        if keys.is_empty() {
            return Ok(());
        }
        let (lang, featured, title_sort, updated_at) = repeated!(conn, id);
        for key in keys {
            diesel::insert_into(article_credits::table)
                .values((
                    article_credits::article_id.eq(id),
                    article_credits::name_key.eq(key),
                    article_credits::published_at.eq(published_at.map(Timestamp)),
                    article_credits::lang.eq(&lang),
                    article_credits::featured.eq(featured),
                    article_credits::title_sort.eq(&title_sort),
                    article_credits::updated_at.eq(updated_at),
                ))
                .on_conflict_do_nothing()
                .execute(conn)
                .await?;
        }
    });
    Ok(())
}
