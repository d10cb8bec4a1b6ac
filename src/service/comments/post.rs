//! Posts a comment. The transaction locks the article before its checks, so that concurrent
//! comments, moderation and settings cannot invalidate them.

use std::net::IpAddr;

use chrono::Duration;

use super::prepare::{Prepared, prepare};
use super::{App, Error, ResourceKind, Result, article, rate_limit};
use crate::domain::Time;
use crate::domain::WireName;
use crate::domain::article::{Article, ArticleId};
use crate::domain::check::{Checks, Violation};
use crate::domain::comment::{Comment, CommentDraft, CommentId, CommentStatus, Facts, judge};
use crate::domain::comment_settings::{Moderation, OpenState, SiteSettings};
use crate::domain::digest::sha256_hex;
use crate::domain::event::Event;
use crate::domain::policy::Actor;
use crate::service::idempotency::{self, Idempotent, Outcome};
use crate::store::comments::{self as store, NewComment};
use crate::store::{Conn, articles, comment_settings, locks, users};
use crate::text::fold;

/// The retention of a comment's client address and user agent, for disputes.
pub const CLIENT_DATA_RETENTION: Duration = Duration::days(90);

/// A submitted comment.
#[derive(Debug, Clone)]
pub struct Posting {
    /// The article.
    pub article_id: ArticleId,
    /// The signed-in user.
    pub actor: Option<Actor>,
    /// The comment's fields.
    pub draft: CommentDraft,
    /// The client's address, as given by trusted proxies.
    pub address: IpAddr,
    /// The `User-Agent` header.
    pub user_agent: Option<String>,
}

/// Posts a comment.
///
/// # Errors
/// In this order: [`Error::NotFound`], [`Error::CommentsClosed`], [`Error::LoginRequired`],
/// [`Error::Invalid`], [`Error::Conflict`], [`Error::TooMany`].
pub async fn post(app: &App, posting: Posting, idempotent: Idempotent<Comment>) -> Result<Outcome> {
    let now = app.now();
    let result = app.db.read(async |conn| precheck(conn, &posting, &idempotent, now).await).await?;
    let site = match result {
        Precheck::Passed(site) => site,
        Precheck::Replayed(outcome) => return Ok(outcome),
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

/// The result of the checks before the transaction.
enum Precheck {
    /// The idempotency key has this stored response.
    Replayed(Outcome),
    /// The comment may be added by these settings.
    Passed(SiteSettings),
}

/// Checks a comment by reads alone, so that a flood of comments costs neither rendering nor write
/// transactions. The transaction repeats the checks.
async fn precheck(
    conn: &mut Conn<'_>,
    posting: &Posting,
    idempotent: &Idempotent<Comment>,
    now: Time,
) -> Result<Precheck> {
    if let Some(outcome) = idempotency::stored(conn, idempotent).await? {
        return Ok(Precheck::Replayed(outcome));
    }
    let article = article(conn, posting.actor.as_ref(), posting.article_id).await?;
    let site = comment_settings::site(conn).await?;
    check_open(&article, &site, posting, now)?;
    if posting.actor.is_none() {
        let author = Author::of(conn, posting).await?;
        match rate_limit::check(conn, posting.address, author.email.as_deref(), now).await {
            // The errors of a repeated or invalid comment take precedence over the rate limit.
            Err(too_soon @ Error::TooMany(_)) => {
                check_fields(conn, &author, posting, false, &site).await?;
                check_repetition(conn, &author, posting).await?;
                return Err(too_soon);
            }
            other => other?,
        }
    }
    Ok(Precheck::Passed(site))
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
    if let Some(actor) = &posting.actor
        && !locks::user(tx, actor.user_id).await?
    {
        return Err(Error::InvalidToken("no_user"));
    }
    articles::lock(tx, posting.article_id).await?;
    let article = article(tx, posting.actor.as_ref(), posting.article_id).await?;
    let site = comment_settings::site(tx).await?;
    check_open(&article, &site, posting, now)?;
    let author = Author::of(tx, posting).await?;
    let parent = check_fields(tx, &author, posting, prepared.is_blank, &site).await?;
    let fingerprint = check_repetition(tx, &author, posting).await?;
    if posting.actor.is_none() {
        rate_limit::record(tx, posting.address, author.email.as_deref(), now).await?;
    }
    let facts = facts(tx, &article, author.email.as_deref(), posting, prepared, &site).await?;
    let (status, held_for) = judge(&site.rules, &article.overrides, &facts);
    let new = NewComment {
        article_id: article.id,
        parent_id: parent.as_ref().map(|parent| parent.id),
        depth: parent.as_ref().map_or(1, |parent| parent.depth + 1),
        status: status.as_str(),
        // Its ancestors are shown: other comments accept no replies.
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
        client_data_expires_at: (now + CLIENT_DATA_RETENTION).into(),
        created_at: now.into(),
        updated_at: now.into(),
        body: posting.draft.body.clone(),
        html: prepared.html.clone(),
        path: Vec::new(),
    };
    let id = store::insert(tx, &new, parent.as_ref()).await?;
    store::find(tx, id).await?.ok_or(Error::NotFound(ResourceKind::Comment))
}

/// Checks that the article accepts comments from this author.
fn check_open(article: &Article, site: &SiteSettings, posting: &Posting, now: Time) -> Result<()> {
    let state = article.discussion(&site.rules, now);
    if state.comments.state == OpenState::Closed {
        return Err(Error::CommentsClosed(state.comments.reason));
    }
    if site.rules.require_login && posting.actor.is_none() {
        return Err(Error::LoginRequired);
    }
    Ok(())
}

/// The author of a comment.
struct Author {
    /// Identifies the author in fingerprints.
    identity: String,
    name: Option<String>,
    email: Option<String>,
}

impl Author {
    /// Returns a signed-in user with the account's name and no email address, or the draft's author.
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

    /// Hashes the author and the words of a comment, to detect repetitions.
    fn fingerprint(&self, body: &str) -> String {
        let words: Vec<&str> = body.split_whitespace().collect();
        sha256_hex(format!("{}\n{}", self.identity, words.join(" ")))
    }
}

/// Checks the fields by the settings and returns the parent comment.
async fn check_fields(
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

/// Fails if the author has posted the same comment before. Returns its fingerprint.
async fn check_repetition(tx: &mut Conn<'_>, author: &Author, posting: &Posting) -> Result<String> {
    let fingerprint = author.fingerprint(&posting.draft.body);
    if store::is_repeated(tx, posting.article_id, &fingerprint).await? {
        return Err(Error::conflict("comment_repeated", []));
    }
    Ok(fingerprint)
}

/// Finds a parent comment that readers see; others accept no replies.
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
    let matches = prepared.rule_matches(site);
    Ok(Facts {
        is_staff: posting.actor.is_some(),
        known,
        links: prepared.links,
        moderation_word: matches.moderation_word,
        blocked_word: matches.blocked_word,
    })
}
