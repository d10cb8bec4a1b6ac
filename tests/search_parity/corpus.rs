//! Generated articles with Zipf-distributed words and Arabic clitics, and searches for them. The
//! same in every run.

use chrono::{DateTime, Duration, TimeZone, Utc};
use maqal::domain::article::ArticleDraft;
use rand::rngs::SmallRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use serde_json::json;

const SEED: u64 = 20_260_115;
const LETTERS: &[char] = &[
    'ب', 'ت', 'ج', 'ح', 'د', 'ر', 'س', 'ش', 'ع', 'ف', 'ق', 'ك', 'ل', 'م', 'ن', 'ه', 'و', 'ي', 'ا',
];
/// Searched by n-grams.
const HAN: &[char] =
    &['北', '京', '大', '学', '的', '首', '都', '天', '气', '港', '口', '市', '场'];
const PREFIXES: &[&str] = &["", "", "", "ال", "ال", "و", "وال", "بال", "لل"];
const WORDS: usize = 1500;
/// Function words, names in one word or two, a dagger alif, and letters attached to another script.
const REAL: &[(usize, &str)] = &[
    (1, "في"),
    (3, "من"),
    (5, "على"),
    (16, "عبدالله"),
    (17, "عبد الله"),
    (23, "ٱلْعَٰلَمِينَ"),
    (24, "العالمين"),
    (29, "وB52"),
    (30, "لـ B52"),
    (40, "كم"),
];

/// An article's words and time of publication.
struct Text {
    title: Vec<String>,
    body: Vec<String>,
    english: bool,
    published_at: DateTime<Utc>,
}

/// Generated articles.
pub struct Corpus {
    words: Vec<String>,
    texts: Vec<Text>,
}

impl Corpus {
    /// Generates this many articles.
    pub fn generate(articles: usize) -> Self {
        let mut rng = SmallRng::seed_from_u64(SEED);
        let words: Vec<String> = (0..WORDS)
            .map(|rank| {
                if let Some((_, word)) = REAL.iter().find(|(at, _)| *at == rank) {
                    return (*word).to_owned();
                }
                if rank % 7 == 0 {
                    let digits = rank.to_string();
                    let letters = digits.bytes().map(|digit| char::from(b'a' + (digit - b'0')));
                    return format!("word{}s", letters.collect::<String>());
                }
                if rank % 11 == 0 {
                    return HAN.iter().cycle().skip(rank).take(2 + rank % 3).collect();
                }
                if rank % 13 == 0 {
                    return format!("model{rank}");
                }
                let length = rng.random_range(3..=6);
                (0..length).filter_map(|_| LETTERS.choose(&mut rng)).collect()
            })
            .collect();
        let start = Utc.with_ymd_and_hms(2025, 1, 1, 0, 0, 0).single().expect("a time");
        let texts = (0..articles)
            .map(|number| {
                let run = |rng: &mut SmallRng, length: usize| -> Vec<String> {
                    (0..length).map(|_| written(rng, &words)).collect()
                };
                let (titled, long) = (rng.random_range(2..8), rng.random_range(5..90));
                Text {
                    title: run(&mut rng, titled),
                    body: run(&mut rng, long),
                    english: number % 5 == 0,
                    // Some share a time, so that the id decides.
                    published_at: start + Duration::hours((number as i64) / 2),
                }
            })
            .collect();
        Self { words, texts }
    }

    /// The articles as drafts, with their times of publication.
    pub fn articles(&self) -> impl Iterator<Item = (ArticleDraft, DateTime<Utc>)> {
        self.texts.iter().map(|text| {
            let draft = json!({
                "title": text.title.join(" "), "subtitle": null, "slug": null, "excerpt": null,
                "body": text.body.join(" "), "body_format": "markdown",
                "lang": if text.english { "en" } else { "ar" }, "credits": [], "source_url": null,
                "canonical_url": null, "cover": null, "featured": false,
                "seo": { "title": null, "description": null }, "metadata": {}, "tags": [],
            });
            let draft = serde_json::from_value(draft).expect("a draft");
            (draft, text.published_at)
        })
    }

    /// Searches of all kinds.
    pub fn searches(&self, count: usize) -> Vec<String> {
        let mut rng = SmallRng::seed_from_u64(SEED + 1);
        (0..count)
            .map(|_| {
                let clauses = rng.random_range(1..=4);
                let parts: Vec<String> = (0..clauses).map(|_| self.clause(&mut rng)).collect();
                parts.join(" ")
            })
            .collect()
    }

    fn clause(&self, rng: &mut SmallRng) -> String {
        match rng.random_range(0..20) {
            0..=2 => self.phrase(rng),
            3..=5 => {
                let word = written(rng, &self.words);
                let letters = rng.random_range(2..=4);
                word.chars().take(letters).chain(['*']).collect()
            }
            6..=7 => format!("-{}", written(rng, &self.words)),
            8 => format!("-{}", self.phrase(rng)),
            9 => "غيرموجودة".into(),
            _ => written(rng, &self.words),
        }
    }

    /// Adjacent words of some article.
    fn phrase(&self, rng: &mut SmallRng) -> String {
        let text = self.texts.choose(rng).map_or(&[][..], |text| &text.body);
        let at = rng.random_range(0..text.len().max(2) - 1);
        format!("\"{}\"", text[at..(at + 2).min(text.len())].join(" "))
    }
}

/// A word with its clitics. Words early in the list are more frequent.
fn written(rng: &mut SmallRng, words: &[String]) -> String {
    // The inverse of Zipf's distribution with exponent one.
    let rank = (words.len() as f64).powf(rng.random::<f64>()) as usize;
    let word = &words[rank.min(words.len()) - 1];
    let prefix = PREFIXES.choose(rng).copied().unwrap_or_default();
    if word.starts_with(LETTERS) { format!("{prefix}{word}") } else { word.clone() }
}
