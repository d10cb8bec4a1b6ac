//! Exchanges a refresh token for a new pair of tokens. A token is exchanged once: a later use means that
//! it was stolen, so the session ends (RFC 9700, section 4.14.2). Only the tabs of one browser, which
//! refresh at the same time, get the same pair again.

use std::net::IpAddr;

use super::{GRACE, SignedIn, hash_text, network, new_token, signed_in};
use crate::auth::secrets::{RefreshToken, Salt};
use crate::domain::Time;
use crate::domain::user::User;
use crate::service::{App, Error, Result};
use crate::store::Conn;
use crate::store::sessions::{self, NewToken, SessionId, StoredToken};

/// A request for an exchange.
struct Request {
    token: RefreshToken,
    /// The hash of the token.
    hash: String,
    /// The network of the client's address.
    network: String,
    now: Time,
}

/// The outcome of an exchange. Failures are no errors, since an error would roll back the end of the
/// session.
enum Exchange {
    /// The next token, with the time of the exchange.
    Done(RefreshToken, SessionId, Box<User>, Time),
    /// The token or its session has expired or ended.
    Refused,
    /// The token was used before, and its session has been ended.
    Reused,
}

/// Exchanges a refresh token. Repeated within the grace period from the same address, it gives the same pair.
///
/// # Errors
/// [`Error::InvalidRefreshToken`], [`Error::RefreshTokenReused`].
pub async fn refresh(app: &App, token: &str, address: IpAddr) -> Result<SignedIn> {
    let token = RefreshToken::parse(token).ok_or(Error::InvalidRefreshToken)?;
    let (hash, now) = (hash_text(&token), app.now());
    // A read rejects unknown tokens, so that forged ones cost no write transaction.
    let known = app.db.read(async |conn| sessions::find_token(conn, &hash).await).await?;
    known.ok_or(Error::InvalidRefreshToken)?;

    let request = Request { token, hash, network: network(address), now };
    let salt = Salt::generate().map_err(|error| Error::Internal(error.to_string()))?;
    let exchange =
        app.db.write(async move |tx: &mut Conn<'_>| exchange(tx, &request, &salt).await).await?;
    match exchange {
        Exchange::Done(next, session_id, user, at) => signed_in(app, session_id, &next, *user, at),
        Exchange::Refused => Err(Error::InvalidRefreshToken),
        Exchange::Reused => Err(Error::RefreshTokenReused),
    }
}

async fn exchange(tx: &mut Conn<'_>, request: &Request, salt: &Salt) -> Result<Exchange> {
    let Request { token, hash, network, now } = request;
    let Some(known) = sessions::find_token(tx, hash).await? else {
        return Ok(Exchange::Refused);
    };
    if known.used_at.is_none() && !is_valid(&known, *now) {
        return Ok(Exchange::Refused);
    }
    // `used_at` may be outdated: of several concurrent exchanges, this update lets one succeed.
    if !sessions::use_token(tx, hash, &salt.encode(), *now).await? {
        return repeat(tx, request).await;
    }
    let next = token.successor(salt, network);
    let row = new_token(&next, *now);
    let expires_at = row.expires_at.min(known.session_expires_at);
    sessions::forget_salts(tx, known.session_id, *now - GRACE).await?;
    sessions::insert_token(tx, known.session_id, &NewToken { expires_at, ..row }).await?;
    Ok(Exchange::Done(next, known.session_id, Box::new(known.user), *now))
}

/// Answers a used token: by the pair of its exchange, or by the end of the session.
async fn repeat(tx: &mut Conn<'_>, request: &Request) -> Result<Exchange> {
    let Some(known) = sessions::find_token(tx, &request.hash).await? else {
        return Ok(Exchange::Refused);
    };
    if let Some(next) = successor(tx, request, &known).await?
        && let Some(used_at) = known.used_at
    {
        if !is_valid(&known, request.now) {
            return Ok(Exchange::Refused);
        }
        return Ok(Exchange::Done(next, known.session_id, Box::new(known.user), used_at));
    }
    tracing::warn!(
        user_id = known.user.id,
        session_id = known.session_id,
        "a refresh token was reused; its session is ended"
    );
    sessions::end(tx, known.session_id, request.now).await?;
    Ok(Exchange::Reused)
}

/// Returns the successor of a token that was used a moment ago, from the same address. It may have been
/// exchanged itself: the fastest tab has gone on, and the slowest still asks.
async fn successor(
    tx: &mut Conn<'_>,
    request: &Request,
    known: &StoredToken,
) -> Result<Option<RefreshToken>> {
    let is_recent = known.used_at.is_some_and(|used_at| request.now - used_at < GRACE);
    let salt = known.successor_salt.as_deref().and_then(Salt::decode);
    let Some(salt) = salt.filter(|_| is_recent) else { return Ok(None) };
    // From another address it is another token, which the database doesn't know.
    let next = request.token.successor(&salt, &request.network);
    let stored = sessions::find_token(tx, &hash_text(&next)).await?;
    Ok(stored.map(|_| next))
}

fn is_valid(token: &StoredToken, now: Time) -> bool {
    token.expires_at > now
        && token.session_expires_at > now
        && token.session_ended_at.is_none()
        && !token.user.suspended
}
