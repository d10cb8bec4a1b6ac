//! PostgreSQL crashes under load and returns. Meanwhile requests get 503, and no acknowledged write
//! is lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use super::client::{Client, block_on, made};
use super::cluster::{Cluster, or_skip};
use super::program::{PROGRAM, Server, command, eventually, settle};

/// The socket only, with synchronous commits.
const OPTIONS: &str = "-c listen_addresses=";

/// Responses so far.
#[derive(Default)]
struct Counts {
    written: AtomicUsize,
    read: AtomicUsize,
    writes_refused: AtomicUsize,
    reads_refused: AtomicUsize,
    stop: AtomicBool,
}

impl Counts {
    /// Waits for this many more.
    async fn more(&self, event: &str, counter: fn(&Self) -> &AtomicUsize) {
        let before = counter(self).load(Ordering::SeqCst);
        eventually(event, async || counter(self).load(Ordering::SeqCst) >= before + 10).await;
    }
}

async fn keep_writing(client: Client, counts: Arc<Counts>, writer: usize) -> Vec<(i64, String)> {
    let mut acknowledged = Vec::new();
    for n in 0.. {
        if counts.stop.load(Ordering::SeqCst) {
            break;
        }
        let answer = client.write(&format!("خبر {writer} {n}")).await;
        if answer.status == 201 {
            acknowledged.push(made(&answer.body));
            counts.written.fetch_add(1, Ordering::SeqCst);
        } else {
            answer.assert_try_later(&[503]);
            counts.writes_refused.fetch_add(1, Ordering::SeqCst);
        }
    }
    acknowledged
}

async fn keep_reading(client: Client, counts: Arc<Counts>, path: String) {
    while !counts.stop.load(Ordering::SeqCst) {
        let answer = client.get(&path).await;
        if answer.status == 200 {
            counts.read.fetch_add(1, Ordering::SeqCst);
        } else {
            answer.assert_try_later(&[503]);
            counts.reads_refused.fetch_add(1, Ordering::SeqCst);
        }
    }
}

#[test]
fn postgres_outage_gives_503_until_it_returns() {
    let Some(mut cluster) = or_skip(Cluster::new()) else { return };
    cluster.start(OPTIONS).expect("PostgreSQL starts");
    let folder = tempfile::tempdir().expect("a folder");
    let mut serve = command(PROGRAM, folder.path());
    settle(&mut serve, &cluster.url(), &folder.path().join("keys"));
    // The log would hold hundreds of expected errors.
    serve.arg("serve").env("MAQAL_LOG", "off");
    let server = Server::spawn(serve).ready();
    block_on(async {
        let client = Client::signed_in(&server).await;
        let anyone = Client::new(&server);
        let (id, _) = made(&client.write("الأول").await.expect(201));
        let counts = Arc::new(Counts::default());
        let writers: Vec<_> =
            (0..4).map(|n| tokio::spawn(keep_writing(client.clone(), counts.clone(), n))).collect();
        let reads = [
            (&client, format!("/api/v1/articles/{id}")),
            (&client, "/api/v1/articles?limit=5".to_owned()),
            (&anyone, "/api/v1/articles?limit=5".to_owned()),
            (&anyone, "/api/v1/tags".to_owned()),
        ];
        let readers = reads
            .map(|(client, path)| tokio::spawn(keep_reading(client.clone(), counts.clone(), path)));
        for _ in 0..2 {
            counts.more("writes before", |counts| &counts.written).await;
            counts.more("reads before", |counts| &counts.read).await;

            cluster.stop().expect("PostgreSQL stops");
            counts.more("refused writes", |counts| &counts.writes_refused).await;
            counts.more("refused reads", |counts| &counts.reads_refused).await;
            anyone.get("/health/ready").await.assert_try_later(&[503]);
            anyone.get("/health/live").await.expect(200);

            cluster.start(OPTIONS).expect("PostgreSQL starts again");
            let took =
                eventually("ready again", async || anyone.get("/health/ready").await.status == 200);
            let took = took.await;
            assert!(took < Duration::from_secs(10), "ready only after {took:?}");
        }
        counts.more("writes after", |counts| &counts.written).await;
        counts.more("reads after", |counts| &counts.read).await;
        counts.stop.store(true, Ordering::SeqCst);
        for reader in readers {
            reader.await.expect("only 200 and 503");
        }
        let mut acknowledged = Vec::new();
        for writer in writers {
            acknowledged.extend(writer.await.expect("only 201 and 503"));
        }
        client.assert_there(&acknowledged).await;
    });
}
