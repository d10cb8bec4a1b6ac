//! Revisions of an article.

use super::prepare::prepare;
use super::write::{MAX_ATTEMPTS, check_editable, save};
use super::{WithSite, allow, get};
use crate::domain::article::{Article, ArticleId, Revision};
use crate::domain::listing::{Page, PageRequest};
use crate::domain::policy::{self, Actor};
use crate::service::{App, Error, Expected, ResourceKind, Result};
use crate::store::articles::{self as store, Projection};

/// Returns a page of an article's revisions, newest first.
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

/// Returns a revision.
///
/// # Errors
/// [`Error::NotFound`] for the article or the revision, [`Error::Forbidden`].
pub async fn revision(app: &App, actor: &Actor, id: ArticleId, number: i64) -> Result<Revision> {
    app.db
        .read(async |conn| {
            let article = get(conn, id, Projection::Summary).await?;
            allow(policy::read_internals(actor, &article))?;
            store::revision(conn, id, number).await?.ok_or(Error::NotFound(ResourceKind::Revision))
        })
        .await
}

/// Restores a revision as a new one.
///
/// # Errors
/// As `update`, and [`Error::NotFound`] for the revision.
pub async fn restore_revision(
    app: &App,
    actor: &Actor,
    id: ArticleId,
    number: i64,
    expected: Expected,
) -> Result<WithSite<Article>> {
    let mut stale = 0;
    for _ in 0..MAX_ATTEMPTS {
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
            check_editable(actor, &current, expected)?;
            let saved = store::revision(conn, id, number)
                .await?
                .ok_or(Error::NotFound(ResourceKind::Revision))?;
            Ok::<_, Error>((current, saved))
        })
        .await?;
    let mut draft = saved.draft;
    // The article keeps its present slug, so that its URL stays valid.
    draft.slug = Some(current.slug.clone());
    let prepared = prepare(app, draft).await?;
    save(app, actor, current, prepared).await
}
