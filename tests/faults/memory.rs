//! The memory of large bodies of any shape is bounded, and goes back.

use serde_json::json;

use super::client::{Client, block_on};
use super::database::{Backend, Database};
use super::program::{DEADLINE, Server};

/// The size of a large body, a little below the limit.
const MEGABYTE: usize = 1_000_000;

/// The most memory that bodies of a megabyte may add to that of the server, in KiB. Each is copied a few times.
const MOST_KIB: u64 = 48 << 10;

/// Bodies that are sent at once.
const AT_ONCE: usize = 8;

/// A value of `/proc/<pid>/status`, in KiB.
fn memory(server: &Server, name: &str) -> u64 {
    let text =
        std::fs::read_to_string(format!("/proc/{}/status", server.pid())).expect("its status");
    let line = text.lines().find_map(|line| line.strip_prefix(&format!("{name}:")));
    let number = line.and_then(|line| line.split_whitespace().next()).expect("a line");
    number.parse().expect("a number")
}

fn list(item: &str) -> String {
    format!("[{}]", vec![item; MEGABYTE / (item.len() + 1)].join(","))
}

fn object() -> String {
    let members: Vec<_> = (0..MEGABYTE / 12).map(|n| format!("\"n{n:06}\":1")).collect();
    format!("{{{}}}", members.join(","))
}

fn shapes() -> Vec<String> {
    let numbers = vec!["1e400"; 10_000].join(",");
    vec![
        format!(r#"{{"credits":{}}}"#, list("{}")),
        format!(r#"{{"credits":{}}}"#, list(r#"{"a":[0]}"#)),
        list("1"),
        list("[[]]"),
        object(),
        format!(r#"{{"title":"x","metadata":{}}}"#, object()),
        format!(r#"{{"title":"x","metadata":{{"a":{}}}}}"#, list("[0]")),
        format!(r#"{{"title":"x","colour":{}}}"#, list("{}")),
        format!("{}{}", "[".repeat(MEGABYTE / 2), "]".repeat(MEGABYTE / 2)),
        format!(r#"{{"title":"{}"}}"#, "x".repeat(MEGABYTE)),
        format!(r#"{{"title":"x","metadata":{{"{}":[{numbers}]}}}}"#, "n".repeat(900_000)),
    ]
}

#[test]
fn large_bodies_of_any_shape_take_little_memory() {
    let database = Database::empty(Backend::Sqlite);
    let server = Server::start(&database);
    block_on(async {
        let client = Client::signed_in(&server).await;
        // The validators are compiled, and every path has run once.
        client.write("خبر").await.expect(201);
        let small = json!({ "title": "x", "credits": vec![json!({}); 51] });
        client.post("/api/v1/articles", None, &small).await.expect(422);
        let http =
            reqwest::Client::builder().no_proxy().timeout(DEADLINE).build().expect("a client");
        let url = format!("{}/api/v1/articles", server.base);
        let token = client.token.expect("a token");
        let before = memory(&server, "VmRSS");
        for shape in shapes() {
            let send = || {
                let request = http.post(&url).bearer_auth(&token).body(shape.clone());
                request.header("content-type", "application/json").send()
            };
            let answers = futures_util::future::join_all((0..AT_ONCE).map(|_| send())).await;
            for answer in answers {
                let status = answer.expect("an answer").status().as_u16();
                assert!([400, 422].contains(&status), "{status}: {}", &shape[..40]);
            }
            let added = memory(&server, "VmHWM").saturating_sub(before);
            assert!(added < MOST_KIB, "{added} KiB at {}", &shape[..40]);
        }
    });
}
