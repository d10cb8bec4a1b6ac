//! `maqal user`: accounts, for whoever can reach the database. Calls `service::users`.

use std::sync::Arc;

use super::password::Source;
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

/// What `maqal user` can do.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Make a user
    #[command(after_help = "\
Examples:
  maqal user create noor@news.example --role admin              asks for a password
  maqal user create sami@news.example --role author --generate  prints one
  pass show maqal | maqal user create lina@news.example --role editor --name \"Lina\"")]
    Create {
        /// The address to sign in with
        #[arg(value_parser = email)]
        email: String,
        /// What they may do
        #[arg(long, value_parser = role())]
        role: Role,
        /// The name to show, if not what stands before the @
        #[arg(long)]
        name: Option<String>,
        #[command(flatten)]
        password: Source,
    },
    /// List all users
    List,
    /// Give a user another password, which ends all their sessions
    Password {
        /// The address they sign in with
        #[arg(value_parser = email)]
        email: String,
        #[command(flatten)]
        password: Source,
    },
    /// Lock a user out at once, or let them in again
    Suspend {
        /// The address they sign in with
        #[arg(value_parser = email)]
        email: String,
        /// Let them in again
        #[arg(long)]
        lift: bool,
    },
}

fn email(text: &str) -> Result<String, String> {
    let email = normal_email(text);
    is_email(&email).then_some(email).ok_or_else(|| "this is no email address".into())
}

/// Knows the roles' names, so that help and mistakes list them.
fn role() -> impl clap::builder::TypedValueParser<Value = Role> {
    use clap::builder::{PossibleValuesParser, TypedValueParser};
    use strum::VariantArray;
    let names = Role::VARIANTS.iter().map(|role| role.as_str());
    PossibleValuesParser::new(names).try_map(|name| name.parse::<Role>())
}

/// Makes, lists or changes users.
pub(super) fn run(command: Command) -> Result<(), CliError> {
    let config = Config::load()?;
    // Asked for before the database is opened: typing takes time.
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
                eprintln!("made {} {} (id {})", user.role, user.email, user.id);
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
    // Only now that the account has it.
    if let Some(password) = password {
        password.tell()?;
    }
    Ok(())
}

/// Every user, by id.
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
