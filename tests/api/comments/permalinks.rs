//! The permalink of a comment, and the page of the conversation that holds it.

use serde_json::{Value, json};

use super::{ids, moderate, open, under};
use crate::support::TestApp;

async fn place(app: &TestApp, article: i64, comment: i64, query: &[(&str, &str)]) -> Value {
    let path = format!("{}/{comment}", under(article));
    app.get(&path).query(query).send().await.expect(200).json()
}

api_test!(permalink_names_the_page_that_holds_the_comment, async |app: TestApp| {
    let article = app.article().published().create_id().await;
    open(&app).await;
    let mut all = Vec::new();
    for number in 0..4 {
        let top = app.comment(article).body(number.to_string()).create().await;
        let reply = app.comment(article).reply_to(top).body(format!("{number}.1")).create().await;
        all.extend([top, reply]);
    }
    // A late reply shifts the comments behind it.
    all.push(app.comment(article).reply_to(all[0]).body("0.2").create().await);
    for order in ["oldest", "newest"] {
        for limit in ["1", "2", "4", "100"] {
            for comment in &all {
                let query = [("order", order), ("limit", limit)];
                let found = place(&app, article, *comment, &query).await;
                assert_eq!(found["id"], *comment);
                let mut query = vec![("limit", limit)];
                match found["page"]["cursor"].as_str() {
                    Some(cursor) => query.push(("cursor", cursor)),
                    None => query.push(("order", order)),
                }
                let page = app.get(&under(article)).query(&query).send().await.expect(200);
                let page = ids(&page.json());
                assert!(page.contains(comment), "{order} {limit}: {comment} is not in {page:?}");
            }
        }
    }
    let found = place(&app, article, all[3], &[("limit", "2")]).await;
    let expected = json!({ "order": "oldest", "limit": 2, "cursor": found["page"]["cursor"] });
    assert_eq!(found["page"], expected);
    app.site_settings(json!({ "order": "newest" })).await;
    assert_eq!(place(&app, article, all[0], &[]).await["page"]["order"], "newest");
});

api_test!(permalink_of_a_hidden_or_foreign_comment_is_404, async |app: TestApp| {
    let article = app.article().published().create_id().await;
    let elsewhere = app.article().published().create_id().await;
    let held = app.comment(article).by("canary").body("canary-text").send().await.expect(202).id();
    let refused = async |article: i64, comment: i64, code: &str| {
        let answer = app.get(&format!("{}/{comment}", under(article))).send().await.expect(404);
        answer.problem(code);
        assert!(!answer.text().contains("canary"));
    };
    refused(article, held, "comment_not_found").await;
    refused(article, 999_999, "comment_not_found").await;
    moderate(&app, held, "approved").await;
    place(&app, article, held, &[]).await;
    refused(elsewhere, held, "comment_not_found").await;
    refused(999_999, held, "article_not_found").await;
    // Only its tombstone is left.
    let reply = app.comment(article).by("canary").reply_to(held).body("رد").send().await;
    reply.expect(201);
    moderate(&app, held, "spam").await;
    let tombstone = place(&app, article, held, &[]).await;
    assert_eq!((&tombstone["is_removed"], &tombstone["html"]), (&json!(true), &json!("")));
    assert_eq!(tombstone["author_name"], json!(null));
    let path = format!("{}/{held}", under(article));
    app.get(&path).query(&[("limit", "0")]).send().await.expect(400).problem("invalid_parameter");
    app.get(&path).query(&[("order", "best")]).send().await.expect(400);
});

api_test!(permalink_is_cached_until_the_conversation_changes, async |app: TestApp| {
    let article = app.article().published().create_id().await;
    open(&app).await;
    let first = app.comment(article).body("1").create().await;
    let path = format!("{}/{first}", under(article));
    let before = app.get(&path).send().await.expect(200);
    let hit = app.get(&path).send().await.expect(200);
    assert_eq!(hit.header("x-cache"), Some("hit"));
    app.get(&path).if_none_match(&before.etag()).send().await.expect(304);
    moderate(&app, first, "trash").await;
    app.get(&path).send().await.expect(404);
});
