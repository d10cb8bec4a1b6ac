//! Every check a token must pass, in order: the cheap ones on text a stranger wrote first, the
//! signature next, then the claims. Called by `Tokens`; calls jsonwebtoken and the key ring.
//!
//! What is left to jsonwebtoken 11 is the signature. It also offers the rest, but is lenient where
//! we need not be: [RFC 8725](https://www.rfc-editor.org/rfc/rfc8725) asks for each of these.
//!
//! | jsonwebtoken | here |
//! |---|---|
//! | reads a token of any size | 4 KiB at most |
//! | never looks at `typ` or `crit`, ignores unknown header fields | exactly `alg`, `kid`, `typ`, each once |
//! | `iss`, `aud` may be arrays, or of any type if not required | plain strings |
//! | compares times with its own clock, `nbf` only on demand, `iat` never | with `now`, all three |
//! | rounds a time that is a fraction | whole seconds |
//! | reads a JSON array as a struct | an object |

use std::sync::Arc;

use chrono::{DateTime, Utc};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, Validation, decode};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::super::keys::{Key, KeyRing, MAX_KID};
use super::rejected::{Reason, Rejected};
use super::verified_cache::VerifiedTokenCache;

/// Longest token we look at, in bytes; ours take about 600.
pub const MAX_TOKEN: usize = 4096;

/// How far the clocks of two instances may be apart, in seconds.
pub const LEEWAY_SECONDS: i64 = 5;

/// What one kind of token must look like.
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
        // We check all of this again, more strictly. Should we ever fail to, the library will not.
        library.set_issuer(&[issuer]);
        library.set_audience(&[audience]);
        library.set_required_spec_claims(&["iss", "aud", "sub", "exp", "nbf"]);
        // Except the times: the library would ask the system's clock, not ours.
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

    /// Seconds.
    pub fn lifetime(&self) -> i64 {
        self.lifetime
    }
}

/// The header we write. Any other field is refused, which disposes of `crit`, `b64`, `jwk`,
/// `jku`, `x5u`, `x5c` and `zip` as well as of whatever is invented next: we alone issue these
/// tokens, so a header we do not write is a forgery.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: String,
    typ: String,
    kid: String,
}

/// The claims of both kinds of token. Unknown ones are ignored, so that a newer instance may add
/// one while older ones still run; a known one given twice is an error, and so is a wrong type.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Claims {
    pub iss: String,
    pub aud: String,
    pub sub: String,
    pub exp: i64,
    pub nbf: i64,
    pub iat: i64,
    pub jti: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
}

/// The token's claims, if it is one of ours, of the expected kind, and valid at `now`.
pub(super) fn verify(
    expected: &Expected,
    ring: &KeyRing,
    token: &str,
    now: DateTime<Utc>,
) -> Result<Arc<Claims>, Rejected> {
    if let Some(claims) = expected.verified_cache.find(token, ring) {
        check(expected, &claims, now)?;
        return Ok(claims);
    }
    let (key, claims) = verify_signature(expected, ring, token)?;
    check(expected, &claims, now)?;
    expected.verified_cache.keep(token, key, claims.clone());
    Ok(claims)
}

/// What a token says that a key of ours has signed, and that key.
fn verify_signature(
    expected: &Expected,
    ring: &KeyRing,
    token: &str,
) -> Result<(Arc<Key>, Arc<Claims>), Rejected> {
    let header = read_header(token)?;
    if header.alg != "EdDSA" {
        return Err(Rejected(Reason::Algorithm));
    }
    // RFC 9068 would have us accept `application/at+jwt` too; we never write it.
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

/// Strict: no padding, no whitespace, no stray bits at the end, so that no token has two spellings.
fn base64url(text: &str) -> Option<Vec<u8>> {
    use base64::Engine;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text).ok()
}

/// A struct from a JSON object. serde would also fill a struct from a JSON array, by position.
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
    // `checked_sub`: both are a stranger's numbers, and may lie at the two ends of i64.
    match claims.exp.checked_sub(claims.iat) {
        Some(life) if (1..=expected.lifetime).contains(&life) => {}
        _ => return Err(Rejected(Reason::Lifetime)),
    }
    if claims.iat > latest || claims.nbf > latest {
        return Err(Rejected(Reason::Early));
    }
    // RFC 7519 §4.1.4: no longer valid *on* the second that `exp` names.
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
        // JSON that is no JSON, a claim that is missing or of the wrong type. The enum may grow:
        // what it grows is a rejection too.
        _ => Reason::Claims,
    }
}
