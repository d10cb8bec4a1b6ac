//! Operations on users.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, web};

use super::input::{AccountInput, ORDER, UserInput, UserPath};
use super::view::{UserList, UserView};
use crate::domain::listing::UserQuery;
use crate::domain::user::User;
use crate::http::conditional::{Audience, Representation};
use crate::http::extract::{Body, Json, MergePatch, NoParams, Path, Query};
use crate::http::guard::Admin;
use crate::http::max_body;
use crate::http::page_params::PageParams;
use crate::http::problem::{ApiError, HandlerResult};
use crate::http::state::State;
use crate::http::{idempotency, page};
use crate::service::idempotency::Idempotent;
use crate::service::{Error, users};

/// Users have no version: the entity tag is a hash of the body.
pub(in crate::http) fn represent(user: User) -> Result<Representation, ApiError> {
    let time = user.updated_at;
    Ok(Representation::of(&UserView::from(user), Audience::Private)?.last_modified(time))
}

/// List users
///
/// Returns a page of users, in order of creation.
#[utoipa::path(
    tag = "Users",
    operation_id = "list_users",
    params(PageParams),
    security(("bearer" = ["admin"])),
    responses((status = 200, description = "The users.", body = UserList))
)]
#[get("/users")]
pub async fn list(
    req: HttpRequest,
    state: web::Data<State>,
    Admin(actor): Admin,
    Query(params): Query<PageParams>,
) -> HandlerResult {
    let request = params.request(ORDER)?;
    let query = UserQuery { page: request.clone() };
    let found = users::list(&state.app, &actor, query).await?;
    let (info, link) = page::place(&req, &state.public_url, ORDER, &request, &found);
    let data = found.rows.into_iter().map(UserView::from).collect();
    let list = UserList { data, page: info };
    Ok(Representation::of(&list, Audience::Private)?.link(link).answer(&req))
}

/// Create a user
///
/// Creates a user, with a password that the user can change. With an `Idempotency-Key`, a repeated
/// request is recognised by all fields except the password.
#[utoipa::path(
    tag = "Users",
    operation_id = "create_user",
    extensions(("x-max-body" = json!(max_body::SMALL))),
    request_body = UserInput,
    security(("bearer" = ["admin"])),
    responses(
        (status = 201, description = "The user.", body = UserView),
        (status = 409, description = "`email_taken`: another user has this email address.")
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
/// Returns the user with this id.
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

/// Update a user
///
/// Applies a JSON Merge Patch (RFC 7396). Absent fields stay. Suspension ends the user's sessions
/// at once. A new role takes effect with the user's next request.
#[utoipa::path(
    tag = "Users",
    operation_id = "update_user",
    extensions(("x-max-body" = json!(max_body::SMALL))),
    params(UserPath),
    request_body = ref("#/components/schemas/AccountPatch"),
    security(("bearer" = ["admin"])),
    responses(
        (status = 200, description = "The user.", body = UserView),
        (status = 409, description = "`email_taken`: another user has this email address. `last_admin`: the site needs an active admin."),
        (status = 412, description = "`precondition_failed`: another client has changed it since.")
    )
)]
#[patch("/users/{id}")]
pub async fn update(
    req: HttpRequest,
    state: web::Data<State>,
    Admin(actor): Admin,
    Path(path): Path<UserPath>,
    _: Query<NoParams>,
    body: Body<MergePatch<AccountInput>>,
) -> HandlerResult {
    let patch = body.read().await?;
    let user = users::get(&state.app, &actor, path.id).await?;
    represent(user.clone())?.check(&req)?;
    let change = patch.apply_to(&AccountInput::of(&user))?.into_patch(&user)?;
    let user = users::update(&state.app, &actor, path.id, change).await?;
    Ok(represent(user)?.answer_with(StatusCode::OK))
}

/// Delete a user
///
/// Deletes the user and ends the sessions. The user's articles stay, without an author.
#[utoipa::path(
    tag = "Users",
    operation_id = "delete_user",
    params(UserPath),
    security(("bearer" = ["admin"])),
    responses(
        (status = 204, description = "The user is deleted."),
        (status = 409, description = "`last_admin`: the site needs an active admin."),
        (status = 412, description = "`precondition_failed`: another client has changed it since.")
    )
)]
#[delete("/users/{id}")]
pub async fn delete_one(
    req: HttpRequest,
    state: web::Data<State>,
    Admin(actor): Admin,
    Path(path): Path<UserPath>,
    _: Query<NoParams>,
) -> HandlerResult {
    represent(users::get(&state.app, &actor, path.id).await?)?.check(&req)?;
    users::delete(&state.app, &actor, path.id).await?;
    Ok(HttpResponse::NoContent().finish())
}
