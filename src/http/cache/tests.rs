//! The races that no client can bring about at will.

use actix_web::dev::ServiceRequest;
use actix_web::http::header::HeaderMap;
use actix_web::test::TestRequest;
use actix_web::web::Bytes;
use chrono::{TimeZone, Utc};
use futures_util::FutureExt;

use super::policy::CachePolicy;
use super::*;
use crate::domain::cache_tag::CacheTag;
use crate::http::metrics::Metrics;

const PATH: &str = "/api/v1/articles/1";

fn cache() -> (Cache, Arc<Changes>) {
    let changes = Arc::<Changes>::default();
    (Cache::new(1 << 20, changes.clone()), changes)
}

fn request() -> ServiceRequest {
    TestRequest::get().uri(PATH).to_srv_request()
}

fn now() -> Time {
    Utc.timestamp_opt(1_700_000_000, 0).single().expect("a time")
}

fn answer(text: &'static str) -> CacheableResponse {
    let cache_policy = CachePolicy::of([CacheTag::Article(1)]);
    let body = Bytes::from_static(text.as_bytes());
    CacheableResponse { body, tag: text.into(), headers: HeaderMap::new(), cache_policy }
}

fn series() -> Series {
    Metrics::new().series("GET", PATH)
}

async fn fetching(cache: &Cache) -> FillGuard<'_> {
    let request = request();
    let Lookup::Miss(key) = cache.look(&CacheRequest::by(request.request().head()), now) else {
        panic!("a miss")
    };
    match cache.take_turn(&key, request.request().head(), now).await {
        MissOutcome::Fetch(fetching) => fetching,
        MissOutcome::Answered(_) => panic!("nobody was faster"),
    }
}

fn is_kept(cache: &Cache) -> bool {
    matches!(cache.look(&CacheRequest::by(request().request().head()), now), Lookup::Hit(_))
}

#[actix_web::test]
async fn what_was_read_before_a_write_is_not_served_after_it() {
    let (cache, changes) = cache();
    let fetching = fetching(&cache).await;
    // It has been read from the database, and a writer commits before it is put away.
    changes.tag_versions().touch(CacheTag::Article(1));
    let _ = fetching.keep(answer("old"), series(), request().request().head());
    assert!(!is_kept(&cache));
    let fetching = super::tests::fetching(&cache).await;
    changes.tag_versions().touch(CacheTag::Article(2));
    let _ = fetching.keep(answer("new"), series(), request().request().head());
    assert!(is_kept(&cache));
}

#[actix_web::test]
async fn who_waits_is_not_given_what_a_write_has_overtaken() {
    let (cache, changes) = cache();
    let first = fetching(&cache).await;
    let key: Key = first.key.clone();
    let waiter = request();
    let mut waiting = Box::pin(cache.take_turn(&key, waiter.request().head(), now));
    assert!((&mut waiting).now_or_never().is_none());
    changes.tag_versions().touch(CacheTag::Article(1));
    let _ = first.keep(answer("old"), series(), request().request().head());
    assert!(matches!(waiting.await, MissOutcome::Fetch(_)), "it asks for itself");
}

#[actix_web::test]
async fn when_whoever_fetches_hangs_up_another_takes_the_turn() {
    let (cache, _changes) = cache();
    let first = fetching(&cache).await;
    let key: Key = first.key.clone();
    let waiter = request();
    let mut waiting = Box::pin(cache.take_turn(&key, waiter.request().head(), now));
    assert!((&mut waiting).now_or_never().is_none());
    drop(first);
    let MissOutcome::Fetch(second) = waiting.await else { panic!("its turn") };
    let _ = second.keep(answer("it"), series(), request().request().head());
    assert!(is_kept(&cache));
}

#[actix_web::test]
async fn an_error_makes_nobody_queue() {
    let (cache, _changes) = cache();
    let first = fetching(&cache).await;
    let key: Key = first.key.clone();
    let waiters = [request(), request()];
    let mut waiting: Vec<_> = waiters
        .iter()
        .map(|waiter| Box::pin(cache.take_turn(&key, waiter.request().head(), now)))
        .collect();
    for one in &mut waiting {
        assert!(one.now_or_never().is_none());
    }
    first.came_to_nothing();
    let both = futures_util::future::join_all(waiting).await;
    assert!(both.iter().all(|course| matches!(course, MissOutcome::Fetch(_))), "side by side");
}
