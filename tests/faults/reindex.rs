//! Reindexing: unindexed articles are logged at start, a killed run is resumed, and readers find
//! everything meanwhile.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use maqal::clock::SystemClock;
use maqal::config::Config;
use maqal::server;
use maqal::service::App;
use maqal::service::search::due_count;
use serde_json::{Value, json};

use super::client::{Client, block_on};
use super::database::Database;
use super::program::{Server, backends, maqal, output_text, run};

/// Several batches of articles.
const ARTICLES: usize = 220;
/// Attempts until a run is killed in its middle.
const ATTEMPTS: usize = 30;

#[test]
fn killed_reindex_is_resumed_without_effect_on_readers() {
    for backend in backends() {
        let database = Database::empty(backend);
        let server = Server::start(&database);
        let (client, hits) = block_on(async {
            let client = Client::signed_in(&server).await;
            fill(&client).await;
            let hits = found(&client).await;
            (client, hits)
        });
        assert_eq!(hits.len(), 100, "{backend}");
        let stopped = Arc::new(AtomicBool::new(false));
        let reader = std::thread::spawn({
            let (client, hits, stopped) = (client, hits, stopped.clone());
            move || block_on(read_until(&client, &hits, &stopped))
        });

        let left = kill_midway(&database);
        let warned = first_warning(&database);
        assert_eq!(warned["due"], json!(left), "{backend}: {warned}");
        let message = warned["message"].as_str().expect("a message");
        assert!(message.contains("`maqal reindex`"), "{backend}: {warned}");
        let finished = run(maqal(&database, &["reindex"]));
        assert!(
            output_text(&finished).contains(&format!("{left} articles indexed")),
            "{}",
            output_text(&finished)
        );
        let again = run(maqal(&database, &["reindex"]));
        assert!(
            output_text(&again).contains("nothing to do"),
            "{backend}: {}",
            output_text(&again)
        );

        stopped.store(true, Ordering::Relaxed);
        let reads = reader.join().expect("every search was answered alike");
        assert!(reads > 0, "{backend}: nobody read meanwhile");
    }
}

#[test]
fn unindexed_articles_are_logged_at_start() {
    for backend in backends() {
        let database = Database::empty(backend);
        let server = Server::start(&database);
        block_on(async {
            let client = Client::signed_in(&server).await;
            for title in ["نشرة أولى", "نشرة ثانية"] {
                let made = client.write(title).await.expect(201);
                let publish = format!("/api/v1/articles/{}/publish", made["id"]);
                client.post(&publish, None, &json!({})).await.expect(200);
            }
        });
        drop(server);
        // Like an archive imported by other means.
        for table in ["search_documents", "search_published", "search_totals"] {
            database.run(&format!("DELETE FROM {table}"));
        }
        let warned = first_warning(&database);
        assert_eq!(warned["due"], json!(2), "{backend}: {warned}");
        let finished = run(maqal(&database, &["reindex"]));
        assert!(
            output_text(&finished).contains("2 articles indexed"),
            "{backend}: {}",
            output_text(&finished)
        );
    }
}

async fn fill(client: &Client) {
    for number in 0..ARTICLES {
        let article = json!({ "title": format!("نشرة الميناء {number}"), "body": "رست المراكب." });
        let made = client.post("/api/v1/articles", None, &article).await.expect(201);
        let publish = format!("/api/v1/articles/{}/publish", made["id"]);
        client.post(&publish, None, &json!({})).await.expect(200);
    }
}

/// Article ids and scores of a search.
async fn found(client: &Client) -> Vec<(i64, String)> {
    let answer = client.get("/api/v1/search?q=%D9%85%D8%B1%D8%A7%D9%83%D8%A8&limit=100").await;
    let answer = answer.expect(200);
    let hits = answer["data"].as_array().expect("a list");
    let hit = |hit: &Value| (hit["id"].as_i64().expect("id"), hit["score"].to_string());
    hits.iter().map(hit).collect()
}

async fn read_until(client: &Client, expected: &[(i64, String)], stopped: &AtomicBool) -> usize {
    let mut reads = 0;
    while !stopped.load(Ordering::Relaxed) {
        assert_eq!(found(client).await, expected, "the same articles, the same scores");
        reads += 1;
    }
    reads
}

/// Starts a full reindex and kills it when a part is done. Returns the number of unindexed
/// articles.
fn kill_midway(database: &Database) -> u64 {
    let config = Config::for_tests(database.config(), &database.keys()).expect("settings");
    block_on(async {
        let app = server::open_app(&config, Arc::new(SystemClock)).await.expect("the database");
        for _ in 0..ATTEMPTS {
            let mut all = maqal(database, &["reindex", "--all"]);
            let mut run = all.stdout(Stdio::null()).spawn().expect("it starts");
            if is_midway(&app, &mut run).await {
                run.kill().expect("kill -9");
                run.wait().expect("it is gone");
                // It may have indexed more before it died.
                let left = due_count(&app).await.expect("a count");
                if left > 0 {
                    return left;
                }
            }
        }
        panic!("no run was caught in its middle");
    })
}

/// Waits until only some articles are indexed. Returns false if the run ended before.
async fn is_midway(app: &App, run: &mut Child) -> bool {
    let mut begun = false;
    loop {
        let due = due_count(app).await.expect("a count");
        let ended = run.try_wait().expect("its status").is_some();
        begun |= due > 0;
        if begun && due > 0 && due < ARTICLES as u64 {
            return true;
        }
        if ended {
            return false;
        }
    }
}

/// The first warning of a server that starts on the database.
fn first_warning(database: &Database) -> Value {
    let mut serve = maqal(database, &["serve"]);
    serve.env("MAQAL_LOG", "json,warn");
    serve.stdout(Stdio::null()).stderr(Stdio::piped());
    let mut process = serve.spawn().expect("the server starts");
    let stderr = process.stderr.take().expect("its log");
    let line = BufReader::new(stderr).lines().map_while(Result::ok).next();
    process.kill().expect("kill");
    process.wait().expect("it is gone");
    serde_json::from_str(&line.expect("a line")).expect("JSON")
}
