//! Views of tokens and of their verification keys.

use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::keys::{Jwk, Jwks};
use crate::http::users::UserView;
use crate::service::auth::SignedIn;

/// The type of an access token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = TokenType)]
pub enum TokenTypeView {
    /// Sent as `Authorization: Bearer …` (RFC 6750).
    Bearer,
}

/// The tokens of a session.
// Without `Debug`: it holds secrets.
#[derive(Clone, Serialize, ToSchema)]
#[schema(as = Tokens)]
pub struct TokensView {
    /// The access token, a JWT. Send it with each request.
    #[schema(example = "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFZERTQSJ9.eyJzdWIiOiIzIn0.c2lnbmF0dXJl")]
    pub access_token: String,
    /// The type of the access token.
    pub token_type: TokenTypeView,
    /// The lifetime of the access token in seconds.
    #[schema(minimum = 1, example = 600)]
    pub expires_in: i64,
    /// The refresh token. It can be exchanged once for a new pair.
    #[schema(example = "mqr_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    pub refresh_token: String,
    /// The signed-in user.
    pub user: UserView,
}

impl From<SignedIn> for TokensView {
    fn from(signed_in: SignedIn) -> Self {
        Self {
            access_token: signed_in.access.token,
            token_type: TokenTypeView::Bearer,
            expires_in: signed_in.access.expires_in,
            refresh_token: signed_in.refresh_token,
            user: signed_in.user.into(),
        }
    }
}

/// A JSON Web Key Set (RFC 7517, section 5).
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Jwks)]
pub struct JwksView {
    /// The keys of all valid tokens, newest first.
    pub keys: Vec<JwkView>,
}

/// An Ed25519 public key (RFC 8037, section 2).
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Jwk)]
pub struct JwkView {
    /// The key type: always `OKP`, an octet key pair.
    #[schema(example = "OKP")]
    pub kty: &'static str,
    /// The curve: always `Ed25519`.
    #[schema(example = "Ed25519")]
    pub crv: &'static str,
    /// The algorithm: always `EdDSA`.
    #[schema(example = "EdDSA")]
    pub alg: &'static str,
    /// The use: always `sig`.
    #[serde(rename = "use")]
    #[schema(example = "sig")]
    pub usage: &'static str,
    /// The id of the key, as in the header of tokens that it signed.
    #[schema(example = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")]
    pub kid: String,
    /// The 32 bytes of the key, in base64url without padding.
    #[schema(example = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")]
    pub x: String,
}

impl From<Jwks> for JwksView {
    fn from(set: Jwks) -> Self {
        Self { keys: set.keys.into_iter().map(JwkView::from).collect() }
    }
}

impl From<Jwk> for JwkView {
    fn from(key: Jwk) -> Self {
        let Jwk { kty, crv, alg, usage, kid, x } = key;
        Self { kty, crv, alg, usage, kid, x }
    }
}
