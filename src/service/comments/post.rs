//! Posts a comment. The transaction locks the article before its checks, so that concurrent
//! comments, moderation and settings cannot invalidate them.

use std::net::IpAddr;

use chrono::Duration;

use super::author::{Author, set_author_hash};
use super::checks::{Fields, check_fields, check_open, check_repetition, facts};
use super::prepare::{Prepared, prepare};
use super::{App, Error, ResourceKind, Result, article, rate_limit};
use crate::auth::secrets::EditToken;
use crate::domain::article::{Article, ArticleId};
use crate::domain::check::Violation;
use crate::domain::comment::{
    Comment, CommentDraft, CommentStatus, Facts, HoldReason, MAX_DEPTH, judge,
};
use crate::domain::comment_settings::SiteSettings;
use crate::domain::event::Event;
use crate::domain::policy::{self, Actor};
use crate::domain::user::Role;
use crate::domain::{Time, WireName};
use crate::service::idempotency::{self, Idempotent, Outcome};
use crate::store::comments::{self as store, NewComment};
use crate::store::{Conn, articles, comment_settings, locks};
use crate::text::direction;
use crate::text::lang::Lang;

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

impl Posting {
    /// Returns the signed-in author. An imported comment has another one.
    pub(super) fn writer(&self) -> Option<&Actor> {
        self.actor.as_ref().filter(|_| !self.is_import())
    }

    fn is_import(&self) -> bool {
        self.draft.created_at.is_some()
    }

    /// Returns the fields that the settings decide about.
    fn fields<'a>(&self, author: &'a Author, is_blank: bool, site: &SiteSettings) -> Fields<'a> {
        Fields {
            author,
            is_anonymous: self.actor.is_none(),
            is_blank,
            parent_id: self.draft.parent_id,
            max_depth: if self.is_import() { MAX_DEPTH } else { site.rules.thread_depth },
        }
    }

    /// Hashes author, words and parent. Imported comments may repeat, at another time.
    fn fingerprint(&self, author: &Author) -> String {
        let body = match self.draft.created_at {
            Some(at) => format!("{} {}", at.timestamp_micros(), self.draft.body),
            None => self.draft.body.clone(),
        };
        author.fingerprint(&body, self.draft.parent_id)
    }
}

/// The outcome of posting a comment.
#[derive(Debug)]
pub struct Posted {
    /// The answer, without the edit token.
    pub outcome: Outcome,
    /// The comment and its edit token, unless the answer is a replay or the site allows no edits.
    pub editable: Option<(Comment, EditToken)>,
}

/// Posts a comment.
///
/// # Errors
/// In this order: [`Error::NotFound`], [`Error::CommentsClosed`], [`Error::LoginRequired`],
/// [`Error::Invalid`], [`Error::Conflict`], [`Error::TooMany`].
pub async fn post(app: &App, posting: Posting, idempotent: Idempotent<Comment>) -> Result<Posted> {
    let now = app.now();
    check_import(&posting, now)?;
    let result = app.db.read(async |conn| precheck(conn, &posting, &idempotent, now).await).await?;
    let site = match result {
        Precheck::Passed(site) => site,
        Precheck::Replayed(outcome) => return Ok(Posted { outcome, editable: None }),
    };
    let prepared = prepare(&posting.draft, site).await?;
    let shared = app.shared.clone();
    let (outcome, added) = app
        .db
        .write(async move |tx| {
            let mut added = None;
            let outcome = idempotency::run(tx, now, &idempotent, async |tx| {
                let (mut comment, token) = add(tx, &posting, &prepared, now).await?;
                set_author_hash(shared.author_hasher.as_ref(), &mut comment);
                added = Some((comment.clone(), token));
                Ok(comment)
            })
            .await?;
            Ok::<_, Error>((outcome, added))
        })
        .await?;
    if let Some((comment, _)) = &added {
        app.shared.events.raise(event_of(comment));
    }
    let editable = added.and_then(|(comment, token)| Some((comment, token?)));
    Ok(Posted { outcome, editable })
}

/// Checks that only admins import comments, and that their time is past.
fn check_import(posting: &Posting, now: Time) -> Result<()> {
    let Some(created_at) = posting.draft.created_at else { return Ok(()) };
    let is_admin =
        posting.actor.as_ref().is_some_and(|actor| policy::needs(actor, Role::Admin).is_ok());
    if !is_admin {
        return Err(Error::violation("/created_at", Violation::ReadOnly));
    }
    if created_at > now {
        let (min, max) = ("0001-01-01T00:00:00Z".to_owned(), now.to_rfc3339());
        return Err(Error::violation("/created_at", Violation::OutOfRange { min, max }));
    }
    Ok(())
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
    if !posting.is_import() {
        check_open(&article, &site, posting.actor.is_some(), now)?;
    }
    if posting.actor.is_none() {
        let author = Author::of(conn, None, &posting.draft).await?;
        match rate_limit::check(conn, posting.address, author.email.as_deref(), now).await {
            // The errors of a repeated or invalid comment take precedence over the rate limit.
            Err(too_soon @ Error::TooMany(_)) => {
                let fields = posting.fields(&author, false, &site);
                check_fields(conn, article.id, &fields, &site).await?;
                let fingerprint = posting.fingerprint(&author);
                check_repetition(conn, article.id, &fingerprint, None).await?;
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
) -> Result<(Comment, Option<EditToken>)> {
    if let Some(actor) = &posting.actor
        && !locks::user(tx, actor.user_id).await?
    {
        return Err(Error::InvalidToken("no_user"));
    }
    articles::lock(tx, posting.article_id).await?;
    let article = article(tx, posting.actor.as_ref(), posting.article_id).await?;
    let site = comment_settings::site(tx).await?;
    if !posting.is_import() {
        check_open(&article, &site, posting.actor.is_some(), now)?;
    }
    let author = Author::of(tx, posting.writer(), &posting.draft).await?;
    let fields = posting.fields(&author, prepared.is_blank, &site);
    let parent = check_fields(tx, article.id, &fields, &site).await?;
    let fingerprint = posting.fingerprint(&author);
    check_repetition(tx, article.id, &fingerprint, None).await?;
    if posting.actor.is_none() {
        rate_limit::record(tx, posting.address, author.email.as_deref(), now).await?;
    }
    let facts = facts(tx, &article, author.email.as_deref(), prepared, &site, None).await?;
    let (is_staff, is_trapped) = (posting.actor.is_some(), posting.draft.is_trapped);
    let facts = Facts { is_staff, is_trapped, ..facts };
    let judged = judge(&site.rules, &article.overrides, &facts);
    let token = edit_token(posting, &site)?;
    let lang = lang(posting, &article, prepared);
    let new = NewComment {
        parent_id: parent.as_ref().map(|parent| parent.id),
        depth: parent.as_ref().map_or(1, |parent| parent.depth + 1),
        author_name: author.name,
        author_email: author.email,
        fingerprint,
        edit_token_hash: token.as_ref().map(|token| token.hash().to_vec()),
        editable_until: token
            .as_ref()
            .map(|_| (now + Duration::minutes(site.rules.edit_minutes.into())).into()),
        lang: lang.map(|lang| lang.as_str().to_owned()),
        ..new_comment(posting, prepared, judged, now)
    };
    let id = store::insert(tx, &new, parent.as_ref()).await?;
    let comment = store::find(tx, id).await?.ok_or(Error::NotFound(ResourceKind::Comment))?;
    Ok((comment, token))
}

/// Fills the columns that follow from the posting and its moderation alone.
fn new_comment(
    posting: &Posting,
    prepared: &Prepared,
    (status, held_for): (CommentStatus, Option<HoldReason>),
    now: Time,
) -> NewComment {
    let is_shown = status == CommentStatus::Approved;
    let client_address = (!posting.is_import()).then(|| posting.address.to_string());
    NewComment {
        article_id: posting.article_id,
        parent_id: None,
        depth: 1,
        status: status.as_str(),
        shown: is_shown,
        listed: is_shown,
        held_for: held_for.map(|reason| reason.as_str()),
        user_id: posting.writer().map(|actor| actor.user_id),
        is_staff: posting.writer().is_some(),
        author_name: None,
        author_email: None,
        author_url: posting.draft.author_url.clone(),
        fingerprint: String::new(),
        client_data_expires_at: client_address
            .as_ref()
            .map(|_| (now + CLIENT_DATA_RETENTION).into()),
        client_address,
        user_agent: posting.user_agent.clone().filter(|_| !posting.is_import()),
        edit_token_hash: None,
        editable_until: None,
        lang: None,
        created_at: posting.draft.created_at.unwrap_or(now).into(),
        updated_at: now.into(),
        body: posting.draft.body.clone(),
        html: prepared.html.clone(),
        path: Vec::new(),
    }
}

/// Generates the edit token, if the site's authors may edit their comments.
fn edit_token(posting: &Posting, site: &SiteSettings) -> Result<Option<EditToken>> {
    if site.rules.edit_minutes == 0 || posting.is_import() {
        return Ok(None);
    }
    let token = EditToken::generate().map_err(|error| Error::Internal(error.to_string()))?;
    Ok(Some(token))
}

/// Returns the language of a comment: the sent one, or the article's if the text has its direction.
fn lang(posting: &Posting, article: &Article, prepared: &Prepared) -> Option<Lang> {
    posting.draft.lang.clone().or_else(|| {
        let direction = direction::of_html(&prepared.html);
        let is_alike = direction.is_none_or(|direction| direction == article.lang.direction());
        is_alike.then(|| article.lang.clone())
    })
}
