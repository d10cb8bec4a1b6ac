//! An article's way from draft to archive, to the trash and back. Each step keeps the tags' counts
//! of published articles exact, in the same transaction.

use super::write::shown;
use super::{WithSite, allow, get};
use crate::domain::Time;
use crate::domain::WireName;
use crate::domain::article::{Article, ArticleId, Status, Transition};
use crate::domain::policy::{self, Actor};
use crate::domain::user::Role;
use crate::service::search::indexing;
use crate::service::{App, Error, Expected, Result, mentions};
use crate::store::Conn;
use crate::store::articles::{self as store, Projection};
use crate::store::tags;

/// Publishes an article now, or schedules it when `at` is a time to come.
///
/// # Errors
/// [`Error::Conflict`], [`Error::Forbidden`], [`Error::NotFound`].
pub async fn publish(
    app: &App,
    actor: &Actor,
    id: ArticleId,
    at: Option<Time>,
    expected: Expected,
) -> Result<WithSite<Article>> {
    let now = app.now();
    step(app, actor, id, Transition::Publish, expected, move |article| match at {
        Some(at) if at > now => (Status::Scheduled, Some(at)),
        Some(at) => (Status::Published, Some(at)),
        // What was published before and comes back keeps its date, and so its place in lists.
        None if article.status == Status::Archived => {
            (Status::Published, article.published_at.or(Some(now)))
        }
        None => (Status::Published, Some(now)),
    })
    .await
}

/// Takes an article back to a draft.
///
/// # Errors
/// As [`publish`].
pub async fn unpublish(
    app: &App,
    actor: &Actor,
    id: ArticleId,
    expected: Expected,
) -> Result<WithSite<Article>> {
    step(app, actor, id, Transition::Unpublish, expected, |_| (Status::Draft, None)).await
}

/// Keeps a published article where only the newsroom sees it.
///
/// # Errors
/// As [`publish`].
pub async fn archive(
    app: &App,
    actor: &Actor,
    id: ArticleId,
    expected: Expected,
) -> Result<WithSite<Article>> {
    step(app, actor, id, Transition::Archive, expected, |article| {
        (Status::Archived, article.published_at)
    })
    .await
}

/// Puts an article in the trash.
///
/// # Errors
/// As [`publish`].
pub async fn trash(app: &App, actor: &Actor, id: ArticleId, expected: Expected) -> Result<()> {
    let trashed = |article: &Article| (Status::Trashed, article.published_at);
    step(app, actor, id, Transition::Trash, expected, trashed).await.map(drop)
}

/// Takes an article out of the trash, to where it stood. What was scheduled for a time that has
/// passed comes back as a draft: nobody should be surprised by what publishes itself.
///
/// # Errors
/// As [`publish`].
pub async fn restore(
    app: &App,
    actor: &Actor,
    id: ArticleId,
    expected: Expected,
) -> Result<WithSite<Article>> {
    let now = app.now();
    step(app, actor, id, Transition::Restore, expected, move |article| {
        match article.trashed_from.unwrap_or(Status::Draft) {
            Status::Scheduled if article.published_at.is_none_or(|at| at <= now) => {
                (Status::Draft, None)
            }
            before => (before, article.published_at),
        }
    })
    .await
}

/// Deletes an article for good, in the trash or not.
///
/// # Errors
/// [`Error::Forbidden`] unless an admin; [`Error::NotFound`].
pub async fn delete_permanently(
    app: &App,
    actor: &Actor,
    id: ArticleId,
    expected: Expected,
) -> Result<()> {
    let (now, actor) = (app.now(), *actor);
    app.db
        .write(async move |tx| {
            store::lock(tx, id).await?;
            let article = get(tx, id, Projection::Summary).await?;
            allow(policy::read(Some(&actor), &article))?;
            allow(policy::needs(&actor, Role::Admin))?;
            expected.check(article.version)?;
            count_tags(tx, &article, -1).await?;
            indexing::remove(tx, id).await?;
            mentions::announce_deletion(tx, &article, now).await?;
            Ok(store::delete(tx, id).await?)
        })
        .await
}

async fn step(
    app: &App,
    actor: &Actor,
    id: ArticleId,
    step: Transition,
    expected: Expected,
    place: impl Fn(&Article) -> (Status, Option<Time>) + Send + 'static,
) -> Result<WithSite<Article>> {
    let (now, actor) = (app.now(), *actor);
    app.db
        .write(async move |tx| {
            store::lock(tx, id).await?;
            let article = get(tx, id, Projection::Summary).await?;
            allow(policy::take(&actor, &article, step))?;
            expected.check(article.version)?;
            if !step.is_legal_from(article.status) {
                let (from, action) = (article.status.as_str(), step.as_str());
                return Err(Error::conflict(
                    "illegal_transition",
                    [("from", from.to_owned()), ("action", action.to_owned())],
                ));
            }
            let (status, published_at) = place(&article);
            put(tx, &article, status, published_at, now).await?;
            shown(tx, id).await
        })
        .await
}

async fn put(
    tx: &mut Conn<'_>,
    article: &Article,
    status: Status,
    published_at: Option<Time>,
    now: Time,
) -> Result<()> {
    let public = status == Status::Published;
    if public || article.is_public() {
        mentions::announce(tx, article.id, now).await?;
    }
    store::set_status(tx, article, status, published_at, now).await?;
    store::repeat_publication(tx, article.id, published_at.filter(|_| public)).await?;
    indexing::relocate(tx, article.id, article.status, status).await?;
    match (article.is_public(), public) {
        (false, true) => count_all(tx, article, 1).await,
        (true, false) => count_all(tx, article, -1).await,
        _ => Ok(()),
    }
}

async fn count_tags(tx: &mut Conn<'_>, article: &Article, by: i64) -> Result<()> {
    if article.is_public() { count_all(tx, article, by).await } else { Ok(()) }
}

async fn count_all(tx: &mut Conn<'_>, article: &Article, by: i64) -> Result<()> {
    let ids: Vec<_> = article.tags.iter().map(|tag| tag.id).collect();
    Ok(tags::count(tx, &ids, by).await?)
}
