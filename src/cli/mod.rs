//! The command line: what `maqal` can be asked for, and its help. Called by `main.rs`; each command
//! has a file of its own here, reads its settings itself and calls `server`, `service` or `store`.

mod config;
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
  maqal --demo                        look around: sample articles, and an admin to sign in as
  maqal                               serve, on an embedded database in data/
  maqal user create noor@news.example --role admin
  maqal config                        what is in force, and what each setting is called
  DATABASE_URL=postgres://maqal@db/news MAQAL_JWT_KEYS=/srv/maqal/keys maqal";

const SETTINGS: &str = "\
Settings come from the environment, then from .env in the current folder";

/// A headless content API for newsrooms and blogs, Arabic first
#[derive(Debug, Parser)]
#[command(
    name = "maqal",
    version,
    after_help = format!("{EXAMPLES}\n\n{SETTINGS}; `maqal --help` lists them."),
    args_conflicts_with_subcommands = true,
    subcommand_help_heading = "Commands (none: serve)",
    disable_help_subcommand = true
)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: serve::Args,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Answer requests until told to stop
    Serve(serve::Args),
    /// Bring the database's schema up to date, back by a step, or tell how it stands
    #[command(subcommand)]
    Migrate(migrate::Command),
    /// Make, list and suspend users, and give them new passwords
    #[command(subcommand)]
    User(user::Command),
    /// Rotate or list the keys that sign access tokens
    #[command(subcommand)]
    Keys(keys::Command),
    /// Show the settings in force, secrets hidden
    Config(config::Args),
    /// Print the OpenAPI document
    Openapi(openapi::Args),
    /// Put the sample articles into an empty database
    Demo,
    /// Index articles for search that aren't, or by an older version, while the site goes on
    Reindex(reindex::Args),
}

impl Cli {
    /// What the command line asks for. Prints help or what is wrong with it, and exits, if it asks
    /// for nothing that there is.
    #[must_use]
    pub fn from_command_line() -> Self {
        let matches = command().get_matches();
        Self::from_arg_matches(&matches).unwrap_or_else(|error| error.exit())
    }
}

/// The parser with its whole help, of which the settings are made from their table.
fn command() -> clap::Command {
    let settings = variables::help();
    Cli::command().after_long_help(format!(
        "{EXAMPLES}\n\n{SETTINGS}:\n{settings}\nExit status: 0 done, 1 failed, \
         2 wrong command line or settings."
    ))
}

/// Does what was asked for.
///
/// # Errors
/// [`CliError`], to be told to whoever asked.
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
    fn the_parser_is_sound() {
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
    fn nonsense_is_refused() {
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
