//! The operations of search. Call `service::search`.

use actix_web::{HttpRequest, HttpResponse, get, web};

use super::input::{ORDER, SearchParams, SuggestParams};
use super::view::{SearchHit, SearchResults, SuggestionView, Suggestions};
use crate::http::articles::discussion::Context;
use crate::http::articles::handlers::{audience, reader, tongue};
use crate::http::conditional::{Audience, Representation};
use crate::http::extract::Query;
use crate::http::guard::MaybeSignedIn;
use crate::http::page;
use crate::http::problem::Refusal;
use crate::http::state::State;
use crate::service::articles::WithSite;
use crate::service::search;

type Answer = Result<HttpResponse, Refusal>;

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
) -> Answer {
    let tongue = tongue(&req, params.notice_lang);
    let asked = params.into_request(actor.as_ref())?;
    let request = asked.page.clone();
    let WithSite { item, site } = search::search(&state.app, asked).await?;
    let context = Context { site: &site, now: state.app.now(), tongue };
    let (info, link) = page::place(&req, &state.public_url, ORDER, &request, &item.hits);
    let data = item.hits.rows.into_iter();
    let results = SearchResults {
        data: data.map(|hit| SearchHit::of(hit, &context, actor.as_ref())).collect(),
        page: info,
        relaxed: item.relaxed,
    };
    let mut response = Representation::of(&results, audience(&reader(actor)))?.answer(&req);
    page::link_header(&mut response, link);
    Ok(response)
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
) -> Answer {
    let limit = params.limit()?;
    let found = search::suggest(&state.app, params.q, limit).await?;
    let data = found.into_iter().map(SuggestionView::from).collect();
    Ok(Representation::of(&Suggestions { data }, Audience::Everybody)?.answer(&req))
}
