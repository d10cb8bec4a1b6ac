//! Who finds what: the index follows an article from draft to archive, and drafts stay unseen, also
//! in the scores of what is seen.

use chrono::Duration;
use serde_json::{Value, json};

use super::{ids, results, search};
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
    let id = app.article().title("مفاجأة").create_id().await;
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
    let article = app.article().title("مفاجأة").published_at("2026-01-15T09:05:00Z");
    let id = article.create_id().await;
    assert_eq!(with_status(&app, &editor, "scheduled").await, [id]);
    assert_eq!(search(&app, "مفاجأة").await, [] as [i64; 0]);
    app.clock.advance(Duration::minutes(6));
    app.eventually(async || search(&app, "مفاجأة").await == [id], "it is found").await;
    assert_eq!(with_status(&app, &editor, "scheduled").await, [] as [i64; 0]);
});

api_test!(drafts_are_found_by_those_who_may_edit_them, async |app: TestApp| {
    let (author, other) = (app.author().await, app.contributor().await);
    let draft = app.article().title("مفاجأة").create(&author).await;
    assert_eq!(with_status(&app, &author, "draft").await, [draft.id()]);
    assert_eq!(with_status(&app, &app.editor().await, "draft").await, [draft.id()]);
    assert_eq!(with_status(&app, &other, "draft").await, [] as [i64; 0]);
    let anonymous = results(&app, &[("q", "مفاجأة"), ("status", "draft")]).await;
    assert_eq!(ids(&anonymous), [] as [i64; 0]);
});

api_test!(drafts_leave_no_trace_in_what_readers_see, async |app: TestApp| {
    app.article().title("الميناء القديم").body("مراكب").published().create_id().await;
    app.article().title("السوق").body("سمك").published().create_id().await;
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
        app.article().title(secret).body(secret).create_id().await;
    }
    app.article().title("Ships").body("ships").lang("en").create_id().await;
    assert_eq!(see().await, before, "neither hits nor scores");
});

api_test!(a_change_that_touches_no_word_leaves_the_answers_alone, async |app: TestApp| {
    let id = app.article().title("الميناء").body("مراكب").published().create_id().await;
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
