//! Search and completions.

use actix_web::{HttpRequest, get, web};

use super::input::{ORDER, SearchParams, SuggestParams};
use super::view::{SearchHit, SearchResults, SuggestionView, Suggestions};
use crate::domain::Time;
use crate::domain::cache_tag::CacheTag;
use crate::http::cache::policy::CachePolicy;
use crate::http::conditional::{Audience, Representation};
use crate::http::discussion::{Context, locale};
use crate::http::extract::Query;
use crate::http::guard::MaybeSignedIn;
use crate::http::page;
use crate::http::problem::HandlerResult;
use crate::http::reader::{audience, reader};
use crate::http::state::State;
use crate::service::articles::WithSite;
use crate::service::search;

/// Search articles
///
/// Finds words in any spelling and form. In Arabic it ignores hamza, tashkeel, ta marbuta, prefixes
/// and suffixes; elsewhere accents and case. Articles with all words come first (`matched: all`).
/// Those with most of the words follow (`matched: some`). If no article contains all words, the
/// answer holds articles with some of them, and `relaxed` is true if there are any. Readers find published articles.
/// Signed-in users may choose another `status` of articles that they may edit.
#[utoipa::path(
    tag = "Search",
    operation_id = "search_articles",
    params(SearchParams),
    security((), ("bearer" = [])),
    responses((status = 200, description = "The articles.", body = SearchResults))
)]
#[get("/search")]
pub async fn articles(
    req: HttpRequest,
    state: web::Data<State>,
    MaybeSignedIn(actor): MaybeSignedIn,
    Query(params): Query<SearchParams>,
) -> HandlerResult {
    let locale = locale(&req, params.notice_lang);
    let search_request = params.into_request(actor.as_ref())?;
    let request = search_request.page.clone();
    let WithSite { item, site } = search::search(&state.app, search_request).await?;
    let context =
        Context { site: &site, now: state.app.now(), locale, urls: &state.app.shared.web.urls };
    let (info, link) = page::place(&req, &state.public_url, ORDER, &request, &item.hits);
    let data = item.hits.rows.into_iter();
    let results = SearchResults {
        data: data.map(|hit| SearchHit::of(hit, &context, actor.as_ref())).collect(),
        page: info,
        relaxed: item.relaxed,
    };
    let cache_policy = cache_policy(&results.data, context.now);
    let shown = Representation::of(&results, audience(&reader(actor)))?;
    Ok(shown.link(link).cache_policy(cache_policy).answer(&req))
}

/// The longest time for which results are cached: a rebuild of the index invalidates nothing.
const MAX_CACHE_TIME: chrono::Duration = chrono::Duration::seconds(60);

/// Returns the cache policy of results. Each write of an article or tag may change them.
fn cache_policy(hits: &[SearchHit], now: Time) -> CachePolicy {
    let shown = hits.iter().map(|hit| CacheTag::Article(hit.article.id));
    let choice = [CacheTag::Articles, CacheTag::Updates, CacheTag::Tags, CacheTag::Settings];
    // The number of queries is unbounded, and most occur once.
    let mut cache_policy = CachePolicy::of(shown.chain(choice))
        .until(Some(now + MAX_CACHE_TIME))
        .admit_on_second_request(true)
        .unless(hits.is_empty());
    for hit in hits {
        cache_policy.expire_at(hit.article.discussion.next_change(now));
    }
    cache_policy
}

/// Complete a query
///
/// Returns tags by the beginning of their names, those with the most articles first. Then follow
/// published articles with all words in the title, the last as a prefix, newest first. Titles need
/// at least two letters, or one Chinese character. A text without letters has no completions.
#[utoipa::path(
    tag = "Search",
    operation_id = "suggest",
    params(SuggestParams),
    responses((status = 200, description = "The completions.", body = Suggestions))
)]
#[get("/search/suggest")]
pub async fn suggest(
    req: HttpRequest,
    state: web::Data<State>,
    Query(params): Query<SuggestParams>,
) -> HandlerResult {
    let limit = params.limit();
    let found = search::suggest(&state.app, params.q, limit).await?;
    let data = found.into_iter().map(SuggestionView::from).collect();
    let cache_policy = CachePolicy::of([CacheTag::Articles, CacheTag::Updates, CacheTag::Tags])
        .until(Some(state.app.now() + MAX_CACHE_TIME))
        .admit_on_second_request(true);
    Ok(Representation::of(&Suggestions { data }, Audience::Public)?
        .cache_policy(cache_policy)
        .answer(&req))
}
