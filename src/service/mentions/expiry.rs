//! Deletes expired data of mentions: rejected mentions, and the state of rate limits.

use crate::service::{App, Error, Result};
use crate::store::{host_rate_limits, mentions as store};

/// Rows that one transaction deletes.
const BATCH: i64 = 500;
/// The most rejected mentions that are kept. Each takes up to nine kilobytes.
const MAX_REJECTED: i64 = 5_000;

/// Deletes the rate limits that have no effect any more, and mentions that were rejected long ago.
///
/// # Errors
/// [`Error::Store`].
pub async fn delete_expired(app: &App) -> Result<()> {
    let now = app.now();
    app.db
        .write(async move |tx| {
            host_rate_limits::delete_expired(tx, now).await?;
            Ok::<_, Error>(store::delete_expired_throttles(tx, now).await.map(drop)?)
        })
        .await?;
    let until = now - app.shared.web.rejected_retention;
    while app
        .db
        .write(async move |tx| Ok::<_, Error>(store::delete_rejected(tx, until, BATCH).await?))
        .await?
        > 0
    {}
    trim_rejected(app).await
}

/// Deletes the oldest rejected mentions beyond the most that are kept.
///
/// # Errors
/// [`Error::Store`].
pub(super) async fn trim_rejected(app: &App) -> Result<()> {
    while app
        .db
        .write(async move |tx| Ok::<_, Error>(store::trim_rejected(tx, MAX_REJECTED, BATCH).await?))
        .await?
        > 0
    {}
    Ok(())
}
