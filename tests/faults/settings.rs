//! Settings that can't be right, and databases that aren't there: the program ends, says why, and
//! leaves nothing behind. (A mistyped PostgreSQL URL once became a SQLite file of that name.)

use std::path::Path;
use std::process::Command;

use super::database::{Backend, Database};
use super::postgres;
use super::program::{PASSWORD, PROGRAM, Server, backends, command, run, said, settle};

/// Ends with the status, and says all of it.
#[track_caller]
fn assert_fails(command: Command, code: i32, words: &[&str]) {
    let output = run(command);
    let said = said(&output);
    assert_eq!(output.status.code(), Some(code), "{said}");
    for word in words {
        assert!(said.contains(word), "{said:?} says nothing of {word:?}");
    }
    assert!(!said.contains("panicked"), "{said}");
    assert!(!said.contains(PASSWORD), "{said} tells the password");
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
fn a_mistyped_database_url_is_no_file_name() {
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
        let said = said(&output);
        assert_eq!(output.status.code(), Some(2), "{url}: {said}");
        assert!(said.contains("DATABASE_URL"), "{url}: {said}");
        assert!(!said.contains("geheim"), "{url}: the password is told: {said}");
        assert_empty(folder.path());
    }
}

#[test]
fn a_database_server_that_is_not_there_ends_the_start_and_says_why() {
    let folder = tempfile::tempdir().expect("a folder");
    // Port 1 is nobody's; the name is reserved to be nobody's.
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
fn a_database_that_the_server_does_not_have_is_named() {
    if !backends().contains(&Backend::Postgres) {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let url = postgres::url().expect("a server").replace("/postgres", "/no_such_database");
    assert_fails(serve(folder.path(), &url), 1, &["no_such_database", "does not exist"]);
    assert_empty(folder.path());
}

#[test]
fn a_file_that_is_no_database_is_refused_and_left_as_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("notes.db");
    let notes = "ملاحظات ".repeat(1000);
    std::fs::write(&file, &notes).expect("a file");
    let url = format!("sqlite://{}", file.display());
    assert_fails(serve(folder.path(), &url), 1, &["notes.db", "not a database"]);
    assert_eq!(std::fs::read_to_string(&file).expect("the file"), notes);
}

#[test]
fn a_bad_setting_is_named_and_all_of_them_at_once() {
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
        ("MAQAL_SHUTDOWN_SECONDS", "soon"),
    ];
    let mut all = serve(folder.path(), "sqlite://test.db");
    for (name, value) in bad {
        let mut one = serve(folder.path(), "sqlite://test.db");
        one.env(name, value);
        assert_fails(one, 2, &[name]);
        all.env(name, value);
    }
    // An address that is none hides nothing else; a password can only be judged beside a good one.
    let names = bad.map(|(name, _)| name);
    let names: Vec<_> = names.into_iter().filter(|name| *name != "MAQAL_ADMIN_PASSWORD").collect();
    assert_fails(all, 2, &names);
    assert_empty(folder.path());
}

#[test]
fn a_port_that_is_taken_ends_the_start_and_is_named() {
    let database = Database::empty(Backend::Sqlite);
    let server = Server::start(&database);
    let address = server.base.trim_start_matches("http://");
    let mut second = super::program::maqal(&database, &["serve"]);
    second.env("MAQAL_BIND", address);
    assert_fails(second, 1, &["in use", address]);
}
