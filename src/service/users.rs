//! Users: making, changing and removing them. Called by the handlers of `http/users/`, by
//! `service/auth.rs` for what people change of themselves, and by `cli/` and `server.rs` through
//! the functions of `users/operator.rs`, which take no [`Actor`].
//!
//! The site always keeps one admin who can sign in. Transactions that could take the last one
//! away queue, so that two of them can't each count on the admin that the other removes.

mod operator;

pub use operator::{add, bootstrap_admin, find_by_email, list_all, set_password};

use super::auth::unhashed;
use super::idempotency::{self, Idempotent, Outcome};
use super::{App, Error, ResourceKind, Result};
use crate::auth::passwords::{WeakPassword, check_strength};
use crate::auth::strength::{MAX_CHARS, MIN_CHARS};
use crate::domain::Time;
use crate::domain::check::Violation;
use crate::domain::listing::{Page, UserQuery};
use crate::domain::policy::{self, Actor};
use crate::domain::user::{NewUser, Role, User, UserId, UserPatch, is_email, normal_email};
use crate::store::{Conn, StoreError, sessions, users as store};

/// A user to be made, with the password that somebody chose.
#[derive(Clone)]
pub struct CreateUser {
    /// Address to sign in with.
    pub email: String,
    /// Name to show.
    pub name: String,
    /// Role.
    pub role: Role,
    /// Password.
    pub password: String,
}

/// A page of users.
///
/// # Errors
/// [`Error::Forbidden`].
pub async fn list(app: &App, actor: &Actor, query: UserQuery) -> Result<Page<User>> {
    needs_admin(actor)?;
    list_all(app, query).await
}

/// The user by their id.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`].
pub async fn get(app: &App, actor: &Actor, id: UserId) -> Result<User> {
    needs_admin(actor)?;
    let user = app.db.read(async |conn| store::find(conn, id).await).await?;
    user.ok_or(Error::NotFound(ResourceKind::User))
}

/// Makes a user.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::Invalid`], [`Error::Conflict`], [`Error::KeyReused`].
pub async fn create(
    app: &App,
    actor: &Actor,
    input: CreateUser,
    idempotent: Idempotent<User>,
) -> Result<Outcome> {
    needs_admin(actor)?;
    let (user, now) = (prepare(app, input).await?, app.now());
    app.db
        .write(async move |tx: &mut Conn<'_>| {
            idempotency::run(tx, now, &idempotent, async |tx| {
                store::insert(tx, &user, now).await.map_err(email_taken)
            })
            .await
        })
        .await
}

/// Changes a user. A suspension ends their sessions; another role counts from their next request.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`], [`Error::Conflict`].
pub async fn update(app: &App, actor: &Actor, id: UserId, patch: UserPatch) -> Result<User> {
    needs_admin(actor)?;
    change(app, id, patch).await
}

/// Removes a user with their sessions. Their articles stay, without an author.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`], [`Error::Conflict`].
pub async fn delete(app: &App, actor: &Actor, id: UserId) -> Result<()> {
    needs_admin(actor)?;
    app.db
        .write(async move |tx: &mut Conn<'_>| {
            store::queue_for_admins(tx).await?;
            let user = find(tx, id).await?;
            keep_an_admin(tx, &user).await?;
            store::delete(tx, id).await?;
            Ok(())
        })
        .await
}

/// Changes a user, whoever asks for it: the caller has made sure that they may. `cli/` calls it to
/// suspend somebody.
///
/// # Errors
/// As [`update`], but for [`Error::Forbidden`].
pub async fn change(app: &App, id: UserId, mut patch: UserPatch) -> Result<User> {
    patch.email = patch.email.map(|email| checked_email(&email)).transpose()?;
    let now = app.now();
    app.db.write(async move |tx: &mut Conn<'_>| apply(tx, id, &patch, now).await).await
}

async fn apply(tx: &mut Conn<'_>, id: UserId, patch: &UserPatch, now: Time) -> Result<User> {
    let dethrones =
        patch.suspended == Some(true) || patch.role.is_some_and(|role| role != Role::Admin);
    if dethrones {
        store::queue_for_admins(tx).await?;
    }
    let user = find(tx, id).await?;
    if !changes(patch, &user) {
        return Ok(user);
    }
    if dethrones {
        keep_an_admin(tx, &user).await?;
    }
    let user = store::update(tx, id, patch, now)
        .await
        .map_err(email_taken)?
        .ok_or(Error::NotFound(ResourceKind::User))?;
    if patch.suspended == Some(true) {
        sessions::end_all(tx, id, None, now).await?;
    }
    Ok(user)
}

/// Whether anything would be another way.
fn changes(patch: &UserPatch, user: &User) -> bool {
    patch.email.as_ref().is_some_and(|email| *email != user.email)
        || patch.name.as_ref().is_some_and(|name| *name != user.name)
        || patch.role.is_some_and(|role| role != user.role)
        || patch.suspended.is_some_and(|suspended| suspended != user.suspended)
}

/// Refuses to do without this user if they are the last admin who can sign in. The transaction
/// must have queued first.
async fn keep_an_admin(tx: &mut Conn<'_>, user: &User) -> Result<()> {
    let reigns = user.role == Role::Admin && !user.suspended;
    if reigns && store::count_active_admins(tx).await? <= 1 {
        return Err(Error::conflict("last_admin", []));
    }
    Ok(())
}

async fn find(tx: &mut Conn<'_>, id: UserId) -> Result<User> {
    store::find(tx, id).await?.ok_or(Error::NotFound(ResourceKind::User))
}

fn needs_admin(actor: &Actor) -> Result<()> {
    policy::needs(actor, Role::Admin).map_err(|denied| Error::denied(ResourceKind::User, denied))
}

/// Checks what was chosen and hashes the password. Outside of the transaction: a hash takes some
/// 20 ms, for which SQLite's one writer must not stand still.
async fn prepare(app: &App, input: CreateUser) -> Result<NewUser> {
    let email = checked_email(&input.email)?;
    check_password("/password", &input.password, &email)?;
    let password_hash = hash(app, input.password).await?;
    Ok(NewUser { email, name: input.name, role: input.role, password_hash })
}

fn checked_email(email: &str) -> Result<String> {
    let email = normal_email(email);
    if is_email(&email) {
        Ok(email)
    } else {
        Err(Error::violation("/email", Violation::InvalidEmail))
    }
}

/// Refuses a password that is too easily guessed; `pointer` is where it came from.
pub(super) fn check_password(pointer: &str, password: &str, email: &str) -> Result<()> {
    check_strength(password, email).map_err(|weak| {
        let violation = match weak {
            WeakPassword::TooShort => Violation::TooShort { min: MIN_CHARS as u64 },
            WeakPassword::TooLong => Violation::TooLong { max: MAX_CHARS as u64 },
            WeakPassword::Nul => Violation::NulCharacter,
            WeakPassword::IsEmail | WeakPassword::Common => Violation::WeakPassword,
        };
        Error::violation(pointer, violation)
    })
}

/// The hash to keep of a password.
pub(super) async fn hash(app: &App, password: String) -> Result<String> {
    app.shared.passwords.hash(password).await.map_err(unhashed)
}

/// The address is the only thing about users that must be unique.
fn email_taken(error: StoreError) -> Error {
    match error {
        StoreError::Duplicate(_) => Error::conflict("email_taken", []),
        other => other.into(),
    }
}
