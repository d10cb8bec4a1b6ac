//! Imports articles with the dates and the status that they have elsewhere.

use super::held::{lock_user, stem};
use super::prepare::{Prepared, prepare};
use super::write::insert;
use crate::domain::Time;
use crate::domain::WireName;
use crate::domain::article::{ArticleDraft, ArticleId, Status};
use crate::domain::comment_settings::Overrides;
use crate::domain::tag::TagId;
use crate::domain::user::UserId;
use crate::service::search::indexing;
use crate::service::tags::by_names;
use crate::service::{App, Error, Result};
use crate::store::articles::{self as store, NewPlacement};
use crate::store::locks::{self, TagLock};
use crate::store::{Conn, comment_settings, search};

/// Status and dates of an imported article.
#[derive(Debug, Clone, PartialEq)]
pub struct Placement {
    /// The status; not `Trashed`.
    pub status: Status,
    /// The time of publication, past or scheduled.
    pub published_at: Option<Time>,
    /// The time of creation.
    pub created_at: Time,
    /// The article's comment settings.
    pub overrides: Option<Overrides>,
}

/// Returns whether the database has an article.
///
/// # Errors
/// [`crate::service::Error::Store`].
pub async fn any(app: &App) -> Result<bool> {
    app.db.read(async |conn| Ok(store::any(conn).await?)).await
}

/// Imports an article in one transaction.
///
/// # Errors
/// [`crate::service::Error::Conflict`] if the draft has a slug that is taken.
pub async fn import(
    app: &App,
    author: UserId,
    draft: ArticleDraft,
    placement: Placement,
) -> Result<ArticleId> {
    let ids = import_all(app, author, vec![(draft, placement)]).await?;
    ids.first().copied().ok_or_else(|| Error::Internal("an import without an article id".into()))
}

/// Imports articles in one transaction: the number of commits determines the time of an import.
///
/// # Errors
/// As [`import`]; then no article is imported.
pub async fn import_all(
    app: &App,
    author: UserId,
    articles: Vec<(ArticleDraft, Placement)>,
) -> Result<Vec<ArticleId>> {
    let now = app.now();
    let prepared = articles
        .into_iter()
        .map(async |(draft, placement)| Ok::<_, Error>((prepare(app, draft).await?, placement)));
    let prepared = futures_util::future::try_join_all(prepared).await?;
    app.db
        .write(async move |tx| {
            let tags = lock(tx, author, &prepared, now).await?;
            let mut ids = Vec::with_capacity(prepared.len());
            for ((article, placement), tags) in prepared.iter().zip(&tags) {
                ids.push(add(tx, author, article, placement, tags, now).await?);
            }
            index(tx, &ids, &prepared).await?;
            Ok(ids)
        })
        .await
}

/// Locks all that the articles need, in the common order of locks. Returns the tags of each.
async fn lock(
    tx: &mut Conn<'_>,
    author: UserId,
    articles: &[(Prepared, Placement)],
    now: Time,
) -> Result<Vec<Vec<TagId>>> {
    lock_user(tx, author).await?;
    let mut tags = Vec::with_capacity(articles.len());
    for (Prepared { draft, .. }, _) in articles {
        tags.push(by_names(tx, &draft.tags, &draft.lang, true, now).await?);
    }
    locks::found_tags(tx, &tags.concat(), TagLock::Count).await?;
    let mut stems: Vec<_> = articles.iter().map(|(article, _)| stem(&article.draft)).collect();
    stems.sort();
    stems.dedup();
    for stem in stems {
        locks::article_slugs(tx, &stem).await?;
    }
    Ok(tags)
}

/// Indexes the articles, in the order in which the index locks its totals.
async fn index(
    tx: &mut Conn<'_>,
    ids: &[ArticleId],
    articles: &[(Prepared, Placement)],
) -> Result<()> {
    let mut all: Vec<_> = ids.iter().zip(articles).collect();
    all.sort_by_key(|(id, (article, placement))| {
        search::lock_order(**id, placement.status, &article.document)
    });
    for (id, (article, placement)) in all {
        indexing::put(tx, *id, placement.status, &article.document).await?;
    }
    Ok(())
}

async fn add(
    tx: &mut Conn<'_>,
    author: UserId,
    prepared: &Prepared,
    placement: &Placement,
    tags: &[TagId],
    now: Time,
) -> Result<ArticleId> {
    let row = NewPlacement {
        status: placement.status.as_str().into(),
        published_at: placement.published_at.map(Into::into),
        listed_at: placement.published_at.unwrap_or(placement.created_at).into(),
        created_at: placement.created_at.into(),
        updated_at: placement.created_at.into(),
        author_id: Some(author),
    };
    let id = insert(tx, prepared, &row, tags, None, now).await?;
    store::add_revision(tx, id, 1, Some(author), &prepared.draft, placement.created_at).await?;
    if let Some(overrides) = &placement.overrides {
        comment_settings::save_of_article(tx, id, overrides, 1, placement.created_at).await?;
    }
    Ok(id)
}
