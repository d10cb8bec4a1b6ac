//! Measures the figures of `docs/benchmarks.md`: throughput as a ratio to a bare actix-web server
//! with the same bytes, latency in a large archive, writes and footprint. Prints a Markdown table:
//!
//! ```text
//! cargo bench --bench load                                        on SQLite
//! cargo bench --bench load -- --database postgres://… --articles 100000
//! ```
//!
//! The corpus (`corpus.rs`) stays in `--folder` and in the database, so a second run continues.
//! Server and load generator have one core each. Needs `wrk` and `taskset` (Debian: `apt-get
//! install wrk util-linux`); nginx is compared too if it is installed.

mod client;
mod corpus;
mod footprint;
mod freshness;
mod latency;
mod paths;
mod servers;
mod throughput;
mod writes;

use std::path::PathBuf;
use std::process::Command;

use clap::Parser;
use servers::Settings;

/// The options.
#[derive(Parser)]
struct Options {
    /// Number of articles in the archive.
    #[arg(long, default_value_t = 1_000_000)]
    articles: usize,
    /// Number of tags.
    #[arg(long, default_value_t = 50_000)]
    tags: usize,
    /// URL of the database; by default a file in the folder.
    #[arg(long)]
    database: Option<String>,
    /// Folder of the corpus.
    #[arg(long, default_value = "target/load")]
    folder: PathBuf,
    /// Only these parts: warm, cold, latency, writes, footprint, freshness.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// `cargo bench` passes this to every benchmark.
    #[arg(long, hide = true)]
    bench: bool,
    /// Run as the bare server, with the bytes in this file.
    #[arg(long, hide = true)]
    bare: Option<PathBuf>,
}

impl Options {
    fn asks(&self, part: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|one| one == part)
    }
}

fn main() {
    let options = Options::parse();
    if let Some(file) = &options.bare {
        return servers::bare(file);
    }
    std::fs::create_dir_all(&options.folder).expect("the folder");
    let folder = options.folder.canonicalize().expect("the folder");
    let file = || format!("sqlite://{}/load-{}.db", folder.display(), options.articles);
    let url = options.database.clone().unwrap_or_else(file);
    let settings = Settings { folder, url };
    actix_web::rt::System::new().block_on(async {
        corpus::build(&settings, options.articles, options.tags).await;
        print_environment(&options, &settings);
        servers::stay_off_their_core();
        if options.asks("warm") {
            throughput::warm(&settings).await;
        }
        if options.asks("cold") {
            throughput::cold(&settings, options.articles).await;
        }
        if options.asks("latency") {
            latency::measure(&settings, options.articles, options.tags).await;
        }
        if options.asks("footprint") {
            footprint::measure(&settings, options.articles).await;
        }
        if options.asks("freshness") {
            freshness::measure(&settings).await;
        }
        // Last, since it enlarges the archive.
        if options.asks("writes") {
            writes::measure(&settings).await;
        }
    });
}

/// Prints date, machine and commit.
fn print_environment(options: &Options, settings: &Settings) {
    let said = |program: &str, arguments: &[&str]| {
        let output = Command::new(program).args(arguments).output();
        output.map_or_else(
            |_| "unknown".into(),
            |output| String::from_utf8_lossy(&output.stdout).trim().to_owned(),
        )
    };
    let processor = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let processor = processor.lines().find_map(|line| line.strip_prefix("model name"));
    let processor = processor.map_or("unknown", |name| name.trim_start_matches([' ', '\t', ':']));
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    println!(
        "### {}, {} articles\n\n{}, {cores} cores of {processor}, commit {}.",
        settings.kind(),
        options.articles,
        said("date", &["-u", "+%Y-%m-%d"]),
        said("git", &["rev-parse", "--short", "HEAD"]),
    );
}
