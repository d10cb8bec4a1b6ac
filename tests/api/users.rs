//! User management by admins.

use futures_util::future::{join, join_all};
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::answer::TestResponse;
use crate::support::builders::UserBuilder;
use crate::support::session::{PASSWORD, Session};

async fn change(app: &TestApp, by: &Session, id: i64, patch: &Value) -> TestResponse {
    app.patch(&format!("/api/v1/users/{id}")).as_user(by).merge_patch(patch).send().await
}

/// Asserts that all violations have this pointer.
#[track_caller]
fn assert_violations(answer: &TestResponse, pointer: &str) {
    let problem = answer.problem("unprocessable");
    let errors = problem["errors"].as_array().expect("errors");
    let all_there = errors.iter().all(|error| error["pointer"] == pointer);
    assert!(!errors.is_empty() && all_there, "expected flaws of {pointer} only: {problem}");
}

async fn login(app: &TestApp, email: &str, password: &str) -> u16 {
    let body = json!({ "email": email, "password": password });
    app.post("/api/v1/auth/login").json(&body).send().await.status
}

/// The session of a second admin.
async fn second_admin(app: &TestApp) -> Session {
    app.user("deputy@example.org", "Nadia the Deputy", "admin").await
}

api_test!(a_created_user_can_sign_in, async |app: TestApp| {
    let admin = app.admin().await;
    let password = "سبعة قناديل خضراء تغني";
    let made = app.new_user().password(password).send(&admin).await.expect(201);
    let user = made.json();
    assert_eq!(made.location(), format!("/api/v1/users/{}", made.id()));
    assert_eq!((&user["email"], &user["name"]), (&json!("lina@news.example"), &json!("لينا حداد")));
    assert_eq!((&user["role"], &user["suspended"]), (&json!("author"), &json!(false)));
    assert!(user.get("password").is_none() && !made.text().contains("argon2"));
    let found = app.get(&made.location()).as_user(&admin).send().await.expect(200);
    assert_eq!(found.json(), user);
    let again = app.get(&made.location()).as_user(&admin).if_none_match(&found.etag());
    again.send().await.expect(304);
    assert_eq!(login(&app, "LINA@news.example", password).await, 200);
});

api_test!(email_in_another_case_is_409, async |app: TestApp| {
    let admin = app.admin().await;
    app.new_user().create(&admin).await;
    for email in ["lina@news.example", "LINA@News.Example", " lina@news.example\t"] {
        let answer = app.new_user().email(email).send(&admin).await;
        answer.expect(409).problem("email_taken");
    }
    let other = app.new_user().email("sara@news.example").create(&admin).await;
    let answer = change(&app, &admin, other.id(), &json!({ "email": "Lina@News.Example" })).await;
    answer.expect(409).problem("email_taken");
    // The user's own address in another case is no conflict.
    let own = change(&app, &admin, other.id(), &json!({ "email": "SARA@news.example" })).await;
    assert_eq!(own.expect(200).json()["email"], "sara@news.example");
});

api_test!(concurrent_users_with_one_email_are_201_once_and_409, async |app: TestApp| {
    let admin = app.admin().await;
    let answers = join_all((0..8).map(|_| app.new_user().send(&admin))).await;
    let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409, 409, 409, 409, 409, 409]);
});

api_test!(invalid_user_is_422_with_its_pointer, async |app: TestApp| {
    let admin = app.admin().await;
    let long_name = "ن".repeat(101);
    for (field, value) in [
        ("password", json!("short")),
        ("password", json!("p".repeat(129))),
        ("password", json!("passwordpassword")),
        ("password", json!("123456789012")),
        ("password", json!("lina@news.example")),
        ("password", json!("seven green\u{0}lanterns")),
        ("password", json!(null)),
        ("email", json!("lina")),
        ("email", json!("lina@localhost")),
        ("email", json!("li na@news.example")),
        ("email", json!("lina\u{0}@news.example")),
        ("email", json!(format!("{}@news.example", "l".repeat(250)))),
        ("name", json!("")),
        ("name", json!(" \u{a0}\n")),
        ("name", json!(long_name)),
        ("role", json!("owner")),
        ("role", json!("Admin")),
        ("id", json!(7)),
        ("suspended", json!(true)),
        ("password_hash", json!("x")),
    ] {
        let answer = app.new_user().with(field, value).send(&admin).await.expect(422);
        assert_violations(&answer, &format!("/{field}"));
    }
    let all = ["/email", "/name", "/role", "/password"];
    app.post("/api/v1/users")
        .as_user(&admin)
        .json(&json!({}))
        .send()
        .await
        .expect(422)
        .invalid(&all);
    let users = app.get("/api/v1/users").as_user(&admin).query(&[("total", "true")]);
    assert_eq!(users.send().await.expect(200).json()["page"]["total"], 1);
});

api_test!(email_in_arabic_script_is_accepted, async |app: TestApp| {
    let admin = app.admin().await;
    let made = app.new_user().email("لينا@أخبار.مثال").create(&admin).await;
    assert_eq!(made.json()["email"], "لينا@أخبار.مثال");
    assert_eq!(login(&app, "لينا@أخبار.مثال", PASSWORD).await, 200);
});

api_test!(repeated_key_replays_the_user_without_its_password, async |app: TestApp| {
    let admin = app.admin().await;
    let send =
        async |user: UserBuilder| user.request(&admin).idempotency_key("lina-1").send().await;
    let first = send(app.new_user()).await.expect(201);
    assert_eq!(first.header("idempotency-replayed"), None);
    let again = send(app.new_user()).await.expect(201);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!((again.text(), again.location()), (first.text(), first.location()));
    // The password is not part of the comparison, since not even a fast hash of it is stored.
    let other = send(app.new_user().password("nine brass kettles whistle")).await.expect(201);
    assert_eq!(other.text(), first.text());
    assert_eq!(login(&app, "lina@news.example", PASSWORD).await, 200);
    assert_eq!(login(&app, "lina@news.example", "nine brass kettles whistle").await, 401);
    send(app.new_user().role("admin")).await.expect(422).problem("idempotency_key_reused");
});

api_test!(concurrent_requests_with_one_key_create_one_user, async |app: TestApp| {
    let admin = app.admin().await;
    let send = async || app.new_user().request(&admin).idempotency_key("lina-1").send().await;
    let answers = join_all((0..8).map(|_| send())).await;
    let id = answers[0].id();
    for answer in answers {
        assert_eq!(answer.expect(201).id(), id);
    }
});

api_test!(users_are_paginated_by_id, async |app: TestApp| {
    let admin = app.admin().await;
    let (editor, author) = (app.editor().await, app.author().await);
    let list = async |query: &[(&str, &str)]| {
        app.get("/api/v1/users").as_user(&admin).query(query).send().await
    };
    let first = list(&[("limit", "2"), ("total", "true")]).await.expect(200);
    let page = first.json();
    let ids = |page: &Value| -> Vec<Value> {
        page["data"].as_array().expect("data").iter().map(|user| user["id"].clone()).collect()
    };
    assert_eq!(ids(&page), [json!(admin.user_id), json!(editor.user_id)]);
    assert_eq!(page["page"]["total"], 3);
    assert!(first.header("link").is_some_and(|link| link.contains("rel=\"next\"")));
    let cursor = page["page"]["next"].as_str().expect("a cursor");
    let last = list(&[("limit", "2"), ("cursor", cursor)]).await.expect(200).json();
    assert_eq!(ids(&last), [json!(author.user_id)]);
    assert_eq!(last["page"]["next"], Value::Null);
    let back = last["page"]["prev"].as_str().expect("a cursor");
    let again = list(&[("limit", "2"), ("cursor", back)]).await.expect(200).json();
    assert_eq!(again["data"], page["data"]);
    let unchanged =
        app.get("/api/v1/users").as_user(&admin).query(&[("limit", "2"), ("total", "true")]);
    unchanged.if_none_match(&first.etag()).send().await.expect(304);
    list(&[("limit", "0")]).await.expect(400).problem("invalid_parameter");
    list(&[("cursor", "مؤشر")]).await.expect(400).problem("malformed_cursor");
    list(&[("role", "admin")]).await.expect(400).problem("unknown_parameter");
});

api_test!(unknown_user_is_404, async |app: TestApp| {
    let admin = app.admin().await;
    for id in ["99", "0", "-1", "9223372036854775807", "9223372036854775808", "x", "١"] {
        let path = format!("/api/v1/users/{id}");
        let status = app.get(&path).as_user(&admin).send().await.status;
        assert!(matches!(status, 404 | 400), "{id}: {status}");
        app.delete(&path).as_user(&admin).send().await.expect(status);
        let patch = app.patch(&path).as_user(&admin).merge_patch(&json!({ "name": "x" }));
        patch.send().await.expect(status);
    }
    app.get("/api/v1/users/99").as_user(&admin).send().await.expect(404).problem("user_not_found");
});

api_test!(patch_without_changes_keeps_the_user, async |app: TestApp| {
    let admin = app.admin().await;
    let before = app.new_user().create(&admin).await.json();
    app.clock.advance(chrono::Duration::seconds(60));
    let id = before["id"].as_i64().expect("an id");
    for patch in [json!({}), json!({ "name": "لينا حداد", "role": "author", "suspended": false })]
    {
        assert_eq!(change(&app, &admin, id, &patch).await.expect(200).json(), before);
    }
    let after = change(&app, &admin, id, &json!({ "name": "لينا" })).await.expect(200).json();
    assert_eq!(after["created_at"], before["created_at"]);
    assert_ne!(after["updated_at"], before["updated_at"]);
    assert_violations(
        &change(&app, &admin, id, &json!({ "role": null })).await.expect(422),
        "/role",
    );
    let password = json!({ "password": "nine brass kettles whistle" });
    change(&app, &admin, id, &password).await.expect(422).invalid(&["/password"]);
});

api_test!(articles_of_a_deleted_user_stay, async |app: TestApp| {
    let (admin, author) = (app.admin().await, app.author().await);
    let made = app.article().title("عودة الصيادين").create(&author).await;
    let path = format!("/api/v1/users/{}", author.user_id);
    app.delete(&path).as_user(&admin).send().await.expect(204);
    app.get(&path).as_user(&admin).send().await.expect(404).problem("user_not_found");
    app.delete(&path).as_user(&admin).send().await.expect(404);
    let found = app.get(&made.location()).as_user(&admin).send().await.expect(200).json();
    assert_eq!(found["title"], "عودة الصيادين");
    // The address is available again, and its next owner inherits nothing.
    app.new_user().email(&author.email).create(&admin).await;
    let next = app.login(&author.email, PASSWORD).await;
    app.get(&made.location()).as_user(&next).send().await.expect(404);
});

api_test!(demotion_suspension_or_deletion_of_the_last_admin_is_409, async |app: TestApp| {
    let admin = app.admin().await;
    let path = format!("/api/v1/users/{}", admin.user_id);
    let refuses_all = async || {
        for patch in [json!({ "role": "editor" }), json!({ "suspended": true })] {
            let answer = change(&app, &admin, admin.user_id, &patch).await;
            answer.expect(409).problem("last_admin");
        }
        app.delete(&path).as_user(&admin).send().await.expect(409).problem("last_admin");
    };
    refuses_all().await;
    // Neither an editor nor a suspended admin counts as an admin.
    app.editor().await;
    let second = second_admin(&app).await;
    change(&app, &admin, second.user_id, &json!({ "suspended": true })).await.expect(200);
    refuses_all().await;
    change(&app, &admin, admin.user_id, &json!({ "name": "مدير الموقع" })).await.expect(200);
    change(&app, &admin, second.user_id, &json!({ "suspended": false })).await.expect(200);
    change(&app, &admin, admin.user_id, &json!({ "role": "editor" })).await.expect(200);
    app.get("/api/v1/users").as_user(&admin).send().await.expect(403).problem("forbidden");
});

api_test!(concurrent_removals_of_two_admins_leave_one, async |app: TestApp| {
    let mut pair = [app.admin().await, second_admin(&app).await];
    let changes = [
        [json!({ "role": "editor" }), json!({ "role": "editor" })],
        [json!({ "suspended": true }), json!({ "suspended": true })],
        [json!({ "role": "author" }), json!({ "suspended": true })],
    ];
    for [one, other] in changes.iter().cycle().take(9) {
        let (first, second) = join(
            change(&app, &pair[0], pair[1].user_id, one),
            change(&app, &pair[1], pair[0].user_id, other),
        )
        .await;
        let won = usize::from(second.status == 200);
        let lost = [&second, &first][won];
        assert_eq!([&first, &second][won].status, 200, "one of them succeeds");
        assert!(matches!(lost.status, 401 | 403 | 409), "both won: {}", lost.status);
        // The winner restores the loser, then logs it in again.
        let back = json!({ "role": "admin", "suspended": false });
        change(&app, &pair[won], pair[1 - won].user_id, &back).await.expect(200);
        let email = pair[1 - won].email.clone();
        pair[1 - won] = app.login(&email, PASSWORD).await;
    }
});

api_test!(concurrent_deletions_of_two_admins_leave_one, async |app: TestApp| {
    let (one, other) = (app.admin().await, second_admin(&app).await);
    let delete = async |by: &Session, target: &Session| {
        let path = format!("/api/v1/users/{}", target.user_id);
        app.delete(&path).as_user(by).send().await.status
    };
    let (first, second) = join(delete(&one, &other), delete(&other, &one)).await;
    assert!((first == 204) != (second == 204), "{first} and {second}");
    let survivor = if first == 204 { &one } else { &other };
    let users = app.get("/api/v1/users").as_user(survivor).send().await.expect(200).json();
    assert_eq!(users["data"].as_array().map(Vec::len), Some(1));
});
