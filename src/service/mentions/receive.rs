//! Receives a mention: checks it without a request to another site and queues its verification.

use super::site_urls::UrlTarget;
use crate::domain::article::{Article, ArticleId};
use crate::domain::comment_settings::OpenState;
use crate::domain::mention::{Kind, MentionId, ModerationStatus, Refused, SourceMetadata};
use crate::service::{App, Error, Result};
use crate::store::articles::{self, Projection};
use crate::store::mentions::{self as store, NewMention};
use crate::store::web_jobs::{self, Task};
use crate::store::{Conn, comment_settings};
use crate::web::urls;

/// The most unverified mentions of one host.
const MAX_WAITING_OF_HOST: i64 = 20;
/// The most unverified mentions of all hosts, since an attacker may use many host names.
const MAX_WAITING: i64 = 5_000;
/// The `Retry-After` of a refused host, in seconds.
const RETRY_AFTER: u64 = 60;

/// A mention as it is sent.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// The protocol.
    pub kind: Kind,
    /// The URL of the linking page.
    pub source: String,
    /// The linked article.
    pub target: Target,
    /// The metadata that a trackback's sender supplies.
    pub said: SourceMetadata,
}

/// The target of a mention.
#[derive(Debug, Clone)]
pub enum Target {
    /// A URL, which must be that of an article.
    Address(String),
    /// An article, for trackbacks.
    Article(ArticleId),
}

/// A received mention.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Received {
    /// Its id.
    pub id: MentionId,
    /// Whether it was verified before and is only verified again.
    pub known: bool,
}

/// Receives a mention.
///
/// # Errors
/// [`Error::Mention`]; [`Error::TooMany`] if too many mentions of its host wait; and
/// [`Error::NotFound`] if a trackback's article does not exist.
pub async fn receive(app: &App, incoming: Incoming) -> Result<Received> {
    let web = &app.shared.web;
    let source = urls::parse(&incoming.source).map_err(|_| Refused::SourceInvalid)?;
    web.fetcher.check(&source).map_err(|_| Refused::SourceInvalid)?;
    let article = match &incoming.target {
        Target::Article(id) => open_article(app, &UrlTarget::ById(*id)).await,
        Target::Address(text) => {
            let target = urls::parse(text).map_err(|_| Refused::TargetInvalid)?;
            if urls::is_same(&urls::without_fragment(&source), &urls::without_fragment(&target)) {
                return Err(Refused::SameAddress.into());
            }
            open_article(app, &web.urls.place(&target)).await
        }
    }?;
    if matches!(web.urls.place(&source), UrlTarget::BySlug(_) | UrlTarget::ById(_)) {
        return Err(Refused::SourceOwn.into());
    }
    let target_url = match incoming.target {
        Target::Address(text) => text,
        // Trackbacks name no URL: the page must link to a public URL of the article.
        Target::Article(id) => {
            let first = web.urls.all(&article.slug, id).into_iter().next();
            first.map_or_else(String::new, String::from)
        }
    };
    let new = NewMention {
        article_id: article.id,
        kind: incoming.kind,
        source_key: urls::normalise(&urls::without_fragment(&source)),
        source_host: urls::host(&source),
        source_url: String::from(source),
        target_url,
        metadata: incoming.said,
    };
    save(app, new).await
}

/// Returns the published article of a target if it accepts pings.
async fn open_article(app: &App, place: &UrlTarget) -> Result<Article> {
    let now = app.now();
    let place = place.clone();
    let (article, site) = app
        .db
        .read(async |conn| {
            let article = find(conn, &place).await?;
            Ok::<_, Error>((article, comment_settings::site(conn).await?))
        })
        .await?;
    let state = article.discussion(&site.rules, now);
    if state.pings.state == OpenState::Closed {
        return Err(Refused::PingsClosed.into());
    }
    Ok(article)
}

/// Returns the published article of a target.
pub(super) async fn find(conn: &mut Conn<'_>, place: &UrlTarget) -> Result<Article> {
    let found = match place {
        UrlTarget::BySlug(key) => {
            match articles::find_by_slug_key(conn, key, Projection::Summary).await? {
                Some(article) => Some(article),
                None => match articles::find_former_slug(conn, key).await? {
                    Some(id) => articles::find(conn, id, Projection::Summary).await?,
                    None => None,
                },
            }
        }
        UrlTarget::ById(id) => articles::find(conn, *id, Projection::Summary).await?,
        UrlTarget::Ours => return Err(Refused::TargetNotArticle.into()),
        UrlTarget::Foreign => return Err(Refused::TargetForeign.into()),
    };
    found.filter(Article::is_public).ok_or_else(|| Refused::TargetMissing.into())
}

/// Saves the mention and queues its verification, in one transaction.
async fn save(app: &App, new: NewMention) -> Result<Received> {
    let now = app.now();
    app.db
        .write(async move |tx| {
            articles::lock(tx, new.article_id).await?;
            // It may have been deleted or withdrawn since the checks.
            find(tx, &UrlTarget::ById(new.article_id)).await?;
            let before = store::find_by_source(tx, new.article_id, &new.source_key).await?;
            if before
                .as_ref()
                .is_some_and(|before| before.moderation_status == ModerationStatus::Spam)
            {
                return Err(Refused::SourceDenied.into());
            }
            let received = match before {
                Some(before) => {
                    let mut new = new.clone();
                    if new.kind == Kind::Trackback {
                        // A trackback is not authenticated and must not replace a known mention.
                        (new.kind, new.target_url) = (before.kind, before.target_url);
                    }
                    store::requeue(tx, before.id, &new, now).await?;
                    Received { id: before.id, known: before.verified_at.is_some() }
                }
                None if is_flooded(tx, &new.source_host).await? => {
                    return Err(Error::TooMany(RETRY_AFTER));
                }
                None => Received { id: store::insert(tx, &new, now).await?, known: false },
            };
            web_jobs::push(tx, Task::Verify(received.id), now).await?;
            Ok(received)
        })
        .await
}

async fn is_flooded(tx: &mut Conn<'_>, host: &str) -> Result<bool> {
    Ok(store::count_queued(tx, host).await? >= MAX_WAITING_OF_HOST
        || web_jobs::count_verifications(tx).await? >= MAX_WAITING)
}
