//! Races between reads and writes.

use actix_web::http::header::HeaderMap;
use actix_web::web::Bytes;
use chrono::{TimeZone, Utc};
use futures_util::FutureExt;

use super::policy::CachePolicy;
use super::*;
use crate::domain::cache_tag::CacheTag;

const PATH: &str = "/api/v1/articles/1";

fn cache() -> (Cache, Arc<Changes>) {
    let changes = Arc::<Changes>::default();
    (Cache::new(1 << 20, changes.clone()), changes)
}

fn look(cache: &Cache) -> Lookup {
    let request = CacheRequest { is_read: true, path: PATH, ..CacheRequest::default() };
    cache.look(&request, now)
}

fn now() -> Time {
    Utc.timestamp_opt(1_700_000_000, 0).single().expect("a time")
}

fn response(text: &'static str) -> CacheableResponse {
    let cache_policy = Some(CachePolicy::of([CacheTag::Article(1)]));
    let body = Bytes::from_static(text.as_bytes());
    let (tag, headers) = (text.into(), HeaderMap::new());
    CacheableResponse { body, tag, headers, last_modified: None, cache_policy }
}

fn store(guard: FillGuard<'_>, text: &'static str) {
    let _ = guard.store(response(text), PATH.to_owned());
}

async fn fill_guard(cache: &Cache) -> FillGuard<'_> {
    let Lookup::Miss(key) = look(cache) else { panic!("a miss") };
    match cache.take_turn(&key, now).await {
        MissOutcome::Fetch(guard) => guard,
        MissOutcome::Shared(_) => panic!("no other request fetches"),
    }
}

fn is_hit(cache: &Cache) -> bool {
    matches!(look(cache), Lookup::Hit(_))
}

#[actix_web::test]
async fn response_read_before_a_write_is_not_served_after_it() {
    let (cache, changes) = cache();
    let guard = fill_guard(&cache).await;
    // A writer commits between the read and the store.
    changes.tag_versions().touch(CacheTag::Article(1));
    store(guard, "old");
    assert!(!is_hit(&cache));
    let guard = fill_guard(&cache).await;
    changes.tag_versions().touch(CacheTag::Article(2));
    store(guard, "new");
    assert!(is_hit(&cache));
}

#[actix_web::test]
async fn waiting_request_fetches_if_a_write_overtook_the_leader() {
    let (cache, changes) = cache();
    let first = fill_guard(&cache).await;
    let key: Key = first.key.clone();
    let mut waiting = Box::pin(cache.take_turn(&key, now));
    assert!((&mut waiting).now_or_never().is_none());
    changes.tag_versions().touch(CacheTag::Article(1));
    store(first, "old");
    assert!(matches!(waiting.await, MissOutcome::Fetch(_)));
}

#[actix_web::test]
async fn waiting_request_becomes_leader_if_the_leader_is_dropped() {
    let (cache, _changes) = cache();
    let first = fill_guard(&cache).await;
    let key: Key = first.key.clone();
    let mut waiting = Box::pin(cache.take_turn(&key, now));
    assert!((&mut waiting).now_or_never().is_none());
    drop(first);
    let MissOutcome::Fetch(second) = waiting.await else { panic!("the second is the leader") };
    store(second, "it");
    assert!(is_hit(&cache));
}

#[actix_web::test]
async fn waiting_requests_fetch_in_parallel_after_an_unshared_response() {
    let (cache, _changes) = cache();
    let first = fill_guard(&cache).await;
    let key: Key = first.key.clone();
    let mut waiting: Vec<_> = (0..2).map(|_| Box::pin(cache.take_turn(&key, now))).collect();
    for one in &mut waiting {
        assert!(one.now_or_never().is_none());
    }
    first.finish_unshared();
    let both = futures_util::future::join_all(waiting).await;
    assert!(both.iter().all(|outcome| matches!(outcome, MissOutcome::Fetch(_))));
}
