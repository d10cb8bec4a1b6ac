//! Preview tokens end with the rights of their makers.

use chrono::Duration;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::session::{PASSWORD, Session};

const NEW_PASSWORD: &str = "nine brass kettles whistle";

/// A user with this role, signed in.
async fn maker(app: &TestApp, role: &str, number: usize) -> Session {
    app.user(&format!("maker-{number}@news.example"), "صانع", role).await
}

/// Makes a preview token; returns the path with it.
async fn preview(app: &TestApp, path: &str, by: &Session) -> String {
    let made = app.post(&format!("{path}/preview-token")).as_user(by).send().await.expect(200);
    format!("{path}?preview={}", made.json()["token"].as_str().expect("a token"))
}

async fn change(app: &TestApp, user: &Session, patch: Value) {
    let path = format!("/api/v1/users/{}", user.user_id);
    let request = app.patch(&path).as_user(&app.admin().await).merge_patch(&patch);
    request.send().await.expect(200);
}

async fn sign_out(app: &TestApp, session: &Session) {
    app.post("/api/v1/auth/logout").as_user(session).send().await.expect(204);
}

async fn set_password(app: &TestApp, session: &Session) {
    let body = json!({ "current_password": PASSWORD, "new_password": NEW_PASSWORD });
    let request = app.post("/api/v1/auth/password").as_user(session).json(&body);
    request.send().await.expect(204);
}

/// An event in a maker's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Event {
    Nothing,
    Renamed,
    SignedOutHere,
    SignedOutEverywhere,
    NewPassword,
    NewPasswordAndSignedInAgain,
    Suspended,
    SuspendedForAWhile,
    Deleted,
    Role(&'static str),
}

use Event::*;

async fn befall(app: &TestApp, event: Event, maker: &Session, elsewhere: &Session) {
    match event {
        Nothing => {}
        Renamed => change(app, maker, json!({ "name": "اسم آخر" })).await,
        SignedOutHere => sign_out(app, maker).await,
        SignedOutEverywhere => {
            sign_out(app, maker).await;
            sign_out(app, elsewhere).await;
        }
        NewPassword => set_password(app, maker).await,
        NewPasswordAndSignedInAgain => {
            set_password(app, maker).await;
            app.login(&maker.email, NEW_PASSWORD).await;
        }
        Suspended => change(app, maker, json!({ "suspended": true })).await,
        SuspendedForAWhile => {
            change(app, maker, json!({ "suspended": true })).await;
            change(app, maker, json!({ "suspended": false })).await;
        }
        Deleted => {
            let path = format!("/api/v1/users/{}", maker.user_id);
            app.delete(&path).as_user(&app.admin().await).send().await.expect(204);
        }
        Role(role) => change(app, maker, json!({ "role": role })).await,
    }
}

api_test!(preview_ends_with_its_makers_rights_on_every_instance, async |app: TestApp| {
    let instance = app.another_instance().await;
    // Role of the maker, whether the draft is theirs, the event, whether the preview stays.
    let cases = [
        ("editor", false, Nothing, true),
        ("editor", false, Renamed, true),
        ("editor", false, SignedOutHere, true),
        ("editor", false, SignedOutEverywhere, false),
        ("editor", false, NewPassword, false),
        ("editor", false, NewPasswordAndSignedInAgain, false),
        ("editor", false, Suspended, false),
        ("editor", false, SuspendedForAWhile, false),
        ("editor", false, Deleted, false),
        ("editor", false, Role("admin"), true),
        ("editor", false, Role("author"), false),
        ("editor", false, Role("contributor"), false),
        ("editor", true, Role("contributor"), true),
        ("admin", false, Role("editor"), true),
        ("author", true, Nothing, true),
        ("author", true, Role("contributor"), true),
        ("author", true, NewPassword, false),
        ("contributor", true, Suspended, false),
        ("contributor", true, Deleted, false),
    ];
    for (number, (role, is_own, event, stays)) in cases.into_iter().enumerate() {
        let elsewhere = maker(&app, role, number).await;
        let maker = app.login(&elsewhere.email, PASSWORD).await;
        let writer = if is_own { maker.clone() } else { app.admin().await };
        let draft = app.article().slug(format!("draft-{number}")).create(&writer).await;
        let preview = preview(&app, &draft.location(), &maker).await;
        let (_, query) = preview.split_once('?').expect("a query");
        let by_slug = format!("/api/v1/articles/slug/draft-{number}?{query}");
        for path in [&preview, &by_slug] {
            for app in [&app, &instance] {
                let shown = app.get(path).send().await.expect(200);
                assert_eq!(shown.header("cache-control"), Some("private, no-cache"));
                let known = app.get(path).if_none_match(&shown.etag()).send().await;
                known.expect(304);
            }
        }
        let etag = app.get(&preview).send().await.expect(200).etag();
        befall(&app, event, &maker, &elsewhere).await;
        for path in [&preview, &by_slug] {
            for app in [&app, &instance] {
                for request in [app.get(path), app.get(path).if_none_match(&etag), app.head(path)] {
                    let status = request.send().await.status;
                    let is_shown = [200, 304].contains(&status);
                    assert!(is_shown == stays && (stays || status == 404), "{role} {event:?}: {status}");
                }
            }
        }
        let own = app.get(&draft.location()).as_user(&app.admin().await).send().await;
        own.expect(200);
    }
    instance.stop().await;
});

api_test!(preview_of_a_former_maker_shows_readers_what_is_public, async |app: TestApp| {
    let maker = maker(&app, "editor", 0).await;
    let article = app.article().published().create(&app.admin().await).await.location();
    let preview = preview(&app, &article, &maker).await;
    let shown = app.get(&preview).send().await.expect(200);
    assert_eq!(shown.header("cache-control"), Some("private, no-cache"));
    change(&app, &maker, json!({ "suspended": true })).await;
    let shown = app.get(&preview).send().await.expect(200);
    assert_eq!(shown.header("cache-control"), Some("public, no-cache"));
});

api_test!(preview_ends_with_the_session_of_its_maker, async |app: TestApp| {
    let maker = maker(&app, "editor", 0).await;
    // Half an hour before the session of ninety days ends; the refresh tokens keep it.
    let mut refresh = maker.refresh_token.clone();
    for _ in 0..3 {
        app.clock.advance(Duration::days(29));
        let body = json!({ "refresh_token": refresh });
        let answer = app.post("/api/v1/auth/refresh").json(&body).send().await.expect(200).json();
        refresh = answer["refresh_token"].as_str().expect("a token").to_owned();
    }
    app.clock.advance(Duration::days(3) - Duration::minutes(30));
    let body = json!({ "refresh_token": refresh });
    let answer = app.post("/api/v1/auth/refresh").json(&body).send().await.expect(200).json();
    let bearer = answer["access_token"].as_str().expect("a token");
    let draft = app.article().create(&app.admin().await).await.location();
    let made = app.post(&format!("{draft}/preview-token")).bearer(bearer).send().await.expect(200);
    let token = made.json()["token"].as_str().expect("a token").to_owned();
    let preview = format!("{draft}?preview={token}");
    app.get(&preview).send().await.expect(200);
    app.clock.advance(Duration::minutes(31));
    app.get(&preview).send().await.expect(404);
});
