//! Transitions of an article's status. Each updates the tags' counts of published articles in its
//! transaction.

use futures_util::StreamExt;

use super::held::lock_with_tags;
use super::write::load_written;
use super::{WithSite, allow};
use crate::domain::Time;
use crate::domain::WireName;
use crate::domain::article::{Article, ArticleId, Status, Transition};
use crate::domain::policy::{self, Actor};
use crate::domain::user::Role;
use crate::service::error::require;
use crate::service::search::indexing;
use crate::service::{App, Error, Expected, Result, mentions};
use crate::store::articles as store;
use crate::store::{Conn, locks, tags};

/// Scheduled articles that are published at once, so that SQLite commits them together.
const PUBLISHED_AT_ONCE: usize = 16;

/// Publishes an article now, or schedules it if `at` is in the future. An article that was published
/// before keeps its date of publication and so its position in lists, unless `at` is given. A schedule
/// that is cancelled doesn't change the date. Of a published article, a past or present `at` changes it.
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
    let step = match at {
        Some(at) if at <= now => Transition::Backdate,
        _ => Transition::Publish,
    };
    transition(app, actor, id, step, expected, move |_, last| match at {
        Some(at) if at > now => (Status::Scheduled, Some(at)),
        Some(at) => (Status::Published, Some(at)),
        None => (Status::Published, last.or(Some(now))),
    })
    .await
}

/// Makes an article a draft again. It keeps the date of its last publication, if it was published.
///
/// # Errors
/// As [`publish`].
pub async fn unpublish(
    app: &App,
    actor: &Actor,
    id: ArticleId,
    expected: Expected,
) -> Result<WithSite<Article>> {
    let draft = |_: &Article, last| (Status::Draft, last);
    transition(app, actor, id, Transition::Unpublish, expected, draft).await
}

/// Archives a published article, which hides it from readers.
///
/// # Errors
/// As [`publish`].
pub async fn archive(
    app: &App,
    actor: &Actor,
    id: ArticleId,
    expected: Expected,
) -> Result<WithSite<Article>> {
    let archived = |article: &Article, _| (Status::Archived, article.published_at);
    transition(app, actor, id, Transition::Archive, expected, archived).await
}

/// Moves an article to the trash.
///
/// # Errors
/// As [`publish`].
pub async fn trash(app: &App, actor: &Actor, id: ArticleId, expected: Expected) -> Result<()> {
    let trashed = |article: &Article, _| (Status::Trashed, article.published_at);
    transition(app, actor, id, Transition::Trash, expected, trashed).await.map(drop)
}

/// Restores an article from the trash to its former status. If its scheduled time has passed, it
/// becomes a draft and is not published by surprise.
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
    transition(app, actor, id, Transition::Restore, expected, move |article, last| {
        match article.trashed_from.unwrap_or(Status::Draft) {
            Status::Scheduled if article.published_at.is_none_or(|at| at <= now) => {
                (Status::Draft, last)
            }
            before => (before, article.published_at),
        }
    })
    .await
}

/// Deletes an article permanently, from any status.
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
            let article = lock_with_tags(tx, id).await?;
            allow(policy::read(Some(&actor), &article))?;
            require(&actor, Role::Admin)?;
            expected.check(article.version, article.updated_at)?;
            count_tags(tx, &article, -1).await?;
            if article.is_public() {
                locks::article_totals(tx).await?;
            }
            indexing::remove(tx, id).await?;
            mentions::announce_deletion(tx, &article, now).await?;
            Ok(store::delete(tx, id).await?)
        })
        .await
}

/// Publishes the scheduled articles that are due, each in a transaction of its own, and returns their
/// number. Other instances may do the same at once.
///
/// # Errors
/// [`Error::Store`]; the other articles stay due.
pub async fn publish_due(app: &App) -> Result<usize> {
    let now = app.now();
    let next = app.db.read(async |conn| Ok::<_, Error>(store::next_due(conn).await?)).await?;
    if next.is_none_or(|next| next > now) {
        return Ok(0);
    }
    let due = app.db.read(async |conn| Ok::<_, Error>(store::due(conn, now).await?)).await?;
    let published: Vec<Result<bool>> = futures_util::stream::iter(due)
        .map(|id| publish_if_due(app, id, now))
        .buffer_unordered(PUBLISHED_AT_ONCE)
        .collect()
        .await;
    published.into_iter().try_fold(0, |count, published| Ok(count + usize::from(published?)))
}

async fn publish_if_due(app: &App, id: ArticleId, now: Time) -> Result<bool> {
    app.db
        .write(async move |tx| {
            let article = match lock_with_tags(tx, id).await {
                Err(Error::NotFound(_)) => return Ok(false),
                other => other?,
            };
            let is_due = article.published_at.is_some_and(|at| at <= now);
            if article.status != Status::Scheduled || !is_due {
                return Ok(false);
            }
            store::set_previous_publication(tx, id, None).await?;
            set_status(tx, &article, Status::Published, article.published_at, now).await?;
            Ok(true)
        })
        .await
}

async fn transition(
    app: &App,
    actor: &Actor,
    id: ArticleId,
    transition: Transition,
    expected: Expected,
    target: impl Fn(&Article, Option<Time>) -> (Status, Option<Time>) + Send + 'static,
) -> Result<WithSite<Article>> {
    let (now, actor) = (app.now(), *actor);
    app.db
        .write(async move |tx| {
            let article = lock_with_tags(tx, id).await?;
            allow(policy::transition(&actor, &article, transition))?;
            expected.check(article.version, article.updated_at)?;
            if !transition.is_legal_from(article.status) {
                let (from, action) = (article.status.as_str(), transition.as_str());
                return Err(Error::conflict(
                    "illegal_transition",
                    [("from", from.to_owned()), ("action", action.to_owned())],
                ));
            }
            let last = store::last_published_at(tx, &article).await?;
            let (status, published_at) = target(&article, last);
            let is_scheduled = match status {
                Status::Trashed => article.is_scheduled(),
                status => status == Status::Scheduled,
            };
            if is_scheduled || article.is_scheduled() {
                let previous = last.filter(|_| is_scheduled);
                store::set_previous_publication(tx, id, previous).await?;
            }
            set_status(tx, &article, status, published_at, now).await?;
            load_written(tx, id).await
        })
        .await
}

async fn set_status(
    tx: &mut Conn<'_>,
    article: &Article,
    status: Status,
    published_at: Option<Time>,
    now: Time,
) -> Result<()> {
    let public = status == Status::Published;
    if public != article.is_public() {
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
    Ok(tags::add_to_counts(tx, &ids, by).await?)
}
