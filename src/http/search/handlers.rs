//! The operations of search. Call `service::search`.

use actix_web::{HttpRequest, get, web};

use super::input::{ORDER, SearchParams, SuggestParams};
use super::view::{SearchHit, SearchResults, SuggestionView, Suggestions};
use crate::domain::Time;
use crate::domain::cache_tag::CacheTag;
use crate::http::articles::discussion::Context;
use crate::http::articles::handlers::{audience, locale, reader};
use crate::http::cache::policy::CachePolicy;
use crate::http::conditional::{Audience, Representation};
use crate::http::extract::Query;
use crate::http::guard::MaybeSignedIn;
use crate::http::page;
use crate::http::problem::HandlerResult;
use crate::http::state::State;
use crate::service::articles::WithSite;
use crate::service::search;

/// Search articles
///
/// Finds words whatever their spelling and form: hamza, tashkeel, ta marbuta, prefixes and suffixes
/// make no difference in Arabic, accents and case none elsewhere. If no article holds all of the
/// words, those that hold some are answered and `relaxed` says so. Readers find what is published;
/// those who are signed in may ask for another `status` of what they may edit.
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
    let asked = params.into_request(actor.as_ref())?;
    let request = asked.page.clone();
    let WithSite { item, site } = search::search(&state.app, asked).await?;
    let context = Context { site: &site, now: state.app.now(), locale };
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

/// How long what was found holds, at the most: an index that is built anew touches nothing.
const LONGEST: chrono::Duration = chrono::Duration::seconds(60);

/// Any article that is written, and any tag, may change what is found.
fn cache_policy(hits: &[SearchHit], now: Time) -> CachePolicy {
    let shown = hits.iter().map(|hit| CacheTag::Article(hit.article.id));
    let choice = [CacheTag::Articles, CacheTag::Updates, CacheTag::Tags, CacheTag::Settings];
    // There is no end of words, and only some are asked for by many.
    let mut cache_policy = CachePolicy::of(shown.chain(choice))
        .until(Some(now + LONGEST))
        .admit_on_second_request(true)
        .unless(hits.is_empty());
    for hit in hits {
        cache_policy.expire_at(hit.article.discussion.next_change(now));
    }
    cache_policy
}

/// Complete what is being typed
///
/// Tags whose names begin so, those with most articles first, then published articles in whose
/// titles all words stand and one begins like the last, newest first. Of a title two letters are
/// needed; what holds no letter completes to nothing.
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
    let limit = params.limit()?;
    let found = search::suggest(&state.app, params.q, limit).await?;
    let data = found.into_iter().map(SuggestionView::from).collect();
    let cache_policy = CachePolicy::of([CacheTag::Articles, CacheTag::Updates, CacheTag::Tags])
        .until(Some(state.app.now() + LONGEST))
        .admit_on_second_request(true);
    Ok(Representation::of(&Suggestions { data }, Audience::Everybody)?
        .cache_policy(cache_policy)
        .answer(&req))
}
