//! The search index follows the states of an article. Drafts change neither results nor scores.

use chrono::Duration;
use serde_json::{Value, json};

use super::{ids, results, search};
use crate::support::TestApp;
use crate::support::session::Session;

async fn transition(app: &TestApp, id: i64, step: &str) {
    let editor = app.editor().await;
    let path = format!("/api/v1/articles/{id}/{step}");
    app.post(&path).as_user(&editor).send().await.expect(200);
}

async fn with_status(app: &TestApp, by: &Session, status: &str) -> Vec<i64> {
    let query = [("q", "مفاجأة"), ("status", status)];
    let answer = app.get("/api/v1/search").query(&query).as_user(by).send().await;
    ids(&answer.expect(200).json())
}

api_test!(search_index_follows_every_transition, async |app: TestApp| {
    let (editor, none) = (app.editor().await, [] as [i64; 0]);
    let id = app.article().title("مفاجأة").create_id().await;
    assert_eq!(search(&app, "مفاجأة").await, none);
    assert_eq!(with_status(&app, &editor, "draft").await, [id]);
    assert_eq!(with_status(&app, &editor, "archived").await, none);
    transition(&app, id, "publish").await;
    assert_eq!(search(&app, "مفاجأة").await, [id]);
    assert_eq!(with_status(&app, &editor, "draft").await, none);
    transition(&app, id, "archive").await;
    assert_eq!(search(&app, "مفاجأة").await, none);
    assert_eq!(with_status(&app, &editor, "archived").await, [id]);
    transition(&app, id, "publish").await;

    let path = format!("/api/v1/articles/{id}");
    let change = app.patch(&path).as_user(&editor).header("if-match", "*");
    change.merge_patch(&json!({ "title": "هدوء" })).send().await.expect(200);
    assert_eq!(search(&app, "مفاجأة").await, none);
    assert_eq!(search(&app, "هدوء").await, [id]);
    transition(&app, id, "revisions/1/restore").await;
    assert_eq!(search(&app, "مفاجأة").await, [id]);

    let delete = |query: &'static [(&'static str, &'static str)], by: &Session| {
        let request = app.delete(&path).query(query).as_user(by);
        request.header("if-match", "*").send()
    };
    delete(&[], &editor).await.expect(204);
    assert_eq!(search(&app, "مفاجأة").await, none);
    assert_eq!(with_status(&app, &editor, "trashed").await, [id]);
    transition(&app, id, "restore").await;
    assert_eq!(search(&app, "مفاجأة").await, [id]);
    let admin = app.admin().await;
    delete(&[("permanent", "true")], &admin).await.expect(204);
    assert_eq!(search(&app, "مفاجأة").await, none);
    assert_eq!(with_status(&app, &editor, "trashed").await, none);
});

api_test!(scheduled_article_is_found_from_its_time_on, async |app: TestApp| {
    let editor = app.editor().await;
    let article = app.article().title("مفاجأة").published_at("2026-01-15T09:05:00Z");
    let id = article.create_id().await;
    assert_eq!(with_status(&app, &editor, "scheduled").await, [id]);
    assert_eq!(search(&app, "مفاجأة").await, [] as [i64; 0]);
    app.clock.advance(Duration::minutes(6));
    app.eventually(async || search(&app, "مفاجأة").await == [id], "it is found").await;
    assert_eq!(with_status(&app, &editor, "scheduled").await, [] as [i64; 0]);
});

api_test!(draft_is_found_by_those_who_may_edit_it, async |app: TestApp| {
    let (author, other) = (app.author().await, app.contributor().await);
    let draft = app.article().title("مفاجأة").create(&author).await;
    assert_eq!(with_status(&app, &author, "draft").await, [draft.id()]);
    assert_eq!(with_status(&app, &app.editor().await, "draft").await, [draft.id()]);
    assert_eq!(with_status(&app, &other, "draft").await, [] as [i64; 0]);
    let anonymous = results(&app, &[("q", "مفاجأة"), ("status", "draft")]).await;
    assert_eq!(ids(&anonymous), [] as [i64; 0]);
});

api_test!(drafts_change_neither_results_nor_scores, async |app: TestApp| {
    app.article().title("الميناء القديم").body("مراكب").published().create_id().await;
    app.article().title("السوق").body("سمك").published().create_id().await;
    let results_for_readers = async || -> Value {
        let mut seen = Vec::new();
        for q in ["ميناء", "مراكب سمك", "\"الميناء القديم\"", "مين*", "ship"]
        {
            seen.push(results(&app, &[("q", q)]).await);
        }
        json!(seen)
    };
    let before = results_for_readers().await;
    let secret = "الميناء القديم ميناء مراكب سمك ships";
    for _ in 0..5 {
        app.article().title(secret).body(secret).create_id().await;
    }
    app.article().title("Ships").body("ships").lang("en").create_id().await;
    assert_eq!(results_for_readers().await, before, "neither hits nor scores");
});

api_test!(update_without_text_change_keeps_the_score, async |app: TestApp| {
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
