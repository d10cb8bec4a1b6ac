//! Creation, changes and deletion of articles.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, delete, patch, post, put, web};
use serde::Deserialize;
use utoipa::IntoParams;

use super::fields::Fields;
use super::handlers::represent;
use super::input::{ArticleInput, ArticlePath};
use super::view::ArticleView;
use crate::domain::article::Article;
use crate::domain::policy::Actor;
use crate::http::conditional::{self, Audience, Representation};
use crate::http::discussion::{Context, locale};
use crate::http::extract::{Body, Json, MergePatch, NoParams, Path, Query};
use crate::http::guard::SignedIn;
use crate::http::idempotency;
use crate::http::problem::HandlerResult;
use crate::http::state::State;
use crate::service::Error;
use crate::service::articles::{self, WithSite};
use crate::service::idempotency::Idempotent;
use crate::service::site_urls::article_path;

/// Answers a write with the article.
pub(super) fn updated(
    req: &HttpRequest,
    state: &State,
    actor: &Actor,
    found: WithSite<Article>,
) -> HandlerResult {
    let fields = Fields::all();
    let locale = locale(req, None);
    let shown = represent(state, found, Some(actor), locale, &fields, Audience::Private)?;
    // Only readers need the endpoints for mentions.
    Ok(shown.endpoints(None).answer_with(StatusCode::OK))
}

/// Create an article
///
/// Creates a draft. An absent slug is derived from the title, an absent excerpt from the body;
/// other absent fields are empty.
#[utoipa::path(
    tag = "Articles",
    operation_id = "create_article",
    request_body = ArticleInput,
    security(("bearer" = ["contributor"])),
    responses(
        (status = 201, description = "The draft.", body = ArticleView),
        (status = 409, description = "`slug_taken`: another article has or had the slug: `holder`.")
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
    let (now, locale, shared) = (state.app.now(), locale(&req, None), state.app.shared.clone());
    let render = Box::new(move |made: &WithSite<Article>| {
        let context =
            Context { site: &made.site, now, locale: locale.clone(), urls: &shared.web.urls };
        let (id, version) = (made.item.id, made.item.version);
        let view = ArticleView::of(made.item.clone(), &context, true);
        Representation::of(&view, Audience::Private)
            .map_err(|api_error| Error::Internal(api_error.to_string()))?
            .version(version)
            .reply(article_path(id))
    });
    let outcome = articles::create(&state.app, &actor, draft, Idempotent { key, render }).await?;
    Ok(idempotency::created(outcome))
}

/// Replace an article
///
/// Replaces all writable fields: absent ones are derived or emptied. The previous slug redirects.
#[utoipa::path(
    tag = "Articles",
    operation_id = "replace_article",
    params(ArticlePath),
    request_body = ArticleInput,
    security(("bearer" = ["contributor"])),
    responses(
        (status = 200, description = "The article.", body = ArticleView),
        (status = 403, description = "`forbidden`: another user wrote it, or a contributor may no longer change it."),
        (status = 409, description = "`slug_taken`: another article has or had the slug: `holder`. `article_in_trash`: restore it first."),
        (status = 412, description = "`precondition_failed`: another client has changed it since."),
        (status = 428, description = "`precondition_required`: `If-Match` is missing.")
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
    updated(&req, &state, &actor, found)
}

/// Update an article
///
/// Applies a JSON Merge Patch (RFC 7396). Absent fields stay. `null` empties a field, or derives it
/// again.
#[utoipa::path(
    tag = "Articles",
    operation_id = "update_article",
    params(ArticlePath),
    request_body = ref("#/components/schemas/ArticlePatch"),
    security(("bearer" = ["contributor"])),
    responses(
        (status = 200, description = "The article.", body = ArticleView),
        (status = 403, description = "`forbidden`: another user wrote it, or a contributor may no longer change it."),
        (status = 409, description = "`slug_taken`: another article has or had the slug: `holder`. `article_in_trash`: restore it first."),
        (status = 412, description = "`precondition_failed`: another client has changed it since."),
        (status = 428, description = "`precondition_required`: `If-Match` is missing.")
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
    updated(&req, &state, &actor, found)
}

/// The parameters of a deletion.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DeleteParams {
    /// Whether to delete permanently instead of moving to the trash. Admins only.
    #[serde(default)]
    #[param(default = false)]
    pub permanent: Option<bool>,
}

/// Delete an article
///
/// Moves the article to the trash, from which it can be restored. With `permanent=true`, an admin
/// deletes it permanently.
#[utoipa::path(
    tag = "Articles",
    operation_id = "delete_article",
    params(ArticlePath, DeleteParams),
    security(("bearer" = ["contributor"])),
    responses(
        (status = 204, description = "It is in the trash, or deleted."),
        (status = 403, description = "`forbidden`: another user wrote it, or permanent deletion needs an admin."),
        (status = 409, description = "`illegal_transition`: it is already in the trash."),
        (status = 412, description = "`precondition_failed`: another client has changed it since.")
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
    let expected = conditional::optional(&req)?;
    if params.permanent.unwrap_or(false) {
        articles::delete_permanently(&state.app, &actor, path.id, expected).await?;
    } else {
        articles::trash(&state.app, &actor, path.id, expected).await?;
    }
    Ok(HttpResponse::NoContent().finish())
}
