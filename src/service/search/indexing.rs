//! Updates the search index in the transaction that changes an article.

use crate::domain::article::{ArticleId, Status};
use crate::domain::search::Index;
use crate::domain::search::document::Document;
use crate::service::Result;
use crate::store::search::Due;
use crate::store::{Conn, search as store};
use crate::text::render;

/// Indexes an article.
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

/// Moves an article between the indexes of published and unpublished articles. It is analysed again,
/// since an index does not store its document.
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

/// Removes an article from the index, before its deletion.
///
/// # Errors
/// [`crate::service::Error::Store`].
pub async fn remove(tx: &mut Conn<'_>, id: ArticleId) -> Result<()> {
    Ok(store::remove(tx, id).await?)
}

/// Analyses a stored article.
#[must_use]
pub fn document(texts: &Due) -> Document {
    let plain = render::plain_text(&texts.html);
    Document::of(&texts.lang, &texts.title, texts.subtitle.as_deref(), &plain)
}
