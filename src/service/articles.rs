//! Articles: reading single articles and lists. Submodules write, publish and import articles, keep
//! their revisions, and find related and adjacent ones.

mod former_slugs;
mod held;
mod import;
mod nearby;
mod prepare;
mod preview;
mod revisions;
mod transitions;
mod write;

pub use former_slugs::{former_slugs, release_slug};
pub use import::{Placement, any, import, import_all};
pub use nearby::{Adjacent, Related, adjacent, related};
pub use preview::{Preview, preview_token};
pub use revisions::{list_revisions, restore_revision, revision};
pub use transitions::{
    archive, delete_permanently, publish, publish_due, restore, trash, unpublish,
};
pub use write::{create, update};

use std::sync::Arc;

use super::{App, Error, ResourceKind, Result, SlugLookup};
use crate::domain::article::{Article, ArticleId};
use crate::domain::comment_settings::SiteSettings;
use crate::domain::listing::{ArticleQuery, Page};
use crate::domain::policy::{self, Actor};
use crate::domain::tag::TagId;
use crate::store::articles::{self as store, Projection};
use crate::store::{Conn, tags};
use crate::text::slug;

/// An item with the site's settings, which determine the discussion of its articles.
#[derive(Debug, Clone, PartialEq)]
pub struct WithSite<T> {
    /// The item.
    pub item: T,
    /// The site's comment settings.
    pub site: Arc<SiteSettings>,
}

/// The reader of an article, for access control.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// Without a token: reads published articles.
    Anonymous,
    /// A signed-in user.
    Actor(Actor),
    /// The holder of a preview token for this article.
    Preview(ArticleId),
}

impl Reader {
    /// Returns the signed-in user.
    #[must_use]
    pub fn actor(&self) -> Option<&Actor> {
        match self {
            Self::Actor(actor) => Some(actor),
            _ => None,
        }
    }

    /// Returns the holder of a preview token if the token permits reading this article, else the same
    /// reader.
    async fn or_preview(
        self,
        conn: &mut Conn<'_>,
        preview: Option<Preview>,
        article: &Article,
    ) -> Result<Self> {
        let is_permitted = match preview {
            Some(preview) => preview.permits(conn, article).await?,
            None => false,
        };
        Ok(if is_permitted { Self::Preview(article.id) } else { self })
    }

    fn may_read(&self, article: &Article) -> Result<()> {
        match self {
            Self::Preview(id) if *id == article.id => Ok(()),
            other => policy::read(other.actor(), article)
                .map_err(|d| Error::denied(ResourceKind::Article, d)),
        }
    }
}

/// Returns an article by id, and its reader: the holder of a preview token for it, or the given one.
///
/// # Errors
/// [`Error::NotFound`] if the article does not exist or the reader may not read it.
pub async fn find(
    app: &App,
    reader: Reader,
    preview: Option<Preview>,
    id: ArticleId,
) -> Result<(Reader, WithSite<Article>)> {
    let site = app.site_settings().await?;
    let projection = projection(&reader);
    app.db
        .read(async |conn| {
            let item = get(conn, id, projection).await?;
            let reader = reader.or_preview(conn, preview, &item).await?;
            reader.may_read(&item)?;
            Ok((reader, WithSite { item, site: site.clone() }))
        })
        .await
}

/// Returns an article by its present or a former slug, compared by folded key, and its reader.
///
/// # Errors
/// As [`find`].
pub async fn find_by_slug(
    app: &App,
    reader: Reader,
    preview: Option<Preview>,
    text: &str,
) -> Result<(Reader, SlugLookup<WithSite<Article>>)> {
    let key = slug::key(text);
    let site = app.site_settings().await?;
    app.db
        .read(async |conn| {
            if let Some(item) = store::find_by_slug_key(conn, &key, projection(&reader)).await? {
                let reader = reader.or_preview(conn, preview, &item).await?;
                reader.may_read(&item)?;
                return Ok((reader, SlugLookup::Here(WithSite { item, site: site.clone() })));
            }
            let absent = || Error::NotFound(ResourceKind::Article);
            let id = store::find_former_slug(conn, &key).await?.ok_or_else(absent)?;
            let item = store::find(conn, id, Projection::Summary).await?.ok_or_else(absent)?;
            let reader = reader.or_preview(conn, preview, &item).await?;
            reader.may_read(&item)?;
            Ok((reader, SlugLookup::MovedTo(item.slug)))
        })
        .await
}

/// The source text is for signed-in users only.
fn projection(reader: &Reader) -> Projection {
    if reader.actor().is_some() { Projection::Full } else { Projection::Html }
}

/// The tags that a list is filtered by, as slugs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TagFilter {
    /// An article must have one of these.
    pub any: Vec<String>,
    /// An article must have all of these.
    pub all: Vec<String>,
}

/// A page of articles, with the data that it depends on.
#[derive(Debug, Clone, PartialEq)]
pub struct ArticleList {
    /// The page.
    pub page: Page<Article>,
    /// The site's comment settings.
    pub site: Arc<SiteSettings>,
    /// The tags of the filter.
    pub tags: Vec<TagId>,
    /// Whether a tag of the filter does not exist.
    pub tags_missing: bool,
}

/// Returns a page of articles.
///
/// # Errors
/// [`Error::Store`].
pub async fn list(app: &App, mut query: ArticleQuery, filter: TagFilter) -> Result<ArticleList> {
    let (now, site) = (app.now(), app.site_settings().await?);
    // The closure sets the tags on a copy, since the database handle may run it again.
    query.tags_any = None;
    app.db
        .scan(async move |conn| {
            let mut query = query.clone();
            resolve_tags(conn, &mut query, &filter).await?;
            let mut tags = query.tags_any.clone().unwrap_or_default();
            tags.extend(&query.tags_all);
            let tags_missing = tags.len() < filter.any.len() + filter.all.len();
            let page = store::list(conn, &query, now).await?;
            Ok(ArticleList { page, site: site.clone(), tags, tags_missing })
        })
        .await
}

/// Resolves the slugs of tags to ids. An unknown tag is no error: it has no articles.
async fn resolve_tags(
    conn: &mut Conn<'_>,
    query: &mut ArticleQuery,
    filter: &TagFilter,
) -> Result<()> {
    if !filter.any.is_empty() {
        let mut ids = Vec::new();
        for slug in &filter.any {
            ids.extend(tags::slug_owner(conn, slug).await?);
        }
        query.tags_any = Some(ids);
    }
    for slug in &filter.all {
        match tags::slug_owner(conn, slug).await? {
            Some(id) => query.tags_all.push(id),
            None => query.tags_any = Some(Vec::new()),
        }
    }
    Ok(())
}

async fn get(conn: &mut Conn<'_>, id: ArticleId, projection: Projection) -> Result<Article> {
    store::find(conn, id, projection).await?.ok_or(Error::NotFound(ResourceKind::Article))
}

fn allow(verdict: std::result::Result<(), policy::Denied>) -> Result<()> {
    verdict.map_err(|denied| Error::denied(ResourceKind::Article, denied))
}
