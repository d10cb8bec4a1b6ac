//! Posting a comment. The article is held from the first look to the commit, so that what is
//! checked still holds when the comment is written, whoever else posts, moderates or closes.

use std::net::IpAddr;

use chrono::Duration;
use sha2::{Digest, Sha256};

use super::prepare::{Prepared, prepare};
use super::{App, Error, ResourceKind, Result, article, flood};
use crate::domain::Time;
use crate::domain::WireName;
use crate::domain::article::{Article, ArticleId};
use crate::domain::check::{Checks, Violation};
use crate::domain::comment::{Comment, CommentDraft, CommentId, CommentStatus, Facts, judge};
use crate::domain::comment_settings::{Discussion, Moderation, OpenState, SiteSettings};
use crate::domain::event::Event;
use crate::domain::policy::Actor;
use crate::service::idempotency::{self, Idempotent, Outcome};
use crate::store::comments::{self as store, NewComment};
use crate::store::{Conn, articles, comment_settings, users};
use crate::text::fold;

/// How long it is kept where a comment came from: as long as an argument about it may last.
pub const KEEP_TRACES: Duration = Duration::days(90);

/// A comment that comes in.
#[derive(Debug, Clone)]
pub struct Posting {
    /// Under which article.
    pub article_id: ArticleId,
    /// Who is signed in, if anybody.
    pub actor: Option<Actor>,
    /// What they wrote.
    pub draft: CommentDraft,
    /// Where they call from, proxies seen through.
    pub address: IpAddr,
    /// What they call with.
    pub user_agent: Option<String>,
}

/// Takes a comment in.
///
/// # Errors
/// In this order: [`Error::NotFound`], [`Error::CommentsClosed`], [`Error::LoginRequired`],
/// [`Error::Invalid`], [`Error::Conflict`], [`Error::TooMany`].
pub async fn post(app: &App, posting: Posting, idempotent: Idempotent<Comment>) -> Result<Outcome> {
    let now = app.now();
    let site = match app.db.read(async |conn| look(conn, &posting, &idempotent, now).await).await? {
        First::Go(site) => site,
        First::Answered(outcome) => return Ok(outcome),
    };
    let prepared = prepare(&posting.draft, site).await?;
    let (outcome, event) = app
        .db
        .write(async move |tx| {
            let mut event = None;
            let outcome = idempotency::run(tx, now, &idempotent, async |tx| {
                let comment = add(tx, &posting, &prepared, now).await?;
                event = Some(event_of(&comment));
                Ok(comment)
            })
            .await?;
            Ok::<_, Error>((outcome, event))
        })
        .await?;
    if let Some(event) = event {
        app.shared.events.raise(event);
    }
    Ok(outcome)
}

/// What a first look at a comment came to.
enum First {
    /// It was answered before.
    Answered(Outcome),
    /// It may be taken in, by these settings.
    Go(SiteSettings),
}

/// Refuses what will be refused, by a few reads: a flood is turned away here, before anything is
/// rendered, and without waiting for those who write. What passes is looked at again when it is
/// written; then it counts.
async fn look(
    conn: &mut Conn<'_>,
    posting: &Posting,
    idempotent: &Idempotent<Comment>,
    now: Time,
) -> Result<First> {
    if let Some(outcome) = idempotency::kept(conn, idempotent).await? {
        return Ok(First::Answered(outcome));
    }
    let article = article(conn, posting.actor.as_ref(), posting.article_id).await?;
    let site = comment_settings::site(conn).await?;
    admit(&article, &site, posting, now)?;
    if posting.actor.is_none() {
        let author = Author::of(conn, posting).await?;
        match flood::look(conn, posting.address, author.email.as_deref(), now).await {
            // Whoever sends twice, or something wrong, is to hear of that rather than of the pause.
            Err(too_soon @ Error::TooMany(_)) => {
                check(conn, &author, posting, false, &site).await?;
                repeated(conn, &author, posting).await?;
                return Err(too_soon);
            }
            other => other?,
        }
    }
    Ok(First::Go(site))
}

fn event_of(comment: &Comment) -> Event {
    let (id, article) = (comment.id, comment.article_id);
    match comment.held_for {
        None => Event::CommentPublished { comment: id, article },
        Some(reason) => Event::CommentHeld { comment: id, article, reason },
    }
}

async fn add(
    tx: &mut Conn<'_>,
    posting: &Posting,
    prepared: &Prepared,
    now: Time,
) -> Result<Comment> {
    articles::lock(tx, posting.article_id).await?;
    let article = article(tx, posting.actor.as_ref(), posting.article_id).await?;
    let site = comment_settings::site(tx).await?;
    admit(&article, &site, posting, now)?;
    let author = Author::of(tx, posting).await?;
    let parent = check(tx, &author, posting, prepared.is_blank, &site).await?;
    let fingerprint = repeated(tx, &author, posting).await?;
    if posting.actor.is_none() {
        flood::pass(tx, posting.address, author.email.as_deref(), now).await?;
    }
    let facts = facts(tx, &article, author.email.as_deref(), posting, prepared, &site).await?;
    let (status, held_for) = judge(&site.rules, &article.overrides, &facts);
    let new = NewComment {
        article_id: article.id,
        parent_id: parent.as_ref().map(|parent| parent.id),
        depth: parent.as_ref().map_or(1, |parent| parent.depth + 1),
        status: status.as_str(),
        // What it answers is shown: nothing else can be answered.
        shown: status == CommentStatus::Approved,
        held_for: held_for.map(|reason| reason.as_str()),
        user_id: posting.actor.map(|actor| actor.user_id),
        is_staff: posting.actor.is_some(),
        author_name: author.name,
        author_email: author.email,
        author_url: posting.draft.author_url.clone(),
        fingerprint,
        client_address: posting.address.to_string(),
        user_agent: posting.user_agent.clone(),
        client_data_expires_at: (now + KEEP_TRACES).into(),
        created_at: now.into(),
        updated_at: now.into(),
        body: posting.draft.body.clone(),
        html: prepared.html.clone(),
        path: Vec::new(),
    };
    let id = store::insert(tx, &new, parent.as_ref()).await?;
    store::find(tx, id).await?.ok_or(Error::NotFound(ResourceKind::Comment))
}

/// Whether comments are taken at all, and from them.
fn admit(article: &Article, site: &SiteSettings, posting: &Posting, now: Time) -> Result<()> {
    let state =
        Discussion::of(&site.rules, &article.overrides, article.status, article.published_at, now);
    if state.comments.gate == OpenState::Closed {
        return Err(Error::CommentsClosed(state.comments.reason));
    }
    if site.rules.require_login && posting.actor.is_none() {
        return Err(Error::LoginRequired);
    }
    Ok(())
}

/// Who wrote it.
struct Author {
    /// What tells them from others.
    identity: String,
    name: Option<String>,
    email: Option<String>,
}

impl Author {
    /// Whoever is signed in goes by their account's name, and leaves no address: the account has it.
    async fn of(tx: &mut Conn<'_>, posting: &Posting) -> Result<Self> {
        if let Some(actor) = &posting.actor {
            let user = users::find(tx, actor.user_id).await?;
            let user = user.ok_or(Error::NotFound(ResourceKind::User))?;
            let identity = format!("user {}", user.id);
            return Ok(Self { identity, name: Some(user.name), email: None });
        }
        let (name, email) = (posting.draft.author_name.clone(), posting.draft.author_email.clone());
        let identity = match &email {
            Some(email) => format!("email {email}"),
            None => format!("name {}", fold::fold(name.as_deref().unwrap_or_default())),
        };
        Ok(Self { identity, name, email })
    }

    /// What a comment is recognised by when it comes again, however it is spaced.
    fn fingerprint(&self, body: &str) -> String {
        let words: Vec<&str> = body.split_whitespace().collect();
        let said = format!("{}\n{}", self.identity, words.join(" "));
        Sha256::digest(said).iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Checks the fields against the settings; what it answers.
async fn check(
    tx: &mut Conn<'_>,
    author: &Author,
    posting: &Posting,
    is_blank: bool,
    site: &SiteSettings,
) -> Result<Option<Comment>> {
    let mut checks = Checks::default();
    if site.rules.require_name_email && posting.actor.is_none() {
        for (pointer, value) in [("/author_name", &author.name), ("/author_email", &author.email)] {
            if value.is_none() {
                checks.violation(pointer, Violation::Required);
            }
        }
    }
    if is_blank {
        checks.violation("/body", Violation::Empty);
    }
    let parent = match posting.draft.parent_id {
        Some(id) => parent(tx, posting.article_id, id).await?,
        None => None,
    };
    match &parent {
        Some(parent) if parent.depth >= site.rules.thread_depth => {
            let max = u64::try_from(site.rules.thread_depth).unwrap_or(1);
            checks.violation("/parent_id", Violation::TooDeep { max });
        }
        None if posting.draft.parent_id.is_some() => {
            checks.violation("/parent_id", Violation::UnknownComment);
        }
        _ => {}
    }
    Ok(checks.finish(parent)?)
}

/// Refuses what its author has said here already; what it is recognised by.
async fn repeated(tx: &mut Conn<'_>, author: &Author, posting: &Posting) -> Result<String> {
    let fingerprint = author.fingerprint(&posting.draft.body);
    if store::is_repeated(tx, posting.article_id, &fingerprint).await? {
        return Err(Error::conflict("comment_repeated", []));
    }
    Ok(fingerprint)
}

/// What readers don't see can't be answered, and looks as if it weren't there.
async fn parent(tx: &mut Conn<'_>, article: ArticleId, id: CommentId) -> Result<Option<Comment>> {
    let found = store::find(tx, id).await?;
    Ok(found.filter(|parent| parent.article_id == article && parent.shown))
}

async fn facts(
    tx: &mut Conn<'_>,
    article: &Article,
    email: Option<&str>,
    posting: &Posting,
    prepared: &Prepared,
    site: &SiteSettings,
) -> Result<Facts> {
    let moderation = article.overrides.moderation.unwrap_or(site.rules.moderation);
    let known = match email {
        Some(email) if moderation == Moderation::FirstTime => store::is_known(tx, email).await?,
        _ => false,
    };
    let found = prepared.found(site);
    Ok(Facts {
        is_staff: posting.actor.is_some(),
        known,
        links: prepared.links,
        moderation_word: found.moderation_word,
        blocked_word: found.blocked_word,
    })
}
