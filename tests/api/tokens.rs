//! Access tokens that must not be believed: the corpus of forgeries against a running server, and
//! `Authorization` headers that are none.

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

/// With it, all refusals must be the same to the byte: their `instance` names the request.
const REQUEST_ID: &str = "0b9cc3c1-5c62-4f4c-9a3f-9d9b6d0b4d10";

/// The headers and claims of a token, unverified.
fn part(token: &str, place: usize) -> Value {
    let part = token.split('.').nth(place).expect("a part of the token");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).expect("base64url")).expect("JSON")
}

/// Signs with the server's own key, in the name of the admin in their first session.
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

/// A client learns that the token is no good, and nothing else.
fn refused(answer: &TestResponse, what: &str) {
    assert_eq!(answer.status, 401, "{what}");
    answer.problem("invalid_token");
    let challenge = answer.header("www-authenticate");
    assert_eq!(challenge, Some("Bearer realm=\"maqal\", error=\"invalid_token\""), "{what}");
}

api_test!(a_token_as_the_server_makes_it_is_believed, async |app: TestApp| {
    let mint = mint(&app).await;
    app.get("/api/v1/auth/me").bearer(&mint.good()).send().await.expect(200);
});

api_test!(no_forged_token_is_believed_and_none_is_told_why, async |app: TestApp| {
    let mint = mint(&app).await;
    let corpus = forged::forged(&mint);
    let total = corpus.len();
    let mut sent = 0;
    let mut first: Option<Vec<u8>> = None;
    for forgery in corpus {
        let value = format!("Bearer {}", forgery.token);
        let sendable = reqwest::header::HeaderValue::from_bytes(value.as_bytes()).is_ok();
        // Space at a header's end is no part of it, so that token would be the good one.
        if !sendable || value.len() > 16 * 1024 || forgery.token.ends_with(' ') {
            continue;
        }
        let answer = with_headers(&app, &[value.as_bytes()]).await;
        refused(&answer, &format!("{} ({})", forgery.name, forgery.reason));
        let body = first.get_or_insert_with(|| answer.body.clone());
        assert_eq!(*body, answer.body, "{} is told apart", forgery.name);
        sent += 1;
    }
    assert!(sent > 250 && sent + 15 > total, "only {sent} of {total} forgeries could be sent");
});

api_test!(a_bad_token_is_refused_even_where_none_is_needed, async |app: TestApp| {
    let mint = mint(&app).await;
    let forged = format!("{}x", mint.good());
    for path in ["/api/v1/articles", "/api/v1/articles/1", "/api/v1/articles/slug/x"] {
        refused(&app.get(path).bearer(&forged).send().await, path);
    }
});

api_test!(an_odd_authorization_header_is_refused, async |app: TestApp| {
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
    for (what, value) in &odd {
        refused(&with_headers(&app, &[value.as_bytes()]).await, what);
    }
    refused(&with_headers(&app, &[b"Bearer \xff\xfe"]).await, "bytes that are no text");
    refused(&with_headers(&app, &[bearer.as_bytes(), bearer.as_bytes()]).await, "two headers");
    refused(
        &with_headers(&app, &[bearer.as_bytes(), b"Basic eDp5"]).await,
        "two, one of them good",
    );
});

api_test!(without_a_token_the_challenge_names_no_error, async |app: TestApp| {
    let answer = app.get("/api/v1/auth/me").send().await.expect(401);
    answer.problem("unauthenticated");
    assert_eq!(answer.header("www-authenticate"), Some("Bearer realm=\"maqal\""));
});

api_test!(a_token_outside_of_the_header_does_not_count, async |app: TestApp| {
    let good = app.admin().await.access_token;
    let answer = app.get("/api/v1/auth/me").query(&[("access_token", good.as_str())]).send().await;
    answer.expect(401).problem("unauthenticated");
    let cookie = format!("access_token={good}");
    let answer = app.get("/api/v1/auth/me").header("cookie", cookie).send().await;
    answer.expect(401).problem("unauthenticated");
});

api_test!(a_token_is_good_for_ten_minutes, async |app: TestApp| {
    let session = app.editor().await;
    let me = async || app.get("/api/v1/auth/me").as_user(&session).send().await;
    app.clock.advance(Duration::seconds(599));
    me().await.expect(200);
    // Clocks of instances may differ by five seconds.
    app.clock.advance(Duration::seconds(6));
    refused(&me().await, "605 seconds old");
});

api_test!(a_token_from_the_future_is_not_yet_good, async |app: TestApp| {
    let session = app.editor().await;
    app.clock.advance(Duration::seconds(-6));
    let answer = app.get("/api/v1/auth/me").as_user(&session).send().await;
    refused(&answer, "issued in six seconds");
});

api_test!(a_preview_token_is_no_access_token, async |app: TestApp| {
    let author = app.author().await;
    let made = app.article().create(&author).await;
    let path = format!("{}/preview-token", made.location());
    let token = app.post(&path).as_user(&author).send().await.expect(200).json();
    let token = token["token"].as_str().expect("a token");
    refused(&app.get("/api/v1/auth/me").bearer(token).send().await, "a preview token");
    let preview = app.get(&made.location()).query(&[("preview", &author.access_token)]);
    assert!(preview.send().await.status >= 400, "an access token is no preview token");
});
