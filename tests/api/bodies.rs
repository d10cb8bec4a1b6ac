//! The forms of request bodies: their headers, optional ones, repeated names and exact numbers.

use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::answer::TestResponse;

/// Sends a request as an editor, with any headers and bytes. Returns the raw response.
async fn raw(app: &TestApp, method: &str, path: &str, headers: &str, body: &[u8]) -> String {
    let token = app.editor().await.access_token;
    let mut bytes = format!(
        "{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\
         Authorization: Bearer {token}\r\n{headers}\r\n"
    )
    .into_bytes();
    bytes.extend_from_slice(body);
    String::from_utf8(app.raw(bytes).await).expect("UTF-8")
}

fn is(answer: &str, status: u16) {
    assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
}

async fn post_text(app: &TestApp, path: &str, text: impl Into<String>) -> TestResponse {
    let editor = app.editor().await;
    let request = app.post(path).as_user(&editor).accept_language("en");
    request.raw_body("application/json", text.into()).send().await
}

/// The pointers and codes of the violations, in their order.
fn codes(problem: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let errors = problem["errors"].as_array().expect("errors").iter();
    errors.map(|error| (text(&error["pointer"]), text(&error["code"]))).collect()
}

api_test!(optional_body_may_be_empty_or_null, async |app: TestApp| {
    let json = "Content-Type: application/json\r\n";
    let chunked = "Transfer-Encoding: chunked\r\n";
    for (headers, body) in [
        (String::new(), &b""[..]),
        ("Content-Length: 0\r\n".into(), b""),
        (format!("{json}Content-Length: 0\r\n"), b""),
        (chunked.into(), b"0\r\n\r\n"),
        (format!("{json}{chunked}"), b"0\r\n\r\n"),
        (format!("Content-Type: text/plain\r\n{chunked}"), b"0\r\n\r\n"),
        (format!("{json}{chunked}"), b"2\r\n \n\r\n0\r\n\r\n"),
        (format!("{json}Content-Length: 3\r\n"), b" \r\n"),
        (format!("{json}Content-Length: 4\r\n"), b"null"),
        (format!("{json}Content-Length: 6\r\n"), b" null\n"),
        (format!("{json}{chunked}"), b"2\r\nnu\r\n2\r\nll\r\n0\r\n\r\n"),
        (format!("{json}Content-Length: 2\r\n"), b"{}"),
        (format!("{json}Content-Encoding: identity\r\nContent-Length: 2\r\n"), b"{}"),
    ] {
        let path = app.article().create(&app.editor().await).await.location();
        let answer = raw(&app, "POST", &format!("{path}/publish"), &headers, body).await;
        is(&answer, 200);
        assert!(answer.contains("\"status\":\"published\""), "{headers} {answer}");
    }
    let path = format!("{}/publish", app.article().create(&app.editor().await).await.location());
    for (headers, body, status) in [
        ("Content-Length: 2\r\n", &b"{}"[..], 415),
        ("Content-Type: text/plain\r\nContent-Length: 4\r\n", b"null", 415),
        ("Content-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n", b"{}", 415),
        ("Content-Type: application/json\r\nContent-Length: 5\r\n", b"nulll", 400),
        ("Content-Type: application/json\r\nContent-Length: 5\r\n", b"false", 422),
        ("Content-Type: application/json\r\nContent-Length: 2\r\n", b"\"\"", 422),
    ] {
        is(&raw(&app, "POST", &path, headers, body).await, status);
    }
    is(&raw(&app, "POST", "/api/v1/tags", "Content-Type: application/json\r\nContent-Length: 0\r\n", b"").await, 400);
    post_text(&app, "/api/v1/tags", "null").await.expect(422).invalid(&[""]);
});

api_test!(uncoded_body_may_say_so, async |app: TestApp| {
    let editor = app.editor().await;
    for (n, coding) in ["identity", "Identity", "IDENTITY", "", " ", "identity, identity", ","].iter().enumerate() {
        let request = app.post("/api/v1/tags").as_user(&editor).header("content-encoding", coding);
        request.json(&json!({ "name": format!("وسم {n}") })).send().await.expect(201);
    }
    for coding in ["gzip", "identity, gzip", "x-identity", "aws-chunked", "none"] {
        let request = app.post("/api/v1/tags").as_user(&editor).header("content-encoding", coding);
        let answer = request.json(&json!({ "name": "مضغوط" })).send().await.expect(415);
        answer.problem("encoded_body");
    }
    let two = app.post("/api/v1/tags").as_user(&editor).header("content-encoding", "identity");
    let two = two.header("content-encoding", "br").json(&json!({ "name": "x" })).send().await;
    two.expect(415).problem("encoded_body");
});

api_test!(utf8_may_have_any_of_its_names, async |app: TestApp| {
    let editor = app.editor().await;
    let utf8 = [
        "utf-8", "UTF-8", "utf8", "UTF8", "\"UTF-8\"", "\"utf8\"", "Utf-8", "unicode-1-1-utf-8", "us-ascii",
    ];
    for (n, charset) in utf8.iter().enumerate() {
        let kind = format!("application/json; charset={charset}");
        let body = json!({ "name": format!("وسم {n}") }).to_string();
        let tag = app.post("/api/v1/tags").as_user(&editor).raw_body(&kind, body).send().await;
        let path = tag.expect(201).location();
        for kind in ["application/merge-patch+json", "application/json"] {
            let kind = format!("{kind} ; Charset={charset}");
            let patch = app.patch(&path).as_user(&editor).if_match("*");
            let body = json!({ "description": format!("وصف {n}") }).to_string();
            patch.raw_body(&kind, body).send().await.expect(200);
        }
    }
    for charset in ["utf-16", "windows-1256", "iso-8859-6", "utf-7", "\"\"", "utf-8x", "unknown"] {
        let kind = format!("application/json; charset={charset}");
        let post = app.post("/api/v1/tags").as_user(&editor).raw_body(&kind, "{\"name\":\"x\"}");
        post.send().await.expect(415).problem("unsupported_media_type");
    }
    for kind in ["text/json", "application/vnd.api+json", "application/x-json"] {
        let post = app.post("/api/v1/tags").as_user(&editor).raw_body(kind, "{\"name\":\"x\"}");
        post.send().await.expect(415).problem("unsupported_media_type");
    }
});

api_test!(forms_of_other_sites_may_say_utf8_and_identity, async |app: TestApp| {
    let article = app.article().published().create(&app.editor().await).await;
    let form = "application/x-www-form-urlencoded";
    for charset in ["", "; charset=utf8", ";charset=UTF-8", "; charset=\"Utf-8\""] {
        let kind = format!("{form}{charset}");
        for path in ["/api/v1/webmention".to_owned(), format!("{}/trackback", article.location())] {
            let request = app.post(&path).header("content-encoding", "identity");
            // The form is read, and then its content is refused.
            let answer = request.raw_body(&kind, "source=x&target=y").send().await;
            assert!([200, 400].contains(&answer.status), "{path} {kind}: {}", answer.status);
            let coded = app.post(&path).header("content-encoding", "gzip").raw_body(&kind, "a=b");
            coded.send().await.expect(415).problem("encoded_body");
        }
    }
    let other = app.post("/api/v1/webmention").raw_body("application/x-www-form-urlencoded; charset=utf-16", "a=b");
    other.send().await.expect(415).problem("unsupported_media_type");
});

api_test!(repeated_name_in_any_body_is_422_at_its_pointer, async |app: TestApp| {
    let (admin, editor) = (app.admin().await, app.editor().await);
    let article = app.article().create(&editor).await.location();
    let tag = app.tag("ليبيا").create(&editor).await.location();
    for (method, path, text, pointer) in [
        ("POST", "/api/v1/articles", r#"{"title":"x","title":"y"}"#, "/title"),
        ("POST", "/api/v1/articles", r#"{"title":"x","t\u0069tle":"x"}"#, "/title"),
        ("POST", "/api/v1/articles", r#"{"title":"x","metadata":{"a":{"b":1,"b":1}}}"#, "/metadata/a/b"),
        ("POST", "/api/v1/articles", r#"{"title":"x","metadata":{"a":[{"k":1},{"k":1,"k":2}]}}"#, "/metadata/a/1/k"),
        ("POST", "/api/v1/articles", r#"{"title":"x","credits":[{"name":"a","role":"author","name":"b"}]}"#, "/credits/0/name"),
        ("PUT", &article, r#"{"title":"x","body":"a","body":"b"}"#, "/body"),
        ("PATCH", &article, r#"{"metadata":{"a":1},"metadata":{"b":2}}"#, "/metadata"),
        ("PATCH", &article, r#"{"seo":{"title":"a","title":null}}"#, "/seo/title"),
        ("POST", &format!("{article}/publish"), r#"{"at":"2026-01-01T00:00:00Z","at":null}"#, "/at"),
        ("PUT", &format!("{article}/comment-settings"), r#"{"comments":"open","comments":"closed"}"#, "/comments"),
        ("PATCH", "/api/v1/comment-settings", r#"{"max_links":1,"max_links":2}"#, "/max_links"),
        ("PATCH", &tag, r#"{"name":"a","name":"b"}"#, "/name"),
        ("POST", &format!("{tag}/merge"), r#"{"into":1,"into":2}"#, "/into"),
        ("POST", "/api/v1/comments/bulk", r#"{"ids":[1],"status":"spam","status":"approved"}"#, "/status"),
        ("POST", "/api/v1/users", r#"{"role":"author","role":"admin"}"#, "/role"),
        ("PATCH", "/api/v1/auth/me", r#"{"name":"a","name":"b"}"#, "/name"),
        ("POST", "/api/v1/auth/login", r#"{"email":"a","email":"b","password":"c"}"#, "/email"),
        ("POST", "/api/v1/auth/refresh", r#"{"refresh_token":"a","refresh_token":"b"}"#, "/refresh_token"),
    ] {
        let method = reqwest::Method::from_bytes(method.as_bytes()).expect("a method");
        let request = app.request(method, path).as_user(&admin).if_match("*");
        let answer = request.raw_body("application/json", text).send().await.expect(422);
        let found = codes(&answer.problem("unprocessable"));
        assert!(found.contains(&(pointer.into(), "repeated_name".into())), "{text}: {found:?}");
    }
    let shown = app.get(&article).as_user(&editor).send().await.expect(200).json();
    assert_eq!(shown["version"], 1, "nothing was changed");
});

api_test!(exact_numbers_of_metadata_keep_their_value, async |app: TestApp| {
    let editor = app.editor().await;
    let text = r#"{"title":"خبر","metadata":{"i":9223372036854775807,"u":18446744073709551615,
        "n":-9223372036854775808,"f":0.1,"g":32.8872094,"w":1.0,"one":1,"e":1E2,"z":-0,
        "max":1.7976931348623157e308,"min":5e-324,"big":1e22,"deep":[[{"x":0.30000000000000004}]]}}"#;
    let made = post_text(&app, "/api/v1/articles", text).await.expect(201);
    let path = made.location();
    let expected = |body: &str| {
        for part in [
            "\"i\":9223372036854775807,", "\"u\":18446744073709551615,", "\"n\":-9223372036854775808,",
            "\"f\":0.1,", "\"g\":32.8872094,", "\"w\":1.0,", "\"one\":1,", "\"e\":100.0,", "\"z\":-0.0,",
            "\"max\":1.7976931348623157e+308,", "\"min\":5e-324,", "\"big\":1e+22,", "0.30000000000000004",
        ] {
            assert!(body.contains(part), "{part}: {body}");
        }
    };
    expected(made.text());
    let shown = app.get(&path).as_user(&editor).send().await.expect(200);
    expected(shown.text());
    let patch = app.patch(&path).as_user(&editor).if_match(&shown.etag());
    let patch = patch.raw_body("application/json", r#"{"metadata":{"new":0.7}}"#).send().await;
    expected(patch.expect(200).text());
    let revision = app.get(&format!("{path}/revisions/2")).as_user(&editor).send().await;
    expected(revision.expect(200).text());
    let restored = app.post(&format!("{path}/revisions/1/restore")).as_user(&editor).send().await;
    expected(restored.expect(200).text());
    let again = app.get(&path).as_user(&editor).send().await.expect(200);
    assert_eq!(again.json()["metadata"], shown.json()["metadata"]);
});

api_test!(inexact_number_anywhere_is_422_at_its_pointer, async |app: TestApp| {
    let editor = app.editor().await;
    let path = app.article().with("metadata", json!({ "kept": 1 })).create(&editor).await.location();
    for number in [
        "1e400", "-1e400", "1e-400", "0.1000000000000000055", "12345678901234567890123",
        "18446744073709551616", "-9223372036854775809", "9007199254740993.5",
        "1.00000000000000000001", "3.14159265358979323846", "1e99999999999999999999",
    ] {
        let problem = post_text(&app, "/api/v1/articles",
            format!(r#"{{"title":"x","metadata":{{"ok":1,"a/b":[0,{{"n":{number}}}]}}}}"#)).await.expect(422);
        let found = codes(&problem.problem("unprocessable"));
        assert_eq!(found, [("/metadata/a~1b/1/n".into(), "inexact_number".into())], "{number}");
        let patch = app.patch(&path).as_user(&editor).if_match("*");
        let patch = patch.raw_body("application/merge-patch+json", format!(r#"{{"metadata":{{"kept":{number}}}}}"#));
        patch.send().await.expect(422).invalid(&["/metadata/kept"]);
        let cover = format!(r#"{{"title":"x","cover":{{"url":"https://a.example/1","width":{number}}}}}"#);
        let found = codes(&post_text(&app, "/api/v1/articles", cover).await.expect(422).json());
        assert!(found.contains(&("/cover/width".into(), "inexact_number".into())), "{found:?}");
    }
    let shown = app.get(&path).as_user(&editor).send().await.expect(200).json();
    assert_eq!((&shown["metadata"], &shown["version"]), (&json!({ "kept": 1 }), &json!(1)));
});

api_test!(violations_of_all_kinds_are_reported_together, async |app: TestApp| {
    let text = r#"{"title":"a\u0000b","title":"c\u0000","lang":"!","body":7,"colour":1,
        "tags":["x\u0000",""],"metadata":{"n":0.1000000000000000055,"k":1,"k":2}}"#;
    let problem = post_text(&app, "/api/v1/articles", text).await.expect(422);
    let mut found = codes(&problem.problem("unprocessable"));
    found.sort();
    let expected = [
        ("/body", "wrong_type"), ("/colour", "unknown_field"), ("/lang", "too_short"),
        ("/metadata/k", "repeated_name"), ("/metadata/n", "inexact_number"), ("/tags/0", "nul_character"),
        ("/tags/1", "empty"), ("/title", "nul_character"), ("/title", "nul_character"),
        ("/title", "repeated_name"),
    ];
    for (pointer, code) in expected {
        assert!(found.contains(&(pointer.into(), code.into())), "{pointer} {code}: {found:?}");
    }
});

api_test!(long_pointers_do_not_inflate_the_answer, async |app: TestApp| {
    let name = "n".repeat(200_000);
    let numbers = vec!["1e400"; 200].join(",");
    let text = format!(r#"{{"title":"x","metadata":{{"{name}":[{numbers}]}}}}"#);
    let answer = post_text(&app, "/api/v1/articles", text).await.expect(422);
    assert!(answer.body.len() < 1 << 20, "{}", answer.body.len());
    let deep = format!("{}{numbers}{}", "[".repeat(5_000), "]".repeat(5_000));
    post_text(&app, "/api/v1/articles", deep).await.expect(400).problem("malformed_json");
});

api_test!(byte_order_mark_before_a_body_is_skipped, async |app: TestApp| {
    let body = "{\"title\":\"خبر\",\"body\":\"نص\"}";
    for (marks, status) in [("\u{feff}", 201), ("\u{feff}\u{feff}", 400)] {
        let text = format!("{marks}{body}");
        let headers = format!("Content-Type: application/json\r\nContent-Length: {}\r\n", text.len());
        is(&raw(&app, "POST", "/api/v1/articles", &headers, text.as_bytes()).await, status);
    }
});

api_test!(names_that_the_parser_reserves_are_refused, async |app: TestApp| {
    let inner = r#"{\"title\":\"a\",\"title\":\"b\",\"body\":\"x\"}"#;
    for kind in ["RawValue", "Number"] {
        let name = format!("$serde_json::private::{kind}");
        for (text, pointer) in [
            (format!(r#"{{"{name}":"{inner}"}}"#), format!("/{name}")),
            (
                format!(r#"{{"title":"t","metadata":{{"{name}":"{{\"a\":1,\"a\":2}}"}}}}"#),
                format!("/metadata/{name}"),
            ),
        ] {
            let problem = post_text(&app, "/api/v1/articles", text).await.expect(422);
            let expected = (pointer, "unknown_field".to_owned());
            assert_eq!(codes(&problem.problem("unprocessable")), [expected]);
        }
    }
});
