//! Login, logout and authentication. A session has access tokens and a chain of refresh tokens,
//! each of which is exchanged once. Every request checks the session in the database, so that its end, a
//! suspension or a new role takes effect at once.

mod proof;
mod refresh;
mod throttle;

use std::net::IpAddr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::Duration;

use proof::{lock_verified, verify_password};
pub use refresh::refresh;
use throttle::Attempt;
pub(super) use throttle::network;

use super::{App, Error, ResourceKind, Result, users as user_service};
use crate::auth::secrets::RefreshToken;
use crate::auth::tokens::{AccessInput, IssuedToken};
use crate::domain::Time;
use crate::domain::WireName;
use crate::domain::policy::Actor;
use crate::domain::user::{User, UserPatch, normal_email, stored_emails};
use crate::store::sessions::{NewToken, Session};
use crate::store::{Conn, login_throttles, sessions, users};

/// The absolute lifetime of a session. It bounds the use of a stolen session that nobody notices.
pub const SESSION: Duration = Duration::days(90);

/// The lifetime of an unused refresh token. It is longer than a month's absence from work.
pub const REFRESH: Duration = Duration::days(30);

/// The time after an exchange in which it may be repeated. Tabs that wake up together need less.
const GRACE: Duration = Duration::seconds(10);

/// Expired rows of a table that one transaction deletes. It occupies SQLite's only writer for a few
/// milliseconds.
const EXPIRY_BATCH: u16 = 500;

/// The input of a login.
pub struct LoginRequest {
    /// The email address, in any case.
    pub email: String,
    /// The password.
    pub password: String,
    /// The client's address, as given by trusted proxies.
    pub address: IpAddr,
}

/// The result of a login or a refresh.
pub struct SignedIn {
    /// The access token.
    pub access: IssuedToken,
    /// The refresh token for the next exchange. It must not be logged.
    pub refresh_token: String,
    /// The user.
    pub user: User,
}

/// Changes of a user's own account; `None` leaves a field unchanged.
#[derive(Default)]
pub struct OwnPatch {
    /// The new name.
    pub name: Option<String>,
    /// The new email address.
    pub email: Option<NewEmail>,
}

/// A new email address, and the password that permits it.
pub struct NewEmail {
    /// The email address.
    pub email: String,
    /// The current password.
    pub current_password: String,
}

/// Signs a user in. An unknown address, a wrong password and a suspended account give the same
/// error after the same time.
///
/// # Errors
/// [`Error::BadCredentials`], [`Error::TooMany`], [`Error::Busy`].
pub async fn login(app: &App, request: LoginRequest) -> Result<SignedIn> {
    let email = normal_email(&request.email);
    let attempt = Attempt::login(&email, request.address);
    let emails = stored_emails(&request.email);
    let account = verify_password(app, &attempt, &emails, request.password).await?;
    let now = app.now();
    let token = RefreshToken::generate().map_err(|error| Error::Internal(error.to_string()))?;
    let row = new_token(&token, now);
    let (session_id, user) = app
        .db
        .write(async move |tx: &mut Conn<'_>| {
            let user = lock_verified(tx, &account).await?;
            let id = sessions::insert(tx, user.id, now, now + SESSION).await?;
            sessions::insert_token(tx, id, &row).await?;
            attempt.succeeded(tx, now).await?;
            Ok::<_, Error>((id, user))
        })
        .await?;
    signed_in(app, session_id, &token, user, now)
}

/// Ends the actor's session, which invalidates its access and refresh tokens at once.
///
/// # Errors
/// [`Error::Store`].
pub async fn logout(app: &App, actor: &Actor) -> Result<()> {
    let (id, now) = (actor.session_id, app.now());
    app.db.write(async move |tx: &mut Conn<'_>| Ok(sessions::end(tx, id, now).await?)).await
}

/// Returns the signed-in user.
///
/// # Errors
/// [`Error::NotFound`] if the user was deleted since the token was verified.
pub async fn me(app: &App, actor: &Actor) -> Result<User> {
    let id = actor.user_id;
    let user = app.db.read(async |conn| users::find(conn, id).await).await?;
    user.ok_or(Error::NotFound(ResourceKind::User))
}

/// Changes the actor's own name or email address. A new address needs the password: with the address, the
/// holder of a stolen session could take over the account.
///
/// # Errors
/// [`Error::BadCredentials`] if the password is wrong, [`Error::Conflict`], [`Error::Invalid`],
/// [`Error::TooMany`], [`Error::Busy`].
pub async fn change_own(app: &App, actor: &Actor, patch: OwnPatch) -> Result<User> {
    let mut change = UserPatch { name: patch.name, ..UserPatch::default() };
    let Some(NewEmail { email, current_password }) = patch.email else {
        return user_service::change(app, actor.user_id, change).await;
    };
    change.email = Some(user_service::checked_email(&email)?);
    let email = me(app, actor).await?.email;
    let attempt = Attempt::confirm(&email);
    let account = verify_password(app, &attempt, &[email], current_password).await?;
    let now = app.now();
    app.db
        .write(async move |tx: &mut Conn<'_>| {
            let user = lock_verified(tx, &account).await?;
            attempt.succeeded(tx, now).await?;
            user_service::apply(tx, user.id, &change, now).await
        })
        .await
}

/// Changes the actor's own password and ends all their sessions, this one included: a password that
/// leaked may have opened others.
///
/// # Errors
/// [`Error::BadCredentials`] if `current` is wrong, [`Error::Invalid`] at `/new_password`,
/// [`Error::TooMany`], [`Error::Busy`].
pub async fn change_password(app: &App, actor: &Actor, current: String, new: String) -> Result<()> {
    let email = me(app, actor).await?.email;
    user_service::check_password("/new_password", &new, &email)?;
    let attempt = Attempt::confirm(&email);
    let account = verify_password(app, &attempt, &[email], current).await?;
    let hash = user_service::hash(app, new).await?;
    let now = app.now();
    app.db
        .write(async move |tx: &mut Conn<'_>| {
            let user = lock_verified(tx, &account).await?;
            users::set_password(tx, user.id, &hash, now).await?;
            sessions::end_all(tx, user.id, None, now).await?;
            attempt.succeeded(tx, now).await
        })
        .await
}

/// Authenticates a request by its access token. The actor has the user's present role.
///
/// # Errors
/// [`Error::InvalidToken`] with a reason for the log.
pub async fn authenticate(app: &App, token: &str) -> Result<Actor> {
    let now = app.now();
    let claims = app
        .shared
        .tokens
        .verify_access(token, now)
        .map_err(|rejected| Error::InvalidToken(rejected.reason()))?;
    let id = claims.session_id;
    let session = app
        .db
        .read(async |conn| sessions::find(conn, id).await)
        .await?
        .filter(|session| session.user_id == claims.user_id)
        .ok_or(Error::InvalidToken("no_session"))?;
    check(&session, now)?;
    Ok(Actor { user_id: session.user_id, role: session.role, session_id: id })
}

/// Deletes expired sessions, refresh tokens and login throttles.
///
/// # Errors
/// [`Error::Store`].
pub async fn delete_expired(app: &App) -> Result<()> {
    let now = app.now();
    loop {
        let removed = app
            .db
            .write(async move |tx: &mut Conn<'_>| {
                login_throttles::delete_expired(tx, now - throttle::RETENTION).await?;
                sessions::delete_old_salts(tx, now - GRACE).await?;
                let sessions = sessions::delete_expired(tx, now, EXPIRY_BATCH).await?;
                let tokens = sessions::delete_expired_tokens(tx, now, EXPIRY_BATCH).await?;
                Ok::<_, Error>(sessions.max(tokens))
            })
            .await?;
        if removed < usize::from(EXPIRY_BATCH) {
            return Ok(());
        }
    }
}

fn check(session: &Session, now: Time) -> Result<()> {
    if session.ended_at.is_some() {
        return Err(Error::InvalidToken("session_ended"));
    }
    if session.expires_at <= now {
        return Err(Error::InvalidToken("session_expired"));
    }
    if session.suspended {
        return Err(Error::InvalidToken("suspended"));
    }
    Ok(())
}

/// Returns a refresh token's row, which holds only the token's hash.
fn new_token(token: &RefreshToken, now: Time) -> NewToken {
    NewToken { hash: hash_text(token), issued_at: now, expires_at: now + REFRESH }
}

fn hash_text(token: &RefreshToken) -> String {
    URL_SAFE_NO_PAD.encode(token.hash())
}

/// Returns the pair of a refresh token that was issued at a time: always the same one.
fn signed_in(
    app: &App,
    session_id: sessions::SessionId,
    token: &RefreshToken,
    user: User,
    issued_at: Time,
) -> Result<SignedIn> {
    let (role, token_id) = (user.role.as_str(), token.access_token_id());
    let input = AccessInput { user_id: user.id, session_id, role, token_id };
    let mut access = app
        .shared
        .tokens
        .issue_access(input, issued_at)
        .map_err(|error| Error::Internal(error.to_string()))?;
    // Clocks of instances may differ a little.
    access.expires_in -= (app.now() - issued_at).num_seconds().max(0);
    Ok(SignedIn { access, refresh_token: token.expose(), user })
}
