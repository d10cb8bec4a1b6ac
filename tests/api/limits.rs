//! Limits on bodies, URIs and headers, enforced before any costly work. Those of bodies are derived from the
//! OpenAPI document.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::TestApp;

const TAGS: &str = "/api/v1/tags";

/// The longest that a refusal may take, on a busy machine.
const AT_ONCE: Duration = Duration::from_secs(3);

/// Sends a tag as an editor, with additional headers. Returns the raw response.
async fn send(app: &TestApp, headers: &str, body: &[u8]) -> String {
    let token = app.editor().await.access_token;
    let mut bytes = format!(
        "POST {TAGS} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\
         {headers}\r\n"
    )
    .into_bytes();
    bytes.extend_from_slice(body);
    let began = Instant::now();
    let answer = app.raw(bytes).await;
    assert!(began.elapsed() < AT_ONCE, "it took {:?}", began.elapsed());
    String::from_utf8(answer).expect("UTF-8")
}

fn is(answer: &str, status: u16, code: &str) {
    assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
    assert!(answer.contains(&format!("\"code\":\"{code}\"")), "{answer}");
}

/// A tag of exactly this many bytes.
fn body_of(bytes: usize) -> Vec<u8> {
    let mut body = br#"{"name":"x"}"#.to_vec();
    body.resize(bytes, b' ');
    body
}

api_test!(
    body_over_the_limit_is_413,
    |config| config.max_body_bytes = 1_024,
    async |app: TestApp| {
        let editor = app.editor().await;
        let post = |body: Vec<u8>| {
            app.post(TAGS).as_user(&editor).raw_body("application/json", body).send()
        };
        let refused = post(body_of(1_025)).await.expect(413).problem("content_too_large");
        assert!(refused["detail"].as_str().expect("text").contains("1024"), "{refused}");
        post(body_of(1_024)).await.expect(201);
    }
);

api_test!(
    chunked_body_over_the_limit_is_413,
    |config| config.max_body_bytes = 1_024,
    async |app: TestApp| {
        let headers = "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n";
        let mut chunks = Vec::new();
        for _ in 0..20 {
            chunks.extend_from_slice(b"64\r\n");
            chunks.extend_from_slice(&[b' '; 100]);
            chunks.extend_from_slice(b"\r\n");
        }
        chunks.extend_from_slice(b"0\r\n\r\n");
        is(&send(&app, headers, &chunks).await, 413, "content_too_large");
        let small = b"5\r\n{\"nam\r\n7\r\ne\":\"x\"}\r\n0\r\n\r\n";
        assert!(send(&app, headers, small).await.starts_with("HTTP/1.1 201 "));
    }
);

api_test!(content_length_over_the_limit_is_413_at_once, async |app: TestApp| {
    let headers = "Content-Type: application/json\r\nContent-Length: 99999999\r\n";
    is(&send(&app, headers, b"{").await, 413, "content_too_large");
});

api_test!(compressed_body_is_415, async |app: TestApp| {
    for encoding in ["gzip", "br", "deflate", "zstd", "gzip, br"] {
        let post = app.post(TAGS).as_user(&app.editor().await).header("content-encoding", encoding);
        let answer = post.raw_body("application/json", b"\x1f\x8b\x08".to_vec()).send().await;
        answer.expect(415).problem("encoded_body");
    }
});

api_test!(content_type_other_than_json_is_415, async |app: TestApp| {
    let editor = app.editor().await;
    let post = |kind: &str, name: &str| {
        let body = json!({ "name": name }).to_string();
        app.post(TAGS).as_user(&editor).raw_body(kind, body).send()
    };
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/merge-patch+json",
        "application/jsonx",
        "application/json; charset=windows-1256",
        "application/json;charset=\"utf-16\"",
        "",
        "json",
    ] {
        let refused = post(kind, "ليبيا").await.expect(415).problem("unsupported_media_type");
        assert!(
            refused["detail"].as_str().expect("text").contains("application/json"),
            "{refused}"
        );
    }
    let none = send(&app, "Content-Length: 12\r\n", br#"{"name":"x"}"#).await;
    is(&none, 415, "unsupported_media_type");
    for (n, kind) in [
        "application/json",
        "APPLICATION/JSON",
        "application/json; charset=utf-8",
        "application/json;Charset=\"UTF-8\"",
        "application/json ; odd=1",
    ]
    .into_iter()
    .enumerate()
    {
        post(kind, &format!("وسم {n}")).await.expect(201);
    }
    let patch = app.patch("/api/v1/tags/1").as_user(&editor).if_match("*");
    let patch = patch.raw_body("application/json-patch+json", "[]").send().await.expect(415);
    let detail = patch.problem("unsupported_media_type")["detail"].to_string();
    assert!(detail.contains("application/merge-patch+json"), "{detail}");
});

api_test!(uri_over_the_limit_is_414_at_once, async |app: TestApp| {
    let began = Instant::now();
    for length in [13_000, 60_000] {
        let query = format!("{TAGS}?q={}", "x".repeat(length));
        app.get(&query).send().await.expect(414).problem("uri_too_long");
        let path = format!("/api/v1/tags/slug/{}", "x".repeat(length));
        app.get(&path).send().await.expect(414).problem("uri_too_long");
    }
    assert!(began.elapsed() < AT_ONCE);
    let path = format!("/api/v1/tags/slug/{}", "%D9%84".repeat(1_000));
    app.get(&path).send().await.expect(404).problem("tag_not_found");
});

api_test!(oversized_header_section_is_4xx_and_others_are_served, async |app: TestApp| {
    let many: String = (0..5_000).map(|n| format!("X-Flood-{n}: x\r\n")).collect();
    let large = format!("X-Flood: {}\r\n", "x".repeat(300_000));
    let began = Instant::now();
    for flood in [many, large] {
        let head = format!("GET {TAGS} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{flood}\r\n");
        let answer = String::from_utf8(app.raw(head).await).expect("UTF-8");
        assert!(answer.starts_with("HTTP/1.1 4"), "{answer}");
    }
    assert!(began.elapsed() < AT_ONCE);
    app.get(TAGS).send().await.expect(200);
});

api_test!(malformed_request_is_400_and_others_are_served, async |app: TestApp| {
    for bytes in [
        &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"[..],
        b"GET\r\n\r\n",
        b"GET /api/v1/tags HTTP/9.9\r\nHost: x\r\n\r\n",
        b"GET /api/v1/tags HTTP/1.1\r\nHost: x\r\nBad Header: x\r\n\r\n",
        b"POST /api/v1/tags HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /api/v1/tags HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
        b"POST /api/v1/tags HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\
          \r\n\r\n0\r\n\r\n",
    ] {
        let answer = String::from_utf8_lossy(&app.raw(bytes).await).into_owned();
        assert!(answer.starts_with("HTTP/1.1 400 "), "{}: {answer}", bytes.escape_ascii());
    }
    app.get(TAGS).send().await.expect(200);
});

api_test!(
    anonymous_write_is_401_before_its_body_is_judged,
    |config| config.max_body_bytes = 64,
    async |app: TestApp| {
        for (kind, body) in [
            ("application/json", body_of(65)),
            ("text/plain", body_of(12)),
            ("application/json", Vec::new()),
        ] {
            let answer = app.post(TAGS).raw_body(kind, body).send().await;
            answer.expect(401).problem("unauthenticated");
        }
    }
);

api_test!(endless_body_is_answered_and_its_connection_closed, async |app: TestApp| {
    let editor = app.editor().await;
    for (token, status) in [("nobody", "401"), (editor.access_token.as_str(), "413")] {
        let mut bytes = format!(
            "POST {TAGS} HTTP/1.1\r\nHost: maqal\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        .into_bytes();
        for _ in 0..17 {
            bytes.extend(format!("10000\r\n{}\r\n", "x".repeat(65536)).into_bytes());
        }
        // Without a last chunk and `Connection: close`, the server must close the connection.
        let answer = String::from_utf8_lossy(&app.raw(bytes).await).into_owned();
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{answer}");
    }
});

/// The operations that declare a limit: method, path with ids, media type and limit.
fn limited(document: &Value) -> Vec<(String, String, String, usize)> {
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            let Some(content) = operation["requestBody"]["content"].as_object() else { continue };
            let Some(limit) = operation["x-max-body"].as_u64() else {
                let is_long = path.contains("/articles") || path.ends_with("/comment-settings");
                assert!(is_long, "{method} {path} declares no limit");
                continue;
            };
            let said = operation["responses"]["413"]["description"].as_str().expect("text");
            assert!(said.contains(&limit.to_string()), "{method} {path}: {said}");
            let kind = content.keys().next().expect("a media type").clone();
            let limit = usize::try_from(limit).expect("a size");
            all.push((method.to_uppercase(), path.replace("{id}", "1"), kind, limit));
        }
    }
    all
}

api_test!(declared_limit_of_an_operation_is_enforced, async |app: TestApp| {
    let admin = app.admin().await;
    app.article().published().create(&admin).await;
    app.tag("ليبيا").create(&admin).await;
    let document = app.get("/openapi.json").send().await.expect(200).json();
    let limited = limited(&document);
    for (path, limit) in [
        ("/api/v1/auth/login", 16 << 10),
        ("/api/v1/auth/refresh", 16 << 10),
        ("/api/v1/auth/password", 16 << 10),
        ("/api/v1/users", 16 << 10),
        ("/api/v1/tags", 16 << 10),
        ("/api/v1/comments/bulk", 16 << 10),
        ("/api/v1/articles/1/comments", 64 << 10),
        ("/api/v1/webmention", 64 << 10),
    ] {
        assert!(limited.iter().any(|one| one.1 == path && one.3 == limit), "{path}");
    }
    for (method, path, kind, limit) in limited {
        let method = reqwest::Method::from_bytes(method.as_bytes()).expect("a method");
        let send = |length: usize| {
            let request = app.request(method.clone(), &path).as_user(&admin).if_match("*");
            request.raw_body(&kind, vec![b' '; length]).send()
        };
        let refused = send(limit + 1).await.expect(413).problem("content_too_large");
        let detail = refused["detail"].as_str().expect("text");
        assert!(detail.contains(&limit.to_string()), "{method} {path}: {detail}");
        assert_ne!(send(limit).await.status, 413, "{method} {path}");
    }
});

api_test!(body_over_a_declared_limit_is_refused_before_it_arrives, async |app: TestApp| {
    let head = "POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
    let declared = format!("{head}Content-Length: 1000000\r\n\r\n");
    let answer = String::from_utf8(app.raw(declared).await).expect("UTF-8");
    is(&answer, 413, "content_too_large");
    assert!(answer.contains("16384"), "{answer}");
    // A client that waits for leave to send it never sends it.
    let waits = format!("{head}Expect: 100-continue\r\nContent-Length: 1000000\r\n\r\n");
    let answer = String::from_utf8(app.raw(waits).await).expect("UTF-8");
    is(&answer, 413, "content_too_large");
    let mut chunked = format!("{head}Transfer-Encoding: chunked\r\n\r\n").into_bytes();
    for _ in 0..9 {
        chunked.extend(format!("800\r\n{}\r\n", " ".repeat(0x800)).into_bytes());
    }
    is(&String::from_utf8(app.raw(chunked).await).expect("UTF-8"), 413, "content_too_large");
});

api_test!(longest_valid_comment_fits_with_every_letter_escaped, async |app: TestApp| {
    let article = app.article().published().create(&app.editor().await).await.location();
    let body = "\\u0645\\u0648 ".repeat(3_333);
    let text = format!(
        r#"{{"author_name":"{}","author_email":"salem@reader.example","body":"{body}"}}"#,
        "\\u0645".repeat(100)
    );
    let request = app.post(&format!("{article}/comments")).raw_body("application/json", text);
    request.send().await.expect(202);
});
