//! Saved states of an article, and going back to one.

use super::prepare::prepare;
use super::write::{TRIES, check, save};
use super::{WithSite, allow, get};
use crate::domain::article::{Article, ArticleId, Revision};
use crate::domain::listing::{Page, PageRequest};
use crate::domain::policy::{self, Actor};
use crate::service::{App, Error, Expected, ResourceKind, Result};
use crate::store::articles::{self as store, Projection};

/// A page of an article's saved states, newest first.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`].
pub async fn list_revisions(
    app: &App,
    actor: &Actor,
    id: ArticleId,
    page: PageRequest,
) -> Result<Page<Revision>> {
    let actor = *actor;
    app.db
        .scan(async move |conn| {
            let article = get(conn, id, Projection::Summary).await?;
            allow(policy::read_internals(&actor, &article))?;
            Ok(store::list_revisions(conn, id, &page).await?)
        })
        .await
}

/// One saved state.
///
/// # Errors
/// [`Error::NotFound`] for the article or the state, [`Error::Forbidden`].
pub async fn revision(app: &App, actor: &Actor, id: ArticleId, number: i64) -> Result<Revision> {
    app.db
        .read(async |conn| {
            let article = get(conn, id, Projection::Summary).await?;
            allow(policy::read_internals(actor, &article))?;
            store::revision(conn, id, number).await?.ok_or(Error::NotFound(ResourceKind::Revision))
        })
        .await
}

/// Writes a saved state over the present one, which stays saved too.
///
/// # Errors
/// As `update`; and [`Error::NotFound`] for the state.
pub async fn restore_revision(
    app: &App,
    actor: &Actor,
    id: ArticleId,
    number: i64,
    expected: Expected,
) -> Result<WithSite<Article>> {
    let mut stale = 0;
    for _ in 0..TRIES {
        match restore_once(app, actor, id, number, &expected).await {
            Err(Error::Stale(version)) if expected == Expected::Any => stale = version,
            other => return other,
        }
    }
    Err(Error::Stale(stale))
}

async fn restore_once(
    app: &App,
    actor: &Actor,
    id: ArticleId,
    number: i64,
    expected: &Expected,
) -> Result<WithSite<Article>> {
    let (current, saved) = app
        .db
        .read(async |conn| {
            let current = get(conn, id, Projection::Full).await?;
            check(actor, &current, expected)?;
            let saved = store::revision(conn, id, number)
                .await?
                .ok_or(Error::NotFound(ResourceKind::Revision))?;
            Ok::<_, Error>((current, saved))
        })
        .await?;
    let mut draft = saved.draft;
    // Addresses are promises to readers: going back to an old text keeps the present one.
    draft.slug = Some(current.slug.clone());
    let prepared = prepare(app, draft).await?;
    save(app, actor, current, prepared).await
}
