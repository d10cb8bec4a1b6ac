//! Full-text search, suggestions, and the upkeep of the search index. The store finds the matching
//! articles, `domain::search::rank` scores them, and `text::highlight` finds the matches in texts.

mod common;
mod filling;
pub mod indexing;
mod marking;
mod matches;
mod reindex;
mod suggest;

pub use common::CommonTerms;
pub use reindex::{Progress, due_count, make_all_due, may_be_due, reindex};
pub use suggest::{Suggestion, suggest};

use marking::Row;
use matches::{Found, PackedWords, Space};

use super::articles::WithSite;
use super::{App, Error, Result};
use crate::domain::Time;
use crate::domain::article::{Article, ArticleId};
use crate::domain::listing::{Page, PageRequest, Position, Start};
use crate::domain::search::candidates::page_candidates;
use crate::domain::search::document::Packed;
use crate::domain::search::rank::Ranking;
use crate::domain::search::{Hit, Index, Matched, ResultPosition, SearchRequest};
use crate::store::{Conn, articles, search as store, tags};
use crate::text::lang::Lang;
use crate::text::query::{self, SearchQuery};

/// A page of search results.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchPage {
    /// The results.
    pub hits: Page<Hit>,
    /// Whether no article has all words, and the results have some of them.
    pub relaxed: bool,
}

/// The rows that the database's part of a search returns.
struct MatchedRows {
    query: SearchQuery,
    rows: Page<Row>,
    relaxed: bool,
}

/// Searches articles, the best matches first.
///
/// # Errors
/// [`Error::Query`] for a text without terms, or too long; [`Error::BadCursor`].
pub async fn search(app: &App, request: SearchRequest) -> Result<WithSite<SearchPage>> {
    let site = app.site_settings().await?;
    let (shared, now) = (app.shared.clone(), app.now());
    let MatchedRows { query, rows, relaxed } = app
        .db
        .scan(async move |conn| find_matches(conn, &request, &shared.common_words, now).await)
        .await?;
    let hits = marking::highlight(rows, query).await?;
    Ok(WithSite { item: SearchPage { hits, relaxed }, site })
}

async fn find_matches(
    conn: &mut Conn<'_>,
    request: &SearchRequest,
    common: &CommonTerms,
    now: Time,
) -> Result<MatchedRows> {
    let index = Index::of(request.scope.status);
    let (totals, indexed_langs) = store::open(conn, index).await?;
    let mut scope = request.scope.clone();
    if let Some(slug) = &request.tag {
        scope.tag = Some(tags::slug_owner(conn, slug).await?);
    }
    let langs = match &scope.lang {
        Some(lang) => vec![lang.clone()],
        // The stored tags were valid; one that no longer parses has no stemmer.
        None => indexed_langs.iter().filter_map(|tag| Lang::parse(tag).ok()).collect(),
    };
    let mut query = query::parse(&request.text, &langs)?;
    let space = Space { index, scope: &scope, totals };
    let counts = matches::counts(conn, &space, &mut query, (common, now)).await?;
    let numbers: Vec<u64> = counts.iter().map(|count| count.number).collect();
    let ranking = Ranking::new(&query, &numbers, totals);
    let ids = matches::with_all(conn, &space, &query, counts).await?;
    let mut found = Found::default();
    if filling::may_fill(&query, ids.len()) {
        found.add(conn, &ids, |article| Some(ranking.of_match(article))).await?;
        if let Some(filling) = filling::needed(&query, &numbers, &found.scored, &request.page) {
            let ids = filling.candidates(conn, &space, &found).await?;
            let rank = |article: Packed<'_>| ranking.of_partial_match(article, filling.least);
            found.add(conn, &ids, rank).await?;
            found.truncate();
        }
    } else {
        found.add_with_articles(conn, &ids, &request.page, &ranking).await?;
    }
    let has_complete = found.scored.iter().any(|(relevance, _)| relevance.matched == Matched::All);
    let ranked = rank(conn, found, &request.page).await?;
    let page = cut(ranked.positions, &request.page)?;
    let rows = load(conn, page, ranked.words, ranked.articles).await?;
    let relaxed = !has_complete && !rows.rows.is_empty();
    Ok(MatchedRows { query, rows, relaxed })
}

/// The ranked articles around a page.
struct Ranked {
    /// The positions of the page's articles and some more, best first.
    positions: Vec<ResultPosition>,
    words: PackedWords,
    /// The articles of all positions; `None` if they are many and only the page's are to be read.
    articles: Option<Vec<Article>>,
}

/// Selects the articles around the page.
async fn rank(conn: &mut Conn<'_>, found: Found, request: &PageRequest) -> Result<Ranked> {
    let Found { scored, words, articles } = found;
    let most = usize::from(request.limit) + 1;
    let near = page_candidates(scored, &request.start, most).ok_or(Error::BadCursor)?;
    let ids: Vec<ArticleId> = near.iter().map(|(_, id)| *id).collect();
    let articles = match articles {
        None if ids.len() <= 2 * most => Some(articles::with_texts(conn, &ids).await?),
        all => all,
    };
    let times = match &articles {
        Some(articles) => articles.iter().map(|one| (one.id, one.listed_at)).collect(),
        None => store::listed_at(conn, &ids).await?,
    };
    let position =
        |(relevance, id)| Some(ResultPosition { relevance, listed_at: *times.get(&id)?, id });
    let mut positions: Vec<ResultPosition> = near.into_iter().filter_map(position).collect();
    positions.sort_unstable_by(|a, b| b.cmp(a));
    Ok(Ranked { positions, words, articles })
}

/// Cuts a page from the positions. A cursor stands for its article's present position, since writes
/// change all scores a little.
fn cut(positions: Vec<ResultPosition>, request: &PageRequest) -> Result<Page<ResultPosition>> {
    let most = usize::from(request.limit) + 1;
    let rows: Vec<ResultPosition> = match &request.start {
        Start::Beginning => positions.into_iter().take(most).collect(),
        Start::After(cursor) => {
            let last = present_position(&positions, cursor)?;
            positions.into_iter().filter(|position| *position < last).take(most).collect()
        }
        Start::Before(cursor) => {
            let first = present_position(&positions, cursor)?;
            positions.into_iter().rev().filter(|position| *position > first).take(most).collect()
        }
    };
    Ok(Page::from_found(rows, request, ResultPosition::position))
}

/// Returns the present position of the cursor's article, or its former one if it is not found.
fn present_position(positions: &[ResultPosition], cursor: &Position) -> Result<ResultPosition> {
    let former = ResultPosition::at(cursor).ok_or(Error::BadCursor)?;
    Ok(positions.iter().find(|position| position.id == former.id).copied().unwrap_or(former))
}

async fn load(
    conn: &mut Conn<'_>,
    page: Page<ResultPosition>,
    mut words: PackedWords,
    read: Option<Vec<Article>>,
) -> Result<Page<Row>> {
    let ids: Vec<ArticleId> = page.rows.iter().map(|position| position.id).collect();
    let index = |article: &Article| ids.iter().position(|id| *id == article.id);
    let articles = match read {
        Some(mut read) => {
            read.retain(|article| index(article).is_some());
            read.sort_by_key(index);
            read
        }
        None => articles::with_texts(conn, &ids).await?,
    };
    // The articles are complete and in the order of the ids, since one transaction reads them all.
    let rows = page.rows.into_iter().zip(articles);
    let row = |(position, article): (ResultPosition, Article)| {
        (position, article, words.remove(&position.id).unwrap_or_default())
    };
    Ok(Page { rows: rows.map(row).collect(), next: page.next, prev: page.prev, total: None })
}
