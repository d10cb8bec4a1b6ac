//! The comments under an article, for readers.

use std::sync::Arc;

use actix_web::http::header::USER_AGENT;
use actix_web::{HttpRequest, get, post, web};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::input::{ArticleCommentPath, CommentInput, PlaceParams, ThreadParams, order_name};
use super::view::{
    CommentPage, CommentPermalink, CommentThread, CommentView, PostedCommentStatus,
    PostedCommentView,
};
use crate::auth::secrets::EditToken;
use crate::domain::cache_tag::CacheTag;
use crate::domain::comment::Comment;
use crate::http::articles::ArticlePath;
use crate::http::cache::policy::CachePolicy;
use crate::http::conditional::{Audience, Representation};
use crate::http::extract::{Body, Json, NoParams, PagedQuery, Path, Query};
use crate::http::guard::MaybeSignedIn;
use crate::http::max_body;
use crate::http::page_params::PageParams;
use crate::http::problem::HandlerResult;
use crate::http::reader::{audience, reader};
use crate::http::state::State;
use crate::http::{idempotency, page};
use crate::service::comments::{self, Posted, Posting};
use crate::service::idempotency::{Idempotent, Outcome, Reply};
use crate::service::{Error, Result};
use crate::text::clean;

thread_local! {
    /// The number of anonymous comments that a worker processes at a time. The others wait, so that
    /// a flood of comments doesn't delay readers.
    static ANONYMOUS_POSTS: Arc<Semaphore> = Arc::new(Semaphore::new(2));
}

/// Waits for a turn of this worker to process an anonymous comment.
pub(super) async fn anonymous_permit() -> Option<OwnedSemaphorePermit> {
    ANONYMOUS_POSTS.with(Arc::clone).acquire_owned().await.ok()
}

/// The stored length of `User-Agent`, in characters.
const MAX_USER_AGENT: usize = 300;

/// List an article's comments
///
/// Returns a page of an article's visible comments as a flat list in thread order. Each comment
/// follows its parent; `parent_id` and `depth` describe the tree. A comment is visible if it is
/// approved. A hidden comment with visible replies leaves a tombstone, with `is_removed`. New comments
/// don't shift the pages.
#[utoipa::path(
    tag = "Comments",
    operation_id = "list_article_comments",
    params(ArticlePath, ThreadParams, PageParams),
    security((), ("bearer" = [])),
    responses((status = 200, description = "The comments.", body = CommentThread))
)]
#[get("/articles/{id}/comments")]
pub async fn list(
    req: HttpRequest,
    state: web::Data<State>,
    MaybeSignedIn(actor): MaybeSignedIn,
    Path(path): Path<ArticlePath>,
    PagedQuery(params, page): PagedQuery<ThreadParams>,
) -> HandlerResult {
    let query = params.into_query(path.id, &page)?;
    let (reader, request) = (reader(actor), query.page.clone());
    let found = comments::thread(&state.app, reader, query).await?;
    let order = order_name(found.order);
    let (info, link) = page::place(&req, &state.public_url, order, &request, &found.page);
    let data = found.page.rows.into_iter().map(CommentView::public).collect();
    let list = CommentThread { data, page: info };
    let cache_policy = CachePolicy::for_discussion(path.id, &request);
    Ok(Representation::of(&list, audience(&reader))?
        .link(link)
        .cache_policy(cache_policy)
        .answer(&req))
}

/// Read a comment under its article
///
/// Returns a visible comment or its tombstone, with the cursor of the page that holds it: the
/// permalink of a comment. The page is that of a reader who reads the list from its beginning with
/// the same `limit` and `order`.
#[utoipa::path(
    tag = "Comments",
    operation_id = "get_article_comment",
    params(ArticleCommentPath, PlaceParams),
    security((), ("bearer" = [])),
    responses((status = 200, description = "The comment.", body = CommentPermalink))
)]
#[get("/articles/{id}/comments/{comment_id}")]
pub async fn get_one(
    req: HttpRequest,
    state: web::Data<State>,
    MaybeSignedIn(actor): MaybeSignedIn,
    Path(path): Path<ArticleCommentPath>,
    Query(params): Query<PlaceParams>,
) -> HandlerResult {
    let (reader, query) = (reader(actor), params.into_query(&path));
    let limit = query.limit;
    let found = comments::place(&state.app, reader, query).await?;
    let id = path.id;
    let name = order_name(found.order);
    let cursor = found.start.map(|position| page::cursor_after(name, &position));
    let page = CommentPage { order: found.order, limit, cursor };
    let view = CommentPermalink { comment: CommentView::public(found.comment), page };
    let tags = [CacheTag::Article(id), CacheTag::Discussion(id), CacheTag::Settings];
    let policy = CachePolicy::of(tags).admit_on_second_request(limit != page::DEFAULT_LIMIT);
    Ok(Representation::of(&view, audience(&reader))?.cache_policy(policy).answer(&req))
}

/// Post a comment
///
/// Posts a comment under a published article with open comments. The site's settings may require a
/// login. 201: the comment is visible. 202: it waits for an editor. Comments of signed-in users
/// are visible at once.
///
/// The email address of an anonymous author is not verified. If an earlier comment with this
/// address was approved, the next one may pass without moderation. The same client address or email
/// address may comment every 15 seconds.
///
/// The answer holds an `edit_token`, if the site's settings allow edits. With it, the author may edit
/// or delete the comment until `editable_until`. A replay by `Idempotency-Key` leaves it out.
#[utoipa::path(
    tag = "Comments",
    operation_id = "create_comment",
    extensions(("x-max-body" = json!(max_body::TEXT))),
    params(ArticlePath),
    request_body = CommentInput,
    security((), ("bearer" = [])),
    responses(
        (status = 201, description = "The comment, which readers see.", body = PostedCommentView),
        (status = 202, description = "The comment, which waits for an editor.", body = PostedCommentView),
        (status = 401, description = "`login_required`: only signed-in users may comment. `invalid_token`: the token is invalid."),
        (status = 403, description = "`comments_closed`: the site, the article or its age closes comments, or it isn't published. `detail` names the reason."),
        (status = 409, description = "`comment_repeated`: the same author has posted the same text here."),
        (status = 429, description = "`too_many_requests`: the last comment is too recent. `Retry-After` says when to retry.")
    )
)]
#[post("/articles/{id}/comments")]
pub async fn create(
    req: HttpRequest,
    state: web::Data<State>,
    MaybeSignedIn(actor): MaybeSignedIn,
    Path(path): Path<ArticlePath>,
    _: Query<NoParams>,
    body: Body<Json<CommentInput>>,
) -> HandlerResult {
    let (input, bytes) = body.read_hashed().await?;
    let draft = input.into_draft()?;
    let address = state.client_address(&req);
    let key = match &actor {
        Some(actor) => idempotency::key(&req, actor, &bytes)?,
        None => idempotency::anonymous_key(&req, address, &bytes)?,
    };
    let user_agent = user_agent(&req);
    // After the body is complete, so that a slow client doesn't occupy a turn.
    let _permit = match &actor {
        Some(_) => None,
        None => anonymous_permit().await,
    };
    let posting = Posting { article_id: path.id, actor, draft, address, user_agent };
    let idempotent = Idempotent { key, render: Box::new(render) };
    let Posted { outcome, editable } = comments::post(&state.app, posting, idempotent).await?;
    let outcome = match (outcome, editable) {
        (Outcome::Done(reply), Some((comment, token))) => {
            Outcome::Done(with_token(reply, comment, &token)?)
        }
        (outcome, _) => outcome,
    };
    Ok(idempotency::created(outcome))
}

/// Adds the edit token to the answer. The stored answer must not contain it.
fn with_token(reply: Reply, comment: Comment, token: &EditToken) -> Result<Reply> {
    let body = serde_json::to_string(&PostedCommentView::with_token(comment, token))
        .map_err(|error| Error::Internal(error.to_string()))?;
    Ok(Reply { body, ..reply })
}

/// Builds the answer for the author. Only editors may read its `Location`.
fn render(comment: &Comment) -> Result<Reply> {
    let view = PostedCommentView::from(comment.clone());
    let accepted = view.status == PostedCommentStatus::Pending;
    let reply = Representation::of(&view, Audience::Private)
        .map_err(|api_error| Error::Internal(api_error.to_string()))?
        .version(comment.version)
        .reply(format!("/api/v1/comments/{}", comment.id))?;
    Ok(Reply { accepted, ..reply })
}

fn user_agent(req: &HttpRequest) -> Option<String> {
    let value = String::from_utf8_lossy(req.headers().get(USER_AGENT)?.as_bytes()).into_owned();
    let line: String = clean::line(&value).chars().take(MAX_USER_AGENT).collect();
    Some(line).filter(|line| !line.is_empty())
}
