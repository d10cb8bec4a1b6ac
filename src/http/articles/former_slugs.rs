//! Operations on the former slugs of an article.

use actix_web::{HttpRequest, HttpResponse, delete, get, web};

use super::input::ArticlePath;
use crate::http::conditional::{Audience, Representation};
use crate::http::extract::{NoParams, Path, Query};
use crate::http::former_slugs::{FormerSlugList, FormerSlugPath};
use crate::http::guard::Editor;
use crate::http::problem::HandlerResult;
use crate::http::state::State;
use crate::service::articles;

/// List an article's former slugs
///
/// Returns the slugs that readers could see before the present one. They redirect, and no other
/// article can have them.
#[utoipa::path(
    tag = "Articles",
    operation_id = "list_former_article_slugs",
    params(ArticlePath),
    security(("bearer" = ["editor"])),
    responses((status = 200, description = "The former slugs.", body = FormerSlugList))
)]
#[get("/articles/{id}/former-slugs")]
pub async fn list(
    req: HttpRequest,
    state: web::Data<State>,
    Editor(actor): Editor,
    Path(path): Path<ArticlePath>,
    _: Query<NoParams>,
) -> HandlerResult {
    let slugs = articles::former_slugs(&state.app, &actor, path.id).await?;
    Ok(Representation::of(&FormerSlugList::from(slugs), Audience::Private)?.answer(&req))
}

/// Release a former slug of an article
///
/// The slug no longer redirects, and other articles can have it.
#[utoipa::path(
    tag = "Articles",
    operation_id = "release_article_slug",
    params(FormerSlugPath),
    security(("bearer" = ["editor"])),
    responses((status = 204, description = "It is released."))
)]
#[delete("/articles/{id}/former-slugs/{slug}")]
pub async fn release(
    state: web::Data<State>,
    Editor(actor): Editor,
    Path(path): Path<FormerSlugPath>,
    _: Query<NoParams>,
) -> HandlerResult {
    articles::release_slug(&state.app, &actor, path.id, &path.slug).await?;
    Ok(HttpResponse::NoContent().finish())
}
