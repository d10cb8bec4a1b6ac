//! Moderation of mentions by editors, settings and word lists.

use serde_json::json;

use super::*;

async fn mentions_in_status(app: &TestApp, status: &str) -> Vec<Value> {
    let editor = app.editor().await;
    let list = app.get("/api/v1/mentions").as_user(&editor).query(&[("status", status)]);
    let list = list.send().await.expect(200).json();
    list["data"].as_array().expect("a list").clone()
}

async fn set_status(app: &TestApp, id: &Value, status: &str) -> TestResponse {
    let editor = app.editor().await;
    let request = app.patch(&format!("/api/v1/mentions/{id}")).as_user(&editor);
    request.merge_patch(&json!({ "status": status })).send().await
}

api_test!(
    first_mention_of_a_host_is_pending_and_the_next_is_approved,
    open,
    async |app: TestApp| {
        let article = published(&app, "harbour", "x").await;
        let (peer, source) = site_linking(&article.address);
        let first = verified(&app, &source, &article.address).await;
        assert_eq!(
            (mention_count(&app, &article).await, public_mentions(&app, &article).await.len()),
            (0, 0)
        );
        let pending = mentions_in_status(&app, "pending").await;
        assert_eq!((pending.len(), &pending[0]["verification"]), (1, &json!("verified")));
        let etag = app.get(&article.path()).send().await.etag();
        let approved = set_status(&app, &first["id"], "approved").await.expect(200).json();
        assert_eq!(approved["status"], "approved");
        assert_eq!(
            (mention_count(&app, &article).await, public_mentions(&app, &article).await.len()),
            (1, 1)
        );
        assert_ne!(
            app.get(&article.path()).send().await.etag(),
            etag,
            "the representation has changed"
        );
        let source = peer.put("/second", linking(&article.address));
        verified(&app, &source, &article.address).await;
        assert_mention_count(&app, &article, 2).await;
        set_status(&app, &first["id"], "spam").await.expect(200);
        assert_mention_count(&app, &article, 1).await;
        // Its source is refused from now on; other pages of the host are accepted.
        let denied = webmention(&app, &peer.url("/reply"), &article.address).await.expect(400);
        denied.problem("mention_source_denied");
        set_status(&app, &first["id"], "approved").await.expect(200);
        let editor = app.editor().await;
        let path = format!("/api/v1/mentions/{}", first["id"]);
        app.delete(&path).as_user(&editor).send().await.expect(204);
        assert_mention_count(&app, &article, 1).await;
        app.get(&path).send().await.expect(404);
        app.delete(&path).as_user(&editor).send().await.expect(404);
        set_status(&app, &first["id"], "approved").await.expect(404).problem("mention_not_found");
        set_status(&app, &mentions_in_status(&app, "approved").await[0]["id"], "wonderful")
            .await
            .expect(422);
    }
);

api_test!(moderation_setting_and_words_decide_a_mentions_status, open, async |app: TestApp| {
    let article = published(&app, "harbour", "x").await;
    let peer = Peer::start();
    let mention_titled = async |n: usize, text: &str| {
        let page = format!("<title>{text}</title><a href='{}'>x</a>", article.address);
        let source = peer.put(&format!("/{n}"), Page::html(page));
        verified(&app, &source, &article.address).await["id"].clone()
    };
    app.site_settings(
        json!({ "moderation": "none", "moderation_words": ["قرض"], "blocked_words": ["casino"] }),
    )
    .await;
    let (good, held, spam) = (
        mention_titled(1, "خبر").await,
        mention_titled(2, "قَــرض سريع").await,
        mention_titled(3, "The CASINO").await,
    );
    let ids = async |status: &str| -> Vec<Value> {
        mentions_in_status(&app, status).await.iter().map(|mention| mention["id"].clone()).collect()
    };
    assert_eq!(ids("approved").await, std::slice::from_ref(&good));
    assert_eq!(ids("pending").await, [held]);
    // Words in the URL count, too.
    let source = peer.put("/best-casino", linking(&article.address));
    let named = verified(&app, &source, &article.address).await["id"].clone();
    assert_eq!(ids("spam").await, [named, spam]);
    app.site_settings(json!({ "moderation": "all" })).await;
    let next = mention_titled(4, "خبر آخر").await;
    assert!(ids("pending").await.contains(&next));
    // An approved mention stays approved after an update.
    assert_eq!(mention_titled(1, "خبر محدث").await, good);
    assert_eq!(ids("approved").await, [good]);
    assert_mention_count(&app, &article, 1).await;
});

api_test!(mention_lists_are_paginated_newest_first, open, async |app: TestApp| {
    app.site_settings(json!({ "moderation": "none" })).await;
    let article = published(&app, "harbour", "x").await;
    let peer = Peer::start();
    for n in 0..5 {
        let source = peer.put(&format!("/{n}"), linking(&article.address));
        verified(&app, &source, &article.address).await;
    }
    let path = format!("{}/mentions?limit=2&total=true", article.path());
    let first = app.get(&path).send().await.expect(200).json();
    assert_eq!(first["page"]["total"], 5);
    let cursor = first["page"]["next"].as_str().expect("a next page");
    let second = app.get(&format!("{path}&cursor={cursor}")).send().await.expect(200).json();
    let ids = |page: &Value| -> Vec<i64> {
        page["data"]
            .as_array()
            .expect("a list")
            .iter()
            .filter_map(|one| one["id"].as_i64())
            .collect()
    };
    let all: Vec<i64> = ids(&first).into_iter().chain(ids(&second)).collect();
    assert!(all.windows(2).all(|pair| pair[0] > pair[1]), "newest first, none twice: {all:?}");
    app.get(&format!("{path}&cursor=x")).send().await.expect(400).problem("malformed_cursor");
    app.get("/api/v1/mentions").send().await.expect(401);
    let author = app.author().await;
    app.get("/api/v1/mentions").as_user(&author).send().await.expect(403);
});

api_test!(scripts_in_a_mention_are_removed, open, async |app: TestApp| {
    app.site_settings(json!({ "moderation": "none" })).await;
    let article = published(&app, "harbour", "x").await;
    let peer = Peer::start();
    let evil = "&lt;script&gt;alert(1)&lt;/script&gt;<svg onload=alert(1)>";
    let page = format!(
        "<title>{evil}</title><body class=h-entry><b class=p-name>{evil}x</b>\
         <a class='p-author h-card' href='javascript:alert(1)'>{evil}y</a>\
         <p class=p-summary>{evil}z</p><a href='{}'>{evil}</a>",
        article.address
    );
    let source = peer.put("/?a=<script>", Page::html(page.clone()));
    let source = source.replace("<script>", "%3Cscript%3E");
    peer.put("/?a=%3Cscript%3E", Page::html(page));
    verified(&app, &source, &article.address).await;
    let editor = app.editor().await;
    for path in [format!("{}/mentions", article.path()), "/api/v1/mentions".into()] {
        let answer = app.get(&path).as_user(&editor).send().await.expect(200);
        let text = answer.text();
        for bad in ["<", ">", "javascript:", "onload=alert(1)>"] {
            assert!(!text.contains(bad), "{bad} in {text}");
        }
        assert_eq!(answer.json()["data"][0]["author"]["url"], json!(null), "{text}");
    }
});

api_test!(mention_with_stale_if_match_is_412_and_unchanged, open, async |app: TestApp| {
    let article = published(&app, "harbour", "x").await;
    let (_peer, source) = site_linking(&article.address);
    let mention = verified(&app, &source, &article.address).await;
    let editor = app.editor().await;
    let path = format!("/api/v1/mentions/{}", mention["id"]);
    let patch = |status: &str, etag: &str| {
        let request = app.patch(&path).as_user(&editor).if_match(etag);
        request.merge_patch(&json!({ "status": status })).send()
    };
    let read = app.get(&path).send().await.expect(200).etag();
    let approved = patch("approved", &read).await.expect(200);
    assert_ne!(app.get(&path).send().await.expect(200).etag(), read);
    patch("spam", &read).await.expect(412).problem("precondition_failed");
    app.delete(&path).as_user(&editor).if_match(&read).send().await.expect(412);
    patch("spam", "spam").await.expect(400).problem("invalid_header");
    assert_mention_count(&app, &article, 1).await;
    let denied = patch("spam", &format!("W/{}", approved.etag())).await.expect(200);
    assert_eq!(denied.json()["status"], "spam");
    app.delete(&path).as_user(&editor).if_match(&approved.etag()).send().await.expect(412);
    let early = app.delete(&path).as_user(&editor);
    let early = early.header("if-unmodified-since", "Thu, 15 Jan 2026 08:00:00 GMT");
    early.send().await.expect(412);
    app.delete(&path).as_user(&editor).if_match(&denied.etag()).send().await.expect(204);
});
