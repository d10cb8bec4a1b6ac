//! A streaming standby answers readers while it is as current as their earlier reads. Otherwise the
//! primary answers. The cache is off.

use serde_json::json;

use super::client::{Client, block_on, made};
use super::cluster::{Cluster, or_skip};
use super::program::{PROGRAM, Server, command, eventually, settle};

const OPTIONS: &str = "-c listen_addresses=";

/// Both database servers, and a Maqal server that uses them.
struct Newsroom {
    primary: Cluster,
    standby: Cluster,
    server: Server,
    _folder: tempfile::TempDir,
}

impl Newsroom {
    fn open() -> Result<Self, String> {
        let mut primary = Cluster::new()?;
        primary.start(OPTIONS)?;
        let mut standby = Cluster::standby_of(&primary)?;
        standby.start(OPTIONS)?;
        let folder = tempfile::tempdir().expect("a folder");
        let mut serve = command(PROGRAM, folder.path());
        settle(&mut serve, &primary.url(), &folder.path().join("keys"));
        serve.arg("serve").env("DATABASE_READ_URL", standby.url());
        serve.env("MAQAL_CACHE", "off").env("MAQAL_LOG", "off");
        let server = Server::spawn(serve).ready();
        Ok(Self { primary, standby, server, _folder: folder })
    }

    /// Runs SQL on the standby.
    async fn order(&self, order: &str) {
        let url = self.standby.url();
        let connecting = tokio_postgres::connect(&url, tokio_postgres::NoTls);
        let (client, connection) = connecting.await.expect("the standby answers");
        tokio::spawn(connection);
        client.simple_query(order).await.expect("it obeys");
    }
}

/// The number of reads that the standby has answered.
async fn answered(reader: &Client) -> u64 {
    let metrics = reader.text("/metrics").await;
    let line = metrics.lines().find(|line| line.starts_with("maqal_replica_reads_total "));
    let line = line.unwrap_or_else(|| panic!("no such metric in {metrics}"));
    line.rsplit(' ').next().and_then(|number| number.parse().ok()).expect("a number")
}

/// Reads until the standby answers.
async fn until_it_answers(reader: &Client, path: &str) {
    let before = answered(reader).await;
    eventually("the standby answers", async || {
        reader.get(path).await.expect(200);
        answered(reader).await > before
    })
    .await;
}

#[test]
fn standby_reads_are_never_older_than_earlier_reads() {
    let Some(mut all) = or_skip(Newsroom::open()) else { return };
    block_on(async {
        let editor = Client::signed_in(&all.server).await;
        let reader = Client::new(&all.server);
        let (id, _) = made(&editor.write("خبر").await.expect(201));
        let path = format!("/api/v1/articles/{id}");
        editor.post(&format!("{path}/publish"), None, &json!({})).await.expect(200);
        let mut count = 0;
        let mut write_and_read = async || {
            count += 1;
            let subtitle = json!({ "subtitle": count.to_string() });
            editor.patch(&path, &subtitle).await.expect(200);
            let list = format!(
                "/api/v1/articles?limit=1&published_before=2100-01-0{}T00:00:00Z",
                1 + count % 9
            );
            assert_eq!(reader.get(&path).await.expect(200)["subtitle"], subtitle["subtitle"]);
            let list = reader.get(&list).await.expect(200);
            assert_eq!(list["data"][0]["subtitle"], subtitle["subtitle"]);
        };
        until_it_answers(&reader, &path).await;
        for _ in 0..100 {
            write_and_read().await;
        }
        until_it_answers(&reader, "/api/v1/articles").await;
        until_it_answers(&reader, "/api/v1/search?q=خبر").await;

        // Replay pauses: the primary answers.
        all.order("SELECT pg_wal_replay_pause()").await;
        write_and_read().await;
        let before = answered(&reader).await;
        for _ in 0..20 {
            write_and_read().await;
        }
        assert_eq!(answered(&reader).await, before, "it has nothing of this");
        all.order("SELECT pg_wal_replay_resume()").await;
        until_it_answers(&reader, &path).await;

        // The standby crashes: readers notice nothing.
        all.standby.stop().expect("the standby stops");
        for _ in 0..20 {
            reader.get(&path).await.expect(200);
            write_and_read().await;
        }
        all.standby.start(OPTIONS).expect("the standby starts again");
        until_it_answers(&reader, &path).await;

        // The primary answers editors.
        let before = answered(&reader).await;
        for _ in 0..10 {
            editor.get(&path).await.expect(200);
        }
        assert_eq!(answered(&reader).await, before);

        // The primary crashes: readers can still read.
        all.primary.stop().expect("the primary stops");
        for _ in 0..20 {
            reader.get(&path).await.expect(200);
        }
        editor.patch(&path, &json!({ "subtitle": "x" })).await.assert_try_later(&[503]);
        all.primary.start(OPTIONS).expect("the primary starts again");
        eventually("writes go on", async || {
            editor.patch(&path, &json!({ "subtitle": "x" })).await.status == 200
        })
        .await;
    });
}
