//! Latency of each kind of read in a large archive, with the cache off. Each read is for another
//! resource, so that only the database's own caches help.

use std::time::Duration;

use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

use super::client::{Client, percentile};
use super::servers::{Server, Settings};
use super::{corpus, paths};

/// Reads of each kind.
const READS: usize = 300;

/// Draws resources to read.
struct Draw {
    rng: SmallRng,
    articles: usize,
    tags: usize,
    words: Vec<String>,
}

impl Draw {
    fn id(&mut self) -> usize {
        self.rng.random_range(1..=self.articles)
    }

    fn time(&mut self) -> String {
        let n = self.id();
        corpus::published_at(n).format("%Y-%m-%dT%H:%M:%SZ").to_string()
    }

    /// Drawn by frequency of use.
    fn tag(&mut self) -> usize {
        corpus::rank(&mut self.rng, self.tags)
    }

    fn word(&mut self, ranks: std::ops::Range<usize>) -> String {
        let rank = self.rng.random_range(ranks);
        self.words[rank].clone()
    }
}

/// A kind of read: its name, and a function that draws a path.
type Kind = (&'static str, fn(&mut Draw) -> String);

const KEYED: &[Kind] = &[
    ("article", |draw| format!("/api/v1/articles/{}", draw.id())),
    ("related", |draw| format!("/api/v1/articles/{}/related", draw.id())),
    ("adjacent", |draw| format!("/api/v1/articles/{}/adjacent", draw.id())),
    ("comments", |draw| format!("/api/v1/articles/{}/comments", draw.id())),
    ("mentions", |draw| format!("/api/v1/articles/{}/mentions", draw.id())),
    ("tag by slug", |draw| format!("/api/v1/tags/slug/{}", paths::tag_slug(draw.tag()))),
];

const LISTS: &[Kind] = &[
    ("newest", |_| "/api/v1/articles".into()),
    ("newest, `include=html`", |_| "/api/v1/articles?include=html".into()),
    ("newest, `total=true`", |_| "/api/v1/articles?total=true".into()),
    ("oldest", |_| "/api/v1/articles?sort=published_at".into()),
    ("by title", |_| "/api/v1/articles?sort=title".into()),
    ("by title, descending", |_| "/api/v1/articles?sort=-title".into()),
    ("newest change first", |_| "/api/v1/articles?sort=-updated_at".into()),
    ("the most used tag", |_| paths::tagged(0)),
    ("a tag, drawn by its frequency", |draw| paths::tagged(draw.tag())),
    ("a rare tag", |draw| paths::tagged(draw.tags - 1 - draw.tag() % 1_000)),
    ("a tag, `total=true`", |draw| format!("{}&total=true", paths::tagged(draw.tag()))),
    ("a tag, by title", |draw| format!("{}&sort=title", paths::tagged(draw.tag() + 100))),
    ("a tag, newest change first", |draw| {
        format!("{}&sort=-updated_at", paths::tagged(draw.tag()))
    }),
    ("one of two tags (`tag`)", |draw| {
        format!("{}&tag={}", paths::tagged(draw.tag()), paths::tag_slug(draw.tag()))
    }),
    ("both of two tags (`tag_all`)", |draw| {
        let (one, other) = (paths::tag_slug(draw.tag()), paths::tag_slug(draw.tag()));
        format!("/api/v1/articles?tag_all={one}&tag_all={other}")
    }),
    ("a tag and a language", |draw| format!("{}&lang=fr", paths::tagged(draw.tag()))),
    ("a language", |_| "/api/v1/articles?lang=fr".into()),
    ("a byline", |draw| paths::credited(corpus::rank(&mut draw.rng, corpus::BYLINES))),
    ("featured", |_| "/api/v1/articles?featured=true".into()),
    ("an author", |_| "/api/v1/articles?author=1".into()),
    ("published before", |draw| format!("/api/v1/articles?published_before={}", draw.time())),
    ("published after", |draw| format!("/api/v1/articles?published_after={}", draw.time())),
    ("updated after", |draw| format!("/api/v1/articles?updated_after={}", draw.time())),
    ("updated after, by title", |draw| {
        format!("/api/v1/articles?sort=title&updated_after={}", draw.time())
    }),
    ("a language, by title", |_| "/api/v1/articles?lang=fr&sort=title".into()),
    ("a byline, by title", |draw| {
        format!("{}&sort=title", paths::credited(corpus::rank(&mut draw.rng, corpus::BYLINES)))
    }),
    ("comments open", |_| "/api/v1/articles?comments=open".into()),
    ("comments closed", |_| "/api/v1/articles?comments=closed".into()),
    ("tags by name", |_| "/api/v1/tags".into()),
    ("tags by use", |_| "/api/v1/tags?sort=-article_count".into()),
    ("tags by prefix", |draw| format!("/api/v1/tags?q={}", draw.rng.random_range(10..99))),
];

const SEARCHES: &[Kind] = &[
    ("search, a common word", |draw| paths::search(&draw.word(0..20))),
    ("search, a word of hundreds of articles", |draw| paths::search(&draw.word(45_000..50_000))),
    // Headlines end with this number.
    ("search, a rare word", |draw| paths::search(&(draw.id() - 1).to_string())),
    ("search, two common words", |draw| {
        paths::search(&format!("{} {}", draw.word(0..20), draw.word(20..60)))
    }),
    ("search, a common word and one of hundreds of articles", |draw| {
        paths::search(&format!("{} {}", draw.word(0..20), draw.word(45_000..50_000)))
    }),
    ("suggest", |draw| paths::suggest(&draw.word(0..5_000).chars().take(3).collect::<String>())),
];

/// Prints the table.
pub async fn measure(settings: &Settings, articles: usize, tags: usize) {
    let server = Server::maqal(settings, &[("MAQAL_CACHE", "off")]);
    let client = Client::new(&server.base);
    let rng = SmallRng::seed_from_u64(99);
    let mut draw = Draw { rng, articles, tags, words: corpus::vocabulary() };
    println!("\n## Latency, one read at a time, `MAQAL_CACHE=off`\n");
    println!("| read | p50 ms | p99 ms | longest ms |\n|---|---:|---:|---:|");
    let mut slugs = Vec::new();
    for _ in 0..READS {
        slugs.push(paths::slug_of(&client, draw.id()).await);
    }
    row(&client, "article by slug", slugs).await;
    for (name, kind) in KEYED.iter().chain(LISTS).chain(SEARCHES) {
        let all = (0..READS).map(|_| kind(&mut draw)).collect();
        row(&client, name, all).await;
    }
    deep(&client, &mut draw).await;
}

/// Pages from the middle of the archive. A cursor works for every list with its sort.
async fn deep(client: &Client, draw: &mut Draw) {
    for sort in ["-published_at", "published_at", "-updated_at"] {
        let mut pages = Vec::new();
        for _ in 0..READS / 3 {
            let (time, narrowed) = (
                draw.time(),
                match sort {
                    "-published_at" => "published_before",
                    "published_at" => "published_after",
                    _ => "updated_after",
                },
            );
            let list = client.get(&format!("/api/v1/articles?sort={sort}&{narrowed}={time}")).await;
            let Some(cursor) = list["page"]["next"].as_str() else { continue };
            pages.push(format!("/api/v1/articles?sort={sort}&cursor={cursor}"));
        }
        row(client, &format!("a page after a random cursor, `sort={sort}`"), pages).await;
    }
    let mut pages = Vec::new();
    for _ in 0..READS / 3 {
        let cursor = client.get("/api/v1/articles?sort=title&limit=100").await;
        let Some(cursor) = cursor["page"]["next"].as_str() else { continue };
        pages.push(format!("/api/v1/articles?sort=title&limit=100&cursor={cursor}"));
    }
    row(client, "the next 100 by title", pages).await;
}

async fn row(client: &Client, name: &str, paths: Vec<String>) {
    // A few reads warm the database's caches.
    for path in paths.iter().take(5) {
        client.time(path).await;
    }
    let mut times: Vec<Duration> = Vec::new();
    for path in &paths {
        times.push(client.time(path).await);
    }
    let (p50, p99) = (percentile(&mut times, 50), percentile(&mut times, 99));
    println!("| {name} | {p50:.2} | {p99:.2} | {:.2} |", percentile(&mut times, 100));
}
