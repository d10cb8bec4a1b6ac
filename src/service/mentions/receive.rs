//! Taking a mention in: all that can be known without going anywhere is known at once, and what is
//! left is put in the queue. Called by the three endpoints of `http/mentions/`.

use super::site_urls::UrlTarget;
use crate::domain::article::{Article, ArticleId};
use crate::domain::comment_settings::{Discussion, OpenState};
use crate::domain::mention::{Kind, MentionId, ModerationStatus, Refused, SourceMetadata};
use crate::service::{App, Error, Result};
use crate::store::articles::{self, Projection};
use crate::store::mentions::{self as store, NewMention};
use crate::store::web_jobs::{self, Task};
use crate::store::{Conn, comment_settings};
use crate::web::urls;

/// The most mentions of one host that wait at a time.
const MOST_WAITING: i64 = 20;
/// The most mentions that wait in all: whoever has a name for each is no better than one host.
const MOST_WAITING_IN_ALL: i64 = 5_000;
/// How long a host that has too many is told to wait, in seconds.
const COME_BACK: u64 = 60;

/// A mention as it is told of.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// By what.
    pub kind: Kind,
    /// The page that is said to link.
    pub source: String,
    /// Where to.
    pub target: Target,
    /// What it said of itself.
    pub said: SourceMetadata,
}

/// What a mention is of.
#[derive(Debug, Clone)]
pub enum Target {
    /// An address that should be one of ours.
    Address(String),
    /// An article, as trackbacks name it.
    Article(ArticleId),
}

/// A mention that was taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Received {
    /// Which.
    pub id: MentionId,
    /// Whether it was known, and is only to be looked at anew.
    pub known: bool,
}

/// Takes a mention in.
///
/// # Errors
/// [`Error::Mention`]; [`Error::TooMany`] when its host has too many waiting; and for an article
/// that is named by its number [`Error::NotFound`].
pub async fn receive(app: &App, incoming: Incoming) -> Result<Received> {
    let web = &app.shared.web;
    let source = urls::parse(&incoming.source).map_err(|_| Refused::SourceInvalid)?;
    web.fetcher.check(&source).map_err(|_| Refused::SourceInvalid)?;
    let article = match &incoming.target {
        Target::Article(id) => open_article(app, &UrlTarget::ById(*id)).await,
        Target::Address(text) => {
            let target = urls::parse(text).map_err(|_| Refused::TargetInvalid)?;
            if urls::same(&urls::document(&source), &urls::document(&target)) {
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
        // Trackbacks name no address: the page must link to where readers find the article.
        Target::Article(id) => {
            let first = web.urls.all(&article.slug, id).into_iter().next();
            first.map_or_else(String::new, String::from)
        }
    };
    let new = NewMention {
        article_id: article.id,
        kind: incoming.kind,
        source_key: urls::normal(&urls::document(&source)),
        source_host: urls::host(&source),
        source_url: String::from(source),
        target_url,
        said: incoming.said,
    };
    keep(app, new).await
}

/// The article at a place, if it takes pings now. A draft is as if it weren't there.
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
    let state =
        Discussion::of(&site.rules, &article.overrides, article.status, article.published_at, now);
    if state.pings.gate == OpenState::Closed {
        return Err(Refused::PingsClosed.into());
    }
    Ok(article)
}

/// The published article at a place.
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

/// Keeps the mention and has it verified, in one transaction.
async fn keep(app: &App, new: NewMention) -> Result<Received> {
    let now = app.now();
    app.db
        .write(async move |tx| {
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
                        // It says of the page what anybody likes: that doesn't replace what is known.
                        (new.kind, new.target_url) = (before.kind, before.target_url);
                    }
                    store::requeue(tx, before.id, &new, now).await?;
                    Received { id: before.id, known: before.verified_at.is_some() }
                }
                None if is_flooded(tx, &new.source_host).await? => {
                    return Err(Error::TooMany(COME_BACK));
                }
                None => Received { id: store::insert(tx, &new, now).await?, known: false },
            };
            web_jobs::push(tx, Task::Verify(received.id), now).await?;
            Ok(received)
        })
        .await
}

async fn is_flooded(tx: &mut Conn<'_>, host: &str) -> Result<bool> {
    Ok(store::waiting_of(tx, host).await? >= MOST_WAITING
        || web_jobs::verifications(tx).await? >= MOST_WAITING_IN_ALL)
}
