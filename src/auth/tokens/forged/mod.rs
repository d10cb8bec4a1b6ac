//! A corpus of forged tokens, signed by the real key wherever possible, so that not only the
//! signature is wrong.
//!
//! It needs only aws-lc-rs, base64 and serde_json, so that tests over HTTP can include it by
//! `#[path]`.

mod claims;
mod header;
mod shape;

use aws_lc_rs::signature::Ed25519KeyPair;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

/// Makes tokens with the server's own private key.
pub struct Mint {
    pub kid: String,
    pub pair: Ed25519KeyPair,
    pub issuer: String,
    pub audience: String,
    /// The server's time, in seconds since 1970.
    pub now: i64,
}

/// A forged token, its fault, and the expected reason of the rejection.
pub struct Forged {
    pub name: String,
    pub token: String,
    pub reason: &'static str,
}

impl Mint {
    /// Takes the text of a key's file.
    pub fn new(kid: &str, pem: &str, issuer: &str, audience: &str, now: i64) -> Self {
        let body: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
        let pair = Ed25519KeyPair::from_pkcs8(&STANDARD.decode(body).unwrap()).unwrap();
        let (issuer, audience) = (issuer.to_owned(), audience.to_owned());
        Self { kid: kid.to_owned(), pair, issuer, audience, now }
    }

    pub fn header(&self) -> Value {
        json!({ "alg": "EdDSA", "kid": self.kid, "typ": "at+jwt" })
    }

    /// Claims of user 1 in session 1, the first of a new server: over HTTP, only the token's own
    /// checks can reject a forgery.
    pub fn claims(&self) -> Value {
        json!({
            "iss": self.issuer, "aud": self.audience, "sub": "1", "exp": self.now + 600,
            "nbf": self.now, "iat": self.now, "jti": "j", "role": "admin", "sid": "1",
        })
    }

    /// Signs the bytes of a header and of claims.
    pub fn sign(&self, header: impl AsRef<[u8]>, claims: impl AsRef<[u8]>) -> String {
        self.sign_parts(&URL_SAFE_NO_PAD.encode(header), &URL_SAFE_NO_PAD.encode(claims))
    }

    /// Signs the two encoded parts.
    pub fn sign_parts(&self, header: &str, claims: &str) -> String {
        let message = format!("{header}.{claims}");
        let signature = self.pair.sign(message.as_bytes());
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref()))
    }

    /// Returns a valid token.
    pub fn good(&self) -> String {
        self.sign(self.header().to_string(), self.claims().to_string())
    }

    /// Signs the valid header with one field set, or removed if `value` is null.
    fn with_header(&self, field: &str, value: Value) -> String {
        self.sign(set(self.header(), field, value), self.claims().to_string())
    }

    /// Signs the valid claims with one set, or removed if `value` is null.
    fn with_claim(&self, field: &str, value: Value) -> String {
        self.sign(self.header().to_string(), set(self.claims(), field, value))
    }

    /// Signs the valid claims by another algorithm.
    fn with_alg(&self, alg: &str, sign: impl FnOnce(&[u8]) -> Vec<u8>) -> String {
        let header = URL_SAFE_NO_PAD.encode(set(self.header(), "alg", json!(alg)));
        let message = format!("{header}.{}", URL_SAFE_NO_PAD.encode(self.claims().to_string()));
        let signature = sign(message.as_bytes());
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

fn set(mut object: Value, field: &str, value: Value) -> String {
    let fields = object.as_object_mut().unwrap();
    match value {
        Value::Null => fields.remove(field),
        value => fields.insert(field.to_owned(), value),
    };
    object.to_string()
}

/// Returns the whole corpus.
pub fn forged(mint: &Mint) -> Vec<Forged> {
    let mut all = Vec::new();
    let mut add = |name: &str, reason: &'static str, token: String| {
        all.push(Forged { name: name.to_owned(), token, reason });
    };
    header::algorithms(mint, &mut add);
    header::fields(mint, &mut add);
    claims::claims(mint, &mut add);
    claims::times(mint, &mut add);
    shape::shapes(mint, &mut add);
    shape::signatures(mint, &mut add);
    all
}

/// Adds a forgery: its name, the expected reason of the rejection, and the token.
type Add<'a> = &'a mut dyn FnMut(&str, &'static str, String);
