//! What whoever runs the program does with users: from the command line (`cli/user.rs`), and at
//! start, when `server.rs` makes the first admin. Nobody is signed in there, so nothing is asked
//! of `domain/policy.rs`. Reached as `service::users`.

use super::{CreateUser, check_password, email_taken, find, hash, prepare};
use crate::domain::listing::{Page, UserQuery};
use crate::domain::user::{Role, User, normal_email};
use crate::service::{App, Error, ResourceKind, Result};
use crate::store::{Conn, sessions, users as store};

/// A page of users.
///
/// # Errors
/// [`Error::Store`].
pub async fn list_all(app: &App, query: UserQuery) -> Result<Page<User>> {
    app.db.scan(async move |conn: &mut Conn<'_>| Ok(store::list(conn, &query).await?)).await
}

/// The user by their address.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn find_by_email(app: &App, email: &str) -> Result<User> {
    let email = normal_email(email);
    let found = app.db.read(async |conn| store::find_by_email(conn, &email).await).await?;
    found.map(|account| account.user).ok_or(Error::NotFound(ResourceKind::User))
}

/// Makes a user.
///
/// # Errors
/// [`Error::Invalid`], [`Error::Conflict`].
pub async fn add(app: &App, input: CreateUser) -> Result<User> {
    let (user, now) = (prepare(app, input).await?, app.now());
    app.db
        .write(async move |tx: &mut Conn<'_>| {
            store::insert(tx, &user, now).await.map_err(email_taken)
        })
        .await
}

/// Gives a user another password and ends their sessions.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Invalid`] at `/password`.
pub async fn set_password(app: &App, email: &str, password: String) -> Result<User> {
    let user = find_by_email(app, email).await?;
    check_password("/password", &password, &user.email)?;
    let (hash, now) = (hash(app, password).await?, app.now());
    app.db
        .write(async move |tx: &mut Conn<'_>| {
            if !store::set_password(tx, user.id, &hash, now).await? {
                return Err(Error::NotFound(ResourceKind::User));
            }
            sessions::end_all(tx, user.id, None, now).await?;
            find(tx, user.id).await
        })
        .await
}

/// Makes the first admin, if there is no user at all. However many instances start at once, one
/// of them makes one; whether it was this one.
///
/// # Errors
/// [`Error::Invalid`] at `/email` or `/password`, only if there is no user.
pub async fn bootstrap_admin(app: &App, email: &str, name: &str, password: String) -> Result<bool> {
    // Nearly always: saves the hash.
    if app.db.read(async |conn| store::any(conn).await).await? {
        return Ok(false);
    }
    let input = CreateUser { email: email.into(), name: name.into(), role: Role::Admin, password };
    let (admin, now) = (prepare(app, input).await?, app.now());
    app.db
        .write(async move |tx: &mut Conn<'_>| {
            store::queue_for_admins(tx).await?;
            if store::any(tx).await? {
                return Ok(false);
            }
            store::insert(tx, &admin, now).await?;
            Ok::<_, Error>(true)
        })
        .await
}
