//! Builds the index anew after the analyser has changed. Called by `cli/reindex.rs`, and at start by
//! `server.rs` for the count alone. What is done is done: a run that was stopped goes on where it was.

use super::indexing::document;
use crate::domain::article::ArticleId;
use crate::domain::search::Index;
use crate::domain::search::document::Document;
use crate::service::{App, Error, Result};
use crate::store::articles::{self, Projection};
use crate::store::search::{self as store, Due};

/// Articles indexed in one transaction: few, so that writers of the site wait little.
const BATCH: i64 = 50;

/// How far a run has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Articles looked at since the run began.
    pub done: u64,
}

/// How many articles are due to be indexed.
///
/// # Errors
/// [`Error::Store`].
pub async fn due_count(app: &App) -> Result<u64> {
    let due = app.db.read(async |conn| Ok::<_, Error>(store::due_count(conn).await?)).await?;
    Ok(u64::try_from(due).unwrap_or(0))
}

/// Whether some may be due; [`due_count`] knows it, and takes longer.
///
/// # Errors
/// [`Error::Store`].
pub async fn may_be_due(app: &App) -> Result<bool> {
    app.db.read(async |conn| Ok::<_, Error>(store::may_be_due(conn).await?)).await
}

/// Makes every article due, whatever version of the analyser it was indexed by.
///
/// # Errors
/// [`Error::Store`].
pub async fn make_all_due(app: &App) -> Result<()> {
    app.db.write(async move |tx| Ok::<_, Error>(store::make_all_due(tx).await?)).await
}

/// Indexes what is due, article by article, while the site goes on; `tell` hears of every batch.
///
/// # Errors
/// [`Error::Store`]; what was done by then is kept.
pub async fn reindex(app: &App, tell: impl Fn(Progress)) -> Result<Progress> {
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
        tell(progress);
    }
}

/// An article, the version of it that was analysed, and its words.
type Analysed = (ArticleId, i64, Document);

async fn analyse(batch: Vec<Due>) -> Result<Vec<Analysed>> {
    tokio::task::spawn_blocking(move || {
        batch.iter().map(|due| (due.id, due.version, document(due))).collect()
    })
    .await
    .map_err(|error| Error::Internal(format!("analysing stopped: {error}")))
}

/// Writes a batch. An article that somebody changed meanwhile was indexed with that change.
async fn write(app: &App, batch: Vec<Analysed>) -> Result<()> {
    app.db
        .write(async move |tx| {
            for (id, version, document) in &batch {
                articles::lock(tx, *id).await?;
                let now = articles::find(tx, *id, Projection::Summary).await?;
                if let Some(article) = now.filter(|article| article.version == *version) {
                    store::put(tx, *id, Index::of(article.status), document).await?;
                }
            }
            Ok::<_, Error>(())
        })
        .await
}
