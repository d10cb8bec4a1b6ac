//! Tokens that must not be believed, each signed by the real key wherever that is possible: then
//! the check under test refuses it, not merely the signature.
//!
//! Called by the tests beside it. It needs only aws-lc-rs, base64 and serde_json, so a test over
//! HTTP can include it by `#[path]`, take the PEM file's content for the key, and expect 401.

mod claims;
mod header;
mod shape;

use aws_lc_rs::signature::Ed25519KeyPair;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

/// Everything a forger could hope for, the private key included.
pub struct Mint {
    pub kid: String,
    pub pair: Ed25519KeyPair,
    pub issuer: String,
    pub audience: String,
    /// Seconds since 1970, of the server's clock.
    pub now: i64,
}

/// A token, what is wrong with it, and the reason it must be refused for.
pub struct Forged {
    pub name: String,
    pub token: String,
    pub reason: &'static str,
}

impl Mint {
    /// From the text of a key's file.
    pub fn new(kid: &str, pem: &str, issuer: &str, audience: &str, now: i64) -> Self {
        let body: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
        let pair = Ed25519KeyPair::from_pkcs8(&STANDARD.decode(body).unwrap()).unwrap();
        let (issuer, audience) = (issuer.to_owned(), audience.to_owned());
        Self { kid: kid.to_owned(), pair, issuer, audience, now }
    }

    pub fn header(&self) -> Value {
        json!({ "alg": "EdDSA", "kid": self.kid, "typ": "at+jwt" })
    }

    /// User 1 in session 1: the first of a new server, so that over HTTP nothing but the checks of
    /// the token stands between a forgery and them.
    pub fn claims(&self) -> Value {
        json!({
            "iss": self.issuer, "aud": self.audience, "sub": "1", "exp": self.now + 600,
            "nbf": self.now, "iat": self.now, "jti": "j", "role": "admin", "sid": "1",
        })
    }

    /// Signs any bytes as header and claims.
    pub fn sign(&self, header: impl AsRef<[u8]>, claims: impl AsRef<[u8]>) -> String {
        self.sign_parts(&URL_SAFE_NO_PAD.encode(header), &URL_SAFE_NO_PAD.encode(claims))
    }

    /// Signs any text as the two encoded parts.
    pub fn sign_parts(&self, header: &str, claims: &str) -> String {
        let message = format!("{header}.{claims}");
        let signature = self.pair.sign(message.as_bytes());
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref()))
    }

    /// A token that must be accepted.
    pub fn good(&self) -> String {
        self.sign(self.header().to_string(), self.claims().to_string())
    }

    /// The good header with a field set, or removed if `value` is null.
    fn with_header(&self, field: &str, value: Value) -> String {
        self.sign(set(self.header(), field, value), self.claims().to_string())
    }

    /// The good claims with one set, or removed if `value` is null.
    fn with_claim(&self, field: &str, value: Value) -> String {
        self.sign(self.header().to_string(), set(self.claims(), field, value))
    }

    /// The good claims under another algorithm and its signature.
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

/// The whole corpus.
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

/// Takes a forgery's name, the reason it must be refused for, and the token.
type Add<'a> = &'a mut dyn FnMut(&str, &'static str, String);
