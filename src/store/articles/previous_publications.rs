//! The dates at which scheduled articles were last published.

use crate::store::prelude::*;

use crate::domain::Time;
use crate::domain::article::{Article, ArticleId};
use crate::store::schema::previous_publications as previous;
use crate::store::types::Timestamp;
use crate::store::{Conn, StoreResult};

/// Returns the date of an article's last publication, which a schedule doesn't replace before its time.
pub async fn last_published_at(
    conn: &mut Conn<'_>,
    article: &Article,
) -> StoreResult<Option<Time>> {
    if !article.is_scheduled() {
        return Ok(article.published_at);
    }
    let date: Option<Timestamp> = with_backend!(
        conn,
        previous::table
            .find(article.id)
            .select(previous::published_at)
            .get_result(conn)
            .await
            .optional()
    )?;
    Ok(date.map(|date| date.0))
}

/// Sets the date of the last publication of a scheduled article; `None` for all others.
pub async fn set_previous_publication(
    conn: &mut Conn<'_>,
    id: ArticleId,
    date: Option<Time>,
) -> StoreResult<()> {
    with_backend!(conn, diesel::delete(previous::table.find(id)).execute(conn).await)?;
    if let Some(date) = date {
        let columns = (previous::article_id.eq(id), previous::published_at.eq(Timestamp(date)));
        with_backend!(
            conn,
            diesel::insert_into(previous::table).values(columns).execute(conn).await
        )?;
    }
    Ok(())
}
