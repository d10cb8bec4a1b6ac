//! Access and preview tokens (JWT).
//!
//! An access token follows [RFC 9068](https://www.rfc-editor.org/rfc/rfc9068) without `client_id`,
//! since there are no OAuth clients:
//!
//! ```text
//! header  {"alg":"EdDSA","kid":"20261123T101500Z-…","typ":"at+jwt"}
//! claims  {"iss":"https://api.example.org","aud":"https://api.example.org","sub":"7","exp":…,
//!          "nbf":…,"iat":…,"jti":"…","role":"editor","sid":"42"}
//! ```
//!
//! The role is a hint for front ends. The caller checks the session (`sid`) and the user's current
//! permissions (`sub`) in the database or its cache.

mod claims;
mod rejected;
mod verified_cache;
mod verify;

#[cfg(test)]
mod forged;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, Header, encode};

pub use rejected::Rejected;
pub use verify::{LEEWAY_SECONDS, MAX_TOKEN};

use super::entropy::{self, EntropyError};
use super::keys::{KeyRing, MIN_KEEP};
use claims::Claims;
use rejected::Reason;
use verify::Expected;

/// Lifetime of an access token in seconds. Bounds the harm of a leak against frequent refreshes.
pub const ACCESS_SECONDS: i64 = 10 * 60;

/// Lifetime of a preview token in seconds.
pub const PREVIEW_SECONDS: i64 = 60 * 60;

// A key must outlive every token that it signed; see `KeyRing::rotate`.
const _: () = assert!(MIN_KEEP.as_secs() as i64 >= PREVIEW_SECONDS + LEEWAY_SECONDS);
const _: () = assert!(PREVIEW_SECONDS >= ACCESS_SECONDS);

/// Issues and verifies the tokens of one deployment. Share it behind an `Arc`.
#[derive(Debug)]
pub struct Tokens {
    issuer: String,
    ring: Arc<KeyRing>,
    access: Expected,
    preview: Expected,
}

/// The caller's claims of a new access token.
#[derive(Debug, Clone, Copy)]
pub struct AccessInput<'a> {
    /// The user's id, above 0.
    pub user_id: i64,
    /// The id of the refresh token's session, above 0.
    pub session_id: i64,
    /// The user's role: at most 32 lower-case ASCII letters and underscores.
    pub role: &'a str,
    /// The token's id.
    pub token_id: [u8; 16],
}

/// The claims of a verified access token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessClaims {
    /// The user's id (`sub`).
    pub user_id: i64,
    /// The session's id (`sid`).
    pub session_id: i64,
    /// The role at the time of issue.
    pub role: String,
    /// The token's id (`jti`), for the log.
    pub token_id: String,
    /// The time of issue, in seconds since 1970.
    pub issued_at: i64,
    /// The time of expiry, in seconds since 1970.
    pub expires_at: i64,
}

/// The claims of a preview token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PreviewClaims {
    /// The article's id (`sub`), above 0.
    pub article_id: i64,
    /// The id of the session that made the token (`sid`), above 0.
    pub session_id: i64,
}

/// A newly issued token.
#[derive(Clone, PartialEq, Eq)]
pub struct IssuedToken {
    /// The compact form, for `Authorization: Bearer …`.
    pub token: String,
    /// The token's lifetime in seconds.
    pub expires_in: i64,
}

impl std::fmt::Debug for IssuedToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IssuedToken")
            .field("token", &"[redacted]")
            .field("expires_in", &self.expires_in)
            .finish()
    }
}

/// An error in issuing a token. No client can cause one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// The key ring is empty.
    #[error("no key to sign with")]
    NoKey,
    /// No random bytes for the token's id.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
    /// Verification would reject the token: an id below 1, an odd role or a huge issuer.
    #[error("these claims make no valid token: {0}")]
    Unacceptable(&'static str),
    /// The library failed to sign.
    #[error("cannot sign: {0}")]
    Sign(String),
}

impl Tokens {
    /// Takes the server's public address as `issuer`. `audience` is usually the same address.
    /// Preview tokens have an audience of their own, derived from it.
    #[must_use]
    pub fn new(issuer: &str, audience: &str, ring: Arc<KeyRing>) -> Self {
        let preview = format!("{audience}#preview");
        Self {
            issuer: issuer.to_owned(),
            ring,
            access: Expected::new("at+jwt", issuer, audience, ACCESS_SECONDS),
            preview: Expected::new("preview+jwt", issuer, &preview, PREVIEW_SECONDS),
        }
    }

    /// Issues a token that authenticates the user for [`ACCESS_SECONDS`]. The same input at the same time
    /// gives the same token, as long as the signing key is the same.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn issue_access(
        &self,
        input: AccessInput<'_>,
        now: DateTime<Utc>,
    ) -> Result<IssuedToken, TokenError> {
        let mut claims = self.claims(&self.access, input.user_id, input.token_id, now);
        claims.role = Some(input.role.to_owned());
        claims.sid = Some(input.session_id.to_string());
        self.sign(&self.access, claims, now)
    }

    /// Verifies an access token.
    ///
    /// # Errors
    /// [`Rejected`], with the same text for every reason.
    pub fn verify_access(&self, token: &str, now: DateTime<Utc>) -> Result<AccessClaims, Rejected> {
        let claims = verify::verify(&self.access, &self.ring, token, now)?;
        access_claims(&claims).ok_or(Rejected(Reason::Claims))
    }

    /// Issues a token that lets its bearer read one article in any status, for [`PREVIEW_SECONDS`] and as
    /// long as the session's user may.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn issue_preview(
        &self,
        preview: PreviewClaims,
        now: DateTime<Utc>,
    ) -> Result<IssuedToken, TokenError> {
        let mut claims = self.claims(&self.preview, preview.article_id, entropy::bytes()?, now);
        claims.sid = Some(preview.session_id.to_string());
        self.sign(&self.preview, claims, now)
    }

    /// Verifies a preview token. The caller checks the session and the user's permissions.
    ///
    /// # Errors
    /// [`Rejected`], also for an access token.
    pub fn verify_preview(
        &self,
        token: &str,
        now: DateTime<Utc>,
    ) -> Result<PreviewClaims, Rejected> {
        let claims = verify::verify(&self.preview, &self.ring, token, now)?;
        preview_claims(&claims).ok_or(Rejected(Reason::Claims))
    }

    fn claims(
        &self,
        expected: &Expected,
        subject: i64,
        id: [u8; 16],
        now: DateTime<Utc>,
    ) -> Claims {
        let issued = now.timestamp();
        Claims {
            iss: self.issuer.clone(),
            aud: expected.audience().to_owned(),
            sub: subject.to_string(),
            exp: issued + expected.lifetime(),
            nbf: issued,
            iat: issued,
            jti: URL_SAFE_NO_PAD.encode(id),
            role: None,
            sid: None,
        }
    }

    /// Signs claims after the checks that verification makes.
    fn sign(
        &self,
        expected: &Expected,
        claims: Claims,
        now: DateTime<Utc>,
    ) -> Result<IssuedToken, TokenError> {
        let readable = match claims.role {
            Some(_) => access_claims(&claims).is_some(),
            None => preview_claims(&claims).is_some(),
        };
        if !readable {
            return Err(TokenError::Unacceptable("an id below 1, or a role that is no plain word"));
        }
        let key = self.ring.signing_key(now).ok_or(TokenError::NoKey)?;
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(expected.typ().to_owned());
        header.kid = Some(key.kid().to_owned());
        let token = encode(&header, &claims, key.private())
            .map_err(|error| TokenError::Sign(error.to_string()))?;
        if token.len() > MAX_TOKEN {
            return Err(TokenError::Unacceptable("the issuer or the audience is too long"));
        }
        Ok(IssuedToken { token, expires_in: expected.lifetime() })
    }
}

/// Returns `None` unless the claims are an access token's.
fn access_claims(claims: &Claims) -> Option<AccessClaims> {
    let plain = |role: &String| {
        (1..=32).contains(&role.len()) && role.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
    };
    Some(AccessClaims {
        user_id: id(&claims.sub)?,
        session_id: id(claims.sid.as_ref()?)?,
        role: claims.role.clone().filter(plain)?,
        token_id: claims.jti.clone(),
        issued_at: claims.iat,
        expires_at: claims.exp,
    })
}

/// Returns `None` unless the claims are a preview token's.
fn preview_claims(claims: &Claims) -> Option<PreviewClaims> {
    if claims.role.is_some() {
        return None;
    }
    Some(PreviewClaims { article_id: id(&claims.sub)?, session_id: id(claims.sid.as_ref()?)? })
}

/// Parses a positive id in canonical form: no sign, no leading zero, no space.
fn id(text: &str) -> Option<i64> {
    let id: i64 = text.parse().ok()?;
    (id > 0 && id.to_string() == text).then_some(id)
}
