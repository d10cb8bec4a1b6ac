//! Operations on the former slugs of a tag.

use actix_web::{HttpRequest, HttpResponse, delete, get, web};

use super::input::TagPath;
use crate::http::conditional::{Audience, Representation};
use crate::http::extract::{NoParams, Path, Query};
use crate::http::former_slugs::{FormerSlugList, FormerSlugPath};
use crate::http::guard::Editor;
use crate::http::problem::HandlerResult;
use crate::http::state::State;
use crate::service::tags;

/// List a tag's former slugs
///
/// Returns the slugs that readers could see before the present one. They redirect, and no other
/// tag can have them.
#[utoipa::path(
    tag = "Tags",
    operation_id = "list_former_tag_slugs",
    params(TagPath),
    security(("bearer" = ["editor"])),
    responses((status = 200, description = "The former slugs.", body = FormerSlugList))
)]
#[get("/tags/{id}/former-slugs")]
pub async fn list(
    req: HttpRequest,
    state: web::Data<State>,
    Editor(actor): Editor,
    Path(path): Path<TagPath>,
    _: Query<NoParams>,
) -> HandlerResult {
    let slugs = tags::former_slugs(&state.app, &actor, path.id).await?;
    Ok(Representation::of(&FormerSlugList::from(slugs), Audience::Private)?.answer(&req))
}

/// Release a former slug of a tag
///
/// The slug no longer redirects, and other tags can have it.
#[utoipa::path(
    tag = "Tags",
    operation_id = "release_tag_slug",
    params(FormerSlugPath),
    security(("bearer" = ["editor"])),
    responses((status = 204, description = "It is released."))
)]
#[delete("/tags/{id}/former-slugs/{slug}")]
pub async fn release(
    state: web::Data<State>,
    Editor(actor): Editor,
    Path(path): Path<FormerSlugPath>,
    _: Query<NoParams>,
) -> HandlerResult {
    tags::release_slug(&state.app, &actor, path.id, &path.slug).await?;
    Ok(HttpResponse::NoContent().finish())
}
