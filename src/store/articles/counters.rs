//! Numbers of articles that somebody keeps, so that nobody counts them.

use crate::domain::tag::TagId;
use crate::store::prelude::*;
use crate::store::schema::{article_totals, tags};
use crate::store::{Conn, StoreResult};

/// How many are published. Triggers keep it.
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

/// How many of them have a tag. Whoever writes an article keeps it.
pub(super) async fn tagged(conn: &mut Conn<'_>, tag: TagId) -> StoreResult<i64> {
    Ok(with_backend!(
        conn,
        tags::table.find(tag).select(tags::article_count).get_result(conn).await
    )?)
}
