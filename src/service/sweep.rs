//! Periodic jobs: publishing scheduled articles and deleting expired data. All instances of a
//! database may run them at once, since each statement changes a row only once.

use super::search::indexing;
use super::{App, Result, auth, comments, idempotency, mentions};
use crate::domain::Time;
use crate::domain::article::Status;
use crate::store::changes::delete_batch;
use crate::store::{articles, idempotency as replies, tags};

/// Publishes the scheduled articles that are due and returns their number.
///
/// # Errors
/// [`super::Error::Store`]; the articles stay due.
pub async fn publish_due(app: &App) -> Result<usize> {
    let now = app.now();
    let due =
        app.db.read(async |conn| Ok::<_, super::Error>(articles::next_due(conn).await?)).await?;
    if due.is_none_or(|due| due > now) {
        return Ok(0);
    }
    app.db
        .write(async move |tx| {
            let published = articles::publish_due(tx, now).await?;
            for article in articles::summaries(tx, &published).await? {
                articles::repeat_publication(tx, article.id, article.published_at).await?;
                let ids: Vec<_> = article.tags.iter().map(|tag| tag.id).collect();
                tags::add_to_counts(tx, &ids, 1).await?;
                indexing::relocate(tx, article.id, Status::Scheduled, Status::Published).await?;
                mentions::announce(tx, article.id, now).await?;
            }
            Ok(published.len())
        })
        .await
}

/// Deletes expired idempotent responses, change records, host rate limits, sessions, login throttles
/// and client data of comments.
///
/// # Errors
/// [`super::Error::Store`].
pub async fn delete_expired(app: &App) -> Result<()> {
    let now: Time = app.now();
    let before: Time = now - idempotency::RETENTION;
    app.db
        .write(async move |tx| Ok::<_, super::Error>(replies::delete_expired(tx, before).await?))
        .await?;
    let changes = app.db.changes().clone();
    let below =
        app.db.read(async |conn| Ok::<_, super::Error>(changes.outdated(conn).await?)).await?;
    while app
        .db
        .write(async move |tx| Ok::<_, super::Error>(delete_batch(tx, below).await?))
        .await?
    {}
    mentions::delete_expired_host_rate_limits(app).await?;
    auth::delete_expired(app).await?;
    comments::delete_expired(app).await
}
