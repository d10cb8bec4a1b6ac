//! Acknowledged writes survive `kill -9` on both databases. A write without a response can be
//! repeated with its idempotency key and creates one resource.
//!
//! `MAQAL_CRASH_WRITES` sets the number of acknowledged writes before the kill (200).

#[path = "api/support/database.rs"]
#[allow(dead_code, reason = "the API's tests need more of it")]
mod database;
#[path = "api/support/postgres.rs"]
#[allow(dead_code, reason = "the API's tests need more of it")]
mod postgres;

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use database::{Backend, Database};
use diesel::connection::SimpleConnection;
use diesel::{Connection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query};
use serde_json::{Value, json};

const EMAIL: &str = "admin@example.org";
const PASSWORD: &str = "a quiet harbour before dawn";
const WRITERS: usize = 16;

/// The built program, on a free port.
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
            .env("MAQAL_LOG", "error")
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let stdout = process.stdout.take().expect("its output");
        let address = BufReader::new(stdout)
            .lines()
            .map_while(Result::ok)
            .find_map(|line| line.rsplit_once("http://").map(|(_, address)| address.to_owned()))
            .expect("it says where it listens");
        Self { process, base: format!("http://{address}") }
    }

    /// Sends `SIGKILL`.
    fn kill(mut self) {
        self.process.kill().expect("kill -9");
        self.process.wait().expect("it is gone");
    }
}

/// The results of the writers.
#[derive(Default)]
struct Seen {
    /// Acknowledged articles: id and title.
    acknowledged: Vec<(i64, String)>,
    /// Writes without a response: key and title.
    unknown: Vec<(String, String)>,
}

async fn sign_in(client: &reqwest::Client, base: &str) -> String {
    let answer = client
        .post(format!("{base}/api/v1/auth/login"))
        .json(&json!({ "email": EMAIL, "password": PASSWORD }))
        .send()
        .await
        .expect("a login");
    let answer: Value = answer.json().await.expect("JSON");
    answer["access_token"].as_str().expect("a token").to_owned()
}

async fn post(
    client: &reqwest::Client,
    base: &str,
    token: &str,
    key: &str,
    title: &str,
) -> Option<i64> {
    let request = client
        .post(format!("{base}/api/v1/articles"))
        .bearer_auth(token)
        .header("Idempotency-Key", key)
        .json(&json!({ "title": title, "body": "نص", "tags": ["ليبيا"] }));
    let answer = request.send().await.ok()?;
    assert_eq!(answer.status().as_u16(), 201, "{title}");
    let article: Value = answer.json().await.ok()?;
    article["id"].as_i64()
}

/// Writes from many clients until enough are acknowledged, then kills the server during further
/// writes.
async fn write_until_killed(server: Server, count: usize) -> Seen {
    let client = reqwest::Client::new();
    let token = sign_in(&client, &server.base).await;
    let done = Arc::new(AtomicUsize::new(0));
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let (client, token, done) = (client.clone(), token.clone(), done.clone());
            let base = server.base.clone();
            tokio::spawn(async move {
                let mut seen = Seen::default();
                for n in 0.. {
                    let (key, title) = (format!("k-{writer}-{n}"), format!("خبر {writer} {n}"));
                    match post(&client, &base, &token, &key, &title).await {
                        Some(id) => seen.acknowledged.push((id, title)),
                        None => {
                            seen.unknown.push((key, title));
                            return seen;
                        }
                    }
                    done.fetch_add(1, Ordering::SeqCst);
                }
                seen
            })
        })
        .collect();
    while done.load(Ordering::SeqCst) < count {
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
    server.kill();
    let mut all = Seen::default();
    for writer in writers {
        let seen = writer.await.expect("a writer");
        all.acknowledged.extend(seen.acknowledged);
        all.unknown.extend(seen.unknown);
    }
    all
}

async fn check(server: &Server, seen: &Seen) {
    let client = reqwest::Client::new();
    let token = sign_in(&client, &server.base).await;
    let read = async |path: String| -> Value {
        let url = format!("{}{path}", server.base);
        let answer = client.get(url).bearer_auth(&token).send().await.expect("an answer");
        assert_eq!(answer.status().as_u16(), 200, "{path}");
        answer.json().await.expect("JSON")
    };
    for (id, title) in &seen.acknowledged {
        let article = read(format!("/api/v1/articles/{id}?fields=title,tags")).await;
        assert_eq!(article["title"], json!(title), "article {id}");
        assert_eq!(article["tags"][0]["name"], json!("ليبيا"), "article {id} is whole");
    }
    // Repeated with its key, each of them exists once.
    for (key, title) in &seen.unknown {
        post(&client, &server.base, &token, key, title).await.expect("the repeated write");
    }
    let list = read("/api/v1/articles?limit=1&total=true".into()).await;
    let made = seen.acknowledged.len() + seen.unknown.len();
    assert_eq!(list["page"]["total"], json!(made), "nothing lost, nothing twice");
}

#[derive(QueryableByName)]
struct Integrity {
    #[diesel(sql_type = diesel::sql_types::Text)]
    integrity_check: String,
}

fn check_file(database: &Database) {
    let Some(file) = database.file() else { return };
    let path = file.to_str().expect("UTF-8");
    let mut file = SqliteConnection::establish(path).expect("the file opens");
    file.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)").expect("a checkpoint");
    let found: Vec<Integrity> = sql_query("PRAGMA integrity_check").load(&mut file).expect("rows");
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].integrity_check, "ok");
}

fn survives(backend: Backend) {
    let count = std::env::var("MAQAL_CRASH_WRITES").map_or(200, |n| n.parse().expect("a number"));
    let database = Database::empty(backend);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    let server = Server::start(&database);
    let seen = runtime.block_on(write_until_killed(server, count));
    assert!(seen.acknowledged.len() >= count);
    let server = Server::start(&database);
    runtime.block_on(check(&server, &seen));
    server.kill();
    check_file(&database);
    let (kept, unknown) = (seen.acknowledged.len(), seen.unknown.len());
    println!("{backend}: killed after {kept} acknowledged writes, {unknown} in flight; 0 lost");
}

#[test]
fn acknowledged_writes_survive_a_kill_on_sqlite() {
    survives(Backend::Sqlite);
}

#[test]
fn acknowledged_writes_survive_a_kill_on_postgres() {
    match postgres::url() {
        Ok(_) => survives(Backend::Postgres),
        Err(why) if postgres::is_required() => panic!("no PostgreSQL to test with: {why}"),
        Err(why) => eprintln!("!! PostgreSQL was SKIPPED: {why}"),
    }
}
