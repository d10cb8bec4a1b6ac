//! Receives a mention: checks it without a request to another site and queues its verification.

use std::net::IpAddr;

use super::admission::{self, Admission, RETRY_AFTER, Sender};
use super::host_rate_limits::destination;
use crate::domain::Time;
use crate::domain::article::{Article, ArticleId};
use crate::domain::comment_settings::OpenState;
use crate::domain::mention::{
    Mention, MentionId, MentionProtocol, MentionRefusal, ModerationStatus, SourceMetadata,
    Verification,
};
use crate::service::site_urls::UrlTarget;
use crate::service::{App, Error, ResourceKind, Result};
use crate::store::articles::{self, Projection};
use crate::store::mentions::{self as store, NewMention};
use crate::store::web_jobs::{self, Destination, NewJob, Origin, Task};
use crate::store::{Conn, comment_settings};
use crate::web::urls;

/// Attempts to save a mention in a full queue, in which others may take the room that was made.
const ATTEMPTS: usize = 3;

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
    /// The sender's address.
    pub sender: IpAddr,
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// The mention, as it was saved.
    pub mention: Mention,
    /// Whether it was verified before and is only verified again.
    pub known: bool,
}

/// Receives a mention.
///
/// # Errors
/// [`Error::Mention`]; [`Error::TooMany`] if the sender's network exceeds its rate limit, or too many
/// verifications wait; and [`Error::NotFound`] if a trackback's article does not exist.
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
    let sender = Sender::new(app, incoming.sender);
    let article = open_article(app, &sender, &target, &source_key).await?;
    if web.urls.is_ours(&source) {
        return Err(MentionRefusal::SourceOwn.into());
    }
    let to = destination(&source);
    let new = NewMention {
        article_id: article.id,
        protocol: incoming.protocol,
        source_key,
        source_host: to.host.clone(),
        source_url: String::from(source),
        target_url: match incoming.target {
            Target::Address(text) => text,
            Target::Article(_) => web.urls.public(&article),
        },
        metadata: incoming.metadata,
    };
    save(app, new, to, sender).await
}

/// Returns the published article of a target if it accepts pings. A known source may update or
/// remove its mention after the pings have closed.
async fn open_article(
    app: &App,
    sender: &Sender,
    target: &UrlTarget,
    source_key: &str,
) -> Result<Article> {
    let now = app.now();
    let (target, source_key) = (target.clone(), source_key.to_owned());
    app.db
        .read(async |conn| {
            // This read refuses most requests of a flood, without a write transaction.
            sender.check_rate(conn, now).await?;
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

/// Saves the mention and queues its verification. A full queue makes room for it.
async fn save(app: &App, new: NewMention, to: Destination, sender: Sender) -> Result<Received> {
    for _ in 0..ATTEMPTS {
        match try_save(app, new.clone(), to.clone(), sender.clone()).await? {
            Saved::Received(received) => return Ok(*received),
            Saved::Full(rank) => admission::make_room(app, rank).await?,
        }
    }
    Err(Error::TooMany(RETRY_AFTER))
}

/// The outcome of saving a mention.
enum Saved {
    /// It is saved and queued.
    Received(Box<Received>),
    /// The queue is full for a verification with this rank.
    Full(i32),
}

/// Saves the mention and queues its verification, in one transaction.
async fn try_save(app: &App, new: NewMention, to: Destination, sender: Sender) -> Result<Saved> {
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
            if before.as_ref().is_some_and(|(own, page)| own.is_spam() || page.is_spam()) {
                return Err(MentionRefusal::SourceDenied.into());
            }
            let before = before.map(|(own, _)| own);
            let is_queued = |before: &Mention| before.verification == Verification::Queued;
            let rank = match before.as_ref().is_some_and(is_queued) {
                // It has its place in the queue.
                true => 0,
                false => match sender.ask_queue(tx, &new.source_host).await? {
                    Admission::Admitted(rank) => rank,
                    Admission::Full(rank) => return Ok(Saved::Full(rank)),
                },
            };
            sender.count(tx, now).await?;
            let updated = match before {
                Some(before) => update(tx, &before, &new, now).await?,
                None => None,
            };
            let (id, known) = match updated {
                Some(known) => known,
                None => (store::insert(tx, &new, now).await?, false),
            };
            let from = Origin { network: &sender.network, rank };
            let task = Task::Verify(id);
            let job = NewJob { task, to: Some(&to), from: Some(from), due: now };
            web_jobs::push(tx, job).await?;
            // It may give way to another one right after the commit.
            let mention = store::find(tx, id).await?;
            let mention = mention.ok_or(Error::NotFound(ResourceKind::Mention))?;
            Ok(Saved::Received(Box::new(Received { mention, known })))
        })
        .await
}

/// Updates a mention that is sent again. Returns its id and whether it was verified before; `None` if it
/// was deleted meanwhile.
async fn update(
    tx: &mut Conn<'_>,
    before: &Mention,
    new: &NewMention,
    now: Time,
) -> Result<Option<(MentionId, bool)>> {
    let mut new = new.clone();
    let is_rejected = before.verification == Verification::Rejected
        && before.moderation_status == ModerationStatus::Pending;
    if new.protocol == MentionProtocol::Trackback && !is_rejected {
        // A trackback is not authenticated and must not replace a known mention.
        (new.protocol, new.target_url) = (before.protocol, before.target_url.clone());
    }
    let known = before.is_verified();
    if !store::requeue(tx, before.id, &new, now).await? {
        return Ok(None);
    }
    if is_rejected {
        store::set_metadata(tx, before.id, &new.metadata).await?;
    }
    Ok(Some((before.id, known)))
}
