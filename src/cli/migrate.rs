//! `maqal migrate`. Calls `store::migrate`.

use super::{CliError, output};
use crate::config::Config;
use crate::server;
use crate::store::migrate::{State, Step, migrate};

/// What `maqal migrate` can do.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Run what is pending, as every start of the server does
    Up,
    /// Take the newest migration back, with the data in what it made
    Down {
        /// Really: what the migration made is dropped
        #[arg(long)]
        yes: bool,
    },
    /// List all migrations and whether this database has them
    Status,
}

/// Takes the step and prints how the database stands then.
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
            "this would take {} back on {database} and drop the data in what it made; if that is \
             meant: maqal migrate down --yes",
            state.name
        )),
        None => CliError::Refused(format!("{database} has no migration to take back")),
    }
}
