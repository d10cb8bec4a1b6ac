//! `maqal user`: manages users. Access to the database is the only permission needed.

use std::sync::Arc;

use super::password::PasswordSource;
use super::{CliError, output};
use crate::clock::SystemClock;
use crate::config::Config;
use crate::domain::WireName;
use crate::domain::listing::{PageRequest, Start, UserQuery};
use crate::domain::user::{Role, User, UserPatch, is_email, normal_email};
use crate::server;
use crate::service::App;
use crate::service::users::{self, CreateUser};
use crate::text::clean;

/// Subcommands of `maqal user`.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Create a user
    #[command(after_help = "\
Examples:
  maqal user create noor@news.example --role admin              asks for a password
  maqal user create sami@news.example --role author --generate  prints a generated one
  pass show maqal | maqal user create lina@news.example --role editor --name \"Lina\"")]
    Create {
        /// The email address to sign in with
        #[arg(value_parser = email)]
        email: String,
        /// The user's role
        #[arg(long, value_parser = role())]
        role: Role,
        /// The display name [default: the part of the email before the @]
        #[arg(long)]
        name: Option<String>,
        #[command(flatten)]
        password: PasswordSource,
    },
    /// List all users
    List,
    /// Set a user's password and end all their sessions
    Password {
        /// The user's email address
        #[arg(value_parser = email)]
        email: String,
        #[command(flatten)]
        password: PasswordSource,
    },
    /// Suspend a user and end their sessions, or lift a suspension
    Suspend {
        /// The user's email address
        #[arg(value_parser = email)]
        email: String,
        /// Lift the suspension
        #[arg(long)]
        lift: bool,
    },
}

fn email(text: &str) -> Result<String, String> {
    is_email(&normal_email(text))
        .then(|| text.to_owned())
        .ok_or_else(|| "not an email address".into())
}

/// Parses a role. The help and the error messages list the possible values.
fn role() -> impl clap::builder::TypedValueParser<Value = Role> {
    use clap::builder::{PossibleValuesParser, TypedValueParser};
    use strum::VariantArray;
    let names = Role::VARIANTS.iter().map(|role| role.as_str());
    PossibleValuesParser::new(names).try_map(|name| name.parse::<Role>())
}

/// Runs the subcommand.
pub(super) fn run(command: Command) -> Result<(), CliError> {
    let config = Config::load()?;
    // Before the database is opened, since the prompt waits for the user.
    let password = match &command {
        Command::Create { email, password, .. } | Command::Password { email, password } => {
            Some(password.obtain(email)?)
        }
        Command::List | Command::Suspend { .. } => None,
    };
    let text = password.as_ref().map(|password| password.text.clone()).unwrap_or_default();
    server::block_on(async {
        let app = server::open_app(&config, Arc::new(SystemClock)).await?;
        match command {
            Command::Create { email, role, name, .. } => {
                let before_at = email.split('@').next().unwrap_or(&email);
                let name = clean::line(name.as_deref().unwrap_or(before_at));
                let user = CreateUser { email, name, role, password: text };
                let user = users::add(&app, user).await?;
                eprintln!("created {} {} (id {})", user.role, user.email, user.id);
            }
            Command::Password { email, .. } => {
                users::set_password(&app, &email, text).await?;
                eprintln!("{email} has a new password and is signed out everywhere");
            }
            Command::Suspend { email, lift } => {
                let user = users::find_by_email(&app, &email).await?;
                let patch = UserPatch { suspended: Some(!lift), ..UserPatch::default() };
                users::change(&app, user.id, patch).await?;
                let state = if lift { "may sign in again" } else { "is suspended" };
                eprintln!("{email} {state}");
            }
            Command::List => print(all(&app).await?)?,
        }
        Ok::<_, CliError>(())
    })?;
    // After the account has it.
    if let Some(password) = password {
        password.print_generated()?;
    }
    Ok(())
}

/// Returns all users, by id.
pub(super) async fn all(app: &App) -> Result<Vec<User>, CliError> {
    let mut users = Vec::new();
    let mut start = Start::Beginning;
    loop {
        let page = PageRequest { start, limit: 100, total: false };
        let found = users::list_all(app, UserQuery { page }).await?;
        users.extend(found.rows);
        match found.next {
            Some(last) => start = Start::After(last),
            None => return Ok(users),
        }
    }
}

fn print(users: Vec<User>) -> Result<(), CliError> {
    let mut rows = vec![["id", "role", "email", "state", "since", "name"].map(String::from).into()];
    rows.extend(users.into_iter().map(|user| {
        let state = if user.suspended { "suspended" } else { "active" };
        vec![
            user.id.to_string(),
            user.role.to_string(),
            user.email,
            state.to_owned(),
            user.created_at.format("%F").to_string(),
            user.name,
        ]
    }));
    Ok(output::table(&rows)?)
}
