//! Moderation of comments.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, web};

use super::access::CommentAccess;
use super::input::{
    BulkInput, CommentDeleteParams, CommentEditInput, CommentListParams, CommentPath, ORDER,
};
use super::public::anonymous_permit;
use super::view::{BulkResult, BulkResults, ChangedComment, CommentList, ModeratedCommentView};
use crate::domain::comment::{Comment, CommentStatus};
use crate::domain::user::Role;
use crate::http::conditional::{self, Audience, Representation};
use crate::http::extract::{Body, Json, MergePatch, NoParams, PagedQuery, Path, Query};
use crate::http::guard::Editor;
use crate::http::max_body;
use crate::http::page;
use crate::http::page_params::PageParams;
use crate::http::problem::{ApiError, HandlerResult};
use crate::http::state::State;
use crate::service::{Error, comments};

fn represent(comment: Comment) -> Result<Representation, ApiError> {
    let (version, time) = (comment.version, comment.updated_at);
    let view = ChangedComment::Moderated(Box::new(comment.into()));
    Ok(Representation::of(&view, Audience::Private)?.version(version).last_modified(time))
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
    Ok(Representation::of(&list, Audience::Private)?.link(link).answer(&req))
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
/// Applies a JSON Merge Patch (RFC 7396). Absent fields stay. A new status updates the article's
/// count. A hidden comment with visible replies leaves a tombstone.
///
/// The author may change the `body`, with the header `Edit-Token`, until `editable_until`. The edited
/// comment is moderated like a new one, and may wait for an editor again.
#[utoipa::path(
    tag = "Comments",
    operation_id = "update_comment",
    extensions(("x-max-body" = json!(max_body::TEXT))),
    params(CommentPath),
    request_body = ref("#/components/schemas/CommentEditPatch"),
    security(("bearer" = ["editor"]), ("edit_token" = [])),
    responses(
        (status = 200, description = "The comment.", body = ChangedComment),
        (status = 401, description = "`unauthenticated`: neither token is sent. `invalid_token`: the token is invalid. `login_required`: only signed-in users may comment now."),
        (status = 403, description = "`forbidden`: the user lacks the required role. `edit_token_invalid`: the edit token doesn't belong to the comment. `edit_expired`: the time for editing is over. `comments_closed`: comments were closed since."),
        (status = 409, description = "`comment_repeated`: the author has posted the same text here."),
        (status = 412, description = "`precondition_failed`: another client has changed it since.")
    )
)]
#[patch("/comments/{id}")]
pub async fn update(
    req: HttpRequest,
    state: web::Data<State>,
    access: CommentAccess,
    Path(path): Path<CommentPath>,
    _: Query<NoParams>,
    body: Body<MergePatch<CommentEditInput>>,
) -> HandlerResult {
    let expected = conditional::optional(&req)?;
    let patch = body.read().await?;
    let actor = match access {
        CommentAccess::Moderator(actor) => actor,
        CommentAccess::Author(token) => {
            let _permit = anonymous_permit().await;
            let text = text_of(&patch)?;
            let comment = comments::edit(&state.app, path.id, token, expected, text).await?;
            return Ok(represent_own(comment)?.answer_with(StatusCode::OK));
        }
    };
    let change =
        move |comment: &Comment| Ok(patch.apply_to(&CommentEditInput::of(comment))?.into_edit()?);
    let comment = comments::update(&state.app, &actor, path.id, expected, change).await?;
    Ok(represent(comment)?.answer_with(StatusCode::OK))
}

/// Returns the new text of a patch by the author, who may change nothing else.
fn text_of(patch: &MergePatch<CommentEditInput>) -> Result<String, ApiError> {
    patch.only(&["body"])?;
    let blank = CommentEditInput {
        status: CommentStatus::Pending,
        body: String::new(),
        author_name: None,
        author_url: None,
    };
    Ok(patch.apply_to(&blank)?.into_edit()?.body)
}

fn represent_own(comment: Comment) -> Result<Representation, ApiError> {
    let (version, time) = (comment.version, comment.updated_at);
    let view = ChangedComment::Posted(Box::new(comment.into()));
    Ok(Representation::of(&view, Audience::Private)?.version(version).last_modified(time))
}

/// Delete a comment
///
/// Moves the comment to the trash, from which a new status restores it. If it has visible replies, a
/// tombstone stays. With `permanent=true`, an admin deletes it and its replies permanently.
///
/// The author may delete the comment with the header `Edit-Token`, until `editable_until`.
#[utoipa::path(
    tag = "Comments",
    operation_id = "delete_comment",
    params(CommentPath, CommentDeleteParams),
    security(("bearer" = ["editor"]), ("edit_token" = [])),
    responses(
        (status = 204, description = "It is in the trash, or deleted."),
        (status = 403, description = "`forbidden`: the user lacks the required role. `edit_token_invalid`: the edit token doesn't belong to the comment. `edit_expired`: the time for editing is over."),
        (status = 412, description = "`precondition_failed`: another client has changed it since.")
    )
)]
#[delete("/comments/{id}")]
pub async fn delete_one(
    req: HttpRequest,
    state: web::Data<State>,
    access: CommentAccess,
    Path(path): Path<CommentPath>,
    Query(params): Query<CommentDeleteParams>,
) -> HandlerResult {
    let expected = conditional::optional(&req)?;
    let actor = match access {
        CommentAccess::Moderator(actor) => actor,
        CommentAccess::Author(_) if params.permanent.unwrap_or(false) => {
            return Err(Error::Forbidden(Role::Admin).into());
        }
        CommentAccess::Author(token) => {
            let _permit = anonymous_permit().await;
            comments::withdraw(&state.app, path.id, token, expected).await?;
            return Ok(HttpResponse::NoContent().finish());
        }
    };
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
    extensions(("x-max-body" = json!(max_body::SMALL))),
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
    let moderated = comments::moderate_many(&state.app, &actor, input.ids(), status).await?;
    let results = BulkResults { data: moderated.into_iter().map(BulkResult::from).collect() };
    Ok(Representation::of(&results, Audience::Private)?.answer_with(StatusCode::OK))
}
