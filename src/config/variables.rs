//! The table of settings: the single source of names, defaults and descriptions for the parser,
//! `.env.example`, `maqal --help` and `maqal config`.

use super::settings::{Config, CorsOrigins, LogFormat};
use crate::store::DbUrl;
use crate::text::embeds;

/// A setting.
pub struct Variable {
    /// Name of the environment variable.
    pub name: &'static str,
    /// The default.
    pub default: DefaultValue,
    /// The purpose, in one to three lines.
    pub description: &'static str,
    /// Formats the effective value, without secrets.
    pub show: fn(&Config) -> String,
}

/// The default of a variable that is not set.
pub enum DefaultValue {
    /// This text, parsed as if the variable were set to it.
    Is(&'static str),
    /// A value derived from other settings or the machine; described in words.
    Derived(&'static str),
    /// No value; the consequence in words.
    Unset(&'static str),
}

use DefaultValue::{Derived, Is, Unset};

/// All settings, most used first.
pub const VARIABLES: &[Variable] = &[
    Variable {
        name: "DATABASE_URL",
        default: Is("sqlite://data/maqal.db"),
        description: "The database: sqlite://path/to/file.db (created when missing), or
postgres://user:password@host/name?sslmode=verify-full",
        show: |config| config.database.url.redacted(),
    },
    Variable {
        name: "DATABASE_READ_URL",
        default: Unset("the primary serves all reads"),
        description: "A PostgreSQL standby of DATABASE_URL's server that serves public reads. A standby that
lags behind the readers' last state, or fails, is skipped: the primary answers.",
        show: |config| config.database.read_url.as_ref().map(DbUrl::redacted).unwrap_or_default(),
    },
    Variable {
        name: "MAQAL_BIND",
        default: Is("127.0.0.1:8080"),
        description: "The IP address and port to listen on, such as 0.0.0.0:8080 for all IPv4 addresses.",
        show: |config| config.bind.to_string(),
    },
    Variable {
        name: "MAQAL_METRICS_BIND",
        default: Unset("MAQAL_BIND serves /metrics to everybody"),
        description: "The IP address and port of a listener of its own for /metrics, such as 127.0.0.1:9090. The other
one then answers 404 for it.",
        show: |config| config.metrics_bind.map(|addr| addr.to_string()).unwrap_or_default(),
    },
    Variable {
        name: "MAQAL_PUBLIC_URL",
        default: Derived("http:// followed by MAQAL_BIND"),
        description: "The URL of this API for clients, such as https://api.news.example. It is the issuer of
the tokens: instances that share a database share it.",
        show: |config| config.public_url.to_string(),
    },
    Variable {
        name: "MAQAL_SITE_URL",
        default: Unset("articles have only the API's URL"),
        description: "The frontend's URL of an article, such as https://news.example/{slug}. A published article
has it as url, and in its Link header as rel=canonical. Mentions of it count for the article, and the
pings sent to other sites name it as their source.",
        show: |config| config.site_url.clone().unwrap_or_default(),
    },
    Variable {
        name: "MAQAL_PREVIEW_URL",
        default: Unset("preview tokens have only the API's URL"),
        description: "The frontend's URL of a preview, such as https://news.example/preview/{id}?token={token}.
Editors get it with a preview token, as preview_url.",
        show: |config| config.preview_url.clone().unwrap_or_default(),
    },
    Variable {
        name: "MAQAL_SITE_ALIASES",
        default: Unset("the frontend has one address"),
        description: "Other addresses of the frontend, such as www.news.example,https://nws.example/{id}: hosts
with the paths of MAQAL_SITE_URL, and short links with {slug} or {id}. Mentions of them count for
the article, and links to them are the site's own.",
        show: |config| config.site_aliases.join(","),
    },
    Variable {
        name: "MAQAL_ADMIN_EMAIL",
        default: Unset("no admin is created; see also: maqal user create"),
        description: "Email address of the first admin, created at start if there is no user yet.
Needs MAQAL_ADMIN_PASSWORD.",
        show: |config| config.admin.as_ref().map(|admin| admin.email.clone()).unwrap_or_default(),
    },
    Variable {
        name: "MAQAL_ADMIN_PASSWORD",
        default: Unset("no admin is created"),
        description: "The first admin's password, at least 12 characters. Change it after signing in.",
        show: |config| config.admin.as_ref().map(|_| "(hidden)".into()).unwrap_or_default(),
    },
    Variable {
        name: "MAQAL_JWT_KEYS",
        default: Derived("the folder keys next to the SQLite file; required with PostgreSQL"),
        description: "The folder of the keys that sign access tokens, created at the first start. Instances
that share a database share this folder.",
        show: |config| config.jwt_keys.display().to_string(),
    },
    Variable {
        name: "MAQAL_CORS_ORIGINS",
        default: Is("*"),
        description: "The origins that may call this API from a browser (CORS): * or a list, such as
https://news.example,https://*.news.example (any subdomain)",
        show: |config| match &config.cors_origins {
            CorsOrigins::Any => "*".into(),
            CorsOrigins::List(origins) => origins.join(","),
        },
    },
    Variable {
        name: "MAQAL_TRUSTED_PROXIES",
        default: Unset("X-Forwarded-For and Forwarded are ignored"),
        description: "Trusted proxies, which set X-Forwarded-For, or else Forwarded: a list of addresses or
networks, such as 127.0.0.1,10.0.0.0/8. Without it, all readers behind a proxy share their rate limits.",
        show: |config| {
            let proxies: Vec<_> = config.trusted_proxies.iter().map(ToString::to_string).collect();
            proxies.join(",")
        },
    },
    Variable {
        name: "MAQAL_AUTHOR_HASH_KEY",
        default: Unset("comments have no author_hash"),
        description: "A secret of at least 32 characters. With it, public comments have an author_hash: it is the
same for all comments of an author, for avatars. Instances that share a database share it.",
        show: |config| config.author_hasher.as_ref().map(|_| "(hidden)".into()).unwrap_or_default(),
    },
    Variable {
        name: "MAQAL_LOG",
        default: Is("text,info"),
        description: "The log: text or json, a level (off, error, warn, info, debug, trace), and levels of
single modules, such as json,info,maqal::store=debug",
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
        description: "The number of worker threads.",
        show: |config| config.workers.to_string(),
    },
    Variable {
        name: "MAQAL_POOL_SIZE",
        default: Is("4"),
        description: "PostgreSQL: transactions of each worker at once. SQLite: threads for long reads.",
        show: |config| config.database.pool_size.to_string(),
    },
    Variable {
        name: "MAQAL_SQLITE_SYNC",
        default: Is("full"),
        description: "full: a commit survives a power cut. normal: writes are faster, and a power cut may lose
the last commits. Neither corrupts the file.",
        show: |config| {
            let full = config.database.sqlite_full_sync;
            if full { "full" } else { "normal" }.into()
        },
    },
    Variable {
        name: "MAQAL_MAX_BODY",
        default: Is("1MiB"),
        description: "The largest request body, such as 1048576, 512KiB or 2MiB.",
        show: |config| size(config.max_body_bytes),
    },
    Variable {
        name: "MAQAL_CACHE",
        default: Is("64MiB"),
        description: "The capacity of the response cache, such as 64MiB or 2GiB; off turns it off. A write on
any instance invalidates the cached responses that it changes.",
        show: |config| size(config.cache_bytes),
    },
    Variable {
        name: "MAQAL_CDN_SECONDS",
        default: Is("1"),
        description: "max-age and stale-while-revalidate of CDN-Cache-Control, in seconds. Raise it if your
CDN purges by Cache-Tag or Surrogate-Key.",
        show: |config| config.cdn_seconds.to_string(),
    },
    Variable {
        name: "MAQAL_WORDS_PER_MINUTE",
        default: Is("ar=150,ja=357,km=700,lo=700,my=600,th=700,yue=255,zh=255,other=238"),
        description: "Reading speeds for reading_minutes, in words per minute, by language. In languages without
spaces between words, characters per minute.",
        show: |config| {
            let speed = &config.reading_speed;
            let languages = speed.languages.iter().map(|(lang, words)| format!("{lang}={words},"));
            languages.chain([format!("other={}", speed.other)]).collect()
        },
    },
    Variable {
        name: "MAQAL_EMBED_HOSTS",
        default: Is(embeds::DEFAULT),
        description: "The sites whose embeds (iframe) articles may contain: none, or a list of hosts, each with
its subdomains, such as youtube.com,www.google.com/maps",
        show: |config| config.embed_hosts.to_string(),
    },
    Variable {
        name: "MAQAL_PINGS_PER_HOST_SECONDS",
        default: Is("10"),
        description: "Webmentions, pingbacks and trackbacks: the seconds between two requests to the same host,
over all instances. 0: no limit.",
        show: |config| config.pings.per_host_seconds.to_string(),
    },
    Variable {
        name: "MAQAL_PINGS_PER_NETWORK_HOUR",
        default: Is("120"),
        description: "The most mentions that one network (an IPv4 address, or a /64 of IPv6) may send in an hour, by
all protocols and over all instances. They may come at once; after that, one is accepted every
30 seconds at the default. At most 50 of a network wait for their verification. 0: no limits.",
        show: |config| config.pings.per_network_hour.to_string(),
    },
    Variable {
        name: "MAQAL_PINGS_REJECTED_DAYS",
        default: Is("7"),
        description: "The days after which rejected mentions are deleted. Their status pages are 404 from then on.
Those marked as spam stay.",
        show: |config| config.pings.rejected_days.to_string(),
    },
    Variable {
        name: "MAQAL_PINGS_ALLOW_PRIVATE",
        default: Is("false"),
        description: "true: private addresses and all ports may be fetched. For tests and closed networks only:
a sender of mentions can then make this server request internal hosts (SSRF).",
        show: |config| config.pings.allow_private.to_string(),
    },
    Variable {
        name: "MAQAL_SHUTDOWN_SECONDS",
        default: Is("30"),
        description: "The longest wait for requests in flight at shutdown, in seconds.",
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

/// Returns the fixed default of a variable.
pub(super) fn default_of(name: &str) -> Option<&'static str> {
    match VARIABLES.iter().find(|variable| variable.name == name)?.default {
        Is(text) => Some(text),
        Derived(_) | Unset(_) => None,
    }
}

/// Whether a setting has this name.
pub(super) fn is_setting(name: &str) -> bool {
    VARIABLES.iter().any(|variable| variable.name == name)
}

/// The prefix of most names.
pub(super) const PREFIX: &str = "MAQAL_";

/// Returns the setting with the most similar name, if one is similar enough. A name without the
/// prefix may belong to another program, so it may differ by two letters only.
pub(super) fn nearest(name: &str) -> Option<&'static str> {
    const SLIPS: usize = 2;
    const SIMILARITY: f64 = 0.8;
    let name = name.to_ascii_uppercase();
    let known = VARIABLES.iter().map(|variable| variable.name);
    let Some(rest) = name.strip_prefix(PREFIX) else {
        let distances = known.map(|known| (strsim::osa_distance(&name, known), known));
        let (distance, nearest) = distances.min()?;
        return (distance <= SLIPS).then_some(nearest);
    };
    let similarity =
        |known: &str| strsim::jaro_winkler(rest, known.strip_prefix(PREFIX).unwrap_or(known));
    let scored = known.map(|known| (similarity(known), known));
    let (score, nearest) = scored.max_by(|one, other| one.0.total_cmp(&other.0))?;
    (score >= SIMILARITY).then_some(nearest)
}

/// Whether error messages must hide the variable's value.
pub(super) fn is_secret(name: &str) -> bool {
    matches!(
        name,
        "DATABASE_URL" | "DATABASE_READ_URL" | "MAQAL_ADMIN_PASSWORD" | "MAQAL_AUTHOR_HASH_KEY"
    )
}

/// Returns the content of `.env.example`.
#[must_use]
pub fn env_example() -> String {
    let mut text = String::from(
        "# The settings of Maqal, each with its default. Copy this file to .env and uncomment
# the lines that you change. An environment variable takes precedence over its line in
# .env. A blank value counts as not set. Put a value with spaces, $, # or quotes into
# 'single quotes'.
#
# Generated by `maqal config --example` from src/config/variables.rs.
",
    );
    for Variable { name, default, description, .. } in VARIABLES {
        for line in description.lines() {
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

/// Returns the settings and their defaults for `--help`.
#[must_use]
pub fn help() -> String {
    VARIABLES.iter().fold(String::new(), |text, Variable { name, default, description, .. }| {
        let description = description.replace('\n', " ");
        let default = match default {
            Is(text) | Derived(text) => format!("default: {text}"),
            Unset(text) => format!("not set: {text}"),
        };
        text + &format!("  {name}\n      {description} [{default}]\n")
    })
}
