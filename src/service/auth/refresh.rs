//! Exchanges a refresh token for a new pair of tokens. A refresh token is valid once: its reuse
//! means that it was stolen, so the session ends (RFC 9700, section 4.14.2).

use super::{SignedIn, generate_token, hash_text, signed_in};
use crate::auth::secrets::RefreshToken;
use crate::domain::Time;
use crate::domain::user::User;
use crate::service::{App, Error, Result};
use crate::store::Conn;
use crate::store::sessions::{self, NewToken, SessionId, StoredToken};

/// The outcome of an exchange. Failures are no errors, since an error would roll back the end of the
/// session.
enum Exchange {
    Done(SessionId, Box<User>),
    /// The token or its session has expired or ended.
    Refused,
    /// The token was used before, and its session has been ended.
    Reused,
}

/// Exchanges a refresh token.
///
/// # Errors
/// [`Error::InvalidRefreshToken`], [`Error::RefreshTokenReused`].
pub async fn refresh(app: &App, token: &str) -> Result<SignedIn> {
    let token = RefreshToken::parse(token).ok_or(Error::InvalidRefreshToken)?;
    let (hash, now) = (hash_text(&token), app.now());
    // A read rejects unknown tokens, so that forged ones cost no write transaction.
    let known = app.db.read(async |conn| sessions::find_token(conn, &hash).await).await?;
    known.ok_or(Error::InvalidRefreshToken)?;

    let (next, row) = generate_token(now)?;
    let exchange =
        app.db.write(async move |tx: &mut Conn<'_>| exchange(tx, &hash, &row, now).await).await?;
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
    if known.used_at.is_none() && !is_valid(&known, now) {
        return Ok(Exchange::Refused);
    }
    // `used_at` may be outdated: of several concurrent exchanges, this update lets one succeed.
    if !sessions::use_token(tx, hash, now).await? {
        tracing::warn!(
            user_id = known.user.id,
            session_id = known.session_id,
            "a refresh token was reused; its session is ended"
        );
        sessions::end(tx, known.session_id, now).await?;
        return Ok(Exchange::Reused);
    }
    let expires_at = next.expires_at.min(known.session_expires_at);
    sessions::insert_token(tx, known.session_id, &NewToken { expires_at, ..next.clone() }).await?;
    Ok(Exchange::Done(known.session_id, Box::new(known.user)))
}

fn is_valid(token: &StoredToken, now: Time) -> bool {
    token.expires_at > now
        && token.session_expires_at > now
        && token.session_ended_at.is_none()
        && !token.user.suspended
}
