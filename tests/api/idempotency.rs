//! `Idempotency-Key`: a repeated creating request creates one resource.

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::answer::TestResponse;
use crate::support::session::Session;

const TAGS: &str = "/api/v1/tags";
const ARTICLES: &str = "/api/v1/articles";

async fn create(
    app: &TestApp,
    user: &Session,
    path: &str,
    key: &str,
    body: &Value,
) -> TestResponse {
    app.post(path).as_user(user).idempotency_key(key).json(body).send().await
}

async fn total(app: &TestApp, user: &Session, path: &str) -> i64 {
    let list = app.get(path).as_user(user).query(&[("total", "true")]).send().await.expect(200);
    list.json()["page"]["total"].as_i64().expect("a total")
}

fn replayed(answer: &TestResponse) -> bool {
    answer.header("idempotency-replayed") == Some("true")
}

api_test!(repeated_key_replays_the_first_response, async |app: TestApp| {
    let editor = app.editor().await;
    let article = json!({ "title": "خبر", "body": "نصّ.", "tags": ["بحر"] });
    for (path, body) in [(TAGS, json!({ "name": "ليبيا" })), (ARTICLES, article)] {
        let first = create(&app, &editor, path, "key-1", &body).await.expect(201);
        assert!(!replayed(&first) && first.header("idempotency-replayed").is_none());
        let before = total(&app, &editor, path).await;
        // The replay repeats the first response, even if the resource has changed since.
        let patch = app.patch(&first.location()).as_user(&editor).if_match("*");
        patch.merge_patch(&json!({ "slug": "moved" })).send().await.expect(200);
        app.clock.advance(chrono::Duration::minutes(1));
        let again = create(&app, &editor, path, "key-1", &body).await.expect(201);
        assert!(replayed(&again), "{path}");
        assert_eq!(again.body, first.body);
        assert_eq!((again.location(), again.etag()), (first.location(), first.etag()));
        assert_eq!(total(&app, &editor, path).await, before);
    }
});

api_test!(key_reused_with_another_body_is_422, async |app: TestApp| {
    let editor = app.editor().await;
    create(&app, &editor, TAGS, "key", &json!({ "name": "ليبيا" })).await.expect(201);
    let other = create(&app, &editor, TAGS, "key", &json!({ "name": "تونس" })).await.expect(422);
    other.problem("idempotency_key_reused");
    assert_eq!(total(&app, &editor, TAGS).await, 1);
    // The same tag in other bytes is another body too.
    let spaced = app.post(TAGS).as_user(&editor).idempotency_key("key");
    let spaced = spaced.raw_body("application/json", "{ \"name\":\"ليبيا\" }").send().await;
    spaced.expect(422).problem("idempotency_key_reused");
    create(&app, &editor, TAGS, "other key", &json!({ "name": "تونس" })).await.expect(201);
});

api_test!(twenty_concurrent_requests_with_one_key_create_one_resource, async |app: TestApp| {
    let editor = app.editor().await;
    for (path, body) in [
        (TAGS, json!({ "name": "ليبيا" })),
        (ARTICLES, json!({ "title": "خبر", "body": "نصّ.", "tags": ["ليبيا"] })),
    ] {
        let sent = (0..20).map(|_| create(&app, &editor, path, "one key", &body));
        let answers = join_all(sent).await;
        for answer in &answers {
            assert_eq!(answer.clone().expect(201).body, answers[0].body);
        }
        assert_eq!(answers.iter().filter(|answer| !replayed(answer)).count(), 1, "{path}");
        assert_eq!(total(&app, &editor, path).await, 1, "{path}");
    }
});

api_test!(twenty_concurrent_bodies_with_one_key_are_201_once_and_422, async |app: TestApp| {
    let editor = app.editor().await;
    let bodies: Vec<_> = (0..20).map(|n| json!({ "name": format!("وسم {n}") })).collect();
    let answers =
        join_all(bodies.iter().map(|body| create(&app, &editor, TAGS, "key", body))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    for refused in answers.iter().filter(|answer| answer.status != 201) {
        refused.clone().expect(422).problem("idempotency_key_reused");
    }
    assert_eq!(total(&app, &editor, TAGS).await, 1);
});

api_test!(key_is_scoped_to_its_user_and_path, async |app: TestApp| {
    let (editor, author) = (app.editor().await, app.author().await);
    let body = json!({ "title": "خبر", "body": "نصّ." });
    let hers = create(&app, &editor, ARTICLES, "same", &body).await.expect(201);
    let his = create(&app, &author, ARTICLES, "same", &body).await.expect(201);
    assert!(!replayed(&his));
    assert_ne!(hers.id(), his.id());
    let tag = create(&app, &editor, TAGS, "same", &json!({ "name": "خبر" })).await.expect(201);
    assert!(!replayed(&tag));
});

api_test!(each_request_without_a_key_creates_a_resource, async |app: TestApp| {
    let editor = app.editor().await;
    let body = json!({ "title": "خبر", "body": "نصّ." });
    for _ in 0..2 {
        let post = app.post(ARTICLES).as_user(&editor).json(&body);
        assert!(!replayed(&post.send().await.expect(201)));
    }
    assert_eq!(total(&app, &editor, ARTICLES).await, 2);
});

api_test!(malformed_key_is_400, async |app: TestApp| {
    let editor = app.editor().await;
    let body = json!({ "name": "ليبيا" });
    for key in ["", &"k".repeat(256)] {
        let answer = create(&app, &editor, TAGS, key, &body).await.expect(400);
        answer.problem("idempotency_key_invalid");
    }
    let odd = app.post(TAGS).as_user(&editor).header("idempotency-key", b"\xd9\x84\xff");
    odd.json(&body).send().await.expect(400).problem("idempotency_key_invalid");
    let two = app.post(TAGS).as_user(&editor).idempotency_key("a").idempotency_key("b");
    two.json(&body).send().await.expect(400).problem("idempotency_key_invalid");
    assert_eq!(total(&app, &editor, TAGS).await, 0);
    create(&app, &editor, TAGS, &"k".repeat(255), &body).await.expect(201);
});

api_test!(refused_request_leaves_its_key_unused, async |app: TestApp| {
    let editor = app.editor().await;
    create(&app, &editor, TAGS, "key", &json!({ "name": "" })).await.expect(422);
    let first = create(&app, &editor, TAGS, "key", &json!({ "name": "مدرسة" })).await.expect(201);
    // Refused inside the transaction that had claimed the key already.
    let taken = json!({ "name": "مدرسه" });
    let refused = create(&app, &editor, TAGS, "other", &taken).await.expect(409);
    refused.problem("tag_exists");
    app.delete(&first.location()).as_user(&editor).send().await.expect(204);
    let made = create(&app, &editor, TAGS, "other", &taken).await.expect(201);
    assert!(!replayed(&made));
});

api_test!(key_does_not_bypass_authorization, async |app: TestApp| {
    let (editor, author) = (app.editor().await, app.author().await);
    let body = json!({ "name": "ليبيا" });
    create(&app, &editor, TAGS, "key", &body).await.expect(201);
    create(&app, &author, TAGS, "key", &body).await.expect(403).problem("forbidden");
    let nobody = app.post(TAGS).idempotency_key("key").json(&body).send().await;
    nobody.expect(401).problem("unauthenticated");
});
