//! Verifies a mention: fetches its source, checks that it links to the target, and extracts its
//! metadata. A source that can't be read leaves a verified mention as it is.

use url::Url;

use super::host_rate_limits::HostRateLimits;
use super::metadata;
use crate::domain::Time;
use crate::domain::article::{Article, ArticleId};
use crate::domain::event::Event;
use crate::domain::mention::{
    Mention, MentionId, MentionProtocol, ModerationStatus, SourceMetadata, Verification,
};
use crate::domain::retry::{MAX_VERIFY_ATTEMPTS, is_retried, retry_delay};
use crate::service::site_urls::UrlTarget;
use crate::service::{App, Error, Result};
use crate::store::articles::{self, Projection};
use crate::store::comment_settings;
use crate::store::mentions::{self as store, Verdict};
use crate::store::web_jobs::{self, Job, Lane};
use crate::text::slug;
use crate::web::fetch::{FetchError, Fetched, Role, StatusFailure};
use crate::web::page::{Mentioned, Page};
use crate::web::urls;

/// The outcome of a verification.
enum VerificationOutcome {
    /// The page at this URL, after redirects, mentions the article.
    Linked(Box<(Url, Mentioned)>),
    /// The page or its link is gone, or was never there, for this reason.
    Gone(&'static str),
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
    /// Any URL of an article with this id and these slugs. A trackback names an article, not a URL.
    AnyOf(ArticleId, Vec<String>),
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
        VerificationOutcome::Gone("target_not_found")
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
            if mention.verified_at.is_some() =>
        {
            // The last successful verification stays valid.
            let verdict = Verdict { reason: Some(reason), ..unchanged(&mention) };
            settle(app, job, mention, verdict).await
        }
        VerificationOutcome::Retry(reason)
        | VerificationOutcome::Unreadable(reason)
        | VerificationOutcome::Gone(reason) => reject(app, job, mention, reason).await,
        VerificationOutcome::Linked(linked) => accept(app, job, mention, article, *linked).await,
    }
}

fn targets(mention: &Mention, article: &Article, mut slugs: Vec<String>) -> Targets {
    match mention.protocol {
        MentionProtocol::Trackback => {
            slugs.push(slug::key(&article.slug));
            Targets::AnyOf(article.id, slugs)
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
        return VerificationOutcome::Gone("source_not_found");
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
    if let Some(failed) = failure(fetched.status) {
        return failed;
    }
    // A redirect may lead to a page of this site, which links to its own articles.
    if app.shared.web.urls.is_ours(&fetched.url) {
        return VerificationOutcome::Gone("source_own");
    }
    find_link(app, fetched, targets).await
}

fn failure(status: u16) -> Option<VerificationOutcome> {
    let failure = StatusFailure::of(status)?;
    let code = failure.code(Role::Source);
    Some(match failure {
        StatusFailure::NotFound => VerificationOutcome::Gone(code),
        StatusFailure::Failed => VerificationOutcome::Retry(code),
        StatusFailure::Denied => VerificationOutcome::Unreadable(code),
    })
}

/// Searches the page for a link to a target, on a blocking thread.
async fn find_link(app: &App, fetched: Fetched, targets: Targets) -> VerificationOutcome {
    let site = app.shared.web.urls.clone();
    let search = move || {
        let page = Page::of(&fetched);
        if let Some(failed) = page.status().and_then(failure) {
            return failed;
        }
        let mentioned = match &targets {
            Targets::Exact(targets) => targets.iter().find_map(|target| {
                let target = urls::normalise(target);
                page.mention_of(&|url| urls::normalise(url) == target)
            }),
            Targets::AnyOf(id, slugs) => page.mention_of(&|url| match site.classify(url) {
                UrlTarget::ById(other) => other == *id,
                UrlTarget::BySlug(key) => slugs.contains(&key),
                UrlTarget::OtherPage | UrlTarget::Foreign => false,
            }),
        };
        match mentioned {
            Some(mentioned) => VerificationOutcome::Linked(Box::new((fetched.url, mentioned))),
            None if fetched.truncated => VerificationOutcome::Unreadable("source_too_large"),
            None => VerificationOutcome::Gone("no_link"),
        }
    };
    let searched = tokio::task::spawn_blocking(search).await;
    searched.unwrap_or(VerificationOutcome::Retry("source_failed"))
}

async fn accept(
    app: &App,
    job: Job,
    mention: Mention,
    article: Article,
    (page_url, mentioned): (Url, Mentioned),
) -> Result<()> {
    let (now, source_host) = (app.now(), urls::host(&page_url));
    let (page_key, id) = (urls::normalise(&page_url), article.id);
    let (site, is_known, of_page) = app
        .db
        .read(async |conn| {
            // A redirect must not bring back a page that a moderator marked as spam.
            let of_page = store::find_by_source(conn, id, &page_key).await?;
            let is_known = store::is_known(conn, &source_host).await?;
            Ok::<_, Error>((comment_settings::site(conn).await?.rules, is_known, of_page))
        })
        .await?;
    let target_url = original_spelling(&mention, &mentioned.target);
    let metadata = metadata::of_page(&mention, mentioned, now);
    let text = metadata::moderated_text(&metadata, &[&mention.source_url, page_url.as_str()]);
    let before = match of_page.map(|mention| mention.moderation_status) {
        Some(ModerationStatus::Spam) => ModerationStatus::Spam,
        _ => mention.moderation_status,
    };
    let moderation_status =
        ModerationStatus::judge(before, &text, &site, &article.overrides, is_known);
    let (id, article, verified_at) = (mention.id, mention.article_id, Some(now));
    let verdict = Verdict {
        verified_at,
        moderation_status,
        metadata,
        target_url,
        source_host,
        ..unchanged(&mention)
    };
    settle(app, job, mention, verdict).await?;
    app.shared.events.raise(match moderation_status {
        ModerationStatus::Approved => Event::MentionVerified { mention: id, article },
        ModerationStatus::Pending | ModerationStatus::Spam => {
            Event::MentionHeld { mention: id, article }
        }
    });
    Ok(())
}

async fn reject(app: &App, job: Job, mention: Mention, reason: &'static str) -> Result<()> {
    let (verification, verified_at) = (Verification::Rejected, None);
    let target_url =
        mention.pending_target_url.clone().unwrap_or_else(|| mention.target_url.clone());
    let reason = Some(reason);
    // Rejected rows stay small. An approved one may be verified again, and keeps its text.
    let metadata = match mention.moderation_status {
        ModerationStatus::Pending => SourceMetadata::default(),
        ModerationStatus::Approved | ModerationStatus::Spam => mention.metadata.clone(),
    };
    let kept = unchanged(&mention);
    let verdict = Verdict { verification, reason, verified_at, target_url, metadata, ..kept };
    settle(app, job, mention, verdict).await
}

/// The verdict that keeps the mention as it is.
fn unchanged(mention: &Mention) -> Verdict {
    Verdict {
        verification: Verification::Verified,
        reason: None,
        verified_at: mention.verified_at,
        moderation_status: mention.moderation_status,
        target_url: mention.target_url.clone(),
        source_host: mention.source_host.clone(),
        metadata: mention.metadata.clone(),
    }
}

/// Returns a linked URL in the sender's spelling. The sender of a trackback names none.
fn original_spelling(mention: &Mention, linked: &Url) -> String {
    let sent = mention.pending_target_url.iter().chain([&mention.target_url]);
    let mut same =
        sent.filter(|sent| Url::parse(sent).is_ok_and(|sent| urls::is_same(&sent, linked)));
    same.next().cloned().unwrap_or_else(|| linked.to_string())
}

/// Saves the verdict, updates the count and finishes the job, in one transaction.
async fn settle(app: &App, job: Job, mention: Mention, verdict: Verdict) -> Result<()> {
    let now = app.now();
    app.db
        .write(async move |tx| {
            articles::lock(tx, mention.article_id).await?;
            let mut verdict = verdict.clone();
            // A moderator's decision since then takes precedence.
            let latest = store::find(tx, mention.id).await?;
            if let Some(latest) =
                latest.filter(|latest| latest.moderation_status != mention.moderation_status)
            {
                verdict.moderation_status = latest.moderation_status;
            }
            store::save_verdict(tx, mention.id, &verdict, now).await?;
            store::recount(tx, mention.article_id).await?;
            Ok(web_jobs::finish(tx, &job).await?)
        })
        .await
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
