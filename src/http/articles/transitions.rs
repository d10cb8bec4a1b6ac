//! Transitions between the statuses of an article.

use actix_web::{HttpRequest, post, web};

use super::editing::updated;
use super::input::{ArticlePath, PublishInput};
use super::view::ArticleView;
use crate::domain::check::Checks;
use crate::http::conditional;
use crate::http::extract::{NoParams, OptionalBody, Path, Query};
use crate::http::guard::SignedIn;
use crate::http::max_body;
use crate::http::problem::HandlerResult;
use crate::http::state::State;
use crate::service::articles;

/// Publish an article
///
/// Publishes the article now. With a future time it schedules the article, which then appears
/// within a second of that time. An article that was published before keeps its date, unless the body
/// names one. A scheduled time replaces it when the article appears, and not before. For a published
/// article, a past or present time changes the date.
#[utoipa::path(
    tag = "Articles",
    operation_id = "publish_article",
    extensions(("x-max-body" = json!(max_body::SMALL))),
    params(ArticlePath),
    request_body = Option<PublishInput>,
    security(("bearer" = ["author"])),
    responses(
        (status = 200, description = "The published or scheduled article.", body = ArticleView),
        (status = 409, description = "`illegal_transition`: it is already published and the body names no past or present time, or it is in the trash."),
        (status = 412, description = "`precondition_failed`: another client has changed it since.")
    )
)]
#[post("/articles/{id}/publish")]
pub async fn publish(
    req: HttpRequest,
    state: web::Data<State>,
    SignedIn(actor): SignedIn,
    Path(path): Path<ArticlePath>,
    _: Query<NoParams>,
    body: OptionalBody<PublishInput>,
) -> HandlerResult {
    let expected = conditional::optional(&req)?;
    let input = body.read().await?.unwrap_or_default();
    let mut checks = Checks::default();
    let at = input.at.map(|at| checks.time("/at", at));
    let at = checks.finish(at)?;
    let found = articles::publish(&state.app, &actor, path.id, at, expected).await?;
    updated(&req, &state, &actor, found)
}

/// Unpublish an article
///
/// Turns a scheduled, published or archived article into a draft. Readers no longer see it. It keeps the
/// date of its last publication.
#[utoipa::path(
    tag = "Articles",
    operation_id = "unpublish_article",
    params(ArticlePath),
    security(("bearer" = ["author"])),
    responses(
        (status = 200, description = "The draft.", body = ArticleView),
        (status = 409, description = "`illegal_transition`: it is already a draft, or in the trash."),
        (status = 412, description = "`precondition_failed`: another client has changed it since.")
    )
)]
#[post("/articles/{id}/unpublish")]
pub async fn unpublish(
    req: HttpRequest,
    state: web::Data<State>,
    SignedIn(actor): SignedIn,
    Path(path): Path<ArticlePath>,
    _: Query<NoParams>,
) -> HandlerResult {
    let expected = conditional::optional(&req)?;
    let found = articles::unpublish(&state.app, &actor, path.id, expected).await?;
    updated(&req, &state, &actor, found)
}

/// Archive an article
///
/// Archives a published article. Readers no longer see it.
#[utoipa::path(
    tag = "Articles",
    operation_id = "archive_article",
    params(ArticlePath),
    security(("bearer" = ["author"])),
    responses(
        (status = 200, description = "The article.", body = ArticleView),
        (status = 409, description = "`illegal_transition`: it isn't published."),
        (status = 412, description = "`precondition_failed`: another client has changed it since.")
    )
)]
#[post("/articles/{id}/archive")]
pub async fn archive(
    req: HttpRequest,
    state: web::Data<State>,
    SignedIn(actor): SignedIn,
    Path(path): Path<ArticlePath>,
    _: Query<NoParams>,
) -> HandlerResult {
    let expected = conditional::optional(&req)?;
    let found = articles::archive(&state.app, &actor, path.id, expected).await?;
    updated(&req, &state, &actor, found)
}

/// Restore an article
///
/// Moves the article out of the trash, to its previous status. A scheduled article with a past time
/// becomes a draft, with the date of its last publication.
#[utoipa::path(
    tag = "Articles",
    operation_id = "restore_article",
    params(ArticlePath),
    security(("bearer" = ["contributor"])),
    responses(
        (status = 200, description = "The article.", body = ArticleView),
        (status = 409, description = "`illegal_transition`: it isn't in the trash."),
        (status = 412, description = "`precondition_failed`: another client has changed it since.")
    )
)]
#[post("/articles/{id}/restore")]
pub async fn restore(
    req: HttpRequest,
    state: web::Data<State>,
    SignedIn(actor): SignedIn,
    Path(path): Path<ArticlePath>,
    _: Query<NoParams>,
) -> HandlerResult {
    let expected = conditional::optional(&req)?;
    let found = articles::restore(&state.app, &actor, path.id, expected).await?;
    updated(&req, &state, &actor, found)
}
