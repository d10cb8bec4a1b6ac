//! The costly parts of every request, each alone: a cache hit, JSON of an article, a cursor, and
//! the check of an access token.
//!
//! ```text
//! cargo bench --bench hot
//! ```

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::header::ACCEPT_LANGUAGE;
use actix_web::test::TestRequest;
use chrono::{TimeZone, Utc};
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use maqal::auth::keys::KeyRing;
use maqal::auth::tokens::{AccessInput, Tokens};
use maqal::clock::ManualClock;
use maqal::config::Config;
use maqal::domain::Time;
use maqal::domain::article::{Article, Status};
use maqal::domain::cache_tag::CacheTag;
use maqal::domain::comment_settings::SiteSettings;
use maqal::http::articles::view::ArticleView;
use maqal::http::cache::entry::CacheableResponse;
use maqal::http::cache::policy::CachePolicy;
use maqal::http::cache::request::CacheRequest;
use maqal::http::cache::{Cache, Lookup, MissOutcome};
use maqal::http::discussion::Context;
use maqal::http::page;
use maqal::server;
use maqal::service::articles::{Placement, Reader, find, import};
use maqal::service::changes::Changes;
use maqal::service::site_urls::SiteUrls;
use maqal::store::{DbConfig, DbUrl};
use serde_json::json;
use url::Url;

fn now() -> Time {
    Utc.with_ymd_and_hms(2026, 1, 15, 9, 0, 0).single().expect("a time")
}

fn cache_hit(bench: &mut Criterion) {
    let cache = Cache::new(1 << 20, Arc::<Changes>::default());
    let request = TestRequest::get()
        .uri("/api/v1/articles/42")
        .insert_header((ACCEPT_LANGUAGE, "ar-LY,ar;q=0.9,en;q=0.8"))
        .to_srv_request();
    let head = request.request().head();
    actix_web::rt::System::new().block_on(async {
        let Lookup::Miss(key) = cache.look(&CacheRequest::from_head(head), now) else {
            panic!("it is empty")
        };
        let MissOutcome::Fetch(fetching) = cache.take_turn(&key, now).await else {
            panic!("nobody else asks")
        };
        let cache_policy = Some(CachePolicy::of([CacheTag::Article(42), CacheTag::Settings]));
        let (body, headers) = (vec![b'x'; 4_000].into(), request.headers().clone());
        let answer = CacheableResponse {
            body,
            tag: "v1-0".into(),
            headers,
            last_modified: None,
            cache_policy,
        };
        let _ = fetching.store(answer, "/api/v1/articles/{id}".to_owned());
    });
    bench.bench_function("an answer from the cache", |bench| {
        let mut wire = Vec::new();
        bench.iter(|| {
            let asked = CacheRequest::from_head(black_box(head));
            let Lookup::Hit(entry) = cache.look(&asked, now) else { panic!("it was kept") };
            wire.clear();
            cache.response_for(&entry, &asked).write_head(black_box(&mut wire)).cloned()
        });
    });
}

/// A published article as a database row, and the site's settings.
fn article() -> (Article, Arc<SiteSettings>) {
    let folder = tempfile::tempdir().expect("a folder");
    let url = DbUrl::parse(&format!("sqlite://{}/hot.db", folder.path().display()));
    let database = DbConfig {
        url: url.expect("a database"),
        read_url: None,
        pool_size: 1,
        sqlite_full_sync: false,
    };
    let config = Config::for_tests(database, &folder.path().join("keys")).expect("settings");
    let body = "عادت مراكب الصيد إلى الميناء القديم بعد ثلاث سنوات من الإغلاق. ".repeat(30);
    let draft = json!({
        "title": "عودة الصيادين", "body": body, "body_format": "markdown", "lang": "ar",
        "featured": false, "tags": ["ليبيا", "اقتصاد"], "seo": {}, "metadata": {},
        "credits": [{ "name": "وكالة أنباء المرفأ", "role": "agency" }],
    });
    let placement = Placement {
        status: Status::Published,
        published_at: Some(now()),
        created_at: now(),
        overrides: None,
    };
    actix_web::rt::System::new().block_on(async {
        let clock = Arc::new(ManualClock::at(now()));
        let app = server::open_app(&config, clock).await.expect("the database");
        let user = maqal::service::users::bootstrap_admin(
            &app,
            "admin@example.org",
            "Admin",
            "a quiet harbour before dawn".into(),
        );
        user.await.expect("an author");
        let draft = serde_json::from_value(draft).expect("a draft");
        let id = import(&app, 1, draft, placement).await.expect("an article");
        let (_, found) = find(&app, Reader::Anonymous, None, id).await.expect("it is there");
        (found.item, found.site)
    })
}

fn json_view(bench: &mut Criterion) {
    let (article, site) = article();
    let api = Url::parse("https://api.news.example").expect("a URL");
    let urls = SiteUrls::new(Some("https://news.example/{slug}"), &[], &api);
    bench.bench_function("an article made into JSON", |bench| {
        bench.iter(|| {
            let context = Context { site: &site, now: now(), locale: None, urls: &urls };
            let view = ArticleView::of(black_box(&article).clone(), &context, false);
            serde_json::to_vec(&view).expect("JSON")
        });
    });
}

fn cursor(bench: &mut Criterion) {
    let cursor = "bn4tcHVibGlzaGVkX2F0fjV-dDE3OTUxODU4MzQ3ODM0NjY";
    bench.bench_function("a cursor read", |bench| {
        bench.iter(|| {
            let read = page::request("-published_at", Some(20), Some(black_box(cursor)), None);
            read.expect("a cursor")
        });
    });
}

fn access_token(bench: &mut Criterion) {
    let ring = Arc::new(KeyRing::in_memory(now()).expect("a key"));
    let tokens = Tokens::new("https://api.news.example", "maqal", ring);
    let input = AccessInput { user_id: 7, session_id: 9, role: "editor", token_id: [7; 16] };
    let issue = || tokens.issue_access(input, now()).expect("a token").token;
    let later = now() + Duration::from_secs(60);
    bench.bench_function("an access token verified", |bench| {
        let verify = |token: String| tokens.verify_access(&token, later).expect("it is good");
        bench.iter_batched(issue, verify, BatchSize::SmallInput);
    });
    let known = issue();
    bench.bench_function("an access token that came before", |bench| {
        bench.iter(|| tokens.verify_access(black_box(&known), later).expect("it is good"));
    });
}

criterion_group!(hot, cache_hit, json_view, cursor, access_token);
criterion_main!(hot);
