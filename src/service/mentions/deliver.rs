//! Delivers a ping in two steps of one job: endpoint discovery, then sending. Each step counts for
//! the host's rate limit.

use chrono::Duration;
use url::Url;

use super::host_rate_limits::HostRateLimits;
use crate::domain::Time;
use crate::domain::mention::{PING_TRIES, Ping, PingId, PingState, Protocol, pause};
use crate::service::{App, Error, Result};
use crate::store::web_jobs::{self, Job};
use crate::store::{comment_settings, pings as store};
use crate::web::discover::{self, Endpoint};
use crate::web::fetch::{FetchError, Fetched};
use crate::web::page::Page;
use crate::web::xmlrpc::{self, MethodResponse};

/// The fault code of a pingback that is already registered.
const ALREADY_REGISTERED: i64 = 48;

/// The outcome of a step.
enum Step {
    /// The endpoint was discovered.
    Discovered(Protocol, Url),
    /// The ping was accepted.
    Delivered,
    /// The ping failed permanently, with this state and reason.
    Failed(PingState, String),
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
        Step::Failed(PingState::Failed, "pings_turned_off".into())
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
        return Step::Failed(PingState::Failed, "target_invalid".into());
    };
    let fetched = match app.shared.web.fetcher.get(&target, &HostRateLimits(app)).await {
        Ok(fetched) => fetched,
        Err(error) => return fetch_failure(&error),
    };
    ping.http_status = Some(fetched.status.into());
    if let Some(step) = status_failure(app, &fetched, "target") {
        return step;
    }
    let read = move || discover::endpoint(&fetched, &Page::of(&fetched));
    let found = match tokio::task::spawn_blocking(read).await {
        Ok(found) => found,
        Err(error) => return Step::Retry(format!("internal: {error}"), None),
    };
    let (protocol, endpoint) = match found {
        Some(Endpoint::Webmention(url)) => (Protocol::Webmention, url),
        Some(Endpoint::Pingback(url)) => (Protocol::Pingback, url),
        None => return Step::Failed(PingState::Unsupported, "no_endpoint".into()),
    };
    if app.shared.web.urls.is_ours(&endpoint) {
        return Step::Failed(PingState::Unsupported, "endpoint_is_ours".into());
    }
    Step::Discovered(protocol, endpoint)
}

async fn send(app: &App, ping: &mut Ping, protocol: Protocol, endpoint: &Url) -> Step {
    let (fetcher, limits) = (&app.shared.web.fetcher, HostRateLimits(app));
    let (source, target) = (ping.source_url.as_str(), ping.target_url.as_str());
    let sent = match protocol {
        Protocol::Webmention => {
            fetcher.post_form(endpoint, &[("source", source), ("target", target)], &limits).await
        }
        Protocol::Pingback => {
            let call = xmlrpc::write_call("pingback.ping", &[source, target]);
            fetcher.post_xml(endpoint, call, &limits).await
        }
    };
    let fetched = match sent {
        Ok(fetched) => fetched,
        Err(error) => return fetch_failure(&error),
    };
    ping.http_status = Some(fetched.status.into());
    if let Some(step) = status_failure(app, &fetched, "endpoint") {
        return step;
    }
    match protocol {
        Protocol::Webmention => Step::Delivered,
        Protocol::Pingback => match xmlrpc::read_response(&fetched.body) {
            Ok(
                MethodResponse::Success(_) | MethodResponse::Fault { code: ALREADY_REGISTERED, .. },
            ) => Step::Delivered,
            Ok(MethodResponse::Fault { code, .. }) => {
                Step::Failed(PingState::Failed, format!("fault_{code}"))
            }
            Err(_) => Step::Retry("endpoint_garbled".into(), None),
        },
    }
}

fn fetch_failure(error: &FetchError) -> Step {
    match error {
        FetchError::Postponed(at) => Step::RateLimited(*at),
        error if error.is_final() => Step::Failed(PingState::Failed, error.code().into()),
        error => Step::Retry(error.code().into(), None),
    }
}

/// Returns the outcome of a failure status; `None` for a success. `role` is that of the URL.
fn status_failure(app: &App, fetched: &Fetched, role: &str) -> Option<Step> {
    match fetched.status {
        200..=299 => None,
        408 | 425 | 429 | 500..=599 => {
            let seconds = fetched.header("retry-after").and_then(|text| text.trim().parse().ok());
            // A wait of more than a day is cut to a day.
            let wait = seconds.map(|seconds: i64| Duration::seconds(seconds.clamp(0, 86_400)));
            Some(Step::Retry(format!("{role}_failed"), wait.map(|wait| app.now() + wait)))
        }
        404 | 410 => Some(Step::Failed(PingState::Failed, format!("{role}_not_found"))),
        _ => Some(Step::Failed(PingState::Failed, format!("{role}_refused"))),
    }
}

/// Saves the outcome and finishes or reschedules the job, in one transaction.
async fn save(app: &App, job: Job, mut ping: Ping, step: Step) -> Result<()> {
    let now = app.now();
    let mut next = None;
    match step {
        Step::RateLimited(at) => next = Some((at, job.attempts)),
        Step::Discovered(protocol, endpoint) => {
            ping.protocol = Some(protocol);
            ping.endpoint = Some(endpoint.into());
            next = Some((now, job.attempts));
        }
        Step::Delivered => {
            ping.attempts += 1;
            (ping.state, ping.reason, ping.delivered_at) = (PingState::Delivered, None, Some(now));
        }
        Step::Failed(state, reason) => {
            ping.attempts += 1;
            (ping.state, ping.reason) = (state, Some(reason));
        }
        Step::Retry(reason, at) => {
            ping.attempts += 1;
            let attempts = job.attempts + 1;
            ping.reason = Some(reason);
            if attempts < PING_TRIES {
                let due = now + pause(attempts);
                next = Some((at.map_or(due, |at| at.max(due)), attempts));
            } else {
                ping.state = PingState::Failed;
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
