//! Cross-origin requests.

use maqal::config::CorsOrigins;
use serde_json::json;

use crate::support::TestApp;
use crate::support::answer::TestResponse;

const NEWS: &str = "https://news.example";

fn preflight(
    app: &TestApp,
    path: &str,
    origin: &str,
    method: &str,
    headers: &str,
) -> impl Future<Output = TestResponse> {
    app.options(path)
        .header("origin", origin)
        .header("access-control-request-method", method)
        .header("access-control-request-headers", headers)
        .send()
}

/// The members of a list header, in lower case.
fn words(answer: &TestResponse, name: &str) -> Vec<String> {
    let text = answer.header(name).unwrap_or_default().to_ascii_lowercase();
    text.split(',').map(|word| word.trim().to_owned()).filter(|word| !word.is_empty()).collect()
}

fn origin(answer: &TestResponse) -> Option<&str> {
    answer.header("access-control-allow-origin")
}

api_test!(preflight_allows_every_method_and_request_header, async |app: TestApp| {
    let needed = "authorization, content-type, if-match, if-none-match, idempotency-key, \
                  accept-language, edit-token, x-request-id";
    for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
        let answer = preflight(&app, "/api/v1/tags/1", NEWS, method, needed).await;
        assert!([200, 204].contains(&answer.status), "{method}: {}", answer.status);
        assert_eq!(origin(&answer), Some("*"));
        let methods = words(&answer, "access-control-allow-methods");
        assert!(methods.contains(&method.to_ascii_lowercase()), "{methods:?}");
        let allowed = words(&answer, "access-control-allow-headers");
        for header in needed.split(", ") {
            assert!(allowed.iter().any(|one| one == header), "{header}: {allowed:?}");
        }
        assert_eq!(answer.header("access-control-max-age"), Some("3600"));
        assert_eq!(answer.header("access-control-allow-credentials"), None);
        assert!(answer.body.is_empty());
    }
});

api_test!(preflight_allows_headers_that_the_api_does_not_know, async |app: TestApp| {
    let asked = "Baggage, traceparent,sentry-trace , x-requested-with, not a header, ,Authorization";
    let answer = preflight(&app, "/api/v1/articles", NEWS, "GET", asked).await.expect(200);
    let allowed = words(&answer, "access-control-allow-headers");
    for header in ["baggage", "traceparent", "sentry-trace", "x-requested-with", "authorization"] {
        assert_eq!(allowed.iter().filter(|one| *one == header).count(), 1, "{header}: {allowed:?}");
    }
    assert!(!allowed.contains(&"not a header".to_owned()), "{allowed:?}");
    assert_eq!(origin(&answer), Some("*"));
    // A method that isn't allowed is for the browser to report.
    let answer = preflight(&app, "/api/v1/articles", NEWS, "TRACE", "").await.expect(200);
    assert!(!words(&answer, "access-control-allow-methods").contains(&"trace".to_owned()));
    assert_eq!(origin(&answer), Some("*"));
});

api_test!(
    wildcard_origin_covers_subdomains_only,
    |config| config.cors_origins = CorsOrigins::List(vec!["https://*.news.example".into()]),
    async |app: TestApp| {
        for (site, is_allowed) in [
            ("https://www.news.example", true),
            ("https://a.b.news.example", true),
            ("https://news.example", false),
            ("http://www.news.example", false),
            ("https://www.news.example:8443", false),
            ("https://evilnews.example", false),
            ("https://.news.example", false),
            ("https://evil.example/.news.example", false),
            ("https://evil.example?.news.example", false),
            ("https://*.news.example", false),
        ] {
            let expected = is_allowed.then_some(site);
            let answer = app.get("/api/v1/tags").header("origin", site).send().await.expect(200);
            assert_eq!(origin(&answer), expected, "{site}");
            let answer = preflight(&app, "/api/v1/tags", site, "POST", "content-type").await;
            assert_eq!((answer.status, origin(&answer)), (200, expected), "{site}");
        }
    }
);

api_test!(cross_origin_scripts_may_read_answers_problems_and_headers, async |app: TestApp| {
    for (path, status) in [("/api/v1/tags", 200), ("/api/v1/tags/9", 404), ("/nowhere", 404)] {
        let answer = app.get(path).header("origin", NEWS).send().await.expect(status);
        assert_eq!(origin(&answer), Some("*"), "{path}");
        let exposed = words(&answer, "access-control-expose-headers");
        for header in
            ["etag", "link", "location", "retry-after", "idempotency-replayed", "x-request-id"]
        {
            assert!(exposed.iter().any(|one| one == header), "{path} {header}: {exposed:?}");
        }
    }
    let body = json!({ "name": "x" });
    let refused = app.post("/api/v1/tags").header("origin", NEWS).json(&body).send().await;
    assert_eq!(origin(&refused.expect(401)), Some("*"), "scripts can read the refusal");
});

api_test!(
    origin_outside_the_list_gets_no_cors_headers,
    |config| config.cors_origins =
        CorsOrigins::List(vec![NEWS.into(), "http://localhost:3000".into()]),
    async |app: TestApp| {
        for site in [NEWS, "http://localhost:3000"] {
            let answer = app.get("/api/v1/tags").header("origin", site).send().await.expect(200);
            assert_eq!(origin(&answer), Some(site));
            assert!(
                words(&answer, "vary").contains(&"origin".to_owned()),
                "caches must tell origins apart"
            );
            assert!(words(&answer, "vary").contains(&"accept-language".to_owned()));
            let answer = preflight(&app, "/api/v1/tags", site, "POST", "content-type").await;
            assert_eq!((answer.status, origin(&answer)), (200, Some(site)));
        }
        for site in [
            "https://evil.example",
            "http://news.example",
            "https://news.example.evil.example",
            "https://news.example:8443",
            "null",
        ] {
            let answer = app.get("/api/v1/tags").header("origin", site).send().await.expect(200);
            assert_eq!(origin(&answer), None, "{site}");
            let answer = preflight(&app, "/api/v1/tags", site, "POST", "content-type").await;
            assert_eq!((answer.status, origin(&answer)), (200, None), "{site}");
        }
        let plain = app.get("/api/v1/tags").send().await.expect(200);
        assert_eq!(origin(&plain), None);
        assert!(
            words(&plain, "vary").contains(&"origin".to_owned()),
            "its answer is kept for others too"
        );
    }
);
