//! Query plans of reads on both databases: a fixed number of statements each, an index for each
//! filter and sort, and no `OFFSET`. The server's own statements are recorded and explained by its
//! database.

#[path = "api/support/database.rs"]
#[allow(dead_code, reason = "the API's tests need more of it")]
mod database;
#[path = "plans/explain.rs"]
mod explain;
#[path = "api/support/postgres.rs"]
#[allow(dead_code, reason = "the API's tests need more of it")]
mod postgres;
#[path = "plans/recorder.rs"]
mod recorder;

use std::sync::Arc;

use chrono::{TimeZone, Utc};
use database::{Backend, Database};
use maqal::clock::ManualClock;
use maqal::config::{Config, FirstAdmin};

const TAG: &str = "/api/v1/articles?tag=tag-3";

/// Articles with two tags that many articles have.
const BOTH: &str = "/api/v1/articles?tag_all=tag-40&tag_all=tag-41";

/// Reads, and the number of statements of each.
const READS: &[(&str, usize)] = &[
    ("/api/v1/articles/7", 1),
    ("/api/v1/articles/slug/article-7", 1),
    ("/api/v1/articles", 1),
    ("/api/v1/articles?limit=1", 1),
    ("/api/v1/articles?limit=100", 1),
    ("/api/v1/articles?limit=100&include=html", 2),
    ("/api/v1/articles?total=true", 2),
    // One more statement looks up the variants of the language.
    ("/api/v1/articles?lang=en&total=true", 4),
    ("/api/v1/articles?sort=published_at", 1),
    ("/api/v1/articles?sort=-updated_at", 1),
    ("/api/v1/articles?sort=updated_at", 1),
    ("/api/v1/articles?sort=title", 1),
    ("/api/v1/articles?sort=-title", 1),
    ("/api/v1/articles?lang=en", 3),
    ("/api/v1/articles?credit=agency%201", 1),
    ("/api/v1/articles?credit=agency%201&sort=-updated_at", 1),
    ("/api/v1/articles?credit=agency%201&sort=title", 1),
    ("/api/v1/articles?featured=true", 1),
    // One more statement checks whether the result is small.
    ("/api/v1/articles?author=1", 2),
    ("/api/v1/articles?published_after=2024-01-01T00:00:00Z", 1),
    ("/api/v1/articles?published_before=2024-01-01T00:00:00Z", 1),
    ("/api/v1/articles?updated_after=2023-11-01T00:00:00Z", 2),
    ("/api/v1/articles?updated_after=2024-01-01T00:00:00Z&sort=updated_at", 1),
    // One more statement looks up the tag.
    (TAG, 2),
    ("/api/v1/articles?tag=tag-3&total=true", 3),
    ("/api/v1/articles?tag=tag-3&limit=100", 2),
    // One more statement finds the rarest tag.
    ("/api/v1/articles?tag_all=tag-3&tag_all=tag-4", 4),
    (BOTH, 4),
    ("/api/v1/articles?tag_all=tag-3&tag_all=tag-4&sort=title", 4),
    ("/api/v1/articles?tag_all=tag-3&tag_all=tag-4&sort=-updated_at", 4),
    // The tags are looked up one by one.
    ("/api/v1/articles?tag=tag-3&tag=tag-4", 4),
    ("/api/v1/articles?tag=tag-3&lang=en", 2),
    ("/api/v1/articles?tag=tag-3&featured=true", 2),
    ("/api/v1/articles?tag=tag-3&sort=title", 2),
    ("/api/v1/articles?tag=tag-3&sort=-updated_at", 2),
    ("/api/v1/articles/7/adjacent", 4),
    ("/api/v1/tags", 1),
    ("/api/v1/tags?limit=100&sort=-article_count", 1),
    ("/api/v1/tags?sort=created_at", 1),
    ("/api/v1/tags?sort=-updated_at", 1),
    ("/api/v1/tags/3", 1),
    ("/api/v1/tags/slug/tag-3", 1),
];

/// Reads that sort rows found by an index.
const SORTED: &[(&str, usize)] = &[
    ("/api/v1/articles?updated_after=2023-11-16T20:00:00Z&sort=title", 2),
    ("/api/v1/articles?updated_after=2023-11-16T20:00:00Z", 2),
    // It reads the articles of each tag, of at most eight tags.
    ("/api/v1/articles/7/related", 6),
    ("/api/v1/tags?q=tag", 1),
];

/// Lists for users, with drafts.
const NEWSROOM: &[&str] = &["/api/v1/articles?author=1"];

/// Reads of comments and mentions by readers and moderators. (Unfiltered lists follow the primary
/// key, which SQLite calls a scan.)
const DISCUSSION: &[&str] = &[
    "/api/v1/articles/7/comments",
    "/api/v1/articles/7/comments?order=newest",
    "/api/v1/articles/7/comments?limit=100&total=true",
    "/api/v1/articles/7/comments/6",
    "/api/v1/articles/7/comments/6?order=newest&limit=1",
    "/api/v1/articles/7/mentions",
    "/api/v1/articles/7/mentions?total=true",
    "/api/v1/mentions/1",
    "/api/v1/comments?status=pending&total=true",
    "/api/v1/comments?article=7",
    "/api/v1/comments?article=7&status=pending",
    "/api/v1/comments?email=salem@reader.example",
    "/api/v1/comments/7",
    "/api/v1/mentions?status=pending&total=true",
    "/api/v1/mentions?article=7",
    "/api/v1/mentions?article=7&status=pending",
    "/api/v1/articles/7/pings",
    "/api/v1/articles/7/pings?total=true",
];

/// The most statements for one of them: article, settings, page and total.
const MOST: usize = 4;

/// A server without a cache, on a database with articles in it.
struct Newsroom {
    base: String,
    client: reqwest::Client,
    /// An admin's access token.
    token: String,
    running: maqal::server::Running,
}

impl Newsroom {
    async fn open(database: &Database) -> Self {
        let mut config = Config::for_tests(database.config(), &database.keys()).expect("settings");
        config.cache_bytes = 0;
        let (email, password) = ("admin@example.org", "a quiet harbour before dawn");
        config.admin = Some(FirstAdmin { email: email.into(), password: password.into() });
        let now = Utc.with_ymd_and_hms(2026, 1, 15, 9, 0, 0).single().expect("a time");
        let clock = Arc::new(ManualClock::at(now));
        let running = maqal::server::start(config, clock).await.expect("the server starts");
        let client = reqwest::Client::builder().no_proxy().build().expect("a client");
        let base = format!("http://{}", running.addr);
        let login = serde_json::json!({ "email": email, "password": password });
        let login = client.post(format!("{base}/api/v1/auth/login")).json(&login).send().await;
        let login: serde_json::Value = login.expect("a login").json().await.expect("JSON");
        let token = login["access_token"].as_str().expect("a token").to_owned();
        Self { base, client, token, running }
    }

    /// The statements of a request, and its response.
    async fn read(&self, path: &str) -> (Vec<String>, serde_json::Value) {
        self.ask(path, self.client.get(format!("{}{path}", self.base))).await
    }

    /// Checks that [`BOTH`] lists the articles of one tag that have the other.
    async fn finds_those_with_both_tags(&self, backend: Backend) {
        let (_, found) = self.read(&format!("{BOTH}&limit=50")).await;
        let (_, tagged) = self.read("/api/v1/articles?tag=tag-40&limit=100").await;
        let has = |article: &&serde_json::Value| {
            let tags = article["tags"].as_array().expect("tags");
            tags.iter().any(|tag| tag["slug"] == "tag-41")
        };
        let both = tagged["data"].as_array().expect("articles").iter().filter(has).take(50);
        let both: Vec<_> = both.map(|article| &article["id"]).collect();
        let found = found["data"].as_array().expect("articles");
        assert_eq!(
            found.iter().map(|article| &article["id"]).collect::<Vec<_>>(),
            both,
            "{backend}"
        );
        assert_eq!(both.len(), 50);
    }

    /// The same for a user.
    async fn read_signed_in(&self, path: &str) -> (Vec<String>, serde_json::Value) {
        let request = self.client.get(format!("{}{path}", self.base));
        self.ask(path, request.bearer_auth(&self.token)).await
    }

    async fn ask(
        &self,
        path: &str,
        request: reqwest::RequestBuilder,
    ) -> (Vec<String>, serde_json::Value) {
        recorder::clear();
        let answer = request.send().await.expect("it");
        assert_eq!(answer.status().as_u16(), 200, "{path}");
        let answer = answer.json().await.expect("JSON");
        // The lookup of the session is left out, since the table is too small here.
        let mut statements = recorder::statements();
        statements.retain(|statement| !statement.contains("sessions"));
        (statements, answer)
    }
}

fn on(backend: Backend) {
    let database = Database::migrated(backend);
    // The first start creates the admin.
    actix_web::rt::System::new().block_on(async {
        Newsroom::open(&database).await.running.stop().await;
    });
    explain::fill(&database);
    let mut explained = explain::Explainer::of(&database);
    let mut poor = Vec::new();
    let read = actix_web::rt::System::new().block_on(async {
        let newsroom = Newsroom::open(&database).await;
        // The first read caches the site's settings.
        newsroom.read("/api/v1/articles").await;
        let mut all = Vec::new();
        let sorted =
            READS.iter().map(|read| (read, false)).chain(SORTED.iter().map(|read| (read, true)));
        for ((path, expected), sorts) in sorted {
            let (statements, first) = newsroom.read(path).await;
            assert_eq!(statements.len(), *expected, "{backend}: {path}: {statements:#?}");
            all.push(((*path).to_owned(), statements, sorts));
            // The next page takes as many statements.
            let Some(cursor) = first["page"]["next"].as_str() else { continue };
            let mark = if path.contains('?') { '&' } else { '?' };
            let next = format!("{path}{mark}cursor={cursor}");
            let (statements, _) = newsroom.read(&next).await;
            assert_eq!(statements.len(), *expected, "{backend}: {next}: {statements:#?}");
            all.push((next, statements, sorts));
        }
        newsroom.finds_those_with_both_tags(backend).await;
        for path in NEWSROOM.iter().chain(DISCUSSION) {
            let (statements, first) = newsroom.read_signed_in(path).await;
            assert!((1..=MOST).contains(&statements.len()), "{backend}: {path}: {statements:#?}");
            all.push(((*path).to_owned(), statements, false));
            let Some(cursor) = first["page"]["next"].as_str() else { continue };
            let mark = if path.contains('?') { '&' } else { '?' };
            let next = format!("{path}{mark}cursor={cursor}");
            let next = next.replace("order=newest&", "");
            let (statements, _) = newsroom.read_signed_in(&next).await;
            assert!((1..=MOST).contains(&statements.len()), "{backend}: {next}: {statements:#?}");
            all.push((next, statements, false));
        }
        newsroom.running.stop().await;
        all
    });
    for (path, statements, sorts) in read {
        for statement in statements {
            assert!(!statement.to_uppercase().contains(" OFFSET "), "{path}: {statement}");
            poor.extend(explained.flaws(&path, &statement, sorts));
        }
    }
    assert!(poor.is_empty(), "{backend}: {} poor plans\n{}", poor.len(), poor.join("\n"));
}

#[test]
fn each_read_takes_few_statements_and_uses_an_index() {
    recorder::start();
    on(Backend::Sqlite);
    match postgres::url() {
        Ok(_) => on(Backend::Postgres),
        Err(why) if postgres::is_required() => panic!("no PostgreSQL to test with: {why}"),
        Err(why) => eprintln!("!! PostgreSQL was SKIPPED: {why}"),
    }
    postgres::stop();
}
