//! Keeps the index with the articles. Called inside the transactions of `service/articles/` and of
//! the sweeper.

use crate::domain::article::{ArticleId, Status};
use crate::domain::search::Index;
use crate::domain::search::document::Document;
use crate::service::Result;
use crate::store::search::Due;
use crate::store::{Conn, search as store};
use crate::text::render;

/// Indexes an article that was written.
///
/// # Errors
/// [`crate::service::Error::Store`].
pub async fn put(
    tx: &mut Conn<'_>,
    id: ArticleId,
    status: Status,
    document: &Document,
) -> Result<()> {
    Ok(store::put(tx, id, Index::of(status), document).await?)
}

/// Moves an article to the other index when it is published, or no longer is. Its words are
/// worked out anew: an index doesn't keep them in a form that could be moved.
///
/// # Errors
/// [`crate::service::Error::Store`].
pub async fn relocate(tx: &mut Conn<'_>, id: ArticleId, from: Status, to: Status) -> Result<()> {
    if Index::of(from) == Index::of(to) {
        return Ok(());
    }
    if let Some(texts) = store::texts(tx, id).await? {
        put(tx, id, to, &document(&texts)).await?;
    }
    Ok(())
}

/// Takes an article out of the index, before it is deleted.
///
/// # Errors
/// [`crate::service::Error::Store`].
pub async fn remove(tx: &mut Conn<'_>, id: ArticleId) -> Result<()> {
    Ok(store::remove(tx, id).await?)
}

/// Analyses an article as it is stored.
#[must_use]
pub fn document(texts: &Due) -> Document {
    let plain = render::plain_text(&texts.html);
    Document::of(&texts.lang, &texts.title, texts.subtitle.as_deref(), &plain)
}
