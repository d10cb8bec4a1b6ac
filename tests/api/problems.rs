//! Problem documents: shape, language and JSON pointers.

use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::answer::TestResponse;

const TAGS: &str = "/api/v1/tags";

/// Posts text as a tag, in the type of JSON.
async fn post_text(app: &TestApp, text: impl Into<Vec<u8>>) -> TestResponse {
    let editor = app.editor().await;
    app.post(TAGS).as_user(&editor).raw_body("application/json", text).send().await
}

/// Pointers and codes of a problem's violations, sorted.
fn codes(problem: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let errors = problem["errors"].as_array().expect("errors");
    let mut codes: Vec<_> =
        errors.iter().map(|error| (text(&error["pointer"]), text(&error["code"]))).collect();
    codes.sort();
    codes
}

api_test!(problem_has_type_status_and_instance, async |app: TestApp| {
    let answer = app.get("/api/v1/tags/7").send().await.expect(404);
    let problem = answer.problem("tag_not_found");
    assert_eq!(problem["type"], "urn:maqal:problem:tag_not_found");
    assert_eq!((&problem["status"], problem.get("errors")), (&json!(404), None));
    let id = answer.header("x-request-id").expect("an id");
    assert_eq!(problem["instance"], format!("urn:maqal:request:{id}"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
});

api_test!(problem_is_in_the_negotiated_language, async |app: TestApp| {
    let mut titles = Vec::new();
    for (accept, lang) in [
        (None, "en"),
        (Some("ar"), "ar"),
        (Some("fr-CA, en;q=0.8"), "fr"),
        (Some("de, ar-EG;q=0.2, fr;q=0.1"), "ar"),
        (Some("de"), "en"),
        (Some("*"), "en"),
        (Some(""), "en"),
        (Some("ar;q=0"), "en"),
        (Some("ar;q=nonsense, fr"), "fr"),
        (Some("../../etc/passwd, fr;q=0.1"), "fr"),
    ] {
        let mut request = app.get("/api/v1/tags/7");
        if let Some(accept) = accept {
            request = request.accept_language(accept);
        }
        let answer = request.send().await.expect(404);
        let problem = answer.problem("tag_not_found");
        assert_eq!(answer.header("content-language"), Some(lang), "{accept:?}");
        assert!(answer.header("vary").expect("Vary").contains("Accept-Language"));
        titles.push((lang, problem["title"].as_str().expect("a title").to_owned()));
    }
    for (lang, word) in [("ar", "الوسم"), ("en", "Tag"), ("fr", "tiquette")] {
        for (_, title) in titles.iter().filter(|(of, _)| *of == lang) {
            assert!(title.contains(word), "{lang}: {title}");
        }
    }
    let many = (0..5_000).map(|n| format!("x{n};q=0.5,")).collect::<String>();
    app.get(TAGS).accept_language(&many).send().await.expect(200);
});

api_test!(validation_errors_are_translated_to_arabic, async |app: TestApp| {
    let editor = app.editor().await;
    let post = app.post(TAGS).as_user(&editor).accept_language("ar").json(&json!({ "x": 1 }));
    let problem = post.send().await.expect(422).invalid(&["/name", "/x"]);
    for error in problem["errors"].as_array().expect("errors") {
        let detail = error["detail"].as_str().expect("text");
        assert!(detail.chars().any(|c| ('\u{620}'..='\u{64a}').contains(&c)), "{detail}");
        assert!(!detail.contains("invalid-"), "a message that isn't there: {detail}");
    }
    let query = app.get(TAGS).query(&[("limit", "0")]).accept_language("ar").send().await;
    let detail = query.expect(400).problem("invalid_parameter")["detail"].to_string();
    assert!(detail.contains("limit") && detail.contains("100"), "{detail}");
});

api_test!(valid_request_id_is_kept, async |app: TestApp| {
    for id in ["a", "0198c1f2-7d1e-7e9a-b1d5-3f0c1e2d3a4b", "trace:1.2_3", &"x".repeat(128)] {
        let answer = app.get("/nowhere").header("x-request-id", id).send().await.expect(404);
        assert_eq!(answer.header("x-request-id"), Some(id));
        let problem = answer.problem("not_found");
        assert_eq!(problem["instance"], format!("urn:maqal:request:{id}"));
        let fine = app.get("/health/live").header("x-request-id", id).send().await.expect(200);
        assert_eq!(fine.header("x-request-id"), Some(id));
    }
});

api_test!(invalid_request_id_is_replaced, async |app: TestApp| {
    let long = "x".repeat(129);
    let mut made = std::collections::HashSet::new();
    for id in [
        None,
        None,
        Some(&b""[..]),
        Some(long.as_bytes()),
        Some(b"two words"),
        Some(b"tab\there"),
        Some("\u{644}".as_bytes()),
        Some(b"<script>"),
        Some(b"\"}"),
        Some(b"\xff"),
    ] {
        let mut request = app.get("/health/live");
        if let Some(id) = id {
            request = request.header("x-request-id", id);
        }
        let answer = request.send().await.expect(200);
        let answered = answer.header("x-request-id").expect("an id").to_owned();
        assert!(answered.len() >= 16 && Some(answered.as_bytes()) != id, "{answered}");
        assert!(made.insert(answered.clone()), "{answered} was given twice");
    }
});

api_test!(unknown_path_is_404_for_every_method, async |app: TestApp| {
    for path in ["/api", "/api/v1", "/api/v2/tags", "/api/v1/tags/", "/api/v1//tags", "/%00"] {
        for request in [app.get(path), app.post(path), app.delete(path), app.put(path)] {
            request.send().await.expect(404).problem("not_found");
        }
    }
});

api_test!(unsupported_method_is_405_with_allow, async |app: TestApp| {
    for (path, allow) in [
        ("/api/v1/tags", "GET, HEAD, OPTIONS, POST"),
        ("/api/v1/tags/1", "DELETE, GET, HEAD, OPTIONS, PATCH, PUT"),
        ("/api/v1/tags/slug/x", "GET, HEAD, OPTIONS"),
        ("/api/v1/tags/1/merge", "OPTIONS, POST"),
        ("/api/v1/articles/1/comment-settings", "DELETE, GET, HEAD, OPTIONS, PATCH, PUT"),
        ("/health/live", "GET, HEAD, OPTIONS"),
        ("/openapi.json", "GET, HEAD, OPTIONS"),
    ] {
        let method = reqwest::Method::from_bytes(b"PROPFIND").expect("a method");
        let answer = app.request(method, path).send().await.expect(405);
        answer.problem("method_not_allowed");
        assert_eq!(answer.header("allow"), Some(allow), "{path}");
        let options = app.options(path).send().await.expect(204);
        assert_eq!(options.header("allow"), Some(allow), "{path}");
        assert!(options.body.is_empty());
    }
    let answer = app.delete(TAGS).accept_language("en").send().await.expect(405);
    assert!(answer.problem("method_not_allowed")["detail"].to_string().contains("DELETE"));
    app.get("/api/v1/tags/1/merge").send().await.expect(405);
    app.head("/api/v1/tags/1/merge").send().await.expect(405);
    app.options("/nowhere").send().await.expect(404).problem("not_found");
});

api_test!(malformed_json_is_400, async |app: TestApp| {
    for text in [
        &b""[..],
        b" ",
        b"{",
        b"{\"name\":\"x\"",
        b"{\"name\":\"x\"} x",
        b"{\"name\":\"x\"}{}",
        b"{name:\"x\"}",
        b"{'name':'x'}",
        b"{\"name\":\"x\",}",
        b"{\"name\":NaN}",
        b"{\"name\":\"\\ud800\"}",
        b"{\"name\":\"\xff\"}",
        b"{\"name\":\"a\nb\"}",
        b"name=x",
    ] {
        let shown = String::from_utf8_lossy(text);
        let answer = post_text(&app, text).await;
        assert_eq!(answer.status, 400, "{shown}");
        answer.problem("malformed_json");
    }
});

api_test!(hundred_thousand_levels_of_json_are_400, async |app: TestApp| {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let deep = format!("{}1{}", open.repeat(100_000), close.repeat(100_000));
        let request = app.post("/api/v1/articles").as_user(&app.editor().await);
        let answer = request.raw_body("application/json", deep).send().await.expect(400);
        answer.problem("malformed_json");
    }
    let nested = format!("{{\"name\":{}{}}}", "[".repeat(100), "]".repeat(100));
    post_text(&app, nested).await.expect(422).invalid(&["/name"]);
});

api_test!(json_other_than_an_object_is_422, async |app: TestApp| {
    for text in ["null", "true", "7", "\"name\"", "[]", "[{\"name\":\"x\"}]"] {
        let problem = post_text(&app, text).await.expect(422).invalid(&[""]);
        assert_eq!(codes(&problem), [(String::new(), "wrong_type".into())], "{text}");
    }
});

api_test!(all_violations_are_reported_with_their_pointers, async |app: TestApp| {
    let editor = app.editor().await;
    let body = json!({
        "title": "",
        "body": 7,
        "tags": ["ليبيا", "", 3],
        "credits": [{ "name": "وكالة", "role": "agency" }, { "role": "spy", "url": "ftp://x" }],
        "cover": { "alt": "بلا عنوان" },
        "version": 1,
        "a/b~c": 1,
    });
    let answer = app.post("/api/v1/articles").as_user(&editor).json(&body).send().await;
    let problem = answer.expect(422).problem("unprocessable");
    let codes = codes(&problem);
    for (pointer, code) in [
        ("/title", "empty"),
        ("/body", "wrong_type"),
        ("/tags/1", "empty"),
        ("/tags/2", "wrong_type"),
        ("/credits/1/name", "required"),
        ("/credits/1/role", "not_one_of"),
        ("/credits/1/url", "invalid_url"),
        ("/cover/url", "required"),
        ("/version", "read_only"),
        ("/a~1b~0c", "unknown_field"),
    ] {
        assert!(codes.contains(&(pointer.into(), code.into())), "{pointer} {code}: {codes:?}");
    }
    let places: std::collections::HashSet<_> = codes.iter().map(|(pointer, _)| pointer).collect();
    assert_eq!(places.len(), 10, "{codes:?}");
});

api_test!(nul_character_in_any_field_is_422, async |app: TestApp| {
    let editor = app.editor().await;
    let body = json!({
        "title": "a\0b", "body": "نصّ", "tags": ["x", "\0"], "metadata": { "a/b": { "~": ["\0"] } },
    });
    let answer = app.post("/api/v1/articles").as_user(&editor).json(&body).send().await;
    let problem = answer.expect(422).invalid(&["/title", "/tags/1", "/metadata/a~1b/~0/0"]);
    assert!(codes(&problem).iter().all(|(_, code)| code == "nul_character"));
    let key = json!({ "title": "x", "body": "y", "metadata": { "\0": 1 } });
    let answer = app.post("/api/v1/articles").as_user(&editor).json(&key).send().await;
    answer.expect(422).invalid(&["/metadata"]);
    for path in ["/api/v1/tags?q=%00", "/api/v1/tags?q=a%00b", "/api/v1/articles?tag=%00"] {
        app.get(path).send().await.expect(400).problem("invalid_parameter");
    }
    app.get("/api/v1/tags/slug/%00").send().await.expect(404);
    app.get("/api/v1/articles/slug/a%00b").send().await.expect(404);
});

api_test!(invalid_utf8_in_a_url_does_not_crash, async |app: TestApp| {
    for path in ["/api/v1/tags/slug/%FF", "/api/v1/articles/slug/%C3%28"] {
        let answer = app.get(path).send().await;
        assert!([400, 404].contains(&answer.status), "{path}: {}", answer.status);
    }
    for path in ["/api/v1/tags?q=%FF%FE", "/api/v1/tags?q=%", "/api/v1/tags?q=%ZZ&&&"] {
        let answer = app.get(path).send().await;
        assert!([200, 400].contains(&answer.status), "{path}: {}", answer.status);
    }
});

api_test!(unknown_or_invalid_query_parameter_is_400_and_named, async |app: TestApp| {
    for (query, name) in [("colour=blue", "colour"), ("Sort=name", "Sort"), ("q[]=x", "q[]")] {
        let answer = app.get(&format!("{TAGS}?{query}")).accept_language("en").send().await;
        let problem = answer.expect(400).problem("unknown_parameter");
        assert!(problem["detail"].as_str().expect("text").contains(name), "{problem}");
    }
    for query in ["sort=size", "limit=many", "total=maybe", "q=a&q=b", "limit=1&limit=1"] {
        let answer = app.get(&format!("{TAGS}?{query}")).accept_language("en").send().await;
        let problem = answer.expect(400).problem("invalid_parameter");
        let name = query.split('=').next().expect("a name");
        assert!(problem["detail"].as_str().expect("text").contains(name), "{problem}");
    }
    app.get("/api/v1/tags/1?x=1").send().await.expect(400).problem("unknown_parameter");
    app.get("/api/v1/articles?tag=a&tag=b").send().await.expect(200);
    app.get("/openapi.json?x=1").send().await.expect(400).problem("unknown_parameter");
});

api_test!(at_most_a_hundred_violations_are_reported, async |app: TestApp| {
    let fields: serde_json::Map<_, _> = (0..1_000).map(|n| (format!("f{n}"), json!(0))).collect();
    let answer = app.post("/api/v1/auth/login").json(&json!(fields)).send().await.expect(422);
    let reported = answer.json()["errors"].as_array().expect("errors").len();
    assert!((1..=100).contains(&reported), "{reported} violations are reported");
});

api_test!(missing_required_parameter_is_named, async |app: TestApp| {
    let admin = app.admin().await;
    for (request, name) in [
        (app.get("/api/v1/search"), "q"),
        (app.get("/api/v1/search?lang=ar&limit=3"), "q"),
        (app.get("/api/v1/search/suggest"), "q"),
        (app.get("/api/v1/search/suggest?limit=3"), "q"),
        (app.get("/api/v1/comments/export"), "email"),
        (app.delete("/api/v1/comments/personal-data"), "email"),
    ] {
        let answer = request.as_user(&admin).accept_language("en").send().await.expect(400);
        let problem = answer.problem("invalid_parameter");
        let detail = problem["detail"].as_str().expect("text");
        assert!(detail.contains(&format!("“{name}”")), "{detail}");
        assert!(detail.contains("This field is required."), "{detail}");
    }
});
