//! Messages that end a connection, and bodies that no handler reads.

use super::{at_once, request};
use crate::cache::{article, warm};
use crate::support::TestApp;

/// Sends bytes and returns all responses until the server closes the connection, as text.
async fn to_end(app: &TestApp, bytes: impl Into<Vec<u8>>) -> String {
    String::from_utf8(app.raw(bytes).await).expect("text")
}

api_test!(invalid_host_is_a_400_problem, async |app: TestApp| {
    let path = article(&app, "خبر").await;
    warm(&app, &path).await;
    let next = request("GET /health/live", "Connection: close\r\n");
    for line in [format!("GET {path}"), "GET /health/live".into(), "POST /api/v1/tags".into()] {
        for hosts in [
            "Host: a b\r\n",
            "Host: x, y\r\n",
            "Host: u@x\r\n",
            "Host: x\r\nHost: x\r\n",
            "Host: x:port\r\n",
            "Host: x:99999\r\n",
            "Host:\r\n",
            "",
        ] {
            let sent = format!("{line} HTTP/1.1\r\n{hosts}\r\n{next}");
            let answer = to_end(&app, sent).await;
            assert!(answer.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{hosts}{answer}");
            assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{hosts}{answer}");
            for part in [
                "\r\ncontent-type: application/problem+json\r\n",
                "\r\nx-request-id: ",
                "\r\nconnection: close\r\n",
                "\"code\":\"bad_request\"",
            ] {
                assert!(answer.contains(part), "{part}: {answer}");
            }
        }
    }
});

api_test!(requests_after_connection_close_are_not_answered, async |app: TestApp| {
    let path = article(&app, "خبر").await;
    warm(&app, &path).await;
    for line in [format!("GET {path}"), format!("HEAD {path}"), "DELETE /api/v1/tags/1".into()] {
        let closing = request(&line, "Connection: keep-alive, Close\r\n");
        let answer = to_end(&app, closing + &request("GET /health/live", "")).await;
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{line}: {answer}");
        assert!(answer.contains("\r\nconnection: close\r\n"), "{line}: {answer}");
    }
});

api_test!(http_1_0_closes_unless_keep_alive_is_asked_for, async |app: TestApp| {
    let path = article(&app, "خبر").await;
    warm(&app, &path).await;
    for path in [path.as_str(), "/health/live"] {
        let kept = format!("GET {path} HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        let closed = format!("GET {path} HTTP/1.0\r\n\r\n");
        let answer = to_end(&app, [&*kept, &closed, &closed].concat()).await;
        assert_eq!(answer.matches("HTTP/1.1 200 OK").count(), 2, "{answer}");
        assert_eq!(answer.matches("\r\nconnection: keep-alive\r\n").count(), 1, "{answer}");
        assert_eq!(answer.matches("\r\nconnection: close\r\n").count(), 1, "{answer}");
    }
});

api_test!(head_after_post_has_no_body, async |app: TestApp| {
    let body = r#"{"name":"x"}"#;
    let post = request("POST /api/v1/tags", &format!("Content-Length: {}\r\n", body.len())) + body;
    let close = request("HEAD /health/live", "Connection: close\r\n");
    let requests = [post, request("HEAD /health/live", ""), close];
    let answers = at_once(&app, &requests).await;
    let statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses, [401, 200, 200]);
    assert_ne!(answers[1].header("content-length"), Some("0"));
    let refused = to_end(&app, "HEAD /health/live HTTP/1.1\r\nHost: a b\r\n\r\n").await;
    assert!(refused.starts_with("HTTP/1.1 400 ") && refused.ends_with("\r\n\r\n"), "{refused}");
});

api_test!(continue_is_sent_only_when_the_body_is_read, async |app: TestApp| {
    let token = app.editor().await.access_token;
    let body = r#"{"name":"ميناء"}"#;
    let headers = format!(
        "Content-Type: application/json\r\nContent-Length: {}\r\nExpect: 100-continue\r\n",
        body.len()
    );
    let refused = to_end(&app, request("POST /api/v1/tags", &headers)).await;
    assert!(refused.starts_with("HTTP/1.1 401 "), "{refused}");
    assert!(refused.contains("\r\nconnection: close\r\n"), "the body may follow: {refused}");
    let headers = format!("Authorization: Bearer {token}\r\nConnection: close\r\n{headers}");
    let read = to_end(&app, request("POST /api/v1/tags", &headers) + body).await;
    assert!(read.starts_with("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 "), "{read}");
});

api_test!(unread_body_is_skipped_if_short_and_closes_if_long, async |app: TestApp| {
    let last = request("GET /health/live", "Connection: close\r\n");
    let answers = async |headers: &str, body: &str| {
        let sent = request("POST /api/v1/tags", headers) + body + &last;
        let answer = to_end(&app, sent).await;
        assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");
        answer.matches("HTTP/1.1 ").count()
    };
    for (length, count) in [(1, 2), (60_000, 2), (70_000, 1)] {
        let headers = format!("Content-Length: {length}\r\n");
        assert_eq!(answers(&headers, &"x".repeat(length)).await, count, "{length}");
    }
    assert_eq!(answers("Transfer-Encoding: chunked\r\n", "1\r\nx\r\n0\r\n\r\n").await, 1);
});

api_test!(oversized_head_is_a_431_problem, async |app: TestApp| {
    let many: String = (0..200).map(|n| format!("X-{n}: x\r\n")).collect();
    let answer = to_end(&app, request("GET /health/live", &many)).await;
    assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
    assert!(answer.contains("\"code\":\"head_too_large\""), "{answer}");
});

api_test!(body_of_an_ignored_upgrade_is_not_read_as_a_request, async |app: TestApp| {
    let inner = request("GET /smuggled", "");
    let last = request("GET /health/live", "Connection: close\r\n");
    for (line, status) in [("GET /health/live", 200), ("POST /api/v1/auth/login", 415)] {
        for upgrade in [
            "Upgrade: websocket\r\n",
            "Upgrade: WebSocket\r\nConnection: upgrade\r\n",
            "Upgrade: h2c, websocket\r\nConnection: upgrade\r\n",
        ] {
            let headers = format!("{upgrade}Content-Length: {}\r\n", inner.len());
            let sent = request(line, &headers) + &inner + &last;
            let answer = to_end(&app, sent).await;
            assert_eq!(answer.matches("HTTP/1.1 ").count(), 2, "{upgrade}{answer}");
            assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{upgrade}{answer}");
            assert!(!answer.contains("404"), "{upgrade}{answer}");
        }
    }
    let login = request("POST /api/v1/auth/login", "Upgrade: websocket\r\nContent-Length: 2\r\n\
        Content-Type: application/json\r\nExpect: 100-continue\r\nConnection: close\r\n");
    let answer = to_end(&app, login + "{}").await;
    assert!(answer.starts_with("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 422 "), "{answer}");
});

api_test!(long_names_and_targets_are_refused_with_a_problem, async |app: TestApp| {
    let path = article(&app, "خبر").await;
    warm(&app, &path).await;
    for line in [format!("GET {path}"), "GET /health/live".into(), "POST /api/v1/tags".into()] {
        for length in [1_025, 65_535, 65_536, 100_000] {
            let answer = to_end(&app, request(&line, &format!("{}: b\r\n", "a".repeat(length)))).await;
            assert!(answer.starts_with("HTTP/1.1 431 "), "{line} {length}: {answer}");
            assert!(answer.contains("\"code\":\"head_too_large\""), "{length}: {answer}");
        }
    }
    for length in [13_000, 65_533, 65_534, 65_535, 65_536, 100_000] {
        let sent = request(&format!("GET /{}", "a".repeat(length)), "Connection: close\r\n");
        let answer = to_end(&app, sent).await;
        assert!(answer.starts_with("HTTP/1.1 414 "), "{length}: {answer}");
        assert!(answer.contains("\"code\":\"uri_too_long\""), "{length}: {answer}");
    }
});

api_test!(expect_is_a_list, async |app: TestApp| {
    for expect in [
        "Expect: 100-continue\r\n",
        "Expect: 100-Continue, 100-continue\r\n",
        "Expect: other\r\nExpect: 100-continue\r\n",
    ] {
        let headers = format!(
            "{expect}Content-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n"
        );
        let answer = to_end(&app, request("POST /api/v1/auth/login", &headers) + "{}").await;
        assert!(answer.starts_with("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 422 "), "{answer}");
    }
});

api_test!(options_of_the_server_is_204_with_allow, async |app: TestApp| {
    let answer = to_end(&app, request("OPTIONS *", "Connection: close\r\n")).await;
    assert!(answer.starts_with("HTTP/1.1 204 No Content\r\n"), "{answer}");
    assert!(answer.contains("\r\nallow: DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT\r\n"), "{answer}");
});
