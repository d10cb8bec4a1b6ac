//! `maqal reindex`: rebuilds the search index. A later run continues an interrupted one.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use super::{CliError, database, output};
use crate::config::Config;
use crate::server;
use crate::service::search;

/// Arguments of `maqal reindex`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Index all articles, not only those indexed by an older version
    #[arg(long)]
    all: bool,
}

/// Indexes the articles that are due.
pub(super) fn run(args: Args) -> Result<(), CliError> {
    let config = Config::load()?;
    let done = server::block_on(async {
        let app = database::open(&config).await?;
        if args.all {
            search::make_all_due(&app).await?;
        }
        let bar = bar(search::due_count(&app).await?);
        let run = search::reindex(&app, |progress| bar.set_position(progress.done)).await;
        bar.finish_and_clear();
        Ok::<_, CliError>(run?.done)
    })?;
    Ok(output::line(&match done {
        0 => "nothing to do: every article is indexed".to_owned(),
        1 => "1 article indexed".to_owned(),
        count => format!("{count} articles indexed"),
    })?)
}

/// A progress bar, drawn on a terminal only.
fn bar(due: u64) -> ProgressBar {
    let bar = ProgressBar::new(due);
    // An invalid template would leave the default style.
    if let Ok(style) =
        ProgressStyle::with_template("{bar:40} {human_pos}/{human_len} articles, {eta} left")
    {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
