//! Operations on tags.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, put, web};

use super::input::{MergeInput, TagInput, TagListParams, TagPath, TagSlugPath};
use super::view::{TagList, TagView};
use crate::domain::cache_tag::CacheTag;
use crate::domain::listing::Start;
use crate::domain::policy::Actor;
use crate::domain::tag::Tag;
use crate::http::cache::policy::CachePolicy;
use crate::http::conditional::{self, Audience, Representation};
use crate::http::extract::{Body, Json, MergePatch, NoParams, PagedQuery, Path, Query};
use crate::http::guard::{Editor, MaybeSignedIn};
use crate::http::max_body;
use crate::http::page_params::PageParams;
use crate::http::problem::{ApiError, HandlerResult};
use crate::http::reader::{audience, reader};
use crate::http::state::State;
use crate::http::{idempotency, page};
use crate::service::idempotency::Idempotent;
use crate::service::{Error, Expected, SlugLookup, tags};
use crate::web::urls;

fn represent(tag: Tag, audience: Audience) -> Result<Representation, ApiError> {
    let (version, lang) = (tag.version, tag.lang.clone());
    // A count changes without a time.
    let last_modified = Some(tag.updated_at).filter(|_| tag.article_count == 0);
    let cache_policy = CachePolicy::of([CacheTag::Tag(tag.id)]);
    Ok(Representation::of(&TagView::from(tag), audience)?
        .cache_policy(cache_policy)
        .version(version)
        .last_modified(last_modified)
        .lang(lang.as_str()))
}

/// List tags
///
/// Returns a page of tags, by default in alphabetical order. Tags that only drafts use are visible
/// to signed-in users.
#[utoipa::path(
    tag = "Tags",
    operation_id = "list_tags",
    params(TagListParams, PageParams),
    security((), ("bearer" = [])),
    responses((status = 200, description = "The tags.", body = TagList))
)]
#[get("/tags")]
pub async fn list(
    req: HttpRequest,
    state: web::Data<State>,
    MaybeSignedIn(actor): MaybeSignedIn,
    PagedQuery(params, page): PagedQuery<TagListParams>,
) -> HandlerResult {
    let (query, order) = params.into_query(actor.is_some(), &page)?;
    let (request, prefixed) = (query.page.clone(), query.prefix.is_some());
    let by_lang = query.lang.is_some();
    let found = tags::list(&state.app, query).await?;
    let (info, link) = page::place(&req, &state.public_url, &order, &request, &found);
    let shown = found.rows.iter().map(|tag| CacheTag::Tag(tag.id));
    let cache_policy = CachePolicy::of(shown.chain([CacheTag::Tags]))
        .admit_on_second_request(request.start != Start::Beginning || prefixed || by_lang)
        .unless(found.rows.is_empty());
    let data = found.rows.into_iter().map(TagView::from).collect();
    let list = TagList { data, page: info };
    let shown = Representation::of(&list, audience(&reader(actor)))?;
    Ok(shown.link(link).cache_policy(cache_policy).answer(&req))
}

/// Read a tag
///
/// Returns the tag with this id.
#[utoipa::path(
    tag = "Tags",
    operation_id = "get_tag",
    params(TagPath),
    security((), ("bearer" = [])),
    responses((status = 200, description = "The tag.", body = TagView))
)]
#[get("/tags/{id}")]
pub async fn get_one(
    req: HttpRequest,
    state: web::Data<State>,
    MaybeSignedIn(actor): MaybeSignedIn,
    Path(path): Path<TagPath>,
    _: Query<NoParams>,
) -> HandlerResult {
    let tag = tags::find(&state.app, actor.as_ref(), path.id).await?;
    Ok(represent(tag, audience(&reader(actor)))?.answer(&req))
}

/// Read a tag by its slug
///
/// Finds the tag in any spelling of the slug. A former slug redirects to the present one.
#[utoipa::path(
    tag = "Tags",
    operation_id = "get_tag_by_slug",
    params(TagSlugPath),
    security((), ("bearer" = [])),
    responses(
        (status = 200, description = "The tag.", body = TagView),
        (status = 301, description = "The slug has changed: `Location` holds the new URL.")
    )
)]
#[get("/tags/slug/{slug}")]
pub async fn get_by_slug(
    req: HttpRequest,
    state: web::Data<State>,
    MaybeSignedIn(actor): MaybeSignedIn,
    Path(path): Path<TagSlugPath>,
    _: Query<NoParams>,
) -> HandlerResult {
    match tags::find_by_slug(&state.app, actor.as_ref(), &path.slug).await? {
        SlugLookup::Here(tag) => {
            // The number of spellings is unbounded.
            let respelled = tag.slug != path.slug;
            let mut shown = represent(tag, audience(&reader(actor)))?;
            shown.cache_policy =
                shown.cache_policy.map(|made| made.admit_on_second_request(respelled));
            Ok(shown.answer(&req))
        }
        SlugLookup::MovedTo(slug) => {
            Ok(page::moved(format!("/api/v1/tags/slug/{}", urls::encode(&slug))))
        }
    }
}

/// Create a tag
///
/// Creates a tag with a description or a slug of its own. Articles also create tags, by naming
/// them.
#[utoipa::path(
    tag = "Tags",
    operation_id = "create_tag",
    extensions(("x-max-body" = json!(max_body::SMALL))),
    request_body = TagInput,
    security(("bearer" = ["editor"])),
    responses(
        (status = 201, description = "The tag.", body = TagView),
        (status = 409, description = "`tag_exists`: a tag with this name exists, perhaps in another spelling: `holder`. `slug_taken`: another tag has or had the slug: `holder`.")
    )
)]
#[post("/tags")]
pub async fn create(
    req: HttpRequest,
    state: web::Data<State>,
    Editor(actor): Editor,
    _: Query<NoParams>,
    body: Body<Json<TagInput>>,
) -> HandlerResult {
    let (input, bytes) = body.read_hashed().await?;
    let draft = input.into_draft()?;
    let key = idempotency::key(&req, &actor, &bytes)?;
    let render = Box::new(|tag: &Tag| {
        let made = represent(tag.clone(), Audience::Private)
            .map_err(|api_error| Error::Internal(api_error.to_string()))?;
        made.reply(format!("/api/v1/tags/{}", tag.id))
    });
    let outcome = tags::create(&state.app, &actor, draft, Idempotent { key, render }).await?;
    Ok(idempotency::created(outcome))
}

async fn change(
    state: &State,
    actor: &Actor,
    id: i64,
    expected: Expected,
    change: impl Fn(&Tag) -> Result<TagInput, Error> + Send + 'static,
) -> HandlerResult {
    let tag =
        tags::update(&state.app, actor, id, expected, move |tag| Ok(change(tag)?.into_draft()?))
            .await?;
    Ok(represent(tag, Audience::Private)?.answer_with(StatusCode::OK))
}

/// Replace a tag
///
/// Replaces all writable fields: absent ones return to their defaults. The previous slug redirects.
#[utoipa::path(
    tag = "Tags",
    operation_id = "replace_tag",
    extensions(("x-max-body" = json!(max_body::SMALL))),
    params(TagPath),
    request_body = TagInput,
    security(("bearer" = ["editor"])),
    responses(
        (status = 200, description = "The tag.", body = TagView),
        (status = 409, description = "`tag_exists`: a tag with this name exists, perhaps in another spelling: `holder`. `slug_taken`: another tag has or had the slug: `holder`."),
        (status = 412, description = "`precondition_failed`: another client has changed it since."),
        (status = 428, description = "`precondition_required`: `If-Match` is missing.")
    )
)]
#[put("/tags/{id}")]
pub async fn replace(
    req: HttpRequest,
    state: web::Data<State>,
    Editor(actor): Editor,
    Path(path): Path<TagPath>,
    _: Query<NoParams>,
    body: Body<Json<TagInput>>,
) -> HandlerResult {
    let expected = conditional::required(&req)?;
    let input = body.read().await?;
    change(&state, &actor, path.id, expected, move |_| Ok(input.clone())).await
}

/// Update a tag
///
/// Applies a JSON Merge Patch (RFC 7396). Absent fields stay. `null` returns to the default.
#[utoipa::path(
    tag = "Tags",
    operation_id = "update_tag",
    extensions(("x-max-body" = json!(max_body::SMALL))),
    params(TagPath),
    request_body = ref("#/components/schemas/TagPatch"),
    security(("bearer" = ["editor"])),
    responses(
        (status = 200, description = "The tag.", body = TagView),
        (status = 409, description = "`tag_exists`: a tag with this name exists, perhaps in another spelling: `holder`. `slug_taken`: another tag has or had the slug: `holder`."),
        (status = 412, description = "`precondition_failed`: another client has changed it since."),
        (status = 428, description = "`precondition_required`: `If-Match` is missing.")
    )
)]
#[patch("/tags/{id}")]
pub async fn update(
    req: HttpRequest,
    state: web::Data<State>,
    Editor(actor): Editor,
    Path(path): Path<TagPath>,
    _: Query<NoParams>,
    body: Body<MergePatch<TagInput>>,
) -> HandlerResult {
    let expected = conditional::required(&req)?;
    let patch = body.read().await?;
    change(&state, &actor, path.id, expected, move |tag| patch.apply_to(&TagInput::of(tag))).await
}

/// Delete a tag
///
/// Deletes the tag, and removes it from its articles. To move the articles to another tag, merge it
/// instead.
#[utoipa::path(
    tag = "Tags",
    operation_id = "delete_tag",
    params(TagPath),
    security(("bearer" = ["editor"])),
    responses(
        (status = 204, description = "It is deleted."),
        (status = 412, description = "`precondition_failed`: another client has changed it since.")
    )
)]
#[delete("/tags/{id}")]
pub async fn delete_one(
    req: HttpRequest,
    state: web::Data<State>,
    Editor(actor): Editor,
    Path(path): Path<TagPath>,
    _: Query<NoParams>,
) -> HandlerResult {
    let expected = conditional::optional(&req)?;
    tags::delete(&state.app, &actor, path.id, expected).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Merge a tag into another
///
/// Moves its articles to the other tag, redirects its slugs, and deletes it.
#[utoipa::path(
    tag = "Tags",
    operation_id = "merge_tag",
    extensions(("x-max-body" = json!(max_body::SMALL))),
    params(TagPath),
    request_body = MergeInput,
    security(("bearer" = ["editor"])),
    responses(
        (status = 200, description = "The other tag, with its new count.", body = TagView),
        (status = 409, description = "`tag_merge_itself`: both are the same tag."),
        (status = 422, description = "The body is invalid. `unknown_tag` at `/into`: there is no such tag.")
    )
)]
#[post("/tags/{id}/merge")]
pub async fn merge(
    state: web::Data<State>,
    Editor(actor): Editor,
    Path(path): Path<TagPath>,
    _: Query<NoParams>,
    body: Body<Json<MergeInput>>,
) -> HandlerResult {
    let input = body.read().await?;
    let tag = tags::merge(&state.app, &actor, path.id, input.into).await?;
    Ok(represent(tag, Audience::Private)?.answer_with(StatusCode::OK))
}
