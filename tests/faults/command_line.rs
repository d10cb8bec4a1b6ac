//! The command line: migrations, the settings without secrets, the OpenAPI document, and help.

use super::client::{Client, block_on};
use super::database::{Backend, Database};
use super::program::{
    EMAIL, PASSWORD, PROGRAM, Server, backends, command, maqal, output_text, run,
};

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

#[test]
fn commands_without_a_database_name_it_and_create_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    for args in [
        &["user", "list"][..],
        &["user", "suspend", EMAIL],
        &["user", "password", EMAIL, "--generate"],
        &["reindex"],
        &["demo"],
        &["migrate", "down"],
        &["migrate", "down", "--yes"],
        &["keys", "list"],
    ] {
        let mut refused = command(PROGRAM, folder.path());
        refused.args(args);
        let output = run(refused);
        let text = output_text(&output);
        assert_eq!(output.status.code(), Some(1), "{args:?}: {text}");
        let named = if args[0] == "keys" { "data/keys" } else { "sqlite://data/maqal.db" };
        assert!(text.contains(named), "{args:?}: {text}");
    }
    let mut status = command(PROGRAM, folder.path());
    status.args(["migrate", "status"]);
    let output = run(status);
    let text = output_text(&output);
    assert!(output.status.success(), "{text}");
    for words in ["pending", "sqlite://data/maqal.db", "no tables of Maqal"] {
        assert!(text.contains(words), "{words:?} is not in {text}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).expect("the folder").count(), 0);
}

#[test]
fn empty_postgres_database_stays_empty() {
    if !backends().contains(&Backend::Postgres) {
        return;
    }
    let database = Database::empty(Backend::Postgres);
    for (args, code) in [(&["user", "list"][..], 1), (&["reindex"], 1), (&["demo"], 1)] {
        let output = run(maqal(&database, args));
        assert_eq!(output.status.code(), Some(code), "{args:?}: {}", output_text(&output));
        assert!(output_text(&output).contains("postgres://"), "{}", output_text(&output));
    }
    let (all, pending) = applied(&database);
    assert!(all == 0 && pending > 0);
    // A table of this name can be created, so there is none.
    database.run("CREATE TABLE __diesel_schema_migrations (version text)");
}

#[test]
fn user_commands_name_the_database() {
    for backend in backends() {
        let database = Database::empty(backend);
        let create = ["user", "create", "lina@news.example", "--role", "editor", "--generate"];
        for args in [&create[..], &["user", "list"], &["reindex"], &["migrate", "status"]] {
            let output = run(maqal(&database, args));
            let text = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(output.status.success(), "{args:?}: {text}");
            assert!(text.contains(&format!("database: {backend}")), "{args:?}: {text}");
        }
    }
}

#[test]
fn password_is_missing_on_empty_standard_input() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut create = command(PROGRAM, folder.path());
    create.args(["user", "create", "lina@news.example", "--role", "editor"]);
    let output = run(create);
    assert_eq!(output.status.code(), Some(2));
    let text = output_text(&output);
    assert!(text.contains("no password on standard input; use --generate"), "{text}");
    assert_eq!(std::fs::read_dir(folder.path()).expect("the folder").count(), 0);
}

#[test]
fn invalid_arguments_are_explained() {
    let folder = tempfile::tempdir().expect("a folder");
    let hours = "must be a whole number from 2 to 8760";
    let email = "must be an email address, such as admin@news.example";
    for (args, words) in [
        (&["keys", "rotate", "--keep", "x"][..], hours),
        (&["keys", "rotate", "--keep", "1"], hours),
        (&["keys", "rotate", "--keep=-3"], hours),
        (&["keys", "rotate", "--keep", "99999999999"], hours),
        (&["user", "create", "lina", "--role", "editor"], email),
        (&["user", "password", "@"], email),
    ] {
        let mut refused = command(PROGRAM, folder.path());
        refused.args(args);
        let output = run(refused);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        let text = output_text(&output);
        assert!(text.contains(words), "{args:?}: {text}");
    }
}

#[test]
fn help_command_prints_the_help() {
    let folder = tempfile::tempdir().expect("a folder");
    let help = |args: &[&str]| {
        let mut help = command(PROGRAM, folder.path());
        help.args(args);
        let output = run(help);
        assert!(output.status.success(), "{}", output_text(&output));
        output_text(&output)
    };
    assert_eq!(help(&["help"]), help(&["--help"]));
    assert_eq!(help(&["help", "serve"]), help(&["serve", "--help"]));
    assert_eq!(help(&["help", "user", "create"]), help(&["user", "create", "--help"]));
}

#[test]
fn start_without_a_user_names_the_command_that_makes_one() {
    for backend in backends() {
        let database = Database::empty(backend);
        let start = || {
            let mut serve = maqal(&database, &["serve"]);
            serve.env_remove("MAQAL_ADMIN_EMAIL").env_remove("MAQAL_ADMIN_PASSWORD");
            let (server, lines) = Server::spawn(serve).ready_with_output();
            drop(server);
            lines.concat()
        };
        let words = "No user yet: maqal user create EMAIL --role admin";
        let text = start();
        assert!(text.contains(words), "{backend}: {text}");
        let create = ["user", "create", "lina@news.example", "--role", "admin", "--generate"];
        assert!(run(maqal(&database, &create)).status.success(), "{backend}");
        let text = start();
        assert!(!text.contains(words), "{backend}: {text}");
    }
}

/// The names of the commands that a help text lists.
fn commands(help: &str) -> Vec<String> {
    let lines = help.lines().skip_while(|line| !line.starts_with("Commands")).skip(1);
    let entries = lines.take_while(|line| line.starts_with("  "));
    // Names are indented by two columns, continuation lines by more.
    let names = entries.filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    // The help of the command `help` is the same everywhere.
    names.filter(|name| !name.is_empty() && *name != "help").map(str::to_owned).collect()
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
