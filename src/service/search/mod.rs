//! Search: finding articles ([`search`]), marking in them what was found (`marking.rs`), completing what
//! is being typed (`suggest.rs`), remembering which words are common (`common.rs`), keeping the index with the articles (`indexing.rs`) and building it anew
//! (`reindex.rs`). Called by `http/search/`, `cli/` and `service/articles/`. The database says which
//! articles match, `domain/search/rank.rs` in which order, `text/highlight.rs` where.

mod common;
pub mod indexing;
mod marking;
mod reindex;
mod suggest;

pub use common::Common;
pub use reindex::{Progress, due_count, make_all_due, may_be_due, reindex};
pub use suggest::{Suggestion, suggest};

use std::collections::{HashMap, HashSet};

use futures_util::future::try_join;

use super::articles::WithSite;
use super::{App, Error, Result, site};
use crate::domain::Time;
use crate::domain::article::{Article, ArticleId, Status};
use crate::domain::listing::{Page, PageRequest, Position, Start};
use crate::domain::search::document::Packed;
use crate::domain::search::plan::{self, Match};
use crate::domain::search::rank::{Ranking, TOP_LEVEL, Totals};
use crate::domain::search::reach::{Scored, within_reach};
use crate::domain::search::{Hit, Index, MOST_RANKED, ResultPosition, Scope, SearchRequest};
use crate::store::search::Holders;
use crate::store::{Conn, articles, search as store, tags};
use crate::text::lang::Lang;
use crate::text::query::{self, SearchQuery, Term};
use crate::text::slug;

/// What a search found.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchPage {
    /// A page of articles.
    pub hits: Page<Hit>,
    /// Whether no article held all that was asked for, so that these hold some of it.
    pub relaxed: bool,
}

/// An article of a page, its place, and its words as they are packed.
type Row = (ResultPosition, Article, Vec<u8>);

/// What the database's part of a search comes to.
struct MatchedRows {
    query: SearchQuery,
    rows: Page<Row>,
    relaxed: bool,
}

/// Finds articles, the best answers first.
///
/// # Errors
/// [`Error::Query`] for a text that asks for nothing, or for too much; [`Error::BadCursor`].
pub async fn search(app: &App, request: SearchRequest) -> Result<WithSite<SearchPage>> {
    let site = site::settings(app).await?;
    let (shared, now) = (app.shared.clone(), app.now());
    let MatchedRows { query, rows, relaxed } = app
        .db
        .scan(async move |conn| answer(conn, &request, &shared.common_words, now).await)
        .await?;
    let hits = marking::marked(rows, query).await?;
    Ok(WithSite { item: SearchPage { hits, relaxed }, site })
}

async fn answer(
    conn: &mut Conn<'_>,
    request: &SearchRequest,
    common: &Common,
    now: Time,
) -> Result<MatchedRows> {
    let index = Index::of(request.scope.status);
    let (totals, held) = store::open(conn, index).await?;
    let mut scope = request.scope.clone();
    if let Some(slug) = &request.tag {
        scope.tag = Some(tags::slug_owner(conn, &slug::key(slug)).await?);
    }
    let langs = match &scope.lang {
        Some(lang) => vec![lang.clone()],
        // What is stored was parsed before; what isn't a tag any more is stemmed by no rules.
        None => held.iter().filter_map(|tag| Lang::parse(tag).ok()).collect(),
    };
    let query = query::parse(&request.text, &langs)?;
    let holders = holders(conn, index, &query, totals, (common, now)).await?;
    let numbers: Vec<u64> = holders.iter().map(|holders| holders.number).collect();
    let ranking = Ranking::new(&query, &numbers, totals);
    let mut found = match matching_all(holders, &query, &scope) {
        Some(all) => all,
        None => {
            let many = are_many(conn, &query, &numbers, &scope, totals).await?;
            candidates(conn, index, &scope, &query, Match::All, many).await?
        }
    };
    let several = query.required().count() > 1;
    let relaxed = found.is_empty() && several;
    if relaxed {
        found = candidates(conn, index, &scope, &query, Match::Any, false).await?;
    }
    let Ranked { places, words, articles } = rank(conn, &ranking, &found, &request.page).await?;
    let page = cut(places, &request.page)?;
    let rows = load(conn, page, words, articles).await?;
    Ok(MatchedRows { query, rows, relaxed })
}

/// The articles that hold what each positive clause asks for. Of function words and beginnings it
/// isn't asked: see [`Ranking`].
async fn holders(
    conn: &mut Conn<'_>,
    index: Index,
    query: &SearchQuery,
    totals: Totals,
    (common, now): (&Common, Time),
) -> Result<Vec<Holders>> {
    let mut all = Vec::new();
    for clause in query.positive() {
        if clause.optional || !matches!(clause.term, Term::Word(_) | Term::Phrase(_)) {
            all.push(Holders::default());
            continue;
        }
        let (node, most) = (plan::term(&clause.term), totals.counted());
        if common.knows(index, &node, now) {
            all.push(Holders { number: most, listed: None });
            continue;
        }
        let holders = store::holders(conn, index, &node, totals).await?;
        if holders.number >= most {
            common.found(index, node, now);
        }
        all.push(holders);
    }
    Ok(all)
}

/// All that match, if whoever counted the articles with the one word that is asked for has listed them.
fn matching_all(
    holders: Vec<Holders>,
    query: &SearchQuery,
    scope: &Scope,
) -> Option<Vec<ArticleId>> {
    is_one_word(query, scope).then(|| holders.into_iter().find_map(|holders| holders.listed))?
}

/// Whether more articles are known to match than are ranked. Postgres finds all of them before it gives
/// the first, so that it is worth not to ask.
async fn are_many(
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
    // Of some it wasn't asked how many hold them.
    let may_be = holders.iter().all(|holders| *holders == 0 || *holders > most);
    Ok(may_be
        && is_whole(scope)
        && store::are_surely_many(conn, index, &plan::matching(query, Match::All), totals).await?)
}

/// Whether it is asked for one word among all that readers see.
fn is_one_word(query: &SearchQuery, scope: &Scope) -> bool {
    is_whole(scope) && query.required().count() == 1 && query.excluded().next().is_none()
}

fn is_whole(scope: &Scope) -> bool {
    scope.status == Status::Published && scope.lang.is_none() && scope.tag.is_none()
}

/// The articles to rank: all that match or, if those are too many, the ones its words weigh most in,
/// and of equals the newest.
async fn candidates(
    conn: &mut Conn<'_>,
    index: Index,
    scope: &Scope,
    query: &SearchQuery,
    how: Match,
    many: bool,
) -> Result<Vec<ArticleId>> {
    let every = plan::matching(query, how);
    let mut all = Vec::new();
    if !many {
        all = store::candidates(conn, index, scope, &every, MOST_RANKED + 1).await?;
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
        let Some(heavy) = plan::weighing(query, how, level) else { break };
        if add(store::candidates(conn, index, scope, &heavy, MOST_RANKED).await?) {
            return Ok(chosen);
        }
    }
    if many {
        all = store::candidates(conn, index, scope, &every, MOST_RANKED).await?;
    }
    all.truncate(MOST_RANKED);
    add(all);
    Ok(chosen)
}

/// The words of articles, as they are packed.
type PackedWords = HashMap<ArticleId, Vec<u8>>;

/// What a page is made of.
struct Ranked {
    /// The places of its articles, and of some more, best first.
    places: Vec<ResultPosition>,
    words: PackedWords,
    /// All of these articles, unless they are so many that only the page's are worth reading.
    articles: Option<Vec<Article>>,
}

/// Finds out what a page is made of.
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
    let near = within_reach(scored, &request.start, most).ok_or(Error::BadCursor)?;
    let ids: Vec<ArticleId> = near.iter().map(|(_, id)| *id).collect();
    let articles = match all {
        None if ids.len() <= 2 * most => Some(articles::with_texts(conn, &ids).await?),
        all => all,
    };
    let times = match &articles {
        Some(articles) => articles.iter().map(|one| (one.id, one.listed_at)).collect(),
        None => store::listed_at(conn, &ids).await?,
    };
    let place = |(score, id)| Some(ResultPosition { score, listed_at: *times.get(&id)?, id });
    let mut places: Vec<ResultPosition> = near.into_iter().filter_map(place).collect();
    places.sort_unstable_by(|a, b| b.cmp(a));
    Ok(Ranked { places, words, articles })
}

/// What a few articles are ranked by, and themselves.
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
    let broken = || Error::Internal(format!("the packed words of article {id} are broken"));
    Packed::read(words).ok_or_else(broken)
}

/// A page of places. A cursor's article is looked up among them first: what was written since has
/// changed every score a little, and it is the article that the reader saw last.
fn cut(places: Vec<ResultPosition>, request: &PageRequest) -> Result<Page<ResultPosition>> {
    let most = usize::from(request.limit) + 1;
    let rows: Vec<ResultPosition> = match &request.start {
        Start::Beginning => places.into_iter().take(most).collect(),
        Start::After(position) => {
            let last = now_at(&places, position)?;
            places.into_iter().filter(|place| *place < last).take(most).collect()
        }
        Start::Before(position) => {
            let first = now_at(&places, position)?;
            places.into_iter().rev().filter(|place| *place > first).take(most).collect()
        }
    };
    Ok(Page::from_found(rows, request, ResultPosition::position))
}

fn now_at(places: &[ResultPosition], position: &Position) -> Result<ResultPosition> {
    let then = ResultPosition::at(position).ok_or(Error::BadCursor)?;
    Ok(places.iter().find(|place| place.id == then.id).copied().unwrap_or(then))
}

async fn load(
    conn: &mut Conn<'_>,
    page: Page<ResultPosition>,
    mut words: PackedWords,
    read: Option<Vec<Article>>,
) -> Result<Page<Row>> {
    let ids: Vec<ArticleId> = page.rows.iter().map(|place| place.id).collect();
    let place = |article: &Article| ids.iter().position(|id| *id == article.id);
    let articles = match read {
        Some(mut read) => {
            read.retain(|article| place(article).is_some());
            read.sort_by_key(place);
            read
        }
        None => articles::with_texts(conn, &ids).await?,
    };
    // The rows come in the order of the ids, and all are there: one transaction reads them.
    let rows = page.rows.into_iter().zip(articles);
    Ok(Page {
        rows: rows
            .map(|(place, article)| (place, article, words.remove(&place.id).unwrap_or_default()))
            .collect(),
        next: page.next,
        prev: page.prev,
        total: None,
    })
}
