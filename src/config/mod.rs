//! The settings: reads the environment and `.env` into a typed [`Config`].

mod env;
mod error;
mod parse;
mod reader;
mod settings;
#[cfg(test)]
mod tests;
pub mod variables;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::auth::passwords::{Cost, check_strength};
use crate::store::{DbConfig, DbUrl};
use crate::web::fetch::SystemResolver;

pub use error::{ConfigError, Problem};
pub use parse::{address, email, number};
use reader::VariableReader;
pub use settings::{
    Config, CorsOrigins, FirstAdmin, LogConfig, LogFormat, PingConfig, UnknownVariable,
};

/// The memory of responses that wait to be sent, in bytes.
const MAX_UNSENT_BYTES: usize = 32 << 20;

impl Config {
    /// Reads the settings from the environment and from `.env` in the current folder. The
    /// environment takes precedence.
    ///
    /// # Errors
    /// [`ConfigError`], with every invalid setting.
    pub fn load() -> Result<Self, ConfigError> {
        Self::load_with(&[], false)
    }

    /// Reads the settings as [`Config::load`] does; `overrides` take precedence over both sources.
    ///
    /// # Errors
    /// As [`Config::load`].
    pub fn load_with(overrides: &[(&str, String)], demo: bool) -> Result<Self, ConfigError> {
        let env::Environment { values, unknown } = env::read()?;
        let lookup = |name: &str| {
            let given = overrides.iter().find(|(other, _)| *other == name);
            given.map(|(_, value)| value).or_else(|| values.get(name)).cloned()
        };
        let config = Self::from_vars(lookup, demo)?;
        Ok(Self { unknown_variables: unknown, ..config })
    }

    /// Settings of a test server: a free port, one worker, cheap password hashes, no output.
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
        let password_cost = Cost { memory_kib: 8, passes: 1, lanes: 1 };
        let config = Self::from_vars(defaults, false)?;
        Ok(Self { database, password_cost, quiet: true, ..config })
    }

    /// Parses the variables that `lookup` returns. A missing or blank variable has its default.
    ///
    /// # Errors
    /// [`ConfigError::Invalid`], with every invalid setting.
    pub fn from_vars(
        lookup: impl Fn(&str) -> Option<String>,
        demo: bool,
    ) -> Result<Self, ConfigError> {
        let mut vars = VariableReader::new(lookup);
        let config = read(&mut vars, demo);
        vars.finish(config)
    }
}

/// Reads all settings before it returns, so that every invalid one is reported.
fn read(vars: &mut VariableReader<impl Fn(&str) -> Option<String>>, demo: bool) -> Option<Config> {
    let database = database(vars);
    let jwt_keys = jwt_keys(vars, database.as_ref().map(|database| &database.url));
    let bind = vars.get("MAQAL_BIND", parse::address);
    let metrics_bind = vars.get("MAQAL_METRICS_BIND", parse::address);
    if metrics_bind.is_some_and(|own| own.port() != 0 && Some(own) == bind) {
        vars.reject("MAQAL_METRICS_BIND", "be another address or port than MAQAL_BIND");
    }
    let local_url = || parse::local_url(bind?);
    let public_url = vars.get_or_derive("MAQAL_PUBLIC_URL", parse::public_url, local_url);
    let site_url = vars.get("MAQAL_SITE_URL", parse::site_url);
    let preview_url = vars.get("MAQAL_PREVIEW_URL", parse::preview_url);
    let site_aliases = vars.get("MAQAL_SITE_ALIASES", parse::site_aliases);
    if site_aliases.is_some() && vars.text("MAQAL_SITE_URL").is_none() {
        vars.reject("MAQAL_SITE_URL", "be set too, since MAQAL_SITE_ALIASES is");
    }
    let admin = first_admin(vars);
    let number_of_workers = |text: &str| parse::number(text, 1, 1_024);
    let workers = vars.get_or_derive("MAQAL_WORKERS", number_of_workers, || Some(cores()));
    let cors_origins = vars.get("MAQAL_CORS_ORIGINS", parse::origins);
    let trusted_proxies = vars.get("MAQAL_TRUSTED_PROXIES", parse::networks).unwrap_or_default();
    let author_hasher = vars.get("MAQAL_AUTHOR_HASH_KEY", parse::author_hash_key);
    let log = vars.get("MAQAL_LOG", parse::log);
    let reading_speed = vars.get("MAQAL_WORDS_PER_MINUTE", parse::reading_speed);
    let embed_hosts = vars.get("MAQAL_EMBED_HOSTS", parse::embed_hosts);
    let max_body_bytes = vars.get("MAQAL_MAX_BODY", parse::bytes);
    let cache_bytes = vars.get("MAQAL_CACHE", parse::cache);
    let cdn_seconds = vars.get("MAQAL_CDN_SECONDS", |text| parse::number(text, 0, 31_536_000));
    let shutdown_seconds = vars.get("MAQAL_SHUTDOWN_SECONDS", |text| parse::number(text, 1, 600));
    let pings = pings(vars);
    // A setting with a default is `None` only if it is invalid: then `vars` has a problem of it.
    Some(Config {
        database: database?,
        bind: bind?,
        metrics_bind,
        public_url: public_url?,
        site_url,
        preview_url,
        site_aliases: site_aliases.unwrap_or_default(),
        admin,
        jwt_keys: jwt_keys?,
        workers: workers?,
        cors_origins: cors_origins?,
        trusted_proxies,
        author_hasher,
        log: log?,
        reading_speed: reading_speed?,
        embed_hosts: embed_hosts?,
        max_body_bytes: max_body_bytes?,
        cache_bytes: cache_bytes?,
        cdn_seconds: cdn_seconds?,
        shutdown_seconds: shutdown_seconds?,
        pings: pings?,
        unknown_variables: Vec::new(),
        demo,
        password_cost: Cost::STANDARD,
        max_unsent_bytes: MAX_UNSENT_BYTES,
        quiet: false,
    })
}

fn database(vars: &mut VariableReader<impl Fn(&str) -> Option<String>>) -> Option<DbConfig> {
    let url = vars.get("DATABASE_URL", DbUrl::parse);
    let read_url = vars.get("DATABASE_READ_URL", DbUrl::parse);
    if let (Some(primary), Some(standby)) = (&url, &read_url)
        && !matches!((primary, standby), (DbUrl::Postgres(_), DbUrl::Postgres(_)))
    {
        let requirement =
            "not be set with SQLite: it is a PostgreSQL standby of DATABASE_URL's server";
        vars.reject("DATABASE_READ_URL", requirement);
    }
    let pool_size = vars.get("MAQAL_POOL_SIZE", |text| parse::number(text, 1, 1_000));
    let sqlite_full_sync = vars.get("MAQAL_SQLITE_SYNC", parse::full_sync);
    Some(DbConfig {
        url: url?,
        read_url,
        pool_size: pool_size?,
        sqlite_full_sync: sqlite_full_sync?,
    })
}

fn jwt_keys(
    vars: &mut VariableReader<impl Fn(&str) -> Option<String>>,
    url: Option<&DbUrl>,
) -> Option<PathBuf> {
    let next_to_file = || match url? {
        DbUrl::Sqlite(file) => Some(file.parent().unwrap_or(Path::new("")).join("keys")),
        DbUrl::Postgres(_) => None,
    };
    let folder = vars.get_or_derive("MAQAL_JWT_KEYS", parse::folder, next_to_file);
    if let Some(DbUrl::Postgres(_)) = url
        && vars.text("MAQAL_JWT_KEYS").is_none()
    {
        let requirement = "be set with PostgreSQL, to the folder of signing keys that all \
                           instances share, such as /var/lib/maqal/keys";
        vars.reject("MAQAL_JWT_KEYS", requirement);
    }
    folder
}

/// The most mentions that wait for their verification.
const MAX_WAITING: u32 = 2_000;

fn pings(vars: &mut VariableReader<impl Fn(&str) -> Option<String>>) -> Option<PingConfig> {
    let allow_private = vars.get("MAQAL_PINGS_ALLOW_PRIVATE", parse::boolean);
    let per_host_seconds =
        vars.get("MAQAL_PINGS_PER_HOST_SECONDS", |text| parse::number(text, 0, 86_400));
    let per_network_hour =
        vars.get("MAQAL_PINGS_PER_NETWORK_HOUR", |text| parse::number(text, 0, 1_000_000));
    let rejected_days = vars.get("MAQAL_PINGS_REJECTED_DAYS", |text| parse::number(text, 1, 3_650));
    Some(PingConfig {
        allow_private: allow_private?,
        per_host_seconds: per_host_seconds?,
        per_network_hour: per_network_hour?,
        rejected_days: rejected_days?,
        max_waiting: MAX_WAITING,
        resolver: Arc::new(SystemResolver),
    })
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn first_admin(vars: &mut VariableReader<impl Fn(&str) -> Option<String>>) -> Option<FirstAdmin> {
    const EMAIL: &str = "MAQAL_ADMIN_EMAIL";
    const PASSWORD: &str = "MAQAL_ADMIN_PASSWORD";
    let email = vars.get(EMAIL, parse::email);
    // Not by `get`, which trims: spaces around a password belong to it.
    let password = vars.text(PASSWORD);
    match (vars.text(EMAIL).is_some(), password.is_some()) {
        (true, false) => vars.reject(PASSWORD, "be set too, since MAQAL_ADMIN_EMAIL is"),
        (false, true) => vars.reject(EMAIL, "be set too, since MAQAL_ADMIN_PASSWORD is"),
        _ => {}
    }
    let (email, password) = (email?, password?);
    if let Err(weak) = check_strength(&password, &email) {
        vars.reject(PASSWORD, &format!("be a stronger one: {weak}"));
        return None;
    }
    Some(FirstAdmin { email, password })
}
