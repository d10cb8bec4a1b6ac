//! `maqal serve`, and `maqal` alone. Calls `server::run`.

use std::net::SocketAddr;

use super::CliError;
use crate::{config::Config, server};

/// Arguments of `maqal serve`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Load sample articles into an empty database, and make an admin if there is no user; its
    /// password is printed once
    #[arg(long)]
    pub demo: bool,
    /// Where to listen, instead of MAQAL_BIND
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub bind: Option<SocketAddr>,
}

/// Serves until told to stop.
pub(super) fn run(args: Args) -> Result<(), CliError> {
    let bind = args.bind.map(|bind| ("MAQAL_BIND", bind.to_string()));
    let config = Config::load_with(bind.as_slice(), args.demo)?;
    Ok(server::run(config)?)
}
