//! Queued mentions and pings survive a kill: the program is killed with full queues and started
//! again. Delivery is at least once, so jobs in progress may repeat. A sweep bounds rejected mentions.

#[path = "api/support/database.rs"]
#[allow(dead_code, reason = "the API's tests need more of it")]
mod database;
#[path = "api/support/peer.rs"]
#[allow(dead_code, reason = "the API's tests need more of it")]
mod peer;
#[path = "api/support/postgres.rs"]
#[allow(dead_code, reason = "the API's tests need more of it")]
mod postgres;

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::DateTime;
use database::{Backend, Database, block_on};
use maqal::clock::ManualClock;
use maqal::config::Config;
use maqal::server;
use maqal::service::{mentions, sweep};
use peer::{Page, Peer};
use serde_json::{Value, json};

const EMAIL: &str = "admin@example.org";
const PASSWORD: &str = "a quiet harbour before dawn";
/// Number of received mentions and of sent pings.
const EACH: usize = 15;
/// Longer than a lease.
const DEADLINE: Duration = Duration::from_secs(150);

struct Server {
    process: Child,
    base: String,
}

impl Server {
    fn start(database: &Database) -> Self {
        let url = match (database.file(), database.schema_url()) {
            (Some(file), _) => format!("sqlite://{}", file.display()),
            (None, Some(url)) => url.to_owned(),
            (None, None) => unreachable!("one of the two"),
        };
        let mut process = Command::new(env!("CARGO_BIN_EXE_maqal"))
            .arg("serve")
            .current_dir(database.keys().parent().expect("a folder"))
            .env("DATABASE_URL", url)
            .env("MAQAL_BIND", "127.0.0.1:0")
            .env("MAQAL_JWT_KEYS", database.keys())
            .env("MAQAL_ADMIN_EMAIL", EMAIL)
            .env("MAQAL_ADMIN_PASSWORD", PASSWORD)
            .env("MAQAL_SITE_URL", "https://news.example/{slug}")
            .env("MAQAL_PINGS_ALLOW_PRIVATE", "true")
            .env("MAQAL_PINGS_PER_HOST_SECONDS", "0")
            .env("MAQAL_LOG", "error")
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let stdout = process.stdout.take().expect("its output");
        let address = BufReader::new(stdout)
            .lines()
            .map_while(Result::ok)
            .find_map(|line| line.rsplit_once(" on http://").map(|(_, rest)| rest.to_owned()))
            .expect("it says where it listens");
        Self { process, base: format!("http://{address}") }
    }

    /// `kill -9`.
    fn kill(mut self) {
        self.process.kill().expect("kill -9");
        self.process.wait().expect("it is gone");
    }
}

struct Client {
    http: reqwest::Client,
    base: String,
    token: String,
}

impl Client {
    async fn of(server: &Server) -> Self {
        let http = reqwest::Client::new();
        let body = json!({ "email": EMAIL, "password": PASSWORD });
        let login = http.post(format!("{}/api/v1/auth/login", server.base)).json(&body).send();
        let login: Value = login.await.expect("a login").json().await.expect("JSON");
        let token = login["access_token"].as_str().expect("a token").to_owned();
        Self { http, base: server.base.clone(), token }
    }

    async fn post(&self, path: &str, body: &Value) -> Value {
        let request = self.http.post(format!("{}{path}", self.base)).bearer_auth(&self.token);
        let answer = request.json(body).send().await.expect("an answer");
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.json().await.expect("JSON")
    }

    async fn get(&self, path: &str) -> Value {
        let request = self.http.get(format!("{}{path}", self.base)).bearer_auth(&self.token);
        request.send().await.expect("an answer").json().await.expect("JSON")
    }

    async fn publish(&self, title: &str, body: &str) -> i64 {
        let made = self.post("/api/v1/articles", &json!({ "title": title, "body": body })).await;
        let id = made["id"].as_i64().expect("an id");
        self.post(&format!("/api/v1/articles/{id}/publish"), &json!({})).await;
        id
    }
}

/// Fills both queues, and kills the server at once.
async fn fill_and_kill(server: Server, peer: &Peer) -> (i64, Vec<String>) {
    let client = Client::of(&server).await;
    client.publish("harbour", "x").await;
    let mut acknowledged = Vec::new();
    for n in 0..EACH {
        let link = "<a href='https://news.example/harbour'>x</a>";
        let source = peer.put(&format!("/in/{n}"), Page::html(link));
        let form = format!("source={source}&target=https://news.example/harbour");
        let request = client.http.post(format!("{}/api/v1/webmention", client.base));
        let request =
            request.header("content-type", "application/x-www-form-urlencoded").body(form);
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status().as_u16(), 201);
        let location = answer.headers()["location"].to_str().expect("ASCII").to_owned();
        let at = location.find("/api/v1/").expect("a path");
        acknowledged.push(location[at..].to_owned());
    }
    let links: String = (0..EACH)
        .map(|n| {
            peer.put(&format!("/wm/{n}"), Page::status(202));
            let page = format!("<link rel=webmention href=/wm/{n}>");
            format!("<{}>\n\n", peer.put(&format!("/out/{n}"), Page::html(page)))
        })
        .collect();
    let article = client.publish("links", &links).await;
    server.kill();
    (article, acknowledged)
}

async fn all_done(server: &Server, article: i64, acknowledged: &[String]) {
    let begun = Instant::now();
    let mut client = Client::of(server).await;
    loop {
        let pings = client.get(&format!("/api/v1/articles/{article}/pings?limit=100")).await;
        let rows = pings["data"].as_array().cloned().unwrap_or_default();
        let sent = rows.iter().filter(|ping| ping["status"] == "delivered").count();
        let mut verified = 0;
        for path in acknowledged {
            verified += usize::from(client.get(path).await["status"] == "verified");
        }
        if (sent, verified) == (EACH, acknowledged.len()) {
            println!("all done {:?} after the start", begun.elapsed());
            return;
        }
        assert!(begun.elapsed() < DEADLINE, "sent {sent}, verified {verified}: {rows:#?}");
        tokio::time::sleep(Duration::from_millis(500)).await;
        if begun.elapsed() > DEADLINE / 2 {
            client = Client::of(server).await;
        }
    }
}

fn survives(backend: Backend) {
    let database = Database::empty(backend);
    let peer = Peer::start();
    let server = Server::start(&database);
    let (article, acknowledged) = block_on(fill_and_kill(server, &peer));
    let before = peer.requests().len();
    let server = Server::start(&database);
    block_on(all_done(&server, article, &acknowledged));
    server.kill();
    let mut posts: HashMap<String, usize> = HashMap::new();
    for asked in peer.requests().iter().filter(|asked| asked.method == "POST") {
        *posts.entry(asked.path.clone()).or_default() += 1;
    }
    let twice = posts.values().filter(|count| **count > 1).count();
    println!(
        "{backend}: killed after {before} requests; {} mentions verified, {} pings delivered, \
         {twice} of them twice, 0 lost",
        acknowledged.len(),
        posts.len()
    );
    assert_eq!(posts.len(), EACH, "every ping was delivered");
    // Only the jobs in progress may repeat.
    assert!(twice <= 8, "{posts:?}");
}

/// An article and 5,100 mentions that were rejected one second after another.
const REJECTED: &str = "
INSERT INTO articles (id, slug, slug_key, title, title_sort, excerpt, excerpt_derived, lang, status, published_at,
        listed_at, created_at, updated_at, credits, featured, seo, metadata, word_count, reading_minutes,
        body_format, body, html)
    VALUES (1, 'a', 'a', 'A', @bytes, 'x', TRUE, 'ar', 'published', @start, @start, @start, @start, '[]', FALSE,
        '{}', '{}', 10, 1, 'markdown', 'x', 'x');
INSERT INTO mentions (id, article_id, protocol, source_url, source_key, source_host, target_url, verification,
        status, created_at, updated_at)
    WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 5100)
    SELECT n, 1, 'webmention', 'https://a.example/' || n, 'https://a.example/' || n, 'a.example',
        'https://news.example/a', 'rejected', 'pending', @start, @start + n * @second
    FROM numbers;";

fn keeps_the_newest_rejected(backend: Backend) {
    let database = Database::migrated(backend);
    let (start, second, bytes) = match backend {
        Backend::Sqlite => ("1700000000000000", "1000000", "CAST('a' AS BLOB)"),
        Backend::Postgres => {
            ("to_timestamp(1700000000)", "INTERVAL '1 second'", "convert_to('a', 'UTF8')")
        }
    };
    let rows = REJECTED.replace("@start", start).replace("@second", second);
    database.run(&rows.replace("@bytes", bytes));
    block_on(async {
        let config = Config::for_tests(database.config(), &database.keys()).expect("settings");
        let now = DateTime::from_timestamp(1_700_086_400, 0).expect("a day later");
        let app = server::open_app(&config, Arc::new(ManualClock::at(now))).await;
        let app = app.expect("the database");
        sweep::delete_expired(&app).await.expect("it deletes expired rows");
        for (id, is_kept) in [(1, false), (100, false), (101, true), (5_100, true)] {
            assert_eq!(mentions::status(&app, id).await.is_ok(), is_kept, "{id}");
        }
    });
}

#[test]
fn newest_rejected_mentions_are_kept_on_sqlite() {
    keeps_the_newest_rejected(Backend::Sqlite);
}

#[test]
fn newest_rejected_mentions_are_kept_on_postgres() {
    if postgres::url().is_ok() || postgres::is_required() {
        keeps_the_newest_rejected(Backend::Postgres);
    }
}

#[test]
fn queued_mentions_survive_a_kill_on_sqlite() {
    survives(Backend::Sqlite);
}

#[test]
fn queued_mentions_survive_a_kill_on_postgres() {
    match postgres::url() {
        Ok(_) => survives(Backend::Postgres),
        Err(why) if postgres::is_required() => panic!("no PostgreSQL to test with: {why}"),
        Err(why) => eprintln!("!! PostgreSQL was SKIPPED: {why}"),
    }
}
