//! The API's search without a database: the same query, tree and ranking, with a scan of all
//! articles instead of the index. It follows `src/service/search/`.

use std::cmp::Reverse;
use std::collections::HashSet;

use maqal::domain::search::document::{Document, Packed};
use maqal::domain::search::plan::{self, Match, Node};
use maqal::domain::search::rank::{Ranking, Totals};
use maqal::domain::search::{Matched, Relevance};
use maqal::text::analyse::Word;
use maqal::text::lang::Lang;
use maqal::text::query::{self, QueryError, Role, SearchQuery, Term};

use crate::{Article, System};

/// The indexed articles.
pub struct Ours {
    lang: Lang,
    documents: Vec<Document>,
    stems: Vec<HashSet<String>>,
    packed: Vec<Vec<u8>>,
    totals: Totals,
}

impl Ours {
    pub fn new(articles: &[Article], lang: &str) -> Self {
        let lang = Lang::parse(lang).expect("a language");
        let documents: Vec<Document> = articles
            .iter()
            .map(|article| Document::of(&lang, &article.title, None, &article.text))
            .collect();
        let stems = |document: &Document| document.words().map(|word| word.stem.clone()).collect();
        let stems = documents.iter().map(stems).collect();
        let packed: Vec<Vec<u8>> = documents.iter().map(Document::pack).collect();
        let words: usize = packed.iter().map(|bytes| Packed::length(bytes)).sum();
        let totals = Totals { documents: number(documents.len()), words: number(words) };
        Self { lang, documents, stems, packed, totals }
    }

    /// Whether an article holds every word of a question. If `whole`, function words count, too.
    pub fn is_strict(&self, typed: &str, whole: bool) -> bool {
        let mut query = self.parse(typed).expect("a query");
        if whole {
            let optional = query.clauses.iter_mut().filter(|clause| clause.role == Role::Optional);
            optional.for_each(|clause| clause.role = Role::Required);
        }
        !self.matching(&plan::matching(&query, Match::All)).is_empty()
    }

    fn parse(&self, typed: &str) -> Result<SearchQuery, QueryError> {
        query::parse(typed, std::slice::from_ref(&self.lang))
    }

    fn matching(&self, node: &Node) -> Vec<usize> {
        (0..self.documents.len()).filter(|at| self.holds(*at, node)).collect()
    }

    fn count(&self, term: &Term) -> u64 {
        match term {
            Term::Word(_) | Term::Phrase(_) => number(self.matching(&plan::term(term)).len()),
            Term::Prefix(_) => 0,
        }
    }

    fn article(&self, at: usize) -> Packed<'_> {
        Packed::read(&self.packed[at]).expect("packed words")
    }

    /// The matching articles, best first, or the reason for refusing the query.
    pub fn ranked(&self, typed: &str) -> Result<Vec<usize>, QueryError> {
        let mut query = self.parse(typed)?;
        if query.is_long() {
            let counted = query.counted().into_iter();
            let numbers: Vec<(usize, u64)> =
                counted.map(|at| (at, self.count(&query.clauses[at].term))).collect();
            query.keep_rarest(&numbers);
        }
        let numbers: Vec<u64> = query
            .ranked()
            .map(|clause| match clause.role {
                Role::Required => self.count(&clause.term),
                _ => 0,
            })
            .collect();
        let ranking = Ranking::new(&query, &numbers, self.totals);
        let complete = self.matching(&plan::matching(&query, Match::All));
        let mut found: Vec<(Relevance, usize)> =
            complete.iter().map(|at| (ranking.of_match(self.article(*at)), *at)).collect();
        let is_complete = |(relevance, _): &(Relevance, usize)| relevance.matched == Matched::All;
        let terms = query.required().count();
        let least = if found.iter().any(is_complete) { terms / 2 + 1 } else { 0 };
        if least < terms {
            let others = self.matching(&plan::matching(&query, Match::Any)).into_iter();
            found.extend(
                others.filter(|at| !complete.contains(at)).filter_map(|at| {
                    Some((ranking.of_partial_match(self.article(at), least)?, at))
                }),
            );
        }
        // Later articles win ties, as in the API.
        found.sort_by_key(|ranked| Reverse(*ranked));
        Ok(found.into_iter().map(|(_, at)| at).collect())
    }

    fn holds(&self, at: usize, node: &Node) -> bool {
        if let Node::Stem(stem) = node {
            return self.stems[at].contains(stem);
        }
        let document = &self.documents[at];
        let either = |nodes: &[Node]| nodes.iter().any(|node| self.holds(at, node));
        match node {
            Node::Phrase(words) => {
                [&document.title, &document.body].iter().any(|field| stand_in(field, words))
            }
            Node::Prefix(begin) => document.words().any(|word| word.exact.starts_with(begin)),
            Node::All(nodes) => nodes.iter().all(|node| self.holds(at, node)),
            Node::Any(nodes) => either(nodes),
            Node::Without(wanted, unwanted) => self.holds(at, wanted) && !self.holds(at, unwanted),
            Node::Stem(_) | Node::Impact(..) | Node::InTitle(_) | Node::PrefixInTitle(_) => {
                unreachable!(
                    "a stem is answered above, the others are of large sites or completion"
                )
            }
        }
    }
}

impl System for Ours {
    fn search(&self, typed: &str) -> Vec<usize> {
        self.ranked(typed).expect("a query")
    }
}

fn stand_in(field: &[Word], phrase: &[String]) -> bool {
    field.windows(phrase.len()).any(|run| run.iter().zip(phrase).all(|(word, w)| word.exact == *w))
}

fn number(count: usize) -> u64 {
    u64::try_from(count).expect("fewer than 2^64")
}
