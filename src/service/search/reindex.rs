//! Rebuilds the search index after the analyser has changed. A later run continues an interrupted
//! one, since each article records the analyser's version.

use super::indexing::document;
use crate::domain::article::ArticleId;
use crate::domain::search::Index;
use crate::domain::search::document::Document;
use crate::service::{App, Error, Result};
use crate::store::articles::{self, Projection};
use crate::store::locks;
use crate::store::search::{self as store, Due};

/// Articles that one transaction indexes. It is small, so that other writers wait little.
const BATCH: i64 = 50;

/// The progress of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Articles processed since the run began.
    pub done: u64,
}

/// Returns the number of articles that are due.
///
/// # Errors
/// [`Error::Store`].
pub async fn due_count(app: &App) -> Result<u64> {
    let due = app.db.read(async |conn| Ok::<_, Error>(store::due_count(conn).await?)).await?;
    Ok(u64::try_from(due).unwrap_or(0))
}

/// Returns whether articles may be due: a fast estimate of [`due_count`].
///
/// # Errors
/// [`Error::Store`].
pub async fn may_be_due(app: &App) -> Result<bool> {
    app.db.read(async |conn| Ok::<_, Error>(store::may_be_due(conn).await?)).await
}

/// Makes all articles due.
///
/// # Errors
/// [`Error::Store`].
pub async fn make_all_due(app: &App) -> Result<()> {
    app.db.write(async move |tx| Ok::<_, Error>(store::make_all_due(tx).await?)).await
}

/// Indexes the articles that are due, while the site runs, and reports each batch.
///
/// # Errors
/// [`Error::Store`]; the batches before it are kept.
pub async fn reindex(app: &App, report: impl Fn(Progress)) -> Result<Progress> {
    let mut progress = Progress { done: 0 };
    let mut after: ArticleId = 0;
    loop {
        let batch = app
            .db
            .scan(async move |conn| Ok::<_, Error>(store::due(conn, after, BATCH).await?))
            .await?;
        let Some(last) = batch.last() else { return Ok(progress) };
        after = last.id;
        progress.done += batch.len() as u64;
        write(app, analyse(batch).await?).await?;
        report(progress);
    }
}

/// An article, its analysed version and its document.
type Analysed = (ArticleId, i64, Document);

async fn analyse(batch: Vec<Due>) -> Result<Vec<Analysed>> {
    tokio::task::spawn_blocking(move || {
        batch.iter().map(|due| (due.id, due.version, document(due))).collect()
    })
    .await
    .map_err(|error| Error::Internal(format!("the analysis failed: {error}")))
}

/// Writes a batch. It skips articles that changed since, because that change has indexed them.
async fn write(app: &App, batch: Vec<Analysed>) -> Result<()> {
    app.db
        .write(async move |tx| {
            let ids: Vec<_> = batch.iter().map(|(id, ..)| *id).collect();
            locks::articles(tx, &ids).await?;
            let mut unchanged = Vec::with_capacity(batch.len());
            for (id, version, document) in &batch {
                let now = articles::find(tx, *id, Projection::Summary).await?;
                if let Some(article) = now.filter(|article| article.version == *version) {
                    unchanged.push((*id, article.status, document));
                }
            }
            unchanged
                .sort_by_key(|(id, status, document)| store::lock_order(*id, *status, document));
            for (id, status, document) in unchanged {
                store::put(tx, id, Index::of(status), document).await?;
            }
            Ok::<_, Error>(())
        })
        .await
}
