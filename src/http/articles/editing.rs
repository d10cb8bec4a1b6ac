//! Making, changing and deleting articles. Reading is in `handlers.rs`, the steps from draft to
//! archive in `transitions.rs`.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, delete, patch, post, put, web};
use serde::Deserialize;
use utoipa::IntoParams;

use super::discussion::Context;
use super::fields::Fields;
use super::handlers::{locale, represent};
use super::input::{ArticleInput, ArticlePath};
use super::view::ArticleView;
use crate::domain::article::Article;
use crate::domain::policy::Actor;
use crate::http::conditional::{self, Audience, Representation};
use crate::http::extract::{Body, Json, MergePatch, NoParams, Path, Query};
use crate::http::guard::SignedIn;
use crate::http::idempotency;
use crate::http::problem::HandlerResult;
use crate::http::state::State;
use crate::service::articles::{self, WithSite};
use crate::service::idempotency::Idempotent;
use crate::service::{Error, Expected};

/// The answer to whoever wrote an article.
pub(super) fn written(
    req: &HttpRequest,
    state: &State,
    actor: &Actor,
    found: WithSite<Article>,
) -> HandlerResult {
    let fields = Fields::all();
    let locale = locale(req, None);
    let shown = represent(state, found, Some(actor), locale, &fields, Audience::Somebody)?;
    // Where mentions are taken is for those who read.
    Ok(shown.endpoints(None).answer_with(StatusCode::OK))
}

/// Make an article
///
/// Makes a draft; publish it when it's ready. What is left out is derived (slug, excerpt) or empty.
#[utoipa::path(
    tag = "Articles",
    operation_id = "create_article",
    request_body = ArticleInput,
    security(("bearer" = ["contributor"])),
    responses(
        (status = 201, description = "The draft.", body = ArticleView),
        (status = 409, description = "`slug_taken`: the slug belongs to another, now or formerly.")
    )
)]
#[post("/articles")]
pub async fn create(
    req: HttpRequest,
    state: web::Data<State>,
    SignedIn(actor): SignedIn,
    _: Query<NoParams>,
    body: Body<Json<ArticleInput>>,
) -> HandlerResult {
    let (input, bytes) = body.read_hashed().await?;
    let draft = input.into_draft()?;
    let key = idempotency::key(&req, &actor, &bytes)?;
    let (now, locale) = (state.app.now(), locale(&req, None));
    let render = Box::new(move |made: &WithSite<Article>| {
        let context = Context { site: &made.site, now, locale: locale.clone() };
        let (id, version) = (made.item.id, made.item.version);
        let view = ArticleView::of(made.item.clone(), &context, true);
        Representation::of(&view, Audience::Somebody)
            .map_err(|api_error| Error::Internal(api_error.to_string()))?
            .version(version)
            .reply(format!("/api/v1/articles/{id}"))
    });
    let outcome = articles::create(&state.app, &actor, draft, Idempotent { key, render }).await?;
    Ok(idempotency::created(outcome))
}

/// Replace an article
///
/// All of it that is written: what is left out is derived or emptied. A former slug goes on redirecting.
#[utoipa::path(
    tag = "Articles",
    operation_id = "replace_article",
    params(ArticlePath),
    request_body = ArticleInput,
    security(("bearer" = ["contributor"])),
    responses(
        (status = 200, description = "The article.", body = ArticleView),
        (status = 403, description = "It is somebody else's, or no longer a contributor's to change."),
        (status = 409, description = "`slug_taken`, or `article_in_trash`."),
        (status = 412, description = "Somebody else changed it since."),
        (status = 428, description = "`If-Match` is required.")
    )
)]
#[put("/articles/{id}")]
pub async fn replace(
    req: HttpRequest,
    state: web::Data<State>,
    SignedIn(actor): SignedIn,
    Path(path): Path<ArticlePath>,
    _: Query<NoParams>,
    body: Body<Json<ArticleInput>>,
) -> HandlerResult {
    let expected = conditional::required(&req)?;
    let draft = body.read().await?.into_draft()?;
    let change = |_: &Article| Ok(draft.clone());
    let found = articles::update(&state.app, &actor, path.id, expected, change).await?;
    written(&req, &state, &actor, found)
}

/// Change an article
///
/// A JSON Merge Patch (RFC 7396): what is left out stays; `null` empties a field or has it derived anew.
#[utoipa::path(
    tag = "Articles",
    operation_id = "update_article",
    params(ArticlePath),
    request_body(content(
        (ref("#/components/schemas/ArticlePatch") = "application/merge-patch+json"),
        (ref("#/components/schemas/ArticlePatch") = "application/json")
    )),
    security(("bearer" = ["contributor"])),
    responses(
        (status = 200, description = "The article.", body = ArticleView),
        (status = 403, description = "It is somebody else's, or no longer a contributor's to change."),
        (status = 409, description = "`slug_taken`, or `article_in_trash`."),
        (status = 412, description = "Somebody else changed it since."),
        (status = 428, description = "`If-Match` is required.")
    )
)]
#[patch("/articles/{id}")]
pub async fn update(
    req: HttpRequest,
    state: web::Data<State>,
    SignedIn(actor): SignedIn,
    Path(path): Path<ArticlePath>,
    _: Query<NoParams>,
    body: Body<MergePatch<ArticleInput>>,
) -> HandlerResult {
    let expected = conditional::required(&req)?;
    let patch = body.read().await?;
    let change =
        |current: &Article| Ok(patch.apply_to(&ArticleInput::of(current)?)?.into_draft()?);
    let found = articles::update(&state.app, &actor, path.id, expected, change).await?;
    written(&req, &state, &actor, found)
}

/// How to delete.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DeleteParams {
    /// For good, rather than into the trash. Admins only.
    #[serde(default)]
    #[param(default = false)]
    pub permanent: Option<bool>,
}

/// Delete an article
///
/// Puts it in the trash, from where it can be restored; with `permanent=true` an admin deletes it for good.
#[utoipa::path(
    tag = "Articles",
    operation_id = "delete_article",
    params(ArticlePath, DeleteParams),
    security(("bearer" = ["contributor"])),
    responses(
        (status = 204, description = "It is in the trash, or gone."),
        (status = 403, description = "It is somebody else's; or deleting for good takes an admin."),
        (status = 409, description = "`illegal_transition`: it is in the trash already."),
        (status = 412, description = "Somebody else changed it since.")
    )
)]
#[delete("/articles/{id}")]
pub async fn delete_one(
    req: HttpRequest,
    state: web::Data<State>,
    SignedIn(actor): SignedIn,
    Path(path): Path<ArticlePath>,
    Query(params): Query<DeleteParams>,
) -> HandlerResult {
    let expected = conditional::optional(&req).unwrap_or(Expected::Any);
    if params.permanent.unwrap_or(false) {
        articles::delete_permanently(&state.app, &actor, path.id, expected).await?;
    } else {
        articles::trash(&state.app, &actor, path.id, expected).await?;
    }
    Ok(HttpResponse::NoContent().finish())
}
