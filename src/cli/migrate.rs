//! `maqal migrate`: applies, reverts and lists the migrations.

use super::{CliError, output};
use crate::config::Config;
use crate::server;
use crate::store::migrate::{State, Step, migrate};

/// Subcommands of `maqal migrate`.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Apply the pending migrations, as every start of the server does
    Up,
    /// Revert the newest migration and drop the data it holds
    Down {
        /// Confirm that the data is dropped
        #[arg(long)]
        yes: bool,
    },
    /// List all migrations and their state
    Status,
}

/// Runs the subcommand and prints the state of all migrations.
pub(super) fn run(command: Command) -> Result<(), CliError> {
    let config = Config::load()?;
    let states = server::block_on(async {
        match command {
            Command::Up => migrate(&config.database, Step::Up).await,
            Command::Down { yes: true } => migrate(&config.database, Step::Down).await,
            Command::Down { yes: false } | Command::Status => {
                migrate(&config.database, Step::Status).await
            }
        }
    })?;
    if let Command::Down { yes: false } = command {
        return Err(confirm(&states, &config.database.url.redacted()));
    }
    let rows: Vec<_> = states.into_iter().map(row).collect();
    Ok(output::table(&rows)?)
}

fn row(state: State) -> Vec<String> {
    let applied = if state.applied { "applied" } else { "pending" };
    vec![applied.to_owned(), state.name]
}

fn confirm(states: &[State], database: &str) -> CliError {
    match states.iter().rfind(|state| state.applied) {
        Some(state) => CliError::Usage(format!(
            "this reverts {} on {database} and drops the data it holds; to confirm: \
             maqal migrate down --yes",
            state.name
        )),
        None => CliError::Refused(format!("{database} has no migration to revert")),
    }
}
