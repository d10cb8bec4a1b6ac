//! The claims of access and preview tokens.

use serde::{Deserialize, Serialize};

/// The claims of both kinds of token.
///
/// Unknown claims are ignored, so that a newer instance may add one during a rolling upgrade. A
/// duplicate claim or one of the wrong type is an error.
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
