//! The API's search without a database: the same query, tree and ranking, with a scan of all
//! articles instead of the index. It follows `src/service/search/`.

use maqal::domain::search::Score;
use maqal::domain::search::document::{Document, Packed};
use maqal::domain::search::plan::{self, Match, Node};
use maqal::domain::search::rank::{Ranking, Totals};
use maqal::text::analyse::Word;
use maqal::text::lang::Lang;
use maqal::text::query::{self, SearchQuery, Term};

use crate::{Article, System};

/// The indexed articles.
pub struct Ours {
    lang: Lang,
    documents: Vec<Document>,
    packed: Vec<Vec<u8>>,
    totals: Totals,
}

impl Ours {
    pub fn new(articles: &[Article]) -> Self {
        let lang = Lang::parse("ar").expect("a language");
        let documents: Vec<Document> = articles
            .iter()
            .map(|article| Document::of(&lang, article.title, None, article.text))
            .collect();
        let packed: Vec<Vec<u8>> = documents.iter().map(Document::pack).collect();
        let words: usize = packed.iter().map(|bytes| Packed::length(bytes)).sum();
        let totals = Totals { documents: number(documents.len()), words: number(words) };
        Self { lang, documents, packed, totals }
    }

    /// Whether an article holds every word of a question. If `whole`, function words count, too.
    pub fn is_strict(&self, typed: &str, whole: bool) -> bool {
        let mut query = self.parse(typed);
        if whole {
            query.clauses.iter_mut().for_each(|clause| clause.optional = false);
        }
        !self.matching(&plan::matching(&query, Match::All)).is_empty()
    }

    fn parse(&self, typed: &str) -> SearchQuery {
        query::parse(typed, std::slice::from_ref(&self.lang)).expect("a query")
    }

    fn matching(&self, node: &Node) -> Vec<usize> {
        (0..self.documents.len()).filter(|at| holds(&self.documents[*at], node)).collect()
    }

    fn holders(&self, query: &SearchQuery) -> Vec<u64> {
        query
            .positive()
            .map(|clause| match &clause.term {
                _ if clause.optional => 0,
                Term::Word(_) | Term::Phrase(_) => {
                    number(self.matching(&plan::term(&clause.term)).len())
                }
                Term::Prefix(_) => 0,
            })
            .collect()
    }
}

impl System for Ours {
    fn search(&self, typed: &str) -> Vec<usize> {
        let query = self.parse(typed);
        let ranking = Ranking::new(&query, &self.holders(&query), self.totals);
        let mut found = self.matching(&plan::matching(&query, Match::All));
        if found.is_empty() {
            found = self.matching(&plan::matching(&query, Match::Any));
        }
        let score = |at: usize| -> Score {
            ranking.score(Packed::read(&self.packed[at]).expect("what was packed"))
        };
        // Later articles win ties, as in the API.
        found.sort_by_key(|at| std::cmp::Reverse((score(*at), *at)));
        found
    }
}

fn holds(document: &Document, node: &Node) -> bool {
    match node {
        Node::Stem(stem) => document.words().any(|word| word.stem == *stem),
        Node::Phrase(words) => {
            [&document.title, &document.body].iter().any(|field| stand_in(field, words))
        }
        Node::Prefix(begin) => document.words().any(|word| word.exact.starts_with(begin)),
        Node::All(nodes) => nodes.iter().all(|node| holds(document, node)),
        Node::Any(nodes) => nodes.iter().any(|node| holds(document, node)),
        Node::Without(wanted, unwanted) => holds(document, wanted) && !holds(document, unwanted),
        Node::Impact(..) | Node::InTitle(_) | Node::PrefixInTitle(_) => {
            unreachable!("asked for only on large sites, and by completion")
        }
    }
}

fn stand_in(field: &[Word], phrase: &[String]) -> bool {
    field.windows(phrase.len()).any(|run| run.iter().zip(phrase).all(|(word, w)| word.exact == *w))
}

fn number(count: usize) -> u64 {
    u64::try_from(count).expect("fewer than 2^64")
}
