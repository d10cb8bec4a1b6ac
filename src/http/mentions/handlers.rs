//! Mentions for readers, senders and editors, and the delivery log of pings.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, delete, get, patch, web};

use super::input::{MentionInput, MentionListParams, MentionPath, ORDER, PING_ORDER};
use super::view::{
    MentionList, MentionView, ModeratedMentionList, ModeratedView, PingList, PingView, StatusView,
};
use crate::domain::mention::Mention;
use crate::http::articles::ArticlePath;
use crate::http::cache::policy::CachePolicy;
use crate::http::conditional::{self, Audience, Representation};
use crate::http::extract::{Body, MergePatch, NoParams, PagedQuery, Path, Query};
use crate::http::guard::{Editor, MaybeSignedIn, SignedIn};
use crate::http::max_body;
use crate::http::page;
use crate::http::page_params::PageParams;
use crate::http::problem::HandlerResult;
use crate::http::reader::{audience, reader};
use crate::http::state::State;
use crate::service::mentions;

/// List an article's mentions
///
/// Returns verified and approved links from other sites, newest first, of all protocols.
#[utoipa::path(
    tag = "Mentions",
    operation_id = "list_article_mentions",
    params(ArticlePath, PageParams),
    security((), ("bearer" = [])),
    responses((status = 200, description = "The mentions.", body = MentionList))
)]
#[get("/articles/{id}/mentions")]
pub async fn of_article(
    req: HttpRequest,
    state: web::Data<State>,
    MaybeSignedIn(actor): MaybeSignedIn,
    Path(path): Path<ArticlePath>,
    Query(params): Query<PageParams>,
) -> HandlerResult {
    let request = params.request(ORDER)?;
    let reader = reader(actor);
    let found = mentions::of_article(&state.app, reader, path.id, request.clone()).await?;
    let (info, link) = page::place(&req, &state.public_url, ORDER, &request, &found);
    let data = found.rows.into_iter().map(MentionView::from).collect();
    let view = MentionList { data, page: info };
    let cache_policy = CachePolicy::for_discussion(path.id, &request);
    Ok(Representation::of(&view, audience(&reader))?
        .link(link)
        .cache_policy(cache_policy)
        .answer(&req))
}

/// List an article's pings
///
/// Returns the delivery log: one ping for each link to another site, newest first. Only the author
/// and editors see it.
#[utoipa::path(
    tag = "Mentions",
    operation_id = "list_article_pings",
    params(ArticlePath, PageParams),
    security(("bearer" = ["contributor"])),
    responses((status = 200, description = "The pings.", body = PingList))
)]
#[get("/articles/{id}/pings")]
pub async fn pings(
    req: HttpRequest,
    state: web::Data<State>,
    SignedIn(actor): SignedIn,
    Path(path): Path<ArticlePath>,
    Query(params): Query<PageParams>,
) -> HandlerResult {
    let request = params.request(PING_ORDER)?;
    let found = mentions::pings(&state.app, &actor, path.id, request.clone()).await?;
    let (info, link) = page::place(&req, &state.public_url, PING_ORDER, &request, &found);
    let data = found.rows.into_iter().map(PingView::from).collect();
    let view = PingList { data, page: info };
    Ok(Representation::of(&view, Audience::Private)?.link(link).answer(&req))
}

/// List mentions
///
/// Returns a page of all mentions, newest first.
#[utoipa::path(
    tag = "Mentions",
    operation_id = "list_mentions",
    params(MentionListParams, PageParams),
    security(("bearer" = ["editor"])),
    responses((status = 200, description = "The mentions.", body = ModeratedMentionList))
)]
#[get("/mentions")]
pub async fn list(
    req: HttpRequest,
    state: web::Data<State>,
    Editor(actor): Editor,
    PagedQuery(params, page): PagedQuery<MentionListParams>,
) -> HandlerResult {
    let query = params.into_query(&page)?;
    let request = query.page.clone();
    let found = mentions::list_all(&state.app, &actor, query).await?;
    let (info, link) = page::place(&req, &state.public_url, ORDER, &request, &found);
    let data = found.rows.into_iter().map(ModeratedView::from).collect();
    let view = ModeratedMentionList { data, page: info };
    Ok(Representation::of(&view, Audience::Private)?.link(link).answer(&req))
}

/// Read a mention's status
///
/// Returns the status of a mention for its sender. The `Location` of a webmention names this URL.
#[utoipa::path(
    tag = "Mentions",
    operation_id = "get_mention",
    params(MentionPath),
    responses((status = 200, description = "The status.", body = StatusView))
)]
#[get("/mentions/{id}")]
pub async fn status(
    req: HttpRequest,
    state: web::Data<State>,
    Path(path): Path<MentionPath>,
    _: Query<NoParams>,
) -> HandlerResult {
    let mention = mentions::status(&state.app, path.id).await?;
    let (version, updated_at) = (mention.version, mention.updated_at);
    let shown = Representation::of(&StatusView::from(mention), Audience::Public)?;
    Ok(shown.version(version).last_modified(updated_at).answer(&req))
}

/// Moderate a mention
///
/// Applies a JSON Merge Patch (RFC 7396) to the moderation status. The article's `mention_count`
/// changes at once.
#[utoipa::path(
    tag = "Mentions",
    operation_id = "update_mention",
    extensions(("x-max-body" = json!(max_body::SMALL))),
    params(MentionPath),
    request_body = ref("#/components/schemas/MentionPatch"),
    security(("bearer" = ["editor"])),
    responses(
        (status = 200, description = "The mention.", body = ModeratedView),
        (status = 412, description = "`precondition_failed`: it has changed since.")
    )
)]
#[patch("/mentions/{id}")]
pub async fn update(
    req: HttpRequest,
    state: web::Data<State>,
    Editor(actor): Editor,
    Path(path): Path<MentionPath>,
    _: Query<NoParams>,
    body: Body<MergePatch<MentionInput>>,
) -> HandlerResult {
    let expected = conditional::optional(&req)?;
    let patch = body.read().await?;
    let change = move |mention: &Mention| Ok(patch.apply_to(&MentionInput::of(mention))?.status);
    let mention = mentions::moderate(&state.app, &actor, path.id, expected, change).await?;
    let (version, updated_at) = (mention.version, mention.updated_at);
    let shown = Representation::of(&ModeratedView::from(mention), Audience::Private)?;
    Ok(shown.version(version).last_modified(updated_at).answer_with(StatusCode::OK))
}

/// Delete a mention
///
/// Deletes the mention permanently. Its source may send it again. The status `spam` prevents that.
#[utoipa::path(
    tag = "Mentions",
    operation_id = "delete_mention",
    params(MentionPath),
    security(("bearer" = ["editor"])),
    responses(
        (status = 204, description = "It is deleted."),
        (status = 412, description = "`precondition_failed`: it has changed since.")
    )
)]
#[delete("/mentions/{id}")]
pub async fn delete_one(
    req: HttpRequest,
    state: web::Data<State>,
    Editor(actor): Editor,
    Path(path): Path<MentionPath>,
    _: Query<NoParams>,
) -> HandlerResult {
    let expected = conditional::optional(&req)?;
    mentions::delete(&state.app, &actor, path.id, expected).await?;
    Ok(HttpResponse::NoContent().finish())
}
