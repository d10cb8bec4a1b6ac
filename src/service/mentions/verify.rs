//! Verifies a mention: fetches its source, checks that it links to the target, and extracts its
//! metadata.

use url::Url;

use super::host_rate_limits::HostRateLimits;
use crate::domain::Time;
use crate::domain::article::Article;
use crate::domain::comment_settings::SiteRules;
use crate::domain::event::Event;
use crate::domain::mention::{
    Kind, Mention, MentionId, ModerationStatus, SourceMetadata, VERIFY_TRIES, Verification, pause,
};
use crate::domain::normal_time;
use crate::service::{App, Error, Result};
use crate::store::articles::{self, Projection};
use crate::store::comment_settings;
use crate::store::mentions::{self as store, Verdict};
use crate::store::web_jobs::{self, Job};
use crate::web::fetch::{FetchError, Fetched};
use crate::web::page::{Mentioned, Page};
use crate::web::urls;

/// The outcome of a verification.
enum VerificationOutcome {
    /// The source links to this target, with this metadata.
    Linked(Box<(Url, Mentioned)>),
    /// The mention is rejected for this reason.
    Rejected(&'static str),
    /// The source failed temporarily, for this reason.
    Retry(&'static str),
    /// The host's rate limit allows no request before this time.
    RateLimited(Time),
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
            Ok(article.map(|article| (mention, article)))
        })
        .await?;
    let Some((mention, article)) = read else { return drop_job(app, job).await };
    let outcome = if article.is_public() {
        check_source(app, &mention, targets(app, &mention, &article)).await
    } else {
        VerificationOutcome::Rejected("target_not_found")
    };
    match outcome {
        VerificationOutcome::RateLimited(at) => put_back(app, job, at, job.attempts, None).await,
        VerificationOutcome::Retry(reason) if job.attempts + 1 < VERIFY_TRIES => {
            let (attempts, now) = (job.attempts + 1, app.now());
            put_back(app, job, now + pause(attempts), attempts, Some((id, reason))).await
        }
        VerificationOutcome::Retry(reason) if mention.verified_at.is_some() => {
            // The last successful verification stays valid.
            let verdict = Verdict { reason: Some(reason), ..unchanged(&mention) };
            settle(app, job, mention, verdict).await
        }
        VerificationOutcome::Retry(reason) | VerificationOutcome::Rejected(reason) => {
            reject(app, job, mention, reason).await
        }
        VerificationOutcome::Linked(linked) => accept(app, job, mention, article, *linked).await,
    }
}

/// Returns the URLs that the source may link to: the target sent last, or the one before it. For a
/// trackback, which names an article, any URL of the article.
fn targets(app: &App, mention: &Mention, article: &Article) -> Vec<Url> {
    let sent = mention.pending_target_url.iter().chain([&mention.target_url]);
    match mention.kind {
        Kind::Trackback => app.shared.web.urls.all(&article.slug, article.id),
        Kind::Webmention | Kind::Pingback => sent.flat_map(|url| Url::parse(url)).collect(),
    }
}

async fn check_source(app: &App, mention: &Mention, targets: Vec<Url>) -> VerificationOutcome {
    let Ok(source) = Url::parse(&mention.source_url) else {
        return VerificationOutcome::Rejected("source_not_found");
    };
    let fetched = match app.shared.web.fetcher.get(&source, &HostRateLimits(app)).await {
        Ok(fetched) => fetched,
        Err(FetchError::Postponed(at)) => return VerificationOutcome::RateLimited(at),
        Err(error) => {
            tracing::debug!(%source, %error, "the source of a mention could not be fetched");
            return match error {
                FetchError::Refused(_) => VerificationOutcome::Rejected("source_refused"),
                error if error.is_final() => VerificationOutcome::Rejected(error.code()),
                error => VerificationOutcome::Retry(error.code()),
            };
        }
    };
    match fetched.status {
        200..=299 => {}
        404 | 410 => return VerificationOutcome::Rejected("source_not_found"),
        408 | 425 | 429 | 500..=599 => return VerificationOutcome::Retry("source_failed"),
        _ => return VerificationOutcome::Rejected("source_denied"),
    }
    find_link(fetched, targets).await
}

/// Searches the page for a link to a target, on a blocking thread.
async fn find_link(fetched: Fetched, targets: Vec<Url>) -> VerificationOutcome {
    let truncated = fetched.truncated;
    let search = move || {
        let page = Page::of(&fetched);
        targets.into_iter().find_map(|target| page.mentions(&target).map(|found| (target, found)))
    };
    match tokio::task::spawn_blocking(search).await {
        Ok(Some(linked)) => VerificationOutcome::Linked(Box::new(linked)),
        Ok(None) if truncated => VerificationOutcome::Rejected("source_too_large"),
        Ok(None) => VerificationOutcome::Rejected("no_link"),
        Err(_) => VerificationOutcome::Retry("source_failed"),
    }
}

async fn accept(
    app: &App,
    job: Job,
    mention: Mention,
    article: Article,
    (target, mentioned): (Url, Mentioned),
) -> Result<()> {
    let (now, host) = (app.now(), mention.source_host.clone());
    let (site, known) = app
        .db
        .read(async |conn| {
            let known = store::is_known(conn, &host).await?;
            Ok::<(SiteRules, bool), Error>((comment_settings::site(conn).await?.rules, known))
        })
        .await?;
    let said = metadata(&mention, mentioned);
    let text = moderated_text(&mention, &said);
    let moderation_status =
        ModerationStatus::judge(mention.moderation_status, &text, &site, &article.overrides, known);
    let (id, article, verified_at) = (mention.id, mention.article_id, Some(now));
    let target_url = original_spelling(&mention, &target);
    let verdict = Verdict {
        verified_at,
        moderation_status,
        metadata: said,
        target_url,
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

/// Returns the text that is matched with the word lists: all public fields and the source URL. It
/// also has a copy without zero-width spaces, which would hide a word that they split.
fn moderated_text(mention: &Mention, said: &SourceMetadata) -> String {
    let address = Some(urls::decoded_words(&mention.source_url));
    let texts = [&said.title, &said.excerpt, &said.author_name, &said.author_url, &address];
    let text = texts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join("\n");
    let whole = text.replace('\u{200b}', "");
    if whole == text { text } else { format!("{text}\n{whole}") }
}

/// Returns the page's metadata. For a trackback, the sender's metadata takes precedence.
fn metadata(mention: &Mention, mentioned: Mentioned) -> SourceMetadata {
    let about = mentioned.metadata;
    let page = SourceMetadata {
        title: about.title,
        excerpt: mentioned.excerpt,
        author_name: about.author,
        author_url: about.author_url,
        published_at: about.published_at.and_then(normal_time),
    };
    if mention.kind != Kind::Trackback {
        return page;
    }
    let own = &mention.metadata;
    SourceMetadata {
        title: own.title.clone().or(page.title),
        excerpt: own.excerpt.clone().or(page.excerpt),
        author_name: own.author_name.clone().or(page.author_name),
        ..page
    }
}

async fn reject(app: &App, job: Job, mention: Mention, reason: &'static str) -> Result<()> {
    let (verification, verified_at) = (Verification::Rejected, None);
    let target_url =
        mention.pending_target_url.clone().unwrap_or_else(|| mention.target_url.clone());
    let reason = Some(reason);
    let verdict = Verdict { verification, reason, verified_at, target_url, ..unchanged(&mention) };
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
        metadata: mention.metadata.clone(),
    }
}

/// Returns a target in the sender's spelling.
fn original_spelling(mention: &Mention, target: &Url) -> String {
    let sent = mention.pending_target_url.iter().chain([&mention.target_url]);
    let mut same = sent.filter(|sent| Url::parse(sent).is_ok_and(|sent| sent == *target));
    same.next().unwrap_or(&mention.target_url).clone()
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

/// Returns a trackback's metadata as plain text of limited length.
#[must_use]
pub fn sender_metadata(
    title: Option<&str>,
    excerpt: Option<&str>,
    blog: Option<&str>,
) -> SourceMetadata {
    let clean = |text: Option<&str>, max| text.and_then(|text| Page::plain_text(text, max));
    SourceMetadata {
        title: clean(title, 200),
        excerpt: clean(excerpt, 300),
        author_name: clean(blog, 100),
        ..SourceMetadata::default()
    }
}
