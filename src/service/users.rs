//! User management. At least one active admin remains: transactions that could remove the last one
//! take a lock and so run one after another.

mod operator;

pub use operator::{add, any, bootstrap_admin, find_by_email, set_password};

use super::idempotency::{self, Idempotent, Outcome};
use super::{App, Error, ResourceKind, Result};
use crate::auth::passwords::{WeakPassword, check_strength};
use crate::auth::strength::{MAX_CHARS, MIN_CHARS};
use crate::domain::Time;
use crate::domain::check::Violation;
use crate::domain::listing::{Page, UserQuery};
use crate::domain::policy::Actor;
use crate::domain::user::{NewUser, Role, User, UserId, UserPatch, is_email, normal_email};
use crate::service::error::require;
use crate::store::{Conn, StoreError, locks, sessions, users as store};

/// The input of a new user.
#[derive(Clone)]
pub struct CreateUser {
    /// The email address.
    pub email: String,
    /// The display name.
    pub name: String,
    /// The role.
    pub role: Role,
    /// The password in plain text.
    pub password: String,
}

/// Returns a page of users.
///
/// # Errors
/// [`Error::Forbidden`].
pub async fn list(app: &App, actor: &Actor, query: UserQuery) -> Result<Page<User>> {
    require(actor, Role::Admin)?;
    list_all(app, query).await
}

/// Returns a page of users without a permission check.
///
/// # Errors
/// [`Error::Store`].
pub async fn list_all(app: &App, query: UserQuery) -> Result<Page<User>> {
    app.db.scan(async move |conn: &mut Conn<'_>| Ok(store::list(conn, &query).await?)).await
}

/// Returns a user by id.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`].
pub async fn get(app: &App, actor: &Actor, id: UserId) -> Result<User> {
    require(actor, Role::Admin)?;
    let user = app.db.read(async |conn| store::find(conn, id).await).await?;
    user.ok_or(Error::NotFound(ResourceKind::User))
}

/// Creates a user.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::Invalid`], [`Error::Conflict`], [`Error::KeyReused`].
pub async fn create(
    app: &App,
    actor: &Actor,
    input: CreateUser,
    idempotent: Idempotent<User>,
) -> Result<Outcome> {
    require(actor, Role::Admin)?;
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

/// Changes a user. A suspension ends their sessions; a new role takes effect with the next request.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`], [`Error::Conflict`].
pub async fn update(app: &App, actor: &Actor, id: UserId, patch: UserPatch) -> Result<User> {
    require(actor, Role::Admin)?;
    change(app, id, patch).await
}

/// Deletes a user and their sessions. Their articles stay, without an author.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`], [`Error::Conflict`].
pub async fn delete(app: &App, actor: &Actor, id: UserId) -> Result<()> {
    require(actor, Role::Admin)?;
    app.db
        .write(async move |tx: &mut Conn<'_>| {
            store::lock_admin_changes(tx).await?;
            let user = find(tx, id).await?;
            keep_an_admin(tx, &user).await?;
            store::lock(tx, id).await?;
            locks::dependents_of_user(tx, id).await?;
            store::delete(tx, id).await?;
            Ok(())
        })
        .await
}

/// Changes a user without a permission check.
///
/// # Errors
/// As [`update`], except [`Error::Forbidden`].
pub async fn change(app: &App, id: UserId, mut patch: UserPatch) -> Result<User> {
    patch.email = patch.email.map(|email| checked_email(&email)).transpose()?;
    let now = app.now();
    app.db.write(async move |tx: &mut Conn<'_>| apply(tx, id, &patch, now).await).await
}

/// Changes a user in a transaction. An email address in the patch must be valid.
pub(super) async fn apply(
    tx: &mut Conn<'_>,
    id: UserId,
    patch: &UserPatch,
    now: Time,
) -> Result<User> {
    let may_remove_admin =
        patch.suspended == Some(true) || patch.role.is_some_and(|role| role != Role::Admin);
    if may_remove_admin {
        store::lock_admin_changes(tx).await?;
    }
    let user = find(tx, id).await?;
    if !has_changes(patch, &user) {
        return Ok(user);
    }
    if may_remove_admin {
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

/// Whether the patch differs from the user.
fn has_changes(patch: &UserPatch, user: &User) -> bool {
    patch.email.as_ref().is_some_and(|email| *email != user.email)
        || patch.name.as_ref().is_some_and(|name| *name != user.name)
        || patch.role.is_some_and(|role| role != user.role)
        || patch.suspended.is_some_and(|suspended| suspended != user.suspended)
}

/// Fails if this user is the last active admin. The transaction must hold the lock of
/// `lock_admin_changes`.
async fn keep_an_admin(tx: &mut Conn<'_>, user: &User) -> Result<()> {
    let is_active_admin = user.role == Role::Admin && !user.suspended;
    if is_active_admin && store::count_active_admins(tx).await? <= 1 {
        return Err(Error::conflict("last_admin", []));
    }
    Ok(())
}

async fn find(tx: &mut Conn<'_>, id: UserId) -> Result<User> {
    store::find(tx, id).await?.ok_or(Error::NotFound(ResourceKind::User))
}

/// Validates the input and hashes the password. It runs outside of the transaction, since a hash
/// takes some 20 ms and SQLite has one writer.
async fn prepare(app: &App, input: CreateUser) -> Result<NewUser> {
    let email = checked_email(&input.email)?;
    check_password("/password", &input.password, &email)?;
    let password_hash = hash(app, input.password).await?;
    Ok(NewUser { email, name: input.name, role: input.role, password_hash })
}

/// Checks an email address, and returns its stored form.
pub(super) fn checked_email(email: &str) -> Result<String> {
    let email = normal_email(email);
    if is_email(&email) {
        Ok(email)
    } else {
        Err(Error::violation("/email", Violation::InvalidEmail))
    }
}

/// Checks a password's strength. `pointer` is the JSON pointer of its field.
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

/// Hashes a password.
pub(super) async fn hash(app: &App, password: String) -> Result<String> {
    Ok(app.shared.passwords.hash(password).await?)
}

/// Maps a violated unique constraint: the email address has the only one.
fn email_taken(error: StoreError) -> Error {
    match error {
        StoreError::Duplicate(_) => Error::conflict("email_taken", []),
        other => other.into(),
    }
}
