//! Bounds of the cache: random requests neither fill it nor evict hot responses, and concurrent reads
//! of one response make one query.

use futures_util::future::join_all;

use super::{article, from, read, warm};
use crate::support::TestApp;

/// Returns a value of `/metrics`.
async fn figure(app: &TestApp, name: &str) -> u64 {
    let text = app.get("/metrics").send().await.expect(200);
    let line = text.text().lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
    line.map_or(0, |figure| figure.parse().expect("a number"))
}

async fn entries(app: &TestApp) -> u64 {
    figure(app, "maqal_cache_entries ").await
}

async fn misses(app: &TestApp) -> u64 {
    figure(app, "maqal_cache_requests_total{outcome=\"miss\"} ").await
}

/// Returns pseudo-random numbers, the same in each run (SplitMix64).
fn random(n: u64) -> u64 {
    let mut z = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z ^ (z >> 27)
}

api_test!(random_addresses_are_not_stored, async |app: TestApp| {
    let path = article(&app, "خبر").await;
    warm(&app, &path).await;
    warm(&app, "/api/v1/articles").await;
    let before = entries(&app).await;
    for n in 0..60 {
        let r = random(n);
        for address in [
            format!("/api/v1/articles/{}", 1000 + r % 1_000_000),
            format!("/api/v1/articles/slug/x{r:x}"),
            format!("/api/v1/articles/00{n}1"),
            format!("/api/v1/x{r:x}/{r}"),
            format!("/api/v1/tags/slug/{r:x}"),
            format!("/api/v1/articles?tag=t{r:x}"),
            format!("/api/v1/articles?credit=c{r:x}"),
            format!("/api/v1/articles?author={}", 1000 + r % 1_000_000),
            format!("/api/v1/articles?x{r:x}={r}"),
            format!("/api/v1/articles?cursor={r:x}"),
            format!("/api/v1/articles?published_before=2027-01-01T00:00:00.{n:06}Z"),
            format!("/api/v1/articles?updated_after=2020-01-01T00:00:00.{n:06}Z"),
            format!("/api/v1/articles?fields=id{}", ",slug".repeat(1 + n as usize)),
            format!("/api/v1/tags?q={r:x}"),
            format!("{path}?fields=title{}", ",id".repeat(1 + n as usize)),
        ] {
            app.get(&address).send().await;
        }
    }
    assert_eq!(entries(&app).await, before);
    for path in [path.as_str(), "/api/v1/articles"] {
        assert_eq!(from(&read(&app, path).await), "hit", "{path}");
    }
});

api_test!(random_headers_make_no_other_entry, async |app: TestApp| {
    let path = article(&app, "خبر").await;
    warm(&app, &path).await;
    let before = entries(&app).await;
    for n in 0..300 {
        let r = random(n);
        let languages = format!("x{:x}-{:x};q=0.{}, y{r:x}", r & 0xff, r >> 9 & 0xfff, r % 10);
        let encodings = format!("e{r:x};q=0.{}, x{}", r % 10, r >> 7);
        let request = app.get(&path).accept_language(&languages);
        let answer = request.header("accept-encoding", encodings).send().await.expect(200);
        assert_eq!(
            (from(&answer), answer.header("content-encoding")),
            ("hit", None),
            "{languages}"
        );
    }
    assert_eq!(entries(&app).await, before);
    // The number of entries is bounded by the catalogue's languages.
    for n in 0..60 {
        let languages = format!("ar-{n:02}, en;q=0.{}, fr;q=0.{}", n % 9, n % 7);
        app.get(&path).accept_language(&languages).send().await.expect(200);
    }
    assert_eq!(entries(&app).await, before + 1);
});

api_test!(
    flood_of_cold_reads_does_not_evict_a_hot_one,
    |config| config.cache_bytes = 1 << 20,
    async |app: TestApp| {
        let hot = article(&app, "خبر").await;
        for n in 0..12 {
            article(&app, &format!("خبر {n}")).await;
        }
        warm(&app, &hot).await;
        let mut hits = 0;
        // Each is requested twice and so is stored: many times more than there is room for.
        for n in 0..400 {
            let made_up = format!("/api/v1/articles?published_before=2027-01-01T00:00:00.{n:06}Z");
            read(&app, &made_up).await;
            read(&app, &made_up).await;
            hits += u64::from(from(&read(&app, &hot).await) == "hit");
        }
        assert!(hits >= 399, "{hits} of 400");
        let bytes = figure(&app, "maqal_cache_bytes ").await;
        assert!(bytes <= 1 << 20, "{bytes}");
    }
);

api_test!(concurrent_reads_make_one_query, async |app: TestApp| {
    let path = article(&app, "خبر").await;
    for path in [path.as_str(), "/api/v1/articles", "/api/v1/articles?fields=id,slug"] {
        let before = misses(&app).await;
        let readers = (0..64).map(|_| app.get(path).send());
        let answers = join_all(readers).await;
        for answer in &answers {
            assert_eq!((answer.status, &answer.body), (200, &answers[0].body), "{path}");
        }
        // Responses that are stored at the second request are fetched twice.
        let expected = 1..=(if path.contains("fields") { 2 } else { 1 });
        let fetched = misses(&app).await - before;
        assert!(expected.contains(&fetched), "{path}: {fetched}");
    }
    let nobody = join_all((0..64).map(|_| app.get("/api/v1/articles/999").send())).await;
    assert!(nobody.iter().all(|answer| answer.status == 404));
});
