//! Signing in and out, and being recognised. Called by the handlers of `http/auth/` and, for every
//! request that carries a token, by the guard; calls `auth/` for tokens and passwords and keeps
//! sessions through `store/sessions.rs`.
//!
//! ```text
//! login ──► session (90 days) ──► refresh token ──► refresh token ──► …   each used once
//!                            └──► access tokens (10 minutes), which name the session
//! ```
//!
//! Every access token is checked against its session in the database, so that ending a session,
//! suspending its user or changing their role takes effect with the next request.

mod proof;
mod refresh;
mod throttle;

use std::net::IpAddr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::Duration;

pub use proof::change_password;
pub(super) use proof::unhashed;
use proof::{prove, still_good};
pub use refresh::refresh;
use throttle::Attempt;
pub(super) use throttle::network;

use super::{App, Error, ResourceKind, Result, users as user_service};
use crate::auth::secrets::RefreshToken;
use crate::auth::tokens::{AccessInput, IssuedToken};
use crate::domain::Time;
use crate::domain::WireName;
use crate::domain::policy::Actor;
use crate::domain::user::{User, UserPatch, normal_email};
use crate::store::sessions::{NewToken, Session};
use crate::store::{Conn, login_throttles, sessions, users};

/// How long a session lives, however much it is used: a stolen one ends some day even if nobody
/// notices, and a quarter of a year is as often as people put up with signing in.
pub const SESSION: Duration = Duration::days(90);

/// How long a refresh token waits to be used: a month's leave doesn't sign anybody out, while a
/// device that was put away for good is forgotten.
pub const REFRESH: Duration = Duration::days(30);

/// How many expired rows of a kind one transaction removes: as many as hold SQLite's one writer up
/// for a few milliseconds.
const PURGE_BATCH: u16 = 500;

/// What somebody signs in with.
pub struct LoginRequest {
    /// Their address, in any case.
    pub email: String,
    /// Their password.
    pub password: String,
    /// Where they call from, proxies seen through.
    pub address: IpAddr,
}

/// What they get.
pub struct SignedIn {
    /// Shown with every request.
    pub access: IssuedToken,
    /// Exchanged for the next pair; not to be logged.
    pub refresh_token: String,
    /// Who they are.
    pub user: User,
}

/// What somebody changes of themselves; `None` leaves it.
#[derive(Debug, Clone, Default)]
pub struct OwnPatch {
    /// Another name.
    pub name: Option<String>,
    /// Another address to sign in with.
    pub email: Option<String>,
}

/// Signs somebody in. An unknown address, a wrong password and a suspended account get the same
/// answer in the same time.
///
/// # Errors
/// [`Error::BadCredentials`], [`Error::TooMany`], [`Error::Busy`].
pub async fn login(app: &App, request: LoginRequest) -> Result<SignedIn> {
    let email = normal_email(&request.email);
    let attempt = Attempt::login(&email, request.address);
    let account = prove(app, &attempt, &email, request.password).await?;
    let now = app.now();
    let (token, kept) = new_token(now)?;
    let (session_id, user) = app
        .db
        .write(async move |tx: &mut Conn<'_>| {
            let user = still_good(tx, &account).await?;
            let id = sessions::insert(tx, user.id, now, now + SESSION).await?;
            sessions::insert_token(tx, id, &kept).await?;
            attempt.succeeded(tx, now).await?;
            Ok::<_, Error>((id, user))
        })
        .await?;
    signed_in(app, session_id, &token, user, now)
}

/// Ends the session: its access and refresh tokens are worthless at once.
///
/// # Errors
/// [`Error::Store`].
pub async fn logout(app: &App, actor: &Actor) -> Result<()> {
    let (id, now) = (actor.session_id, app.now());
    app.db.write(async move |tx: &mut Conn<'_>| Ok(sessions::end(tx, id, now).await?)).await
}

/// Who is signed in.
///
/// # Errors
/// [`Error::NotFound`] when they were deleted since their token was checked.
pub async fn me(app: &App, actor: &Actor) -> Result<User> {
    let id = actor.user_id;
    let user = app.db.read(async |conn| users::find(conn, id).await).await?;
    user.ok_or(Error::NotFound(ResourceKind::User))
}

/// Changes what is one's own to change: not the role, and not the password, which takes the
/// present one ([`change_password`]).
///
/// # Errors
/// [`Error::Conflict`], [`Error::Invalid`].
pub async fn change_own(app: &App, actor: &Actor, patch: OwnPatch) -> Result<User> {
    let patch = UserPatch { name: patch.name, email: patch.email, ..UserPatch::default() };
    user_service::change(app, actor.user_id, patch).await
}

/// Who a request comes from, by its access token. The role is the one they have now, whatever
/// they had when the token was issued.
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

/// Forgets the sessions, refresh tokens and failed logins that nobody can use any more.
///
/// # Errors
/// [`Error::Store`].
pub async fn forget_expired(app: &App) -> Result<()> {
    let now = app.now();
    loop {
        let removed = app
            .db
            .write(async move |tx: &mut Conn<'_>| {
                login_throttles::purge(tx, now - throttle::FORGET).await?;
                let sessions = sessions::purge(tx, now, PURGE_BATCH).await?;
                let tokens = sessions::purge_tokens(tx, now, PURGE_BATCH).await?;
                Ok::<_, Error>(sessions.max(tokens))
            })
            .await?;
        if removed < usize::from(PURGE_BATCH) {
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

/// A refresh token and what is kept of it.
fn new_token(now: Time) -> Result<(RefreshToken, NewToken)> {
    let token = RefreshToken::generate().map_err(|error| Error::Internal(error.to_string()))?;
    let kept = NewToken { hash: hash_text(&token), issued_at: now, expires_at: now + REFRESH };
    Ok((token, kept))
}

fn hash_text(token: &RefreshToken) -> String {
    URL_SAFE_NO_PAD.encode(token.hash())
}

fn signed_in(
    app: &App,
    session_id: sessions::SessionId,
    token: &RefreshToken,
    user: User,
    now: Time,
) -> Result<SignedIn> {
    let input = AccessInput { user_id: user.id, session_id, role: user.role.as_str() };
    let access = app
        .shared
        .tokens
        .issue_access(input, now)
        .map_err(|error| Error::Internal(error.to_string()))?;
    Ok(SignedIn { access, refresh_token: token.expose(), user })
}
