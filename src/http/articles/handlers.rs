//! Reading of one article by id or slug, and of lists.

use actix_web::http::header::{CACHE_CONTROL, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, get, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::fields::{Fields, Selection};
use super::input::{ArticlePath, ArticleSlugPath};
use super::list::ArticleListParams;
use super::view::{ArticleList, ArticlePart, ArticleView};
use crate::domain::article::Article;
use crate::domain::cache_tag::CacheTag;
use crate::domain::comment_settings::OpenState;
use crate::domain::policy::{self, Actor};
use crate::http::cache::policy::CachePolicy;
use crate::http::catalogue::Locale;
use crate::http::conditional::{Audience, Representation};
use crate::http::discussion::{Context, NoticeLang, locale};
use crate::http::extract::{PagedQuery, Path, Query};
use crate::http::guard::MaybeSignedIn;
use crate::http::page::{self, PageInfo};
use crate::http::page_params::PageParams;
use crate::http::problem::{ApiError, HandlerResult};
use crate::http::reader::{audience, reader};
use crate::http::state::State;
use crate::service::SlugLookup;
use crate::service::articles::{self, Preview, WithSite};
use crate::service::site_urls::article_slug_path;

/// The parameters of one article.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ArticleParams {
    /// The properties to return, separated by commas. Default: all. It leaves out the others, also
    /// those that the schema of the response requires: the answer is an `ArticlePart`.
    #[serde(default)]
    #[param(max_length = 500, example = "id,slug,title")]
    pub fields: Option<String>,
    /// The language of the notice. Default: of `Accept-Language`, or of the article.
    #[serde(default)]
    pub notice_lang: Option<NoticeLang>,
    /// A preview token, which permits reading one article in any status. An invalid or expired one, or
    /// one of another article, is ignored. So is one whose maker may no longer read the article.
    #[serde(default)]
    pub preview: Option<String>,
}

impl ArticleParams {
    /// Returns the verified preview token.
    fn preview(&self, state: &State) -> Option<Preview> {
        Preview::verify(&state.app, self.preview.as_deref()?)
    }

    /// Keeps an answer with a preview token out of the cache: the number of invalid tokens is unbounded.
    fn limit_cache(&self, shown: &mut Representation) {
        if self.preview.is_some() {
            shown.cache_policy = None;
        }
    }
}

/// Builds the representation of an article for its reader.
pub(super) fn represent(
    state: &State,
    found: WithSite<Article>,
    actor: Option<&Actor>,
    locale: Option<Locale>,
    fields: &Fields,
    audience: Audience,
) -> Result<Representation, ApiError> {
    let WithSite { item, site } = found;
    let context =
        Context { site: &site, now: state.app.now(), locale, urls: &state.app.shared.web.urls };
    let discussion = context.discussion(&item);
    let endpoints = (discussion.pings.state == OpenState::Open).then(|| state.endpoints());
    let (id, version, time, lang) = (item.id, item.version, item.updated_at, item.lang.clone());
    let urls = &state.app.shared.web.urls;
    let canonical = urls.canonical(&item).filter(|_| item.is_public());
    let inside = policy::sees_internals(actor, &item);
    let view = ArticleView::of(item, &context, inside);
    // The site's settings affect the article's discussion.
    let last_modified = view.discussion.last_modified(time.max(site.updated_at), context.now);
    let cache_policy = CachePolicy::of([CacheTag::Article(id), CacheTag::Settings])
        .until(view.discussion.next_change(context.now))
        .admit_on_second_request(!fields.is_all());
    Ok(Representation::of(&fields.select(view)?, audience)?
        .cache_policy(cache_policy)
        .version(version)
        .last_modified(last_modified)
        .canonical(canonical.map(String::from))
        .endpoints(endpoints)
        .lang(lang.as_str()))
}

/// List articles
///
/// Returns a page of articles, newest first. Readers see published articles; signed-in users also
/// see those that they may edit. New articles don't shift the pages.
#[utoipa::path(
    tag = "Articles",
    operation_id = "list_articles",
    params(ArticleListParams, PageParams),
    security((), ("bearer" = [])),
    responses((status = 200, description = "The articles.", body = ArticleList))
)]
#[get("/articles")]
pub async fn list(
    req: HttpRequest,
    state: web::Data<State>,
    MaybeSignedIn(actor): MaybeSignedIn,
    PagedQuery(params, page): PagedQuery<ArticleListParams>,
) -> HandlerResult {
    let locale = locale(&req, params.notice_lang);
    let list_request = params.into_request(actor.as_ref(), &page)?;
    let (order, request) = (&list_request.order, list_request.query.page.clone());
    let found =
        articles::list(&state.app, list_request.query.clone(), list_request.tags.clone()).await?;
    let context = Context {
        site: &found.site,
        now: state.app.now(),
        locale,
        urls: &state.app.shared.web.urls,
    };
    let (info, link) = page::place(&req, &state.public_url, order, &request, &found.page);
    let mut cache_policy = list_request.cache_policy(&found, context.now);
    let data = found
        .page
        .rows
        .into_iter()
        .map(|article| {
            let inside = policy::sees_internals(actor.as_ref(), &article);
            let view = ArticleView::of(article, &context, inside);
            cache_policy.expire_at(view.discussion.next_change(context.now));
            list_request.fields.select(view)
        })
        .collect::<Result<Vec<Selection>, ApiError>>()?;
    let list = SelectionList { data, page: info };
    let shown = Representation::of(&list, audience(&reader(actor)))?;
    Ok(shown.link(link).cache_policy(cache_policy).answer(&req))
}

/// A page of articles that the parameter `fields` reduces.
#[derive(Serialize, ToSchema)]
#[schema(as = ArticlePartList)]
pub(super) struct SelectionList {
    /// The articles.
    #[schema(value_type = Vec<ArticlePart>)]
    data: Vec<Selection>,
    /// The position of the page in the list.
    page: PageInfo,
}

/// Read an article
///
/// Returns the article with this id. An unpublished article is visible to its editors, and with a
/// preview token. For all others it is 404.
#[utoipa::path(
    tag = "Articles",
    operation_id = "get_article",
    params(ArticlePath, ArticleParams),
    security((), ("bearer" = [])),
    responses((status = 200, description = "The article.", body = ArticleView))
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
    let preview = params.preview(&state);
    let (reader, found) = articles::find(&state.app, reader(actor), preview, path.id).await?;
    let locale = locale(&req, params.notice_lang);
    let mut shown = represent(&state, found, reader.actor(), locale, &fields, audience(&reader))?;
    params.limit_cache(&mut shown);
    Ok(shown.answer(&req))
}

/// Read an article by its slug
///
/// Finds the article in any spelling of the slug (hamza, ta marbuta, tashkeel). A former slug
/// redirects to the present one.
#[utoipa::path(
    tag = "Articles",
    operation_id = "get_article_by_slug",
    params(ArticleSlugPath, ArticleParams),
    security((), ("bearer" = [])),
    responses(
        (status = 200, description = "The article.", body = ArticleView),
        (status = 301, description = "The slug has changed: `Location` holds the new URL.")
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
    let preview = params.preview(&state);
    let (reader, found) =
        articles::find_by_slug(&state.app, reader(actor), preview, &path.slug).await?;
    match found {
        SlugLookup::MovedTo(slug) => Ok(moved(&req, &slug, audience(&reader))),
        SlugLookup::Here(found) => {
            let (locale, audience) = (locale(&req, params.notice_lang), audience(&reader));
            // The number of spellings is unbounded.
            let respelled = found.item.slug != path.slug;
            let actor = reader.actor();
            let mut shown = represent(&state, found, actor, locale, &fields, audience)?;
            shown.cache_policy =
                shown.cache_policy.map(|made| made.admit_on_second_request(respelled));
            params.limit_cache(&mut shown);
            Ok(shown.answer(&req))
        }
    }
}

/// Redirects to the present slug. It keeps the query, which may hold a preview token. Shared caches
/// must not store a redirect that depends on the reader.
fn moved(req: &HttpRequest, slug: &str, audience: Audience) -> HttpResponse {
    let mut path = article_slug_path(slug);
    let query = url::form_urlencoded::parse(req.query_string().as_bytes());
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
    if !query.is_empty() {
        path = format!("{path}?{query}");
    }
    let mut response = page::moved(path);
    if audience == Audience::Private {
        let private = HeaderValue::from_static("private, no-cache");
        response.headers_mut().insert(CACHE_CONTROL, private);
    }
    response
}
