//! `maqal keys`. Calls `auth::keys`. Running instances notice a change by themselves.

use std::time::Duration;

use super::{CliError, output};
use crate::auth::keys::{KeyRing, PUBLISH_BEFORE_SIGNING};
use crate::clock::{Clock, SystemClock};
use crate::config::Config;

/// What `maqal keys` can do.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Add a key, which signs after a minute, and remove those long out of use
    #[command(after_help = "A key that was stolen must go at once: delete its file, which ends \
                            every access token it signed.")]
    Rotate {
        /// How many hours a key that signs no more is kept to verify what it signed
        #[arg(long, value_name = "HOURS", default_value_t = 24,
              value_parser = clap::value_parser!(u32).range(2..=8760))]
        keep: u32,
    },
    /// List the keys, newest first
    List,
}

/// Rotates or lists.
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
                    "added    {kid}, which signs when every instance knows it: in {} seconds",
                    PUBLISH_BEFORE_SIGNING.as_secs()
                ),
                None => "nothing added: the newest key has yet to begin signing".to_owned(),
            })?;
            for kid in done.removed {
                output::line(&format!("removed  {kid}"))?;
            }
        }
        Command::List => {
            // Opening a ring makes its folder and a key, which is not for a list to do.
            if !dir.is_dir() {
                let dir = dir.display();
                return Err(CliError::Refused(format!(
                    "{dir} is not there yet: the first start makes it, with a key"
                )));
            }
            let ring = KeyRing::open(dir, now)?;
            for warning in ring.warnings() {
                eprintln!("maqal: {warning}");
            }
            let signing = ring.signing_key(now);
            let state = |kid: &str| match &signing {
                Some(signer) if signer.kid() == kid => "signs",
                // Ids begin with the time they were made at.
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
