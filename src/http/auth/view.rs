//! How tokens, and the keys that verify them, are shown.

use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::keys::{Jwk, Jwks};
use crate::http::users::UserView;
use crate::service::auth::SignedIn;

/// How an access token is to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = TokenType)]
pub enum TokenTypeView {
    /// As `Authorization: Bearer …` (RFC 6750).
    Bearer,
}

/// What somebody gets who signs in.
// Without `Debug`: it holds secrets.
#[derive(Clone, Serialize, ToSchema)]
#[schema(as = Tokens)]
pub struct TokensView {
    /// A JWT, to be sent with every request.
    #[schema(example = "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFZERTQSJ9.eyJzdWIiOiIzIn0.c2lnbmF0dXJl")]
    pub access_token: String,
    /// How to send it.
    pub token_type: TokenTypeView,
    /// How many seconds it is good for.
    #[schema(minimum = 1, example = 600)]
    pub expires_in: i64,
    /// To be exchanged for the next pair of tokens, once.
    #[schema(example = "mqr_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    pub refresh_token: String,
    /// Who signed in.
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
    /// Every key that a good token may be signed with, newest first.
    pub keys: Vec<JwkView>,
}

/// An Ed25519 public key (RFC 8037, section 2).
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Jwk)]
pub struct JwkView {
    /// The type of key: always `OKP`, "octet key pair".
    #[schema(example = "OKP")]
    pub kty: &'static str,
    /// The curve: always `Ed25519`.
    #[schema(example = "Ed25519")]
    pub crv: &'static str,
    /// The algorithm: always `EdDSA`.
    #[schema(example = "EdDSA")]
    pub alg: &'static str,
    /// What it is for: always `sig`.
    #[serde(rename = "use")]
    #[schema(example = "sig")]
    pub usage: &'static str,
    /// Its id, as in the header of the tokens it signed.
    #[schema(example = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")]
    pub kid: String,
    /// Its 32 bytes, in base64url without padding.
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
