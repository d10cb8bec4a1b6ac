//! `maqal serve`, the default command: runs the server.

use std::net::SocketAddr;

use super::CliError;
use crate::config::{self, Config};
use crate::server;

/// Arguments of `maqal serve`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Load sample articles into an empty database; create an admin if there is no user and print
    /// the password once
    #[arg(long)]
    pub demo: bool,
    /// The address to listen on, instead of MAQAL_BIND
    #[arg(long, value_name = "ADDRESS:PORT", value_parser = address)]
    pub bind: Option<SocketAddr>,
}

fn address(text: &str) -> Result<SocketAddr, String> {
    config::address(text).map_err(|expected| format!("must be {expected}"))
}

/// Serves until the process is told to stop.
pub(super) fn run(args: Args) -> Result<(), CliError> {
    let bind = args.bind.map(|bind| ("MAQAL_BIND", bind.to_string()));
    let config = Config::load_with(bind.as_slice(), args.demo)?;
    Ok(server::run(config)?)
}
