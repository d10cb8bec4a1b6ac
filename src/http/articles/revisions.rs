//! Revisions of an article.

use actix_web::{HttpRequest, get, post, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::editing::updated;
use super::input::{ArticleInput, ArticlePath};
use super::view::ArticleView;
use crate::domain::article::Revision;
use crate::http::conditional::{self, Audience, Representation};
use crate::http::extract::{NoParams, Path, Query};
use crate::http::guard::SignedIn;
use crate::http::page::{self, PageInfo};
use crate::http::page_params::PageParams;
use crate::http::problem::HandlerResult;
use crate::http::state::State;
use crate::service::articles;

/// The path of a revision.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct RevisionPath {
    /// The article's id.
    #[param(minimum = 1, example = 1)]
    pub id: i64,
    /// The revision's number.
    #[param(minimum = 1, example = 1)]
    pub number: i64,
}

/// A revision in a list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RevisionSummary)]
pub struct RevisionSummaryView {
    /// The number, from 1 for each article.
    #[schema(minimum = 1, example = 1)]
    pub number: i64,
    /// The id of the user that saved it; null after the user's deletion.
    #[schema(required, example = 1)]
    pub editor_id: Option<i64>,
    /// The time of saving.
    pub created_at: DateTime<Utc>,
    /// The headline at that time.
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

/// A page of revisions.
#[derive(Debug, Serialize, ToSchema)]
pub struct RevisionList {
    /// The revisions, newest first.
    pub data: Vec<RevisionSummaryView>,
    /// The position of the page in the list.
    pub page: PageInfo,
}

/// A revision of an article.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Revision)]
pub struct RevisionView {
    /// The number, from 1 for each article.
    #[schema(minimum = 1, example = 1)]
    pub number: i64,
    /// The id of the user that saved it; null after the user's deletion.
    #[schema(required, example = 1)]
    pub editor_id: Option<i64>,
    /// The time of saving.
    pub created_at: DateTime<Utc>,
    /// The saved content.
    pub article: ArticleInput,
}

/// List an article's revisions
///
/// Returns the revisions of an article, newest first. Each save creates one.
#[utoipa::path(
    tag = "Revisions",
    operation_id = "list_revisions",
    params(ArticlePath, PageParams),
    security(("bearer" = ["contributor"])),
    responses(
        (status = 200, description = "The revisions.", body = RevisionList),
        (status = 403, description = "`forbidden`: another user wrote it.")
    )
)]
#[get("/articles/{id}/revisions")]
pub async fn list(
    req: HttpRequest,
    state: web::Data<State>,
    SignedIn(actor): SignedIn,
    Path(path): Path<ArticlePath>,
    Query(params): Query<PageParams>,
) -> HandlerResult {
    let request = params.request("-number")?;
    let found = articles::list_revisions(&state.app, &actor, path.id, request.clone()).await?;
    let (info, link) = page::place(&req, &state.public_url, "-number", &request, &found);
    let data = found.rows.into_iter().map(RevisionSummaryView::from).collect();
    let list = RevisionList { data, page: info };
    Ok(Representation::of(&list, Audience::Private)?.link(link).answer(&req))
}

/// Read a revision
///
/// Returns the content of a revision.
#[utoipa::path(
    tag = "Revisions",
    operation_id = "get_revision",
    params(RevisionPath),
    security(("bearer" = ["contributor"])),
    responses(
        (status = 200, description = "The revision.", body = RevisionView),
        (status = 403, description = "`forbidden`: another user wrote it.")
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
    let number = found.number;
    let view = RevisionView {
        number,
        editor_id: found.editor_id,
        created_at: found.created_at,
        article: found.draft.into(),
    };
    let shown = Representation::of(&view, Audience::Private)?.version(number);
    Ok(shown.answer(&req))
}

/// Restore a revision
///
/// Replaces the present content, which remains as a revision. The slug stays, so that URLs remain
/// valid.
#[utoipa::path(
    tag = "Revisions",
    operation_id = "restore_revision",
    params(RevisionPath),
    security(("bearer" = ["contributor"])),
    responses(
        (status = 200, description = "The article.", body = ArticleView),
        (status = 403, description = "`forbidden`: another user wrote it, or a contributor may no longer change it."),
        (status = 409, description = "`article_in_trash`: restore it first."),
        (status = 412, description = "`precondition_failed`: another client has changed it since.")
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
    let expected = conditional::optional(&req)?;
    let found =
        articles::restore_revision(&state.app, &actor, path.id, path.number, expected).await?;
    updated(&req, &state, &actor, found)
}
