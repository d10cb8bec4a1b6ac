//! Known mentions after an article's pings have closed: they are updated and removed, and new ones are
//! refused.

use serde_json::json;

use super::*;

api_test!(known_mention_is_updated_and_removed_after_closing, open, async |app: TestApp| {
    app.site_settings(json!({ "moderation": "none" })).await;
    let article = published(&app, "harbour", "x").await;
    let (peer, source) = site_linking(&article.address);
    let rejected = peer.put("/rejected", Page::html("no link"));
    let first = verified(&app, &source, &article.address).await;
    verified(&app, &rejected, &article.address).await;
    for closed in [json!({ "pings": "closed" }), json!({ "close_pings_after_days": 7 })] {
        app.site_settings(json!({ "pings": "open", "close_pings_after_days": null })).await;
        peer.put("/reply", linking(&article.address));
        verified(&app, &source, &article.address).await;
        app.site_settings(closed.clone()).await;
        app.clock.advance(chrono::Duration::days(8));
        let page = format!("<title>Second thoughts</title><a href='{}'>x</a>", article.address);
        peer.put("/reply", Page::html(page));
        let second = verified(&app, &source, &article.address).await;
        assert_eq!((&second["id"], &second["status"]), (&first["id"], &json!("verified")));
        assert_eq!(public_mentions(&app, &article).await[0]["title"], "Second thoughts");
        // New sources are refused, and so are those that never had a link.
        peer.put("/rejected", linking(&article.address));
        let new = peer.put("/new", linking(&article.address));
        for source in [&rejected, &new] {
            let answer = webmention(&app, source, &article.address).await.expect(400);
            answer.problem("pings_closed");
        }
        peer.put("/reply", Page::status(410));
        let gone = verified(&app, &source, &article.address).await;
        assert_eq!(gone["reason"], "source_not_found", "{closed}");
        assert_mention_count(&app, &article, 0).await;
        // A removed mention would be new.
        peer.put("/reply", linking(&article.address));
        let answer = webmention(&app, &source, &article.address).await.expect(400);
        answer.problem("pings_closed");
    }
});

api_test!(
    known_pingback_and_trackback_are_verified_again_after_closing,
    open,
    async |app: TestApp| {
        app.site_settings(json!({ "moderation": "none" })).await;
        let article = published(&app, "harbour", "x").await;
        let (peer, source) = site_linking(&article.address);
        verified(&app, &source, &article.address).await;
        app.site_settings(json!({ "pings": "closed" })).await;
        let new = peer.put("/new", linking(&article.address));
        let ping = async |source: &str| {
            let call = format!(
                "<methodCall><methodName>pingback.ping</methodName><params><param><value>{source}</value>\
             </param><param><value>{}</value></param></params></methodCall>",
                article.address
            );
            app.post("/api/v1/xmlrpc").raw_body("text/xml", call).send().await.expect(200)
        };
        assert!(ping(&source).await.text().contains("<int>48</int>"));
        assert!(ping(&new).await.text().contains("<int>33</int>"));
        let trackback = async |source: &str| {
            let request = app.post(&format!("{}/trackback", article.path()));
            request.raw_body(FORM, form(&[("url", source)])).send().await.expect(200)
        };
        assert!(trackback(&source).await.text().contains("<error>0</error>"));
        assert!(trackback(&new).await.text().contains("pings_closed"));
        let before = peer.requests_of("/reply").len();
        peer.put("/reply", Page::html("no link"));
        assert!(trackback(&source).await.text().contains("<error>0</error>"));
        app.eventually(async || mention_count(&app, &article).await == 0, "it is removed").await;
        assert!(peer.requests_of("/reply").len() > before);
        assert_eq!(peer.requests_of("/new").len(), 0);
    }
);
