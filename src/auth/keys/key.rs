//! One signing key: its id, its file format and its public half.
//!
//! A key's id (`kid`) is its file's name without `.pem`: the time of creation and a random suffix,
//! as in `20261123T101500Z-9f86d081884c7d65`. Ids therefore sort by age.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chrono::{DateTime, NaiveDateTime, Utc};
use jsonwebtoken::{DecodingKey, EncodingKey};

use super::super::entropy;
use super::error::KeyError;
use super::jwks::Jwk;

/// Longest accepted key id, in a file's name or a token's header, in bytes.
pub const MAX_KID: usize = 64;

const TIME: &str = "%Y%m%dT%H%M%SZ";
const BEGIN: &str = "-----BEGIN PRIVATE KEY-----";
const END: &str = "-----END PRIVATE KEY-----";

/// An Ed25519 key pair with its id. The private key never leaves `auth`.
pub struct Key {
    kid: String,
    created: DateTime<Utc>,
    private: EncodingKey,
    public: DecodingKey,
    public_bytes: Vec<u8>,
}

impl Key {
    /// Reads an unencrypted PKCS#8 Ed25519 private key, as written by [`generate`] or by
    /// `openssl genpkey -algorithm ed25519`. The error never contains the text.
    pub(super) fn from_pem(kid: &str, pem: &str) -> Result<Self, &'static str> {
        let created = created_at(kid).ok_or("its name tells no time of creation")?;
        let body = pem
            .trim()
            .strip_prefix(BEGIN)
            .and_then(|rest| rest.strip_suffix(END))
            .ok_or("it is not one PEM block labelled PRIVATE KEY")?;
        let base64: String = body.split_ascii_whitespace().collect();
        let pkcs8 = STANDARD.decode(base64).map_err(|_| "its base64 is broken")?;
        let pair = Ed25519KeyPair::from_pkcs8(&pkcs8)
            .map_err(|_| "it is not an Ed25519 key in PKCS#8 form")?;
        let public_bytes = pair.public_key().as_ref().to_vec();
        Ok(Self {
            kid: kid.to_owned(),
            created,
            private: EncodingKey::from_ed_der(&pkcs8),
            // Despite its name, this accepts the 32 raw bytes as well as a SubjectPublicKeyInfo.
            public: DecodingKey::from_ed_der(&public_bytes),
            public_bytes,
        })
    }

    /// The key's id.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The time of creation, to the second.
    #[must_use]
    pub fn created(&self) -> DateTime<Utc> {
        self.created
    }

    /// Compares id and public key, since a reload makes new `Key` values of the same keys.
    pub(in crate::auth) fn is_same(&self, other: &Self) -> bool {
        self.kid == other.kid && self.public_bytes == other.public_bytes
    }

    /// The private key, which signs.
    pub(in crate::auth) fn private(&self) -> &EncodingKey {
        &self.private
    }

    /// The public key, which verifies.
    pub(in crate::auth) fn public(&self) -> &DecodingKey {
        &self.public
    }

    /// The public key as a JSON Web Key.
    pub(super) fn to_jwk(&self) -> Jwk {
        Jwk {
            kty: "OKP",
            crv: "Ed25519",
            alg: "EdDSA",
            usage: "sig",
            kid: self.kid.clone(),
            x: URL_SAFE_NO_PAD.encode(&self.public_bytes),
        }
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Key").field("kid", &self.kid).finish_non_exhaustive()
    }
}

/// Generates a key dated `now`. Returns its id and its PEM text.
///
/// # Errors
/// [`KeyError::Generate`] or [`KeyError::Entropy`] if the system returns no random bytes.
pub(super) fn generate(now: DateTime<Utc>) -> Result<(String, String), KeyError> {
    let unique = u64::from_be_bytes(entropy::bytes()?);
    let kid = format!("{}-{unique:016x}", now.format(TIME));
    // PKCS#8 version 1 holds only the private key. OpenSSL 1.1 cannot read version 2.
    let pkcs8 =
        Ed25519KeyPair::generate_pkcs8v1(&SystemRandom::new()).map_err(|_| KeyError::Generate)?;
    let pem = format!("{BEGIN}\n{}\n{END}\n", STANDARD.encode(pkcs8.as_ref()));
    Ok((kid, pem))
}

/// Returns the time in a key's id, or `None` if the id has another form.
pub(super) fn created_at(kid: &str) -> Option<DateTime<Utc>> {
    let (time, unique) = kid.split_once('-')?;
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if kid.len() > MAX_KID || unique.is_empty() || !unique.chars().all(plain) {
        return None;
    }
    let created = NaiveDateTime::parse_from_str(time, TIME).ok()?.and_utc();
    // chrono also reads `2026117T…`, but only ids of one width sort by age.
    (time.len() == 16 && created.format(TIME).to_string() == time).then_some(created)
}
