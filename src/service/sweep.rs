//! Periodic jobs: publishing scheduled articles and deleting expired data. All instances of a
//! database may run them at once, since each statement changes a row only once.

pub use super::articles::publish_due;

use super::{App, Result, auth, comments, idempotency, mentions};
use crate::domain::Time;
use crate::store::changes::delete_batch;
use crate::store::idempotency as replies;

/// Deletes expired idempotent responses, change records, sessions, rejected mentions, the state of rate
/// limits, and client data of comments.
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
    mentions::delete_expired(app).await?;
    auth::delete_expired(app).await?;
    comments::delete_expired(app).await
}
