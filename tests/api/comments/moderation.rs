//! The moderation queue, and status changes of comments.

use serde_json::{Value, json};

use super::{as_moderator, count, ids, moderate, open, outline, public_ids};
use crate::support::TestApp;
use crate::support::answer::TestResponse;

const COMMENTS: &str = "/api/v1/comments";

fn one(id: i64) -> String {
    format!("{COMMENTS}/{id}")
}

async fn list(app: &TestApp, query: &[(&str, &str)]) -> Value {
    let request = app.get(COMMENTS).as_user(&app.editor().await).query(query);
    request.send().await.expect(200).json()
}

async fn bulk(app: &TestApp, ids: &[i64], status: &str) -> TestResponse {
    let request = app.post(&format!("{COMMENTS}/bulk")).as_user(&app.editor().await);
    request.json(&json!({ "ids": ids, "status": status })).send().await
}

api_test!(moderation_queue_is_newest_first_and_filterable, async |app: TestApp| {
    let article = app.article().published().create_id().await;
    let other = app.article().published().create_id().await;
    let a = app.comment(article).body("1").send().await.expect(202).id();
    let b = app.comment(other).body("2").send().await.expect(202).id();
    let c = app.comment(article).by("huda").body("3").send().await.expect(202).id();
    moderate(&app, a, "approved").await;
    assert_eq!(ids(&list(&app, &[]).await), [c, b, a]);
    assert_eq!(ids(&list(&app, &[("status", "pending")]).await), [c, b]);
    assert_eq!(ids(&list(&app, &[("article", &article.to_string())]).await), [c, a]);
    let query = [("email", "Salem@reader.example"), ("total", "true")];
    let found = list(&app, &query).await;
    assert_eq!((ids(&found), &found["page"]["total"]), (vec![b, a], &json!(2)));
    assert_eq!(ids(&list(&app, &[("status", "spam"), ("article", "1")]).await), [0; 0]);
    let first = list(&app, &[("limit", "2")]).await;
    let next = first["page"]["next"].as_str().expect("a next page");
    let second = list(&app, &[("limit", "2"), ("cursor", next)]).await;
    assert_eq!((ids(&first), ids(&second)), (vec![c, b], vec![a]));
    let prev = second["page"]["prev"].as_str().expect("a page before");
    assert_eq!(ids(&list(&app, &[("limit", "2"), ("cursor", prev)]).await), [c, b]);

    let editor = app.editor().await;
    let answer = app.get(COMMENTS).as_user(&editor).send().await.expect(200);
    app.get(COMMENTS).as_user(&editor).if_none_match(&answer.etag()).send().await.expect(304);
    let read = app.get(&one(a)).as_user(&editor).send().await.expect(200);
    app.get(&one(a)).as_user(&editor).if_none_match(&read.etag()).send().await.expect(304);
    for query in [("status", "gone"), ("article", "0"), ("email", "x"), ("q", "x")] {
        app.get(COMMENTS).as_user(&editor).query(&[query]).send().await.expect(400);
    }
});

api_test!(moderation_by_an_author_is_403, async |app: TestApp| {
    // Authors do not even moderate the comments under their own articles.
    let author = app.author().await;
    let article = app.article().published().create(&author).await.id();
    let id = app.comment(article).send().await.expect(202).id();
    for request in [app.get(COMMENTS), app.get(&one(id)), app.delete(&one(id))] {
        request.as_user(&author).send().await.expect(403).problem("forbidden");
    }
    app.get(&one(id)).send().await.expect(401);
    let editor = app.editor().await;
    let path = format!("{}?permanent=true", one(id));
    app.delete(&path).as_user(&editor).send().await.expect(403);
    app.get(&one(999_999)).as_user(&editor).send().await.expect(404).problem("comment_not_found");
    app.delete(&one(999_999)).as_user(&editor).send().await.expect(404);
});

api_test!(hidden_comment_changes_count_and_etag_but_not_the_version, async |app: TestApp| {
    let article = app.article().published().create_id().await;
    open(&app).await;
    let other = app.comment(article).body("2").create().await;
    let before = app.get(&format!("/api/v1/articles/{article}")).send().await.expect(200);
    moderate(&app, other, "trash").await;
    let fewer = app.get(&format!("/api/v1/articles/{article}")).send().await.expect(200);
    assert_eq!(
        (&fewer.json()["version"], &fewer.json()["updated_at"]),
        (&before.json()["version"], &before.json()["updated_at"])
    );
    assert_ne!(fewer.etag(), before.etag());
    moderate(&app, other, "approved").await;
    let after = app.get(&format!("/api/v1/articles/{article}")).send().await.expect(200);
    assert_eq!(after.etag(), before.etag());
});

api_test!(edited_comment_is_rendered_again, async |app: TestApp| {
    let article = app.article().published().create_id().await;
    open(&app).await;
    let id = app.comment(article).body("كلمة **نابية**").create().await;
    let editor = app.editor().await;
    let first = app.get(&one(id)).as_user(&editor).send().await.expect(200);
    let patch = |etag: &str, changes: Value| {
        app.patch(&one(id)).as_user(&editor).if_match(etag).merge_patch(&changes).send()
    };
    let changes = json!({ "body": "كلمة\n<script>x</script>أخرى", "author_name": "س", "author_url": "https://s.example" });
    let edited = patch(&first.etag(), changes).await.expect(200);
    assert_eq!(edited.json()["html"], "<p>كلمة<br>أخرى</p>\n");
    assert_eq!(edited.json()["version"], 2);
    patch(&first.etag(), json!({ "status": "trash" })).await.expect(412);
    assert_eq!(public_ids(&app, article).await, [id]);
    let cleared = patch("*", json!({ "author_name": null, "author_url": null })).await.expect(200);
    assert_eq!(
        (&cleared.json()["author_name"], &cleared.json()["author_url"]),
        (&json!(null), &json!(null))
    );
    patch("*", json!({ "status": "gone" })).await.expect(422).invalid(&["/status"]);
    patch("*", json!({ "body": "" })).await.expect(422).invalid(&["/body"]);
    patch("*", json!({ "html": "<p>x</p>" })).await.expect(422).invalid(&["/html"]);
});

api_test!(delete_moves_a_comment_to_the_trash_and_permanent_removes_it, async |app: TestApp| {
    let article = app.article().published().create_id().await;
    open(&app).await;
    let top = app.comment(article).body("1").create().await;
    let answer = app.comment(article).reply_to(top).body("1.1").create().await;
    let other = app.comment(article).body("2").create().await;
    let (editor, admin) = (app.editor().await, app.admin().await);
    app.delete(&one(top)).as_user(&editor).if_match("\"v9-0\"").send().await.expect(412);
    for _ in 0..2 {
        app.delete(&one(top)).as_user(&editor).send().await.expect(204);
        assert_eq!(as_moderator(&app, top).await["status"], "trash");
        assert_eq!(outline(&app, article).await, [-top, answer, other]);
    }
    moderate(&app, top, "approved").await;
    assert_eq!(public_ids(&app, article).await, [top, answer, other]);
    let path = format!("{}?permanent=true", one(top));
    app.delete(&path).as_user(&admin).send().await.expect(204);
    assert_eq!(public_ids(&app, article).await, [other]);
    for gone in [top, answer] {
        app.get(&one(gone)).as_user(&editor).send().await.expect(404);
    }
});

api_test!(bulk_moderation_answers_for_each_comment, async |app: TestApp| {
    let article = app.article().published().create_id().await;
    let elsewhere = app.article().published().create_id().await;
    let a = app.comment(article).by("a").body("1").send().await.expect(202).id();
    let b = app.comment(elsewhere).by("b").body("2").send().await.expect(202).id();
    let c = app.comment(article).by("c").body("3").send().await.expect(202).id();
    moderate(&app, c, "approved").await;
    let done = bulk(&app, &[c, 999_999, a, b], "approved").await.expect(200).json();
    let results = json!([
        { "id": c, "result": "unchanged" }, { "id": 999_999, "result": "not_found" },
        { "id": a, "result": "changed" }, { "id": b, "result": "changed" },
    ]);
    assert_eq!(done["data"], results);
    assert_eq!(
        (public_ids(&app, article).await, public_ids(&app, elsewhere).await),
        (vec![a, c], vec![b])
    );
    bulk(&app, &[a, b, c], "spam").await.expect(200);
    assert_eq!((count(&app, article).await, count(&app, elsewhere).await), (0, 0));
    bulk(&app, &[], "spam").await.expect(422).invalid(&["/ids"]);
    bulk(&app, &[a, a], "spam").await.expect(422).invalid(&["/ids/1"]);
    bulk(&app, &[0], "spam").await.expect(422).invalid(&["/ids/0"]);
    bulk(&app, &(1..=101).collect::<Vec<_>>(), "spam").await.expect(422).invalid(&["/ids"]);
    bulk(&app, &[a], "gone").await.expect(422).invalid(&["/status"]);
});

api_test!(bulk_approval_restores_a_thread_in_any_order, async |app: TestApp| {
    let article = app.article().published().create_id().await;
    open(&app).await;
    let mut thread = vec![app.comment(article).create().await];
    for depth in 1..5 {
        let parent = thread[depth - 1];
        thread.push(app.comment(article).reply_to(parent).body(depth.to_string()).create().await);
    }
    bulk(&app, &thread, "trash").await.expect(200);
    assert_eq!(public_ids(&app, article).await, [0; 0]);
    let backwards: Vec<i64> = thread.iter().rev().copied().collect();
    bulk(&app, &backwards, "approved").await.expect(200);
    assert_eq!(public_ids(&app, article).await, thread);
});

api_test!(
    trashed_article_keeps_its_comments_and_permanent_deletion_removes_them,
    async |app: TestApp| {
        let article = app.article().published().create_id().await;
        open(&app).await;
        let id = app.comment(article).body("1").create().await;
        let admin = app.admin().await;
        let path = format!("/api/v1/articles/{article}");
        app.delete(&path).as_user(&admin).send().await.expect(204);
        app.get(&format!("{path}/comments")).send().await.expect(404);
        app.post(&format!("{path}/restore")).as_user(&admin).send().await.expect(200);
        assert_eq!(public_ids(&app, article).await, [id]);
        app.delete(&format!("{path}?permanent=true")).as_user(&admin).send().await.expect(204);
        app.get(&one(id)).as_user(&admin).send().await.expect(404);
    }
);

api_test!(comment_events_are_counted_in_metrics, async |app: TestApp| {
    let article = app.article().published().create_id().await;
    let id = app.comment(article).body("1").send().await.expect(202).id();
    moderate(&app, id, "approved").await;
    moderate(&app, id, "approved").await;
    app.comment(article).body("2").send().await.expect(201);
    let metrics = app.get("/metrics").send().await.expect(200);
    for event in ["comment_held", "comment_moderated", "comment_published"] {
        let line = format!("maqal_events_total{{event=\"{event}\"}} 1");
        assert!(metrics.text().contains(&line), "{line}: {}", metrics.text());
    }
});

api_test!(reserved_comment_paths_answer_405_to_other_methods, async |app: TestApp| {
    let admin = app.admin().await;
    for (method, path, allowed) in [
        ("DELETE", "export", "GET"),
        ("PATCH", "export", "GET"),
        ("GET", "bulk", "POST"),
        ("GET", "personal-data", "DELETE"),
    ] {
        let request = app.request(method.parse().expect("a method"), &format!("{COMMENTS}/{path}"));
        let answer = request.as_user(&admin).send().await.expect(405);
        assert!(answer.header("allow").expect("Allow").contains(allowed), "{method} {path}");
    }
    let wrong = app.get(&format!("{COMMENTS}/abc")).as_user(&admin).send().await;
    wrong.expect(400).problem("invalid_parameter");
});
