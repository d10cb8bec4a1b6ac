//! Revisions of an article: reading and restoring them.

use chrono::Duration;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::answer::TestResponse;
use crate::support::session::Session;

const ARTICLES: &str = "/api/v1/articles";

fn revisions(id: i64) -> String {
    format!("{ARTICLES}/{id}/revisions")
}

async fn patch(app: &TestApp, by: &Session, id: i64, patch: Value) -> TestResponse {
    let request = app.patch(&format!("{ARTICLES}/{id}")).as_user(by).if_match("*");
    request.merge_patch(&patch).send().await.expect(200)
}

async fn restore(app: &TestApp, by: &Session, id: i64, number: i64) -> TestResponse {
    let path = format!("{}/{number}/restore", revisions(id));
    app.post(&path).as_user(by).send().await
}

fn numbers(list: &Value) -> Vec<i64> {
    let rows = list["data"].as_array().expect("rows");
    rows.iter().map(|row| row["number"].as_i64().expect("a number")).collect()
}

api_test!(each_save_makes_a_revision_with_editor_and_time, async |app: TestApp| {
    let (author, editor) = (app.author().await, app.editor().await);
    let first = json!({"title": "أول", "body": "نص **أول**", "tags": ["ليبيا"]});
    let id = app.article().fields(first).create(&author).await.id();
    app.clock.advance(Duration::minutes(1));
    patch(&app, &editor, id, json!({"title": "ثان"})).await;
    app.post(&format!("{ARTICLES}/{id}/publish")).as_user(&editor).send().await.expect(200);

    let list = app.get(&revisions(id)).as_user(&author).send().await.expect(200).json();
    assert_eq!(
        list["data"],
        json!([
            {"number": 2, "editor_id": editor.user_id, "created_at": "2026-01-15T09:01:00Z", "title": "ثان"},
            {"number": 1, "editor_id": author.user_id, "created_at": "2026-01-15T09:00:00Z", "title": "أول"},
        ]),
        "transitions make no revisions"
    );
    let one = app.get(&format!("{}/1", revisions(id))).as_user(&author).send().await.expect(200);
    let article = &one.json()["article"];
    assert_eq!((&article["title"], &article["body"]), (&json!("أول"), &json!("نص **أول**")));
    assert_eq!(article["tags"], json!(["ليبيا"]));
    assert_eq!(one.header("cache-control"), Some("private, no-cache"));
    let again = app.get(&format!("{}/1", revisions(id))).as_user(&author);
    again.if_none_match(&one.etag()).send().await.expect(304);
});

api_test!(revisions_are_paginated_newest_first, async |app: TestApp| {
    let editor = app.editor().await;
    let id = app.article().title("خبر 1").create(&editor).await.id();
    for n in 2..=7 {
        patch(&app, &editor, id, json!({"title": format!("خبر {n}")})).await;
    }
    let page = async |query: &[(&str, &str)]| {
        let request = app.get(&revisions(id)).as_user(&editor).query(query);
        request.send().await
    };
    let first = page(&[("limit", "3"), ("total", "true")]).await.expect(200);
    assert_eq!(numbers(&first.json()), [7, 6, 5]);
    assert_eq!(first.json()["page"]["total"], 7);
    assert!(first.header("link").expect("a link").contains("rel=\"next\""));
    patch(&app, &editor, id, json!({"title": "خبر 8"})).await;
    let next = first.json()["page"]["next"].as_str().expect("a cursor").to_owned();
    let second = page(&[("limit", "3"), ("cursor", &next)]).await.expect(200).json();
    assert_eq!(numbers(&second), [4, 3, 2], "a new revision does not shift pages");
    let prev = second["page"]["prev"].as_str().expect("a cursor").to_owned();
    let back = page(&[("limit", "3"), ("cursor", &prev)]).await.expect(200).json();
    assert_eq!(numbers(&back), [7, 6, 5]);
    let next = second["page"]["next"].as_str().expect("a cursor").to_owned();
    let last = page(&[("limit", "3"), ("cursor", &next)]).await.expect(200).json();
    assert_eq!((numbers(&last), &last["page"]["next"]), (vec![1], &Value::Null));

    let articles = app.get(ARTICLES).as_user(&editor).query(&[("limit", "1")]);
    articles.send().await.expect(200);
    page(&[("cursor", "x")]).await.expect(400).problem("malformed_cursor");
    for limit in ["0", "101"] {
        page(&[("limit", limit)]).await.expect(400).problem("invalid_parameter");
    }
    page(&[("sort", "number")]).await.expect(400).problem("unknown_parameter");
});

api_test!(restored_revision_replaces_all_fields_but_the_slug, async |app: TestApp| {
    let editor = app.editor().await;
    let old = json!({
        "title": "قديم", "slug": "old", "subtitle": "فرعي", "lang": "ar-LY", "tags": ["ليبيا"],
        "body": "<p>نص <b>قديم</b></p>", "body_format": "html", "featured": true,
        "credits": [{"name": "سالم", "role": "author"}], "seo": {"title": "س"},
        "cover": {"url": "https://images.example/1.jpg"}, "metadata": {"a": {"b": null}},
    });
    let id = app.article().fields(old).create(&editor).await.id();
    let path = format!("{ARTICLES}/{id}");
    let before = app.get(&path).as_user(&editor).send().await.expect(200).json();
    let put = app.put(&path).as_user(&editor).if_match("*");
    let new = json!({"title": "جديد", "slug": "new", "body": "نص", "tags": ["اقتصاد"]});
    put.json(&new).send().await.expect(200);
    app.post(&format!("{path}/publish")).as_user(&editor).send().await.expect(200);

    let now = restore(&app, &editor, id, 1).await.expect(200).json();
    for field in [
        "title",
        "subtitle",
        "lang",
        "tags",
        "body",
        "body_format",
        "html",
        "excerpt",
        "featured",
        "credits",
        "seo",
        "cover",
        "metadata",
        "word_count",
    ] {
        assert_eq!(now[field], before[field], "{field}");
    }
    assert_eq!((&now["slug"], &now["status"]), (&json!("new"), &json!("published")));
    assert_eq!(now["version"], 4);
    let count = async |slug: &str| {
        let tag = app.get(&format!("/api/v1/tags/slug/{slug}")).send().await.expect(200);
        tag.json()["article_count"].clone()
    };
    assert_eq!((count("ليبيا").await, count("اقتصاد").await), (json!(1), json!(0)));
    let found = app.get(ARTICLES).query(&[("credit", "سالم")]).send().await.expect(200).json();
    assert_eq!(found["data"][0]["id"], id);

    let list = app.get(&revisions(id)).as_user(&editor).send().await.expect(200).json();
    assert_eq!(numbers(&list), [3, 2, 1]);
    let again = restore(&app, &editor, id, 2).await.expect(200).json();
    assert_eq!((&again["title"], &again["body"]), (&json!("جديد"), &json!("نص")));
});

api_test!(restored_revision_with_a_derived_excerpt_derives_it_again, async |app: TestApp| {
    let editor = app.editor().await;
    let id = app.article().body("نص أول").create(&editor).await.id();
    patch(&app, &editor, id, json!({"excerpt": "مختار", "body": "نص ثان"})).await;
    let now = restore(&app, &editor, id, 1).await.expect(200).json();
    assert_eq!(now["excerpt"], "نص أول");
    let now = patch(&app, &editor, id, json!({"body": "نص ثالث"})).await.json();
    assert_eq!(now["excerpt"], "نص ثالث");
});

api_test!(restore_with_stale_if_match_is_412_and_in_the_trash_409, async |app: TestApp| {
    let editor = app.editor().await;
    let id = app.article().title("أول").create(&editor).await.id();
    let stale =
        app.get(&format!("{ARTICLES}/{id}")).as_user(&editor).send().await.expect(200).etag();
    let etag = patch(&app, &editor, id, json!({"title": "ثان"})).await.etag();
    let path = format!("{}/1/restore", revisions(id));
    let post = app.post(&path).as_user(&editor).if_match(&stale);
    post.send().await.expect(412).problem("precondition_failed");
    app.post(&path).as_user(&editor).if_match(&etag).send().await.expect(200);
    app.delete(&format!("{ARTICLES}/{id}")).as_user(&editor).send().await.expect(204);
    restore(&app, &editor, id, 1).await.expect(409).problem("article_in_trash");
    let list = app.get(&revisions(id)).as_user(&editor).send().await.expect(200).json();
    assert_eq!(numbers(&list), [3, 2, 1], "revisions of a trashed article are readable");
});

api_test!(revisions_are_readable_by_those_who_may_edit_only, async |app: TestApp| {
    let (author, other) = (app.author().await, app.another_author().await);
    let id = app.article().title("سر").create(&author).await.id();
    let one = format!("{}/1", revisions(id));
    app.get(&revisions(id)).send().await.expect(401).problem("unauthenticated");
    for path in [revisions(id), one.clone()] {
        app.get(&path).as_user(&other).send().await.expect(404).problem("article_not_found");
    }
    restore(&app, &other, id, 1).await.expect(404).problem("article_not_found");
    app.post(&format!("{ARTICLES}/{id}/publish")).as_user(&author).send().await.expect(200);
    for path in [revisions(id), one] {
        app.get(&path).as_user(&other).send().await.expect(403).problem("forbidden");
    }
    restore(&app, &other, id, 1).await.expect(403).problem("forbidden");

    let contributor = app.contributor().await;
    let draft = app.article().title("مسودة").create(&contributor).await.id();
    restore(&app, &contributor, draft, 1).await.expect(200);
    let editor = app.editor().await;
    app.post(&format!("{ARTICLES}/{draft}/publish")).as_user(&editor).send().await.expect(200);
    restore(&app, &contributor, draft, 1).await.expect(403).problem("forbidden");
    app.get(&revisions(draft)).as_user(&contributor).send().await.expect(200);
});

api_test!(unknown_revision_is_404, async |app: TestApp| {
    let editor = app.editor().await;
    let id = app.article().create(&editor).await.id();
    let longer = app.article().title("آخر").create(&editor).await.id();
    patch(&app, &editor, longer, json!({"title": "غيره"})).await;
    for number in ["2", "0", "-1", "9223372036854775807"] {
        let path = format!("{}/{number}", revisions(id));
        app.get(&path).as_user(&editor).send().await.expect(404).problem("revision_not_found");
        let post = app.post(&format!("{path}/restore")).as_user(&editor);
        post.send().await.expect(404).problem("revision_not_found");
    }
    for number in ["one", "9223372036854775808", "%00"] {
        let answer = app.get(&format!("{}/{number}", revisions(id))).as_user(&editor).send().await;
        answer.expect(400).problem("invalid_parameter");
    }
    app.get(&revisions(987_654)).as_user(&editor).send().await.expect(404);
});
