//! Invalid settings and unavailable databases: the program exits, names the reason, and leaves no
//! files. (A mistyped PostgreSQL URL once became the name of a SQLite file.)

use std::path::Path;
use std::process::Command;

use super::database::{Backend, Database};
use super::postgres;
use super::program::{PASSWORD, PROGRAM, Server, backends, command, output_text, run, settle};

/// Asserts the exit status and that the output has all words.
#[track_caller]
fn assert_fails(command: Command, code: i32, words: &[&str]) {
    let output = run(command);
    let text = output_text(&output);
    assert_eq!(output.status.code(), Some(code), "{text}");
    for word in words {
        assert!(text.contains(word), "{text:?} says nothing of {word:?}");
    }
    assert!(!text.contains("panicked"), "{text}");
    assert!(!text.contains(PASSWORD), "{text} tells the password");
}

fn serve(folder: &Path, url: &str) -> Command {
    let mut command = command(PROGRAM, folder);
    settle(&mut command, url, &folder.join("keys"));
    command.arg("serve");
    command
}

#[track_caller]
fn assert_empty(folder: &Path) {
    let left: Vec<_> = std::fs::read_dir(folder).expect("the folder").collect();
    assert!(left.is_empty(), "left behind: {left:?}");
}

#[test]
fn mistyped_database_url_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    for url in [
        "postgress://maqal:geheim@localhost/news",
        "postgres:/maqal:geheim@localhost/news",
        "postgres:maqal:geheim@localhost",
        "Sqlite://data/geheim.db",
        "mysql://maqal:geheim@localhost/news",
        "data/geheim.db",
        "postgres://maqal:geheim@localhost:notaport/news",
        "postgres://maqal:geheim@localhost/news?sslmode=verify_full",
        "postgres://maqal:geheim@localhost/news?no_such_setting=1",
        "sqlite://",
        "sqlite://:memory:",
    ] {
        let output = run(serve(folder.path(), url));
        let text = output_text(&output);
        assert_eq!(output.status.code(), Some(2), "{url}: {text}");
        assert!(text.contains("DATABASE_URL"), "{url}: {text}");
        assert!(!text.contains("geheim"), "{url}: the password is told: {text}");
        assert_empty(folder.path());
    }
}

#[test]
fn unreachable_database_server_fails_the_start_with_the_reason() {
    let folder = tempfile::tempdir().expect("a folder");
    // Port 1 is unused, and `.invalid` never resolves.
    assert_fails(
        serve(folder.path(), "postgres://maqal@127.0.0.1:1/x"),
        1,
        &["database", "refused"],
    );
    assert_fails(serve(folder.path(), "postgres://maqal@nowhere.invalid/x"), 1, &["database"]);
    let socket = folder.path().display().to_string().replace('/', "%2F");
    let socket = format!("postgres://maqal@{socket}/x");
    assert_fails(serve(folder.path(), &socket), 1, &["database", "No such file"]);
    assert_empty(folder.path());
}

#[test]
fn missing_database_is_named_in_the_error() {
    if !backends().contains(&Backend::Postgres) {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let url = postgres::url().expect("a server").replace("/postgres", "/no_such_database");
    assert_fails(serve(folder.path(), &url), 1, &["no_such_database", "does not exist"]);
    assert_empty(folder.path());
}

#[test]
fn file_that_is_no_database_is_refused_and_unchanged() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("notes.db");
    let notes = "ملاحظات ".repeat(1000);
    std::fs::write(&file, &notes).expect("a file");
    let url = format!("sqlite://{}", file.display());
    assert_fails(serve(folder.path(), &url), 1, &["notes.db", "not a database"]);
    assert_eq!(std::fs::read_to_string(&file).expect("the file"), notes);
}

#[test]
fn all_invalid_settings_are_named_together() {
    let folder = tempfile::tempdir().expect("a folder");
    let bad = [
        ("MAQAL_BIND", "localhost"),
        ("MAQAL_PUBLIC_URL", "news.example"),
        ("MAQAL_ADMIN_EMAIL", "nobody"),
        ("MAQAL_ADMIN_PASSWORD", "short"),
        ("MAQAL_CORS_ORIGINS", "https://news.example/path"),
        ("MAQAL_TRUSTED_PROXIES", "10.0.0.0/99"),
        ("MAQAL_LOG", "yaml,=="),
        ("MAQAL_WORKERS", "0"),
        ("MAQAL_POOL_SIZE", "-1"),
        ("MAQAL_SQLITE_SYNC", "off"),
        ("MAQAL_MAX_BODY", "1 pint"),
        ("MAQAL_WORDS_PER_MINUTE", "ar=0"),
        ("MAQAL_EMBED_HOSTS", "youtube"),
        ("MAQAL_SHUTDOWN_SECONDS", "soon"),
    ];
    let mut all = serve(folder.path(), "sqlite://test.db");
    for (name, value) in bad {
        let mut one = serve(folder.path(), "sqlite://test.db");
        one.env(name, value);
        assert_fails(one, 2, &[name]);
        all.env(name, value);
    }
    // The password is only checked with a valid email address.
    let names = bad.map(|(name, _)| name);
    let names: Vec<_> = names.into_iter().filter(|name| *name != "MAQAL_ADMIN_PASSWORD").collect();
    assert_fails(all, 2, &names);
    assert_empty(folder.path());
}

#[test]
fn used_port_fails_the_start_and_is_named() {
    let database = Database::empty(Backend::Sqlite);
    let server = Server::start(&database);
    let address = server.base.trim_start_matches("http://");
    let mut second = super::program::maqal(&database, &["serve"]);
    second.env("MAQAL_BIND", address);
    assert_fails(second, 1, &["in use", address]);
}
