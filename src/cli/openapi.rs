//! `maqal openapi` prints the OpenAPI document. It needs no settings and no database.

use super::{CliError, output};
use crate::http::openapi;

/// Arguments of `maqal openapi`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// How to write it
    #[arg(long, value_enum, default_value_t = Format::Json)]
    format: Format,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Format {
    Json,
    Yaml,
}

pub(super) fn run(args: Args) -> Result<(), CliError> {
    let contract = openapi::build();
    let text = match args.format {
        Format::Json => contract.pretty(),
        Format::Yaml => contract.yaml(),
    }?;
    Ok(output::line(text.trim_end())?)
}
