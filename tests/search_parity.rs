//! Both databases return the same search results: a thousand random queries over a generated corpus
//! give the same articles, order and scores. In the second half the corpus claims to be large.

#[path = "search_parity/corpus.rs"]
mod corpus;
#[path = "api/support/database.rs"]
#[allow(dead_code, reason = "the API's tests need more of it")]
mod database;
#[path = "api/support/postgres.rs"]
#[allow(dead_code, reason = "the API's tests need more of it")]
mod postgres;

use std::sync::Arc;

use chrono::{TimeZone, Utc};
use database::{Backend, Database};
use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};
use maqal::clock::ManualClock;
use maqal::config::Config;
use maqal::server;
use maqal::service::articles::{Placement, import};
use serde_json::{Value, json};

use corpus::Corpus;

const ARTICLES: usize = 300;
const SEARCHES: usize = 1000;

#[test]
fn both_databases_give_the_same_search_results() {
    if let Err(why) = postgres::url() {
        assert!(!postgres::is_required(), "no PostgreSQL to test with: {why}");
        eprintln!("!! PostgreSQL was SKIPPED, and with it this comparison: {why}");
        return;
    }
    let corpus = Corpus::generate(ARTICLES);
    let searches: Vec<String> = corpus.searches(SEARCHES);
    let on = |backend| {
        let database = Database::migrated(backend);
        server::block_on(answers(&database, &corpus, &searches))
    };
    let (sqlite, postgres) = (on(Backend::Sqlite), on(Backend::Postgres));
    postgres::stop();
    for ((asked, one), other) in searches.iter().zip(&sqlite).zip(&postgres) {
        assert_eq!(one, other, "{asked}");
    }
    let found = |least: usize| sqlite.iter().filter(|answer| answer.0.len() >= least).count();
    let relaxed = sqlite.iter().filter(|answer| answer.1).count();
    // Most queries must have results.
    assert!(found(1) > SEARCHES / 2 && found(10) > SEARCHES / 10, "{} {}", found(1), found(10));
    assert!(relaxed > SEARCHES / 50, "{relaxed}");
}

/// Articles with their scores, in order, and whether the search was relaxed.
type Outcome = (Vec<(i64, String)>, bool);

async fn answers(database: &Database, corpus: &Corpus, searches: &[String]) -> Vec<Outcome> {
    let mut config = Config::for_tests(database.config(), &database.keys()).expect("settings");
    config.admin = Some(maqal::config::FirstAdmin {
        email: "admin@example.org".into(),
        password: "a quiet harbour before dawn".into(),
    });
    let start = Utc.with_ymd_and_hms(2026, 1, 15, 9, 0, 0).single().expect("a time");
    let clock = Arc::new(ManualClock::at(start));
    let running = server::start(config.clone(), clock.clone()).await.expect("the server starts");
    let app = server::open_app(&config, clock).await.expect("the database opens");
    for (draft, published_at) in corpus.articles() {
        let placement = Placement {
            status: maqal::domain::article::Status::Published,
            published_at: Some(published_at),
            created_at: published_at,
            overrides: None,
        };
        import(&app, 1, draft, placement).await.expect("an article");
    }
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let mut answers = Vec::with_capacity(searches.len());
    for (n, q) in searches.iter().enumerate() {
        if n == searches.len() / 2 {
            seem_large(database).await;
        }
        let base = format!("http://{}/api/v1/search", running.addr);
        let url = url::Url::parse_with_params(&base, [("q", q.as_str()), ("limit", "25")]);
        let request = client.get(url.expect("an address"));
        let response = request.send().await.expect("an answer");
        let status = response.status().as_u16();
        let answer: Value = response.json().await.expect("JSON");
        answers.push(match status {
            200 => understood(&answer),
            400 => (vec![(0, answer["code"].to_string())], false),
            other => panic!("{q}: {other} {answer}"),
        });
    }
    running.stop().await;
    answers
}

/// Sets the corpus counters to a million articles. PostgreSQL then uses its estimates first, which
/// must not change the results.
async fn seem_large(database: &Database) {
    const SQL: &str = "UPDATE search_totals SET documents = documents + 1000000 WHERE shard = 0";
    match (database.file(), database.schema_url()) {
        (Some(file), _) => {
            let file = file.to_str().expect("UTF-8");
            let mut conn = SqliteConnection::establish(file).expect("the file opens");
            conn.batch_execute(SQL).expect("other numbers");
        }
        (None, Some(url)) => {
            let connected = tokio_postgres::connect(url, tokio_postgres::NoTls).await;
            let (client, connection) = connected.expect("a connection");
            let connection = tokio::spawn(connection);
            client.batch_execute(SQL).await.expect("other numbers");
            connection.abort();
        }
        (None, None) => unreachable!("a database is a file or a schema"),
    }
}

fn understood(answer: &Value) -> Outcome {
    let hits = answer["data"].as_array().expect("a list");
    let hit = |hit: &Value| (hit["id"].as_i64().expect("an id"), hit["score"].to_string());
    (hits.iter().map(hit).collect(), answer["relaxed"] == json!(true))
}
