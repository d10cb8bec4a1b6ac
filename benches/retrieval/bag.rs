//! The baselines: BM25 over bags of tokens, with the constants of `src/domain/search/rank.rs`. The
//! three bags differ only in their tokens.

use std::collections::{HashMap, HashSet};

use maqal::domain::search::bm25::TITLE;
use maqal::text::analyse;
use maqal::text::fold::{self, Elision};
use maqal::text::lang::Lang;
use unicode_segmentation::UnicodeSegmentation;

use crate::{Article, System};

const K1: f64 = 1.2;
const B: f64 = 0.75;

/// Cuts a text, or a question, into tokens.
pub type Tokenizer = fn(&str) -> Vec<String>;

/// The unchanged words.
pub fn raw(text: &str) -> Vec<String> {
    text.unicode_words().map(str::to_owned).collect()
}

/// The folded words.
pub fn folded(text: &str) -> Vec<String> {
    fold::tokens(text, Elision::Keep).into_iter().map(|token| token.text).collect()
}

/// The stems of the words.
pub fn stemmed(text: &str) -> Vec<String> {
    let ar = Lang::parse("ar").expect("a language");
    analyse::analyse(text, &ar).into_iter().map(|word| word.stem).collect()
}

/// Articles as bags of tokens.
pub struct Bag {
    cut: Tokenizer,
    articles: Vec<Counts>,
    holders: HashMap<String, f64>,
    average: f64,
}

/// An article's tokens with their counts; one in the title counts [`TITLE`] times.
struct Counts {
    tokens: HashMap<String, f64>,
    length: f64,
}

impl Bag {
    pub fn new(articles: &[Article], cut: Tokenizer) -> Self {
        let articles: Vec<Counts> =
            articles.iter().map(|article| Counts::of(article, cut)).collect();
        let mut holders: HashMap<String, f64> = HashMap::new();
        for token in articles.iter().flat_map(|article| article.tokens.keys()) {
            *holders.entry(token.clone()).or_default() += 1.0;
        }
        let words: f64 = articles.iter().map(|article| article.length).sum();
        let average = words / real(articles.len());
        Self { cut, articles, holders, average }
    }

    fn score(&self, article: &Counts, tokens: &HashSet<String>) -> f64 {
        let length = K1 * (1.0 - B + B * article.length / self.average);
        let weight = |token| {
            let count = article.tokens.get(token)?;
            let holders = self.holders.get(token)?;
            let rarity = (1.0 + (real(self.articles.len()) - holders + 0.5) / (holders + 0.5)).ln();
            Some(rarity * count / (count + length))
        };
        // Integer millionths, so that the order of the sum does not matter.
        (tokens.iter().filter_map(weight).sum::<f64>() * 1e6).round()
    }
}

impl System for Bag {
    fn search(&self, typed: &str) -> Vec<usize> {
        let tokens: HashSet<String> = (self.cut)(typed).into_iter().collect();
        let scores: Vec<f64> =
            self.articles.iter().map(|article| self.score(article, &tokens)).collect();
        let mut found: Vec<usize> = (0..scores.len()).filter(|at| scores[*at] > 0.0).collect();
        // Later articles win ties, as in the API.
        found.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]).then(b.cmp(a)));
        found
    }
}

impl Counts {
    fn of(article: &Article, cut: Tokenizer) -> Self {
        let mut counts = Self { tokens: HashMap::new(), length: 0.0 };
        for (text, weight) in [(&article.title, TITLE), (&article.text, 1.0)] {
            for token in cut(text) {
                *counts.tokens.entry(token).or_default() += weight;
                counts.length += 1.0;
            }
        }
        counts
    }
}

#[expect(clippy::cast_precision_loss, reason = "dozens of articles")]
fn real(number: usize) -> f64 {
    number as f64
}
