//! Comments of another site, imported by an admin with their time and author.

use chrono::Duration;
use maqal::clock::Clock;
use serde_json::{Value, json};

use super::{as_moderator, open, public_list, under};
use crate::support::TestApp;
use crate::support::answer::TestResponse;

const TIME: &str = "2019-05-04T09:30:00Z";

async fn import(app: &TestApp, article: i64, changes: Value) -> TestResponse {
    let mut comment = json!({
        "author_name": "زائر قديم", "author_email": "old@reader.example", "body": "كازينو",
        "author_url": "https://old.example/", "created_at": TIME,
    });
    for (name, value) in changes.as_object().expect("an object") {
        comment[name] = value.clone();
    }
    app.post(&under(article)).as_user(&app.admin().await).json(&comment).send().await
}

api_test!(admin_imports_comments_with_their_time_and_author, async |app: TestApp| {
    let settings = json!({ "comments": "closed", "moderation": "all", "blocked_words": ["كازينو"] });
    app.site_settings(settings).await;
    let article = app.article().published().create_id().await;
    let top = import(&app, article, json!({})).await.expect(201);
    assert_eq!(
        (&top.json()["created_at"], &top.json()["author_name"], &top.json()["is_staff"]),
        (&json!(TIME), &json!("زائر قديم"), &json!(false))
    );
    assert_eq!((&top.json()["edit_token"], &top.json()["status"]), (&json!(null), &json!("approved")));
    let inside = as_moderator(&app, top.id()).await;
    assert_eq!(inside["author_email"], "old@reader.example");
    for field in ["user_id", "client_address", "user_agent", "held_for"] {
        assert_eq!(inside[field], json!(null), "{field}");
    }
    // Threads may be deeper than the settings allow.
    app.site_settings(json!({ "thread_depth": 1 })).await;
    let reply = json!({ "parent_id": top.id(), "created_at": "2019-05-04T10:00:00Z" });
    let reply = import(&app, article, reply).await.expect(201);
    assert_eq!(reply.json()["depth"], 2);
    let list = public_list(&app, article).await;
    assert_eq!(list.len(), 2);
    // An import that runs twice adds nothing. The same words at another time are another comment.
    import(&app, article, json!({})).await.expect(409).problem("comment_repeated");
    import(&app, article, json!({ "created_at": "2019-05-05T09:30:00Z" })).await.expect(201);
    let draft = app.article().create_id().await;
    let anonymous = json!({ "created_at": TIME, "body": "بلا اسم" });
    let anonymous = app.post(&under(draft)).as_user(&app.admin().await).json(&anonymous);
    anonymous.send().await.expect(201);
});

api_test!(import_by_others_or_from_the_future_is_422, async |app: TestApp| {
    let article = app.article().published().create_id().await;
    open(&app).await;
    let comment = json!({ "author_name": "س", "body": "تعليق", "created_at": TIME });
    for user in [app.contributor().await, app.author().await, app.editor().await] {
        let post = app.post(&under(article)).as_user(&user).json(&comment).send().await;
        let problem = post.expect(422).invalid(&["/created_at"]);
        assert_eq!(problem["errors"][0]["code"], "read_only");
    }
    let post = app.post(&under(article)).json(&comment).send().await;
    post.expect(422).invalid(&["/created_at"]);
    for late in [app.clock.now() + Duration::seconds(1), app.clock.now() + Duration::days(900)] {
        let answer = import(&app, article, json!({ "created_at": late })).await;
        let problem = answer.expect(422).invalid(&["/created_at"]);
        assert_eq!(problem["errors"][0]["code"], "out_of_range");
    }
    import(&app, article, json!({ "created_at": app.clock.now() })).await.expect(201);
    import(&app, article, json!({ "created_at": "yesterday" })).await.expect(422);
    import(&app, article, json!({ "body": " " })).await.expect(422).invalid(&["/body"]);
});
