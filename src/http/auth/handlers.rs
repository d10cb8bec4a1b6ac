//! Operations on sessions, on the user's own account, and on the published keys.

use actix_web::http::StatusCode;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpRequest, HttpResponse, get, patch, post, web};

use super::input::{LoginInput, PasswordInput, ProfileInput, RefreshInput};
use super::view::{JwksView, TokensView};
use crate::auth::keys::KeyRing;
use crate::http::extract::{Body, Json, MergePatch, NoParams, Query};
use crate::http::guard::SignedIn;
use crate::http::max_body;
use crate::http::problem::HandlerResult;
use crate::http::state::State;
use crate::http::users::UserView;
use crate::http::users::handlers::represent;
use crate::service::auth::{self, LoginRequest};

/// Answers with tokens, which no cache may store (RFC 6749, section 5.1).
fn tokens(signed_in: auth::SignedIn) -> HttpResponse {
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(TokensView::from(signed_in))
}

/// Sign in
///
/// Starts a session. Returns a short-lived access token, and a refresh token for new ones.
#[utoipa::path(
    tag = "Authentication",
    operation_id = "login",
    extensions(("x-max-body" = json!(max_body::SMALL))),
    request_body = LoginInput,
    responses(
        (status = 200, description = "The tokens. Caches must not store them.", body = TokensView),
        (status = 401, description = "`invalid_credentials`: the address is unknown, the password wrong or the user suspended."),
        (status = 429, description = "`too_many_requests`: too many failed attempts. `Retry-After` says when to retry.")
    )
)]
#[post("/auth/login")]
pub async fn login(
    req: HttpRequest,
    state: web::Data<State>,
    _: Query<NoParams>,
    body: Body<Json<LoginInput>>,
) -> HandlerResult {
    let LoginInput { email, password } = body.read().await?;
    let address = state.client_address(&req);
    let request = LoginRequest { email, password, address };
    Ok(tokens(auth::login(&state.app, request).await?))
}

/// Refresh tokens
///
/// Exchanges a refresh token for a new pair of tokens. Each refresh token is valid once. Repeated within
/// ten seconds from the same address, the exchange gives the same pair, so that two tabs of a browser
/// may refresh at once. Any other second use revokes the session, since the token must have been copied.
#[utoipa::path(
    tag = "Authentication",
    operation_id = "refresh",
    extensions(("x-max-body" = json!(max_body::SMALL))),
    request_body = RefreshInput,
    responses(
        (status = 200, description = "The tokens. Caches must not store them.", body = TokensView),
        (status = 401, description = "`refresh_token_invalid`: the token is unknown or expired, or its session has ended. `refresh_token_reused`: the token was used before, and its session is revoked.")
    )
)]
#[post("/auth/refresh")]
pub async fn refresh(
    req: HttpRequest,
    state: web::Data<State>,
    _: Query<NoParams>,
    body: Body<Json<RefreshInput>>,
) -> HandlerResult {
    let input = body.read().await?;
    let address = state.client_address(&req);
    Ok(tokens(auth::refresh(&state.app, &input.refresh_token, address).await?))
}

/// Sign out
///
/// Ends the session. Its access and refresh tokens become invalid at once.
#[utoipa::path(
    tag = "Authentication",
    operation_id = "logout",
    security(("bearer" = [])),
    responses((status = 204, description = "The session has ended."))
)]
#[post("/auth/logout")]
pub async fn logout(
    state: web::Data<State>,
    SignedIn(actor): SignedIn,
    _: Query<NoParams>,
) -> HandlerResult {
    auth::logout(&state.app, &actor).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Read your own account
///
/// Returns the signed-in user.
#[utoipa::path(
    tag = "Authentication",
    operation_id = "get_me",
    security(("bearer" = [])),
    responses((status = 200, description = "The user.", body = UserView))
)]
#[get("/auth/me")]
pub async fn me(
    req: HttpRequest,
    state: web::Data<State>,
    SignedIn(actor): SignedIn,
    _: Query<NoParams>,
) -> HandlerResult {
    let user = auth::me(&state.app, &actor).await?;
    Ok(represent(user)?.answer(&req))
}

/// Update your own account
///
/// Applies a JSON Merge Patch (RFC 7396). Absent fields stay. A new `email` needs `current_password`, since
/// the address serves to sign in. Only an admin changes the role. A new password is set by
/// `POST /auth/password`.
#[utoipa::path(
    tag = "Authentication",
    operation_id = "update_me",
    extensions(("x-max-body" = json!(max_body::SMALL))),
    request_body = ref("#/components/schemas/ProfilePatch"),
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The user.", body = UserView),
        (status = 401, description = "`invalid_credentials`: the current password is wrong. `unauthenticated` or `invalid_token`: the access token is missing or invalid."),
        (status = 409, description = "`email_taken`: another user has this email address."),
        (status = 412, description = "`precondition_failed`: another client has changed it since."),
        (status = 429, description = "`too_many_requests`: too many failed attempts. `Retry-After` says when to retry.")
    )
)]
#[patch("/auth/me")]
pub async fn update_me(
    req: HttpRequest,
    state: web::Data<State>,
    SignedIn(actor): SignedIn,
    _: Query<NoParams>,
    body: Body<MergePatch<ProfileInput>>,
) -> HandlerResult {
    let patch = body.read().await?;
    let user = auth::me(&state.app, &actor).await?;
    represent(user.clone())?.check(&req)?;
    let change = patch.apply_to(&ProfileInput::of(&user))?.into_patch(&user)?;
    let user = auth::change_own(&state.app, &actor, change).await?;
    Ok(represent(user)?.answer_with(StatusCode::OK))
}

/// Change your own password
///
/// Sets a new password and ends all sessions of the user, including this one.
#[utoipa::path(
    tag = "Authentication",
    operation_id = "change_password",
    extensions(("x-max-body" = json!(max_body::SMALL))),
    request_body = PasswordInput,
    security(("bearer" = [])),
    responses(
        (status = 204, description = "The password is changed, and all sessions have ended."),
        (status = 401, description = "`invalid_credentials`: the current password is wrong. `unauthenticated` or `invalid_token`: the access token is missing or invalid."),
        (status = 429, description = "`too_many_requests`: too many failed attempts. `Retry-After` says when to retry.")
    )
)]
#[post("/auth/password")]
pub async fn change_password(
    state: web::Data<State>,
    SignedIn(actor): SignedIn,
    _: Query<NoParams>,
    body: Body<Json<PasswordInput>>,
) -> HandlerResult {
    let PasswordInput { current_password, new_password } = body.read().await?;
    auth::change_password(&state.app, &actor, current_password, new_password).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Read the verification keys
///
/// Returns the public keys of all valid access tokens, for services that verify tokens themselves.
/// Only this API knows if a token's session has ended.
#[utoipa::path(
    tag = "Authentication",
    operation_id = "get_jwks",
    responses((status = 200, description = "The keys.", body = JwksView))
)]
#[get("/.well-known/jwks.json")]
pub async fn jwks(ring: web::Data<KeyRing>, _: Query<NoParams>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "public, max-age=300"))
        .json(JwksView::from(ring.jwks()))
}
