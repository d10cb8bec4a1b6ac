//! Highlights matches in titles and texts, in parallel on blocking threads.

use std::sync::Arc;

use futures_util::future::try_join_all;

use crate::domain::article::Article;
use crate::domain::listing::Page;
use crate::domain::search::document::Packed;
use crate::domain::search::{Hit, ResultPosition};
use crate::service::{Error, Result};
use crate::text::highlight::{Highlighted, highlight_indexed};
use crate::text::query::SearchQuery;
use crate::text::{analyse, render};

/// An article of a page, its position, and its packed words.
pub(super) type Row = (ResultPosition, Article, Vec<u8>);

/// Articles that one task highlights, in some tenths of a millisecond.
const BATCH: usize = 5;

/// Highlights the matches of a page.
pub(super) async fn highlight(mut page: Page<Row>, query: SearchQuery) -> Result<Page<Hit>> {
    let query = Arc::new(query);
    let mut tasks = Vec::new();
    while !page.rows.is_empty() {
        let rest = page.rows.split_off(page.rows.len().min(BATCH));
        let (rows, query) = (std::mem::replace(&mut page.rows, rest), query.clone());
        tasks.push(tokio::task::spawn_blocking(move || -> Vec<Hit> {
            let hit = |(position, article, words): (_, _, Vec<u8>)| {
                hit(position, article, &words, &query)
            };
            rows.into_iter().map(hit).collect()
        }));
    }
    let hits = try_join_all(tasks).await;
    let hits = hits.map_err(|error| Error::Internal(format!("highlighting failed: {error}")))?;
    let rows = hits.into_iter().flatten().collect();
    Ok(Page { rows, next: page.next, prev: page.prev, total: page.total })
}

fn hit(position: ResultPosition, mut article: Article, words: &[u8], query: &SearchQuery) -> Hit {
    let plain = render::plain_text(&article.html.take().unwrap_or_default());
    let subtitle = article.subtitle.as_deref().unwrap_or_default();
    let skipped = analyse::count(subtitle, &article.lang);
    let indexed = Packed::read(words).map_or([None, None], |words| words.indexed(skipped));
    let Highlighted { title, text } =
        highlight_indexed(&article.title, &plain, &article.lang, query, indexed);
    Hit { article, relevance: position.relevance, title, text }
}
