//! Moderating: looking through comments, letting them through, and throwing them away. Each move
//! keeps the article's count and what is shown below in step, in the same transaction.

use std::collections::BTreeMap;

use super::{App, Error, ResourceKind, Result};
use crate::domain::Time;
use crate::domain::comment::{Comment, CommentEdit, CommentId, CommentQuery, CommentStatus};
use crate::domain::event::Event;
use crate::domain::listing::Page;
use crate::domain::policy::{self, Actor};
use crate::domain::user::Role;
use crate::service::Expected;
use crate::store::{Conn, articles, comments as store};
use crate::text::comment_html;

/// A page of comments of whatever status.
///
/// # Errors
/// [`Error::Forbidden`] for those who don't moderate.
pub async fn list(app: &App, actor: &Actor, query: CommentQuery) -> Result<Page<Comment>> {
    moderates(actor)?;
    app.db.scan(async move |conn| Ok(store::list(conn, &query).await?)).await
}

/// A comment of whatever status.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Forbidden`] for those who don't moderate.
pub async fn find(app: &App, actor: &Actor, id: CommentId) -> Result<Comment> {
    moderates(actor)?;
    app.db.read(async |conn| get(conn, id).await).await
}

/// Changes a comment to what `change` makes of it.
///
/// # Errors
/// [`Error::Stale`], [`Error::Invalid`], and as [`find`].
pub async fn update(
    app: &App,
    actor: &Actor,
    id: CommentId,
    expected: Expected,
    change: impl Fn(&Comment) -> Result<CommentEdit> + Send + 'static,
) -> Result<Comment> {
    moderates(actor)?;
    let now = app.now();
    let (before, after) = app
        .db
        .write(async move |tx| {
            let current = hold(tx, id).await?;
            expected.check(current.version)?;
            let edit = change(&current)?;
            let html = if current.body.as_ref() == Some(&edit.body) {
                current.html.clone()
            } else {
                // A comment is short and edits are few: not worth a thread before the transaction.
                comment_html::render(&edit.body).html
            };
            store::update(tx, id, &edit, &html, now).await?;
            store::set_shown(tx, &current, edit.status).await?;
            Ok::<_, Error>((current.status, get(tx, id).await?))
        })
        .await?;
    raise(app, &after, before);
    Ok(after)
}

/// Throws a comment away; it can be taken out again by giving it another status.
///
/// # Errors
/// [`Error::Stale`], and as [`find`].
pub async fn trash(app: &App, actor: &Actor, id: CommentId, expected: Expected) -> Result<()> {
    moderates(actor)?;
    let now = app.now();
    let (before, after) = app
        .db
        .write(async move |tx| {
            let current = hold(tx, id).await?;
            expected.check(current.version)?;
            move_to(tx, &current, CommentStatus::Trash, now).await?;
            Ok::<_, Error>((current.status, get(tx, id).await?))
        })
        .await?;
    raise(app, &after, before);
    Ok(())
}

/// Deletes a comment for good, with the answers to it, and all that is known of their authors.
///
/// # Errors
/// [`Error::Stale`], [`Error::NotFound`]; [`Error::Forbidden`] below admin.
pub async fn delete_permanently(
    app: &App,
    actor: &Actor,
    id: CommentId,
    expected: Expected,
) -> Result<()> {
    policy::needs(actor, Role::Admin)
        .map_err(|denied| Error::denied(ResourceKind::Comment, denied))?;
    let deleted = app
        .db
        .write(async move |tx| {
            let current = hold(tx, id).await?;
            expected.check(current.version)?;
            store::delete(tx, &current).await?;
            Ok::<_, Error>(current)
        })
        .await?;
    let event = Event::CommentDeleted { comment: deleted.id, article: deleted.article_id };
    app.shared.events.raise(event);
    Ok(())
}

/// What became of one comment of many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moderated {
    /// Which.
    pub id: CommentId,
    /// What became of it.
    pub moved: MovedTo,
}

/// What became of a comment that was to be moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MovedTo {
    /// It has the status now, and had another before.
    Changed,
    /// It had the status already.
    Unchanged,
    /// There is no such comment.
    NotFound,
}

/// Gives many comments a status, all in one transaction; what became of each, in the order asked.
///
/// # Errors
/// [`Error::Forbidden`] for those who don't moderate.
pub async fn moderate_many(
    app: &App,
    actor: &Actor,
    ids: Vec<CommentId>,
    status: CommentStatus,
) -> Result<Vec<Moderated>> {
    moderates(actor)?;
    let now = app.now();
    let (moderated, moves) = app
        .db
        .write(async move |tx| {
            let articles_of: BTreeMap<_, _> =
                store::articles_of(tx, &ids).await?.into_iter().collect();
            // Always in the same order, so that no two transactions wait for each other.
            let mut held: Vec<_> = articles_of.values().copied().collect();
            held.sort_unstable();
            held.dedup();
            for article in held {
                articles::lock(tx, article).await?;
            }
            let (mut moderated, mut moves) = (Vec::with_capacity(ids.len()), Vec::new());
            for id in ids.iter().copied() {
                // One that came after the look above is on an article that isn't held.
                let found = match articles_of.contains_key(&id) {
                    true => store::find(tx, id).await?,
                    false => None,
                };
                let moved = match found {
                    None => MovedTo::NotFound,
                    Some(comment) if comment.status == status => MovedTo::Unchanged,
                    Some(comment) => {
                        move_to(tx, &comment, status, now).await?;
                        moves.push(comment);
                        MovedTo::Changed
                    }
                };
                moderated.push(Moderated { id, moved });
            }
            Ok::<_, Error>((moderated, moves))
        })
        .await?;
    for before in moves {
        let (comment, article, from) = (before.id, before.article_id, before.status);
        let event = Event::CommentModerated { comment, article, from, to: status };
        app.shared.events.raise(event);
    }
    Ok(moderated)
}

async fn move_to(
    tx: &mut Conn<'_>,
    comment: &Comment,
    status: CommentStatus,
    now: Time,
) -> Result<()> {
    if comment.status == status {
        return Ok(());
    }
    store::set_status(tx, comment.id, status, now).await?;
    Ok(store::set_shown(tx, comment, status).await?)
}

/// The comment, with its article held until the transaction ends.
async fn hold(tx: &mut Conn<'_>, id: CommentId) -> Result<Comment> {
    let found = get(tx, id).await?;
    articles::lock(tx, found.article_id).await?;
    // It may have changed while another transaction held the article.
    get(tx, id).await
}

fn raise(app: &App, after: &Comment, from: CommentStatus) {
    if after.status != from {
        let (comment, article) = (after.id, after.article_id);
        let event = Event::CommentModerated { comment, article, from, to: after.status };
        app.shared.events.raise(event);
    }
}

async fn get(conn: &mut Conn<'_>, id: CommentId) -> Result<Comment> {
    store::find(conn, id).await?.ok_or(Error::NotFound(ResourceKind::Comment))
}

pub(super) fn moderates(actor: &Actor) -> Result<()> {
    policy::moderate(actor).map_err(|denied| Error::denied(ResourceKind::Comment, denied))
}
