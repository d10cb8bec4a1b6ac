//! What happens by itself: scheduled articles appear at their time, and what has expired is
//! forgotten. Run by `server.rs` on every instance; instances on one database don't get in each
//! other's way, since each statement changes a row once.

use chrono::Duration;

use super::search::indexing;
use super::{App, Result, auth, comments, idempotency, mentions};
use crate::domain::Time;
use crate::domain::article::Status;
use crate::store::changes::delete_batch;
use crate::store::{articles, idempotency as kept, tags};

/// Publishes what is due; how many.
///
/// # Errors
/// [`super::Error::Store`]; what was due is still due then.
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

/// Forgets answers, sessions and failed logins that nobody can use any more, and where comments of
/// long ago came from.
///
/// # Errors
/// [`super::Error::Store`].
pub async fn forget_expired(app: &App) -> Result<()> {
    let now: Time = app.now();
    let before: Time = now - Duration::seconds(idempotency::KEEP.num_seconds());
    app.db.write(async move |tx| Ok::<_, super::Error>(kept::purge(tx, before).await?)).await?;
    let changes = app.db.changes().clone();
    let below =
        app.db.read(async |conn| Ok::<_, super::Error>(changes.outdated(conn).await?)).await?;
    while app
        .db
        .write(async move |tx| Ok::<_, super::Error>(delete_batch(tx, below).await?))
        .await?
    {}
    mentions::forget_turns(app).await?;
    auth::forget_expired(app).await?;
    comments::forget_expired(app).await
}
