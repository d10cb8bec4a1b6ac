//! The lines that the program prints from its start to its end.

use std::fs::File;

use serde_json::{Value, json};

use super::client::{Client, block_on};
use super::database::{Backend, Database};
use super::program::{Server, maqal};

/// Everything on standard error while a server starts, refuses one request and stops.
fn log_of_a_run(setting: &str) -> String {
    let database = Database::empty(Backend::Sqlite);
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("log");
    let mut serve = maqal(&database, &["serve"]);
    serve.env("MAQAL_LOG", setting).stderr(File::create(&file).expect("a file"));
    let mut server = Server::spawn(serve).ready();
    let answer = block_on(async { Client::new(&server).get("/api/v1/articles/7").await });
    answer.expect(404);
    server.terminate();
    assert_eq!(server.wait().code(), Some(0));
    std::fs::read_to_string(&file).expect("the log")
}

#[test]
fn text_log_in_a_pipe_has_no_colours_and_no_lines_of_libraries() {
    let log = log_of_a_run("text");
    assert!(log.contains("answered"), "{log}");
    assert!(!log.contains('\u{1b}'), "{log}");
    for line in log.lines() {
        assert!(line.contains(" maqal::"), "not a line of ours: {line}");
    }
}

#[test]
fn json_log_is_an_object_a_line_and_has_no_lines_of_libraries() {
    let log = log_of_a_run("json");
    assert!(log.contains("answered"), "{log}");
    for line in log.lines() {
        let line: Value = serde_json::from_str(line).expect("an object");
        let target = line["target"].as_str().expect("a target");
        assert!(target.starts_with("maqal"), "not a line of ours: {line}");
    }
}

#[test]
fn actix_lines_are_there_when_asked_for() {
    assert!(log_of_a_run("text,info,actix_server=info").contains("actix_server"));
}

/// The domain events in the log of a server on which a comment is posted and approved.
fn events_of_a_comment() -> Vec<Value> {
    let database = Database::empty(Backend::Sqlite);
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("log");
    let mut serve = maqal(&database, &["serve"]);
    serve.env("MAQAL_LOG", "json").stderr(File::create(&file).expect("a file"));
    let mut server = Server::spawn(serve).ready();
    block_on(async {
        let editor = Client::signed_in(&server).await;
        editor.write("خبر").await.expect(201);
        editor.post("/api/v1/articles/1/publish", None, &json!({})).await.expect(200);
        let comment = json!({
            "author_name": "سالم", "author_email": "salem@reader.example", "body": "شكرًا"
        });
        let reader = Client::new(&server);
        reader.post("/api/v1/articles/1/comments", None, &comment).await.expect(202);
        let approve = json!({ "ids": [1], "status": "approved" });
        editor.post("/api/v1/comments/bulk", None, &approve).await.expect(200);
    });
    server.terminate();
    assert_eq!(server.wait().code(), Some(0));
    let log = std::fs::read_to_string(&file).expect("the log");
    let lines = log.lines().map(|line| serde_json::from_str::<Value>(line).expect("an object"));
    lines.filter(|line| line["message"] == "domain event").collect()
}

#[test]
fn json_log_has_the_fields_of_an_event() {
    let events = events_of_a_comment();
    let [held, moderated] = &events[..] else { panic!("two events: {events:?}") };
    for event in [held, moderated] {
        assert_eq!((&event["article"], &event["comment"]), (&json!(1), &json!(1)), "{event}");
        assert!(event.get("mention").is_none() && event.get("details").is_none(), "{event}");
    }
    assert_eq!(held["event"], "comment_held");
    assert_eq!(held["reason"], "first_time");
    assert_eq!(moderated["event"], "comment_moderated");
    assert_eq!((&moderated["from"], &moderated["to"]), (&json!("pending"), &json!("approved")));
}
