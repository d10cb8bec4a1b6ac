//! The typed settings.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use ipnet::IpNet;
use url::Url;

use crate::auth::author_hash::AuthorHasher;
use crate::auth::passwords::Cost;
use crate::store::DbConfig;
use crate::text::count::ReadingSpeed;
use crate::text::embeds::EmbedHosts;
use crate::web::fetch::Resolver;

/// All settings of a server, checked against each other.
#[derive(Clone, Debug)]
pub struct Config {
    /// The database.
    pub database: DbConfig,
    /// The address and port to listen on.
    pub bind: SocketAddr,
    /// The address and port of the metrics' own listener.
    pub metrics_bind: Option<SocketAddr>,
    /// The base URL of this API. Its path ends in `/`, so that `Url::join` appends to it.
    pub public_url: Url,
    /// The frontend's URL of an article, with `{slug}` in it; `None` without a frontend.
    pub site_url: Option<String>,
    /// The frontend's URL of a preview, with `{id}` and `{token}` in it.
    pub preview_url: Option<String>,
    /// Other URLs of the frontend: origins, or URLs of an article with `{slug}` or `{id}`.
    pub site_aliases: Vec<String>,
    /// The admin that a start creates when no user exists.
    pub admin: Option<FirstAdmin>,
    /// The folder of the signing keys.
    pub jwt_keys: PathBuf,
    /// The number of worker threads.
    pub workers: usize,
    /// The origins allowed by CORS.
    pub cors_origins: CorsOrigins,
    /// Hashes the authors of comments; `None` without a key.
    pub author_hasher: Option<AuthorHasher>,
    /// The proxies with a trusted `X-Forwarded-For` header.
    pub trusted_proxies: Vec<IpNet>,
    /// Format and level of the log.
    pub log: LogConfig,
    /// Words per minute, for reading times.
    pub reading_speed: ReadingSpeed,
    /// The hosts whose embeds articles may contain.
    pub embed_hosts: EmbedHosts,
    /// The largest request body, in bytes.
    pub max_body_bytes: usize,
    /// The capacity of the response cache, in bytes; 0 turns it off.
    pub cache_bytes: usize,
    /// The `max-age` of `CDN-Cache-Control`, in seconds; 0 disables caching by CDNs.
    pub cdn_seconds: u64,
    /// The longest wait for requests in flight at shutdown, in seconds.
    pub shutdown_seconds: u64,
    /// Requests to other sites.
    pub pings: PingConfig,
    /// Variables that look like settings and are none. The start warns of them.
    pub unknown_variables: Vec<UnknownVariable>,
    /// Whether the start loads sample articles and creates an admin. The command line sets it.
    pub demo: bool,
    /// The cost of a password hash. No variable sets it; tests use a low one.
    pub password_cost: Cost,
    /// The memory of responses that wait to be sent, in bytes. No variable sets it; tests use less.
    pub max_unsent_bytes: usize,
    /// Whether the start prints nothing. No variable sets it; tests do.
    pub quiet: bool,
}

/// The admin that a start creates when no user exists.
#[derive(Clone, PartialEq, Eq)]
pub struct FirstAdmin {
    /// The email address.
    pub email: String,
    /// The password, checked for strength.
    pub password: String,
}

impl fmt::Debug for FirstAdmin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FirstAdmin").field("email", &self.email).finish_non_exhaustive()
    }
}

/// A variable that looks like a setting and is none, so that it has no effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownVariable {
    /// The name.
    pub name: String,
    /// The setting with the most similar name, if one is similar enough.
    pub nearest: Option<&'static str>,
}

impl fmt::Display for UnknownVariable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is not a setting and has no effect", self.name)?;
        match self.nearest {
            Some(nearest) => write!(f, "; did you mean {nearest}?"),
            None => f.write_str("; `maqal --help` lists the settings"),
        }
    }
}

/// Settings of requests to other sites.
#[derive(Clone)]
pub struct PingConfig {
    /// Whether private addresses, and ports other than 80 and 443, are allowed.
    pub allow_private: bool,
    /// The least time between two requests to a host, in seconds.
    pub per_host_seconds: u64,
    /// The most mentions of a network in an hour. 0: no limit.
    pub per_network_hour: u32,
    /// The days for which rejected mentions are kept.
    pub rejected_days: u32,
    /// The most mentions that wait for their verification. No variable sets it; tests use few.
    pub max_waiting: u32,
    /// The DNS resolver. No variable sets it; tests resolve their own names.
    pub resolver: Arc<dyn Resolver>,
}

impl fmt::Debug for PingConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PingConfig")
            .field("allow_private", &self.allow_private)
            .field("per_host_seconds", &self.per_host_seconds)
            .field("per_network_hour", &self.per_network_hour)
            .field("rejected_days", &self.rejected_days)
            .finish_non_exhaustive()
    }
}

/// The origins with access to this API by CORS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CorsOrigins {
    /// Every origin. This is a safe default: reads are public, and writes need a bearer token.
    /// Browsers attach cookies by themselves, but no bearer tokens.
    Any,
    /// These origins, each as browsers send it (`https://news.example`), or with `*` for all
    /// subdomains (`https://*.news.example`).
    List(Vec<String>),
}

/// Format and level of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogConfig {
    /// The format of a line.
    pub format: LogFormat,
    /// Directives of `tracing_subscriber::EnvFilter`, checked by the parser.
    pub filter: String,
    /// Whether actix's reports of its own start and stop, which it logs at `info`, are left out.
    pub hides_actix: bool,
}

/// The format of a log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// Text for people.
    Text,
    /// One JSON object per line.
    Json,
}
