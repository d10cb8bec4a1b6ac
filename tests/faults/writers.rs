//! Concurrent writers on SQLite: they wait for each other and for other processes, and none gets a
//! "database is busy" error.

use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};

use super::client::{Client, block_on, made};
use super::database::{Backend, Database};
use super::program::Server;

const WRITERS: usize = 16;
const ARTICLES: usize = 12;

/// The time for which another process locks the database: less than the busy timeout.
const HELD: Duration = Duration::from_secs(2);

async fn write_together(client: &Client, round: &str) -> Vec<(i64, String)> {
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let (client, round) = (client.clone(), round.to_owned());
            tokio::spawn(async move {
                let mut articles = Vec::new();
                for n in 0..ARTICLES {
                    let answer = client.write(&format!("{round} {writer} {n}")).await;
                    articles.push(made(&answer.expect(201)));
                }
                articles
            })
        })
        .collect();
    let mut articles = Vec::new();
    for writer in writers {
        articles.extend(writer.await.expect("nothing but 201"));
    }
    articles
}

#[test]
fn sixteen_writers_and_another_process_all_succeed() {
    let database = Database::empty(Backend::Sqlite);
    let server = Server::start(&database);
    block_on(async {
        let client = Client::signed_in(&server).await;
        let mut articles = write_together(&client, "معًا").await;

        // A backup or another instance may lock like this.
        let file = database.file().and_then(|file| file.to_str()).expect("a file");
        let mut other = SqliteConnection::establish(file).expect("the file opens");
        other.batch_execute("PRAGMA busy_timeout = 10000; BEGIN IMMEDIATE").expect("the lock");
        let holder = tokio::task::spawn_blocking(move || {
            std::thread::sleep(HELD);
            other.batch_execute("COMMIT").expect("the lock is given back");
        });
        let meanwhile = tokio::spawn({
            let client = client.clone();
            async move { write_together(&client, "رغم القفل").await }
        });
        // Reads do not wait.
        while !holder.is_finished() {
            client.get("/api/v1/articles?limit=5").await.expect(200);
            client.get(&format!("/api/v1/articles/{}", articles[0].0)).await.expect(200);
        }
        holder.await.expect("the holder");
        articles.extend(meanwhile.await.expect("all written"));

        assert_eq!(articles.len(), 2 * WRITERS * ARTICLES);
        assert_eq!(client.count().await, articles.len());
        client.assert_there(&articles).await;
    });
}

/// The nice values of a server's threads, by name.
#[cfg(target_os = "linux")]
fn niceness(server: &Server) -> std::collections::BTreeMap<String, i32> {
    let tasks = std::fs::read_dir(format!("/proc/{}/task", server.pid())).expect("its threads");
    let stats =
        tasks.filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("stat")).ok());
    let thread = |stat: String| {
        let (_, stat) = stat.split_once('(')?;
        let (name, fields) = stat.rsplit_once(')')?;
        // The 17th field after the name is the nice value: see proc_pid_stat(5).
        Some((name.to_owned(), fields.split_whitespace().nth(16)?.parse().ok()?))
    };
    stats.filter_map(thread).collect()
}

#[cfg(target_os = "linux")]
#[test]
fn writer_threads_run_at_a_lower_priority() {
    let database = Database::empty(Backend::Sqlite);
    let server = Server::start(&database);
    block_on(async {
        let client = Client::signed_in(&server).await;
        made(&client.write("خبر").await.expect(201));
    });
    let nice = niceness(&server);
    // Linux cuts thread names to fifteen bytes.
    let of = |name| *nice.get(name).unwrap_or_else(|| panic!("no {name} among {nice:?}"));
    assert_eq!(of("maqal-backgroun"), of("maqal-writer"));
    assert!(of("maqal-writer") > of("maqal-reader"), "{nice:?}");
    assert!(of("maqal-writer") > of("maqal"), "{nice:?}");
}
