//! The operations on users.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, web};

use super::input::{AccountInput, ORDER, UserInput, UserListParams, UserPath};
use super::view::{UserList, UserView};
use crate::domain::user::User;
use crate::http::conditional::{Audience, Representation};
use crate::http::extract::{Body, Json, MergePatch, NoParams, Path, Query};
use crate::http::guard::Admin;
use crate::http::problem::{ApiError, HandlerResult};
use crate::http::state::State;
use crate::http::{idempotency, page};
use crate::service::idempotency::Idempotent;
use crate::service::{Error, users};

/// Users have no version: their entity tag is of the bytes alone, and writers need none.
pub(in crate::http) fn represent(user: User) -> Result<Representation, ApiError> {
    let time = user.updated_at;
    Ok(Representation::of(&UserView::from(user), Audience::Somebody)?.last_modified(time))
}

/// List users
///
/// A page of users, in the order they were made.
#[utoipa::path(
    tag = "Users",
    operation_id = "list_users",
    params(UserListParams),
    security(("bearer" = ["admin"])),
    responses((status = 200, description = "The users.", body = UserList))
)]
#[get("/users")]
pub async fn list(
    req: HttpRequest,
    state: web::Data<State>,
    Admin(actor): Admin,
    Query(params): Query<UserListParams>,
) -> HandlerResult {
    let query = params.into_query()?;
    let request = query.page.clone();
    let found = users::list(&state.app, &actor, query).await?;
    let (info, link) = page::place(&req, &state.public_url, ORDER, &request, &found);
    let data = found.rows.into_iter().map(UserView::from).collect();
    let list = UserList { data, page: info };
    Ok(Representation::of(&list, Audience::Somebody)?.link(link).answer(&req))
}

/// Make a user
///
/// They sign in with the address and the password, and choose another password themselves. A
/// request repeated with its `Idempotency-Key` is recognised by everything but the password.
#[utoipa::path(
    tag = "Users",
    operation_id = "create_user",
    request_body = UserInput,
    security(("bearer" = ["admin"])),
    responses(
        (status = 201, description = "The user.", body = UserView),
        (status = 409, description = "`email_taken`: another user signs in with this address.")
    )
)]
#[post("/users")]
pub async fn create(
    req: HttpRequest,
    state: web::Data<State>,
    Admin(actor): Admin,
    _: Query<NoParams>,
    body: Body<Json<UserInput>>,
) -> HandlerResult {
    let input = body.read().await?;
    let print = input.fingerprint().map_err(|error| Error::Internal(error.to_string()))?;
    let new = input.into_new()?;
    let key = idempotency::key(&req, &actor, &print)?;
    let render = Box::new(|user: &User| {
        let made =
            represent(user.clone()).map_err(|api_error| Error::Internal(api_error.to_string()))?;
        made.reply(format!("/api/v1/users/{}", user.id))
    });
    let outcome = users::create(&state.app, &actor, new, Idempotent { key, render }).await?;
    Ok(idempotency::created(outcome))
}

/// Read a user
///
/// The user with this number.
#[utoipa::path(
    tag = "Users",
    operation_id = "get_user",
    params(UserPath),
    security(("bearer" = ["admin"])),
    responses((status = 200, description = "The user.", body = UserView))
)]
#[get("/users/{id}")]
pub async fn get_one(
    req: HttpRequest,
    state: web::Data<State>,
    Admin(actor): Admin,
    Path(path): Path<UserPath>,
    _: Query<NoParams>,
) -> HandlerResult {
    let user = users::get(&state.app, &actor, path.id).await?;
    Ok(represent(user)?.answer(&req))
}

/// Change a user
///
/// A JSON Merge Patch (RFC 7396): what is left out stays. To suspend somebody ends their sessions
/// at once; another role counts from their next request.
#[utoipa::path(
    tag = "Users",
    operation_id = "update_user",
    params(UserPath),
    request_body(content(
        (ref("#/components/schemas/AccountPatch") = "application/merge-patch+json"),
        (ref("#/components/schemas/AccountPatch") = "application/json")
    )),
    security(("bearer" = ["admin"])),
    responses(
        (status = 200, description = "The user.", body = UserView),
        (status = 409, description = "`email_taken`: another user signs in with this address. \
            `last_admin`: nobody would be left to manage the site.")
    )
)]
#[patch("/users/{id}")]
pub async fn update(
    state: web::Data<State>,
    Admin(actor): Admin,
    Path(path): Path<UserPath>,
    _: Query<NoParams>,
    body: Body<MergePatch<AccountInput>>,
) -> HandlerResult {
    let patch = body.read().await?;
    let user = users::get(&state.app, &actor, path.id).await?;
    let change = patch.apply_to(&AccountInput::of(&user))?.into_patch(&user)?;
    let user = users::update(&state.app, &actor, path.id, change).await?;
    Ok(represent(user)?.answer_with(StatusCode::OK))
}

/// Delete a user
///
/// Their sessions end at once. Their articles stay, without an author.
#[utoipa::path(
    tag = "Users",
    operation_id = "delete_user",
    params(UserPath),
    security(("bearer" = ["admin"])),
    responses(
        (status = 204, description = "They are gone."),
        (status = 409, description = "`last_admin`: nobody would be left to manage the site.")
    )
)]
#[delete("/users/{id}")]
pub async fn delete_one(
    state: web::Data<State>,
    Admin(actor): Admin,
    Path(path): Path<UserPath>,
    _: Query<NoParams>,
) -> HandlerResult {
    users::delete(&state.app, &actor, path.id).await?;
    Ok(HttpResponse::NoContent().finish())
}
