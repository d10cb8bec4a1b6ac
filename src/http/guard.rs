//! Authentication. Permission is the type of a handler's argument: only editors and admins reach a
//! handler that takes an [`Editor`]. `domain/policy.rs` holds the rules for authors.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use actix_web::{FromRequest, HttpRequest, web};

use super::authorization::{is_own, own};
use super::problem::ApiError;
use super::state::State;
use crate::domain::policy::{self, Actor};
use crate::domain::user::Role;
use crate::service::{Error, auth};

type GuardFuture<T> = Pin<Box<dyn Future<Output = Result<T, ApiError>>>>;

/// A signed-in user or an anonymous client. An invalid token is refused; credentials of other schemes
/// are ignored.
pub struct MaybeSignedIn(pub Option<Actor>);

/// A signed-in user of any role.
pub struct SignedIn(pub Actor);

/// An editor or an admin.
pub struct Editor(pub Actor);

/// An admin.
pub struct Admin(pub Actor);

impl FromRequest for MaybeSignedIn {
    type Error = ApiError;
    type Future = GuardFuture<Self>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let mut values = req.headers().get_all(AUTHORIZATION);
        if !values.any(|value| is_own(value.as_bytes())) {
            return Box::pin(std::future::ready(Ok(Self(None))));
        }
        let req = req.clone();
        Box::pin(async move { authenticate(&req).await.map(|actor| Self(Some(actor))) })
    }
}

impl FromRequest for SignedIn {
    type Error = ApiError;
    type Future = GuardFuture<Self>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let req = req.clone();
        Box::pin(async move { authenticate(&req).await.map(Self) })
    }
}

impl FromRequest for Editor {
    type Error = ApiError;
    type Future = GuardFuture<Self>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let req = req.clone();
        Box::pin(async move { with_role(&req, Role::Editor).await.map(Self) })
    }
}

impl FromRequest for Admin {
    type Error = ApiError;
    type Future = GuardFuture<Self>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let req = req.clone();
        Box::pin(async move { with_role(&req, Role::Admin).await.map(Self) })
    }
}

async fn with_role(req: &HttpRequest, role: Role) -> Result<Actor, ApiError> {
    let actor = authenticate(req).await?;
    policy::needs(&actor, role).map_err(Error::Forbidden)?;
    Ok(actor)
}

async fn authenticate(req: &HttpRequest) -> Result<Actor, ApiError> {
    let Some(token) = bearer(req)? else {
        return Err(challenge(ApiError::new("unauthenticated"), None));
    };
    let state = req
        .app_data::<web::Data<State>>()
        .ok_or_else(|| ApiError::from(Error::Internal("the state is missing".into())))?;
    let actor = auth::authenticate(&state.app, token).await.map_err(|error| match error {
        Error::InvalidToken(_) => challenge(error.into(), Some("invalid_token")),
        other => other.into(),
    })?;
    tracing::Span::current().record("user", actor.user_id);
    Ok(actor)
}

/// Returns the token of an `Authorization: Bearer` header (RFC 6750, section 2.1). Credentials of other
/// schemes are passed over.
fn bearer(req: &HttpRequest) -> Result<Option<&str>, ApiError> {
    let values: Vec<_> = req.headers().get_all(AUTHORIZATION).collect();
    if values.is_empty() {
        return Ok(None);
    }
    let invalid = || challenge(ApiError::new("invalid_token"), Some("invalid_token"));
    let mut all = values.into_iter().flat_map(|value| own(value.as_bytes()));
    let (Some(credentials), None) = (all.next(), all.next()) else { return Err(invalid()) };
    let text = std::str::from_utf8(credentials).ok().filter(|text| text.is_ascii());
    let (scheme, token) = text.and_then(|text| text.split_once(' ')).ok_or_else(invalid)?;
    if scheme.eq_ignore_ascii_case("bearer") { Ok(Some(token)) } else { Err(invalid()) }
}

fn challenge(api_error: ApiError, error: Option<&str>) -> ApiError {
    let value = match error {
        Some(error) => format!("Bearer realm=\"maqal\", error=\"{error}\""),
        None => "Bearer realm=\"maqal\"".to_owned(),
    };
    api_error.header(WWW_AUTHENTICATE, value)
}
