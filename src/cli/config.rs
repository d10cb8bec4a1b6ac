//! `maqal config`: prints the settings.

use super::{CliError, output};
use crate::config::{Config, variables};

/// Arguments of `maqal config`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Print an example of .env: all settings with default and description
    #[arg(long)]
    example: bool,
}

/// Prints the effective settings.
pub(super) fn run(args: Args) -> Result<(), CliError> {
    if args.example {
        return Ok(output::line(variables::env_example().trim_end())?);
    }
    let config = Config::load()?;
    for unknown in &config.unknown_variables {
        eprintln!("maqal: {unknown}");
    }
    let row = |variable: &variables::Variable| {
        let value = (variable.show)(&config);
        let value = if value.is_empty() { "(not set)".to_owned() } else { value };
        vec![variable.name.to_owned(), value]
    };
    let rows: Vec<_> = variables::VARIABLES.iter().map(row).collect();
    Ok(output::table(&rows)?)
}
