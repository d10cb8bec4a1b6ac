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
        "sqlite:geheim.db",
        "sqlite:/geheim.db",
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
        &["postgres://maqal@127.0.0.1:1/x (DATABASE_URL): database unavailable", "refused"],
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
    assert_fails(serve(folder.path(), &url), 1, &["notes.db", "DATABASE_URL", "not a database"]);
    let text = output_text(&run(serve(folder.path(), &url)));
    assert!(!text.contains("unavailable"), "{text}");
    assert_eq!(std::fs::read_to_string(&file).expect("the file"), notes);
}

#[test]
fn all_invalid_settings_are_named_together() {
    let folder = tempfile::tempdir().expect("a folder");
    let bad = [
        ("MAQAL_BIND", "localhost"),
        ("MAQAL_METRICS_BIND", "9090"),
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
fn used_port_fails_the_start_before_anything_is_created() {
    let database = Database::empty(Backend::Sqlite);
    let server = Server::start(&database);
    let address = server.base.trim_start_matches("http://");
    let folder = tempfile::tempdir().expect("a folder");
    for args in [&["serve"][..], &["--demo"], &["serve", "--demo", "--bind", address]] {
        let mut second = command(PROGRAM, folder.path());
        second.args(args).env("MAQAL_BIND", address);
        assert_fails(second, 1, &["in use", address, "--bind", "MAQAL_BIND"]);
        assert_empty(folder.path());
    }
}

#[test]
fn option_and_variable_of_the_address_have_one_error() {
    let folder = tempfile::tempdir().expect("a folder");
    for address in ["8080", "localhost:8080", "127.0.0.1", "127.0.0.1:99999", "[::1:8080"] {
        let mut option = serve(folder.path(), "sqlite://test.db");
        option.args(["--bind", address]);
        let mut variable = serve(folder.path(), "sqlite://test.db");
        variable.env("MAQAL_BIND", address);
        let expected = "must be an IP address and a port, such as 127.0.0.1:8080 or [::]:8080";
        assert_fails(option, 2, &["--bind", address, expected]);
        assert_fails(variable, 2, &["MAQAL_BIND", address, expected]);
    }
    assert_empty(folder.path());
}

#[test]
fn metrics_with_a_listener_of_their_own_are_nowhere_else() {
    let database = Database::empty(Backend::Sqlite);
    let mut serve = super::program::maqal(&database, &["serve"]);
    serve.env("MAQAL_METRICS_BIND", "127.0.0.1:0");
    let (server, metrics) = Server::spawn(serve).ready_with_metrics();
    let fetch = |method: &str, url: &str| {
        let client = reqwest::Client::builder().no_proxy().build().expect("a client");
        let method = reqwest::Method::from_bytes(method.as_bytes()).expect("a method");
        super::client::block_on(async {
            let answer = client.request(method, url).send().await.expect("an answer");
            (answer.status().as_u16(), answer.text().await.expect("text"))
        })
    };
    for method in ["GET", "HEAD", "POST", "OPTIONS"] {
        assert_eq!(fetch(method, &format!("{}/metrics", server.base)).0, 404, "{method}");
    }
    let document = fetch("GET", &format!("{}/openapi.json", server.base));
    assert!(document.0 == 200 && !document.1.contains("\"/metrics\""));
    let (status, text) = fetch("GET", &format!("{metrics}/metrics"));
    assert_eq!(status, 200, "{text}");
    assert!(text.contains("route=\"/openapi.json\""), "all listeners have one count: {text}");
    assert_eq!(fetch("HEAD", &format!("{metrics}/metrics")), (200, String::new()));
    for path in ["/", "/api/v1/articles", "/health/live", "/metrics/x", "/openapi.json"] {
        let (status, text) = fetch("GET", &format!("{metrics}{path}"));
        assert_eq!(status, 404, "{path}");
        assert!(text.contains("\"code\":\"not_found\""), "{path}: {text}");
    }
    let address = metrics.trim_start_matches("http://");
    let folder = tempfile::tempdir().expect("a folder");
    let mut second = self::serve(folder.path(), "sqlite://test.db");
    second.env("MAQAL_METRICS_BIND", address);
    assert_fails(second, 1, &["in use", address, "MAQAL_METRICS_BIND"]);
    let mut same = self::serve(folder.path(), "sqlite://test.db");
    same.env("MAQAL_BIND", "127.0.0.1:18080").env("MAQAL_METRICS_BIND", "127.0.0.1:18080");
    assert_fails(same, 2, &["MAQAL_METRICS_BIND", "another address or port than MAQAL_BIND"]);
    assert_empty(folder.path());
}

#[test]
fn unknown_settings_are_warned_of_at_start() {
    let database = Database::empty(Backend::Sqlite);
    let folder = database.keys().parent().expect("a folder").to_owned();
    std::fs::write(folder.join(".env"), "MAQAL_CORS_ORIGIN=https://x.example\nOTHER=1\n")
        .expect("a file");
    let log = folder.join("log");
    let mut serve = super::program::maqal(&database, &["serve"]);
    serve.env("MAQAL_LOG", "warn").env("MAQAL_BIMD", "127.0.0.1:1").env("MAQAL_ZZZ", "1");
    serve.stderr(std::fs::File::create(&log).expect("a file"));
    let server = Server::spawn(serve).ready();
    let log = std::fs::read_to_string(&log).expect("the log");
    for words in [
        "MAQAL_BIMD is not a setting and has no effect; did you mean MAQAL_BIND?",
        "MAQAL_CORS_ORIGIN is not a setting and has no effect; did you mean MAQAL_CORS_ORIGINS?",
        "MAQAL_ZZZ is not a setting and has no effect; `maqal --help` lists the settings",
    ] {
        assert!(log.contains(words), "{words:?} is not in {log}");
    }
    assert_eq!(log.lines().count(), 3, "{log}");
    drop(server);

    let mut config = super::program::maqal(&database, &["config"]);
    config.env("MAQAL_PUBLIC_URI", "https://api.example");
    let text = output_text(&run(config));
    assert!(text.contains("did you mean MAQAL_PUBLIC_URL?"), "{text}");
}

#[cfg(unix)]
#[test]
fn new_database_is_private_whatever_the_umask() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("new").join("news.db");
    let mut shell = command("sh", folder.path());
    settle(&mut shell, &format!("sqlite://{}", file.display()), &folder.path().join("keys"));
    shell.args(["-c", "umask 0; exec \"$0\" serve", PROGRAM]);
    let server = Server::spawn(shell).ready();
    let mode = |path: &Path| path.metadata().expect("it exists").permissions().mode() & 0o777;
    assert_eq!(mode(&folder.path().join("new")), 0o700);
    for end in ["", "-wal", "-shm"] {
        let path = folder.path().join("new").join(format!("news.db{end}"));
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
    drop(server);
}
