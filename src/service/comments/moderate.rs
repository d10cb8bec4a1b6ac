//! Moderation of comments. Each change of a status updates the article's comment count and the
//! tombstones above the comment in its transaction.

use std::collections::BTreeMap;

use super::{App, Error, ResourceKind, Result};
use crate::domain::Time;
use crate::domain::comment::{
    BulkOutcome, Comment, CommentEdit, CommentId, CommentQuery, CommentStatus,
};
use crate::domain::event::Event;
use crate::domain::listing::Page;
use crate::domain::policy::Actor;
use crate::domain::user::Role;
use crate::service::Expected;
use crate::service::error::require;
use crate::store::{Conn, articles, comments as store, locks};
use crate::text::comment_html;

/// Returns a page of comments of any status.
///
/// # Errors
/// [`Error::Forbidden`] unless the actor is a moderator.
pub async fn list(app: &App, actor: &Actor, query: CommentQuery) -> Result<Page<Comment>> {
    require(actor, Role::Editor)?;
    app.db.scan(async move |conn| Ok(store::list(conn, &query).await?)).await
}

/// Returns a comment of any status.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Forbidden`] unless the actor is a moderator.
pub async fn find(app: &App, actor: &Actor, id: CommentId) -> Result<Comment> {
    require(actor, Role::Editor)?;
    app.db.read(async |conn| get(conn, id).await).await
}

/// Changes a comment by the edit that `change` returns for it.
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
    require(actor, Role::Editor)?;
    let now = app.now();
    let (before, after) = app
        .db
        .write(async move |tx| {
            let current = lock(tx, id).await?;
            expected.check(current.version, current.updated_at)?;
            let edit = change(&current)?;
            let html = if current.body.as_ref() == Some(&edit.body) {
                current.html.clone()
            } else {
                // In the transaction: comments are short and edits are few.
                comment_html::render(&edit.body).html
            };
            store::update(tx, id, &edit, &html, now).await?;
            store::update_lists(tx, &current, edit.status).await?;
            if Some(&edit.body) != current.body.as_ref() || edit.status != CommentStatus::Approved {
                store::delete_edit_token(tx, id).await?;
            }
            Ok::<_, Error>((current.status, get(tx, id).await?))
        })
        .await?;
    raise(app, &after, before);
    Ok(after)
}

/// Moves a comment to the trash. Another status restores it.
///
/// # Errors
/// [`Error::Stale`], and as [`find`].
pub async fn trash(app: &App, actor: &Actor, id: CommentId, expected: Expected) -> Result<()> {
    require(actor, Role::Editor)?;
    let now = app.now();
    let (before, after) = app
        .db
        .write(async move |tx| {
            let current = lock(tx, id).await?;
            expected.check(current.version, current.updated_at)?;
            set_status(tx, &current, CommentStatus::Trash, now).await?;
            Ok::<_, Error>((current.status, get(tx, id).await?))
        })
        .await?;
    raise(app, &after, before);
    Ok(())
}

/// Deletes a comment, its replies and their authors' data permanently.
///
/// # Errors
/// [`Error::Stale`], [`Error::NotFound`]; [`Error::Forbidden`] below admin.
pub async fn delete_permanently(
    app: &App,
    actor: &Actor,
    id: CommentId,
    expected: Expected,
) -> Result<()> {
    require(actor, Role::Admin)?;
    let deleted = app
        .db
        .write(async move |tx| {
            let current = lock(tx, id).await?;
            expected.check(current.version, current.updated_at)?;
            store::delete(tx, &current).await?;
            Ok::<_, Error>(current)
        })
        .await?;
    let event = Event::CommentDeleted { comment: deleted.id, article: deleted.article_id };
    app.shared.events.raise(event);
    Ok(())
}

/// The result for one comment of a bulk moderation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moderated {
    /// The comment.
    pub id: CommentId,
    /// The outcome.
    pub outcome: BulkOutcome,
}

/// Sets the status of many comments in one transaction. The results are in the order of `ids`.
///
/// # Errors
/// [`Error::Forbidden`] unless the actor is a moderator.
pub async fn moderate_many(
    app: &App,
    actor: &Actor,
    ids: Vec<CommentId>,
    status: CommentStatus,
) -> Result<Vec<Moderated>> {
    require(actor, Role::Editor)?;
    let now = app.now();
    let (moderated, changed) = app
        .db
        .write(async move |tx| {
            let articles_of: BTreeMap<_, _> =
                store::articles_of(tx, &ids).await?.into_iter().collect();
            let article_ids: Vec<_> = articles_of.values().copied().collect();
            locks::articles(tx, &article_ids).await?;
            let (mut moderated, mut changed) = (Vec::with_capacity(ids.len()), Vec::new());
            for id in ids.iter().copied() {
                // The article of a comment that was added since is not locked.
                let found = match articles_of.contains_key(&id) {
                    true => store::find(tx, id).await?,
                    false => None,
                };
                let outcome = match found {
                    None => BulkOutcome::NotFound,
                    Some(comment) if comment.status == status => BulkOutcome::Unchanged,
                    Some(comment) => {
                        set_status(tx, &comment, status, now).await?;
                        changed.push(comment);
                        BulkOutcome::Changed
                    }
                };
                moderated.push(Moderated { id, outcome });
            }
            Ok::<_, Error>((moderated, changed))
        })
        .await?;
    for before in changed {
        let (comment, article, from) = (before.id, before.article_id, before.status);
        let event = Event::CommentModerated { comment, article, from, to: status };
        app.shared.events.raise(event);
    }
    Ok(moderated)
}

async fn set_status(
    tx: &mut Conn<'_>,
    comment: &Comment,
    status: CommentStatus,
    now: Time,
) -> Result<()> {
    if comment.status == status {
        return Ok(());
    }
    store::set_status(tx, comment.id, status, now).await?;
    if status != CommentStatus::Approved {
        // An editor's decision is final for the author.
        store::delete_edit_token(tx, comment.id).await?;
    }
    Ok(store::update_lists(tx, comment, status).await?)
}

/// Locks the comment's article until the transaction ends and returns the comment.
pub(super) async fn lock(tx: &mut Conn<'_>, id: CommentId) -> Result<Comment> {
    let found = get(tx, id).await?;
    articles::lock(tx, found.article_id).await?;
    // The comment may have changed while another transaction had the lock.
    get(tx, id).await
}

pub(super) fn raise(app: &App, after: &Comment, from: CommentStatus) {
    if after.status != from {
        let (comment, article) = (after.id, after.article_id);
        let event = Event::CommentModerated { comment, article, from, to: after.status };
        app.shared.events.raise(event);
    }
}

async fn get(conn: &mut Conn<'_>, id: CommentId) -> Result<Comment> {
    store::find(conn, id).await?.ok_or(Error::NotFound(ResourceKind::Comment))
}
