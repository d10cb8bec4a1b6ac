//! Moderation of comments.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, web};

use super::input::{
    BulkInput, CommentDeleteParams, CommentEditInput, CommentListParams, CommentPath, ORDER,
};
use super::view::{BulkResult, BulkResults, CommentList, ModeratedCommentView};
use crate::domain::comment::Comment;
use crate::http::conditional::{self, Audience, Representation};
use crate::http::extract::{Body, Json, MergePatch, NoParams, PagedQuery, Path, Query};
use crate::http::guard::Editor;
use crate::http::page;
use crate::http::page_params::PageParams;
use crate::http::problem::{ApiError, HandlerResult};
use crate::http::state::State;
use crate::service::{Expected, comments};

fn represent(comment: Comment) -> Result<Representation, ApiError> {
    let (version, time) = (comment.version, comment.updated_at);
    let view = ModeratedCommentView::from(comment);
    Ok(Representation::of(&view, Audience::Somebody)?.version(version).last_modified(time))
}

/// List comments
///
/// Returns a page of all comments, newest first, with their authors' data. `status=pending` is the
/// moderation queue.
#[utoipa::path(
    tag = "Comments",
    operation_id = "list_comments",
    params(CommentListParams, PageParams),
    security(("bearer" = ["editor"])),
    responses((status = 200, description = "The comments.", body = CommentList))
)]
#[get("/comments")]
pub async fn list(
    req: HttpRequest,
    state: web::Data<State>,
    Editor(actor): Editor,
    PagedQuery(params, page): PagedQuery<CommentListParams>,
) -> HandlerResult {
    let query = params.into_query(&page)?;
    let request = query.page.clone();
    let found = comments::list(&state.app, &actor, query).await?;
    let (info, link) = page::place(&req, &state.public_url, ORDER, &request, &found);
    let data = found.rows.into_iter().map(ModeratedCommentView::from).collect();
    let list = CommentList { data, page: info };
    Ok(Representation::of(&list, Audience::Somebody)?.link(link).answer(&req))
}

/// Read a comment
///
/// Returns a comment in any status, with its author's data.
#[utoipa::path(
    tag = "Comments",
    operation_id = "get_comment",
    params(CommentPath),
    security(("bearer" = ["editor"])),
    responses((status = 200, description = "The comment.", body = ModeratedCommentView))
)]
#[get("/comments/{id}")]
pub async fn get_one(
    req: HttpRequest,
    state: web::Data<State>,
    Editor(actor): Editor,
    Path(path): Path<CommentPath>,
    _: Query<NoParams>,
) -> HandlerResult {
    let comment = comments::find(&state.app, &actor, path.id).await?;
    Ok(represent(comment)?.answer(&req))
}

/// Update a comment
///
/// Applies a JSON Merge Patch (RFC 7396). Absent fields stay. A new status shows or hides the
/// replies too, and updates the article's count.
#[utoipa::path(
    tag = "Comments",
    operation_id = "update_comment",
    params(CommentPath),
    request_body(content(
        (ref("#/components/schemas/CommentEditPatch") = "application/merge-patch+json"),
        (ref("#/components/schemas/CommentEditPatch") = "application/json")
    )),
    security(("bearer" = ["editor"])),
    responses(
        (status = 200, description = "The comment.", body = ModeratedCommentView),
        (status = 412, description = "`precondition_failed`: another client has changed it since.")
    )
)]
#[patch("/comments/{id}")]
pub async fn update(
    req: HttpRequest,
    state: web::Data<State>,
    Editor(actor): Editor,
    Path(path): Path<CommentPath>,
    _: Query<NoParams>,
    body: Body<MergePatch<CommentEditInput>>,
) -> HandlerResult {
    let expected = conditional::optional(&req).unwrap_or(Expected::Any);
    let patch = body.read().await?;
    let change =
        move |comment: &Comment| Ok(patch.apply_to(&CommentEditInput::of(comment))?.into_edit()?);
    let comment = comments::update(&state.app, &actor, path.id, expected, change).await?;
    Ok(represent(comment)?.answer_with(StatusCode::OK))
}

/// Delete a comment
///
/// Moves the comment to the trash, from which a new status restores it. With `permanent=true`, an
/// admin deletes it and its replies permanently.
#[utoipa::path(
    tag = "Comments",
    operation_id = "delete_comment",
    params(CommentPath, CommentDeleteParams),
    security(("bearer" = ["editor"])),
    responses(
        (status = 204, description = "It is in the trash, or deleted."),
        (status = 412, description = "`precondition_failed`: another client has changed it since.")
    )
)]
#[delete("/comments/{id}")]
pub async fn delete_one(
    req: HttpRequest,
    state: web::Data<State>,
    Editor(actor): Editor,
    Path(path): Path<CommentPath>,
    Query(params): Query<CommentDeleteParams>,
) -> HandlerResult {
    let expected = conditional::optional(&req).unwrap_or(Expected::Any);
    if params.permanent.unwrap_or(false) {
        comments::delete_permanently(&state.app, &actor, path.id, expected).await?;
    } else {
        comments::trash(&state.app, &actor, path.id, expected).await?;
    }
    Ok(HttpResponse::NoContent().finish())
}

/// Moderate several comments
///
/// Sets the status of up to 100 comments in one transaction, and returns the result of each. An
/// unknown id doesn't affect the others. The operation is idempotent.
#[utoipa::path(
    tag = "Comments",
    operation_id = "moderate_comments",
    request_body = BulkInput,
    security(("bearer" = ["editor"])),
    responses((status = 200, description = "The result of each comment.", body = BulkResults))
)]
#[post("/comments/bulk")]
pub async fn bulk(
    state: web::Data<State>,
    Editor(actor): Editor,
    _: Query<NoParams>,
    body: Body<Json<BulkInput>>,
) -> HandlerResult {
    let input = body.read().await?;
    let status = input.status;
    let ids = input.into_ids()?;
    let moderated = comments::moderate_many(&state.app, &actor, ids, status).await?;
    let results = BulkResults { data: moderated.into_iter().map(BulkResult::from).collect() };
    Ok(Representation::of(&results, Audience::Somebody)?.answer_with(StatusCode::OK))
}
