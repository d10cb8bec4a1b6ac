//! The settings: environment and `.env` in, one typed [`Config`] out. Called by `cli/`, which hands
//! the result to `server.rs`; tests make theirs with [`Config::from_vars`].
//!
//! ```text
//! variables  the one table of settings: name, default, explanation, effective value
//! env        where the text comes from: the environment, then `.env`
//! parse      from the text of one variable to its value
//! error      what is wrong, and what would be right
//! ```

mod env;
mod error;
mod parse;
#[cfg(test)]
mod tests;
pub mod variables;

use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ipnet::IpNet;
use url::Url;

use crate::auth::passwords::{Cost, check_strength};
use crate::store::{DbConfig, DbUrl};
use crate::text::count::ReadingSpeed;
use crate::web::fetch::{Resolver, SystemResolver};

pub use error::{ConfigError, Problem};

/// Everything that can be set. No two settings contradict each other in here.
#[derive(Clone, Debug)]
pub struct Config {
    /// The database.
    pub database: DbConfig,
    /// Where the server listens.
    pub bind: SocketAddr,
    /// The address clients reach this API at. Its path ends in `/`, so that `join` appends to it.
    pub public_url: Url,
    /// The frontend's article address, with `{slug}` in it; `None` without a frontend.
    pub site_url: Option<String>,
    /// The admin to make when there is no user yet.
    pub admin: Option<FirstAdmin>,
    /// The folder of signing keys.
    pub jwt_keys: PathBuf,
    /// Worker threads.
    pub workers: usize,
    /// Which sites' scripts may call this API from a browser.
    pub cors_origins: CorsOrigins,
    /// The proxies whose `X-Forwarded-For` header is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// The log.
    pub log: LogConfig,
    /// Words a minute, for reading times.
    pub reading_speed: ReadingSpeed,
    /// The longest request body, in bytes.
    pub max_body_bytes: usize,
    /// What the response cache may hold, in bytes; 0: there is none.
    pub cache_bytes: usize,
    /// How long a CDN may answer by itself, in seconds; 0: not at all.
    pub cdn_seconds: u64,
    /// How long requests in flight are waited for at the end.
    pub shutdown_seconds: u64,
    /// Going out to other sites.
    pub pings: PingConfig,
    /// Whether sample articles are loaded, and an admin made, at start. Set by the command line.
    pub demo: bool,
    /// What a password's hash costs. Not to be set: tests hash cheaply.
    pub password_cost: Cost,
    /// Whether nothing is printed at start. Not to be set: tests run many servers.
    pub quiet: bool,
}

/// The admin to make when there is no user yet.
#[derive(Clone, PartialEq, Eq)]
pub struct FirstAdmin {
    /// Address to sign in with.
    pub email: String,
    /// Password, strong enough.
    pub password: String,
}

impl fmt::Debug for FirstAdmin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FirstAdmin").field("email", &self.email).finish_non_exhaustive()
    }
}

/// How other sites are gone to.
#[derive(Clone)]
pub struct PingConfig {
    /// Whether addresses that aren't public, and ports other than 80 and 443, are gone to.
    pub allow_private: bool,
    /// How long a host is left alone after it was asked, in seconds.
    pub per_host_seconds: u64,
    /// What resolves names. Not to be set: tests have names of their own.
    pub resolver: Arc<dyn Resolver>,
}

impl fmt::Debug for PingConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PingConfig")
            .field("allow_private", &self.allow_private)
            .field("per_host_seconds", &self.per_host_seconds)
            .finish_non_exhaustive()
    }
}

/// Which sites' scripts may call this API from a browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CorsOrigins {
    /// All. Safe here, and therefore the default: reading is public, and writing takes a bearer
    /// token, which a browser never adds by itself as it does a cookie. Another site's script can
    /// do no more than any program without a browser.
    Any,
    /// These, each written as browsers send it (`https://news.example`).
    List(Vec<String>),
}

/// How the log is written, and how much of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogConfig {
    /// For people or for machines.
    pub format: LogFormat,
    /// Directives of `tracing_subscriber::EnvFilter`; known to parse.
    pub filter: String,
}

/// How a line of the log looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

impl Config {
    /// The settings of the environment and of `.env` in the current folder; the environment wins.
    ///
    /// # Errors
    /// [`ConfigError`], with everything that is wrong.
    pub fn load() -> Result<Self, ConfigError> {
        Self::load_with(&[], false)
    }

    /// The same, with `given` on the command line winning over both.
    ///
    /// # Errors
    /// As [`Config::load`].
    pub fn load_with(given: &[(&str, String)], demo: bool) -> Result<Self, ConfigError> {
        let vars = env::read()?;
        let lookup = |name: &str| {
            let given = given.iter().find(|(other, _)| *other == name);
            given.map(|(_, value)| value.clone()).or_else(|| vars.get(name).cloned())
        };
        Self::from_vars(lookup, demo)
    }

    /// Settings for a server in a test: any free port, one worker, cheap passwords, no words.
    ///
    /// # Errors
    /// As [`Config::load`].
    pub fn for_tests(database: DbConfig, jwt_keys: &Path) -> Result<Self, ConfigError> {
        let defaults = |name: &str| {
            let value = match name {
                "MAQAL_BIND" => "127.0.0.1:0".to_owned(),
                "MAQAL_JWT_KEYS" => jwt_keys.display().to_string(),
                "MAQAL_WORKERS" | "MAQAL_SHUTDOWN_SECONDS" => "1".to_owned(),
                _ => return None,
            };
            Some(value)
        };
        let cheap = Cost { memory_kib: 8, passes: 1, lanes: 1 };
        let config = Self::from_vars(defaults, false)?;
        Ok(Self { database, password_cost: cheap, quiet: true, ..config })
    }

    /// The settings that `lookup` tells; what it does not know, or knows as blank, has its default.
    ///
    /// # Errors
    /// [`ConfigError::Invalid`], with everything that is wrong.
    pub fn from_vars(
        lookup: impl Fn(&str) -> Option<String>,
        demo: bool,
    ) -> Result<Self, ConfigError> {
        let mut vars = Reader { lookup, problems: Vec::new() };
        let url = vars.get("DATABASE_URL", DbUrl::parse);
        let jwt_keys = vars.get("MAQAL_JWT_KEYS", parse::folder);
        let jwt_keys = vars.or_derived("MAQAL_JWT_KEYS", jwt_keys, || keys_beside(url.as_ref()?));
        if let Some(DbUrl::Postgres(_)) = url
            && vars.text("MAQAL_JWT_KEYS").is_none()
        {
            let wanted = "set with PostgreSQL, to the folder of signing keys that all instances \
                          share, such as /var/lib/maqal/keys";
            vars.refuse("MAQAL_JWT_KEYS", wanted);
        }
        let pool_size = vars.get("MAQAL_POOL_SIZE", |text| parse::number(text, 1, 1_000));
        let sqlite_full_sync = vars.get("MAQAL_SQLITE_SYNC", parse::full_sync);
        let bind = vars.get("MAQAL_BIND", parse::address);
        let public_url = vars.get("MAQAL_PUBLIC_URL", parse::public_url);
        let public_url = vars.or_derived("MAQAL_PUBLIC_URL", public_url, || parse::url_of(bind?));
        let site_url = vars.get("MAQAL_SITE_URL", parse::site_url);
        let admin = first_admin(&mut vars);
        let workers = vars.get("MAQAL_WORKERS", |text| parse::number(text, 1, 1_024));
        let workers = vars.or_derived("MAQAL_WORKERS", workers, || Some(cores()));
        let cors_origins = vars.get("MAQAL_CORS_ORIGINS", parse::origins);
        let trusted_proxies = vars.get("MAQAL_TRUSTED_PROXIES", parse::networks);
        let log = vars.get("MAQAL_LOG", parse::log);
        let reading_speed = vars.get("MAQAL_WORDS_PER_MINUTE", parse::reading_speed);
        let max_body_bytes = vars.get("MAQAL_MAX_BODY", parse::bytes);
        let cache_bytes = vars.get("MAQAL_CACHE", parse::cache);
        let cdn_seconds = vars.get("MAQAL_CDN_SECONDS", |text| parse::number(text, 0, 31_536_000));
        let shutdown_seconds =
            vars.get("MAQAL_SHUTDOWN_SECONDS", |text| parse::number(text, 1, 600));
        let allow_private = vars.get("MAQAL_PINGS_ALLOW_PRIVATE", parse::yes_or_no);
        let per_host_seconds =
            vars.get("MAQAL_PINGS_PER_HOST_SECONDS", |text| parse::number(text, 0, 86_400));

        // Whatever has a default is missing only when it was bad, and then there is a problem.
        let values = (|| {
            Some(Self {
                database: DbConfig {
                    url: url?,
                    pool_size: pool_size?,
                    sqlite_full_sync: sqlite_full_sync?,
                },
                bind: bind?,
                public_url: public_url?,
                site_url,
                admin,
                jwt_keys: jwt_keys?,
                workers: workers?,
                cors_origins: cors_origins?,
                trusted_proxies: trusted_proxies.unwrap_or_default(),
                log: log?,
                reading_speed: reading_speed?,
                max_body_bytes: max_body_bytes?,
                cache_bytes: cache_bytes?,
                cdn_seconds: cdn_seconds?,
                shutdown_seconds: shutdown_seconds?,
                pings: PingConfig {
                    allow_private: allow_private?,
                    per_host_seconds: per_host_seconds?,
                    resolver: Arc::new(SystemResolver),
                },
                demo,
                password_cost: Cost::STANDARD,
                quiet: false,
            })
        })();
        match values {
            Some(config) if vars.problems.is_empty() => Ok(config),
            _ => Err(ConfigError::Invalid(vars.problems)),
        }
    }
}

/// Reads variables and collects what is wrong with them.
struct Reader<L> {
    lookup: L,
    problems: Vec<Problem>,
}

impl<L: Fn(&str) -> Option<String>> Reader<L> {
    fn text(&self, name: &str) -> Option<String> {
        // Blank counts as not set: it is how compose files and `.env` say "the default".
        (self.lookup)(name).filter(|text| !text.trim().is_empty())
    }

    /// The value of the variable, or of its default in the table.
    fn get<T>(
        &mut self,
        name: &'static str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        let set = self.text(name);
        let text = set.as_deref().or(variables::default_of(name))?.trim();
        match parse(text) {
            Ok(value) => Some(value),
            Err(wanted) => {
                let shown = !variables::is_secret(name);
                let value = shown.then(|| text.to_owned());
                self.problems.push(Problem { name, value, wanted });
                None
            }
        }
    }

    /// The value, or one derived from other settings. A bad value is not covered up by it.
    fn or_derived<T>(
        &mut self,
        name: &'static str,
        value: Option<T>,
        derive: impl FnOnce() -> Option<T>,
    ) -> Option<T> {
        if value.is_some() || self.text(name).is_some() {
            return value;
        }
        derive()
    }

    fn refuse(&mut self, name: &'static str, wanted: &str) {
        self.problems.push(Problem { name, value: None, wanted: wanted.to_owned() });
    }
}

fn keys_beside(url: &DbUrl) -> Option<PathBuf> {
    match url {
        DbUrl::Sqlite(file) => Some(file.parent().unwrap_or(Path::new("")).join("keys")),
        DbUrl::Postgres(_) => None,
    }
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn first_admin(vars: &mut Reader<impl Fn(&str) -> Option<String>>) -> Option<FirstAdmin> {
    const EMAIL: &str = "MAQAL_ADMIN_EMAIL";
    const PASSWORD: &str = "MAQAL_ADMIN_PASSWORD";
    let email = vars.get(EMAIL, parse::email);
    // Not through `get`: spaces around a password belong to it.
    let password = vars.text(PASSWORD);
    match (vars.text(EMAIL).is_some(), password.is_some()) {
        (true, false) => vars.refuse(PASSWORD, "set too, since MAQAL_ADMIN_EMAIL is"),
        (false, true) => vars.refuse(EMAIL, "set too, since MAQAL_ADMIN_PASSWORD is"),
        _ => {}
    }
    let (email, password) = (email?, password?);
    if let Err(weak) = check_strength(&password, &email) {
        vars.refuse(PASSWORD, &format!("a stronger one: {weak}"));
        return None;
    }
    Some(FirstAdmin { email, password })
}
