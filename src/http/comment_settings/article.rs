//! Operations on the comment settings of an article.

use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::{HttpRequest, HttpResponse, delete, get, patch, put, web};

use super::input::ArticleSettingsInput;
use super::view::ArticleSettingsView;
use crate::domain::cache_tag::CacheTag;
use crate::domain::comment_settings::Overrides;
use crate::domain::policy::Actor;
use crate::http::articles::ArticlePath;
use crate::http::cache::policy::CachePolicy;
use crate::http::catalogue::Locale;
use crate::http::conditional::{self, Audience, Representation};
use crate::http::discussion::{Context, NoticeParams, locale};
use crate::http::extract::{Body, Json, MergePatch, NoParams, Path, Query};
use crate::http::guard::{Editor, MaybeSignedIn};
use crate::http::max_body;
use crate::http::problem::{ApiError, HandlerResult};
use crate::http::reader::{audience, reader};
use crate::http::state::State;
use crate::service::Error;
use crate::service::comment_settings::{self, EffectiveSettings, SaveOutcome};
use crate::service::site_urls::article_path;

fn represent(
    state: &State,
    found: EffectiveSettings,
    locale: Option<Locale>,
    audience: Audience,
) -> Result<Representation, ApiError> {
    // Each change of the settings changes the article's time too. Cleared settings have no time of
    // their own.
    let (version, time) = (found.article.version, found.article.updated_at);
    let id = found.article.id;
    let site = found.site.clone();
    let context =
        Context { site: &site, now: state.app.now(), locale, urls: &state.app.shared.web.urls };
    let view = ArticleSettingsView::of(found, &context);
    let last_modified = view.effective.last_modified(time.max(site.updated_at), context.now);
    let cache_policy = CachePolicy::of([CacheTag::Article(id), CacheTag::Settings])
        .until(view.effective.next_change(context.now));
    Ok(Representation::of(&view, audience)?
        .cache_policy(cache_policy)
        .version(version)
        .last_modified(last_modified))
}

/// Read an article's comment settings
///
/// Returns the article's own settings and the effective discussion: the state that follows from
/// them and from the site's settings, with its reason and notice.
#[utoipa::path(
    tag = "Comment settings",
    operation_id = "get_article_settings",
    params(ArticlePath, NoticeParams),
    security((), ("bearer" = [])),
    responses((status = 200, description = "The settings.", body = ArticleSettingsView))
)]
#[get("/articles/{id}/comment-settings")]
pub async fn read(
    req: HttpRequest,
    state: web::Data<State>,
    MaybeSignedIn(actor): MaybeSignedIn,
    Path(path): Path<ArticlePath>,
    Query(params): Query<NoticeParams>,
) -> HandlerResult {
    let reader = reader(actor);
    let found = comment_settings::of_article(&state.app, reader, path.id).await?;
    Ok(represent(&state, found, locale(&req, params.notice_lang), audience(&reader))?.answer(&req))
}

async fn change(
    req: &HttpRequest,
    state: &State,
    actor: &Actor,
    id: i64,
    change: impl Fn(&Overrides) -> Result<Overrides, Error> + Send + 'static,
) -> Result<(EffectiveSettings, SaveOutcome), ApiError> {
    let expected = conditional::required(req)?;
    comment_settings::update_of_article(&state.app, actor, id, expected, change)
        .await
        .map_err(ApiError::from)
}

/// Replace an article's comment settings
///
/// Replaces all settings. Null or absent fields inherit from the site.
#[utoipa::path(
    tag = "Comment settings",
    operation_id = "replace_article_settings",
    extensions(("x-max-body" = json!(max_body::SMALL))),
    params(ArticlePath),
    request_body = ArticleSettingsInput,
    security(("bearer" = ["editor"])),
    responses(
        (status = 200, description = "The changed settings.", body = ArticleSettingsView),
        (status = 201, description = "The settings, if the article had none of its own.", body = ArticleSettingsView),
        (status = 409, description = "`article_in_trash`: restore it first."),
        (status = 412, description = "`precondition_failed`: another client has changed the article since."),
        (status = 428, description = "`precondition_required`: `If-Match` is missing.")
    )
)]
#[put("/articles/{id}/comment-settings")]
pub async fn replace(
    req: HttpRequest,
    state: web::Data<State>,
    Editor(actor): Editor,
    Path(path): Path<ArticlePath>,
    _: Query<NoParams>,
    body: Body<Json<ArticleSettingsInput>>,
) -> HandlerResult {
    let input = body.read().await?;
    let replace = move |_: &Overrides| Ok(input.clone().into());
    let (found, outcome) = change(&req, &state, &actor, path.id, replace).await?;
    let shown = represent(&state, found, locale(&req, None), Audience::Private)?;
    Ok(match outcome {
        SaveOutcome::Updated => shown.answer_with(StatusCode::OK),
        SaveOutcome::Created => {
            let mut response = shown.answer_with(StatusCode::CREATED);
            let location = format!("{}/comment-settings", article_path(path.id));
            if let Ok(location) = location.parse() {
                response.headers_mut().insert(LOCATION, location);
            }
            response
        }
    })
}

/// Update an article's comment settings
///
/// Applies a JSON Merge Patch (RFC 7396). Absent fields stay. `null` inherits from the site.
#[utoipa::path(
    tag = "Comment settings",
    operation_id = "update_article_settings",
    extensions(("x-max-body" = json!(max_body::SMALL))),
    params(ArticlePath),
    request_body = ref("#/components/schemas/ArticleSettingsPatch"),
    security(("bearer" = ["editor"])),
    responses(
        (status = 200, description = "The changed settings.", body = ArticleSettingsView),
        (status = 409, description = "`article_in_trash`: restore it first."),
        (status = 412, description = "`precondition_failed`: another client has changed the article since."),
        (status = 428, description = "`precondition_required`: `If-Match` is missing.")
    )
)]
#[patch("/articles/{id}/comment-settings")]
pub async fn update(
    req: HttpRequest,
    state: web::Data<State>,
    Editor(actor): Editor,
    Path(path): Path<ArticlePath>,
    _: Query<NoParams>,
    body: Body<MergePatch<ArticleSettingsInput>>,
) -> HandlerResult {
    let patch = body.read().await?;
    let apply_to =
        move |own: &Overrides| Ok(patch.apply_to(&ArticleSettingsInput::from(own.clone()))?.into());
    let (found, _) = change(&req, &state, &actor, path.id, apply_to).await?;
    Ok(represent(&state, found, locale(&req, None), Audience::Private)?.answer_with(StatusCode::OK))
}

/// Clear an article's comment settings
///
/// Deletes the article's own settings, so that it inherits all of them from the site.
#[utoipa::path(
    tag = "Comment settings",
    operation_id = "delete_article_settings",
    params(ArticlePath),
    security(("bearer" = ["editor"])),
    responses(
        (status = 204, description = "The article inherits from the site."),
        (status = 409, description = "`article_in_trash`: restore it first."),
        (status = 412, description = "`precondition_failed`: another client has changed the article since.")
    )
)]
#[delete("/articles/{id}/comment-settings")]
pub async fn clear(
    req: HttpRequest,
    state: web::Data<State>,
    Editor(actor): Editor,
    Path(path): Path<ArticlePath>,
    _: Query<NoParams>,
) -> HandlerResult {
    let expected = conditional::optional(&req)?;
    comment_settings::clear_of_article(&state.app, &actor, path.id, expected).await?;
    Ok(HttpResponse::NoContent().finish())
}
