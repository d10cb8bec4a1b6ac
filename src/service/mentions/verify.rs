//! Verifies a mention: fetches its source, checks that it links to the target, and extracts its
//! metadata. A source that can't be read leaves a verified mention as it is.

use url::Url;

use super::host_rate_limits::HostRateLimits;
use super::settle::{self, Linked};
use crate::domain::Time;
use crate::domain::article::{Article, ArticleId};
use crate::domain::mention::{Mention, MentionId, MentionProtocol};
use crate::domain::retry::{MAX_VERIFY_ATTEMPTS, is_retried, retry_delay};
use crate::service::site_urls::UrlTarget;
use crate::service::{App, Error, Result};
use crate::store::articles::{self, Projection};
use crate::store::mentions as store;
use crate::store::web_jobs::{self, Job, Lane};
use crate::text::slug;
use crate::web::fetch::{FetchError, Fetched, Role, StatusFailure};
use crate::web::page::Page;
use crate::web::urls;

/// The outcome of a verification.
enum VerificationOutcome {
    /// A page mentions the article.
    Linked(Box<Linked>),
    /// The page or its link is gone, or was never there, for this reason. The source leads to this URL.
    Gone(&'static str, Option<Url>),
    /// The page can't be read, for this reason.
    Unreadable(&'static str),
    /// The source failed temporarily, for this reason.
    Retry(&'static str),
    /// The host's rate limit allows no request before this time.
    RateLimited(Time),
}

/// The URLs that a source may link to.
enum Targets {
    /// The target sent last, or else the one before it.
    Exact(Vec<Url>),
    /// Any URL of an article with this id, these slugs, and this canonical URL. A trackback names an
    /// article, not a URL.
    AnyOf(ArticleId, Vec<String>, Option<Url>),
}

/// Verifies a mention.
///
/// # Errors
/// [`Error::Store`]; the job is claimed again when its lease ends.
pub(super) async fn verify(app: &App, job: Job, id: MentionId) -> Result<()> {
    let read = app
        .db
        .read(async |conn| {
            let Some(mention) = store::find(conn, id).await? else { return Ok::<_, Error>(None) };
            let article = articles::find(conn, mention.article_id, Projection::Summary).await?;
            let slugs = articles::former_slug_keys(conn, mention.article_id).await?;
            Ok(article.map(|article| (mention, article, slugs)))
        })
        .await?;
    let Some((mention, article, slugs)) = read else { return drop_job(app, job).await };
    let outcome = if article.is_public() {
        check_source(app, &mention, targets(&mention, &article, slugs)).await
    } else {
        VerificationOutcome::Gone("target_not_found", None)
    };
    match outcome {
        VerificationOutcome::RateLimited(at) => put_back(app, job, at, job.attempts, None).await,
        VerificationOutcome::Retry(reason)
            if is_retried(reason, job.attempts + 1, MAX_VERIFY_ATTEMPTS) =>
        {
            let (attempts, now) = (job.attempts + 1, app.now());
            put_back(app, job, now + retry_delay(attempts), attempts, Some((id, reason))).await
        }
        VerificationOutcome::Retry(reason) | VerificationOutcome::Unreadable(reason)
            if mention.is_verified() =>
        {
            settle::keep(app, job, mention, reason).await
        }
        VerificationOutcome::Retry(reason) | VerificationOutcome::Unreadable(reason) => {
            settle::reject(app, job, mention, reason, None).await
        }
        VerificationOutcome::Gone(reason, page) => {
            settle::reject(app, job, mention, reason, page).await
        }
        VerificationOutcome::Linked(linked) => {
            settle::accept(app, job, mention, article, *linked).await
        }
    }
}

fn targets(mention: &Mention, article: &Article, mut slugs: Vec<String>) -> Targets {
    match mention.protocol {
        MentionProtocol::Trackback => {
            slugs.push(slug::key(&article.slug));
            let canonical = article.canonical_url.as_deref().and_then(|url| Url::parse(url).ok());
            Targets::AnyOf(article.id, slugs, canonical)
        }
        MentionProtocol::Webmention | MentionProtocol::Pingback => {
            let sent = mention.pending_target_url.iter().chain([&mention.target_url]);
            Targets::Exact(sent.flat_map(|url| Url::parse(url)).collect())
        }
    }
}

/// Fetches the source and searches it for a link.
async fn check_source(app: &App, mention: &Mention, targets: Targets) -> VerificationOutcome {
    let Ok(source) = Url::parse(&mention.source_url) else {
        return VerificationOutcome::Gone("source_not_found", None);
    };
    let fetched =
        match app.shared.web.fetcher.get(&source, &HostRateLimits::of(app, Lane::Incoming)).await {
            Ok(fetched) => fetched,
            Err(FetchError::Postponed(at)) => return VerificationOutcome::RateLimited(at),
            Err(error) => {
                tracing::debug!(%source, %error, "the source of a mention could not be fetched");
                return match error {
                    error if error.is_final() => VerificationOutcome::Unreadable(error.code()),
                    error => VerificationOutcome::Retry(error.code()),
                };
            }
        };
    if let Some(failed) = failure(fetched.status, &fetched.url) {
        return failed;
    }
    // A redirect may lead to a page of this site, which links to its own articles.
    if app.shared.web.urls.is_ours(&fetched.url) {
        return VerificationOutcome::Gone("source_own", None);
    }
    find_link(app, fetched, targets).await
}

fn failure(status: u16, page: &Url) -> Option<VerificationOutcome> {
    let failure = StatusFailure::of(status)?;
    let code = failure.code(Role::Source);
    Some(match failure {
        StatusFailure::NotFound => VerificationOutcome::Gone(code, Some(page.clone())),
        StatusFailure::Failed => VerificationOutcome::Retry(code),
        StatusFailure::Denied => VerificationOutcome::Unreadable(code),
    })
}

/// Searches the page for a link to a target, on a blocking thread.
async fn find_link(app: &App, fetched: Fetched, targets: Targets) -> VerificationOutcome {
    let site = app.shared.web.urls.clone();
    let search = move || {
        let Some(page) = Page::of(&fetched) else {
            return VerificationOutcome::Unreadable("unsupported_encoding");
        };
        if let Some(failed) = page.status().and_then(|status| failure(status, &fetched.url)) {
            return failed;
        }
        let mentioned = match &targets {
            Targets::Exact(targets) => targets.iter().find_map(|target| {
                let target = urls::normalise(target);
                page.mention_of(&|url| urls::normalise(url) == target)
            }),
            Targets::AnyOf(id, slugs, canonical) => page.mention_of(&|url| {
                canonical.as_ref().is_some_and(|canonical| urls::is_same(canonical, url))
                    || match site.classify(url) {
                        UrlTarget::ById(other) => other == *id,
                        UrlTarget::BySlug(key) => slugs.contains(&key),
                        UrlTarget::OtherPage | UrlTarget::Foreign => false,
                    }
            }),
        };
        match mentioned {
            Some(mentioned) => VerificationOutcome::Linked(Box::new(Linked {
                canonical: page.canonical().cloned(),
                page: fetched.url,
                mentioned,
            })),
            None if fetched.truncated => VerificationOutcome::Unreadable("source_too_large"),
            None => VerificationOutcome::Gone("no_link", Some(fetched.url)),
        }
    };
    let searched = tokio::task::spawn_blocking(search).await;
    searched.unwrap_or(VerificationOutcome::Retry("source_failed"))
}

async fn put_back(
    app: &App,
    job: Job,
    due: Time,
    attempts: i32,
    note: Option<(MentionId, &'static str)>,
) -> Result<()> {
    app.db
        .write(async move |tx| {
            if let Some((id, reason)) = note {
                store::set_reason(tx, id, reason).await?;
            }
            Ok(web_jobs::reschedule(tx, &job, due, attempts).await?)
        })
        .await
}

/// Finishes a job with a deleted mention or article.
async fn drop_job(app: &App, job: Job) -> Result<()> {
    app.db.write(async move |tx| Ok(web_jobs::finish(tx, &job).await?)).await
}
