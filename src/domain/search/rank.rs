//! The order of answers: Okapi BM25 (Robertson and Zaragoza, "The Probabilistic Relevance
//! Framework: BM25 and Beyond", 2009) over stems and, weighted lower, over exact forms; a word in the
//! title counts as several in the text. Called by `service/search/`.
//!
//! It is worked out here and not by the databases: FTS5 knows BM25, Postgres ranks without regard
//! to how rare a word is, and readers of both shall get the same answers in the same order.

use super::Score;
use super::document::{Packed, hash};
use crate::text::highlight::halves;
use crate::text::query::{SearchQuery, Term};

/// How fast repetition stops to count, and how much length does: the values of Lucene and FTS5.
const K1: f64 = 1.2;
const B: f64 = 0.75;

/// What a word in the title counts, in words of the text.
pub const TITLE: f64 = 4.0;

/// What a word's exact form counts beside its stem.
const EXACT: f64 = 0.4;

/// What a phrase counts, beside a word as rare as it: who sets quotation marks means them.
const PHRASE: f64 = 1.5;

/// What the beginning of a word counts. It stands for many words, so its rarity says nothing.
const PREFIX: f64 = 1.0;

/// What a function word counts, beside a word that every third article holds. Nearly every article
/// holds it, so its rarity says nothing and isn't asked for.
const FUNCTION_WORD: f64 = 0.1;

/// The words of an ordinary article. The impact levels are stored, and so can't follow the average.
const ORDINARY_LENGTH: f64 = 400.0;

/// Where the impact levels begin, in what BM25 makes of a count. One mention in an ordinary article
/// is below them all; five, or one in a title, reach the third.
const LEVELS: [f64; 8] = [0.55, 0.7, 0.8, 0.87, 0.92, 0.95, 0.97, 0.985];

/// The highest impact level.
pub const TOP_LEVEL: u8 = 8;

/// How much a word weighs in an article, from 0, as most do, to [`TOP_LEVEL`]. Stored beside the word,
/// it leads from a common word to the articles that are about it without a look at the others.
#[must_use]
pub fn impact(count: f64, length: usize) -> u8 {
    let weight = saturated(count, real(length), ORDINARY_LENGTH);
    LEVELS.iter().fold(0, |level, least| level + u8::from(weight >= *least))
}

/// What BM25 makes of a count: from 0 towards 1.
fn saturated(count: f64, length: f64, average: f64) -> f64 {
    count / (count + K1 * (1.0 - B + B * length / average))
}

/// How much it says that an article holds a token, when `holders` of `all` do. With Lucene's
/// `1 +`, it is never negative: on a young site every word is in half of the articles.
fn rarity(holders: u64, all: u64) -> f64 {
    let (n, all) = (real(holders), real(all.max(holders)));
    (1.0 + (all - n + 0.5) / (n + 0.5)).ln()
}

#[expect(clippy::cast_precision_loss, reason = "no site has 2^52 words")]
fn real<N: TryInto<u64>>(number: N) -> f64 {
    number.try_into().map_or(0.0, |number: u64| number as f64)
}

/// How much an index holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// Articles.
    pub documents: u64,
    /// Words in all of them.
    pub words: u64,
}

impl Totals {
    /// How many articles are counted that hold a word. Beyond that it is a common word and ranks as
    /// one: what a third of all articles hold says hardly less than what a tenth does, and to count
    /// them would take longer than the rest of the search.
    #[must_use]
    pub fn counted(&self) -> u64 {
        (self.documents / 10).max(10_000)
    }
}

/// Gives articles their scores for one query.
#[derive(Debug)]
pub struct Ranking {
    clauses: Vec<Clause>,
    average: f64,
}

#[derive(Debug)]
enum Clause {
    Word { stems: Vec<u32>, exact: u32, rarity: f64 },
    Phrase { firsts: Vec<u32>, rest: Vec<u32>, rarity: f64 },
    Prefix,
}

impl Ranking {
    /// Prepares the ranking of a query. `holders` says of its positive clauses, in their order, how
    /// many articles of the index hold what they ask for. How many hold the exact form isn't asked: to
    /// count them costs as much as the search, and orders no answers better.
    #[must_use]
    pub fn new(query: &SearchQuery, holders: &[u64], totals: Totals) -> Self {
        let all = totals.documents;
        let hashes = |tokens: &[String]| tokens.iter().map(|token| hash(token)).collect();
        let clauses = query
            .positive()
            .zip(holders)
            .map(|(clause, holders)| match &clause.term {
                Term::Word(word) => Clause::Word {
                    stems: hashes(&word.stems),
                    exact: hash(&word.exact),
                    rarity: if clause.optional { FUNCTION_WORD } else { rarity(*holders, all) },
                },
                Term::Phrase(phrase) => Clause::Phrase {
                    firsts: hashes(&phrase.firsts),
                    rest: hashes(&phrase.rest),
                    rarity: rarity(*holders, all),
                },
                Term::Prefix(_) => Clause::Prefix,
            })
            .collect();
        Self { clauses, average: (real(totals.words) / real(all.max(1))).max(1.0) }
    }

    /// How well an article that was found answers.
    #[must_use]
    pub fn score(&self, article: Packed<'_>) -> Score {
        let length = real(article.len());
        let weight = |count: f64| saturated(count, length, self.average);
        let sum: f64 = self
            .clauses
            .iter()
            .map(|clause| match clause {
                Clause::Word { stems, exact, rarity } => {
                    let (any, same) = count_word(article, stems, *exact);
                    rarity * (weight(any) + EXACT * weight(same))
                }
                Clause::Phrase { firsts, rest, rarity } => {
                    PHRASE * rarity * weight(count_phrase(article, firsts, rest))
                }
                Clause::Prefix => PREFIX,
            })
            .sum();
        #[expect(clippy::cast_possible_truncation, reason = "16 clauses of at most 60 each")]
        Score((sum * 1e6).round() as i64)
    }
}

/// How often an article has a word, in any form and in the exact one.
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

fn count_phrase(article: Packed<'_>, firsts: &[u32], rest: &[u32]) -> f64 {
    let is_here = |run: &&[[u8; 8]]| {
        run.split_first().is_some_and(|(first, others)| {
            firsts.contains(&halves(*first).1)
                && others.iter().zip(rest).all(|(word, wanted)| halves(*word).1 == *wanted)
        })
    };
    let count = |words: &[[u8; 8]]| real(words.windows(1 + rest.len()).filter(is_here).count());
    article.fields().iter().map(|(words, weight)| weight * count(words)).sum()
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
        packed.iter().map(|bytes| ranking.score(Packed::read(bytes).unwrap()).0).collect()
    }

    #[test]
    fn the_formula() {
        // One word once, in an article of average length: (1 + 0.4) · ln(1 + 1.5/1.5) · 1/2.2.
        let found = scores("ship", &[("", "ship sails"), ("", "calm water")], &[1]);
        let expected = 1.4 * 2.0_f64.ln() / 2.2 * 1e6;
        assert!((found[0] as f64 - expected).abs() < 1.0, "{found:?} is not {expected}");
        assert_eq!(found[1], 0);
    }

    #[test]
    fn titles_repetition_exactness_and_brevity_count() {
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
    fn rare_words_count_more() {
        let found = scores("olive oil", &[("", "olive tree"), ("", "crude oil")], &[1, 2]);
        assert!(found[0] > found[1]);
    }

    #[test]
    fn a_phrase_stands_together_and_in_one_field() {
        let found = scores(
            "\"olive oil\"",
            &[("", "olive oil"), ("", "oil olive"), ("Olive", "oil"), ("Olive oil", "")],
            &[2],
        );
        assert!(found[0] > 0 && found[3] > found[0]);
        assert_eq!((found[1], found[2]), (0, 0));
    }

    #[test]
    fn impact_levels_rise_with_count_and_fall_with_length() {
        assert_eq!(impact(1.0, 400), 0);
        assert_eq!(impact(TITLE + 1.0, 400), 3);
        assert!(impact(1.0, 20) > impact(1.0, 400));
        assert_eq!(impact(1e6, 400), TOP_LEVEL);
        assert_eq!(LEVELS.len(), usize::from(TOP_LEVEL));
    }

    #[test]
    fn common_words_are_counted_up_to_a_tenth() {
        let counted = |documents| Totals { documents, words: 0 }.counted();
        assert_eq!([0, 99_999, 1_000_000].map(counted), [10_000, 10_000, 100_000]);
    }
}
