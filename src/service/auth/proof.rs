//! Verifies passwords, with the throttle before and outside of any transaction.

use super::throttle::Attempt;
use crate::domain::user::{User, is_email};
use crate::service::{App, Error, Result};
use crate::store::users::Account;
use crate::store::{Conn, users};

/// Returns the active account with one of these email addresses and the password.
pub(super) async fn verify_password(
    app: &App,
    attempt: &Attempt,
    emails: &[String],
    password: String,
) -> Result<Account> {
    attempt.begin(app).await?;
    match verify(app, emails, password).await {
        Ok(Some(account)) => Ok(account),
        Ok(None) => Err(Error::BadCredentials),
        Err(error) => {
            attempt.clone().withdraw(app).await;
            Err(error)
        }
    }
}

/// Verifies a password in the same time whether the account exists or not.
async fn verify(app: &App, emails: &[String], password: String) -> Result<Option<Account>> {
    // Text that is no email address has no account, and may hold a NUL, which Postgres rejects.
    let emails: Vec<String> = emails.iter().filter(|email| is_email(email)).cloned().collect();
    let account = match emails.is_empty() {
        true => None,
        false => app.db.read(async |conn| users::find_by_emails(conn, &emails).await).await?,
    };
    let stored = account.as_ref().map(|account| account.password_hash.clone());
    let is_correct = app.shared.passwords.verify(password, stored).await?;
    Ok(account.filter(|account| is_correct && !account.user.suspended))
}

/// Locks a verified account in a transaction. Fails if it was suspended or its password changed
/// since the verification: both end all sessions, and a new one would survive that.
pub(super) async fn lock_verified(tx: &mut Conn<'_>, verified: &Account) -> Result<User> {
    users::lock(tx, verified.user.id)
        .await?
        .filter(|now| !now.user.suspended && now.password_hash == verified.password_hash)
        .map(|account| account.user)
        .ok_or(Error::BadCredentials)
}
