//! The events that end a session. The next request with its access token and the next exchange of
//! its refresh token must be refused.

use futures_util::future::{join, join_all};
use serde_json::json;

use super::{me, refreshed, text, try_login, try_refresh};
use crate::support::TestApp;
use crate::support::session::{PASSWORD, Session};

/// A password other than the common one.
const OTHER: &str = "تسعة قناديل خضراء تغني";

/// Asserts that both tokens of the session are refused.
async fn assert_ended(app: &TestApp, session: &Session) {
    me(app, &session.access_token).await.expect(401).problem("invalid_token");
    let answer = try_refresh(app, &session.refresh_token).await.expect(401);
    answer.problem("refresh_token_invalid");
}

async fn change_password(app: &TestApp, session: &Session, current: &str, new: &str) -> u16 {
    let body = json!({ "current_password": current, "new_password": new });
    app.post("/api/v1/auth/password").as_user(session).json(&body).send().await.status
}

api_test!(logout_ends_this_session_only, async |app: TestApp| {
    let other = app.author().await;
    let session = app.login(&other.email, PASSWORD).await;
    let (access, refresh) = refreshed(&app, &session.refresh_token).await;
    app.post("/api/v1/auth/logout").bearer(&access).send().await.expect(204);
    me(&app, &session.access_token).await.expect(401).problem("invalid_token");
    me(&app, &access).await.expect(401).problem("invalid_token");
    try_refresh(&app, &refresh).await.expect(401).problem("refresh_token_invalid");
    app.post("/api/v1/auth/logout").bearer(&access).send().await.expect(401);
    me(&app, &other.access_token).await.expect(200);
    refreshed(&app, &other.refresh_token).await;
});

api_test!(suspension_ends_all_sessions_at_once, async |app: TestApp| {
    let admin = app.admin().await;
    let one = app.author().await;
    let two = app.login(&one.email, PASSWORD).await;
    let path = format!("/api/v1/users/{}", one.user_id);
    let suspend = async |suspended: bool| {
        let patch = json!({ "suspended": suspended });
        app.patch(&path).as_user(&admin).merge_patch(&patch).send().await.expect(200).json()
    };
    assert_eq!(suspend(true).await["suspended"], true);
    assert_ended(&app, &one).await;
    assert_ended(&app, &two).await;
    try_login(&app, &one.email, PASSWORD).await.expect(401).problem("invalid_credentials");
    // After the suspension the user must log in: ended sessions stay ended.
    suspend(false).await;
    assert_ended(&app, &one).await;
    assert_ended(&app, &two).await;
    try_login(&app, &one.email, PASSWORD).await.expect(200);
});

api_test!(deletion_of_a_user_ends_their_sessions_at_once, async |app: TestApp| {
    let admin = app.admin().await;
    let session = app.author().await;
    let path = format!("/api/v1/users/{}", session.user_id);
    app.delete(&path).as_user(&admin).send().await.expect(204);
    assert_ended(&app, &session).await;
    try_login(&app, &session.email, PASSWORD).await.expect(401).problem("invalid_credentials");
});

api_test!(password_change_ends_all_sessions_at_once, async |app: TestApp| {
    let other = app.author().await;
    let session = app.login(&other.email, PASSWORD).await;
    assert_eq!(change_password(&app, &session, PASSWORD, OTHER).await, 204);
    assert_ended(&app, &session).await;
    assert_ended(&app, &other).await;
    try_login(&app, &session.email, PASSWORD).await.expect(401).problem("invalid_credentials");
    try_login(&app, &session.email, OTHER).await.expect(200);
});

api_test!(role_change_applies_to_the_next_request, async |app: TestApp| {
    let admin = app.admin().await;
    let session = app.editor().await;
    let path = format!("/api/v1/users/{}", session.user_id);
    let set_role = async |role: &str| {
        let patch = json!({ "role": role });
        app.patch(&path).as_user(&admin).merge_patch(&patch).send().await.expect(200);
    };
    let settings =
        async |token: &str| app.get("/api/v1/comments").bearer(token).send().await.status;
    assert_eq!(settings(&session.access_token).await, 200);
    set_role("author").await;
    assert_eq!(settings(&session.access_token).await, 403, "the old token says editor");
    let next = try_refresh(&app, &session.refresh_token).await.expect(200).json();
    assert_eq!(next["user"]["role"], "author");
    let access = text(&next, "access_token");
    assert_eq!(settings(&access).await, 403);
    set_role("editor").await;
    assert_eq!(settings(&access).await, 200, "the old token says author");
});

api_test!(password_change_with_wrong_current_password_is_401, async |app: TestApp| {
    let session = app.author().await;
    let body = json!({ "current_password": OTHER, "new_password": "nine brass kettles whistle" });
    let request = app.post("/api/v1/auth/password").as_user(&session).json(&body);
    request.send().await.expect(401).problem("invalid_credentials");
    me(&app, &session.access_token).await.expect(200);
    try_login(&app, &session.email, PASSWORD).await.expect(200);
});

api_test!(password_change_to_a_weak_password_is_422, async |app: TestApp| {
    let session = app.author().await;
    for weak in ["short", "123456789012", &session.email, "passwordpassword", "a\u{0}quiet harbour"]
    {
        let body = json!({ "current_password": PASSWORD, "new_password": weak });
        let request = app.post("/api/v1/auth/password").as_user(&session).json(&body);
        request.send().await.expect(422).invalid(&["/new_password"]);
    }
    me(&app, &session.access_token).await.expect(200);
});

api_test!(session_begun_during_a_password_change_ends_with_it, async |app: TestApp| {
    let session = app.author().await;
    // Three logins are below the throttle. A login with the old password must not survive.
    let change = change_password(&app, &session, PASSWORD, OTHER);
    let logins = join_all((0..3).map(|_| try_login(&app, &session.email, PASSWORD)));
    let (changed, logins) = join(change, logins).await;
    assert_eq!(changed, 204);
    for login in logins {
        if login.status == 200 {
            let access = text(&login.json(), "access_token");
            me(&app, &access).await.expect(401).problem("invalid_token");
        }
    }
});
