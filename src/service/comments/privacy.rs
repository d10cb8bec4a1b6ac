//! What comments hold of a person: handing it over, and forgetting it.

use super::moderate::moderates;
use super::{App, Error, ResourceKind, Result};
use crate::domain::comment::{Comment, CommentId};
use crate::domain::policy::{self, Actor};
use crate::domain::user::Role;
use crate::store::comments as store;

/// How many rows are read, or written in one transaction, at a time.
const BATCH: u16 = 500;

/// Takes the author out of a comment: name, addresses, page, program, account. What they said
/// stays; if it names somebody, it takes an edit.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Forbidden`] for those who don't moderate.
pub async fn erase_author(app: &App, actor: &Actor, id: CommentId) -> Result<()> {
    moderates(actor)?;
    let now = app.now();
    app.db
        .write(async move |tx| {
            store::find(tx, id).await?.ok_or(Error::NotFound(ResourceKind::Comment))?;
            Ok(store::erase_author(tx, id, now).await?)
        })
        .await
}

/// Takes a person out of all their comments, by their address in its stored form; how many.
///
/// # Errors
/// [`Error::Forbidden`] below admin.
pub async fn erase_person(app: &App, actor: &Actor, email: String) -> Result<usize> {
    needs_admin(actor)?;
    let now = app.now();
    app.db.write(async move |tx| Ok::<_, Error>(store::erase_person(tx, &email, now).await?)).await
}

/// All comments by a person, by their address in its stored form, oldest first.
///
/// # Errors
/// [`Error::Forbidden`] below admin.
pub async fn export(app: &App, actor: &Actor, email: String) -> Result<Vec<Comment>> {
    needs_admin(actor)?;
    app.db
        .scan(async move |conn| {
            let mut all: Vec<Comment> = Vec::new();
            loop {
                let after = all.last().map_or(0, |comment| comment.id);
                let batch = store::by_person(conn, &email, after, BATCH).await?;
                let whole = batch.len() == usize::from(BATCH);
                all.extend(batch);
                if !whole {
                    return Ok(all);
                }
            }
        })
        .await
}

/// Forgets where comments came from, when their time for that has passed, and whose pause is over.
///
/// # Errors
/// [`Error::Store`].
pub async fn forget_expired(app: &App) -> Result<()> {
    let now = app.now();
    loop {
        let forgotten = app
            .db
            .write(async move |tx| {
                store::purge_pauses(tx, now).await?;
                Ok::<_, Error>(store::delete_client_data(tx, now, BATCH).await?)
            })
            .await?;
        if forgotten < usize::from(BATCH) {
            return Ok(());
        }
    }
}

fn needs_admin(actor: &Actor) -> Result<()> {
    policy::needs(actor, Role::Admin).map_err(|denied| Error::denied(ResourceKind::Comment, denied))
}
