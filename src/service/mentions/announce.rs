//! Queues pings for the links of an article. The transaction that changes the public article queues
//! a job, which queues one ping per link. It fetches nothing.

use std::collections::HashSet;

use url::Url;

use super::host_rate_limits::destination;
use crate::domain::Time;
use crate::domain::article::{Article, ArticleId};
use crate::domain::ping::{Ping, PingId, PingProtocol, PingStatus};
use crate::service::{App, Error, Result};
use crate::store::articles::{self, Projection};
use crate::store::web_jobs::{self, Job, NewJob, Task};
use crate::store::{Conn, comment_settings, pings as store};
use crate::web::page::Page;
use crate::web::urls;

/// The most links of an article that receive pings.
const MAX_LINKS: usize = 50;

/// Queues the pings of an article, in the transaction that changes it.
///
/// # Errors
/// [`Error::Store`].
pub async fn announce(tx: &mut Conn<'_>, id: ArticleId, now: Time) -> Result<()> {
    Ok(web_jobs::push(tx, NewJob { task: Task::Announce(id), to: None, from: None, due: now })
        .await?)
}

/// Queues pings about the deletion of an article, in the transaction that deletes it. Targets that
/// were notified when the article was unpublished receive no second ping.
///
/// # Errors
/// [`Error::Store`].
pub async fn announce_deletion(tx: &mut Conn<'_>, article: &Article, now: Time) -> Result<()> {
    let all = article.is_public() || web_jobs::has_announcement(tx, article.id).await?;
    for (ping, target) in store::detach_for_deletion(tx, article.id, all, now).await? {
        queue(tx, ping, &target, now).await?;
    }
    Ok(())
}

/// Queues the delivery of a ping.
async fn queue(tx: &mut Conn<'_>, id: PingId, target: &str, now: Time) -> Result<()> {
    let to = Url::parse(target).map(|url| destination(&url)).ok();
    let job = NewJob { task: Task::Ping(id), to: to.as_ref(), from: None, due: now };
    Ok(web_jobs::push(tx, job).await?)
}

/// Runs the job: queues a ping for each new, changed or removed link.
///
/// # Errors
/// [`Error::Store`].
pub(super) async fn run(app: &App, job: Job, id: ArticleId) -> Result<()> {
    let (article, sends) = app
        .db
        .read(async |conn| {
            let article = articles::find(conn, id, Projection::Html).await?;
            let site = comment_settings::site(conn).await?;
            Ok::<_, Error>((article, site.rules.send_pings))
        })
        .await?;
    let address = article.as_ref().and_then(|article| app.shared.web.urls.article(&article.slug));
    let (Some(article), Some(source), true) = (article, address, sends) else {
        return app.db.write(async move |tx| Ok(web_jobs::finish(tx, &job).await?)).await;
    };
    let links = links(app, &article, &source).await?;
    let (now, source) = (app.now(), String::from(source));
    app.db
        .write(async move |tx| {
            articles::lock(tx, id).await?;
            if articles::find(tx, id, Projection::Summary).await?.is_none() {
                return Ok(web_jobs::finish(tx, &job).await?);
            }
            let before = store::of_article(tx, id).await?;
            for ping in before.iter().filter(|ping| is_resent(ping, &links, &source)) {
                // The receiver knows a removed link by the source URL of the earlier ping.
                let is_removed = !links.contains(&ping.target_url);
                let source = if is_removed { &ping.source_url } else { &source };
                store::requeue(tx, ping.id, source, now).await?;
                queue(tx, ping.id, &ping.target_url, now).await?;
            }
            let known: HashSet<&str> = before.iter().map(|ping| ping.target_url.as_str()).collect();
            for target in links.iter().filter(|target| !known.contains(target.as_str())) {
                let ping = store::insert(tx, id, &source, target, now).await?;
                queue(tx, ping, target, now).await?;
            }
            Ok(web_jobs::finish(tx, &job).await?)
        })
        .await
}

/// Whether a ping is sent again. A webmention's receiver fetches the article again, also if the link
/// or the article is removed. A pingback that was answered with a success status, even with a fault, is
/// sent once for each URL of the article.
fn is_resent(ping: &Ping, links: &[String], source: &str) -> bool {
    let is_linked = links.contains(&ping.target_url);
    match ping.protocol {
        Some(PingProtocol::Webmention) if ping.delivered_at.is_some() => true,
        _ if ping.status == PingStatus::Delivered || was_answered(ping) => {
            is_linked && ping.source_url != source
        }
        _ => is_linked,
    }
}

/// Whether the receiver of a pingback answered with a fault.
fn was_answered(ping: &Ping) -> bool {
    let has_fault = ping.reason.as_deref().is_some_and(|reason| reason.starts_with("fault_"));
    ping.protocol == Some(PingProtocol::Pingback) && has_fault
}

/// Returns the URLs that a published article links to on other sites.
async fn links(app: &App, article: &Article, source: &Url) -> Result<Vec<String>> {
    if !article.is_public() {
        return Ok(Vec::new());
    }
    let (html, base) = (article.html.clone().unwrap_or_default(), source.clone());
    let site = app.shared.web.urls.clone();
    let read = move || {
        let mut seen = HashSet::new();
        Page::html(&html, &base)
            .links
            .into_iter()
            .filter(|link| link.anchor && !site.is_ours(&link.url))
            .filter_map(|link| urls::parse(link.url.as_str()).ok())
            .filter(|url| seen.insert(urls::normalise(url)))
            .map(String::from)
            .take(MAX_LINKS)
            .collect()
    };
    tokio::task::spawn_blocking(read)
        .await
        .map_err(|error| Error::Internal(format!("reading links failed: {error}")))
}
