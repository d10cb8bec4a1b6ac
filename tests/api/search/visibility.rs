//! Who finds what: the index follows an article from draft to archive, and drafts stay unseen, also
//! in the scores of what is seen.

use chrono::{Duration, TimeZone, Utc};
use serde_json::{Value, json};

use super::{article, article_with, draft_with, ids, results, search};
use crate::support::TestApp;
use crate::support::session::Session;

async fn step(app: &TestApp, id: i64, step: &str) {
    let editor = app.editor().await;
    let path = format!("/api/v1/articles/{id}/{step}");
    app.post(&path).as_user(&editor).send().await.expect(200);
}

async fn with_status(app: &TestApp, who: &Session, status: &str) -> Vec<i64> {
    let query = [("q", "مفاجأة"), ("status", status)];
    let answer = app.get("/api/v1/search").query(&query).as_user(who).send().await;
    ids(&answer.expect(200).json())
}

api_test!(the_index_goes_with_the_article, async |app: TestApp| {
    let (editor, none) = (app.editor().await, [] as [i64; 0]);
    let id = draft_with(&app, json!({ "title": "مفاجأة", "body": "x" })).await;
    assert_eq!(search(&app, "مفاجأة").await, none);
    assert_eq!(with_status(&app, &editor, "draft").await, [id]);
    assert_eq!(with_status(&app, &editor, "archived").await, none);
    step(&app, id, "publish").await;
    assert_eq!(search(&app, "مفاجأة").await, [id]);
    assert_eq!(with_status(&app, &editor, "draft").await, none);
    step(&app, id, "archive").await;
    assert_eq!(search(&app, "مفاجأة").await, none);
    assert_eq!(with_status(&app, &editor, "archived").await, [id]);
    step(&app, id, "publish").await;

    let path = format!("/api/v1/articles/{id}");
    let change = app.patch(&path).as_user(&editor).header("if-match", "*");
    change.merge_patch(&json!({ "title": "هدوء" })).send().await.expect(200);
    assert_eq!(search(&app, "مفاجأة").await, none);
    assert_eq!(search(&app, "هدوء").await, [id]);
    step(&app, id, "revisions/1/restore").await;
    assert_eq!(search(&app, "مفاجأة").await, [id]);

    let delete = |query: &'static [(&'static str, &'static str)], who: &Session| {
        let request = app.delete(&path).query(query).as_user(who);
        request.header("if-match", "*").send()
    };
    delete(&[], &editor).await.expect(204);
    assert_eq!(search(&app, "مفاجأة").await, none);
    assert_eq!(with_status(&app, &editor, "trashed").await, [id]);
    step(&app, id, "restore").await;
    assert_eq!(search(&app, "مفاجأة").await, [id]);
    let admin = app.admin().await;
    delete(&[("permanent", "true")], &admin).await.expect(204);
    assert_eq!(search(&app, "مفاجأة").await, none);
    assert_eq!(with_status(&app, &editor, "trashed").await, none);
});

api_test!(a_scheduled_article_is_found_from_its_time_on, async |app: TestApp| {
    let editor = app.editor().await;
    let id = draft_with(&app, json!({ "title": "مفاجأة", "body": "x" })).await;
    let at = Utc.with_ymd_and_hms(2026, 1, 15, 9, 5, 0).single().expect("a time");
    let path = format!("/api/v1/articles/{id}/publish");
    let body = json!({ "at": at.to_rfc3339() });
    app.post(&path).as_user(&editor).json(&body).send().await.expect(200);
    assert_eq!(with_status(&app, &editor, "scheduled").await, [id]);
    assert_eq!(search(&app, "مفاجأة").await, [] as [i64; 0]);
    app.clock.advance(Duration::minutes(6));
    app.eventually(async || search(&app, "مفاجأة").await == [id], "it is found").await;
    assert_eq!(with_status(&app, &editor, "scheduled").await, [] as [i64; 0]);
});

api_test!(drafts_are_found_by_those_who_may_edit_them, async |app: TestApp| {
    let (author, other) = (app.author().await, app.contributor().await);
    let body = json!({ "title": "مفاجأة", "body": "x" });
    let made = app.post("/api/v1/articles").as_user(&author).json(&body).send().await.expect(201);
    assert_eq!(with_status(&app, &author, "draft").await, [made.id()]);
    assert_eq!(with_status(&app, &app.editor().await, "draft").await, [made.id()]);
    assert_eq!(with_status(&app, &other, "draft").await, [] as [i64; 0]);
    let anonymous = results(&app, &[("q", "مفاجأة"), ("status", "draft")]).await;
    assert_eq!(ids(&anonymous), [] as [i64; 0]);
});

api_test!(drafts_leave_no_trace_in_what_readers_see, async |app: TestApp| {
    article(&app, "الميناء القديم", "مراكب").await;
    article(&app, "السوق", "سمك").await;
    let see = async || -> Value {
        let mut seen = Vec::new();
        for q in ["ميناء", "مراكب سمك", "\"الميناء القديم\"", "مين*", "ship"]
        {
            seen.push(results(&app, &[("q", q)]).await);
        }
        json!(seen)
    };
    let before = see().await;
    let secret = "الميناء القديم ميناء مراكب سمك ships";
    for _ in 0..5 {
        draft_with(&app, json!({ "title": secret, "body": secret })).await;
    }
    draft_with(&app, json!({ "title": "Ships", "body": "ships", "lang": "en" })).await;
    assert_eq!(see().await, before, "neither hits nor scores");
});

api_test!(a_change_that_touches_no_word_leaves_the_answers_alone, async |app: TestApp| {
    let id = article_with(&app, json!({ "title": "الميناء", "body": "مراكب" })).await;
    let score = async || results(&app, &[("q", "ميناء")]).await["data"][0]["score"].clone();
    let before = score().await;
    let editor = app.editor().await;
    for featured in [true, false, true] {
        let path = format!("/api/v1/articles/{id}");
        let change = app.patch(&path).as_user(&editor).header("if-match", "*");
        change.merge_patch(&json!({ "featured": featured })).send().await.expect(200);
    }
    assert_eq!(score().await, before);
});
