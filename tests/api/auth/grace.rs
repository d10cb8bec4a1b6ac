//! The grace of refresh tokens: tabs of one browser refresh at the same time, and get the same pair.

use chrono::Duration;
use futures_util::future::join_all;
use maqal::config::Config;
use serde_json::{Value, json};

use super::{me, refreshed, text, try_refresh};
use crate::support::TestApp;
use crate::support::answer::TestResponse;
use crate::support::session::PASSWORD;

fn behind_a_proxy(config: &mut Config) {
    config.trusted_proxies = vec!["127.0.0.0/8".parse().expect("a network")];
}

async fn refresh_from(app: &TestApp, token: &str, address: &str) -> TestResponse {
    let request = app.post("/api/v1/auth/refresh").header("x-forwarded-for", address);
    request.json(&json!({ "refresh_token": token })).send().await
}

/// Asserts that the family of this pair has ended.
async fn has_ended(app: &TestApp, pair: &Value) {
    me(app, &text(pair, "access_token")).await.expect(401).problem("invalid_token");
    try_refresh(app, &text(pair, "refresh_token")).await.expect(401);
}

api_test!(second_tab_within_ten_seconds_gets_the_same_pair, async |app: TestApp| {
    let session = app.editor().await;
    let first = try_refresh(&app, &session.refresh_token).await.expect(200);
    assert_eq!(try_refresh(&app, &session.refresh_token).await.expect(200).json(), first.json());
    app.clock.advance(Duration::microseconds(9_999_999));
    let late = try_refresh(&app, &session.refresh_token).await.expect(200);
    assert_eq!(late.header("cache-control"), Some("no-store"));
    let (first, late) = (first.json(), late.json());
    for name in ["access_token", "refresh_token", "user", "token_type"] {
        assert_eq!(late[name], first[name], "{name}");
    }
    assert_eq!((&first["expires_in"], &late["expires_in"]), (&json!(600), &json!(591)));
    me(&app, &text(&first, "access_token")).await.expect(200);
    let (access, _) = refreshed(&app, &text(&first, "refresh_token")).await;
    me(&app, &access).await.expect(200);
});

api_test!(use_after_ten_seconds_ends_the_family, async |app: TestApp| {
    let session = app.editor().await;
    let pair = try_refresh(&app, &session.refresh_token).await.expect(200).json();
    app.clock.advance(Duration::seconds(10));
    let reused = try_refresh(&app, &session.refresh_token).await.expect(401);
    reused.problem("refresh_token_reused");
    has_ended(&app, &pair).await;
});

api_test!(grace_is_not_extended_by_its_use, async |app: TestApp| {
    let session = app.editor().await;
    let pair = try_refresh(&app, &session.refresh_token).await.expect(200).json();
    for _ in 0..2 {
        app.clock.advance(Duration::seconds(4));
        try_refresh(&app, &session.refresh_token).await.expect(200);
    }
    app.clock.advance(Duration::seconds(2));
    try_refresh(&app, &session.refresh_token).await.expect(401).problem("refresh_token_reused");
    has_ended(&app, &pair).await;
});

api_test!(third_tab_gets_the_same_pair_after_the_first_has_gone_on, async |app: TestApp| {
    let session = app.editor().await;
    let first = try_refresh(&app, &session.refresh_token).await.expect(200).json();
    let second = text(&first, "refresh_token");
    app.clock.advance(Duration::seconds(3));
    let next = try_refresh(&app, &second).await.expect(200).json();
    app.clock.advance(Duration::seconds(3));
    let last = try_refresh(&app, &text(&next, "refresh_token")).await.expect(200).json();
    for name in ["access_token", "refresh_token"] {
        let late = try_refresh(&app, &session.refresh_token).await.expect(200).json();
        assert_eq!(late[name], first[name], "{name}");
        // The pair of the late tab leads to the same tokens.
        let late = try_refresh(&app, &second).await.expect(200).json();
        assert_eq!(late[name], next[name], "{name}");
    }
    for pair in [&first, &next, &last] {
        me(&app, &text(pair, "access_token")).await.expect(200);
    }
    // The grace of each token begins with its own first use.
    app.clock.advance(Duration::seconds(4));
    assert_eq!(try_refresh(&app, &second).await.expect(200).json()["user"], next["user"]);
    try_refresh(&app, &session.refresh_token).await.expect(401).problem("refresh_token_reused");
    for pair in [&first, &next, &last] {
        has_ended(&app, pair).await;
    }
});

api_test!(use_after_the_grace_ends_the_family_although_others_have_gone_on, async |app: TestApp| {
    let session = app.editor().await;
    let first = try_refresh(&app, &session.refresh_token).await.expect(200).json();
    app.clock.advance(Duration::seconds(9));
    let second = try_refresh(&app, &text(&first, "refresh_token")).await.expect(200).json();
    app.clock.advance(Duration::seconds(1));
    try_refresh(&app, &session.refresh_token).await.expect(401).problem("refresh_token_reused");
    has_ended(&app, &second).await;
});

api_test!(tabs_of_two_generations_race_and_none_ends_the_session, async |app: TestApp| {
    let other = app.another_instance().await;
    let email = app.author().await.email;
    for _ in 0..3 {
        let session = app.login(&email, PASSWORD).await;
        let first = try_refresh(&app, &session.refresh_token).await.expect(200).json();
        let second = text(&first, "refresh_token");
        let race = (0..12).map(|tab| {
            let instance = if tab % 2 == 0 { &app } else { &other };
            let token = if tab % 3 == 0 { &second } else { &session.refresh_token };
            try_refresh(instance, token)
        });
        let answers = join_all(race).await;
        let next = answers[0].clone().expect(200).json();
        for (tab, answer) in answers.into_iter().enumerate() {
            let expected = if tab % 3 == 0 { &next } else { &first };
            assert_eq!(answer.expect(200).json(), *expected, "tab {tab}");
        }
        me(&other, &text(&first, "access_token")).await.expect(200);
        refreshed(&other, &text(&next, "refresh_token")).await;
    }
    other.stop().await;
});

api_test!(use_from_another_address_ends_the_family, behind_a_proxy, async |app: TestApp| {
    for (first, second, is_same) in [
        ("192.0.2.7", "192.0.2.7", true),
        ("192.0.2.7", "192.0.2.8", false),
        ("192.0.2.7", "::ffff:192.0.2.7", true),
        ("2001:db8:1:2::3", "2001:db8:1:2:ffff::4", true),
        ("2001:db8:1:2::3", "2001:db8:1:3::3", false),
        ("192.0.2.7", "2001:db8:1:2::3", false),
    ] {
        let email = app.editor().await.email;
        let session = app.login(&email, PASSWORD).await;
        let pair = refresh_from(&app, &session.refresh_token, first).await.expect(200).json();
        let other = refresh_from(&app, &session.refresh_token, second).await;
        if is_same {
            assert_eq!(other.expect(200).json(), pair, "{first} {second}");
            me(&app, &text(&pair, "access_token")).await.expect(200);
        } else {
            other.expect(401).problem("refresh_token_reused");
            has_ended(&app, &pair).await;
        }
    }
});

api_test!(tabs_that_race_on_two_instances_get_one_pair, async |app: TestApp| {
    let other = app.another_instance().await;
    let email = app.author().await.email;
    for tabs in [2, 5, 20] {
        let session = app.login(&email, PASSWORD).await;
        let race = (0..tabs).map(|tab| {
            let instance = if tab % 2 == 0 { &app } else { &other };
            try_refresh(instance, &session.refresh_token)
        });
        let answers = join_all(race).await;
        let pair = answers[0].clone().expect(200).json();
        for answer in answers {
            assert_eq!(answer.expect(200).json(), pair, "{tabs} tabs");
        }
        me(&other, &text(&pair, "access_token")).await.expect(200);
        refreshed(&other, &text(&pair, "refresh_token")).await;
    }
    other.stop().await;
});

api_test!(end_of_the_session_ends_the_grace, async |app: TestApp| {
    let admin = app.admin().await;
    let user = app.author().await;
    for end in ["logout", "password", "suspension", "deletion"] {
        let password = if end == "logout" || end == "password" { PASSWORD } else { "nine brass kettles whistle" };
        let session = app.login(&user.email, password).await;
        let pair = try_refresh(&app, &session.refresh_token).await.expect(200).json();
        let access = text(&pair, "access_token");
        let path = format!("/api/v1/users/{}", user.user_id);
        match end {
            "logout" => {
                app.post("/api/v1/auth/logout").bearer(&access).send().await.expect(204);
            }
            "password" => {
                let change = json!({
                    "current_password": PASSWORD, "new_password": "nine brass kettles whistle"
                });
                let post = app.post("/api/v1/auth/password").bearer(&access).json(&change);
                post.send().await.expect(204);
            }
            "suspension" => {
                let patch = |suspended: bool| {
                    let change = json!({ "suspended": suspended });
                    app.patch(&path).as_user(&admin).merge_patch(&change).send()
                };
                patch(true).await.expect(200);
                let refused = try_refresh(&app, &session.refresh_token).await.expect(401);
                refused.problem("refresh_token_invalid");
                patch(false).await.expect(200);
            }
            _ => {
                app.delete(&path).as_user(&admin).send().await.expect(204);
            }
        }
        let refused = try_refresh(&app, &session.refresh_token).await.expect(401);
        refused.problem("refresh_token_invalid");
        has_ended(&app, &pair).await;
    }
});

api_test!(new_role_is_in_the_second_tabs_token, async |app: TestApp| {
    let (admin, user) = (app.admin().await, app.author().await);
    let first = try_refresh(&app, &user.refresh_token).await.expect(200).json();
    let patch = app.patch(&format!("/api/v1/users/{}", user.user_id)).as_user(&admin);
    patch.merge_patch(&json!({ "role": "contributor" })).send().await.expect(200);
    let second = try_refresh(&app, &user.refresh_token).await.expect(200).json();
    assert_eq!(second["user"]["role"], "contributor");
    assert_eq!(second["refresh_token"], first["refresh_token"]);
    me(&app, &text(&second, "access_token")).await.expect(200);
});

api_test!(sweeper_forgets_the_grace_and_keeps_the_detection, async |app: TestApp| {
    let session = app.editor().await;
    let pair = try_refresh(&app, &session.refresh_token).await.expect(200).json();
    app.delete_expired().await;
    assert_eq!(try_refresh(&app, &session.refresh_token).await.expect(200).json(), pair);
    app.clock.advance(Duration::seconds(11));
    app.delete_expired().await;
    try_refresh(&app, &session.refresh_token).await.expect(401).problem("refresh_token_reused");
    has_ended(&app, &pair).await;
});
