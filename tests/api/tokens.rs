//! Access tokens: the corpus of forgeries, and malformed `Authorization` headers.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::Duration;
use maqal::clock::Clock;
use serde_json::Value;

use crate::support::TestApp;
use crate::support::answer::TestResponse;

#[path = "../../src/auth/tokens/forged/mod.rs"]
#[allow(clippy::unwrap_used, reason = "the unit tests' own, where it is allowed")]
mod forged;

use forged::Mint;

/// Makes all refusals equal to the byte, since `instance` holds the request id.
const REQUEST_ID: &str = "0b9cc3c1-5c62-4f4c-9a3f-9d9b6d0b4d10";

/// The unverified header or claims of a token.
fn part(token: &str, place: usize) -> Value {
    let part = token.split('.').nth(place).expect("a part of the token");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).expect("base64url")).expect("JSON")
}

/// A mint with the server's own key, for the admin's first session.
async fn mint(app: &TestApp) -> Mint {
    let token = app.admin().await.access_token;
    let (header, claims) = (part(&token, 0), part(&token, 1));
    assert_eq!((&claims["sub"], &claims["sid"]), (&"1".into(), &"1".into()), "the corpus's user");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let kid = text(&header["kid"]);
    let pem = std::fs::read_to_string(app.keys.join(format!("{kid}.pem"))).expect("the key");
    let now = app.clock.now().timestamp();
    Mint::new(&kid, &pem, &text(&claims["iss"]), &text(&claims["aud"]), now)
}

async fn with_headers(app: &TestApp, headers: &[&[u8]]) -> TestResponse {
    let request = app.get("/api/v1/auth/me").header("x-request-id", REQUEST_ID);
    headers
        .iter()
        .fold(request, |request, value| request.header("authorization", value))
        .send()
        .await
}

/// Asserts a 401 that reveals only that the token is invalid.
fn assert_invalid_token(answer: &TestResponse, case: &str) {
    assert_eq!(answer.status, 401, "{case}");
    answer.problem("invalid_token");
    let challenge = answer.header("www-authenticate");
    assert_eq!(challenge, Some("Bearer realm=\"maqal\", error=\"invalid_token\""), "{case}");
}

api_test!(token_in_the_servers_own_form_is_accepted, async |app: TestApp| {
    let mint = mint(&app).await;
    app.get("/api/v1/auth/me").bearer(&mint.good()).send().await.expect(200);
});

api_test!(every_forged_token_gets_the_same_401, async |app: TestApp| {
    let mint = mint(&app).await;
    let corpus = forged::forged(&mint);
    let total = corpus.len();
    let mut sent = 0;
    let mut first: Option<Vec<u8>> = None;
    for forgery in corpus {
        let value = format!("Bearer {}", forgery.token);
        let sendable = reqwest::header::HeaderValue::from_bytes(value.as_bytes()).is_ok();
        // A trailing space is not part of a header, so the token would be valid.
        if !sendable || value.len() > 16 * 1024 || forgery.token.ends_with(' ') {
            continue;
        }
        let answer = with_headers(&app, &[value.as_bytes()]).await;
        assert_invalid_token(&answer, &format!("{} ({})", forgery.name, forgery.reason));
        let body = first.get_or_insert_with(|| answer.body.clone());
        assert_eq!(*body, answer.body, "{} is told apart", forgery.name);
        sent += 1;
    }
    assert!(sent > 250 && sent + 15 > total, "only {sent} of {total} forgeries could be sent");
});

api_test!(bad_token_on_a_public_path_is_401, async |app: TestApp| {
    let mint = mint(&app).await;
    let forged = format!("{}x", mint.good());
    for path in ["/api/v1/articles", "/api/v1/articles/1", "/api/v1/articles/slug/x"] {
        assert_invalid_token(&app.get(path).bearer(&forged).send().await, path);
    }
});

api_test!(malformed_authorization_header_is_401, async |app: TestApp| {
    let good = app.admin().await.access_token;
    let bearer = format!("Bearer {good}");
    for scheme in ["bearer", "BEARER", "bEaReR"] {
        let value = format!("{scheme} {good}");
        with_headers(&app, &[value.as_bytes()]).await.expect(200);
    }
    let odd = [
        ("another scheme", "Basic YWRtaW46YWRtaW4=".to_owned()),
        ("the token without a scheme", good.clone()),
        ("the scheme without a token", "Bearer".into()),
        ("nothing", String::new()),
        ("two schemes", format!("Basic Bearer {good}")),
        ("two spaces", format!("Bearer  {good}")),
        ("a tab", format!("Bearer\t{good}")),
        ("a parameter behind", format!("Bearer {good}, realm=x")),
        ("a colon", format!("Bearer: {good}")),
        ("an underscore", format!("Bearer_{good}")),
        ("letters beyond ASCII", format!("Bearer {good}é")),
        ("Arabic", "Bearer مفتاح".into()),
        ("8 KiB", format!("Bearer {}", "a".repeat(8 * 1024))),
        ("8 KiB of dots", format!("Bearer {}", ".".repeat(8 * 1024))),
    ];
    for (case, value) in &odd {
        assert_invalid_token(&with_headers(&app, &[value.as_bytes()]).await, case);
    }
    assert_invalid_token(
        &with_headers(&app, &[b"Bearer \xff\xfe"]).await,
        "bytes that are no text",
    );
    assert_invalid_token(
        &with_headers(&app, &[bearer.as_bytes(), bearer.as_bytes()]).await,
        "two headers",
    );
    assert_invalid_token(
        &with_headers(&app, &[bearer.as_bytes(), b"Basic eDp5"]).await,
        "two, one of them good",
    );
});

api_test!(missing_token_is_401_without_an_error_in_the_challenge, async |app: TestApp| {
    let answer = app.get("/api/v1/auth/me").send().await.expect(401);
    answer.problem("unauthenticated");
    assert_eq!(answer.header("www-authenticate"), Some("Bearer realm=\"maqal\""));
});

api_test!(token_outside_the_authorization_header_is_ignored, async |app: TestApp| {
    let good = app.admin().await.access_token;
    let answer = app.get("/api/v1/auth/me").query(&[("access_token", good.as_str())]).send().await;
    answer.expect(401).problem("unauthenticated");
    let cookie = format!("access_token={good}");
    let answer = app.get("/api/v1/auth/me").header("cookie", cookie).send().await;
    answer.expect(401).problem("unauthenticated");
});

api_test!(access_token_expires_after_ten_minutes, async |app: TestApp| {
    let session = app.editor().await;
    let me = async || app.get("/api/v1/auth/me").as_user(&session).send().await;
    app.clock.advance(Duration::seconds(599));
    me().await.expect(200);
    // Clocks of instances may differ by five seconds.
    app.clock.advance(Duration::seconds(6));
    assert_invalid_token(&me().await, "605 seconds old");
});

api_test!(token_issued_in_the_future_is_401, async |app: TestApp| {
    let session = app.editor().await;
    app.clock.advance(Duration::seconds(-6));
    let answer = app.get("/api/v1/auth/me").as_user(&session).send().await;
    assert_invalid_token(&answer, "issued in six seconds");
});

api_test!(preview_token_as_access_token_is_401, async |app: TestApp| {
    let author = app.author().await;
    let made = app.article().create(&author).await;
    let path = format!("{}/preview-token", made.location());
    let token = app.post(&path).as_user(&author).send().await.expect(200).json();
    let token = token["token"].as_str().expect("a token");
    assert_invalid_token(&app.get("/api/v1/auth/me").bearer(token).send().await, "a preview token");
    let preview = app.get(&made.location()).query(&[("preview", &author.access_token)]);
    assert!(preview.send().await.status >= 400, "an access token is no preview token");
});
