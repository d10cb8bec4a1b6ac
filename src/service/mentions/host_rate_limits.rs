//! The rate limit of requests to a host. All instances share it through the database.

use chrono::{DateTime, Utc};
use futures_util::future::LocalBoxFuture;
use url::Url;

use crate::service::{App, Error};
use crate::store::host_rate_limits as store;
use crate::store::web_jobs::{self, Destination, Lane};
use crate::web::fetch::HostRateLimiter;
use crate::web::urls;

/// The rate limits of all hosts. Outgoing work takes precedence: a host that it is about to ask gives
/// no permit to a verification.
pub(super) struct HostRateLimits<'a> {
    app: &'a App,
    lane: Lane,
}

impl<'a> HostRateLimits<'a> {
    /// Makes the rate limits for a lane.
    pub fn of(app: &'a App, lane: Lane) -> Self {
        Self { app, lane }
    }
}

impl HostRateLimiter for HostRateLimits<'_> {
    fn pass<'a>(
        &'a self,
        host: &'a str,
    ) -> LocalBoxFuture<'a, std::result::Result<(), DateTime<Utc>>> {
        Box::pin(async move {
            let (app, lane) = (self.app, self.lane);
            let (now, host) = (app.now(), host.to_owned());
            let interval = app.shared.web.per_host;
            if interval.is_zero() {
                return Ok(());
            }
            let next = now + chrono::Duration::from_std(interval).unwrap_or_default();
            let permit = app
                .db
                .write(async move |tx| {
                    let is_reserved = lane == Lane::Incoming
                        && web_jobs::is_host_reserved(tx, &host, next).await?;
                    if is_reserved {
                        return Ok(Err(next));
                    }
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

/// Returns the destination of a request.
pub(super) fn destination(url: &Url) -> Destination {
    Destination { host: urls::host(url), server: urls::server(url) }
}
