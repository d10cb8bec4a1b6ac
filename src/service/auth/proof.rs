//! Proving that one knows a password, to sign in or to choose another. Called by `service/auth.rs`
//! and, as `service::auth::change_password`, by `http/auth/`; calls the throttle first, then
//! `auth/passwords.rs`, outside of any transaction.

use super::me;
use super::throttle::Attempt;
use crate::auth::passwords::PasswordError;
use crate::domain::policy::Actor;
use crate::domain::user::{User, is_email};
use crate::service::{App, Error, Result, users as user_service};
use crate::store::users::Account;
use crate::store::{Conn, sessions, users};

/// Gives oneself another password. It ends all of one's sessions, this one too: whoever changes
/// a password because it leaked wants everybody out who came in with it.
///
/// # Errors
/// [`Error::BadCredentials`] when `current` is wrong, [`Error::Invalid`] at `/new_password`,
/// [`Error::TooMany`], [`Error::Busy`].
pub async fn change_password(app: &App, actor: &Actor, current: String, new: String) -> Result<()> {
    let email = me(app, actor).await?.email;
    user_service::check_password("/new_password", &new, &email)?;
    let attempt = Attempt::confirm(&email);
    let account = prove(app, &attempt, &email, current).await?;
    let hash = user_service::hash(app, new).await?;
    let now = app.now();
    app.db
        .write(async move |tx: &mut Conn<'_>| {
            let user = still_good(tx, &account).await?;
            users::set_password(tx, user.id, &hash, now).await?;
            sessions::end_all(tx, user.id, None, now).await?;
            attempt.succeeded(tx, now).await
        })
        .await
}

/// The account, if this is its password and it may be used.
pub(super) async fn prove(
    app: &App,
    attempt: &Attempt,
    email: &str,
    password: String,
) -> Result<Account> {
    attempt.begin(app).await?;
    match verify(app, email, password).await {
        Ok(Some(account)) => Ok(account),
        Ok(None) => Err(Error::BadCredentials),
        Err(error) => {
            attempt.clone().withdraw(app).await;
            Err(error)
        }
    }
}

/// Takes as long for an address that has no account as for one that has.
async fn verify(app: &App, email: &str, password: String) -> Result<Option<Account>> {
    // What can't be an address is nobody's, and may hold a NUL, which Postgres refuses.
    let account = match is_email(email) {
        true => app.db.read(async |conn| users::find_by_email(conn, email).await).await?,
        false => None,
    };
    let stored = account.as_ref().map(|account| account.password_hash.clone());
    let right = app.shared.passwords.verify(password, stored).await.map_err(unhashed)?;
    Ok(account.filter(|account| right && !account.user.suspended))
}

/// In a transaction, holds the account whose password was just checked, unless it was suspended
/// or got another password while that took its time: a session that began now would outlive the
/// end of all sessions that went with it.
pub(super) async fn still_good(tx: &mut Conn<'_>, checked: &Account) -> Result<User> {
    users::lock(tx, checked.user.id)
        .await?
        .filter(|now| !now.user.suspended && now.password_hash == checked.password_hash)
        .map(|account| account.user)
        .ok_or(Error::BadCredentials)
}

/// Why a password was neither hashed nor checked.
pub(in crate::service) fn unhashed(error: PasswordError) -> Error {
    match error {
        PasswordError::Busy => Error::Busy("passwords"),
        other => Error::Internal(other.to_string()),
    }
}
