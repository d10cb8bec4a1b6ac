//! The command line: migrations back and forth, settings without secrets, and the document.

use super::client::{Client, block_on};
use super::database::{Backend, Database};
use super::program::{PASSWORD, PROGRAM, Server, backends, command, maqal, run, said};

fn applied(database: &Database) -> (usize, usize) {
    let output = run(maqal(database, &["migrate", "status"]));
    assert!(output.status.success(), "{}", said(&output));
    let lines = String::from_utf8(output.stdout).expect("text");
    let count = |word: &str| lines.lines().filter(|line| line.starts_with(word)).count();
    assert_eq!(count("applied") + count("pending"), lines.lines().count(), "{lines}");
    (count("applied"), count("pending"))
}

#[test]
fn migrations_go_down_to_nothing_and_up_again() {
    for backend in backends() {
        let database = Database::empty(backend);
        assert!(run(maqal(&database, &["migrate", "up"])).status.success());
        let (all, _) = applied(&database);
        assert!(all > 0, "{backend}");
        let asked = run(maqal(&database, &["migrate", "down"]));
        assert_eq!(asked.status.code(), Some(2), "{backend}: {}", said(&asked));
        assert!(said(&asked).contains("--yes"), "{backend}: {}", said(&asked));
        assert_eq!(applied(&database), (all, 0), "{backend}: not without --yes");
        for taken in 1..=all {
            let down = run(maqal(&database, &["migrate", "down", "--yes"]));
            assert!(down.status.success(), "{backend}: {}", said(&down));
            assert_eq!(applied(&database), (all - taken, taken), "{backend}");
        }
        for args in [&["migrate", "down"][..], &["migrate", "down", "--yes"]] {
            let beyond = run(maqal(&database, args));
            assert_eq!(beyond.status.code(), Some(1), "{backend}: {}", said(&beyond));
        }
        let up = run(maqal(&database, &["migrate", "up"]));
        assert!(up.status.success(), "{backend}: {}", said(&up));
        assert_eq!(applied(&database), (all, 0), "{backend}");
        let server = Server::start(&database);
        block_on(async {
            let client = Client::signed_in(&server).await;
            client.write("خبر بعد العودة").await.expect(201);
        });
    }
}

#[test]
fn config_shows_everything_but_secrets() {
    let database = Database::empty(Backend::Sqlite);
    for url in [
        "postgres://noor:geheim@db.example/news?sslmode=verify-full",
        "postgres://noor:ge%68eim@db.example/news",
        "postgres://noor@db.example/news?password=geheim&sslmode=require",
        "postgres:///news?user=noor&host=db.example&passw%6frd=geheim",
    ] {
        let mut config = maqal(&database, &["config"]);
        config.env("DATABASE_URL", url).env("MAQAL_SITE_URL", "https://news.example/{slug}");
        let output = run(config);
        let said = said(&output);
        assert!(output.status.success(), "{url}: {said}");
        for shown in ["noor", "db.example", "/news", "https://news.example/{slug}", "(hidden)"] {
            assert!(said.contains(shown), "{url}: {shown:?} is not in {said}");
        }
        assert!(!said.contains("eim") && !said.contains(PASSWORD), "{url}: a secret in {said}");
    }
}

#[test]
fn the_document_is_printed_as_it_is_served() {
    let database = Database::empty(Backend::Sqlite);
    // Without settings and database, even with bad ones.
    let print = |format: &str| {
        let mut print = command(PROGRAM, database.keys().parent().expect("a folder"));
        print.args(["openapi", "--format", format]).env("DATABASE_URL", "nonsense");
        let output = run(print);
        assert!(output.status.success(), "{}", said(&output));
        String::from_utf8(output.stdout).expect("text")
    };
    let (yaml, json) = (print("yaml"), print("json"));
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let same: serde_json::Value = yaml_serde::from_str(&yaml).expect("YAML");
    assert_eq!(same, json);
    assert!(json["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")));
    let committed = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi/openapi.yaml");
    match std::fs::read_to_string(committed) {
        Ok(text) => assert!(text == yaml, "openapi/openapi.yaml is out of date"),
        Err(error) => eprintln!("!! openapi/openapi.yaml is not committed yet: {error}"),
    }
    let server = Server::start(&database);
    let served = block_on(async { Client::new(&server).get("/openapi.json").await.expect(200) });
    assert_eq!(served, json);
}
