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

/// Values that hold no token of this server.
const FOREIGN: [&str; 17] = [
    "",
    "Basic c3RhZ2luZzpzZWNyZXQ=",
    "basic c3RhZ2luZzpzZWNyZXQ=",
    "Basic",
    "Digest username=\"x\", realm=\"staging\", uri=\"/api/v1/articles.json\"",
    "Negotiate YIIZnwYGKwYBBQUCoIIZkzCC",
    "Negotiate",
    "NTLM TlRMTVNTUAABAAAAB4IIAA==",
    "ApiKey 0123456789abcdef",
    "Token x.y.z",
    "Token x",
    "Bearerx x.y.z",
    "BearerToken x.y.z",
    "bearer-token x.y.z",
    "Basic eDp5, Negotiate YII",
    "AWS4-HMAC-SHA256 Credential=x/20260115/eu/s3/aws4_request, Signature=y",
    "Basic Bearer x.y.z",
];

api_test!(foreign_scheme_is_ignored_where_signing_in_is_optional, async |app: TestApp| {
    let editor = app.editor().await;
    let published = app.article().title("منشور").slug("shown").published().create(&editor).await;
    let draft = app.article().title("مسودة").create(&editor).await.location();
    let path = published.location();
    for path in [
        path.clone(),
        "/api/v1/articles/slug/shown".to_owned(),
        format!("{path}/comments"),
        format!("{path}/mentions"),
        format!("{path}/related"),
        format!("{path}/adjacent"),
        format!("{path}/comment-settings"),
        "/api/v1/articles".to_owned(),
        "/api/v1/tags".to_owned(),
        "/api/v1/search?q=منشور".to_owned(),
    ] {
        let plain = app.get(&path).send().await.expect(200);
        for foreign in FOREIGN {
            let answer = app.get(&path).header("authorization", foreign).send().await.expect(200);
            assert_eq!((&answer.body, answer.etag()), (&plain.body, plain.etag()), "{path} {foreign}");
            assert_eq!(answer.header("cache-control"), Some("public, no-cache"), "{path} {foreign}");
            app.head(&path).header("authorization", foreign).send().await.expect(200);
        }
        let two = app.get(&path).header("authorization", FOREIGN[1]).header("authorization", FOREIGN[5]);
        two.send().await.expect(200);
        let odd = app.get(&path).header("authorization", b"Basic \xff\xfe").send().await;
        assert_eq!(odd.expect(200).body, plain.body, "{path}");
        for own in [
            "Bearer", "Bearer x", "bearer x.y.z", "BEARER", "Bearer: x.y.z", "Bearer\tx", "Bearer_x", "x.y.z",
        ] {
            let refused = app.get(&path).header("x-request-id", REQUEST_ID).header("authorization", own);
            assert_invalid_token(&refused.send().await, &format!("{path} {own}"));
        }
        for own in ["Bearer x", "bearer"] {
            let both = app.get(&path).header("x-request-id", REQUEST_ID);
            let both = both.header("authorization", FOREIGN[1]).header("authorization", own);
            assert_invalid_token(&both.send().await, &format!("{path} {own} beside another scheme"));
            let joined = app.get(&path).header("x-request-id", REQUEST_ID);
            let joined = joined.header("authorization", format!("{}, {own}", FOREIGN[1]));
            assert_invalid_token(&joined.send().await, &format!("{path} {own} behind another scheme"));
        }
    }
    for foreign in FOREIGN {
        let hidden = app.get(&draft).header("authorization", foreign).send().await;
        hidden.expect(404).problem("article_not_found");
    }
    app.site_settings(serde_json::json!({ "comments": "open", "moderation": "none" })).await;
    let comment = app.comment(published.id()).request().header("authorization", FOREIGN[1]);
    comment.send().await.expect(201);
});

api_test!(foreign_scheme_is_401_where_signing_in_is_required, async |app: TestApp| {
    for foreign in FOREIGN {
        for path in ["/api/v1/auth/me", "/api/v1/users", "/api/v1/comments"] {
            let answer = app.get(path).header("authorization", foreign).send().await;
            assert_invalid_token(&answer, &format!("{path} {foreign}"));
        }
    }
});

api_test!(foreign_scheme_shares_the_public_cache_and_a_token_never_does, async |app: TestApp| {
    let editor = app.editor().await;
    let path = app.article().title("خبر").published().create(&editor).await.location();
    let basic = || app.get(&path).header("authorization", FOREIGN[1]);
    for expected in ["miss", "hit", "hit"] {
        let shown = basic().send().await.expect(200);
        assert_eq!(shown.header("x-cache"), Some(expected));
        assert!(shown.json().get("body").is_none(), "the source is the editors'");
    }
    assert_eq!(app.get(&path).send().await.expect(200).header("x-cache"), Some("hit"));
    let own = app.get(&path).as_user(&editor).send().await.expect(200);
    assert_eq!(own.header("x-cache"), Some("bypass"));
    assert!(own.json().get("body").is_some());
    assert!(basic().send().await.expect(200).json().get("body").is_none());
    assert_eq!(app.get(&path).bearer("x").send().await.status, 401);
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
    let joined = format!("{bearer}, {bearer}");
    assert_invalid_token(&with_headers(&app, &[joined.as_bytes()]).await, "two in one line");
});

api_test!(token_beside_another_scheme_is_accepted, async |app: TestApp| {
    let editor = app.editor().await;
    let bearer = format!("Bearer {}", editor.access_token);
    with_headers(&app, &[bearer.as_bytes(), b"Basic eDp5"]).await.expect(200);
    with_headers(&app, &[b"Basic eDp5", bearer.as_bytes()]).await.expect(200);
    for line in [format!("Basic eDp5, {bearer}"), format!("{bearer} , Basic eDp5")] {
        with_headers(&app, &[line.as_bytes()]).await.expect(200);
    }
    let draft = app.article().title("مسودة").create(&editor).await.location();
    let both = app.get(&draft).header("authorization", FOREIGN[1]).as_user(&editor);
    let both = both.send().await.expect(200);
    assert_eq!(both.header("cache-control"), Some("private, no-cache"));
    app.get(&draft).send().await.expect(404);
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
