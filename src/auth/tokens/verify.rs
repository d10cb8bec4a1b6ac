//! Verifies tokens: cheap checks of the text first, then the signature, then the claims.
//!
//! jsonwebtoken 11 checks only the signature. Its other checks are more lenient than
//! [RFC 8725](https://www.rfc-editor.org/rfc/rfc8725) asks for:
//!
//! | jsonwebtoken | here |
//! |---|---|
//! | reads a token of any size | 4 KiB at most |
//! | ignores `typ`, `crit` and unknown header fields | exactly `alg`, `kid`, `typ`, each once |
//! | `iss`, `aud` may be arrays, or of any type if not required | plain strings |
//! | compares times with its own clock, `nbf` on demand, `iat` never | with `now`, all three |
//! | rounds fractional times | whole seconds |
//! | reads a JSON array as a struct | an object |

use std::sync::Arc;

use chrono::{DateTime, Utc};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, Validation, decode};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::super::keys::{Key, KeyRing, MAX_KID};
use super::claims::Claims;
use super::rejected::{Reason, Rejected};
use super::verified_cache::VerifiedTokenCache;

/// Longest accepted token, in bytes. Issued ones have about 600.
pub const MAX_TOKEN: usize = 4096;

/// Tolerated difference between the clocks of two instances, in seconds.
pub const LEEWAY_SECONDS: i64 = 5;

/// The expected values of one kind of token, and its verified tokens.
#[derive(Debug)]
pub(super) struct Expected {
    typ: &'static str,
    issuer: String,
    audience: String,
    lifetime: i64,
    library: Validation,
    verified_cache: VerifiedTokenCache,
}

impl Expected {
    pub fn new(typ: &'static str, issuer: &str, audience: &str, lifetime: i64) -> Self {
        let mut library = Validation::new(Algorithm::EdDSA);
        // All of this is checked again, more strictly. This is a second line of defence.
        library.set_issuer(&[issuer]);
        library.set_audience(&[audience]);
        library.set_required_spec_claims(&["iss", "aud", "sub", "exp", "nbf"]);
        // Not the times, which the library compares with the system's clock.
        library.validate_exp = false;
        library.validate_nbf = false;
        Self {
            typ,
            issuer: issuer.to_owned(),
            audience: audience.to_owned(),
            lifetime,
            library,
            verified_cache: VerifiedTokenCache::new(),
        }
    }

    pub fn typ(&self) -> &'static str {
        self.typ
    }

    pub fn audience(&self) -> &str {
        &self.audience
    }

    /// The longest lifetime, in seconds.
    pub fn lifetime(&self) -> i64 {
        self.lifetime
    }
}

/// The header of every issued token. Any other field is refused, such as `crit`, `b64`, `jwk`,
/// `jku`, `x5u`, `x5c` and `zip`: no other party issues these tokens.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: String,
    typ: String,
    kid: String,
}

/// Returns the token's claims if this deployment issued it, for this kind, and it is valid at
/// `now`.
pub(super) fn verify(
    expected: &Expected,
    ring: &KeyRing,
    token: &str,
    now: DateTime<Utc>,
) -> Result<Arc<Claims>, Rejected> {
    if let Some(claims) = expected.verified_cache.get(token, ring) {
        check(expected, &claims, now)?;
        return Ok(claims);
    }
    let (key, claims) = verify_signature(expected, ring, token)?;
    check(expected, &claims, now)?;
    expected.verified_cache.insert(token, key, claims.clone());
    Ok(claims)
}

/// Returns the key that signed the token, and the unchecked claims.
fn verify_signature(
    expected: &Expected,
    ring: &KeyRing,
    token: &str,
) -> Result<(Arc<Key>, Arc<Claims>), Rejected> {
    let header = read_header(token)?;
    if header.alg != "EdDSA" {
        return Err(Rejected(Reason::Algorithm));
    }
    // RFC 9068 also allows `application/at+jwt`, which is never issued here.
    if header.typ != expected.typ {
        return Err(Rejected(Reason::Type));
    }
    if header.kid.len() > MAX_KID {
        return Err(Rejected(Reason::Header));
    }
    let key = ring.key(&header.kid).ok_or(Rejected(Reason::UnknownKey))?;
    let decoded = decode::<Box<RawValue>>(token, key.public(), &expected.library)
        .map_err(|error| Rejected(reason_of(error.kind())))?;
    let claims: Claims = object(decoded.claims.get().as_bytes()).ok_or(Rejected(Reason::Claims))?;
    Ok((key, Arc::new(claims)))
}

fn read_header(token: &str) -> Result<Header, Rejected> {
    if token.len() > MAX_TOKEN {
        return Err(Rejected(Reason::Size));
    }
    let part = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    let mut parts = token.split('.');
    let (Some(header), Some(claims), Some(signature), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(Rejected(Reason::Shape));
    };
    if ![header, claims, signature].into_iter().all(part) {
        return Err(Rejected(Reason::Shape));
    }
    let json = base64url(header).ok_or(Rejected(Reason::Shape))?;
    object(&json).ok_or(Rejected(Reason::Header))
}

/// Strict: no padding, no whitespace, no stray bits at the end, so a token has one spelling.
fn base64url(text: &str) -> Option<Vec<u8>> {
    use base64::Engine;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text).ok()
}

/// Reads a struct from a JSON object. serde would also read one from a JSON array.
fn object<'a, T: Deserialize<'a>>(json: &'a [u8]) -> Option<T> {
    if json.first() != Some(&b'{') {
        return None;
    }
    serde_json::from_slice(json).ok()
}

fn check(expected: &Expected, claims: &Claims, now: DateTime<Utc>) -> Result<(), Rejected> {
    let now = now.timestamp();
    let latest = now + LEEWAY_SECONDS;
    if claims.iss != expected.issuer {
        return Err(Rejected(Reason::Issuer));
    }
    if claims.aud != expected.audience {
        return Err(Rejected(Reason::Audience));
    }
    if !(1..=64).contains(&claims.jti.len()) {
        return Err(Rejected(Reason::Claims));
    }
    // `checked_sub`: the client chooses both numbers, and may take the ends of i64.
    match claims.exp.checked_sub(claims.iat) {
        Some(life) if (1..=expected.lifetime).contains(&life) => {}
        _ => return Err(Rejected(Reason::Lifetime)),
    }
    if claims.iat > latest || claims.nbf > latest {
        return Err(Rejected(Reason::Early));
    }
    // RFC 7519 §4.1.4: no longer valid *on* the second of `exp`.
    if claims.exp <= now - LEEWAY_SECONDS {
        return Err(Rejected(Reason::Expired));
    }
    Ok(())
}

fn reason_of(error: &ErrorKind) -> Reason {
    match error {
        ErrorKind::InvalidSignature => Reason::Signature,
        ErrorKind::InvalidIssuer => Reason::Issuer,
        ErrorKind::InvalidAudience => Reason::Audience,
        ErrorKind::InvalidAlgorithm => Reason::Algorithm,
        ErrorKind::InvalidToken | ErrorKind::Base64(_) => Reason::Shape,
        // Malformed JSON, or a claim that is missing or of the wrong type. The enum may grow.
        _ => Reason::Claims,
    }
}
