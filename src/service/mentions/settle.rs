//! Settles a verified mention: its verdict is stored, the article's count updated and the job finished in
//! one transaction. Mentions by one page are one: the final URL after redirects identifies it.

use url::Url;

use super::metadata;
use crate::domain::Time;
use crate::domain::article::Article;
use crate::domain::event::Event;
use crate::domain::mention::{
    Mention, MentionId, MentionProtocol, ModerationStatus, SourceMetadata, Verification,
};
use crate::service::{App, Error, Result};
use crate::store::mentions::{self as store, Verdict};
use crate::store::web_jobs::{self, Job, NewJob, Task};
use crate::store::{Conn, articles, comment_settings};
use crate::web::page::Mentioned;
use crate::web::urls;

/// A page that links to the target.
#[derive(Debug, Clone)]
pub(super) struct Linked {
    /// The page's URL, after redirects.
    pub page: Url,
    /// The URL that the page calls its own.
    pub canonical: Option<Url>,
    /// The mention in the page.
    pub mentioned: Mentioned,
}

/// A mention whose link was found.
struct Accepted<'a> {
    /// The mention before its source was fetched.
    mention: &'a Mention,
    /// The moderation status now.
    latest: ModerationStatus,
    article: &'a Article,
    linked: &'a Linked,
    now: Time,
}

/// Accepts a mention: as the one of its page, or as another source of a page that has one.
pub(super) async fn accept(
    app: &App,
    job: Job,
    mention: Mention,
    article: Article,
    linked: Linked,
) -> Result<()> {
    let now = app.now();
    let event = app
        .db
        .write(async move |tx| {
            articles::lock(tx, mention.article_id).await?;
            let event = match store::find(tx, mention.id).await? {
                Some(latest) => {
                    let (mention, article, linked) = (&mention, &article, &linked);
                    let latest = latest.moderation_status;
                    Some(Accepted { mention, latest, article, linked, now }.save(tx).await?)
                }
                None => None,
            };
            finish(tx, &job, &mention).await?;
            Ok::<_, Error>(event)
        })
        .await?;
    if let Some(event) = event {
        app.shared.events.raise(event);
    }
    Ok(())
}

/// Keeps a verified mention although its source can't be read now.
pub(super) async fn keep(
    app: &App,
    job: Job,
    mention: Mention,
    reason: &'static str,
) -> Result<()> {
    let now = app.now();
    app.db
        .write(async move |tx| {
            articles::lock(tx, mention.article_id).await?;
            let verdict = Verdict { reason: Some(reason), ..unchanged(tx, &mention).await? };
            store::save_verdict(tx, mention.id, &verdict, now).await?;
            finish(tx, &job, &mention).await
        })
        .await
}

/// Rejects a mention. If its source leads to the page of another one, that is verified again.
pub(super) async fn reject(
    app: &App,
    job: Job,
    mention: Mention,
    reason: &'static str,
    page: Option<Url>,
) -> Result<()> {
    let now = app.now();
    app.db
        .write(async move |tx| {
            articles::lock(tx, mention.article_id).await?;
            let target_url =
                mention.pending_target_url.clone().unwrap_or_else(|| mention.target_url.clone());
            let kept = unchanged(tx, &mention).await?;
            // Rejected rows stay small. An approved one may be verified again, and keeps its text.
            let metadata = match kept.moderation_status {
                ModerationStatus::Pending => SourceMetadata::default(),
                ModerationStatus::Approved | ModerationStatus::Spam => kept.metadata.clone(),
            };
            let verdict = Verdict {
                verification: Verification::Rejected,
                reason: Some(reason),
                verified_at: None,
                target_url,
                page_key: None,
                same_as: None,
                metadata,
                ..kept
            };
            let of_page = match &page {
                Some(page) => {
                    store::find_of_page(tx, mention.article_id, &page_key(page, &mention)).await?
                }
                None => None,
            };
            let page = of_page.map(|page| page.id).filter(|page| *page != mention.id);
            if let Some(page) = mention.same_as.or(page) {
                verify_again(tx, page, now).await?;
            }
            release_joined(tx, &mention, now).await?;
            store::save_verdict(tx, mention.id, &verdict, now).await?;
            finish(tx, &job, &mention).await
        })
        .await
}

impl Accepted<'_> {
    async fn save(&self, tx: &mut Conn<'_>) -> Result<Event> {
        let Self { mention, linked, now, .. } = *self;
        let page_key = page_key(&linked.page, mention);
        let of_page = store::find_of_page(tx, self.article.id, &page_key).await?;
        if let Some(page) = of_page.filter(|page| page.id != mention.id) {
            return self.join_page(tx, page).await;
        }
        if let Some(page) = self.find_canonical(tx).await? {
            // The other page's own text decides.
            self.join(tx, page.id).await?;
            verify_again(tx, page.id, now).await?;
            return Ok(self.event(page.id, page.moderation_status));
        }
        if mention.page_key.as_ref() != Some(&page_key) {
            release_joined(tx, mention, now).await?;
        }
        let metadata = metadata::of_page(mention, linked.mentioned.clone(), now);
        let judged = self.judge(tx, &metadata, mention.moderation_status).await?;
        // A moderator's decision since then takes precedence.
        let is_decided = self.latest != mention.moderation_status;
        let moderation_status = if is_decided { self.latest } else { judged };
        let verdict = Verdict {
            reason: None,
            verified_at: Some(now),
            moderation_status,
            metadata,
            target_url: original_spelling(mention, &linked.mentioned.target),
            source_host: urls::host(&linked.page),
            page_key: Some(page_key),
            same_as: None,
            ..unchanged(tx, mention).await?
        };
        store::save_verdict(tx, mention.id, &verdict, now).await?;
        Ok(self.event(mention.id, moderation_status))
    }

    /// Joins the mention to the known one by the same page, which gets the text of the page.
    async fn join_page(&self, tx: &mut Conn<'_>, page: Mention) -> Result<Event> {
        self.join(tx, page.id).await?;
        let metadata = match self.mention.protocol {
            // A trackback's text is its sender's, and must not replace that of a known mention.
            MentionProtocol::Trackback => page.metadata.clone(),
            _ => metadata::of_page(self.mention, self.linked.mentioned.clone(), self.now),
        };
        let before = page.moderation_status.joined_by(self.latest);
        let status = self.judge(tx, &metadata, before).await?;
        store::update_page(tx, page.id, &metadata, status, self.now).await?;
        Ok(self.event(page.id, status))
    }

    async fn join(&self, tx: &mut Conn<'_>, page: MentionId) -> Result<()> {
        release_joined(tx, self.mention, self.now).await?;
        let latest = Mention { moderation_status: self.latest, ..self.mention.clone() };
        Ok(store::join(tx, &latest, page, self.now).await?)
    }

    /// Returns the verified mention by the page of the same host that this page calls itself. A page could
    /// call itself any page of another host.
    async fn find_canonical(&self, tx: &mut Conn<'_>) -> Result<Option<Mention>> {
        let own = &self.linked.page;
        let canonical = self.linked.canonical.as_ref();
        let canonical = canonical.filter(|canonical| urls::host(canonical) == urls::host(own));
        let Some(canonical) = canonical else { return Ok(None) };
        let key = page_key(canonical, self.mention);
        let found = store::find_of_page(tx, self.article.id, &key).await?;
        Ok(found.filter(|page| page.id != self.mention.id))
    }

    async fn judge(
        &self,
        tx: &mut Conn<'_>,
        metadata: &SourceMetadata,
        before: ModerationStatus,
    ) -> Result<ModerationStatus> {
        let site = comment_settings::site(tx).await?.rules;
        let page = &self.linked.page;
        let is_known = store::is_known(tx, &urls::host(page)).await?;
        let text = metadata::moderated_text(metadata, &[&self.mention.source_url, page.as_str()]);
        Ok(ModerationStatus::judge(before, &text, &site, &self.article.overrides, is_known))
    }

    fn event(&self, mention: MentionId, status: ModerationStatus) -> Event {
        let article = self.article.id;
        match status {
            ModerationStatus::Approved => Event::MentionVerified { mention, article },
            ModerationStatus::Pending | ModerationStatus::Spam => {
                Event::MentionHeld { mention, article }
            }
        }
    }
}

/// Returns the key of a page. A URL that is too long for one leaves that of the source.
fn page_key(page: &Url, mention: &Mention) -> String {
    let key = |url: &Url| urls::normalise(&urls::without_fragment(url));
    let own = Some(key(page)).filter(|key| key.len() <= urls::MAX_BYTES);
    let of_source = || Url::parse(&mention.source_url).ok().map(|url| key(&url));
    own.or_else(of_source).unwrap_or_else(|| mention.source_url.clone())
}

/// Queues another verification of a mention.
async fn verify_again(tx: &mut Conn<'_>, id: MentionId, now: Time) -> Result<()> {
    let job = NewJob { task: Task::Verify(id), to: None, from: None, due: now };
    Ok(web_jobs::push(tx, job).await?)
}

/// Verifies the mentions again that were joined to this one, since its page is another now.
async fn release_joined(tx: &mut Conn<'_>, mention: &Mention, now: Time) -> Result<()> {
    for joined in store::release_joined(tx, mention.id).await? {
        verify_again(tx, joined, now).await?;
    }
    Ok(())
}

/// The verdict that keeps the mention as it is, with a moderator's latest decision.
async fn unchanged(tx: &mut Conn<'_>, mention: &Mention) -> Result<Verdict> {
    let latest = store::find(tx, mention.id).await?;
    Ok(Verdict {
        verification: Verification::Verified,
        reason: None,
        verified_at: mention.verified_at,
        moderation_status: latest.map_or(mention.moderation_status, |now| now.moderation_status),
        target_url: mention.target_url.clone(),
        source_host: mention.source_host.clone(),
        page_key: mention.page_key.clone(),
        same_as: mention.same_as,
        metadata: mention.metadata.clone(),
    })
}

/// Returns a linked URL in the sender's spelling. The sender of a trackback names none.
fn original_spelling(mention: &Mention, linked: &Url) -> String {
    let sent = mention.pending_target_url.iter().chain([&mention.target_url]);
    let mut same =
        sent.filter(|sent| Url::parse(sent).is_ok_and(|sent| urls::is_same(&sent, linked)));
    same.next().cloned().unwrap_or_else(|| linked.to_string())
}

/// Counts the article's mentions and finishes the job.
async fn finish(tx: &mut Conn<'_>, job: &Job, mention: &Mention) -> Result<()> {
    store::recount(tx, mention.article_id).await?;
    Ok(web_jobs::finish(tx, job).await?)
}
