//! The relevance of articles: BM25 over stems and, with a lower weight, over exact forms. It isn't
//! computed by the databases, so that both return the same order: PostgreSQL's ranking ignores
//! inverse document frequency.

use super::bm25::{rarity, real, saturated};
use super::document::{Packed, hash};
use super::{Matched, Relevance, Score};
use crate::text::highlight::halves;
use crate::text::query::{Phrase, Role, SearchQuery, Term};

/// The weight of a word's exact form beside its stem.
const EXACT: f64 = 0.4;

/// The weight of a phrase, beside a word of the same document frequency.
const PHRASE: f64 = 1.5;

/// The weight of a prefix. It stands for many words, so it has no document frequency.
const PREFIX: f64 = 1.0;

/// The inverse document frequency of a function word. Nearly all articles have function words, so
/// their document frequencies aren't read.
const FUNCTION_WORD: f64 = 0.1;

/// The size of an index.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// Number of articles.
    pub documents: u64,
    /// Number of words in all articles.
    pub words: u64,
}

impl Totals {
    /// Returns the highest counted document frequency. Above it the exact count changes the ranking
    /// little, and counting would take longer than the rest of the search.
    #[must_use]
    pub fn counted(&self) -> u64 {
        (self.documents / 10).max(10_000)
    }
}

/// The ranking of one query.
#[derive(Debug)]
pub struct Ranking {
    clauses: Vec<Clause>,
    /// The sequences that an article with all words has, too.
    whole: Vec<Sequence>,
    average: f64,
}

/// A ranked clause.
#[derive(Debug)]
struct Clause {
    required: bool,
    rarity: f64,
    counted: Counted,
}

#[derive(Debug)]
enum Counted {
    Word { stems: Vec<u32>, exact: u32, apart: Option<Sequence> },
    Phrase(Sequence),
    Prefix,
}

/// Words that follow each other.
#[derive(Debug)]
struct Sequence {
    firsts: Vec<u32>,
    rest: Vec<u32>,
}

impl Ranking {
    /// Prepares the ranking of a query. `holders` are the document frequencies of its ranked
    /// clauses, in order. Exact forms have no frequencies of their own: to count them costs as much as
    /// the search, and doesn't improve the order.
    #[must_use]
    pub fn new(query: &SearchQuery, holders: &[u64], totals: Totals) -> Self {
        let all = totals.documents;
        let clauses = query
            .ranked()
            .zip(holders)
            .map(|(clause, holders)| {
                let required = clause.role == Role::Required;
                let rarity = if required { rarity(*holders, all) } else { FUNCTION_WORD };
                Clause { required, rarity, counted: Counted::of(&clause.term) }
            })
            .collect();
        let whole = query.terms(Role::Whole).filter_map(|term| match term {
            Term::Phrase(phrase) => Some(Sequence::of(phrase)),
            Term::Word(_) | Term::Prefix(_) => None,
        });
        let average = (real(totals.words) / real(all.max(1))).max(1.0);
        Self { clauses, whole: whole.collect(), average }
    }

    /// Returns the relevance of an article that has all required terms, in any order.
    #[must_use]
    pub fn of_match(&self, article: Packed<'_>) -> Relevance {
        let is_whole = self.whole.iter().all(|sequence| sequence.count(article) > 0.0);
        let matched = if is_whole { Matched::All } else { Matched::Some };
        Relevance { matched, score: self.score(article).0 }
    }

    /// Returns the relevance of an article that has some required terms, or `None` if it has less
    /// than `least`. A prefix counts as missing, since the words of an article are hashes.
    #[must_use]
    pub fn of_partial_match(&self, article: Packed<'_>, least: usize) -> Option<Relevance> {
        let (score, terms) = self.score(article);
        (terms >= least).then_some(Relevance { matched: Matched::Some, score })
    }

    /// Returns the score of an article, and the number of its required terms without prefixes.
    fn score(&self, article: Packed<'_>) -> (Score, usize) {
        let length = real(article.len());
        let weight = |count: f64| saturated(count, length, self.average);
        let (mut sum, mut terms) = (0.0, 0);
        for clause in &self.clauses {
            let count = match &clause.counted {
                Counted::Word { stems, exact, apart } => {
                    let (mut any, same) = count_word(article, stems, *exact);
                    if let Some(apart) = apart {
                        any += apart.count(article);
                    }
                    sum += clause.rarity * (weight(any) + EXACT * weight(same));
                    any
                }
                Counted::Phrase(sequence) => {
                    let count = sequence.count(article);
                    sum += PHRASE * clause.rarity * weight(count);
                    count
                }
                Counted::Prefix => {
                    sum += PREFIX;
                    0.0
                }
            };
            terms += usize::from(clause.required && count > 0.0);
        }
        #[expect(clippy::cast_possible_truncation, reason = "32 clauses of at most 60 each")]
        (Score((sum * 1e6).round() as i64), terms)
    }
}

impl Counted {
    fn of(term: &Term) -> Self {
        match term {
            Term::Word(word) => Self::Word {
                stems: hashes(&word.stems),
                exact: hash(&word.exact),
                apart: word.apart.split_first().map(|(first, rest)| Sequence {
                    firsts: vec![hash(first)],
                    rest: hashes(rest),
                }),
            },
            Term::Phrase(phrase) => Self::Phrase(Sequence::of(phrase)),
            Term::Prefix(_) => Self::Prefix,
        }
    }
}

fn hashes(tokens: &[String]) -> Vec<u32> {
    tokens.iter().map(|token| hash(token)).collect()
}

/// Counts a word in an article: in any form, and in its exact form.
fn count_word(article: Packed<'_>, stems: &[u32], exact: u32) -> (f64, f64) {
    let mut counts = (0.0, 0.0);
    for (words, weight) in article.fields() {
        for word in words {
            let (stem, form) = halves(*word);
            if form == exact {
                counts.0 += weight;
                counts.1 += weight;
            } else if stems.contains(&stem) {
                counts.0 += weight;
            }
        }
    }
    counts
}

impl Sequence {
    fn of(phrase: &Phrase) -> Self {
        Self { firsts: hashes(&phrase.firsts), rest: hashes(&phrase.rest) }
    }

    /// Counts the sequence in an article.
    fn count(&self, article: Packed<'_>) -> f64 {
        let is_here = |run: &&[[u8; 8]]| {
            run.split_first().is_some_and(|(first, others)| {
                self.firsts.contains(&halves(*first).1)
                    && others
                        .iter()
                        .zip(&self.rest)
                        .all(|(word, wanted)| halves(*word).1 == *wanted)
            })
        };
        let length = 1 + self.rest.len();
        let count = |words: &[[u8; 8]]| real(words.windows(length).filter(is_here).count());
        article.fields().iter().map(|(words, weight)| weight * count(words)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::search::document::Document;
    use crate::text::lang::Lang;
    use crate::text::query;

    fn scores(asked: &str, texts: &[(&str, &str)], holders: &[u64]) -> Vec<i64> {
        let en = Lang::parse("en").unwrap();
        let query = query::parse(asked, std::slice::from_ref(&en)).unwrap();
        let packed: Vec<Vec<u8>> =
            texts.iter().map(|(title, text)| Document::of(&en, title, None, text).pack()).collect();
        let words = packed.iter().map(|bytes| Packed::length(bytes)).sum::<usize>();
        let totals = Totals { documents: texts.len() as u64, words: u64::try_from(words).unwrap() };
        let ranking = Ranking::new(&query, holders, totals);
        packed.iter().map(|bytes| ranking.score(Packed::read(bytes).unwrap()).0.0).collect()
    }

    #[test]
    fn one_word_has_the_score_of_the_formula() {
        // One word once, in an article of average length: (1 + 0.4) · ln(1 + 1.5/1.5) · 1/2.2.
        let found = scores("ship", &[("", "ship sails"), ("", "calm water")], &[1]);
        let expected = 1.4 * 2.0_f64.ln() / 2.2 * 1e6;
        assert!((found[0] as f64 - expected).abs() < 1.0, "{found:?} is not {expected}");
        assert_eq!(found[1], 0);
    }

    #[test]
    fn title_repetition_exact_form_and_short_text_raise_the_score() {
        let found = scores(
            "harbours",
            &[
                ("Harbours", "old and new"),
                ("Fishing", "harbours harbours"),
                ("Fishing", "harbours here"),
                ("Fishing", "harbour here"),
                ("Fishing", "harbours here and many other words that have nothing to say"),
            ],
            &[4],
        );
        assert!(found[0] > found[1] && found[1] > found[2], "{found:?}");
        assert!(found[2] > found[3] && found[2] > found[4], "{found:?}");
    }

    #[test]
    fn a_rare_word_has_a_higher_score() {
        let found = scores("olive oil", &[("", "olive tree"), ("", "crude oil")], &[1, 2]);
        assert!(found[0] > found[1]);
    }

    #[test]
    fn a_phrase_matches_in_sequence_within_one_field() {
        let found = scores(
            "\"olive oil\"",
            &[("", "olive oil"), ("", "oil olive"), ("Olive", "oil"), ("Olive oil", "")],
            &[2],
        );
        assert!(found[0] > 0 && found[3] > found[0]);
        assert_eq!((found[1], found[2]), (0, 0));
    }

    fn relevance(asked: &str, text: &str, least: usize) -> (Relevance, bool) {
        let zh = Lang::parse("zh").unwrap();
        let query = query::parse(asked, std::slice::from_ref(&zh)).unwrap();
        let packed = Document::of(&zh, "", None, text).pack();
        let ranking = Ranking::new(&query, &[1; 16], Totals { documents: 1, words: 9 });
        let article = Packed::read(&packed).unwrap();
        (ranking.of_match(article), ranking.of_partial_match(article, least).is_some())
    }

    #[test]
    fn characters_in_another_order_match_some_of_a_word() {
        assert_eq!(relevance("ゲーム", "新しいゲーム機", 2).0.matched, Matched::All);
        let (apart, has_most) = relevance("ゲーム", "ゲート前のチーム", 2);
        assert_eq!((apart.matched, has_most), (Matched::Some, true));
    }

    #[test]
    fn required_terms_of_a_partial_match_are_counted() {
        assert!(relevance("a b c", "a c", 2).1);
        assert!(!relevance("a b c", "a a", 2).1);
        assert!(!relevance("ab* c", "ab c", 2).1, "a prefix counts as missing");
    }

    #[test]
    fn common_words_are_counted_up_to_a_tenth() {
        let counted = |documents| Totals { documents, words: 0 }.counted();
        assert_eq!([0, 99_999, 1_000_000].map(counted), [10_000, 10_000, 100_000]);
    }
}
