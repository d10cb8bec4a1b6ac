//! Former slugs of an article, which redirect to it until an editor releases them.

use super::get;
use crate::domain::article::ArticleId;
use crate::domain::policy::Actor;
use crate::domain::user::Role;
use crate::service::error::require;
use crate::service::{App, Error, ResourceKind, Result};
use crate::store::articles::{self as store, Projection};
use crate::store::slugs::{self, Slugged};
use crate::text::slug;

/// Returns an article's former slugs.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`].
pub async fn former_slugs(app: &App, actor: &Actor, id: ArticleId) -> Result<Vec<String>> {
    require(actor, Role::Editor)?;
    app.db
        .read(async |conn| {
            get(conn, id, Projection::Summary).await?;
            Ok(slugs::former(conn, Slugged::Articles, id).await?)
        })
        .await
}

/// Releases a former slug, in any spelling. It no longer redirects, and other articles may use it.
///
/// # Errors
/// [`Error::NotFound`] for the article or the slug, [`Error::Forbidden`].
pub async fn release_slug(app: &App, actor: &Actor, id: ArticleId, text: &str) -> Result<()> {
    require(actor, Role::Editor)?;
    let key = slug::key(text);
    app.db
        .write(async move |tx| {
            store::lock(tx, id).await?;
            get(tx, id, Projection::Summary).await?;
            match slugs::release(tx, Slugged::Articles, id, &key).await? {
                true => Ok(()),
                false => Err(Error::NotFound(ResourceKind::FormerSlug)),
            }
        })
        .await
}
