//! Rejected mentions: their size and their end.

use chrono::Duration;
use serde_json::json;

use super::*;

/// All stored mentions, the newest first.
async fn stored(app: &TestApp) -> Vec<Value> {
    let admin = app.admin().await;
    let list = app.get("/api/v1/mentions?limit=100").as_user(&admin).send().await.expect(200);
    list.json()["data"].as_array().expect("a list").clone()
}

api_test!(rejected_mention_is_deleted_after_a_week, open, async |app: TestApp| {
    let article = published(&app, "harbour", "x").await;
    let peer = Peer::start();
    let kept = peer.put("/kept", linking(&article.address));
    verified(&app, &kept, &article.address).await;
    let [plain, spam] = ["/plain", "/spam"].map(|path| peer.put(path, Page::html("no link")));
    let plain_page = status_page(&webmention(&app, &plain, &article.address).await.expect(201));
    assert_eq!(wait_until_settled(&app, &plain_page).await["reason"], "no_link");
    let spam_page = status_page(&webmention(&app, &spam, &article.address).await.expect(201));
    assert_eq!(wait_until_settled(&app, &spam_page).await["reason"], "no_link");
    let editor = app.editor().await;
    let mark = app.patch(&spam_page).as_user(&editor).merge_patch(&json!({ "status": "spam" }));
    mark.send().await.expect(200);
    // Sent again within the time, it has the same row.
    app.clock.advance(Duration::days(6));
    let again = status_page(&webmention(&app, &plain, &article.address).await.expect(201));
    assert_eq!(again, plain_page);
    wait_until_settled(&app, &plain_page).await;
    app.clock.advance(Duration::days(6));
    app.delete_expired().await;
    app.get(&plain_page).send().await.expect(200);
    app.clock.advance(Duration::days(1));
    app.delete_expired().await;
    app.get(&plain_page).send().await.expect(404).problem("mention_not_found");
    let sources: Vec<Value> =
        stored(&app).await.into_iter().map(|mention| mention["source_url"].clone()).collect();
    assert_eq!(sources, [json!(spam), json!(kept)], "spam and verified ones stay");
    webmention(&app, &spam, &article.address).await.expect(400).problem("mention_source_denied");
    // A deleted one may be sent again.
    peer.put("/plain", linking(&article.address));
    assert_eq!(verified(&app, &plain, &article.address).await["status"], "verified");
});

api_test!(rejected_trackback_keeps_no_text_until_it_is_sent_again, open, async |app: TestApp| {
    app.site_settings(json!({ "moderation": "none" })).await;
    let article = published(&app, "harbour", "x").await;
    let peer = Peer::start();
    let source = peer.put("/reply", Page::html("no link"));
    let send = async || {
        let body = form(&[("url", &source), ("title", "عنوان"), ("excerpt", "نص طويل")]);
        let request = app.post(&format!("{}/trackback", article.path())).raw_body(FORM, body);
        let answer = request.send().await.expect(200);
        assert!(answer.text().contains("<error>0</error>"), "{}", answer.text());
    };
    send().await;
    let rejected = async || stored(&app).await[0]["verification"] == "rejected";
    app.eventually(rejected, "it is rejected").await;
    let row = &stored(&app).await[0];
    assert_eq!((&row["title"], &row["excerpt"]), (&json!(null), &json!(null)));
    peer.put("/reply", linking(&article.address));
    send().await;
    app.eventually(async || mention_count(&app, &article).await == 1, "it is verified").await;
    assert_eq!(public_mentions(&app, &article).await[0]["title"], "عنوان");
    assert_eq!(stored(&app).await.len(), 1);
});
