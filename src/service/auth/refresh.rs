//! Exchanging a refresh token for the next pair of tokens. Called by `http/auth/` as
//! `service::auth::refresh`; keeps the tokens through `store/sessions.rs`.
//!
//! A token is good for one exchange. One that comes back was copied: either the thief or the owner
//! holds its successor, and nobody can tell which, so the session ends for both (RFC 9700,
//! section 4.14.2).

use super::{SignedIn, hash_text, new_token, signed_in};
use crate::auth::secrets::RefreshToken;
use crate::domain::Time;
use crate::domain::user::User;
use crate::service::{App, Error, Result};
use crate::store::Conn;
use crate::store::sessions::{self, NewToken, SessionId, StoredToken};

/// How an exchange went. A value even where it went badly: as an error, it would roll back the
/// end of the session.
enum Exchange {
    Done(SessionId, Box<User>),
    /// Expired, or its session is over.
    Refused,
    /// Used before: its session is over now.
    Reused,
}

/// Exchanges a refresh token.
///
/// # Errors
/// [`Error::InvalidRefreshToken`], [`Error::RefreshTokenReused`].
pub async fn refresh(app: &App, token: &str) -> Result<SignedIn> {
    let token = RefreshToken::parse(token).ok_or(Error::InvalidRefreshToken)?;
    let (hash, now) = (hash_text(&token), app.now());
    // Tokens that never were ours are turned away by a read: anybody can send any number of them.
    let known = app.db.read(async |conn| sessions::find_token(conn, &hash).await).await?;
    known.ok_or(Error::InvalidRefreshToken)?;

    let (next, kept) = new_token(now)?;
    let exchange =
        app.db.write(async move |tx: &mut Conn<'_>| exchange(tx, &hash, &kept, now).await).await?;
    match exchange {
        Exchange::Done(session_id, user) => signed_in(app, session_id, &next, *user, now),
        Exchange::Refused => Err(Error::InvalidRefreshToken),
        Exchange::Reused => Err(Error::RefreshTokenReused),
    }
}

async fn exchange(tx: &mut Conn<'_>, hash: &str, next: &NewToken, now: Time) -> Result<Exchange> {
    let Some(known) = sessions::find_token(tx, hash).await? else {
        return Ok(Exchange::Refused);
    };
    if known.used_at.is_none() && !is_good(&known, now) {
        return Ok(Exchange::Refused);
    }
    // Not decided by `used_at`: of several that read it empty at once, one wins here.
    if !sessions::use_token(tx, hash, now).await? {
        tracing::warn!(
            user_id = known.user.id,
            session_id = known.session_id,
            "a refresh token came twice; its session is over"
        );
        sessions::end(tx, known.session_id, now).await?;
        return Ok(Exchange::Reused);
    }
    let expires_at = next.expires_at.min(known.session_expires_at);
    sessions::insert_token(tx, known.session_id, &NewToken { expires_at, ..next.clone() }).await?;
    Ok(Exchange::Done(known.session_id, Box::new(known.user)))
}

fn is_good(token: &StoredToken, now: Time) -> bool {
    token.expires_at > now
        && token.session_expires_at > now
        && token.session_ended_at.is_none()
        && !token.user.suspended
}
