//! The operations of search. Call `service::search`.

use actix_web::{HttpRequest, HttpResponse, get, web};

use super::input::{ORDER, SearchParams, SuggestParams};
use super::view::{SearchHit, SearchResults, SuggestionView, Suggestions};
use crate::domain::Time;
use crate::domain::touched::Touched;
use crate::http::articles::discussion::Context;
use crate::http::articles::handlers::{audience, reader, tongue};
use crate::http::cache::worth::MadeOf;
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
    let made_of = made_of(&results.data, context.now);
    let shown = Representation::of(&results, audience(&reader(actor)))?;
    Ok(shown.link(link).made_of(made_of).answer(&req))
}

/// How long what was found holds, at the most: an index that is built anew touches nothing.
const LONGEST: chrono::Duration = chrono::Duration::seconds(60);

/// Any article that is written, and any tag, may change what is found.
fn made_of(hits: &[SearchHit], now: Time) -> MadeOf {
    let shown = hits.iter().map(|hit| Touched::Article(hit.article.id));
    let choice = [Touched::Articles, Touched::Updates, Touched::Tags, Touched::Settings];
    // There is no end of words, and only some are asked for by many.
    let mut made_of = MadeOf::of(shown.chain(choice))
        .until(Some(now + LONGEST))
        .if_asked_twice(true)
        .unless(hits.is_empty());
    for hit in hits {
        made_of.no_longer_than(hit.article.discussion.next_change(now));
    }
    made_of
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
    let made_of = MadeOf::of([Touched::Articles, Touched::Updates, Touched::Tags])
        .until(Some(state.app.now() + LONGEST))
        .if_asked_twice(true);
    Ok(Representation::of(&Suggestions { data }, Audience::Everybody)?
        .made_of(made_of)
        .answer(&req))
}
