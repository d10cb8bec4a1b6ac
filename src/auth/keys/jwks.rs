//! The JSON Web Key Set of the public keys.

use serde::Serialize;

/// A JSON Web Key Set ([RFC 7517 §5](https://www.rfc-editor.org/rfc/rfc7517#section-5)).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Jwks {
    /// Every key that may have signed a valid token, newest first. The newest may not sign yet.
    pub keys: Vec<Jwk>,
}

/// One Ed25519 public key ([RFC 8037 §2](https://www.rfc-editor.org/rfc/rfc8037#section-2)).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Jwk {
    /// Key type: always `OKP`, "octet key pair".
    pub kty: &'static str,
    /// Curve: always `Ed25519`.
    pub crv: &'static str,
    /// Algorithm: always `EdDSA`, as in the header of our tokens.
    pub alg: &'static str,
    /// Use: always `sig`.
    #[serde(rename = "use")]
    pub usage: &'static str,
    /// Key id, as in the header of our tokens.
    pub kid: String,
    /// The 32 bytes of the public key, base64url without padding.
    pub x: String,
}
