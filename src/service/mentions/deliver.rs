//! Delivers a ping in two steps of one job: endpoint discovery, then sending. Each step counts for
//! the host's rate limit.

use url::Url;

use super::host_rate_limits::{HostRateLimits, destination};
use crate::domain::Time;
use crate::domain::ping::{Ping, PingId, PingProtocol, PingStatus};
use crate::domain::retry::{MAX_PING_ATTEMPTS, is_retried, retry_delay};
use crate::service::{App, Error, Result};
use crate::store::web_jobs::{self, Job, Lane};
use crate::store::{comment_settings, pings as store};
use crate::web::discover::{self, Endpoint};
use crate::web::fetch::{FetchError, Fetched, Role, StatusFailure};
use crate::web::page::Page;
use crate::web::xmlrpc::{self, MethodResponse};

/// The fault code of a pingback that is already registered.
const ALREADY_REGISTERED: i64 = 48;

/// The outcome of a step.
enum Step {
    /// The endpoint was discovered.
    Discovered(PingProtocol, Url),
    /// The ping was accepted.
    Delivered,
    /// The ping failed permanently, with this status and reason.
    Failed(PingStatus, String),
    /// The step failed temporarily, for this reason; the receiver may ask for a later retry.
    Retry(String, Option<Time>),
    /// The host's rate limit allows no request before this time.
    RateLimited(Time),
}

/// Runs one step of a ping.
///
/// # Errors
/// [`Error::Store`]; the job is claimed again when its lease ends.
pub(super) async fn deliver(app: &App, job: Job, id: PingId) -> Result<()> {
    let (ping, sends) = app
        .db
        .read(async |conn| {
            let ping = store::find(conn, id).await?;
            Ok::<_, Error>((ping, comment_settings::site(conn).await?.rules.send_pings))
        })
        .await?;
    let Some(mut ping) = ping else {
        return app.db.write(async move |tx| Ok(web_jobs::finish(tx, &job).await?)).await;
    };
    let step = if sends {
        run_step(app, &mut ping).await
    } else {
        Step::Failed(PingStatus::Failed, "pings_turned_off".into())
    };
    if !matches!(step, Step::RateLimited(_)) {
        ping.attempted_at = Some(app.now());
        ping.updated_at = app.now();
    }
    save(app, job, ping, step).await
}

async fn run_step(app: &App, ping: &mut Ping) -> Step {
    let endpoint = ping.endpoint.as_deref().and_then(|endpoint| Url::parse(endpoint).ok());
    match (ping.protocol, endpoint) {
        (Some(protocol), Some(endpoint)) => send(app, ping, protocol, &endpoint).await,
        _ => discover(app, ping).await,
    }
}

async fn discover(app: &App, ping: &mut Ping) -> Step {
    let Ok(target) = Url::parse(&ping.target_url) else {
        return Step::Failed(PingStatus::Failed, "target_invalid".into());
    };
    let fetched =
        match app.shared.web.fetcher.get(&target, &HostRateLimits::of(app, Lane::Outgoing)).await {
            Ok(fetched) => fetched,
            Err(error) => return fetch_failure(&error),
        };
    ping.http_status = Some(fetched.status.into());
    if let Some(step) = status_failure(app, &fetched, Role::Target) {
        return step;
    }
    let read = move || {
        // The headers of a page that can't be read may name its endpoint.
        let page = Page::of(&fetched).unwrap_or_else(|| Page::html("", &fetched.url));
        discover::endpoint(&fetched, &page)
    };
    let found = match tokio::task::spawn_blocking(read).await {
        Ok(found) => found,
        Err(error) => return Step::Retry(format!("internal: {error}"), None),
    };
    let (protocol, endpoint) = match found {
        Some(Endpoint::Webmention(url)) => (PingProtocol::Webmention, url),
        Some(Endpoint::Pingback(url)) => (PingProtocol::Pingback, url),
        None => return Step::Failed(PingStatus::Unsupported, "no_endpoint".into()),
    };
    if app.shared.web.urls.is_ours(&endpoint) {
        return Step::Failed(PingStatus::Unsupported, "endpoint_is_ours".into());
    }
    Step::Discovered(protocol, endpoint)
}

async fn send(app: &App, ping: &mut Ping, protocol: PingProtocol, endpoint: &Url) -> Step {
    let (fetcher, limits) = (&app.shared.web.fetcher, HostRateLimits::of(app, Lane::Outgoing));
    let (source, target) = (ping.source_url.as_str(), ping.target_url.as_str());
    let sent = match protocol {
        PingProtocol::Webmention => {
            fetcher.post_form(endpoint, &[("source", source), ("target", target)], &limits).await
        }
        PingProtocol::Pingback => {
            let call = xmlrpc::write_call("pingback.ping", &[source, target]);
            fetcher.post_xml(endpoint, call, &limits).await
        }
    };
    let fetched = match sent {
        Ok(fetched) => fetched,
        Err(error) => return fetch_failure(&error),
    };
    ping.http_status = Some(fetched.status.into());
    if let Some(step) = status_failure(app, &fetched, Role::Endpoint) {
        return step;
    }
    match protocol {
        PingProtocol::Webmention => Step::Delivered,
        PingProtocol::Pingback => match xmlrpc::read_response(&fetched.body) {
            Ok(
                MethodResponse::Success(_) | MethodResponse::Fault { code: ALREADY_REGISTERED, .. },
            ) => Step::Delivered,
            Ok(MethodResponse::Fault { code, .. }) => {
                Step::Failed(PingStatus::Failed, format!("fault_{code}"))
            }
            // The status is a success, so the receiver has the ping: it is not sent again.
            Err(_) => Step::Delivered,
        },
    }
}

fn fetch_failure(error: &FetchError) -> Step {
    match error {
        FetchError::Postponed(at) => Step::RateLimited(*at),
        error if error.is_final() => Step::Failed(PingStatus::Failed, error.code().into()),
        error => Step::Retry(error.code().into(), None),
    }
}

/// Returns the outcome of a failure status; `None` for a success.
fn status_failure(app: &App, fetched: &Fetched, role: Role) -> Option<Step> {
    let failure = StatusFailure::of(fetched.status)?;
    let code = failure.code(role).to_owned();
    Some(match failure {
        StatusFailure::Failed => Step::Retry(code, fetched.retry_at(app.now())),
        StatusFailure::NotFound | StatusFailure::Denied => Step::Failed(PingStatus::Failed, code),
    })
}

/// Saves the outcome and finishes or reschedules the job, in one transaction.
async fn save(app: &App, job: Job, mut ping: Ping, step: Step) -> Result<()> {
    let now = app.now();
    let (mut next, mut to) = (None, None);
    match step {
        Step::RateLimited(at) => next = Some((at, job.attempts)),
        Step::Discovered(protocol, endpoint) => {
            ping.protocol = Some(protocol);
            to = Some(destination(&endpoint));
            ping.endpoint = Some(endpoint.into());
            next = Some((now, job.attempts));
        }
        Step::Delivered => {
            ping.attempts += 1;
            (ping.status, ping.reason, ping.delivered_at) =
                (PingStatus::Delivered, None, Some(now));
        }
        Step::Failed(status, reason) => {
            ping.attempts += 1;
            (ping.status, ping.reason) = (status, Some(reason));
        }
        Step::Retry(reason, at) => {
            ping.attempts += 1;
            let attempts = job.attempts + 1;
            let is_retried = is_retried(&reason, attempts, MAX_PING_ATTEMPTS);
            ping.reason = Some(reason);
            if is_retried {
                let due = now + retry_delay(attempts);
                next = Some((at.map_or(due, |at| at.max(due)), attempts));
            } else {
                ping.status = PingStatus::Failed;
            }
        }
    }
    app.db
        .write(async move |tx| {
            // The ping was requeued meanwhile: the new job starts over.
            if !web_jobs::is_current(tx, &job).await? {
                return Ok(web_jobs::reschedule(tx, &job, now, 0).await?);
            }
            store::save(tx, &ping).await?;
            if let Some(to) = &to {
                web_jobs::set_destination(tx, &job, to).await?;
            }
            match next {
                Some((due, attempts)) => web_jobs::reschedule(tx, &job, due, attempts).await?,
                // The article, and so the log of its pings, was deleted.
                None if ping.article_id.is_none() => store::delete(tx, ping.id).await?,
                None => web_jobs::finish(tx, &job).await?,
            }
            Ok(())
        })
        .await
}
