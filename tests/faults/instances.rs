//! Two instances with one database and shared keys.

use std::collections::BTreeSet;

use serde_json::json;

use super::client::{Client, block_on};
use super::database::{Backend, Database};
use super::program::{Server, backends, eventually, maqal, output_text, run};

#[test]
fn two_instances_started_together_on_an_empty_database_both_serve() {
    for backend in backends() {
        let database = Database::empty(backend);
        let both = [(); 2].map(|()| Server::spawn(maqal(&database, &["serve"])));
        let both = both.map(super::program::Starting::ready);
        let status = output_text(&run(maqal(&database, &["migrate", "status"])));
        assert!(status.contains("applied") && !status.contains("pending"), "{backend}: {status}");
        block_on(async {
            for server in &both {
                Client::new(server).get("/health/ready").await.expect(200);
            }
            let [first, second] =
                [Client::signed_in(&both[0]).await, Client::signed_in(&both[1]).await];
            let users = first.get("/api/v1/users?total=true").await.expect(200);
            assert_eq!(users["page"]["total"], json!(1), "{backend}: one admin");
            // Both have the same keys, so each accepts the other's tokens.
            let there = second.like(&first);
            let made = there.write("خبر من الثاني").await.expect(201);
            first.get(&format!("/api/v1/articles/{}", made["id"])).await.expect(200);
        });
        let keys = std::fs::read_dir(database.keys()).expect("the keys");
        let keys = keys.filter(|key| {
            key.as_ref().expect("a key").path().extension().is_some_and(|end| end == "pem")
        });
        assert_eq!(keys.count(), 1, "{backend}: one key");
    }
}

#[test]
fn closing_comments_on_one_instance_applies_to_the_next_request_on_another() {
    for backend in backends() {
        let database = Database::empty(backend);
        let both = [Server::start(&database), Server::start(&database)];
        block_on(async {
            let editor = Client::signed_in(&both[0]).await;
            let made = editor.write("خبر").await.expect(201);
            let article = format!("/api/v1/articles/{}", made["id"]);
            editor.post(&format!("{article}/publish"), None, &json!({})).await.expect(200);
            let (reader, comments) = (Client::new(&both[1]), format!("{article}/comments"));
            let site = "/api/v1/comment-settings";
            for round in 0..20 {
                let comment = |words: &str| json!({ "body": format!("{words} {round}") });
                let change = json!({ "comments": "closed", "pings": "closed" });
                editor.patch(site, &change).await.expect(200);
                let closed = reader.say(&comments, &comment("مغلق"), "ar").await;
                let closed = closed.expect(403);
                assert_eq!(closed["code"], "comments_closed", "{backend}");
                let detail = closed["detail"].as_str().expect("a reason");
                assert!(detail.contains("مغلق في هذا الموقع"), "{backend}: {detail}");
                let shown = reader.get(&article).await.expect(200);
                let notice = &shown["discussion"]["notice"]["code"];
                assert_eq!(notice, "comments_closed_pings_closed", "{backend}");
                let change = json!({ "comments": "open", "pings": "open", "require_login": true });
                editor.patch(site, &change).await.expect(200);
                let stranger = reader.say(&comments, &comment("غريب"), "fr").await.expect(401);
                assert_eq!(stranger["code"], "login_required", "{backend}");
                let newsroom = reader.clone().like(&editor);
                newsroom.say(&comments, &comment("مفتوح"), "ar").await.expect(201);
            }
            let shown = reader.get(&article).await.expect(200);
            assert_eq!(shown["discussion"]["comment_count"], 20, "{backend}");
        });
    }
}

async fn key_ids(client: &Client) -> BTreeSet<String> {
    let keys = client.get("/.well-known/jwks.json").await.expect(200);
    let ids = keys["keys"].as_array().expect("keys").iter();
    ids.map(|key| key["kid"].as_str().expect("a kid").to_owned()).collect()
}

#[test]
fn key_rotation_reaches_every_instance_and_keeps_sessions() {
    let database = Database::empty(Backend::Sqlite);
    let both = [Server::start(&database), Server::start(&database)];
    block_on(async {
        let first = Client::signed_in(&both[0]).await;
        let old = key_ids(&first).await;
        assert_eq!(old.len(), 1);
        let rotated = run(maqal(&database, &["keys", "rotate"]));
        assert!(rotated.status.success(), "{}", output_text(&rotated));
        assert!(output_text(&rotated).starts_with("added "), "{}", output_text(&rotated));
        let here = both.each_ref().map(|server| Client::new(server).like(&first));
        let mut seen = Vec::new();
        for client in &here {
            // A key is published long before it signs.
            let took =
                eventually("the new key is known", async || key_ids(client).await.len() == 2).await;
            assert!(took.as_secs() < 45, "it took {took:?}");
            let ids = key_ids(client).await;
            assert!(ids.is_superset(&old), "the old key stays");
            seen.push(ids);
            client.write("خبر بالمفتاح القديم").await.expect(201);
        }
        assert_eq!(seen[0], seen[1]);
    });
}
