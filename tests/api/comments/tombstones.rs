//! Tombstones: a hidden comment keeps its place as long as a reply below it is visible.

use serde_json::json;

use super::{as_moderator, moderate, open, outline, public_list, under};
use crate::support::TestApp;

api_test!(hidden_comment_with_replies_leaves_a_tombstone_without_its_content, async |app: TestApp| {
    let article = app.article().published().create_id().await;
    open(&app).await;
    for status in ["spam", "trash", "pending"] {
        let top = app.comment(article).by("canary-name").body(format!("canary-text {status}"));
        let top = top.with("author_url", "https://canary-page.example/").create().await;
        let answer = app.comment(article).by("huda").reply_to(top).body("رد").create().await;
        moderate(&app, top, status).await;
        let list = app.get(&under(article)).query(&[("order", "newest")]).send().await.expect(200);
        assert!(!list.text().contains("canary"), "{status}: {}", list.text());
        let rows = list.json()["data"].clone();
        let place = &rows[0];
        assert_eq!(
            *place,
            json!({
                "id": top, "article_id": article, "parent_id": null, "depth": 1,
                "author_name": null, "author_url": null, "author_hash": null, "is_staff": false,
                "is_removed": true, "lang": null, "dir": place["dir"], "html": "",
                "created_at": place["created_at"],
            })
        );
        assert_eq!((&rows[1]["id"], &rows[1]["parent_id"]), (&json!(answer), &json!(top)));
        // Moderators see the content.
        let inside = as_moderator(&app, top).await;
        assert_eq!((&inside["author_name"], &inside["shown"]), (&json!("canary-name"), &json!(false)));
        moderate(&app, answer, "trash").await;
        let list = app.get(&under(article)).send().await.expect(200);
        assert!(!list.text().contains(&format!("\"id\":{top},")), "{}", list.text());
    }
});

api_test!(tombstones_follow_the_visible_replies_below_them, async |app: TestApp| {
    let article = app.article().published().create_id().await;
    open(&app).await;
    let top = app.comment(article).body("1").create().await;
    let answer = app.comment(article).reply_to(top).body("1.1").create().await;
    let deeper = app.comment(article).reply_to(answer).body("1.1.1").create().await;
    let beside = app.comment(article).reply_to(top).body("1.2").create().await;
    let other = app.comment(article).body("2").create().await;
    let steps: [(i64, &str, &[i64]); 9] = [
        (answer, "pending", &[top, -answer, deeper, beside, other]),
        (top, "spam", &[-top, -answer, deeper, beside, other]),
        (deeper, "trash", &[-top, beside, other]),
        (beside, "trash", &[other]),
        (deeper, "approved", &[-top, -answer, deeper, other]),
        (top, "approved", &[top, -answer, deeper, other]),
        (deeper, "spam", &[top, other]),
        (answer, "approved", &[top, answer, other]),
        (beside, "approved", &[top, answer, beside, other]),
    ];
    for (comment, status, expected) in steps {
        moderate(&app, comment, status).await;
        assert_eq!(outline(&app, article).await, expected, "{comment} {status}");
    }
});

api_test!(bulk_moderation_keeps_tombstones_right_in_any_order, async |app: TestApp| {
    let article = app.article().published().create_id().await;
    open(&app).await;
    let mut thread = vec![app.comment(article).create().await];
    for depth in 1..5 {
        let parent = thread[depth - 1];
        thread.push(app.comment(article).reply_to(parent).body(depth.to_string()).create().await);
    }
    let editor = app.editor().await;
    let bulk = async |ids: &[i64], status: &str| {
        let body = json!({ "ids": ids, "status": status });
        let request = app.post("/api/v1/comments/bulk").as_user(&editor).json(&body);
        request.send().await.expect(200);
    };
    let [a, b, c, d, e] = thread[..] else { panic!("five") };
    bulk(&[d, a, c, b], "trash").await;
    assert_eq!(outline(&app, article).await, [-a, -b, -c, -d, e]);
    bulk(&[b, d], "approved").await;
    assert_eq!(outline(&app, article).await, [-a, b, -c, d, e]);
    bulk(&[e, d], "spam").await;
    assert_eq!(outline(&app, article).await, [-a, b]);
    bulk(&[b], "pending").await;
    assert_eq!(outline(&app, article).await, [0; 0]);
    bulk(&[e, c, a, d, b], "approved").await;
    assert_eq!(outline(&app, article).await, thread);
});

api_test!(permanent_deletion_removes_tombstones_without_replies, async |app: TestApp| {
    let article = app.article().published().create_id().await;
    open(&app).await;
    let top = app.comment(article).body("1").create().await;
    let answer = app.comment(article).reply_to(top).body("1.1").create().await;
    let deeper = app.comment(article).reply_to(answer).body("1.1.1").create().await;
    let other = app.comment(article).body("2").create().await;
    moderate(&app, top, "spam").await;
    moderate(&app, answer, "spam").await;
    assert_eq!(outline(&app, article).await, [-top, -answer, deeper, other]);
    let path = format!("/api/v1/comments/{answer}?permanent=true");
    app.delete(&path).as_user(&app.admin().await).send().await.expect(204);
    assert_eq!(outline(&app, article).await, [other]);
    assert_eq!(as_moderator(&app, top).await["status"], "spam");
});

api_test!(tombstones_belong_to_the_pages_of_a_thread, async |app: TestApp| {
    let article = app.article().published().create_id().await;
    open(&app).await;
    let mut expected = Vec::new();
    for number in 0..3 {
        let top = app.comment(article).body(number.to_string()).create().await;
        let reply = app.comment(article).reply_to(top).body(format!("{number}.1")).create().await;
        moderate(&app, top, "trash").await;
        expected.extend([top, reply]);
    }
    let (mut found, mut cursor) = (Vec::new(), None);
    loop {
        let mut query = vec![("limit", "2")];
        query.extend(cursor.as_deref().map(|cursor| ("cursor", cursor)));
        let page = app.get(&under(article)).query(&query).send().await.expect(200).json();
        found.extend(super::ids(&page));
        match page["page"]["next"].as_str() {
            Some(next) => cursor = Some(next.to_owned()),
            None => break,
        }
    }
    assert_eq!(found, expected);
    assert_eq!(public_list(&app, article).await.len(), 6);
});
