//! Reading articles: one, by its number or its slug, and lists. Writing is in `editing.rs`.

use actix_web::http::header::{ACCEPT_LANGUAGE, CACHE_CONTROL, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, get, web};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use super::discussion::Context;
use super::fields::{Fields, Sparse};
use super::input::{ArticlePath, ArticleSlugPath};
use super::list::{ArticleListParams, NoticeLang};
use super::view::ArticleView;
use crate::domain::article::Article;
use crate::domain::cache_tag::CacheTag;
use crate::domain::comment_settings::OpenState;
use crate::domain::policy::{self, Actor};
use crate::http::cache::policy::CachePolicy;
use crate::http::catalogue::Locale;
use crate::http::conditional::{Audience, Representation};
use crate::http::extract::{Path, Query};
use crate::http::guard::MaybeSignedIn;
use crate::http::page::{self, PageInfo};
use crate::http::problem::{ApiError, HandlerResult};
use crate::http::state::State;
use crate::service::SlugLookup;
use crate::service::articles::{self, Reader, WithSite};

/// How an article is to be shown.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ArticleParams {
    /// Just these fields, separated by commas.
    #[serde(default)]
    #[param(max_length = 500, example = "id,slug,title")]
    pub fields: Option<String>,
    /// The language of the notice; else `Accept-Language` says, else the article's own.
    #[serde(default)]
    #[param(inline)]
    pub lang: Option<NoticeLang>,
    /// A preview token, good for reading one article whatever its status.
    #[serde(default)]
    #[param(max_length = 4096, pattern = "^[A-Za-z0-9_.-]+$")]
    pub preview: Option<String>,
}

/// Who reads: by token, by preview, or nobody in particular.
pub(in crate::http) fn reader(actor: Option<Actor>) -> Reader {
    actor.map_or(Reader::Anonymous, Reader::Actor)
}

/// The language the client asks notices in.
pub(in crate::http) fn locale(req: &HttpRequest, lang: Option<NoticeLang>) -> Option<Locale> {
    lang.and_then(NoticeLang::locale).or_else(|| {
        let header = req.headers().get(ACCEPT_LANGUAGE)?.to_str().ok()?;
        Locale::for_accept(header)
    })
}

/// Who gets the same answer.
pub(in crate::http) fn audience(reader: &Reader) -> Audience {
    match reader {
        Reader::Anonymous => Audience::Everybody,
        _ => Audience::Somebody,
    }
}

/// An article, represented for whoever reads it.
pub(super) fn represent(
    state: &State,
    found: WithSite<Article>,
    actor: Option<&Actor>,
    locale: Option<Locale>,
    fields: &Fields,
    audience: Audience,
) -> Result<Representation, ApiError> {
    let WithSite { item, site } = found;
    let context = Context { site: &site, now: state.app.now(), locale };
    let discussion = context.discussion(&item);
    let endpoints = (discussion.pings.state == OpenState::Open).then(|| state.endpoints());
    let (id, version, time, lang) = (item.id, item.version, item.updated_at, item.lang.clone());
    let address = state.article_address(&item).filter(|_| item.is_public());
    let inside = policy::sees_internals(actor, &item);
    let view = ArticleView::of(item, &context, inside);
    let cache_policy = CachePolicy::of([CacheTag::Article(id), CacheTag::Settings])
        .until(view.discussion.next_change(context.now))
        .admit_on_second_request(!fields.are_all());
    Ok(Representation::of(&fields.of(view)?, audience)?
        .cache_policy(cache_policy)
        .version(version)
        // What the site's settings change of an article changes it too.
        .last_modified(time.max(site.updated_at))
        .canonical(address)
        .endpoints(endpoints)
        .lang(lang.as_str()))
}

/// List articles
///
/// A page of articles, newest first. Readers see what is published; those who are signed in also
/// what they may edit. Cursors stay true while articles are added.
#[utoipa::path(
    tag = "Articles",
    operation_id = "list_articles",
    params(ArticleListParams),
    security((), ("bearer" = [])),
    responses((status = 200, description = "The articles.", body = ref("#/components/schemas/ArticleList")))
)]
#[get("/articles")]
pub async fn list(
    req: HttpRequest,
    state: web::Data<State>,
    MaybeSignedIn(actor): MaybeSignedIn,
    Query(params): Query<ArticleListParams>,
) -> HandlerResult {
    let locale = locale(&req, params.notice_lang);
    let asked = params.into_request(actor.as_ref())?;
    let (order, request) = (asked.order, asked.query.page.clone());
    let found = articles::list(&state.app, asked.query.clone(), asked.tags.clone()).await?;
    let context = Context { site: &found.site, now: state.app.now(), locale };
    let (info, link) = page::place(&req, &state.public_url, order, &request, &found.page);
    let mut cache_policy = asked.cache_policy(&found, context.now);
    let data = found
        .page
        .rows
        .into_iter()
        .map(|article| {
            let inside = policy::sees_internals(actor.as_ref(), &article);
            let view = ArticleView::of(article, &context, inside);
            cache_policy.expire_at(view.discussion.next_change(context.now));
            asked.fields.of(view)
        })
        .collect::<Result<Vec<Sparse>, ApiError>>()?;
    let list = SparseList { data, page: info };
    let shown = Representation::of(&list, audience(&reader(actor)))?;
    Ok(shown.link(link).cache_policy(cache_policy).answer(&req))
}

#[derive(Serialize)]
struct SparseList {
    data: Vec<Sparse>,
    page: PageInfo,
}

/// Read an article
///
/// The article with this number. What isn't published is found only by those who may edit it, or
/// with a preview token; for everybody else it isn't there.
#[utoipa::path(
    tag = "Articles",
    operation_id = "get_article",
    params(ArticlePath, ArticleParams),
    security((), ("bearer" = [])),
    responses((status = 200, description = "The article.", body = ref("#/components/schemas/ArticleAnswer")))
)]
#[get("/articles/{id}")]
pub async fn get_one(
    req: HttpRequest,
    state: web::Data<State>,
    MaybeSignedIn(actor): MaybeSignedIn,
    Path(path): Path<ArticlePath>,
    Query(params): Query<ArticleParams>,
) -> HandlerResult {
    let fields = Fields::parse(params.fields.as_deref())?;
    let reader = match &params.preview {
        Some(token) => articles::preview_reader(&state.app, token)?,
        None => reader(actor),
    };
    let found = articles::find(&state.app, reader, path.id).await?;
    let locale = locale(&req, params.lang);
    let shown = represent(&state, found, reader.actor(), locale, &fields, audience(&reader))?;
    Ok(shown.answer(&req))
}

/// Read an article by its slug
///
/// Finds it whatever the spelling of the slug (hamzas, ta marbuta, tashkeel); a former slug redirects to the present one.
#[utoipa::path(
    tag = "Articles",
    operation_id = "get_article_by_slug",
    params(ArticleSlugPath, ArticleParams),
    security((), ("bearer" = [])),
    responses(
        (status = 200, description = "The article.", body = ref("#/components/schemas/ArticleAnswer")),
        (status = 301, description = "It has another slug now: see `Location`.")
    )
)]
#[get("/articles/slug/{slug}")]
pub async fn get_by_slug(
    req: HttpRequest,
    state: web::Data<State>,
    MaybeSignedIn(actor): MaybeSignedIn,
    Path(path): Path<ArticleSlugPath>,
    Query(params): Query<ArticleParams>,
) -> HandlerResult {
    let fields = Fields::parse(params.fields.as_deref())?;
    let reader = match &params.preview {
        Some(token) => articles::preview_reader(&state.app, token)?,
        None => reader(actor),
    };
    match articles::find_by_slug(&state.app, reader, &path.slug).await? {
        SlugLookup::MovedTo(slug) => Ok(moved(&req, &slug, audience(&reader))),
        SlugLookup::Here(found) => {
            let (locale, audience) = (locale(&req, params.lang), audience(&reader));
            // There is no end of spellings that find it.
            let respelled = found.item.slug != path.slug;
            let actor = reader.actor();
            let mut shown = represent(&state, found, actor, locale, &fields, audience)?;
            shown.cache_policy =
                shown.cache_policy.map(|made| made.admit_on_second_request(respelled));
            Ok(shown.answer(&req))
        }
    }
}

/// To the present slug. The query goes along, or a preview would end here; and an answer that only
/// some get is nobody else's to keep.
fn moved(req: &HttpRequest, slug: &str, audience: Audience) -> HttpResponse {
    let mut path = format!("/articles/slug/{}", page::encode(slug));
    let query = url::form_urlencoded::parse(req.query_string().as_bytes());
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
    if !query.is_empty() {
        path = format!("{path}?{query}");
    }
    let mut response = page::moved(&path);
    if audience == Audience::Somebody {
        let private = HeaderValue::from_static("private, no-cache");
        response.headers_mut().insert(CACHE_CONTROL, private);
    }
    response
}
