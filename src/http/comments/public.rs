//! Reading an article's conversation and taking part in it.

use std::sync::Arc;

use actix_web::http::header::USER_AGENT;
use actix_web::{HttpRequest, get, post, web};
use tokio::sync::Semaphore;

use super::input::{CommentInput, ThreadParams, order_name};
use super::view::{CommentThread, CommentView, PostedCommentStatus, PostedCommentView};
use crate::domain::comment::Comment;
use crate::http::articles::ArticlePath;
use crate::http::articles::handlers::{audience, reader};
use crate::http::cache::policy::CachePolicy;
use crate::http::conditional::{Audience, Representation};
use crate::http::extract::{Body, Json, NoParams, Path, Query};
use crate::http::guard::MaybeSignedIn;
use crate::http::problem::HandlerResult;
use crate::http::state::State;
use crate::http::{idempotency, page};
use crate::service::comments::{self, Posting};
use crate::service::idempotency::{Idempotent, Reply};
use crate::service::{Error, Result};
use crate::text::clean;

thread_local! {
    /// How many comments of strangers a worker has under way at a time. The others wait, which costs
    /// nothing: so a flood, however wide, stands in line with itself and not before readers.
    static TURNS: Arc<Semaphore> = Arc::new(Semaphore::new(2));
}

/// The most of a program's description that is kept, in characters.
const MAX_USER_AGENT: usize = 300;

/// List an article's comments
///
/// A page of the conversation under an article, flat and in order: each comment follows what it
/// answers, and `parent_id` and `depth` tell where it belongs. It holds what is approved, in answer
/// to what is approved. Cursors stay true while comments are added.
#[utoipa::path(
    tag = "Comments",
    operation_id = "list_article_comments",
    params(ArticlePath, ThreadParams),
    security((), ("bearer" = [])),
    responses((status = 200, description = "The comments.", body = CommentThread))
)]
#[get("/articles/{id}/comments")]
pub async fn list(
    req: HttpRequest,
    state: web::Data<State>,
    MaybeSignedIn(actor): MaybeSignedIn,
    Path(path): Path<ArticlePath>,
    Query(params): Query<ThreadParams>,
) -> HandlerResult {
    let query = params.into_query(path.id)?;
    let (reader, request) = (reader(actor), query.page.clone());
    let found = comments::thread(&state.app, reader, query).await?;
    let order = order_name(found.order);
    let (info, link) = page::place(&req, &state.public_url, order, &request, &found.page);
    let data = found.page.rows.into_iter().map(CommentView::from).collect();
    let list = CommentThread { data, page: info };
    let cache_policy = CachePolicy::for_discussion(path.id, &request);
    Ok(Representation::of(&list, audience(&reader))?
        .link(link)
        .cache_policy(cache_policy)
        .answer(&req))
}

/// Post a comment
///
/// Under a published article whose comments are open, signed in or not, as the site's settings
/// demand. What the settings hold back is answered by 202 and waits for a moderator; what the
/// newsroom writes, signed in, stands at once. Who isn't signed in is known only by the address
/// they name, which is believed: that an address was approved before lets its next comment pass,
/// whoever sends it. Between two comments from one network address, and by one email address,
/// there must be 15 seconds.
#[utoipa::path(
    tag = "Comments",
    operation_id = "create_comment",
    params(ArticlePath),
    request_body = CommentInput,
    security((), ("bearer" = [])),
    responses(
        (status = 201, description = "The comment, which readers see now.", body = PostedCommentView),
        (status = 202, description = "The comment, which waits for a moderator.", body = PostedCommentView),
        (status = 401, description = "`login_required`: only signed-in users comment here. \
            `invalid_token`: the token is no longer good."),
        (status = 403, description = "`comments_closed`: by the site, by the article, by its age, \
            or because it isn't published; `detail` says which."),
        (status = 409, description = "`comment_repeated`: the same author has said the same here."),
        (status = 429, description = "Too soon after the last one: see `Retry-After`.")
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
    // Only now that all of it is here: whoever sends slowly takes nobody's turn.
    let _turn = match &actor {
        Some(_) => None,
        None => TURNS.with(Arc::clone).acquire_owned().await.ok(),
    };
    let posting = Posting { article_id: path.id, actor, draft, address, user_agent };
    let idempotent = Idempotent { key, render: Box::new(received) };
    Ok(idempotency::created(comments::post(&state.app, posting, idempotent).await?))
}

/// What its author is answered. Where it is, only moderators can look.
fn received(comment: &Comment) -> Result<Reply> {
    let view = PostedCommentView::from(comment.clone());
    let accepted = view.status == PostedCommentStatus::Pending;
    let reply = Representation::of(&view, Audience::Somebody)
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
