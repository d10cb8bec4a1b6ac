//! Stored numbers of articles.

use crate::domain::tag::TagId;
use crate::store::prelude::*;
use crate::store::schema::{article_totals, tags};
use crate::store::{Conn, StoreResult};

/// Returns the number of published articles, which triggers maintain.
pub(super) async fn published(conn: &mut Conn<'_>) -> StoreResult<i64> {
    Ok(with_backend!(
        conn,
        article_totals::table
            .find("published")
            .select(article_totals::total)
            .get_result(conn)
            .await
    )?)
}

/// Returns the number of published articles with a tag, which each write of an article maintains.
pub(super) async fn tagged(conn: &mut Conn<'_>, tag: TagId) -> StoreResult<i64> {
    Ok(with_backend!(
        conn,
        tags::table.find(tag).select(tags::article_count).get_result(conn).await
    )?)
}
