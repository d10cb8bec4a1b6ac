//! The articles that match a query: their number by term, those with all terms, and their relevance.

use std::collections::{HashMap, HashSet};

use futures_util::future::try_join;

use super::common::CommonTerms;
use crate::domain::Time;
use crate::domain::article::{Article, ArticleId, Status};
use crate::domain::listing::PageRequest;
use crate::domain::search::bm25::TOP_LEVEL;
use crate::domain::search::candidates::Scored;
use crate::domain::search::document::Packed;
use crate::domain::search::plan::{self, Match};
use crate::domain::search::rank::{Ranking, Totals};
use crate::domain::search::{Index, MAX_RANKED, Relevance, Scope};
use crate::service::{Error, Result};
use crate::store::search::MatchCount;
use crate::store::{Conn, articles, search as store};
use crate::text::query::{Role, SearchQuery, Term};

/// The searched articles.
pub(super) struct Space<'a> {
    pub(super) index: Index,
    pub(super) scope: &'a Scope,
    pub(super) totals: Totals,
}

impl Space<'_> {
    /// Whether all published articles are searched.
    pub(super) fn is_unfiltered(&self) -> bool {
        self.scope.status == Status::Published
            && self.scope.lang.is_none()
            && self.scope.tag.is_none()
    }
}

/// Counts the articles that match each ranked clause. A long query is cut to its rarest terms first.
/// Function words and prefixes are not counted: see [`Ranking`].
pub(super) async fn counts(
    conn: &mut Conn<'_>,
    space: &Space<'_>,
    query: &mut SearchQuery,
    common: (&CommonTerms, Time),
) -> Result<Vec<MatchCount>> {
    if query.is_long() {
        let mut numbers = Vec::new();
        for at in query.counted() {
            let count = count(conn, space, &query.clauses[at].term, common).await?;
            // A prefix is not counted, and never missing.
            numbers.push((at, count.map_or(1, |count| count.number)));
        }
        query.keep_rarest(&numbers);
    }
    let mut all = Vec::new();
    for clause in query.ranked() {
        all.push(match clause.role {
            Role::Required => count(conn, space, &clause.term, common).await?.unwrap_or_default(),
            _ => MatchCount::default(),
        });
    }
    Ok(all)
}

/// Counts the articles that match a term; `None` for a prefix.
async fn count(
    conn: &mut Conn<'_>,
    space: &Space<'_>,
    term: &Term,
    (common, now): (&CommonTerms, Time),
) -> Result<Option<MatchCount>> {
    if matches!(term, Term::Prefix(_)) {
        return Ok(None);
    }
    let (node, most) = (plan::term(term), space.totals.counted());
    if common.contains(space.index, &node, now) {
        return Ok(Some(MatchCount { number: most, listed: None }));
    }
    let counted = store::count_matches(conn, space.index, &node, space.totals).await?;
    if counted.number >= most {
        common.insert(space.index, node, now);
    }
    Ok(Some(counted))
}

/// Returns the articles with all required terms, at most [`MAX_RANKED`].
pub(super) async fn with_all(
    conn: &mut Conn<'_>,
    space: &Space<'_>,
    query: &SearchQuery,
    counts: Vec<MatchCount>,
) -> Result<Vec<ArticleId>> {
    let numbers: Vec<u64> = counts.iter().map(|count| count.number).collect();
    if let Some(all) = listed_matches(counts, query, space) {
        return Ok(all);
    }
    let many = exceeds_ranked(conn, query, &numbers, space).await?;
    candidates(conn, space, query, Match::All, many).await
}

/// Returns all matches of a query of one word, if the count has listed them.
fn listed_matches(
    counts: Vec<MatchCount>,
    query: &SearchQuery,
    space: &Space<'_>,
) -> Option<Vec<ArticleId>> {
    is_one_word(query, space).then(|| counts.into_iter().find_map(|count| count.listed))?
}

/// Whether more articles are known to match than are ranked. PostgreSQL finds all matches before it
/// returns the first, so that it pays to avoid that query.
async fn exceeds_ranked(
    conn: &mut Conn<'_>,
    query: &SearchQuery,
    numbers: &[u64],
    space: &Space<'_>,
) -> Result<bool> {
    let most = MAX_RANKED as u64;
    if is_one_word(query, space) {
        return Ok(numbers.iter().any(|number| *number > most));
    }
    // A number of 0 is that of an uncounted clause.
    let may_exceed = numbers.iter().all(|number| *number == 0 || *number > most);
    let node = plan::matching(query, Match::All);
    Ok(may_exceed
        && space.is_unfiltered()
        && store::exceeds_ranked(conn, space.index, &node, space.totals).await?)
}

/// Whether the query is one word over all published articles.
fn is_one_word(query: &SearchQuery, space: &Space<'_>) -> bool {
    space.is_unfiltered() && query.required().count() == 1 && query.excluded().next().is_none()
}

/// Returns the articles to rank: all matches or, if they are too many, those with the highest term
/// weights, newest first.
pub(super) async fn candidates(
    conn: &mut Conn<'_>,
    space: &Space<'_>,
    query: &SearchQuery,
    mode: Match,
    exceeds_ranked: bool,
) -> Result<Vec<ArticleId>> {
    let condition = plan::matching(query, mode);
    let (index, scope) = (space.index, space.scope);
    let mut all = Vec::new();
    if !exceeds_ranked {
        all = store::candidates(conn, index, scope, &condition, MAX_RANKED + 1).await?;
        if all.len() <= MAX_RANKED {
            return Ok(all);
        }
    }
    let mut chosen = Vec::with_capacity(MAX_RANKED);
    let mut seen = HashSet::new();
    let mut add = |ids: Vec<ArticleId>| {
        chosen.extend(ids.into_iter().filter(|id| seen.insert(*id)));
        chosen.truncate(MAX_RANKED);
        chosen.len() == MAX_RANKED
    };
    for level in (1..=TOP_LEVEL).rev() {
        let Some(heavy) = plan::with_impact(query, mode, level) else { break };
        if add(store::candidates(conn, index, scope, &heavy, MAX_RANKED).await?) {
            return Ok(chosen);
        }
    }
    if exceeds_ranked {
        all = store::candidates(conn, index, scope, &condition, MAX_RANKED).await?;
    }
    all.truncate(MAX_RANKED);
    add(all);
    Ok(chosen)
}

/// The packed words of articles.
pub(super) type PackedWords = HashMap<ArticleId, Vec<u8>>;

/// The matching articles.
#[derive(Default)]
pub(super) struct Found {
    /// The articles with their relevance.
    pub(super) scored: Vec<Scored>,
    pub(super) words: PackedWords,
    /// The articles, if they are few.
    pub(super) articles: Option<Vec<Article>>,
}

impl Found {
    /// Adds articles with the relevance that `rank` gives them, and leaves out those without one.
    pub(super) async fn add(
        &mut self,
        conn: &mut Conn<'_>,
        ids: &[ArticleId],
        rank: impl Fn(Packed<'_>) -> Option<Relevance>,
    ) -> Result<()> {
        for (id, words) in store::words(conn, ids).await? {
            if let Some(relevance) = rank(packed(id, &words)?) {
                self.scored.push((relevance, id));
                self.words.insert(id, words);
            }
        }
        Ok(())
    }

    /// Adds articles with all terms. If they all may be on the page, their texts are read at once.
    pub(super) async fn add_with_articles(
        &mut self,
        conn: &mut Conn<'_>,
        ids: &[ArticleId],
        request: &PageRequest,
        ranking: &Ranking,
    ) -> Result<()> {
        if ids.len() > usize::from(request.limit) + 1 {
            return self.add(conn, ids, |article| Some(ranking.of_match(article))).await;
        }
        let (words, articles) = words_and_articles(conn, ids).await?;
        for (id, words) in words {
            self.scored.push((ranking.of_match(packed(id, &words)?), id));
            self.words.insert(id, words);
        }
        self.articles = Some(articles);
        Ok(())
    }

    /// Keeps the best [`MAX_RANKED`] articles.
    pub(super) fn truncate(&mut self) {
        self.scored.sort_unstable_by(|a, b| b.cmp(a));
        self.scored.truncate(MAX_RANKED);
    }
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
