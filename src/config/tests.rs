//! Tests of the settings.

use std::cell::RefCell;
use std::collections::BTreeSet;

use super::variables::{VARIABLES, env_example};
use super::*;
use crate::text::count::ReadingSpeed;

fn config(vars: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let lookup = |name: &str| {
        vars.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned())
    };
    Config::from_vars(lookup, false)
}

fn problems(vars: &[(&str, &str)]) -> Vec<Problem> {
    match config(vars) {
        Err(ConfigError::Invalid(problems)) => problems,
        other => panic!("{other:?}"),
    }
}

#[test]
fn no_variables_give_the_defaults() {
    let config = config(&[]).unwrap();
    assert_eq!(config.database.url, DbUrl::Sqlite("data/maqal.db".into()));
    assert!(config.database.sqlite_full_sync);
    assert_eq!(config.jwt_keys, Path::new("data/keys"));
    assert_eq!(config.public_url.as_str(), "http://127.0.0.1:8080/");
    assert_eq!(
        config.log,
        LogConfig { format: LogFormat::Text, filter: "info,actix_server=warn".into() }
    );
    assert_eq!(config.max_body_bytes, 1_048_576);
    assert_eq!(config.cors_origins, CorsOrigins::Any);
    assert_eq!(config.reading_speed, ReadingSpeed::default());
    assert_eq!((config.admin, config.site_url), (None, None));
}

#[test]
fn variables_are_parsed() {
    let config = config(&[
        ("DATABASE_URL", "sqlite://maqal.db"),
        ("MAQAL_BIND", "0.0.0.0:3000"),
        ("MAQAL_PUBLIC_URL", "  "),
        ("MAQAL_SITE_URL", "https://news.example/{slug}"),
        ("MAQAL_ADMIN_EMAIL", "Noor@News.Example"),
        ("MAQAL_ADMIN_PASSWORD", " nine small boats "),
        ("MAQAL_CORS_ORIGINS", "https://NEWS.example/, http://localhost:3000"),
        ("MAQAL_TRUSTED_PROXIES", "127.0.0.1, 10.0.0.0/8,::1"),
        ("MAQAL_LOG", "json,debug,hyper=warn"),
        ("MAQAL_MAX_BODY", "512 KiB"),
        ("MAQAL_WORDS_PER_MINUTE", "ar=180"),
    ])
    .unwrap();
    assert_eq!(config.jwt_keys, Path::new("keys"));
    assert_eq!(config.public_url.as_str(), "http://127.0.0.1:3000/");
    assert_eq!(config.site_url.as_deref(), Some("https://news.example/{slug}"));
    let admin = config.admin.unwrap();
    assert_eq!(admin.email, "noor@news.example");
    assert_eq!(admin.password, " nine small boats ");
    let origins = ["https://news.example", "http://localhost:3000"].map(String::from);
    assert_eq!(config.cors_origins, CorsOrigins::List(origins.into()));
    let proxies: Vec<_> = config.trusted_proxies.iter().map(ToString::to_string).collect();
    assert_eq!(proxies, ["127.0.0.1/32", "10.0.0.0/8", "::1/128"]);
    assert_eq!(config.log.filter, "debug,hyper=warn");
    assert_eq!(config.max_body_bytes, 524_288);
    assert_eq!(config.reading_speed, ReadingSpeed { arabic: 180, other: 238 });
}

#[test]
fn invalid_values_are_all_reported() {
    let bad = [
        ("DATABASE_URL", "mysql://user:hunter2@host/db"),
        ("MAQAL_BIND", "8080"),
        ("MAQAL_PUBLIC_URL", "ftp://api.news.example"),
        ("MAQAL_SITE_URL", "https://{slug}.news.example/"),
        ("MAQAL_ADMIN_PASSWORD", "hunter2"),
        ("MAQAL_CORS_ORIGINS", "https://news.example/blog"),
        ("MAQAL_TRUSTED_PROXIES", "10.0.0.0/33"),
        ("MAQAL_LOG", "verbose"),
        ("MAQAL_WORKERS", "0"),
        ("MAQAL_POOL_SIZE", "many"),
        ("MAQAL_SQLITE_SYNC", "off"),
        ("MAQAL_MAX_BODY", "1GB"),
        ("MAQAL_WORDS_PER_MINUTE", "ar:150"),
        ("MAQAL_SHUTDOWN_SECONDS", "-1"),
    ];
    let with_admin = [&bad[..], &[("MAQAL_ADMIN_EMAIL", "admin@news.example")]].concat();
    let named: BTreeSet<_> = problems(&with_admin).iter().map(|problem| problem.name).collect();
    assert_eq!(named, bad.iter().map(|(name, _)| *name).collect());

    let text = config(&with_admin).unwrap_err().to_string();
    assert!(text.contains(r#"MAQAL_BIND="8080": must be an IP address and a port"#), "{text}");
    assert!(!text.contains("hunter2"), "{text}");
}

#[test]
fn an_invalid_value_is_reported_once() {
    for (name, value) in [
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "postgres://host/db?sslmode=maybe"),
        ("MAQAL_PUBLIC_URL", "https://user:pw@api.example/"),
        ("MAQAL_PUBLIC_URL", "https://api.example/?a=b"),
        ("MAQAL_SITE_URL", "https://news.example/articles"),
        ("MAQAL_SITE_URL", "https://news.example/{lang}/{slug}"),
        ("MAQAL_SITE_URL", "news.example/{slug}"),
        ("MAQAL_CORS_ORIGINS", "*,https://news.example"),
        ("MAQAL_CORS_ORIGINS", "null"),
        ("MAQAL_JWT_KEYS", concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")),
        ("MAQAL_LOG", "info,json"),
        ("MAQAL_LOG", "info,maqal=loud"),
        ("MAQAL_MAX_BODY", "99999999999999999999MiB"),
        ("MAQAL_WORDS_PER_MINUTE", "fr=200"),
        ("MAQAL_EMBED_HOSTS", "youtube"),
        ("MAQAL_EMBED_HOSTS", "https://youtube.com"),
        ("MAQAL_EMBED_HOSTS", "youtube.com:8080"),
    ] {
        let found = problems(&[(name, value)]);
        assert_eq!(found.len(), 1, "{name}={value}");
        assert_eq!(found[0].name, name, "{value}");
    }
}

#[test]
fn urls_are_in_ascii() {
    let config = config(&[
        ("MAQAL_PUBLIC_URL", "https://أخبار.example/واجهة"),
        ("MAQAL_SITE_URL", "HTTPS://أخبار.example/مقالات/{slug}?س=1"),
        ("MAQAL_CORS_ORIGINS", "https://أخبار.example"),
        ("MAQAL_EMBED_HOSTS", "none"),
    ])
    .unwrap();
    let host = "https://xn--igbicxr.example";
    let path = "%D9%88%D8%A7%D8%AC%D9%87%D8%A9";
    assert_eq!(config.public_url.as_str(), format!("{host}/{path}/"));
    let site = format!("{host}/%D9%85%D9%82%D8%A7%D9%84%D8%A7%D8%AA/{{slug}}?%D8%B3=1");
    assert_eq!(config.site_url, Some(site));
    assert_eq!(config.cors_origins, CorsOrigins::List(vec![host.to_owned()]));
    assert_eq!(config.embed_hosts.to_string(), "none");
}

#[test]
fn admin_email_without_password_is_invalid() {
    let found = problems(&[("MAQAL_ADMIN_EMAIL", "admin@news.example")]);
    assert_eq!(found[0].name, "MAQAL_ADMIN_PASSWORD");
    let found = problems(&[("MAQAL_ADMIN_PASSWORD", "nine small boats")]);
    assert_eq!(found[0].name, "MAQAL_ADMIN_EMAIL");
    let found = problems(&[("MAQAL_ADMIN_EMAIL", "me"), ("MAQAL_ADMIN_PASSWORD", "nine boats")]);
    assert_eq!(found[0].name, "MAQAL_ADMIN_EMAIL");
}

#[test]
fn postgres_requires_a_key_folder() {
    let url = ("DATABASE_URL", "postgres://maqal:hunter2@db.example/maqal");
    assert_eq!(problems(&[url])[0].name, "MAQAL_JWT_KEYS");
    let config = config(&[url, ("MAQAL_JWT_KEYS", "/srv/keys")]).unwrap();
    assert_eq!(config.jwt_keys, Path::new("/srv/keys"));
}

#[test]
fn secrets_are_absent_from_debug_and_show() {
    let config = config(&[
        ("DATABASE_URL", "postgres://maqal:hunter2@db.example/maqal"),
        ("MAQAL_JWT_KEYS", "/srv/keys"),
        ("MAQAL_ADMIN_EMAIL", "admin@news.example"),
        ("MAQAL_ADMIN_PASSWORD", "nine small boats"),
    ])
    .unwrap();
    let shown: String = VARIABLES.iter().map(|variable| (variable.show)(&config)).collect();
    for text in [format!("{config:?}"), shown] {
        assert!(!text.contains("hunter2") && !text.contains("boats"), "{text}");
    }
}

#[test]
fn shown_values_parse_to_the_same_settings() {
    let before = config(&[("MAQAL_LOG", "json,warn,maqal=debug")]).unwrap();
    let shown: Vec<_> =
        VARIABLES.iter().map(|variable| (variable.name, (variable.show)(&before))).collect();
    let vars: Vec<_> = shown.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(format!("{:?}", config(&vars).unwrap()), format!("{before:?}"));
}

#[test]
fn the_table_lists_exactly_the_variables_read() {
    let read = RefCell::new(BTreeSet::new());
    let lookup = |name: &str| {
        read.borrow_mut().insert(name.to_owned());
        None
    };
    Config::from_vars(lookup, false).unwrap();
    let listed: BTreeSet<_> = VARIABLES.iter().map(|variable| variable.name.to_owned()).collect();
    assert_eq!(read.into_inner(), listed);
}

#[test]
fn env_example_matches_the_table() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/.env.example");
    let written = std::fs::read_to_string(path).unwrap();
    assert!(written == env_example(), "run: cargo run -- config --example > .env.example");

    // Its commented lines are valid in `.env` and equal the defaults.
    let active: String = written
        .lines()
        .filter_map(|line| line.strip_prefix('#').filter(|rest| !rest.starts_with([' ', '#'])))
        .fold(String::new(), |text, line| text + line + "\n");
    let vars = env::parse(active.as_bytes()).unwrap();
    assert_eq!(vars.len(), VARIABLES.len());
    let example = Config::from_vars(|name| vars.get(name).cloned(), false).unwrap();
    assert_eq!(format!("{example:?}"), format!("{:?}", config(&[]).unwrap()));
}

#[test]
fn env_file_syntax_error_hides_values() {
    let file = b"\xEF\xBB\xBFMAQAL_BIND=127.0.0.1:1\nMAQAL_ADMIN_PASSWORD=two words hunter2\n";
    let error = env::parse(file).unwrap_err().to_string();
    assert!(error.contains("next after MAQAL_BIND"), "{error}");
    assert!(!error.contains("hunter2"), "{error}");
}
