//! `maqal openapi` prints the OpenAPI document. It needs no settings and no database.

use super::{CliError, output};
use crate::http::contract::text::pretty;
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
    /// OpenAPI 3.1 as JSON
    Json,
    /// OpenAPI 3.1 as YAML
    Yaml,
    /// OpenAPI 3.0 as JSON, for older tools
    #[value(name = "json-3.0")]
    Json3_0,
}

pub(super) fn run(args: Args) -> Result<(), CliError> {
    let contract = openapi::build();
    let text = match args.format {
        Format::Json => pretty(contract.document()),
        Format::Yaml => contract.yaml(),
        Format::Json3_0 => pretty(contract.document_3_0()),
    }?;
    Ok(output::line(text.trim_end())?)
}
