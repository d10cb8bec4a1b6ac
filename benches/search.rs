//! Search latency among many articles, and the cost of the index for writers:
//!
//! ```text
//! cargo bench --bench search                              100,000 articles on SQLite
//! cargo bench --bench search -- 100000 sqlite:///…        in this file
//! cargo bench --bench search -- 100000 postgres://…       on PostgreSQL, in an empty database
//! ```
//!
//! A database that an earlier run filled with as many articles is used again.
//!
//! The articles have some 350 words each, from 400,000 Zipf-distributed words. Searches run one
//! after the other over HTTP, each for another word, with the cache off. The cost of the index is
//! the difference between updates of the text, which is indexed again, and updates of the metadata.
//! Both analyse the text, so the time of the analysis is measured too and subtracted from the
//! second.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{TimeZone, Utc};
use indicatif::ProgressBar;
use maqal::clock::SystemClock;
use maqal::config::{Config, FirstAdmin};
use maqal::domain::article::Status;
use maqal::domain::search::document::Document;
use maqal::server;
use maqal::service::App;
use maqal::service::articles::{Placement, any, import_all};
use maqal::store::{DbConfig, DbUrl};
use maqal::text::analyse::analyse;
use maqal::text::lang::Lang;
use rand::rngs::SmallRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};

const EMAIL: &str = "admin@example.org";
const PASSWORD: &str = "a quiet harbour before dawn";
const VOCABULARY: usize = 400_000;
const BATCH: usize = 200;
const SEARCHES: usize = 200;
const CHANGES: usize = 200;
const LETTERS: &[char] =
    &['ب', 'ت', 'ج', 'ح', 'د', 'ر', 'س', 'ش', 'ع', 'ف', 'ق', 'ك', 'ل', 'م', 'ن', 'ه', 'و', 'ي'];

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    let articles = arguments.next().map_or(100_000, |count| count.parse().expect("a number"));
    let folder = tempfile::tempdir().expect("a folder");
    let url =
        arguments.next().unwrap_or_else(|| format!("sqlite://{}/b.db", folder.path().display()));
    let database = DbConfig {
        url: DbUrl::parse(&url).expect("a database"),
        read_url: None,
        pool_size: 4,
        sqlite_full_sync: true,
    };
    let mut config = Config::for_tests(database, &folder.path().join("keys")).expect("settings");
    config.admin = Some(FirstAdmin { email: EMAIL.into(), password: PASSWORD.into() });
    config.workers = 1;
    server::block_on(measure(config, articles));
}

async fn measure(config: Config, articles: usize) {
    let clock = Arc::new(SystemClock);
    let running = server::start(config.clone(), clock.clone()).await.expect("the server starts");
    let base = format!("http://{}/api/v1", running.addr);
    let app = server::open_app(&config, clock).await.expect("the database opens");
    let mut corpus = Corpus::new();
    let is_filled = any(&app).await.expect("an answer");
    corpus.fill(&app, articles, is_filled).await;
    read_through(&config.database.url);
    let client = Client::sign_in(base).await;
    println!(
        "\n| what | articles that hold it | p50 ms | p99 ms | CPU ms |\n|---|---|---|---|---|"
    );
    for (name, least, most) in [
        ("rare word", 3, 20),
        ("word in a hundredth", articles / 120, articles / 80),
        ("word in a third", articles / 4, articles / 2),
    ] {
        let words = corpus.held_by(least, most);
        let queries: Vec<String> = words.iter().cycle().take(SEARCHES).cloned().collect();
        client.row(name, &format!("{least}–{most}"), &queries).await;
    }
    let (rare, common) = (corpus.held_by(3, 20), corpus.held_by(articles / 4, articles / 2));
    let pairs = |one: &[String], other: &[String], join: &str| -> Vec<String> {
        let pairs = one.iter().cycle().zip(other.iter().cycle().skip(1));
        pairs.take(SEARCHES).map(|(a, b)| format!("{a}{join}{b}")).collect()
    };
    client.row("two common words", "", &pairs(&common, &common, " ")).await;
    client.row("a common and a rare word", "", &pairs(&common, &rare, " ")).await;
    let prefixes: Vec<String> = rare
        .iter()
        .cycle()
        .take(SEARCHES)
        .map(|word| word.chars().take(3).chain(['*']).collect())
        .collect();
    client.row("three letters*", "", &prefixes).await;
    client.changes(articles).await;
    running.stop().await;
}

/// Generated articles, and the number of matches of each word, by stem.
struct Corpus {
    rng: SmallRng,
    words: Vec<String>,
    stems: Vec<usize>,
    held: Vec<usize>,
}

impl Corpus {
    fn new() -> Self {
        let mut rng = SmallRng::seed_from_u64(7);
        let word = |rng: &mut SmallRng| -> String {
            let length = rng.random_range(4..=7);
            (0..length).filter_map(|_| LETTERS.choose(rng)).collect()
        };
        let words: Vec<String> = (0..VOCABULARY).map(|_| word(&mut rng)).collect();
        let (ar, mut known) = (Lang::parse("ar").expect("a language"), HashMap::new());
        let stem = |word: &String| {
            let stem = analyse(word, &ar).swap_remove(0).stem;
            let next = known.len();
            *known.entry(stem).or_insert(next)
        };
        let stems = words.iter().map(stem).collect();
        Self { rng, words, stems, held: vec![0; VOCABULARY] }
    }

    async fn fill(&mut self, app: &App, articles: usize, is_filled: bool) {
        let bar = ProgressBar::new(articles as u64);
        let start = Utc.with_ymd_and_hms(2020, 1, 1, 0, 0, 0).single().expect("a time");
        let mut made = 0;
        while made < articles {
            let size = BATCH.min(articles - made);
            let batch = (0..size)
                .map(|n| {
                    let published_at = start + chrono::Duration::minutes((made + n) as i64);
                    let placement = Placement {
                        status: Status::Published,
                        published_at: Some(published_at),
                        created_at: published_at,
                        overrides: None,
                    };
                    (self.article(made + n), placement)
                })
                .collect();
            if !is_filled {
                import_all(app, 1, batch).await.expect("articles");
            }
            made += size;
            bar.set_position(made as u64);
        }
        bar.finish_and_clear();
    }

    fn article(&mut self, number: usize) -> maqal::domain::article::ArticleDraft {
        let length = self.rng.random_range(200..500);
        let drawn: Vec<usize> = (0..length + 6).map(|_| self.draw()).collect();
        let text = |drawn: &[usize]| {
            drawn.iter().map(|at| self.words[*at].as_str()).collect::<Vec<_>>().join(" ")
        };
        let (title, body) = (text(&drawn[..6]), text(&drawn[6..]));
        let mut stems: Vec<usize> = drawn.iter().map(|at| self.stems[*at]).collect();
        stems.sort_unstable();
        stems.dedup();
        for stem in stems {
            self.held[stem] += 1;
        }
        let draft = json!({
            "title": format!("{title} {number}"), "body": body, "body_format": "markdown",
            "lang": "ar", "credits": [], "featured": false, "seo": {}, "metadata": {},
            "tags": [format!("موضوع {}", number % 50)],
        });
        serde_json::from_value(draft).expect("a draft")
    }

    /// A word by its rank: the inverse of Zipf's distribution with exponent one.
    fn draw(&mut self) -> usize {
        let rank = (VOCABULARY as f64).powf(self.rng.random::<f64>()) as usize;
        rank.clamp(1, VOCABULARY) - 1
    }

    fn held_by(&self, least: usize, most: usize) -> Vec<String> {
        let held = self.words.iter().zip(&self.stems).map(|(word, stem)| (word, self.held[*stem]));
        let fits = held.filter(|(_, held)| (least..=most).contains(held));
        let words: Vec<String> = fits.map(|(word, _)| word.clone()).take(SEARCHES).collect();
        assert!(!words.is_empty(), "no word is in {least} to {most} articles");
        words
    }
}

/// Reads SQLite's file into the page cache, so that the disk is not measured. PostgreSQL has its
/// own buffers.
fn read_through(url: &DbUrl) {
    if let DbUrl::Sqlite(path) = url {
        let mut file = std::fs::File::open(path).expect("the database");
        std::io::copy(&mut file, &mut std::io::sink()).expect("its bytes");
    }
}

struct Client {
    http: reqwest::Client,
    base: String,
    token: String,
}

impl Client {
    async fn sign_in(base: String) -> Self {
        let http = reqwest::Client::builder().no_proxy().build().expect("a client");
        let body = json!({ "email": EMAIL, "password": PASSWORD });
        let request = http.post(format!("{base}/auth/login")).json(&body);
        let answer: Value = request.send().await.expect("an answer").json().await.expect("JSON");
        let token = answer["access_token"].as_str().expect("a token").to_owned();
        Self { http, base, token }
    }

    async fn search(&self, q: &str) -> Duration {
        let base = format!("{}/search", self.base);
        let url = url::Url::parse_with_params(&base, [("q", q)]).expect("an address");
        let begun = Instant::now();
        let answer = self.http.get(url).send().await.expect("an answer");
        assert_eq!(answer.status(), 200, "{q}");
        answer.bytes().await.expect("its body");
        begun.elapsed()
    }

    async fn row(&self, name: &str, held: &str, queries: &[String]) {
        // Some searches warm the shared pages of the database.
        let (first, queries) = queries.split_at(queries.len() / 10);
        for q in first {
            self.search(q).await;
        }
        let mut times = Vec::new();
        let cpu = cpu_ms();
        for q in queries {
            times.push(self.search(q).await);
        }
        let cpu = (cpu_ms() - cpu) / queries.len() as f64;
        let (p50, p99) = (percentile(&mut times, 50), percentile(&mut times, 99));
        println!("| {name} | {held} | {p50:.1} | {p99:.1} | {cpu:.1} |");
    }

    async fn changes(&self, articles: usize) {
        let (mut indexed, mut plain, mut analysed) = (Vec::new(), Vec::new(), Vec::new());
        let ar = Lang::parse("ar").expect("a language");
        for n in 0..CHANGES {
            let id = 1 + (n * 7919) % articles;
            let url = format!("{}/articles/{id}", self.base);
            let read = self.http.get(&url).bearer_auth(&self.token);
            let article: Value = read.send().await.expect("an answer").json().await.expect("JSON");
            let body = format!("{} تعديل {n}", article["body"].as_str().expect("a body"));
            let begun = Instant::now();
            let document = Document::of(&ar, article["title"].as_str().unwrap_or(""), None, &body);
            std::hint::black_box(document.pack());
            analysed.push(begun.elapsed());
            plain.push(self.patch(&url, &json!({ "metadata": { "n": n } })).await);
            indexed.push(self.patch(&url, &json!({ "body": body })).await);
        }
        let (with, without) = (percentile(&mut indexed, 50), percentile(&mut plain, 50));
        let analysis = percentile(&mut analysed, 50);
        println!(
            "\nA change of the text takes {with:.2} ms, one of the metadata {without:.2} ms, of which \
             {analysis:.2} are analysis: {:.2} times as long as without indexing (medians).",
            with / (without - analysis)
        );
    }

    async fn patch(&self, url: &str, body: &Value) -> Duration {
        let request = self
            .http
            .patch(url)
            .bearer_auth(&self.token)
            .header("if-match", "*")
            .header("content-type", "application/merge-patch+json")
            .body(body.to_string());
        let begun = Instant::now();
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status(), 200);
        answer.bytes().await.expect("its body");
        begun.elapsed()
    }
}

/// The processor time of this process (client, server and SQLite), which a busy machine does not
/// distort. In steps of 10 ms; Linux only.
fn cpu_ms() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // User and system time are the 12th and 13th field after the program's name.
    let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields).split_whitespace();
    let ticks: f64 = fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum();
    ticks * 10.0
}

/// In milliseconds.
fn percentile(times: &mut [Duration], percent: usize) -> f64 {
    times.sort_unstable();
    times[(times.len() - 1) * percent / 100].as_secs_f64() * 1000.0
}
