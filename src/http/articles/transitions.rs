//! An article's way from draft to archive and back from the trash.

use actix_web::{HttpRequest, post, web};

use super::editing::written;
use super::input::{ArticlePath, PublishInput};
use super::view::ArticleView;
use crate::domain::check::Checks;
use crate::http::conditional;
use crate::http::extract::{NoParams, OptionalBody, Path, Query};
use crate::http::guard::SignedIn;
use crate::http::problem::HandlerResult;
use crate::http::state::State;
use crate::service::{Expected, articles};

/// Publish an article
///
/// Now; or, with a time to come, schedules it: it then appears by itself, within a second of its time.
#[utoipa::path(
    tag = "Articles",
    operation_id = "publish_article",
    params(ArticlePath),
    request_body = PublishInput,
    security(("bearer" = ["author"])),
    responses(
        (status = 200, description = "The article, published or scheduled.", body = ArticleView),
        (status = 409, description = "`illegal_transition`: it is published already, or in the trash."),
        (status = 412, description = "Somebody else changed it since.")
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
    let expected = conditional::optional(&req).unwrap_or(Expected::Any);
    let input = body.read().await?.unwrap_or_default();
    let mut checks = Checks::default();
    let at = input.at.map(|at| checks.time("/at", at));
    let at = checks.finish(at)?;
    let found = articles::publish(&state.app, &actor, path.id, at, expected).await?;
    written(&req, &state, &actor, found)
}

/// Take an article back to a draft
///
/// Whether it is scheduled, published or archived. Readers no longer find it.
#[utoipa::path(
    tag = "Articles",
    operation_id = "unpublish_article",
    params(ArticlePath),
    security(("bearer" = ["author"])),
    responses(
        (status = 200, description = "The draft.", body = ArticleView),
        (status = 409, description = "`illegal_transition`: it is a draft already, or in the trash."),
        (status = 412, description = "Somebody else changed it since.")
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
    let expected = conditional::optional(&req).unwrap_or(Expected::Any);
    let found = articles::unpublish(&state.app, &actor, path.id, expected).await?;
    written(&req, &state, &actor, found)
}

/// Archive an article
///
/// Keeps a published article where only those find it who may edit it.
#[utoipa::path(
    tag = "Articles",
    operation_id = "archive_article",
    params(ArticlePath),
    security(("bearer" = ["author"])),
    responses(
        (status = 200, description = "The article.", body = ArticleView),
        (status = 409, description = "`illegal_transition`: it isn't published."),
        (status = 412, description = "Somebody else changed it since.")
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
    let expected = conditional::optional(&req).unwrap_or(Expected::Any);
    let found = articles::archive(&state.app, &actor, path.id, expected).await?;
    written(&req, &state, &actor, found)
}

/// Take an article out of the trash
///
/// To where it stood; what was scheduled for a time that has passed comes back as a draft.
#[utoipa::path(
    tag = "Articles",
    operation_id = "restore_article",
    params(ArticlePath),
    security(("bearer" = ["contributor"])),
    responses(
        (status = 200, description = "The article.", body = ArticleView),
        (status = 409, description = "`illegal_transition`: it isn't in the trash."),
        (status = 412, description = "Somebody else changed it since.")
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
    let expected = conditional::optional(&req).unwrap_or(Expected::Any);
    let found = articles::restore(&state.app, &actor, path.id, expected).await?;
    written(&req, &state, &actor, found)
}
