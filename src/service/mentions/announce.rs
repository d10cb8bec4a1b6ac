//! What an article links to, and so whom to tell. The job is put in by whatever transaction makes
//! readers see something else; here it becomes one ping for each link. Nothing is fetched.

use std::collections::HashSet;

use url::Url;

use crate::domain::Time;
use crate::domain::article::{Article, ArticleId};
use crate::domain::mention::{Ping, PingState, Protocol};
use crate::service::{App, Error, Result};
use crate::store::articles::{self, Projection};
use crate::store::web_jobs::{self, Job, Task};
use crate::store::{Conn, comment_settings, pings as store};
use crate::web::page::Page;
use crate::web::urls;

/// The most links of an article that are told.
const MOST: usize = 50;

/// Has an article's links told, in the transaction that changed them.
///
/// # Errors
/// [`Error::Store`].
pub async fn announce(tx: &mut Conn<'_>, id: ArticleId, now: Time) -> Result<()> {
    Ok(web_jobs::push(tx, Task::Announce(id), now).await?)
}

/// Has those who were told of an article's links learn that it is gone, in the transaction that
/// deletes it for good. Who knows already, since it was taken from readers before, isn't told twice.
///
/// # Errors
/// [`Error::Store`].
pub async fn announce_deletion(tx: &mut Conn<'_>, article: &Article, now: Time) -> Result<()> {
    let all = article.is_public() || web_jobs::is_announced(tx, article.id).await?;
    for ping in store::part(tx, article.id, all, now).await? {
        web_jobs::push(tx, Task::Ping(ping), now).await?;
    }
    Ok(())
}

/// Carries the job out.
///
/// # Errors
/// [`Error::Store`].
pub(super) async fn carry_out(app: &App, job: Job, id: ArticleId) -> Result<()> {
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
            for ping in before.iter().filter(|ping| is_told_again(ping, &links)) {
                // Whoever is to see that the link is gone looks at the address they know.
                let gone = !links.contains(&ping.target_url);
                let source = if gone { &ping.source_url } else { &source };
                store::requeue(tx, ping.id, source, now).await?;
                web_jobs::push(tx, Task::Ping(ping.id), now).await?;
            }
            let known: HashSet<&str> = before.iter().map(|ping| ping.target_url.as_str()).collect();
            for target in links.iter().filter(|target| !known.contains(target.as_str())) {
                let ping = store::insert(tx, id, &source, target, now).await?;
                web_jobs::push(tx, Task::Ping(ping), now).await?;
            }
            Ok(web_jobs::finish(tx, &job).await?)
        })
        .await
}

/// What was told is told again when it changed: a webmention's receiver looks at the article anew,
/// also to find that the link, or the article, is gone. A pingback can be taken only once.
fn is_told_again(ping: &Ping, links: &[String]) -> bool {
    match ping.protocol {
        Some(Protocol::Webmention) if ping.delivered_at.is_some() => true,
        _ => ping.state != PingState::Delivered && links.contains(&ping.target_url),
    }
}

/// Where a published article leads, outside of our site.
async fn links(app: &App, article: &Article, source: &Url) -> Result<Vec<String>> {
    if !article.is_public() {
        return Ok(Vec::new());
    }
    let (html, base) = (article.html.clone().unwrap_or_default(), source.clone());
    let places = app.shared.web.urls.clone();
    let read = move || {
        let mut seen = HashSet::new();
        Page::html(&html, &base)
            .links
            .into_iter()
            .filter(|link| link.anchor && !places.is_ours(&link.url))
            .filter_map(|link| urls::parse(link.url.as_str()).ok())
            .filter(|url| seen.insert(urls::normal(url)))
            .map(String::from)
            .take(MOST)
            .collect()
    };
    tokio::task::spawn_blocking(read)
        .await
        .map_err(|error| Error::Internal(format!("reading links stopped: {error}")))
}
