//! Full-text search, suggestions, and the upkeep of the search index. The store finds the matching
//! articles, `domain::search::rank` scores them, and `text::highlight` finds the matches in texts.

mod common;
pub mod indexing;
mod marking;
mod reindex;
mod suggest;

pub use common::CommonTerms;
pub use reindex::{Progress, due_count, make_all_due, may_be_due, reindex};
pub use suggest::{Suggestion, suggest};

use std::collections::{HashMap, HashSet};

use futures_util::future::try_join;

use marking::Row;

use super::articles::WithSite;
use super::{App, Error, Result};
use crate::domain::Time;
use crate::domain::article::{Article, ArticleId, Status};
use crate::domain::listing::{Page, PageRequest, Position, Start};
use crate::domain::search::bm25::TOP_LEVEL;
use crate::domain::search::candidates::{Scored, page_candidates};
use crate::domain::search::document::Packed;
use crate::domain::search::plan::{self, Match};
use crate::domain::search::rank::{Ranking, Totals};
use crate::domain::search::{Hit, Index, MOST_RANKED, ResultPosition, Scope, SearchRequest};
use crate::store::search::MatchCount;
use crate::store::{Conn, articles, search as store, tags};
use crate::text::lang::Lang;
use crate::text::query::{self, SearchQuery, Term};
use crate::text::tag_name;

/// A page of search results.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchPage {
    /// The results.
    pub hits: Page<Hit>,
    /// Whether no article matched all terms, so that the results match some of them.
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
/// [`Error::Query`] for a text without terms, or with too many; [`Error::BadCursor`].
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
        scope.tag = Some(tags::slug_owner(conn, &tag_name::slug_key(slug)).await?);
    }
    let langs = match &scope.lang {
        Some(lang) => vec![lang.clone()],
        // The stored tags were valid; one that no longer parses has no stemmer.
        None => indexed_langs.iter().filter_map(|tag| Lang::parse(tag).ok()).collect(),
    };
    let query = query::parse(&request.text, &langs)?;
    let holders = holders(conn, index, &query, totals, (common, now)).await?;
    let numbers: Vec<u64> = holders.iter().map(|holders| holders.number).collect();
    let ranking = Ranking::new(&query, &numbers, totals);
    let mut found = match listed_matches(holders, &query, &scope) {
        Some(all) => all,
        None => {
            let many = exceeds_ranked(conn, &query, &numbers, &scope, totals).await?;
            candidates(conn, index, &scope, &query, Match::All, many).await?
        }
    };
    let has_many_terms = query.required().count() > 1;
    let relaxed = found.is_empty() && has_many_terms;
    if relaxed {
        found = candidates(conn, index, &scope, &query, Match::Any, false).await?;
    }
    let Ranked { positions, words, articles } = rank(conn, &ranking, &found, &request.page).await?;
    let page = cut(positions, &request.page)?;
    let rows = load(conn, page, words, articles).await?;
    Ok(MatchedRows { query, rows, relaxed })
}

/// Counts the articles that match each positive clause. Function words and prefixes are not counted:
/// see [`Ranking`].
async fn holders(
    conn: &mut Conn<'_>,
    index: Index,
    query: &SearchQuery,
    totals: Totals,
    (common, now): (&CommonTerms, Time),
) -> Result<Vec<MatchCount>> {
    let mut all = Vec::new();
    for clause in query.positive() {
        if clause.optional || !matches!(clause.term, Term::Word(_) | Term::Phrase(_)) {
            all.push(MatchCount::default());
            continue;
        }
        let (node, most) = (plan::term(&clause.term), totals.counted());
        if common.contains(index, &node, now) {
            all.push(MatchCount { number: most, listed: None });
            continue;
        }
        let holders = store::count_matches(conn, index, &node, totals).await?;
        if holders.number >= most {
            common.insert(index, node, now);
        }
        all.push(holders);
    }
    Ok(all)
}

/// Returns all matches of a query of one word, if the count has listed them.
fn listed_matches(
    holders: Vec<MatchCount>,
    query: &SearchQuery,
    scope: &Scope,
) -> Option<Vec<ArticleId>> {
    is_one_word(query, scope).then(|| holders.into_iter().find_map(|holders| holders.listed))?
}

/// Whether more articles are known to match than are ranked. PostgreSQL finds all matches before it
/// returns the first, so that it pays to avoid that query.
async fn exceeds_ranked(
    conn: &mut Conn<'_>,
    query: &SearchQuery,
    holders: &[u64],
    scope: &Scope,
    totals: Totals,
) -> Result<bool> {
    let index = Index::of(scope.status);
    let most = MOST_RANKED as u64;
    if is_one_word(query, scope) {
        return Ok(holders.iter().any(|holders| *holders > most));
    }
    // A count of 0 is that of an uncounted clause.
    let may_exceed = holders.iter().all(|holders| *holders == 0 || *holders > most);
    Ok(may_exceed
        && is_unfiltered(scope)
        && store::exceeds_ranked(conn, index, &plan::matching(query, Match::All), totals).await?)
}

/// Whether the query is one word over all published articles.
fn is_one_word(query: &SearchQuery, scope: &Scope) -> bool {
    is_unfiltered(scope) && query.required().count() == 1 && query.excluded().next().is_none()
}

fn is_unfiltered(scope: &Scope) -> bool {
    scope.status == Status::Published && scope.lang.is_none() && scope.tag.is_none()
}

/// Returns the articles to rank: all matches or, if they are too many, those with the highest term
/// weights, newest first.
async fn candidates(
    conn: &mut Conn<'_>,
    index: Index,
    scope: &Scope,
    query: &SearchQuery,
    mode: Match,
    exceeds_ranked: bool,
) -> Result<Vec<ArticleId>> {
    let condition = plan::matching(query, mode);
    let mut all = Vec::new();
    if !exceeds_ranked {
        all = store::candidates(conn, index, scope, &condition, MOST_RANKED + 1).await?;
        if all.len() <= MOST_RANKED {
            return Ok(all);
        }
    }
    let mut chosen = Vec::with_capacity(MOST_RANKED);
    let mut seen = HashSet::new();
    let mut add = |ids: Vec<ArticleId>| {
        chosen.extend(ids.into_iter().filter(|id| seen.insert(*id)));
        chosen.truncate(MOST_RANKED);
        chosen.len() == MOST_RANKED
    };
    for level in (1..=TOP_LEVEL).rev() {
        let Some(heavy) = plan::with_impact(query, mode, level) else { break };
        if add(store::candidates(conn, index, scope, &heavy, MOST_RANKED).await?) {
            return Ok(chosen);
        }
    }
    if exceeds_ranked {
        all = store::candidates(conn, index, scope, &condition, MOST_RANKED).await?;
    }
    all.truncate(MOST_RANKED);
    add(all);
    Ok(chosen)
}

/// The packed words of articles.
type PackedWords = HashMap<ArticleId, Vec<u8>>;

/// The ranked articles around a page.
struct Ranked {
    /// The positions of the page's articles and some more, best first.
    positions: Vec<ResultPosition>,
    words: PackedWords,
    /// The articles of all positions; `None` if they are many and only the page's are to be read.
    articles: Option<Vec<Article>>,
}

/// Scores the articles and selects those around the page.
async fn rank(
    conn: &mut Conn<'_>,
    ranking: &Ranking,
    ids: &[ArticleId],
    request: &PageRequest,
) -> Result<Ranked> {
    let most = usize::from(request.limit) + 1;
    let (words, all) = if ids.len() <= most {
        let (words, articles) = words_and_articles(conn, ids).await?;
        (words, Some(articles))
    } else {
        (store::words(conn, ids).await?, None)
    };
    let words: PackedWords = words.into_iter().collect();
    let scored: Vec<Scored> = words
        .iter()
        .map(|(id, words)| Ok((ranking.score(packed(*id, words)?), *id)))
        .collect::<Result<_>>()?;
    let near = page_candidates(scored, &request.start, most).ok_or(Error::BadCursor)?;
    let ids: Vec<ArticleId> = near.iter().map(|(_, id)| *id).collect();
    let articles = match all {
        None if ids.len() <= 2 * most => Some(articles::with_texts(conn, &ids).await?),
        all => all,
    };
    let times = match &articles {
        Some(articles) => articles.iter().map(|one| (one.id, one.listed_at)).collect(),
        None => store::listed_at(conn, &ids).await?,
    };
    let position = |(score, id)| Some(ResultPosition { score, listed_at: *times.get(&id)?, id });
    let mut positions: Vec<ResultPosition> = near.into_iter().filter_map(position).collect();
    positions.sort_unstable_by(|a, b| b.cmp(a));
    Ok(Ranked { positions, words, articles })
}

/// Reads the packed words and the texts of a few articles, on PostgreSQL in one pipeline.
async fn words_and_articles(
    conn: &mut Conn<'_>,
    ids: &[ArticleId],
) -> Result<(Vec<(ArticleId, Vec<u8>)>, Vec<Article>)> {
    if let Some([mut one, mut other]) = conn.pipelined() {
        let words = store::words(&mut one, ids);
        return Ok(try_join(words, articles::with_texts(&mut other, ids)).await?);
    }
    Ok((store::words(conn, ids).await?, articles::with_texts(conn, ids).await?))
}

fn packed(id: ArticleId, words: &[u8]) -> Result<Packed<'_>> {
    let corrupt = || Error::Internal(format!("the packed words of article {id} are corrupt"));
    Packed::read(words).ok_or_else(corrupt)
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
