//! Login, logout, refresh tokens, the own account and the published keys.

use chrono::Duration;
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::answer::TestResponse;
use crate::support::session::{ADMIN_EMAIL, PASSWORD};

mod ending;
mod grace;
mod throttle;

/// Makes equal responses equal to the byte.
const REQUEST_ID: &str = "0b9cc3c1-5c62-4f4c-9a3f-9d9b6d0b4d10";

/// Tries to sign in.
async fn try_login(app: &TestApp, email: &str, password: &str) -> TestResponse {
    let body = json!({ "email": email, "password": password });
    let request = app.post("/api/v1/auth/login").header("x-request-id", REQUEST_ID);
    request.json(&body).send().await
}

/// Tries to exchange a refresh token.
async fn try_refresh(app: &TestApp, token: &str) -> TestResponse {
    app.post("/api/v1/auth/refresh").json(&json!({ "refresh_token": token })).send().await
}

/// Reads the own account.
async fn me(app: &TestApp, access_token: &str) -> TestResponse {
    app.get("/api/v1/auth/me").bearer(access_token).send().await
}

/// The text of a field.
#[track_caller]
fn text(answer: &Value, name: &str) -> String {
    answer[name].as_str().unwrap_or_else(|| panic!("no {name} in {answer}")).to_owned()
}

/// Exchanges a refresh token. Returns the next access and refresh tokens.
async fn refreshed(app: &TestApp, token: &str) -> (String, String) {
    let answer = try_refresh(app, token).await.expect(200).json();
    (text(&answer, "access_token"), text(&answer, "refresh_token"))
}

api_test!(login_returns_tokens_and_the_user, async |app: TestApp| {
    let answer = try_login(&app, ADMIN_EMAIL, PASSWORD).await.expect(200);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let body = answer.json();
    assert_eq!((&body["token_type"], &body["expires_in"]), (&json!("Bearer"), &json!(600)));
    assert_eq!(body["user"]["email"], ADMIN_EMAIL);
    assert_eq!(body["user"]["role"], "admin");
    assert!(text(&body, "refresh_token").starts_with("mqr_"));
    assert!(!answer.text().contains("argon2") && !answer.text().contains(PASSWORD));
    let shown = me(&app, &text(&body, "access_token")).await.expect(200).json();
    assert_eq!(shown, body["user"]);
});

api_test!(email_in_any_case_can_log_in, async |app: TestApp| {
    app.user("lina@news.example", "لينا حداد", "author").await;
    for email in ["Lina@News.EXAMPLE", " lina@news.example "] {
        let answer = try_login(&app, email, PASSWORD).await.expect(200).json();
        assert_eq!(answer["user"]["name"], "لينا حداد");
    }
});

api_test!(failed_logins_answer_alike_for_every_reason, async |app: TestApp| {
    let admin = app.admin().await;
    let suspended = app.author().await;
    let path = format!("/api/v1/users/{}", suspended.user_id);
    let patch = json!({ "suspended": true });
    app.patch(&path).as_user(&admin).merge_patch(&patch).send().await.expect(200);

    let wrong = try_login(&app, ADMIN_EMAIL, "another harbour at noon").await.expect(401);
    wrong.problem("invalid_credentials");
    for (case, email, password) in [
        ("an unknown address", "nobody@example.org", PASSWORD),
        ("a suspended user", suspended.email.as_str(), PASSWORD),
        ("a suspended user's wrong password", suspended.email.as_str(), "x"),
        ("no address", "ليست عنوانا", PASSWORD),
        ("an empty address", "", PASSWORD),
        ("an empty password", ADMIN_EMAIL, ""),
        ("a password in another case", ADMIN_EMAIL, "A QUIET HARBOUR BEFORE DAWN"),
        ("a password with a space behind", ADMIN_EMAIL, "a quiet harbour before dawn "),
        ("SQL", "' OR 1=1 --@example.org", "' OR 1=1 --"),
    ] {
        let answer = try_login(&app, email, password).await;
        assert_eq!((answer.status, answer.text()), (401, wrong.text()), "{case}");
        let names = |answer: &TestResponse| {
            let mut all: Vec<_> = answer.headers.keys().map(ToString::to_string).collect();
            all.sort();
            all
        };
        assert_eq!(names(&answer), names(&wrong), "{case}");
    }
});

api_test!(login_with_missing_or_unknown_fields_is_422, async |app: TestApp| {
    let login = async |body: Value| app.post("/api/v1/auth/login").json(&body).send().await;
    login(json!({})).await.expect(422).invalid(&["/email", "/password"]);
    login(json!({ "email": 1, "password": null }))
        .await
        .expect(422)
        .invalid(&["/email", "/password"]);
    let more = json!({ "email": ADMIN_EMAIL, "password": PASSWORD, "role": "admin" });
    login(more).await.expect(422).invalid(&["/role"]);
    let long = json!({ "email": ADMIN_EMAIL, "password": "p".repeat(513) });
    login(long).await.expect(422).invalid(&["/password"]);
});

api_test!(refresh_returns_a_new_refresh_token, async |app: TestApp| {
    let session = app.editor().await;
    let answer = try_refresh(&app, &session.refresh_token).await.expect(200);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let next = answer.json();
    assert_eq!(next["user"]["email"], session.email.as_str());
    assert_ne!(text(&next, "refresh_token"), session.refresh_token);
    me(&app, &text(&next, "access_token")).await.expect(200);
    me(&app, &session.access_token).await.expect(200);
    let (access, _) = refreshed(&app, &text(&next, "refresh_token")).await;
    me(&app, &access).await.expect(200);
});

api_test!(reused_refresh_token_ends_its_session_only, async |app: TestApp| {
    let other = app.editor().await;
    let session = app.login(&other.email, PASSWORD).await;
    let (access, next) = refreshed(&app, &session.refresh_token).await;
    let (newest_access, newest) = refreshed(&app, &next).await;
    // The grace for requests of several tabs is over.
    app.clock.advance(Duration::seconds(11));
    try_refresh(&app, &session.refresh_token).await.expect(401).problem("refresh_token_reused");
    for token in [&session.access_token, &access, &newest_access] {
        me(&app, token).await.expect(401).problem("invalid_token");
    }
    try_refresh(&app, &newest).await.expect(401).problem("refresh_token_invalid");
    me(&app, &other.access_token).await.expect(200);
    refreshed(&app, &other.refresh_token).await;
});

api_test!(hundred_concurrent_refreshes_give_one_pair, async |app: TestApp| {
    let session = app.author().await;
    let answers = join_all((0..100).map(|_| try_refresh(&app, &session.refresh_token))).await;
    let mut pairs = Vec::new();
    for answer in answers {
        // A hundred requests share two connections: on a busy machine some get a 503.
        if answer.status == 503 {
            answer.problem("unavailable");
        } else {
            pairs.push(answer.expect(200).json());
        }
    }
    assert!(pairs.len() > 1 && pairs.iter().all(|pair| *pair == pairs[0]));
    me(&app, &text(&pairs[0], "access_token")).await.expect(200);
    refreshed(&app, &text(&pairs[0], "refresh_token")).await;
});

api_test!(malformed_refresh_token_is_401, async |app: TestApp| {
    let session = app.editor().await;
    let good = &session.refresh_token;
    let odd = [
        String::new(),
        "mqr_".into(),
        good[4..].to_owned(),
        good.to_uppercase(),
        format!("{good}="),
        format!(" {good}"),
        format!("mqr_{}", "A".repeat(43)),
        "mqr_ررررررررررررررررررررر".into(),
        "x".repeat(512),
    ];
    for token in &odd {
        try_refresh(&app, token).await.expect(401).problem("refresh_token_invalid");
    }
    try_refresh(&app, &session.access_token).await.expect(401).problem("refresh_token_invalid");
    let long = json!({ "refresh_token": "x".repeat(513) });
    let answer = app.post("/api/v1/auth/refresh").json(&long).send().await;
    answer.expect(422).invalid(&["/refresh_token"]);
    // The session with the similar token is still valid.
    refreshed(&app, good).await;
});

api_test!(refresh_token_expires_after_thirty_days, async |app: TestApp| {
    let (early, late) = (app.editor().await, app.author().await);
    app.clock.advance(Duration::days(30) - Duration::seconds(1));
    refreshed(&app, &early.refresh_token).await;
    app.clock.advance(Duration::seconds(1));
    let answer = try_refresh(&app, &late.refresh_token).await.expect(401);
    answer.problem("refresh_token_invalid");
});

api_test!(session_ends_after_ninety_days_of_use, async |app: TestApp| {
    let mut token = app.editor().await.refresh_token;
    let mut access = String::new();
    for days in [29, 29, 29] {
        app.clock.advance(Duration::days(days));
        (access, token) = refreshed(&app, &token).await;
    }
    app.clock.advance(Duration::days(3) - Duration::seconds(1));
    me(&app, &access).await.expect(401);
    (access, token) = refreshed(&app, &token).await;
    me(&app, &access).await.expect(200);
    app.clock.advance(Duration::seconds(1));
    me(&app, &access).await.expect(401).problem("invalid_token");
    try_refresh(&app, &token).await.expect(401).problem("refresh_token_invalid");
});

api_test!(own_account_is_readable_and_unchanged_is_304, async |app: TestApp| {
    let session = app.contributor().await;
    let answer = me(&app, &session.access_token).await.expect(200);
    assert_eq!(answer.json()["id"], session.user_id);
    let again = app.get("/api/v1/auth/me").as_user(&session).if_none_match(&answer.etag());
    assert!(again.send().await.expect(304).body.is_empty());
    // Another user's answer must not come out of a shared cache.
    assert!(answer.header("cache-control").is_some_and(|value| value.contains("private")));
});

api_test!(user_can_change_own_name_and_email, async |app: TestApp| {
    let session = app.contributor().await;
    let email = "Karim@News.Example";
    let patch = json!({ "name": "  كريم منصور ", "email": email, "current_password": PASSWORD });
    let change = app.patch("/api/v1/auth/me").as_user(&session).merge_patch(&patch);
    let changed = change.send().await.expect(200).json();
    assert_eq!(changed["name"], "كريم منصور");
    assert_eq!(changed["email"], "karim@news.example");
    try_login(&app, &session.email, PASSWORD).await.expect(401);
    try_login(&app, "karim@news.example", PASSWORD).await.expect(200);
});

api_test!(new_own_email_needs_the_current_password, async |app: TestApp| {
    let session = app.contributor().await;
    let patch = |body: Value| {
        app.patch("/api/v1/auth/me").as_user(&session).merge_patch(&body).send()
    };
    let new = "karim@news.example";
    for body in [
        json!({ "email": new }),
        json!({ "email": new, "name": "كريم" }),
        json!({ "email": new, "current_password": null }),
    ] {
        let problem = patch(body).await.expect(422).invalid(&["/current_password"]);
        assert_eq!(problem["errors"][0]["code"], "required", "{problem}");
    }
    for wrong in ["nine brass kettles whistle", ""] {
        let body = json!({ "email": new, "name": "غيره", "current_password": wrong });
        patch(body).await.expect(401).problem("invalid_credentials");
    }
    let shown = me(&app, &session.access_token).await.expect(200).json();
    assert_eq!((&shown["email"], &shown["name"]), (&json!(session.email), &json!("Karim the Contributor")));
    // The address stays the same, in any case.
    patch(json!({ "email": session.email.to_uppercase(), "name": "كريم" })).await.expect(200);
    patch(json!({ "email": new, "current_password": PASSWORD })).await.expect(200);
    me(&app, &session.access_token).await.expect(200);
    // An admin knows no password of others, and needs none of their own.
    let admin = app.admin().await;
    for id in [session.user_id, admin.user_id] {
        let request = app.patch(&format!("/api/v1/users/{id}")).as_user(&admin);
        let email = format!("user-{id}@news.example");
        request.merge_patch(&json!({ "email": email })).send().await.expect(200);
    }
});

api_test!(role_and_other_fields_of_own_account_are_422, async |app: TestApp| {
    let session = app.contributor().await;
    for (patch, pointer) in [
        (json!({ "role": "admin" }), "/role"),
        (json!({ "suspended": false }), "/suspended"),
        (json!({ "id": 1 }), "/id"),
        (json!({ "password": "nine brass kettles whistle" }), "/password"),
        (json!({ "name": null }), "/name"),
        (json!({ "name": " \u{a0}\t" }), "/name"),
        (json!({ "email": "ليست عنوانا" }), "/email"),
        (json!({ "name": "a\u{0}b" }), "/name"),
    ] {
        let request = app.patch("/api/v1/auth/me").as_user(&session).merge_patch(&patch);
        request.send().await.expect(422).invalid(&[pointer]);
    }
    let shown = me(&app, &session.access_token).await.expect(200).json();
    assert_eq!(shown["role"], "contributor");
});

api_test!(email_of_another_user_is_409, async |app: TestApp| {
    let (session, other) = (app.contributor().await, app.editor().await);
    let patch = json!({ "email": other.email.to_uppercase(), "current_password": PASSWORD });
    let request = app.patch("/api/v1/auth/me").as_user(&session).merge_patch(&patch);
    request.send().await.expect(409).problem("email_taken");
});

api_test!(jwks_holds_the_public_key_that_signs, async |app: TestApp| {
    let answer = app.get("/.well-known/jwks.json").send().await.expect(200);
    assert!(answer.header("cache-control").is_some_and(|value| value.contains("max-age")));
    let keys = answer.json()["keys"].as_array().expect("keys").clone();
    assert_eq!(keys.len(), 1);
    let key = &keys[0];
    assert_eq!(
        (&key["kty"], &key["crv"], &key["use"]),
        (&json!("OKP"), &json!("Ed25519"), &json!("sig"))
    );
    assert!(key.get("d").is_none(), "the private half");
    let file = app.keys.join(format!("{}.pem", text(key, "kid")));
    assert!(file.is_file(), "the key that signs");
});
