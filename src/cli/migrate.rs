//! `maqal migrate`: applies, reverts and lists the migrations.

use super::{CliError, database, output};
use crate::config::Config;
use crate::server::{self, ServerError};
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
    let url = config.database.url.redacted();
    let perform = |step| {
        let states = server::block_on(migrate(&config.database, step));
        states.map_err(ServerError::of_database(&config.database))
    };
    let states = match command {
        Command::Up => perform(Step::Up)?,
        Command::Status => perform(Step::Status)?,
        Command::Down { yes } => {
            let newest = perform(Step::Status)?.into_iter().rfind(|state| state.applied);
            let Some(newest) = newest else {
                return Err(CliError::Refused(format!("{url} has no migration to revert")));
            };
            if !yes {
                return Err(confirm(&newest, &url));
            }
            perform(Step::Down)?
        }
    };
    database::announce(&config);
    if !states.iter().any(|state| state.applied) {
        eprintln!("It has no tables of Maqal; `maqal migrate up` and every start create them.");
    }
    let rows: Vec<_> = states.into_iter().map(row).collect();
    Ok(output::table(&rows)?)
}

fn row(state: State) -> Vec<String> {
    let applied = if state.applied { "applied" } else { "pending" };
    vec![applied.to_owned(), state.name]
}

fn confirm(newest: &State, url: &str) -> CliError {
    CliError::Usage(format!(
        "this reverts {} on {url} and drops the data it holds; to confirm: \
         maqal migrate down --yes",
        newest.name
    ))
}
