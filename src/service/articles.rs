//! Articles: reading one and lists of them. Writing is in `articles/write.rs`, moving from draft
//! to archive in `articles/transitions.rs`, saved states in `articles/revisions.rs`, what stands near an
//! article in `articles/nearby.rs`.

mod import;
mod nearby;
mod prepare;
mod revisions;
mod transitions;
mod write;

pub use import::{Placement, any, import, import_all};
pub use nearby::{Adjacent, Related, adjacent, related};
pub use revisions::{list_revisions, restore_revision, revision};
pub use transitions::{archive, delete_permanently, publish, restore, trash, unpublish};
pub use write::{create, update};

use std::sync::Arc;

use super::{App, Error, ResourceKind, Result, SlugLookup, site};
use crate::auth::tokens::IssuedToken;
use crate::domain::article::{Article, ArticleId};
use crate::domain::comment_settings::SiteSettings;
use crate::domain::listing::{ArticleQuery, Page};
use crate::domain::policy::{self, Actor};
use crate::domain::tag::TagId;
use crate::store::articles::{self as store, Projection};
use crate::store::{Conn, tags};
use crate::text::slug;

/// Something read, with the site's settings that its discussion follows from.
#[derive(Debug, Clone, PartialEq)]
pub struct WithSite<T> {
    /// What was read.
    pub item: T,
    /// The site's comment settings at that moment.
    pub site: Arc<SiteSettings>,
}

/// How much of an article somebody is to be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// Anybody: what is published.
    Anonymous,
    /// Somebody signed in.
    Actor(Actor),
    /// The holder of a preview token for this article.
    Preview(ArticleId),
}

impl Reader {
    /// Who is signed in, if anybody.
    #[must_use]
    pub fn actor(&self) -> Option<&Actor> {
        match self {
            Self::Actor(actor) => Some(actor),
            _ => None,
        }
    }

    fn may_read(&self, article: &Article) -> Result<()> {
        match self {
            Self::Preview(id) if *id == article.id => Ok(()),
            other => policy::read(other.actor(), article)
                .map_err(|d| Error::denied(ResourceKind::Article, d)),
        }
    }
}

/// An article by its id.
///
/// # Errors
/// [`Error::NotFound`] when it isn't there, or isn't theirs to read: both look the same.
pub async fn find(app: &App, reader: Reader, id: ArticleId) -> Result<WithSite<Article>> {
    let site = site::settings(app).await?;
    let projection = projection(&reader);
    let item = app.db.read(async |conn| get(conn, id, projection).await).await?;
    reader.may_read(&item)?;
    Ok(WithSite { item, site })
}

/// An article by its slug, present or former, in whatever spelling.
///
/// # Errors
/// As [`find`].
pub async fn find_by_slug(
    app: &App,
    reader: Reader,
    text: &str,
) -> Result<SlugLookup<WithSite<Article>>> {
    let key = slug::key(text);
    let site = site::settings(app).await?;
    app.db
        .read(async |conn| {
            if let Some(item) = store::find_by_slug_key(conn, &key, projection(&reader)).await? {
                reader.may_read(&item)?;
                return Ok(SlugLookup::Here(WithSite { item, site: site.clone() }));
            }
            let absent = || Error::NotFound(ResourceKind::Article);
            let id = store::find_former_slug(conn, &key).await?.ok_or_else(absent)?;
            let item = store::find(conn, id, Projection::Summary).await?.ok_or_else(absent)?;
            reader.may_read(&item)?;
            Ok(SlugLookup::MovedTo(item.slug))
        })
        .await
}

/// Only who is signed in may be shown the source.
fn projection(reader: &Reader) -> Projection {
    if reader.actor().is_some() { Projection::Full } else { Projection::Html }
}

/// Which tags a list is narrowed to, by slug.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TagFilter {
    /// Any of these.
    pub any: Vec<String>,
    /// All of these.
    pub all: Vec<String>,
}

/// A page of articles, with what it follows from.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// The page.
    pub page: Page<Article>,
    /// The site's comment settings at that moment.
    pub site: Arc<SiteSettings>,
    /// The tags it is narrowed to.
    pub tags: Vec<TagId>,
    /// Whether one of them isn't there.
    pub tags_missing: bool,
}

/// A page of articles.
///
/// # Errors
/// [`Error::Store`].
pub async fn list(app: &App, mut query: ArticleQuery, filter: TagFilter) -> Result<Listed> {
    let (now, site) = (app.now(), site::settings(app).await?);
    // The query is narrowed anew at each run, since a run may be repeated.
    query.tags_any = None;
    app.db
        .scan(async move |conn| {
            let mut query = query.clone();
            narrow(conn, &mut query, &filter).await?;
            let mut tags = query.tags_any.clone().unwrap_or_default();
            tags.extend(&query.tags_all);
            let tags_missing = tags.len() < filter.any.len() + filter.all.len();
            let page = store::list(conn, &query, now).await?;
            Ok(Listed { page, site: site.clone(), tags, tags_missing })
        })
        .await
}

/// Turns slugs into ids. A tag that isn't there has no articles; it is no error.
async fn narrow(conn: &mut Conn<'_>, query: &mut ArticleQuery, filter: &TagFilter) -> Result<()> {
    if !filter.any.is_empty() {
        let mut ids = Vec::new();
        for slug in &filter.any {
            ids.extend(tags::slug_owner(conn, &slug::key(slug)).await?);
        }
        query.tags_any = Some(ids);
    }
    for slug in &filter.all {
        match tags::slug_owner(conn, &slug::key(slug)).await? {
            Some(id) => query.tags_all.push(id),
            None => query.tags_any = Some(Vec::new()),
        }
    }
    Ok(())
}

/// A short-lived token good for reading one article, whatever its status.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`].
pub async fn preview_token(app: &App, actor: &Actor, id: ArticleId) -> Result<IssuedToken> {
    app.db
        .read(async |conn| {
            let article = get(conn, id, Projection::Summary).await?;
            allow(policy::read_internals(actor, &article))
        })
        .await?;
    app.shared
        .tokens
        .issue_preview(id, app.now())
        .map_err(|error| Error::Internal(format!("preview token: {error}")))
}

/// Whom a preview token lets read what.
///
/// # Errors
/// [`Error::InvalidToken`].
pub fn preview_reader(app: &App, token: &str) -> Result<Reader> {
    app.shared
        .tokens
        .verify_preview(token, app.now())
        .map(Reader::Preview)
        .map_err(|rejected| Error::InvalidToken(rejected.reason()))
}

async fn get(conn: &mut Conn<'_>, id: ArticleId, projection: Projection) -> Result<Article> {
    store::find(conn, id, projection).await?.ok_or(Error::NotFound(ResourceKind::Article))
}

fn allow(verdict: std::result::Result<(), policy::Denied>) -> Result<()> {
    verdict.map_err(|denied| Error::denied(ResourceKind::Article, denied))
}
