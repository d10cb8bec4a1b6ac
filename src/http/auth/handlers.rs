//! The operations on sessions, on one's own account, and on the published keys.

use actix_web::http::StatusCode;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpRequest, HttpResponse, get, patch, post, web};

use super::input::{LoginInput, PasswordInput, ProfileInput, RefreshInput};
use super::view::{JwksView, TokensView};
use crate::auth::keys::KeyRing;
use crate::http::extract::{Body, Json, MergePatch, NoParams, Query};
use crate::http::guard::SignedIn;
use crate::http::problem::HandlerResult;
use crate::http::state::State;
use crate::http::users::UserView;
use crate::http::users::handlers::represent;
use crate::service::auth::{self, LoginRequest};

/// Tokens are for whoever asked, and for no cache (RFC 6749, section 5.1).
fn tokens(signed_in: auth::SignedIn) -> HttpResponse {
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(TokensView::from(signed_in))
}

/// Sign in
///
/// Begins a session: an access token for the next minutes, and a refresh token to get more with.
#[utoipa::path(
    tag = "Authentication",
    operation_id = "login",
    request_body = LoginInput,
    responses(
        (status = 200, description = "The tokens. Not to be cached.", body = TokensView),
        (status = 401, description = "`invalid_credentials`: an unknown address, a wrong password \
            or a suspended user; which of them is not told."),
        (status = 429, description = "Too many attempts: see `Retry-After`.")
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

/// Get new tokens
///
/// Exchanges a refresh token, which is good for this once, for the next pair. One that comes a
/// second time was copied, and ends its session for everybody.
#[utoipa::path(
    tag = "Authentication",
    operation_id = "refresh",
    request_body = RefreshInput,
    responses(
        (status = 200, description = "The tokens. Not to be cached.", body = TokensView),
        (status = 401, description = "`refresh_token_invalid`: unknown, expired, or of a session \
            that is over. `refresh_token_reused`: used before; its session is over now.")
    )
)]
#[post("/auth/refresh")]
pub async fn refresh(
    state: web::Data<State>,
    _: Query<NoParams>,
    body: Body<Json<RefreshInput>>,
) -> HandlerResult {
    let input = body.read().await?;
    Ok(tokens(auth::refresh(&state.app, &input.refresh_token).await?))
}

/// Sign out
///
/// Ends the session: its access and refresh tokens are worthless at once.
#[utoipa::path(
    tag = "Authentication",
    operation_id = "logout",
    security(("bearer" = [])),
    responses((status = 204, description = "The session is over."))
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

/// Read one's own account
///
/// Who is signed in.
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

/// Change one's own account
///
/// A JSON Merge Patch (RFC 7396): what is left out stays. The role is for an admin to change, and
/// the password takes the present one.
#[utoipa::path(
    tag = "Authentication",
    operation_id = "update_me",
    request_body(content(
        (ref("#/components/schemas/ProfilePatch") = "application/merge-patch+json"),
        (ref("#/components/schemas/ProfilePatch") = "application/json")
    )),
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The user.", body = UserView),
        (status = 409, description = "`email_taken`: another user signs in with this address.")
    )
)]
#[patch("/auth/me")]
pub async fn update_me(
    state: web::Data<State>,
    SignedIn(actor): SignedIn,
    _: Query<NoParams>,
    body: Body<MergePatch<ProfileInput>>,
) -> HandlerResult {
    let patch = body.read().await?;
    let user = auth::me(&state.app, &actor).await?;
    let change = patch.apply_to(&ProfileInput::of(&user))?.into_patch(&user)?;
    let user = auth::change_own(&state.app, &actor, change).await?;
    Ok(represent(user)?.answer_with(StatusCode::OK))
}

/// Change one's own password
///
/// Ends all of one's sessions, this one too: sign in again with the new password.
#[utoipa::path(
    tag = "Authentication",
    operation_id = "change_password",
    request_body = PasswordInput,
    security(("bearer" = [])),
    responses(
        (status = 204, description = "It is changed, and every session over."),
        (status = 401, description = "`invalid_credentials`: the present password is another. \
            `unauthenticated` or `invalid_token`: nobody is signed in."),
        (status = 429, description = "Too many attempts: see `Retry-After`.")
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

/// Read the verifying keys
///
/// The public half of every key that a good access token may be signed with, for services that
/// check tokens themselves. Whether its session is over, only this API knows.
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
