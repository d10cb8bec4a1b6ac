//! Telling a link to where it leads: finding where that takes mentions, then sending one there.
//! They are two steps of one job, each of which takes the host's turn. Called by `worker.rs`.

use chrono::Duration;
use url::Url;

use super::worker::Turns;
use crate::domain::Time;
use crate::domain::mention::{PING_TRIES, Ping, PingId, PingState, Protocol, pause};
use crate::service::{App, Error, Result};
use crate::store::web_jobs::{self, Job};
use crate::store::{comment_settings, pings as store};
use crate::web::discover::{self, Endpoint};
use crate::web::fetch::{FetchError, Fetched};
use crate::web::page::Page;
use crate::web::xmlrpc::{self, MethodResponse};

/// Pingback's fault for what it has already.
const ALREADY_THERE: i64 = 48;

/// What a step came to.
enum Step {
    /// It is known where to send it: on with it.
    On(Protocol, Url),
    /// It was taken.
    Taken,
    /// It won't be.
    Over(PingState, String),
    /// Not now; perhaps not before then.
    Later(String, Option<Time>),
    /// The host's turn has not come.
    NotBefore(Time),
}

/// Takes one step of a ping.
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
        take_step(app, &mut ping).await
    } else {
        Step::Over(PingState::Failed, "pings_turned_off".into())
    };
    if !matches!(step, Step::NotBefore(_)) {
        ping.attempted_at = Some(app.now());
        ping.updated_at = app.now();
    }
    keep(app, job, ping, step).await
}

async fn take_step(app: &App, ping: &mut Ping) -> Step {
    let endpoint = ping.endpoint.as_deref().and_then(|endpoint| Url::parse(endpoint).ok());
    match (ping.protocol, endpoint) {
        (Some(protocol), Some(endpoint)) => send(app, ping, protocol, &endpoint).await,
        _ => discover(app, ping).await,
    }
}

async fn discover(app: &App, ping: &mut Ping) -> Step {
    let Ok(target) = Url::parse(&ping.target_url) else {
        return Step::Over(PingState::Failed, "target_invalid".into());
    };
    let fetched = match app.shared.web.fetcher.get(&target, &Turns(app)).await {
        Ok(fetched) => fetched,
        Err(error) => return of_error(&error),
    };
    ping.http_status = Some(fetched.status.into());
    if let Some(step) = of_status(app, &fetched, "target") {
        return step;
    }
    let read = move || discover::endpoint(&fetched, &Page::of(&fetched));
    let found = match tokio::task::spawn_blocking(read).await {
        Ok(found) => found,
        Err(error) => return Step::Later(format!("internal: {error}"), None),
    };
    let (protocol, endpoint) = match found {
        Some(Endpoint::Webmention(url)) => (Protocol::Webmention, url),
        Some(Endpoint::Pingback(url)) => (Protocol::Pingback, url),
        None => return Step::Over(PingState::Unsupported, "no_endpoint".into()),
    };
    if app.shared.web.urls.is_ours(&endpoint) {
        return Step::Over(PingState::Unsupported, "endpoint_is_ours".into());
    }
    Step::On(protocol, endpoint)
}

async fn send(app: &App, ping: &mut Ping, protocol: Protocol, endpoint: &Url) -> Step {
    let (fetcher, gate) = (&app.shared.web.fetcher, Turns(app));
    let (source, target) = (ping.source_url.as_str(), ping.target_url.as_str());
    let sent = match protocol {
        Protocol::Webmention => {
            fetcher.post_form(endpoint, &[("source", source), ("target", target)], &gate).await
        }
        Protocol::Pingback => {
            let call = xmlrpc::write_call("pingback.ping", &[source, target]);
            fetcher.post_xml(endpoint, call, &gate).await
        }
    };
    let fetched = match sent {
        Ok(fetched) => fetched,
        Err(error) => return of_error(&error),
    };
    ping.http_status = Some(fetched.status.into());
    if let Some(step) = of_status(app, &fetched, "endpoint") {
        return step;
    }
    match protocol {
        Protocol::Webmention => Step::Taken,
        Protocol::Pingback => match xmlrpc::read_answer(&fetched.body) {
            Ok(MethodResponse::Success(_) | MethodResponse::Fault { code: ALREADY_THERE, .. }) => {
                Step::Taken
            }
            Ok(MethodResponse::Fault { code, .. }) => {
                Step::Over(PingState::Failed, format!("fault_{code}"))
            }
            Err(_) => Step::Later("endpoint_garbled".into(), None),
        },
    }
}

fn of_error(error: &FetchError) -> Step {
    match error {
        FetchError::Postponed(at) => Step::NotBefore(*at),
        error if error.is_final() => Step::Over(PingState::Failed, error.code().into()),
        error => Step::Later(error.code().into(), None),
    }
}

/// What a status says of itself; `None` when it says that all is well.
fn of_status(app: &App, fetched: &Fetched, whose: &str) -> Option<Step> {
    match fetched.status {
        200..=299 => None,
        408 | 425 | 429 | 500..=599 => {
            let seconds = fetched.header("retry-after").and_then(|text| text.trim().parse().ok());
            // Whoever asks for more patience than a day has it tomorrow.
            let wait = seconds.map(|seconds: i64| Duration::seconds(seconds.clamp(0, 86_400)));
            Some(Step::Later(format!("{whose}_failed"), wait.map(|wait| app.now() + wait)))
        }
        404 | 410 => Some(Step::Over(PingState::Failed, format!("{whose}_not_found"))),
        _ => Some(Step::Over(PingState::Failed, format!("{whose}_refused"))),
    }
}

/// Keeps what came of it, and the job in its place: in one transaction.
async fn keep(app: &App, job: Job, mut ping: Ping, step: Step) -> Result<()> {
    let now = app.now();
    let mut next = None;
    match step {
        Step::NotBefore(at) => next = Some((at, job.attempts)),
        Step::On(protocol, endpoint) => {
            ping.protocol = Some(protocol);
            ping.endpoint = Some(endpoint.into());
            next = Some((now, job.attempts));
        }
        Step::Taken => {
            ping.attempts += 1;
            (ping.state, ping.reason, ping.delivered_at) = (PingState::Delivered, None, Some(now));
        }
        Step::Over(state, why) => {
            ping.attempts += 1;
            (ping.state, ping.reason) = (state, Some(why));
        }
        Step::Later(why, at) => {
            ping.attempts += 1;
            let attempts = job.attempts + 1;
            ping.reason = Some(why);
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
            // It may have been asked for anew meanwhile: then that is what is to be done.
            if !web_jobs::is_current(tx, &job).await? {
                return Ok(web_jobs::put_back(tx, &job, now, 0).await?);
            }
            store::save(tx, &ping).await?;
            match next {
                Some((due, attempts)) => web_jobs::put_back(tx, &job, due, attempts).await?,
                // The log that it stood in went with its article.
                None if ping.article_id.is_none() => store::delete(tx, ping.id).await?,
                None => web_jobs::finish(tx, &job).await?,
            }
            Ok(())
        })
        .await
}
