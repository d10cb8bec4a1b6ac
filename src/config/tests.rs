//! Tests of the settings.

use std::cell::RefCell;
use std::collections::BTreeSet;

use super::variables::{VARIABLES, env_example};
use super::*;
use crate::text::count::ReadingSpeed;
use crate::text::lang::Lang;

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
        LogConfig { format: LogFormat::Text, filter: "info".into(), hides_actix: true }
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
        ("MAQAL_SITE_ALIASES", " WWW.news.example , http://old.example:8080/,nws.example/{id}"),
        ("MAQAL_ADMIN_EMAIL", "Noor@News.Example"),
        ("MAQAL_ADMIN_PASSWORD", " nine small boats "),
        (
            "MAQAL_CORS_ORIGINS",
            "https://NEWS.example/, http://localhost:3000, https://*.News.example",
        ),
        ("MAQAL_TRUSTED_PROXIES", "127.0.0.1, 10.0.0.0/8,::1"),
        ("MAQAL_LOG", "json,debug,hyper=warn"),
        ("MAQAL_MAX_BODY", "512 KiB"),
        ("MAQAL_WORDS_PER_MINUTE", "ar=180, de=179,other=200"),
    ])
    .unwrap();
    assert_eq!(config.jwt_keys, Path::new("keys"));
    assert_eq!(config.public_url.as_str(), "http://127.0.0.1:3000/");
    assert_eq!(config.site_url.as_deref(), Some("https://news.example/{slug}"));
    let aliases =
        ["https://www.news.example", "http://old.example:8080", "https://nws.example/{id}"];
    assert_eq!(config.site_aliases, aliases);
    let admin = config.admin.unwrap();
    assert_eq!(admin.email, "noor@news.example");
    assert_eq!(admin.password, " nine small boats ");
    let origins = ["https://news.example", "http://localhost:3000", "https://*.news.example"];
    let origins = origins.map(String::from);
    assert_eq!(config.cors_origins, CorsOrigins::List(origins.into()));
    let proxies: Vec<_> = config.trusted_proxies.iter().map(ToString::to_string).collect();
    assert_eq!(proxies, ["127.0.0.1/32", "10.0.0.0/8", "::1/128"]);
    assert_eq!(config.log.filter, "debug,hyper=warn");
    assert_eq!(config.max_body_bytes, 524_288);
    let speed = |lang: &str| config.reading_speed.of(&Lang::parse(lang).unwrap());
    assert_eq!(["ar-LY", "de", "zh", "en"].map(speed), [180, 179, 255, 200]);
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
fn invalid_site_alias_is_reported() {
    for alias in [
        "https://www.news.example/blog",
        "https://{slug}.news.example/",
        "https://nws.example/{id}/{slug}",
        "https://nws.example/{title}",
        "https://nws.example/?p",
        "ftp://news.example",
        "me@news.example",
        "www.news.example,not a host",
        "https://nws.example/#{id}",
    ] {
        let site = ("MAQAL_SITE_URL", "https://news.example/{slug}");
        let problems = problems(&[site, ("MAQAL_SITE_ALIASES", alias)]);
        let names: Vec<_> = problems.iter().map(|problem| problem.name).collect();
        assert_eq!(names, ["MAQAL_SITE_ALIASES"], "{alias}");
    }
    let problems = problems(&[("MAQAL_SITE_ALIASES", "www.news.example")]);
    assert_eq!(problems[0].name, "MAQAL_SITE_URL");
}

#[test]
fn an_invalid_value_is_reported_once() {
    for (name, value) in [
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "sqlite:README.md"),
        ("DATABASE_URL", "postgres://host/db?sslmode=maybe"),
        ("MAQAL_PUBLIC_URL", "https://user:pw@api.example/"),
        ("MAQAL_PUBLIC_URL", "https://api.example/?a=b"),
        ("MAQAL_SITE_URL", "https://news.example/articles"),
        ("MAQAL_SITE_URL", "https://news.example/{lang}/{slug}"),
        ("MAQAL_SITE_URL", "news.example/{slug}"),
        ("MAQAL_PREVIEW_URL", "https://news.example/preview/{id}"),
        ("MAQAL_PREVIEW_URL", "https://news.example/preview?t={token}&u={token}"),
        ("MAQAL_PREVIEW_URL", "https://{id}.news.example/?t={token}"),
        ("MAQAL_PREVIEW_URL", "https://news.example/{slug}/{id}?t={token}"),
        ("MAQAL_CORS_ORIGINS", "*,https://news.example"),
        ("MAQAL_CORS_ORIGINS", "null"),
        ("MAQAL_JWT_KEYS", concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")),
        ("MAQAL_LOG", "info,json"),
        ("MAQAL_LOG", "info,maqal=loud"),
        ("MAQAL_MAX_BODY", "99999999999999999999MiB"),
        ("MAQAL_WORDS_PER_MINUTE", "fr-CA=200"),
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
        ("MAQAL_PREVIEW_URL", "https://أخبار.example/معاينة/{id}?token={token}"),
        ("MAQAL_CORS_ORIGINS", "https://أخبار.example"),
        ("MAQAL_EMBED_HOSTS", "none"),
    ])
    .unwrap();
    let host = "https://xn--igbicxr.example";
    let path = "%D9%88%D8%A7%D8%AC%D9%87%D8%A9";
    assert_eq!(config.public_url.as_str(), format!("{host}/{path}/"));
    let site = format!("{host}/%D9%85%D9%82%D8%A7%D9%84%D8%A7%D8%AA/{{slug}}?%D8%B3=1");
    assert_eq!(config.site_url, Some(site));
    let preview = format!("{host}/%D9%85%D8%B9%D8%A7%D9%8A%D9%86%D8%A9/{{id}}?token={{token}}");
    assert_eq!(config.preview_url, Some(preview));
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
fn standby_of_sqlite_must_not_be_set() {
    let found = problems(&[("DATABASE_READ_URL", "postgres://maqal@standby.example/news")]);
    let text = found[0].to_string();
    assert!(text.starts_with("DATABASE_READ_URL: must not be set with SQLite"), "{text}");
}

#[test]
fn misspelt_settings_are_unknown_and_the_nearest_is_named() {
    for (name, nearest) in [
        ("MAQAL_BIMD", Some("MAQAL_BIND")),
        ("MAQAL_BIND_ADDRESS", Some("MAQAL_BIND")),
        ("maqal_bind", Some("MAQAL_BIND")),
        ("MAQUAL_BIND", Some("MAQAL_BIND")),
        ("MAQAL_DATABASE_URL", Some("DATABASE_URL")),
        ("DATABASE_ULR", Some("DATABASE_URL")),
        ("DATABASE_READURL", Some("DATABASE_READ_URL")),
        ("MAQAL_TRUSTED_PROXY", Some("MAQAL_TRUSTED_PROXIES")),
        ("MAQAL_CORS_ORIGIN", Some("MAQAL_CORS_ORIGINS")),
        ("MAQAL_LOG_LEVEL", Some("MAQAL_LOG")),
        ("MAQAL_ZZZ", None),
    ] {
        let found = env::unknown([name.to_owned()].into_iter());
        let found: Vec<_> = found.iter().map(|one| (one.name.as_str(), one.nearest)).collect();
        assert_eq!(found, [(name, nearest)]);
    }
}

#[test]
fn settings_and_variables_of_other_programs_are_not_unknown() {
    let settings = VARIABLES.iter().map(|variable| variable.name);
    let others = ["PATH", "DATABASE_HOST", "DATABASE_NAME", "POSTGRES_PASSWORD", "RUST_LOG", ""];
    assert_eq!(env::unknown(settings.chain(others).map(str::to_owned)), []);
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
fn env_file_syntax_error_names_the_line_and_hides_values() {
    for (file, line) in [
        ("MAQAL_ADMIN_PASSWORD=two words hunter2\n", 1),
        ("\u{feff}MAQAL_BIND=127.0.0.1:1\nMAQAL_ADMIN_PASSWORD=two words hunter2\n", 2),
        ("# hunter2\r\n\r\nMAQAL_BIND='127.0.0.1:1'\r\n\r\n# x\r\nhunter2\r\nMAQAL_LOG=info", 6),
        ("MAQAL_LOG='in\nfo'\n\nMAQAL_BIND='hunter2\nMAQAL_CACHE=off\n", 4),
        ("A=hunter2 hunter2\nA=hunter2 hunter2\n", 1),
        ("A=1\nA=1\n\n=hunter2\n", 4),
    ] {
        let error = env::parse(file.as_bytes()).unwrap_err().to_string();
        assert!(error.contains(&format!("line {line} must be NAME=value")), "{file:?}: {error}");
        assert!(!error.contains("hunter2"), "{error}");
    }
    let error = env::parse(b"A=1\nB=\xff\n").unwrap_err().to_string();
    assert!(error.contains("line 2 is not text in UTF-8"), "{error}");
}
