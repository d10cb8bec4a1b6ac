//! Personal data in comments: export and erasure.

use super::moderate::lock;
use super::{App, Error, Result};
use crate::domain::comment::{Comment, CommentId};
use crate::domain::policy::Actor;
use crate::domain::user::Role;
use crate::service::Expected;
use crate::service::error::require;
use crate::store::comments as store;

/// Rows that one query reads or one transaction writes.
const BATCH: u16 = 500;

/// Erases a comment's author: name, email and network address, URL, user agent and account. The
/// comment's text stays.
///
/// # Errors
/// [`Error::Stale`], [`Error::NotFound`]; [`Error::Forbidden`] unless the actor is a moderator.
pub async fn erase_author(
    app: &App,
    actor: &Actor,
    id: CommentId,
    expected: Expected,
) -> Result<()> {
    require(actor, Role::Editor)?;
    let now = app.now();
    app.db
        .write(async move |tx| {
            let current = lock(tx, id).await?;
            expected.check(current.version, current.updated_at)?;
            Ok(store::erase_author(tx, id, now).await?)
        })
        .await
}

/// Erases the author of all comments with a normalised email address and returns their number.
///
/// # Errors
/// [`Error::Forbidden`] below admin.
pub async fn erase_person(app: &App, actor: &Actor, email: String) -> Result<usize> {
    require(actor, Role::Admin)?;
    let now = app.now();
    app.db.write(async move |tx| Ok::<_, Error>(store::erase_person(tx, &email, now).await?)).await
}

/// Returns all comments with a normalised email address, oldest first.
///
/// # Errors
/// [`Error::Forbidden`] below admin.
pub async fn export(app: &App, actor: &Actor, email: String) -> Result<Vec<Comment>> {
    require(actor, Role::Admin)?;
    app.db
        .scan(async move |conn| {
            let mut all: Vec<Comment> = Vec::new();
            loop {
                let after = all.last().map_or(0, |comment| comment.id);
                let batch = store::by_person(conn, &email, after, BATCH).await?;
                let is_full = batch.len() == usize::from(BATCH);
                all.extend(batch);
                if !is_full {
                    return Ok(all);
                }
            }
        })
        .await
}

/// Deletes expired client data of comments and expired entries of the rate limit.
///
/// # Errors
/// [`Error::Store`].
pub async fn delete_expired(app: &App) -> Result<()> {
    let now = app.now();
    loop {
        let erased = app
            .db
            .write(async move |tx| {
                store::delete_expired_pauses(tx, now).await?;
                Ok::<_, Error>(store::delete_client_data(tx, now, BATCH).await?)
            })
            .await?;
        if erased < usize::from(BATCH) {
            return Ok(());
        }
    }
}
