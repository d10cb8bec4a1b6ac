//! The command line: migrations, the settings without secrets, the OpenAPI document, and help.

use super::client::{Client, block_on};
use super::database::{Backend, Database};
use super::program::{PASSWORD, PROGRAM, Server, backends, command, maqal, output_text, run};

fn applied(database: &Database) -> (usize, usize) {
    let output = run(maqal(database, &["migrate", "status"]));
    assert!(output.status.success(), "{}", output_text(&output));
    let lines = String::from_utf8(output.stdout).expect("text");
    let count = |word: &str| lines.lines().filter(|line| line.starts_with(word)).count();
    assert_eq!(count("applied") + count("pending"), lines.lines().count(), "{lines}");
    (count("applied"), count("pending"))
}

#[test]
fn migrations_go_down_to_an_empty_schema_and_up_again() {
    for backend in backends() {
        let database = Database::empty(backend);
        assert!(run(maqal(&database, &["migrate", "up"])).status.success());
        let (all, _) = applied(&database);
        assert!(all > 0, "{backend}");
        let asked = run(maqal(&database, &["migrate", "down"]));
        assert_eq!(asked.status.code(), Some(2), "{backend}: {}", output_text(&asked));
        assert!(output_text(&asked).contains("--yes"), "{backend}: {}", output_text(&asked));
        assert_eq!(applied(&database), (all, 0), "{backend}: not without --yes");
        for taken in 1..=all {
            let down = run(maqal(&database, &["migrate", "down", "--yes"]));
            assert!(down.status.success(), "{backend}: {}", output_text(&down));
            assert_eq!(applied(&database), (all - taken, taken), "{backend}");
        }
        for args in [&["migrate", "down"][..], &["migrate", "down", "--yes"]] {
            let beyond = run(maqal(&database, args));
            assert_eq!(beyond.status.code(), Some(1), "{backend}: {}", output_text(&beyond));
        }
        let up = run(maqal(&database, &["migrate", "up"]));
        assert!(up.status.success(), "{backend}: {}", output_text(&up));
        assert_eq!(applied(&database), (all, 0), "{backend}");
        let server = Server::start(&database);
        block_on(async {
            let client = Client::signed_in(&server).await;
            client.write("خبر بعد العودة").await.expect(201);
        });
    }
}

#[test]
fn config_command_hides_secrets() {
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
        let text = output_text(&output);
        assert!(output.status.success(), "{url}: {text}");
        for shown in ["noor", "db.example", "/news", "https://news.example/{slug}", "(hidden)"] {
            assert!(text.contains(shown), "{url}: {shown:?} is not in {text}");
        }
        assert!(!text.contains("eim") && !text.contains(PASSWORD), "{url}: a secret in {text}");
    }
}

#[test]
fn openapi_command_prints_the_served_document() {
    let database = Database::empty(Backend::Sqlite);
    // The command works without a database, even with an invalid setting.
    let print = |format: &str| {
        let mut print = command(PROGRAM, database.keys().parent().expect("a folder"));
        print.args(["openapi", "--format", format]).env("DATABASE_URL", "nonsense");
        let output = run(print);
        assert!(output.status.success(), "{}", output_text(&output));
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

/// The names of the commands that a help text lists.
fn commands(help: &str) -> Vec<String> {
    let lines = help.lines().skip_while(|line| !line.starts_with("Commands")).skip(1);
    let entries = lines.take_while(|line| line.starts_with("  "));
    // Names are indented by two columns, continuation lines by more.
    let names = entries.filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    names.filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

#[test]
fn help_of_every_command_matches_its_snapshot() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut texts = String::new();
    // A stack: each command comes before its own commands.
    let mut paths = vec![Vec::<String>::new()];
    while let Some(path) = paths.pop() {
        let mut help = command(PROGRAM, folder.path());
        help.args(&path).arg("--help").env("COLUMNS", "100");
        let output = run(help);
        assert!(output.status.success(), "{}", output_text(&output));
        let text = String::from_utf8(output.stdout).expect("text");
        texts +=
            &format!("$ maqal {}\n{text}\n", [&path[..], &["--help".into()]].concat().join(" "));
        let inner = commands(&text).into_iter().rev();
        paths.extend(inner.map(|name| [&path[..], &[name]].concat()));
    }
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("help", texts));
}
