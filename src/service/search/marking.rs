//! Marks what was found in titles and texts. Called by `mod.rs`, outside of the database's threads.

use std::sync::Arc;

use futures_util::future::try_join_all;

use super::Row;
use crate::domain::article::Article;
use crate::domain::listing::Page;
use crate::domain::search::document::Packed;
use crate::domain::search::{Hit, ResultPosition};
use crate::service::{Error, Result};
use crate::text::highlight::highlight_indexed;
use crate::text::query::SearchQuery;
use crate::text::{analyse, render};

/// So many articles are marked in one go: some tenths of a millisecond.
const MARKED_AT_ONCE: usize = 5;

/// Marks what was found, in several articles at once where processors have nothing else to do.
pub(super) async fn marked(mut page: Page<Row>, query: SearchQuery) -> Result<Page<Hit>> {
    let query = Arc::new(query);
    let mut parts = Vec::new();
    while !page.rows.is_empty() {
        let later = page.rows.split_off(page.rows.len().min(MARKED_AT_ONCE));
        let (rows, query) = (std::mem::replace(&mut page.rows, later), query.clone());
        parts.push(tokio::task::spawn_blocking(move || -> Vec<Hit> {
            let hit =
                |(place, article, words): (_, _, Vec<u8>)| hit(place, article, &words, &query);
            rows.into_iter().map(hit).collect()
        }));
    }
    let parts = try_join_all(parts).await;
    let hits = parts.map_err(|error| Error::Internal(format!("highlighting stopped: {error}")))?;
    let rows = hits.into_iter().flatten().collect();
    Ok(Page { rows, next: page.next, prev: page.prev, total: page.total })
}

fn hit(place: ResultPosition, mut article: Article, words: &[u8], query: &SearchQuery) -> Hit {
    let plain = render::plain_text(&article.html.take().unwrap_or_default());
    let subtitle = article.subtitle.as_deref().unwrap_or_default();
    let skipped = analyse::count(subtitle, &article.lang);
    let indexed = Packed::read(words).map_or([None, None], |words| words.indexed(skipped));
    let marked = highlight_indexed(&article.title, &plain, &article.lang, query, indexed);
    Hit { article, score: place.score, title: marked.title, text: marked.text }
}
