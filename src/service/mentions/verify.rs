//! Reading the source of a mention: does it link to the target, and what does it say? Called by
//! `worker.rs` for each job of the kind.

use url::Url;

use super::worker::Turns;
use crate::domain::article::Article;
use crate::domain::comment_settings::SiteRules;
use crate::domain::event::Event;
use crate::domain::mention::{
    Kind, Mention, MentionId, ModerationStatus, SourceMetadata, VERIFY_TRIES, Verification, pause,
};
use crate::service::{App, Error, Result};
use crate::store::articles::{self, Projection};
use crate::store::comment_settings;
use crate::store::mentions::{self as store, Verdict};
use crate::store::web_jobs::{self, Job};
use crate::web::fetch::{FetchError, Fetched};
use crate::web::page::{Mentioned, Page, plain};
use crate::web::urls;

/// What looking came to.
enum VerificationOutcome {
    /// It links, to this.
    Linked(Box<(Url, Mentioned)>),
    /// It doesn't, and won't by itself.
    Not(&'static str),
    /// It can't be told yet.
    Later(&'static str),
    /// The host's turn has not come.
    NotBefore(crate::domain::Time),
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
    let found = if article.is_public() {
        look(app, &mention, targets(app, &mention, &article)).await
    } else {
        VerificationOutcome::Not("target_not_found")
    };
    match found {
        VerificationOutcome::NotBefore(at) => put_back(app, job, at, job.attempts, None).await,
        VerificationOutcome::Later(why) if job.attempts + 1 < VERIFY_TRIES => {
            let (attempts, now) = (job.attempts + 1, app.now());
            put_back(app, job, now + pause(attempts), attempts, Some((id, why))).await
        }
        VerificationOutcome::Later(why) if mention.verified_at.is_some() => {
            // It was there when it could last be read.
            let before = Verdict { reason: Some(why), ..unchanged(&mention) };
            settle(app, job, mention, before).await
        }
        VerificationOutcome::Later(why) | VerificationOutcome::Not(why) => {
            reject(app, job, mention, why).await
        }
        VerificationOutcome::Linked(linked) => accept(app, job, mention, article, *linked).await,
    }
}

/// What the source must link to: what was told last, or what was told before. Trackbacks name an
/// article only: any address of it will do.
fn targets(app: &App, mention: &Mention, article: &Article) -> Vec<Url> {
    let told = mention.pending_target_url.iter().chain([&mention.target_url]);
    match mention.kind {
        Kind::Trackback => app.shared.web.urls.all(&article.slug, article.id),
        Kind::Webmention | Kind::Pingback => told.flat_map(|told| Url::parse(told)).collect(),
    }
}

async fn look(app: &App, mention: &Mention, targets: Vec<Url>) -> VerificationOutcome {
    let Ok(source) = Url::parse(&mention.source_url) else {
        return VerificationOutcome::Not("source_not_found");
    };
    let fetched = match app.shared.web.fetcher.get(&source, &Turns(app)).await {
        Ok(fetched) => fetched,
        Err(FetchError::Postponed(at)) => return VerificationOutcome::NotBefore(at),
        Err(error) => {
            tracing::debug!(%source, %error, "a source can't be read");
            return match error {
                FetchError::Refused(_) => VerificationOutcome::Not("source_refused"),
                error if error.is_final() => VerificationOutcome::Not(error.code()),
                error => VerificationOutcome::Later(error.code()),
            };
        }
    };
    match fetched.status {
        200..=299 => {}
        404 | 410 => return VerificationOutcome::Not("source_not_found"),
        408 | 425 | 429 | 500..=599 => return VerificationOutcome::Later("source_failed"),
        _ => return VerificationOutcome::Not("source_denied"),
    }
    linked(fetched, targets).await
}

/// Reads the page where it holds nobody up.
async fn linked(fetched: Fetched, targets: Vec<Url>) -> VerificationOutcome {
    let truncated = fetched.truncated;
    let read = move || {
        let page = Page::of(&fetched);
        targets.into_iter().find_map(|target| page.mentions(&target).map(|said| (target, said)))
    };
    match tokio::task::spawn_blocking(read).await {
        Ok(Some(linked)) => VerificationOutcome::Linked(Box::new(linked)),
        Ok(None) if truncated => VerificationOutcome::Not("source_too_large"),
        Ok(None) => VerificationOutcome::Not("no_link"),
        Err(_) => VerificationOutcome::Later("source_failed"),
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
    let said = said(&mention, mentioned);
    let text = searched(&mention, &said);
    let moderation_status =
        ModerationStatus::judge(mention.moderation_status, &text, &site, &article.overrides, known);
    let (id, article, verified_at) = (mention.id, mention.article_id, Some(now));
    let target_url = told_as(&mention, &target);
    let verdict =
        Verdict { verified_at, moderation_status, said, target_url, ..unchanged(&mention) };
    settle(app, job, mention, verdict).await?;
    app.shared.events.raise(match moderation_status {
        ModerationStatus::Approved => Event::MentionVerified { mention: id, article },
        ModerationStatus::Pending | ModerationStatus::Spam => {
            Event::MentionHeld { mention: id, article }
        }
    });
    Ok(())
}

/// What is searched for words: all that is shown of it, its address too. A zero-width space ends a
/// word, and so would hide one that it is put into.
fn searched(mention: &Mention, said: &SourceMetadata) -> String {
    let address = Some(urls::decoded_words(&mention.source_url));
    let texts = [&said.title, &said.excerpt, &said.author_name, &said.author_url, &address];
    let text = texts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join("\n");
    let whole = text.replace('\u{200b}', "");
    if whole == text { text } else { format!("{text}\n{whole}") }
}

/// What a mention shows: what the page says, and what a trackback said of itself before that.
fn said(mention: &Mention, mentioned: Mentioned) -> SourceMetadata {
    let about = mentioned.about;
    let page = SourceMetadata {
        title: about.title,
        excerpt: mentioned.excerpt,
        author_name: about.author,
        author_url: about.author_url,
        published_at: about.published_at,
    };
    if mention.kind != Kind::Trackback {
        return page;
    }
    let own = &mention.said;
    SourceMetadata {
        title: own.title.clone().or(page.title),
        excerpt: own.excerpt.clone().or(page.excerpt),
        author_name: own.author_name.clone().or(page.author_name),
        ..page
    }
}

async fn reject(app: &App, job: Job, mention: Mention, why: &'static str) -> Result<()> {
    let (verification, verified_at) = (Verification::Rejected, None);
    let target_url =
        mention.pending_target_url.clone().unwrap_or_else(|| mention.target_url.clone());
    let reason = Some(why);
    let verdict = Verdict { verification, reason, verified_at, target_url, ..unchanged(&mention) };
    settle(app, job, mention, verdict).await
}

/// It is as it was.
fn unchanged(mention: &Mention) -> Verdict {
    Verdict {
        verification: Verification::Verified,
        reason: None,
        verified_at: mention.verified_at,
        moderation_status: mention.moderation_status,
        target_url: mention.target_url.clone(),
        said: mention.said.clone(),
    }
}

/// An address in the spelling in which it was told.
fn told_as(mention: &Mention, target: &Url) -> String {
    let told = mention.pending_target_url.iter().chain([&mention.target_url]);
    let mut same = told.filter(|told| Url::parse(told).is_ok_and(|told| told == *target));
    same.next().unwrap_or(&mention.target_url).clone()
}

/// Keeps what came of it, counts, and takes the job out: in one transaction.
async fn settle(app: &App, job: Job, mention: Mention, verdict: Verdict) -> Result<()> {
    let now = app.now();
    app.db
        .write(async move |tx| {
            articles::lock(tx, mention.article_id).await?;
            let mut verdict = verdict.clone();
            // A moderator may have been faster.
            let latest = store::find(tx, mention.id).await?;
            if let Some(latest) =
                latest.filter(|latest| latest.moderation_status != mention.moderation_status)
            {
                verdict.moderation_status = latest.moderation_status;
            }
            store::settle(tx, mention.id, &verdict, now).await?;
            store::recount(tx, mention.article_id).await?;
            Ok(web_jobs::finish(tx, &job).await?)
        })
        .await
}

async fn put_back(
    app: &App,
    job: Job,
    due: crate::domain::Time,
    attempts: i32,
    note: Option<(MentionId, &'static str)>,
) -> Result<()> {
    app.db
        .write(async move |tx| {
            if let Some((id, why)) = note {
                store::note(tx, id, why).await?;
            }
            Ok(web_jobs::put_back(tx, &job, due, attempts).await?)
        })
        .await
}

/// What the job was about is gone.
async fn drop_job(app: &App, job: Job) -> Result<()> {
    app.db.write(async move |tx| Ok(web_jobs::finish(tx, &job).await?)).await
}

/// What a trackback says of itself, made safe.
#[must_use]
pub fn said_by_sender(
    title: Option<&str>,
    excerpt: Option<&str>,
    blog: Option<&str>,
) -> SourceMetadata {
    let clean = |text: Option<&str>, most| text.and_then(|text| plain::of_markup(text, most));
    SourceMetadata {
        title: clean(title, 200),
        excerpt: clean(excerpt, 300),
        author_name: clean(blog, 100),
        ..SourceMetadata::default()
    }
}
