//! `maqal demo`: loads the sample articles.

use super::{CliError, database, output};
use crate::config::Config;
use crate::{demo, server};

/// Loads the sample articles, with the first admin as their author.
pub(super) fn run() -> Result<(), CliError> {
    let config = Config::load()?;
    let loaded = server::block_on(async {
        let app = database::open(&config).await?;
        let loaded = demo::load_for_first_admin(&app).await?;
        loaded.ok_or_else(|| {
            CliError::Refused(
                "the sample articles need an admin as their author; create one first: \
                 maqal user create you@news.example --role admin"
                    .into(),
            )
        })
    })?;
    Ok(output::line(&match loaded {
        0 => "nothing loaded: the database has articles already".to_owned(),
        count => format!("{count} articles loaded"),
    })?)
}
