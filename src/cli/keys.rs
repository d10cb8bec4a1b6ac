//! `maqal keys`: rotates and lists the signing keys. Running instances reload the changed folder.

use std::time::Duration;

use super::{CliError, output};
use crate::auth::keys::{KeyRing, PUBLISH_BEFORE_SIGNING};
use crate::clock::{Clock, SystemClock};
use crate::config::{self, Config};

/// Subcommands of `maqal keys`.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Add a key, which signs after a minute, and remove expired ones
    #[command(
        after_help = "If a key was stolen, rotate first, then delete its file. Every instance \
                            refuses the access tokens that it signed within 15 seconds."
    )]
    Rotate {
        /// Hours to keep a retired key for verification
        #[arg(long, value_name = "HOURS", default_value_t = 24, value_parser = hours)]
        keep: u32,
    },
    /// List the keys, newest first
    List,
}

fn hours(text: &str) -> Result<u32, String> {
    config::number(text, 2, 8760).map_err(|expected| format!("must be {expected}"))
}

/// Rotates or lists the keys.
pub(super) fn run(command: Command) -> Result<(), CliError> {
    let config = Config::load()?;
    let dir = config.jwt_keys.as_path();
    let now = SystemClock.now();
    match command {
        Command::Rotate { keep } => {
            let keep = Duration::from_secs(u64::from(keep) * 3600);
            let done = KeyRing::rotate(dir, now, keep)?;
            output::line(&match done.added {
                Some(kid) => format!(
                    "added    {kid}, which signs in {} seconds, once all instances have it",
                    PUBLISH_BEFORE_SIGNING.as_secs()
                ),
                None => "nothing added: the newest key does not sign yet".to_owned(),
            })?;
            for kid in done.removed {
                output::line(&format!("removed  {kid}"))?;
            }
        }
        Command::List => {
            // `KeyRing::open` would create the folder and a key.
            if !dir.is_dir() {
                let dir = dir.display();
                return Err(CliError::Refused(format!(
                    "{dir} does not exist yet: the first start creates it, with a key"
                )));
            }
            let ring = KeyRing::open(dir, now)?;
            for warning in ring.warnings() {
                eprintln!("maqal: {warning}");
            }
            let signing = ring.signing_key(now);
            let state = |kid: &str| match &signing {
                Some(signer) if signer.kid() == kid => "signs",
                // Key ids begin with their time of creation.
                Some(signer) if signer.kid() < kid => "will sign",
                _ => "verifies",
            };
            let keys = ring.jwks().keys;
            let rows: Vec<_> =
                keys.into_iter().map(|key| vec![state(&key.kid).to_owned(), key.kid]).collect();
            output::table(&rows)?;
        }
    }
    Ok(())
}
