//! Articles related to an article, and its neighbours in time.

use actix_web::{HttpRequest, get, web};
use serde::Deserialize;
use utoipa::IntoParams;

use super::input::ArticlePath;
use super::view::{AdjacentArticles, ArticleView, RelatedArticles};
use crate::domain::Time;
use crate::domain::article::{Article, ArticleId};
use crate::domain::cache_tag::CacheTag;
use crate::domain::policy::{self, Actor};
use crate::http::cache::policy::CachePolicy;
use crate::http::conditional::Representation;
use crate::http::discussion::{Context, NoticeLang, locale};
use crate::http::extract::{Path, Query, lang};
use crate::http::guard::MaybeSignedIn;
use crate::http::problem::HandlerResult;
use crate::http::reader::{audience, reader};
use crate::http::state::State;
use crate::service::articles::{self, WithSite};

/// The default number of related articles.
const DEFAULT_RELATED: u8 = 5;

/// The parameters of related articles.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RelatedParams {
    /// The number of articles, at most.
    #[serde(default)]
    #[param(minimum = 1, maximum = 20, default = 5)]
    pub limit: Option<u8>,
    /// Only articles in this language. `ar` includes `ar-LY`.
    #[serde(default)]
    #[param(min_length = 2, max_length = 35, pattern = "LANG", example = "ar")]
    pub lang: Option<String>,
    /// The language of the notices. Default: of `Accept-Language`, or of the article.
    #[serde(default)]
    pub notice_lang: Option<NoticeLang>,
}

/// The parameters of an article's neighbours.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AdjacentParams {
    /// Only neighbours in this language. `ar` includes `ar-LY`.
    #[serde(default)]
    #[param(min_length = 2, max_length = 35, pattern = "LANG", example = "ar")]
    pub lang: Option<String>,
    /// The language of the notices. Default: of `Accept-Language`, or of the article.
    #[serde(default)]
    pub notice_lang: Option<NoticeLang>,
}

fn view(article: Article, context: &Context<'_>, actor: Option<&Actor>) -> ArticleView {
    let inside = policy::sees_internals(actor, &article);
    ArticleView::of(article, context, inside)
}

/// Returns the cache policy of an answer with articles near another one.
fn cache_policy<'a>(
    id: ArticleId,
    choice: impl IntoIterator<Item = CacheTag>,
    shown: impl Iterator<Item = &'a ArticleView>,
    now: Time,
) -> CachePolicy {
    let mut all: Vec<CacheTag> = choice.into_iter().collect();
    all.extend([CacheTag::Article(id), CacheTag::Settings]);
    let mut until: Option<Time> = None;
    for view in shown {
        all.push(CacheTag::Article(view.id));
        until = until.into_iter().chain(view.discussion.next_change(now)).min();
    }
    CachePolicy::of(all).until(until)
}

/// List related articles
///
/// Returns published articles that share tags with this one. Rare shared tags rank first, then
/// newer articles.
#[utoipa::path(
    tag = "Articles",
    operation_id = "list_related_articles",
    params(ArticlePath, RelatedParams),
    security((), ("bearer" = [])),
    responses((status = 200, description = "The articles, without their texts.", body = RelatedArticles))
)]
#[get("/articles/{id}/related")]
pub async fn related(
    req: HttpRequest,
    state: web::Data<State>,
    MaybeSignedIn(actor): MaybeSignedIn,
    Path(path): Path<ArticlePath>,
    Query(params): Query<RelatedParams>,
) -> HandlerResult {
    let (limit, lang) = (params.limit.unwrap_or(DEFAULT_RELATED), lang(params.lang.as_deref())?);
    let reader = reader(actor);
    let found = articles::related(&state.app, reader, path.id, limit, lang).await?;
    let WithSite { item, site } = found.shown;
    let locale = locale(&req, params.notice_lang);
    let urls = &state.app.shared.web.urls;
    let context = Context { site: &site, now: state.app.now(), locale, urls };
    let data: Vec<_> = item.into_iter().map(|a| view(a, &context, actor.as_ref())).collect();
    let tags = found.tags.into_iter().map(CacheTag::Tagged);
    let cache_policy = cache_policy(path.id, tags, data.iter(), context.now);
    let shown = Representation::of(&RelatedArticles { data }, audience(&reader))?;
    Ok(shown.cache_policy(cache_policy).answer(&req))
}

/// Read an article's neighbours
///
/// Returns the previous and the next published article in time, of a language if `lang` is given.
/// Either is null at the end of the list.
#[utoipa::path(
    tag = "Articles",
    operation_id = "get_adjacent_articles",
    params(ArticlePath, AdjacentParams),
    security((), ("bearer" = [])),
    responses((status = 200, description = "Both articles, without their texts.", body = AdjacentArticles))
)]
#[get("/articles/{id}/adjacent")]
pub async fn adjacent(
    req: HttpRequest,
    state: web::Data<State>,
    MaybeSignedIn(actor): MaybeSignedIn,
    Path(path): Path<ArticlePath>,
    Query(params): Query<AdjacentParams>,
) -> HandlerResult {
    let (reader, lang) = (reader(actor), lang(params.lang.as_deref())?);
    let WithSite { item, site } = articles::adjacent(&state.app, reader, path.id, lang).await?;
    let locale = locale(&req, params.notice_lang);
    let urls = &state.app.shared.web.urls;
    let context = Context { site: &site, now: state.app.now(), locale, urls };
    let shown = AdjacentArticles {
        previous: item.previous.map(|a| view(a, &context, actor.as_ref())),
        next: item.next.map(|a| view(a, &context, actor.as_ref())),
    };
    let beside = shown.previous.iter().chain(&shown.next);
    let cache_policy = cache_policy(path.id, [CacheTag::Articles], beside, context.now);
    Ok(Representation::of(&shown, audience(&reader))?.cache_policy(cache_policy).answer(&req))
}
