//! The command line and its help. Each command has its own file and reads the settings itself.

mod config;
mod database;
mod demo;
mod error;
mod keys;
mod migrate;
mod openapi;
mod output;
mod password;
mod reindex;
mod serve;
mod user;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::config::variables;

pub use error::CliError;

const EXAMPLES: &str = "\
Examples:
  maqal --demo                        try it: with sample articles and an admin account
  maqal                               serve, with a SQLite database in data/
  maqal user create noor@news.example --role admin
  maqal config                        show the effective settings
  DATABASE_URL=postgres://maqal@db/news MAQAL_JWT_KEYS=/srv/maqal/keys maqal";

const SETTINGS: &str = "\
Settings are environment variables or lines of .env in the current folder";

/// A headless content API for newsrooms and blogs, Arabic first
#[derive(Debug, Parser)]
#[command(
    name = "maqal",
    version,
    after_help = format!("{EXAMPLES}\n\n{SETTINGS}; `maqal --help` lists them."),
    args_conflicts_with_subcommands = true,
    subcommand_help_heading = "Commands (default: serve)"
)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: serve::Args,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server
    Serve(serve::Args),
    /// Apply, revert or list the database's migrations
    #[command(subcommand)]
    Migrate(migrate::Command),
    /// Create, list and suspend users, and set their passwords
    #[command(subcommand)]
    User(user::Command),
    /// Rotate or list the keys that sign access tokens
    #[command(subcommand)]
    Keys(keys::Command),
    /// Show the effective settings, without secrets
    Config(config::Args),
    /// Print the OpenAPI document
    Openapi(openapi::Args),
    /// Load the sample articles into an empty database
    Demo,
    /// Rebuild outdated entries of the search index while the site runs
    Reindex(reindex::Args),
}

impl Cli {
    /// Parses the command line. Prints help or an error and exits if there is no command to run.
    #[must_use]
    pub fn from_command_line() -> Self {
        let matches = command().get_matches();
        Self::from_arg_matches(&matches).unwrap_or_else(|error| error.exit())
    }
}

/// The parser; its long help lists the settings.
fn command() -> clap::Command {
    let settings = variables::help();
    Cli::command().after_long_help(format!(
        "{EXAMPLES}\n\n{SETTINGS}:\n{settings}\nExit status: 0 success, 1 failure, \
         2 invalid command line or settings."
    ))
}

/// Runs the command.
///
/// # Errors
/// [`CliError`].
pub fn run(cli: Cli) -> Result<(), CliError> {
    match cli.command {
        None => serve::run(cli.serve),
        Some(Command::Serve(args)) => serve::run(args),
        Some(Command::Migrate(command)) => migrate::run(command),
        Some(Command::User(command)) => user::run(command),
        Some(Command::Keys(command)) => keys::run(command),
        Some(Command::Config(args)) => config::run(args),
        Some(Command::Openapi(args)) => openapi::run(args),
        Some(Command::Demo) => demo::run(),
        Some(Command::Reindex(args)) => reindex::run(args),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Cli, clap::Error> {
        Cli::try_parse_from(line.split(' '))
    }

    #[test]
    fn clap_definition_is_valid() {
        command().debug_assert();
    }

    #[test]
    fn no_command_serves() {
        assert!(parse("maqal").unwrap().command.is_none());
        let bare = parse("maqal --demo --bind 127.0.0.1:3000").unwrap();
        assert!(bare.command.is_none() && bare.serve.demo);
        let named = parse("maqal serve --demo").unwrap();
        assert!(matches!(named.command, Some(Command::Serve(args)) if args.demo));
    }

    #[test]
    fn invalid_command_line_exits_with_2() {
        for line in [
            "maqal fly",
            "maqal --demo config",
            "maqal serve --bind 8080",
            "maqal migrate",
            "maqal user create",
            "maqal user create noor@news.example --role king",
            "maqal openapi --format xml",
        ] {
            assert_eq!(parse(line).unwrap_err().exit_code(), 2, "{line}");
        }
    }

    #[test]
    fn help_lists_every_setting() {
        let help = command().render_long_help().to_string();
        for variable in variables::VARIABLES {
            assert!(help.contains(variable.name), "{}", variable.name);
        }
    }
}
