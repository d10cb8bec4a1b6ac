//! The corpus: articles of about 3 KB in Zipf-distributed words, with Zipf-distributed tags and
//! bylines. Article `n` is the same in each run, so that an interrupted build continues.

use std::sync::Arc;

use chrono::{DateTime, TimeZone, Utc};
use futures_util::stream::{self, StreamExt};
use indicatif::{ProgressBar, ProgressStyle};
use maqal::clock::SystemClock;
use maqal::config::Config;
use maqal::domain::article::{ArticleDraft, Status};
use maqal::server;
use maqal::service::articles::{Placement, import_all};
use maqal::store::{DbConfig, DbUrl};
use rand::rngs::SmallRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use serde_json::json;

use super::client::Client;
use super::servers::{Server, Settings};

/// Number of different words.
const VOCABULARY: usize = 50_000;
/// Words per text, for about 3 KB.
const WORDS: std::ops::Range<usize> = 180..330;
/// Number of bylines.
pub const BYLINES: usize = 2_000;
/// Articles per transaction.
const BATCH: usize = 500;
/// Seconds between two articles: a million fill ten years.
const PACE: i64 = 315;

const LETTERS: &[char] =
    &['ب', 'ت', 'ج', 'ح', 'د', 'ر', 'س', 'ش', 'ع', 'ف', 'ق', 'ك', 'ل', 'م', 'ن', 'ه', 'و', 'ي'];

/// Builds the missing articles.
pub async fn build(settings: &Settings, articles: usize, tags: usize) {
    let there = {
        let server = Server::maqal(settings, &[]);
        let client = Client::new(&server.base).sign_in().await;
        let list = client.get("/api/v1/articles?limit=1&total=true").await;
        usize::try_from(list["page"]["total"].as_u64().expect("a total")).expect("a number")
    };
    if there >= articles {
        return;
    }
    let url = DbUrl::parse(&settings.url).expect("a database");
    let database = DbConfig { url, read_url: None, pool_size: 4, sqlite_full_sync: true };
    let config = Config::for_tests(database, &settings.folder.join("keys")).expect("settings");
    let app = server::open_app(&config, Arc::new(SystemClock)).await.expect("the database");
    let style = "{elapsed} {wide_bar} {pos} of {len} articles, {per_sec}, {eta} to go";
    let bar = ProgressBar::new(articles as u64);
    bar.set_style(ProgressStyle::with_template(style).expect("a style"));
    let words = vocabulary();
    bar.set_position(there as u64);
    let batch = |from: usize| {
        let to = (from + BATCH).min(articles);
        import_all(&app, 1, (from..to).map(|n| article(n, &words, tags)).collect())
    };
    // Some are prepared while one is written. Parallel writes on PostgreSQL would wait for each
    // other's tags.
    let at_once = if settings.kind() == "SQLite" { 3 } else { 1 };
    let mut batches = stream::iter((there..articles).step_by(BATCH).map(batch)).buffered(at_once);
    while let Some(ids) = batches.next().await {
        bar.inc(ids.expect("articles").len() as u64);
    }
    bar.finish_and_clear();
}

/// The time of publication of article `n`.
pub fn published_at(n: usize) -> DateTime<Utc> {
    let start = Utc.with_ymd_and_hms(2016, 1, 1, 0, 0, 0).single().expect("a time");
    start + chrono::Duration::seconds(PACE * i64::try_from(n).expect("a number"))
}

/// All words, most frequent first.
pub fn vocabulary() -> Vec<String> {
    let mut rng = SmallRng::seed_from_u64(7);
    let mut word = || -> String {
        let length = rng.random_range(4..=7);
        (0..length).filter_map(|_| LETTERS.choose(&mut rng)).collect()
    };
    (0..VOCABULARY).map(|_| word()).collect()
}

/// A Zipf-distributed rank below a bound.
pub fn rank(rng: &mut SmallRng, below: usize) -> usize {
    let rank = (below as f64).powf(rng.random::<f64>()) as usize;
    rank.clamp(1, below) - 1
}

/// The tag of a rank.
pub fn tag(rank: usize) -> String {
    format!("موضوع {rank}")
}

/// The byline of a rank.
pub fn byline(rank: usize) -> String {
    format!("وكالة {rank}")
}

fn article(n: usize, words: &[String], tags: usize) -> (ArticleDraft, Placement) {
    let mut rng = SmallRng::seed_from_u64(n as u64);
    let mut text = |length: usize| -> String {
        let words: Vec<&str> =
            (0..length).map(|_| words[rank(&mut rng, words.len())].as_str()).collect();
        words.join(" ")
    };
    let title = text(7);
    let length = WORDS.start + n % (WORDS.end - WORDS.start);
    let paragraphs: Vec<String> = (0..length / 45).map(|_| text(45)).collect();
    let tags: Vec<String> =
        (0..rng.random_range(1..=5)).map(|_| tag(rank(&mut rng, tags))).collect();
    let lang = match n % 50 {
        0 => "fr",
        1..5 => "en",
        _ => "ar",
    };
    let draft = json!({
        "title": format!("{title} {n}"), "body": paragraphs.join("\n\n"),
        "body_format": "markdown", "lang": lang, "featured": n.is_multiple_of(97), "tags": tags,
        "credits": [{ "name": byline(rank(&mut rng, BYLINES)), "role": "agency" }],
        "seo": {}, "metadata": {},
    });
    let placement = Placement {
        status: Status::Published,
        published_at: Some(published_at(n)),
        created_at: published_at(n),
        overrides: None,
    };
    (serde_json::from_value(draft).expect("a draft"), placement)
}
