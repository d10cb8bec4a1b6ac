//! Opens the database for a command. Each command names the database before it uses it.

use std::sync::Arc;

use super::CliError;
use crate::clock::SystemClock;
use crate::config::Config;
use crate::server;
use crate::service::App;

/// Opens the database, which is created if it is missing.
pub(super) async fn open_or_create(config: &Config) -> Result<App, CliError> {
    announce(config);
    Ok(server::open_app(config, Arc::new(SystemClock)).await?)
}

/// Opens a database that holds a site already.
pub(super) async fn open(config: &Config) -> Result<App, CliError> {
    // First: a refusal names the database by itself.
    server::check_site(&config.database).await?;
    open_or_create(config).await
}

/// Names the database on standard error, so that standard output holds the command's own lines.
pub(super) fn announce(config: &Config) {
    eprintln!("database: {}", config.database.url.redacted());
}
