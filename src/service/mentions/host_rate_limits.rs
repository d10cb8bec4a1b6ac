//! The rate limit of requests to a host. All instances share it through the database.

use chrono::{DateTime, Utc};
use futures_util::future::LocalBoxFuture;

use crate::service::{App, Error, Result};
use crate::store::host_rate_limits as store;
use crate::web::fetch::HostRateLimiter;

/// The rate limits of all hosts.
pub(super) struct HostRateLimits<'a>(pub &'a App);

impl HostRateLimiter for HostRateLimits<'_> {
    fn pass<'a>(
        &'a self,
        host: &'a str,
    ) -> LocalBoxFuture<'a, std::result::Result<(), DateTime<Utc>>> {
        Box::pin(async move {
            let app = self.0;
            let (now, host) = (app.now(), host.to_owned());
            let interval = app.shared.web.per_host;
            if interval.is_zero() {
                return Ok(());
            }
            let next = now + chrono::Duration::from_std(interval).unwrap_or_default();
            let permit = app
                .db
                .write(async move |tx| {
                    Ok::<_, Error>(store::take_slot(tx, &host, now, next).await?)
                })
                .await;
            permit.unwrap_or_else(|error| {
                tracing::warn!(%error, "the rate limit of a host could not be read");
                Err(next)
            })
        })
    }
}

/// Deletes expired rate limits.
///
/// # Errors
/// [`Error::Store`].
pub async fn delete_expired_host_rate_limits(app: &App) -> Result<()> {
    let now = app.now();
    app.db.write(async move |tx| Ok(store::delete_expired(tx, now).await.map(drop)?)).await
}
