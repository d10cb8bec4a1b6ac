//! User management by the operator, from the command line and at start. There is no actor and so no
//! permission check.

use super::{CreateUser, check_password, email_taken, find, hash, prepare};
use crate::domain::user::{Role, User, stored_emails};
use crate::service::{App, Error, ResourceKind, Result};
use crate::store::{Conn, sessions, users as store};

/// Returns a user by email address.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn find_by_email(app: &App, email: &str) -> Result<User> {
    let emails = stored_emails(email);
    let found = app.db.read(async |conn| store::find_by_emails(conn, &emails).await).await?;
    found.map(|account| account.user).ok_or(Error::NotFound(ResourceKind::User))
}

/// Creates a user.
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

/// Sets a user's password and ends their sessions.
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

/// Creates the first admin if there is no user, and returns whether it did. Of several instances
/// that start at once, one creates it.
///
/// # Errors
/// [`Error::Invalid`] at `/email` or `/password`, only if there is no user.
pub async fn bootstrap_admin(app: &App, email: &str, name: &str, password: String) -> Result<bool> {
    // Usually true; it saves the password hash.
    if app.db.read(async |conn| store::any(conn).await).await? {
        return Ok(false);
    }
    let input = CreateUser { email: email.into(), name: name.into(), role: Role::Admin, password };
    let (admin, now) = (prepare(app, input).await?, app.now());
    app.db
        .write(async move |tx: &mut Conn<'_>| {
            store::lock_admin_changes(tx).await?;
            if store::any(tx).await? {
                return Ok(false);
            }
            store::insert(tx, &admin, now).await?;
            Ok::<_, Error>(true)
        })
        .await
}
