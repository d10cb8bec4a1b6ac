//! Receives a mention: checks it without a request to another site and queues its verification.

use crate::domain::article::{Article, ArticleId};
use crate::domain::comment_settings::OpenState;
use crate::domain::mention::{MentionId, MentionProtocol, MentionRefusal, SourceMetadata};
use crate::service::site_urls::UrlTarget;
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
    pub protocol: MentionProtocol,
    /// The URL of the linking page.
    pub source: String,
    /// The linked article.
    pub target: Target,
    /// The metadata that a trackback's sender supplies.
    pub metadata: SourceMetadata,
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
    let source = urls::parse(&incoming.source).map_err(|_| MentionRefusal::SourceInvalid)?;
    web.fetcher.check(&source).map_err(|_| MentionRefusal::SourceInvalid)?;
    let target = match &incoming.target {
        Target::Article(id) => UrlTarget::ById(*id),
        Target::Address(text) => {
            let target = urls::parse(text).map_err(|_| MentionRefusal::TargetInvalid)?;
            if urls::is_same(&urls::without_fragment(&source), &urls::without_fragment(&target)) {
                return Err(MentionRefusal::SameAddress.into());
            }
            web.urls.classify(&target)
        }
    };
    let source_key = urls::normalise(&urls::without_fragment(&source));
    let article = open_article(app, &target, &source_key).await?;
    if web.urls.is_ours(&source) {
        return Err(MentionRefusal::SourceOwn.into());
    }
    let new = NewMention {
        article_id: article.id,
        protocol: incoming.protocol,
        source_key,
        source_host: urls::host(&source),
        source_url: String::from(source),
        target_url: match incoming.target {
            Target::Address(text) => text,
            Target::Article(_) => web.urls.public(&article),
        },
        metadata: incoming.metadata,
    };
    save(app, new).await
}

/// Returns the published article of a target if it accepts pings. A known source may update or
/// remove its mention after the pings have closed.
async fn open_article(app: &App, target: &UrlTarget, source_key: &str) -> Result<Article> {
    let now = app.now();
    let (target, source_key) = (target.clone(), source_key.to_owned());
    app.db
        .read(async |conn| {
            let article = find(conn, &target).await?;
            let site = comment_settings::site(conn).await?;
            if article.discussion(&site.rules, now).pings.state == OpenState::Open {
                return Ok(article);
            }
            match store::find_by_source(conn, article.id, &source_key).await? {
                Some(known) if known.is_verified() => Ok(article),
                _ => Err(MentionRefusal::PingsClosed.into()),
            }
        })
        .await
}

/// Returns the published article of a target.
pub(super) async fn find(conn: &mut Conn<'_>, target: &UrlTarget) -> Result<Article> {
    let found = match target {
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
        UrlTarget::OtherPage => return Err(MentionRefusal::TargetNotArticle.into()),
        UrlTarget::Foreign => return Err(MentionRefusal::TargetForeign.into()),
    };
    found.filter(Article::is_public).ok_or_else(|| MentionRefusal::TargetMissing.into())
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
            let before = match before {
                Some(before) => Some(store::with_joined(tx, before).await?),
                None => None,
            };
            let received = match before {
                Some((own, page)) if own.is_spam() || page.is_spam() => {
                    return Err(MentionRefusal::SourceDenied.into());
                }
                Some((before, _)) => {
                    let (mut new, known) = (new.clone(), before.is_verified());
                    if new.protocol == MentionProtocol::Trackback {
                        // A trackback is not authenticated and must not replace a known mention.
                        (new.protocol, new.target_url) = (before.protocol, before.target_url);
                    }
                    store::requeue(tx, before.id, &new, now).await?;
                    Received { id: before.id, known }
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
