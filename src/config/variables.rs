//! The one table of settings. `.env.example`, `maqal --help` and `maqal config` are made of it, and
//! the defaults in it are the ones that hold.

use super::{Config, CorsOrigins, LogFormat};

/// A setting.
pub struct Variable {
    /// Its name in the environment.
    pub name: &'static str,
    /// What holds when it is not set.
    pub default: Fallback,
    /// What it is for: one line or two.
    pub what: &'static str,
    /// The value in force, without secrets.
    pub show: fn(&Config) -> String,
}

/// What holds when a variable is not set.
pub enum Fallback {
    /// As if it were set to this.
    Is(&'static str),
    /// Something that depends on other settings or on the machine: in words.
    Derived(&'static str),
    /// Nothing: what follows from that is in words.
    Unset(&'static str),
}

use Fallback::{Derived, Is, Unset};

/// Every setting, in the order people look for them.
pub const VARIABLES: &[Variable] = &[
    Variable {
        name: "DATABASE_URL",
        default: Is("sqlite://data/maqal.db"),
        what: "The database: sqlite://path/to/file.db (made when it is missing), or
postgres://user:password@host/name?sslmode=verify-full",
        show: |config| config.database.url.redacted(),
    },
    Variable {
        name: "MAQAL_BIND",
        default: Is("127.0.0.1:8080"),
        what: "The IP address and port to listen on; 0.0.0.0:8080 for every IPv4 address.",
        show: |config| config.bind.to_string(),
    },
    Variable {
        name: "MAQAL_PUBLIC_URL",
        default: Derived("http:// followed by MAQAL_BIND"),
        what: "The address clients reach this API at, such as https://api.news.example. Tokens name it
as their issuer, so instances that share a database share it.",
        show: |config| config.public_url.to_string(),
    },
    Variable {
        name: "MAQAL_SITE_URL",
        default: Unset("articles have no address but the API's"),
        what: "The frontend's article address, such as https://news.example/{slug}: a published article
names it in its Link header, as rel=canonical; other sites' mentions of it are taken for the
article's, and the sites it links to are told of it.",
        show: |config| config.site_url.clone().unwrap_or_default(),
    },
    Variable {
        name: "MAQAL_ADMIN_EMAIL",
        default: Unset("no admin is made; see also: maqal user create"),
        what: "The first admin, made at start if there is no user yet. Goes with the next.",
        show: |config| config.admin.as_ref().map(|admin| admin.email.clone()).unwrap_or_default(),
    },
    Variable {
        name: "MAQAL_ADMIN_PASSWORD",
        default: Unset("as above"),
        what: "The first admin's password, of 12 characters or more. Change it after signing in.",
        show: |config| config.admin.as_ref().map(|_| "(hidden)".into()).unwrap_or_default(),
    },
    Variable {
        name: "MAQAL_JWT_KEYS",
        default: Derived("keys, beside the SQLite file; with PostgreSQL it must be set"),
        what: "The folder of the keys that sign access tokens, made at first start. Instances that
share a database share this folder.",
        show: |config| config.jwt_keys.display().to_string(),
    },
    Variable {
        name: "MAQAL_CORS_ORIGINS",
        default: Is("*"),
        what: "Which sites' scripts may call this API from a browser: * or a list, such as
https://news.example,https://desk.news.example",
        show: |config| match &config.cors_origins {
            CorsOrigins::Any => "*".into(),
            CorsOrigins::List(origins) => origins.join(","),
        },
    },
    Variable {
        name: "MAQAL_TRUSTED_PROXIES",
        default: Unset("no proxy is believed"),
        what: "Proxies that are believed when they tell a client's address: a list of addresses or
networks, such as 127.0.0.1,10.0.0.0/8",
        show: |config| {
            let proxies: Vec<_> = config.trusted_proxies.iter().map(ToString::to_string).collect();
            proxies.join(",")
        },
    },
    Variable {
        name: "MAQAL_LOG",
        default: Is("text,info"),
        what: "text or json, a level (off, error, warn, info, debug, trace), and levels of single
modules, such as json,info,maqal::store=debug",
        show: |config| {
            let format = match config.log.format {
                LogFormat::Text => "text",
                LogFormat::Json => "json",
            };
            format!("{format},{}", config.log.filter)
        },
    },
    Variable {
        name: "MAQAL_WORKERS",
        default: Derived("the number of cores"),
        what: "Threads that answer requests.",
        show: |config| config.workers.to_string(),
    },
    Variable {
        name: "MAQAL_POOL_SIZE",
        default: Is("4"),
        what: "PostgreSQL: pooled connections of each worker. SQLite: threads for heavy reads.",
        show: |config| config.database.pool_size.to_string(),
    },
    Variable {
        name: "MAQAL_SQLITE_SYNC",
        default: Is("full"),
        what: "full: a commit survives a power cut. normal: faster writes, and a power cut may take
the last commits with it; the file stays sound in both.",
        show: |config| {
            let full = config.database.sqlite_full_sync;
            if full { "full" } else { "normal" }.into()
        },
    },
    Variable {
        name: "MAQAL_MAX_BODY",
        default: Is("1MiB"),
        what: "The longest request body, in bytes or as 512KiB or 2MiB.",
        show: |config| size(config.max_body_bytes),
    },
    Variable {
        name: "MAQAL_CACHE",
        default: Is("64MiB"),
        what: "What the response cache may hold, such as 64MiB or 2GiB; off: every answer is made
anew. Writers, here and on other instances, see to it that it is never stale.",
        show: |config| size(config.cache_bytes),
    },
    Variable {
        name: "MAQAL_CDN_SECONDS",
        default: Is("1"),
        what: "How long a CDN may give readers an answer without asking (CDN-Cache-Control), and once
more as long while it asks. Raise it if yours purges by Cache-Tag or Surrogate-Key.",
        show: |config| config.cdn_seconds.to_string(),
    },
    Variable {
        name: "MAQAL_WORDS_PER_MINUTE",
        default: Is("ar=150,other=238"),
        what: "Reading speeds that reading_minutes is worked out with: Arabic, and all else.",
        show: |config| {
            format!("ar={},other={}", config.reading_speed.arabic, config.reading_speed.other)
        },
    },
    Variable {
        name: "MAQAL_PINGS_PER_HOST_SECONDS",
        default: Is("10"),
        what: "Webmentions, pingbacks and trackbacks: how long another site is left alone after it was
asked for a page or sent a ping, whichever instance did so. 0: not at all.",
        show: |config| config.pings.per_host_seconds.to_string(),
    },
    Variable {
        name: "MAQAL_PINGS_ALLOW_PRIVATE",
        default: Is("false"),
        what: "true: pages are fetched from private addresses and any port too. For tests and closed
networks only: whoever may send a mention can then make this server ask machines behind it.",
        show: |config| config.pings.allow_private.to_string(),
    },
    Variable {
        name: "MAQAL_SHUTDOWN_SECONDS",
        default: Is("30"),
        what: "How long a stop waits for the requests in flight.",
        show: |config| config.shutdown_seconds.to_string(),
    },
];

fn size(bytes: usize) -> String {
    match bytes {
        0 => "off".into(),
        bytes if bytes % (1 << 20) == 0 => format!("{}MiB", bytes >> 20),
        bytes if bytes % (1 << 10) == 0 => format!("{}KiB", bytes >> 10),
        bytes => bytes.to_string(),
    }
}

/// The text that holds when the variable is not set.
pub(super) fn default_of(name: &str) -> Option<&'static str> {
    match VARIABLES.iter().find(|variable| variable.name == name)?.default {
        Is(text) => Some(text),
        Derived(_) | Unset(_) => None,
    }
}

/// Whether its value, right or wrong, must not be shown.
pub(super) fn is_secret(name: &str) -> bool {
    matches!(name, "DATABASE_URL" | "MAQAL_ADMIN_PASSWORD")
}

/// The text of `.env.example`.
#[must_use]
pub fn env_example() -> String {
    let mut text = String::from(
        "# The settings of Maqal, each with its default. Copy this file to .env and uncomment
# what you change. A variable of the environment wins over its line in .env, and a blank
# value counts as not set. Put a value with spaces, $, # or quotes into 'single quotes'.
#
# Made by `maqal config --example` of the table in src/config/variables.rs.
",
    );
    for Variable { name, default, what, .. } in VARIABLES {
        for line in what.lines() {
            text += &format!("\n# {line}");
        }
        text += &match default {
            Is(value) => format!("\n#{name}={value}\n"),
            Derived(words) => format!("\n# Default: {words}.\n#{name}=\n"),
            Unset(words) => format!("\n# Not set: {words}.\n#{name}=\n"),
        };
    }
    text
}

/// The settings for `--help`, with their defaults.
#[must_use]
pub fn help() -> String {
    VARIABLES.iter().fold(String::new(), |text, Variable { name, default, what, .. }| {
        let what = what.replace('\n', " ");
        let default = match default {
            Is(text) | Derived(text) => format!("default: {text}"),
            Unset(text) => format!("not set: {text}"),
        };
        text + &format!("  {name}\n      {what} [{default}]\n")
    })
}
