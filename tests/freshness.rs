//! Freshness across two instances on one PostgreSQL database, and two processes on one SQLite file.
//! Clients read and write through both. A write shows in the next read on its own instance, and
//! within a second on the other.
//!
//! `MAQAL_FRESHNESS_REQUESTS` sets the number of requests (10,000).

#[path = "faults/client.rs"]
#[allow(dead_code, reason = "the other tests of processes need more of it")]
mod client;
#[path = "api/support/database.rs"]
#[allow(dead_code, reason = "the API's tests need more of it")]
mod database;
#[path = "freshness/history.rs"]
mod history;
#[path = "api/support/postgres.rs"]
#[allow(dead_code, reason = "the API's tests need more of it")]
mod postgres;
#[path = "faults/program.rs"]
#[allow(dead_code, reason = "the other tests of processes need more of it")]
mod program;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use client::{Client, block_on, made};
use database::{Backend, Database};
use history::History;
use program::{Server, backends, maqal};
use serde_json::{Value, json};

const CLIENTS: usize = 8;
/// Articles of each client. Only that client writes to them.
const ARTICLES: usize = 3;

/// The time within which a write shows on the other instance.
const BOUND: Duration = Duration::from_secs(1);

fn requests() -> usize {
    std::env::var("MAQAL_FRESHNESS_REQUESTS").map_or(10_000, |n| n.parse().expect("a number"))
}

/// Two instances and the writes through them.
struct Pair {
    instances: [Client; 2],
    histories: Vec<(i64, History)>,
}

impl Pair {
    async fn new(servers: &[Server; 2]) -> Self {
        let first = Client::signed_in(&servers[0]).await;
        let second = Client::new(&servers[1]).like(&first);
        let mut histories = Vec::new();
        for n in 0..CLIENTS * ARTICLES {
            let (id, _) = made(&first.write(&format!("خبر {n}")).await.expect(201));
            first
                .post(&format!("/api/v1/articles/{id}/publish"), None, &json!({}))
                .await
                .expect(200);
            histories.push((id, History::default()));
        }
        Self { instances: [first, second], histories }
    }

    async fn write(&self, article: usize, instance: usize, value: u64) {
        let (id, history) = &self.histories[article];
        let path = format!("/api/v1/articles/{id}");
        let body = json!({ "subtitle": value.to_string() });
        self.instances[instance].patch(&path, &body).await.expect(200);
        history.written(value, instance);
    }

    async fn read_one(&self, article: usize, instance: usize) {
        let (id, history) = &self.histories[article];
        let asked = Instant::now();
        let shown = self.anonymous(instance, &format!("/api/v1/articles/{id}")).await;
        history.check(&shown, instance, asked, BOUND);
    }

    async fn read_list(&self, instance: usize) {
        let asked = Instant::now();
        let list = self.anonymous(instance, "/api/v1/articles?limit=100").await;
        let rows = list["data"].as_array().expect("a list");
        assert_eq!(rows.len(), self.histories.len());
        for shown in rows {
            let of = self.histories.iter().find(|(id, _)| shown["id"] == *id);
            of.expect("one of ours").1.check(shown, instance, asked, BOUND);
        }
    }

    async fn anonymous(&self, instance: usize, path: &str) -> Value {
        let mut client = self.instances[instance].clone();
        client.token = None;
        client.get(path).await.expect(200)
    }
}

/// Numbers that look random and are the same in each run (SplitMix64).
fn random(n: u64) -> usize {
    let mut z = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    usize::try_from((z ^ (z >> 31)) >> 33).expect("31 bits")
}

/// A tenth are writes. Half of these are followed by a read on the same instance.
async fn mix(pair: Arc<Pair>, client: usize, left: Arc<AtomicUsize>) {
    let mut value = 0;
    while left.fetch_sub(1, Ordering::SeqCst) > CLIENTS {
        value += 1;
        let dice = random(value << 8 | client as u64);
        let (instance, which) = (dice & 1, dice >> 8);
        match dice >> 1 & 31 {
            0..3 => {
                let own = client * ARTICLES + which % ARTICLES;
                pair.write(own, instance, value).await;
                if which & 64 == 0 {
                    pair.read_one(own, instance).await;
                }
            }
            3..8 => pair.read_list(instance).await,
            _ => pair.read_one(which % pair.histories.len(), instance).await,
        }
    }
}

fn start_two(database: &Database) -> [Server; 2] {
    [(); 2].map(|()| Server::start(database))
}

#[test]
fn reads_on_two_instances_are_never_older_than_promised() {
    for backend in backends() {
        let database = Database::empty(backend);
        let servers = start_two(&database);
        block_on(async {
            let pair = Arc::new(Pair::new(&servers).await);
            let left = Arc::new(AtomicUsize::new(requests() + CLIENTS));
            let clients: Vec<_> = (0..CLIENTS)
                .map(|client| tokio::spawn(mix(pair.clone(), client, left.clone())))
                .collect();
            for client in clients {
                client.await.expect("nothing stale");
            }
            let oldest = pair.histories.iter().map(|(_, history)| history.oldest()).max();
            println!("{backend}: the oldest answer was {:?} old", oldest.unwrap_or_default());
        });
    }
}

#[test]
fn withdrawn_article_is_404_on_every_instance() {
    for backend in backends() {
        let database = Database::empty(backend);
        let servers = start_two(&database);
        block_on(async {
            let pair = Pair::new(&servers).await;
            for (id, _) in pair.histories.iter().take(6) {
                let path = format!("/api/v1/articles/{id}");
                for _ in 0..3 {
                    pair.anonymous(1, &path).await;
                }
                let unpublish = format!("{path}/unpublish");
                pair.instances[0].post(&unpublish, None, &json!({})).await.expect(200);
                let mut readers = pair.instances.clone();
                readers.iter_mut().for_each(|reader| reader.token = None);
                readers[0].get(&path).await.expect(404);
                tokio::time::sleep(BOUND).await;
                readers[1].get(&path).await.expect(404);
                let list = readers[1].get("/api/v1/articles?limit=100").await.expect(200);
                let rows = list["data"].as_array().expect("a list");
                assert!(rows.iter().all(|row| row["id"] != *id), "{backend}");
            }
        });
    }
}

/// The command line writes as a process of its own.
#[test]
fn write_by_another_program_shows() {
    use diesel::Connection;
    use diesel::connection::SimpleConnection;

    let database = Database::empty(Backend::Sqlite);
    let server = Server::start(&database);
    block_on(async {
        let client = Client::signed_in(&server).await;
        let (id, _) = made(&client.write("خبر").await.expect(201));
        let path = format!("/api/v1/articles/{id}");
        client.post(&format!("{path}/publish"), None, &json!({})).await.expect(200);
        let reader = Client::new(&server);
        for _ in 0..3 {
            reader.get(&path).await.expect(200);
        }
        let file = database.file().and_then(|file| file.to_str()).expect("a file");
        let mut other = diesel::SqliteConnection::establish(file).expect("the file opens");
        let sql = "PRAGMA busy_timeout = 5000; UPDATE articles SET subtitle = 'باليد'";
        other.batch_execute(sql).expect("an update by hand");
        tokio::time::sleep(BOUND).await;
        assert_eq!(reader.get(&path).await.expect(200)["subtitle"], json!("باليد"));
    });
}

/// The listener's connection is cut repeatedly. No change is missed for longer than promised.
#[test]
fn lost_listener_reconnects() {
    let Ok(url) = postgres::url() else { return };
    let database = Database::empty(Backend::Postgres);
    let name = format!("fresh_{}", std::process::id());
    let named = format!("{}&application_name={name}", program::url(&database));
    let start = |()| {
        let mut command = maqal(&database, &["serve"]);
        command.env("DATABASE_URL", &named);
        Server::spawn(command).ready()
    };
    let servers = [(); 2].map(start);
    block_on(async {
        let pair = Pair::new(&servers).await;
        let (client, connection) =
            tokio_postgres::connect(url, tokio_postgres::NoTls).await.expect("a connection");
        tokio::spawn(connection);
        for value in 1..=6 {
            let article = 0;
            pair.read_one(article, 1).await;
            let cut = format!(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                 WHERE application_name = '{name}' AND query LIKE '%pg_visible_in_snapshot%'"
            );
            let killed = client.simple_query(&cut).await.expect("listeners");
            assert!(killed.len() > 1, "there were listeners");
            pair.write(article, 0, value).await;
            tokio::time::sleep(BOUND).await;
            pair.read_one(article, 1).await;
        }
    });
}
