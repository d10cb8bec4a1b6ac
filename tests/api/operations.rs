//! Health, metrics, the reference page, and the headers of every response.

use serde_json::json;

use crate::cache::article;
use crate::support::TestApp;

async fn metrics(app: &TestApp) -> String {
    app.get("/metrics").send().await.expect(200).text().to_owned()
}

/// The value of the one series with all these labels.
fn value(text: &str, name: &str, labels: &[&str]) -> Option<f64> {
    let line = text.lines().find(|line| {
        line.starts_with(&format!("{name}{{")) && labels.iter().all(|label| line.contains(label))
    })?;
    line.rsplit(' ').next()?.parse().ok()
}

api_test!(health_is_not_cached, async |app: TestApp| {
    for path in ["/health/live", "/health/ready"] {
        let answer = app.get(path).send().await.expect(200);
        assert_eq!(answer.json(), json!({ "status": "ok" }));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(
            app.head(path).send().await.expect(200).header("cache-control"),
            Some("no-store")
        );
    }
});

api_test!(requests_are_counted_by_route_not_path, async |app: TestApp| {
    for id in 7_001..7_011 {
        app.get(&format!("/api/v1/tags/{id}")).send().await.expect(404);
        app.get(&format!("/api/v1/nowhere/{id}")).send().await.expect(404);
        app.get(&format!("/api/v1/articles/slug/canary-{id}")).send().await.expect(404);
    }
    app.head("/api/v1/tags").send().await.expect(200);
    app.delete("/api/v1/tags").send().await.expect(405);
    let odd = reqwest::Method::from_bytes(b"CANARY").expect("a method");
    app.request(odd, "/api/v1/tags").send().await.expect(405);
    let text = metrics(&app).await;
    let count = |labels: &[&str]| value(&text, "maqal_http_requests_total", labels);
    let tag = ["method=\"GET\"", "route=\"/api/v1/tags/{id}\"", "status=\"404\""];
    assert_eq!(count(&tag), Some(10.0), "{text}");
    let slug = ["route=\"/api/v1/articles/slug/{slug}\"", "status=\"404\""];
    assert_eq!(count(&slug), Some(10.0), "{text}");
    let head = ["method=\"HEAD\"", "route=\"/api/v1/tags\"", "status=\"200\""];
    assert_eq!(count(&head), Some(1.0), "{text}");
    assert!(count(&["method=\"other\"", "status=\"405\""]).is_some(), "{text}");
    let took = value(&text, "maqal_http_request_duration_seconds_count", &tag[..2]);
    assert_eq!(took, Some(10.0), "{text}");
    for hidden in ["/700", "nowhere", "canary", "CANARY"] {
        assert!(!text.contains(hidden), "{hidden} is in the metrics: {text}");
    }
});

api_test!(metrics_are_valid_openmetrics, async |app: TestApp| {
    app.get("/api/v1/tags").send().await.expect(200);
    let answer = app.get("/metrics").send().await.expect(200);
    let kind = answer.header("content-type").expect("a type");
    assert_eq!(kind, "application/openmetrics-text; version=1.0.0; charset=utf-8");
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let text = answer.text();
    assert!(text.ends_with("# EOF\n"), "{text}");
    let mut families = std::collections::HashSet::new();
    for line in text.lines().filter(|line| *line != "# EOF") {
        if let Some(rest) = line.strip_prefix("# ") {
            let mut words = rest.splitn(3, ' ');
            let (kind, name) = (words.next().expect("a keyword"), words.next().expect("a name"));
            assert!(["HELP", "TYPE", "UNIT"].contains(&kind), "{line}");
            assert!(families.insert((kind.to_owned(), name.to_owned())), "twice: {line}");
        } else {
            let (series, value) = line.rsplit_once(' ').expect("a value");
            assert!(value.parse::<f64>().is_ok(), "{line}");
            let name = series.split('{').next().expect("a name");
            let typed = families.iter().any(|(kind, of)| kind == "TYPE" && name.starts_with(of));
            assert!(typed, "without a type: {line}");
        }
    }
    assert!(text.contains("maqal_http_requests_in_flight 1\n"), "itself: {text}");
});

api_test!(metrics_have_stable_names, async |app: TestApp| {
    // A family without series isn't shown.
    let path = article(&app, "خبر").await;
    let comment = json!({
        "author_name": "salem", "author_email": "salem@reader.example", "body": "x"
    });
    app.post(&format!("{path}/comments")).json(&comment).send().await.expect(202);
    app.get("/api/v1/articles").send().await.expect(200);
    let text = metrics(&app).await;
    let mut types: Vec<_> = text.lines().filter_map(|line| line.strip_prefix("# TYPE ")).collect();
    types.sort_unstable();
    let expected = [
        "maqal_cache_bytes gauge",
        "maqal_cache_entries gauge",
        "maqal_cache_flushes counter",
        "maqal_cache_invalidations counter",
        "maqal_cache_requests counter",
        "maqal_db_connections_in_use gauge",
        "maqal_db_connections_open gauge",
        "maqal_db_requests_waiting gauge",
        "maqal_events counter",
        "maqal_http_request_duration_seconds histogram",
        "maqal_http_requests counter",
        "maqal_http_requests_in_flight gauge",
        "maqal_http_slow_clients_disconnected counter",
        "maqal_http_unsent_bytes gauge",
        "maqal_replica_reads counter",
    ];
    assert_eq!(types, expected);
});

api_test!(head_is_counted_as_head_from_the_cache_too, async |app: TestApp| {
    app.get("/api/v1/tags").send().await.expect(200);
    for _ in 0..2 {
        app.raw("HEAD /api/v1/tags HTTP/1.0\r\n\r\n").await;
    }
    let text = metrics(&app).await;
    let count = |method: &str| {
        let series = format!(
            "maqal_http_requests_total{{method=\"{method}\",route=\"/api/v1/tags\",status=\"200\"}} "
        );
        text.lines().find_map(|line| line.strip_prefix(&series).map(str::to_owned))
    };
    assert_eq!((count("GET").as_deref(), count("HEAD").as_deref()), (Some("1"), Some("2")), "{text}");
});

api_test!(database_metrics_are_the_same_on_all_workers, async |app: TestApp| {
    let figure = |text: &str, name: &str| -> u64 {
        let value = text.lines().find_map(|line| line.strip_prefix(name)).expect("a metric");
        value.trim().parse().expect("a number")
    };
    for _ in 0..8 {
        // Each is a connection of its own, and the workers take turns.
        let get = "GET /api/v1/articles?tag=x HTTP/1.0\r\n\r\n";
        app.raw(get).await;
    }
    let mut open = Vec::new();
    for _ in 0..8 {
        let text = app.raw("GET /metrics HTTP/1.0\r\n\r\n").await;
        let text = String::from_utf8(text).expect("text");
        let in_use = figure(&text, "maqal_db_connections_in_use ");
        open.push(figure(&text, "maqal_db_connections_open "));
        assert!(in_use <= open[0], "{text}");
        assert!(figure(&text, "maqal_cache_flushes_total ") < 100, "{text}");
    }
    assert!(open[0] > 0 && open.iter().all(|count| *count == open[0]), "{open:?}");
});

api_test!(reference_page_loads_only_own_files, async |app: TestApp| {
    let moved = app.get("/docs").send().await.expect(301);
    assert_eq!(moved.location(), "/docs/");
    // Browsers load only the sources that the policy names.
    let page = docs(&app, "").await;
    assert!(page.starts_with("HTTP/1.1 200 "), "{page}");
    let (head, body) = page.split_once("\r\n\r\n").expect("a body");
    let head = head.to_ascii_lowercase();
    assert!(head.contains("content-type: text/html"), "{head}");
    let policy = head.lines().find(|line| line.starts_with("content-security-policy:"));
    let policy = policy.expect("a policy");
    assert!(policy.contains("default-src 'none'") && policy.contains("script-src 'self';"));
    assert!(!policy.contains("http") && !policy.contains('*'), "{policy}");
    assert!(head.contains("\r\nreferrer-policy: no-referrer"), "{head}");
    assert!(body.contains("<title>Maqal API</title>"), "{body}");
    let attributes = body.split('"').skip(1).step_by(2);
    let files: Vec<_> = attributes.filter(|value| value.contains('.')).collect();
    assert!(files.contains(&"scalar.js"), "{files:?}");
    for file in files.into_iter().filter(|name| !name.starts_with('.')).chain(["index.html"]) {
        let answer = docs(&app, file).await;
        assert!(answer.starts_with("HTTP/1.1 200 "), "{file}");
    }
});

api_test!(files_of_the_reference_page_have_entity_tags_and_ask_before_they_compress, async |app: TestApp| {
    for path in ["/docs/", "/docs/page.js", "/docs/page.css", "/docs/scalar.js", "/openapi.yaml", "/openapi.json"] {
        let get = |more: &str| {
            let text = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{more}\r\n");
            let app = &app;
            async move { String::from_utf8_lossy(&app.raw(text).await).into_owned() }
        };
        let header = |answer: &str, name: &str| {
            let (head, _) = answer.split_once("\r\n\r\n").expect("a head");
            let mut lines = head.lines().filter_map(|line| line.split_once(": "));
            lines.find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_owned())
        };
        // The second answer comes from the cache, and a compressed body may be ready by then.
        for accepted in ["", "Accept-Encoding: identity\r\n", "Accept-Encoding: gzip;q=0\r\n"] {
            get("Accept-Encoding: gzip, br, zstd\r\n").await;
            let answer = get(accepted).await;
            assert!(answer.starts_with("HTTP/1.1 200 "), "{path}");
            assert_eq!(header(&answer, "content-encoding"), None, "{path}");
            let tag = header(&answer, "etag").expect("a tag");
            let again = get(&format!("If-None-Match: {tag}\r\n")).await;
            assert!(again.starts_with("HTTP/1.1 304 "), "{path}: {again}");
            assert_eq!(header(&again, "etag"), Some(tag), "{path}");
        }
    }
});

api_test!(root_redirects_to_the_reference_page, async |app: TestApp| {
    assert_eq!(app.get("/").send().await.expect(302).location(), "/docs/");
});

/// The answer to `GET` of a file of the reference page, which the contract leaves out.
async fn docs(app: &TestApp, file: &str) -> String {
    let get = format!("GET /docs/{file} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    String::from_utf8_lossy(&app.raw(get).await).into_owned()
}

api_test!(unknown_file_of_the_reference_page_is_404, async |app: TestApp| {
    for path in ["nothing.js", "%2e%2e/Cargo.toml", "..%2f..%2fetc%2fpasswd"] {
        let answer = docs(&app, path).await;
        assert!(answer.starts_with("HTTP/1.1 404 "), "{path}: {answer}");
        assert!(answer.contains("\"code\":\"not_found\""), "{path}: {answer}");
    }
});

api_test!(every_response_has_the_security_headers, async |app: TestApp| {
    let editor = app.editor().await;
    let body = json!({ "name": "ليبيا" });
    let made = app.post("/api/v1/tags").as_user(&editor).json(&body).send().await.expect(201);
    let tag = made.location();
    let rename = json!({ "slug": "libya" });
    let rename = app.patch(&tag).as_user(&editor).if_match("*").merge_patch(&rename);
    let answers = [
        rename.send().await.expect(200),
        made,
        app.get("/api/v1/tags/slug/%D9%84%D9%8A%D8%A8%D9%8A%D8%A7").send().await.expect(301),
        app.options("/api/v1/tags").send().await.expect(204),
        app.delete(&tag).as_user(&editor).send().await.expect(204),
        app.head("/api/v1/tags").send().await.expect(200),
        app.get("/api/v1/tags/x").send().await.expect(400),
        app.get("/api/v1/comments").send().await.expect(401),
        app.get("/nowhere").send().await.expect(404),
        app.delete("/api/v1/tags").send().await.expect(405),
        app.get(&format!("/api/v1/tags/slug/{}", "x".repeat(13_000))).send().await.expect(414),
        app.get("/health/live").send().await.expect(200),
        app.get("/metrics").send().await.expect(200),
        app.get("/openapi.yaml").send().await.expect(200),
        app.get("/docs").send().await.expect(301),
    ];
    for answer in answers {
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{name} of a {}", answer.status);
        }
        assert!(answer.header("x-request-id").is_some());
        assert_eq!(answer.header("server"), None, "the software stays private");
    }
});
