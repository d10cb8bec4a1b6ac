//! Saved states of an article.

use actix_web::{HttpRequest, get, post, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::editing::written;
use super::input::{ArticleInput, ArticlePath};
use super::view::ArticleView;
use crate::domain::article::Revision;
use crate::http::conditional::{self, Audience, Representation};
use crate::http::extract::{NoParams, Path, Query};
use crate::http::guard::SignedIn;
use crate::http::page::{self, PageInfo};
use crate::http::problem::HandlerResult;
use crate::http::state::State;
use crate::service::{Expected, articles};

/// Which saved state.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct RevisionPath {
    /// The article's number.
    #[param(minimum = 1, example = 42)]
    pub id: i64,
    /// The saved state's number.
    #[param(minimum = 1, example = 1)]
    pub number: i64,
}

/// Which page of them.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RevisionListParams {
    /// Saved states in a page.
    #[serde(default)]
    #[param(minimum = 1, maximum = 100, default = 20)]
    pub limit: Option<u16>,
    /// The cursor of a page, from the answer before.
    #[serde(default)]
    #[param(max_length = 2048)]
    pub cursor: Option<String>,
    /// Whether to count them all.
    #[serde(default)]
    #[param(default = false)]
    pub total: Option<bool>,
}

/// That there is a saved state.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RevisionSummary)]
pub struct RevisionSummaryView {
    /// Counts from 1 for each article.
    #[schema(minimum = 1, example = 1)]
    pub number: i64,
    /// Who saved it (user); null once that user is gone.
    #[schema(required, example = 1)]
    pub editor_id: Option<i64>,
    /// When.
    pub created_at: DateTime<Utc>,
    /// The headline at the time.
    #[schema(example = "عودة الصيادين إلى الميناء القديم")]
    pub title: String,
}

impl From<Revision> for RevisionSummaryView {
    fn from(revision: Revision) -> Self {
        Self {
            number: revision.number,
            editor_id: revision.editor_id,
            created_at: revision.created_at,
            title: revision.draft.title,
        }
    }
}

/// A page of saved states.
#[derive(Debug, Serialize, ToSchema)]
pub struct RevisionList {
    /// The saved states, newest first.
    pub data: Vec<RevisionSummaryView>,
    /// Where the page lies.
    pub page: PageInfo,
}

/// A saved state.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Revision)]
pub struct RevisionView {
    /// Counts from 1 for each article.
    #[schema(minimum = 1, example = 1)]
    pub number: i64,
    /// Who saved it (user); null once that user is gone.
    #[schema(required, example = 1)]
    pub editor_id: Option<i64>,
    /// When.
    pub created_at: DateTime<Utc>,
    /// What was saved.
    pub article: ArticleInput,
}

/// List an article's saved states
///
/// Each time an article is saved, what was written is kept. Newest first.
#[utoipa::path(
    tag = "Revisions",
    operation_id = "list_revisions",
    params(ArticlePath, RevisionListParams),
    security(("bearer" = ["contributor"])),
    responses(
        (status = 200, description = "The saved states.", body = RevisionList),
        (status = 403, description = "It is somebody else's.")
    )
)]
#[get("/articles/{id}/revisions")]
pub async fn list(
    req: HttpRequest,
    state: web::Data<State>,
    SignedIn(actor): SignedIn,
    Path(path): Path<ArticlePath>,
    Query(params): Query<RevisionListParams>,
) -> HandlerResult {
    let request = page::request("-number", params.limit, params.cursor.as_deref(), params.total)?;
    let found = articles::list_revisions(&state.app, &actor, path.id, request.clone()).await?;
    let (info, link) = page::place(&req, &state.public_url, "-number", &request, &found);
    let data = found.rows.into_iter().map(RevisionSummaryView::from).collect();
    let list = RevisionList { data, page: info };
    Ok(Representation::of(&list, Audience::Somebody)?.link(link).answer(&req))
}

/// Read a saved state
///
/// What was written then.
#[utoipa::path(
    tag = "Revisions",
    operation_id = "get_revision",
    params(RevisionPath),
    security(("bearer" = ["contributor"])),
    responses(
        (status = 200, description = "The saved state.", body = RevisionView),
        (status = 403, description = "It is somebody else's.")
    )
)]
#[get("/articles/{id}/revisions/{number}")]
pub async fn get_one(
    req: HttpRequest,
    state: web::Data<State>,
    SignedIn(actor): SignedIn,
    Path(path): Path<RevisionPath>,
    _: Query<NoParams>,
) -> HandlerResult {
    let found = articles::revision(&state.app, &actor, path.id, path.number).await?;
    let (number, time) = (found.number, found.created_at);
    let view = RevisionView {
        number,
        editor_id: found.editor_id,
        created_at: time,
        article: found.draft.into(),
    };
    let shown = Representation::of(&view, Audience::Somebody)?.version(number).last_modified(time);
    Ok(shown.answer(&req))
}

/// Go back to a saved state
///
/// Writes it over the present one, which stays saved too. The slug stays as it is: addresses are promises.
#[utoipa::path(
    tag = "Revisions",
    operation_id = "restore_revision",
    params(RevisionPath),
    security(("bearer" = ["contributor"])),
    responses(
        (status = 200, description = "The article.", body = ArticleView),
        (status = 403, description = "It is somebody else's, or no longer a contributor's to change."),
        (status = 409, description = "`article_in_trash`: restore it first."),
        (status = 412, description = "Somebody else changed it since.")
    )
)]
#[post("/articles/{id}/revisions/{number}/restore")]
pub async fn restore(
    req: HttpRequest,
    state: web::Data<State>,
    SignedIn(actor): SignedIn,
    Path(path): Path<RevisionPath>,
    _: Query<NoParams>,
) -> HandlerResult {
    let expected = conditional::optional(&req).unwrap_or(Expected::Any);
    let found =
        articles::restore_revision(&state.app, &actor, path.id, path.number, expected).await?;
    written(&req, &state, &actor, found)
}
