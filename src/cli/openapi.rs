//! `maqal openapi`. Calls `http::openapi`; needs no settings and no database.

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

/// Prints the document.
pub(super) fn run(args: Args) -> Result<(), CliError> {
    let text = match args.format {
        Format::Json => openapi::pretty(),
        Format::Yaml => openapi::yaml(),
    }?;
    Ok(output::line(text.trim_end())?)
}
