//! Export and erasure of personal data in comments.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, delete, get, web};

use super::input::{CommentPath, PersonParams};
use super::view::{ErasureResult, ModeratedCommentView, PersonalData};
use crate::http::conditional::{self, Audience, Representation};
use crate::http::extract::{NoParams, Path, Query};
use crate::http::guard::{Admin, Editor};
use crate::http::problem::HandlerResult;
use crate::http::state::State;
use crate::service::comments;

/// Export a person's comments
///
/// Returns all comments with this email address, and those of the account with this address.
#[utoipa::path(
    tag = "Comments",
    operation_id = "export_personal_data",
    params(PersonParams),
    security(("bearer" = ["admin"])),
    responses((status = 200, description = "The person's comments.", body = PersonalData))
)]
#[get("/comments/export")]
pub async fn export(
    req: HttpRequest,
    state: web::Data<State>,
    Admin(actor): Admin,
    Query(params): Query<PersonParams>,
) -> HandlerResult {
    let email = params.into_email()?;
    let found = comments::export(&state.app, &actor, email.clone()).await?;
    let comments = found.into_iter().map(ModeratedCommentView::from).collect();
    let data = PersonalData { email, comments };
    Ok(Representation::of(&data, Audience::Private)?.answer(&req))
}

/// Erase a person's data
///
/// Deletes name, email address, URL, account, client address and user agent from all comments that
/// an export contains. The texts stay, without a name.
#[utoipa::path(
    tag = "Comments",
    operation_id = "erase_personal_data",
    params(PersonParams),
    security(("bearer" = ["admin"])),
    responses((status = 200, description = "The number of changed comments.", body = ErasureResult))
)]
#[delete("/comments/personal-data")]
pub async fn erase_person(
    state: web::Data<State>,
    Admin(actor): Admin,
    Query(params): Query<PersonParams>,
) -> HandlerResult {
    let erased = comments::erase_person(&state.app, &actor, params.into_email()?).await?;
    let answer = Representation::of(&ErasureResult { erased }, Audience::Private)?;
    Ok(answer.answer_with(StatusCode::OK))
}

/// Erase a comment's author
///
/// Deletes name, email address, URL, account, client address and user agent from one comment. Its
/// text stays, without a name.
#[utoipa::path(
    tag = "Comments",
    operation_id = "erase_comment_author",
    params(CommentPath),
    security(("bearer" = ["editor"])),
    responses(
        (status = 204, description = "The author's data is erased."),
        (status = 412, description = "`precondition_failed`: the comment has changed since.")
    )
)]
#[delete("/comments/{id}/personal-data")]
pub async fn erase_author(
    req: HttpRequest,
    state: web::Data<State>,
    Editor(actor): Editor,
    Path(path): Path<CommentPath>,
    _: Query<NoParams>,
) -> HandlerResult {
    let expected = conditional::optional(&req)?;
    comments::erase_author(&state.app, &actor, path.id, expected).await?;
    Ok(HttpResponse::NoContent().finish())
}
