//! Mentions that are refused at once, each with its code, before any fetch.

use serde_json::json;

use super::*;

api_test!(invalid_webmention_is_400_with_its_code, open, async |app: TestApp| {
    let article = published(&app, "harbour", "x").await;
    let (peer, good) = site_linking(&article.address);
    let target = article.address.as_str();
    let long = format!("https://blog.example/{}", "x".repeat(2_000));
    for (source, target, code) in [
        ("", target, "mention_source_invalid"),
        ("not a url", target, "mention_source_invalid"),
        ("/relative", target, "mention_source_invalid"),
        ("mailto:a@blog.example", target, "mention_source_invalid"),
        ("javascript:alert(1)", target, "mention_source_invalid"),
        ("ftp://blog.example/x", target, "mention_source_invalid"),
        ("https://me:secret@blog.example/", target, "mention_source_invalid"),
        ("https://blog.ex\nample/", target, "mention_source_invalid"),
        (long.as_str(), target, "mention_source_invalid"),
        (good.as_str(), "", "mention_target_invalid"),
        (good.as_str(), "nonsense", "mention_target_invalid"),
        (good.as_str(), "data:text/html,x", "mention_target_invalid"),
        (target, target, "mention_same_address"),
        ("HTTPS://NEWS.example:443/harbour#x", target, "mention_same_address"),
        ("https://news.example/other", target, "mention_source_own"),
        (good.as_str(), "https://elsewhere.example/x", "mention_target_foreign"),
        (good.as_str(), "https://news.example.evil.example/harbour", "mention_target_foreign"),
        (good.as_str(), "https://news.example/", "mention_target_not_article"),
        (good.as_str(), "https://news.example/a/b", "mention_target_not_article"),
        (good.as_str(), "https://news.example/no-such-article", "mention_target_not_found"),
    ] {
        let answer = webmention(&app, source, target).await.expect(400);
        answer.problem(code);
    }
    for (body, code) in [
        (String::new(), "mention_source_invalid"),
        (format!("source={good}"), "mention_target_invalid"),
        (format!("source={good}&source={good}&target={target}"), "malformed_form"),
        (format!("source=%ff&target={target}"), "malformed_form"),
        (format!("source={good}%00&target={target}"), "malformed_form"),
    ] {
        let request = app.post("/api/v1/webmention").raw_body(FORM, body);
        request.send().await.expect(400).problem(code);
    }
    assert_eq!(peer.requests().len(), 0, "nothing was fetched");
});

api_test!(wrong_media_type_or_encoding_is_415, open, async |app: TestApp| {
    let article = published(&app, "harbour", "x").await;
    let paths = ["/api/v1/webmention", "/api/v1/xmlrpc", &format!("{}/trackback", article.path())];
    for path in paths {
        for kind in ["application/json", "text/plain", "multipart/form-data", "x"] {
            let request = app.post(path).raw_body(kind, "{}");
            request.send().await.expect(415).problem("unsupported_media_type");
        }
        let own = if path.ends_with("xmlrpc") { "text/xml" } else { FORM };
        let charset = format!("{own}; charset=utf-7");
        app.post(path).raw_body(&charset, "x").send().await.expect(415);
        let utf16 = format!("{own}; charset=utf-16");
        app.post(path).raw_body(&utf16, "x").send().await.expect(415);
        let zipped = app.post(path).raw_body(own, "x").header("content-encoding", "gzip");
        zipped.send().await.expect(415).problem("encoded_body");
        let large = app.post(path).raw_body(own, vec![b'x'; 70_000]);
        large.send().await.expect(413).problem("content_too_large");
        app.post(&format!("{path}?x=1")).raw_body(own, "x").send().await.expect(400);
    }
});

api_test!(mention_of_a_draft_is_rejected_as_unknown, open, async |app: TestApp| {
    let article = published(&app, "harbour", "x").await;
    let (_peer, source) = site_linking(&article.address);
    let status = verified(&app, &source, &article.address).await;
    let path = format!("/api/v1/mentions/{}", status["id"]);
    let editor = app.editor().await;
    let unpublish = app.post(&format!("{}/unpublish", article.path())).as_user(&editor);
    unpublish.send().await.expect(200);
    let answer = webmention(&app, &source, &article.address).await.expect(400);
    answer.problem("mention_target_not_found");
    app.get(&path).send().await.expect(404).problem("mention_not_found");
    let list = app.get(&format!("{}/mentions", article.path())).send().await;
    list.expect(404).problem("article_not_found");
    let trackback = app.post(&format!("{}/trackback", article.path()));
    let trackback = trackback.raw_body(FORM, form(&[("url", &source)])).send().await;
    trackback.expect(404).problem("article_not_found");
});

api_test!(withdrawn_article_rejects_mentions, open, async |app: TestApp| {
    app.site_settings(json!({ "moderation": "none" })).await;
    for (n, (away, back)) in
        [("unpublish", "publish"), ("archive", "publish"), ("", "restore")].into_iter().enumerate()
    {
        let article = published(&app, &format!("harbour {n}"), "x").await;
        let (path, editor) = (article.path(), app.editor().await);
        let (peer, source) = site_linking(&article.address);
        match away {
            "" => app.delete(&path).as_user(&editor).if_match("*").send().await.expect(204),
            step => app.post(&format!("{path}/{step}")).as_user(&editor).send().await.expect(200),
        };
        // The withdrawn article keeps its slug, but it is no valid target.
        let answer = webmention(&app, &source, &article.address).await.expect(400);
        answer.problem("mention_target_not_found");
        let call = app.post("/api/v1/xmlrpc").raw_body("text/xml", ping(&source, &article.address));
        let answer = call.send().await.expect(200);
        assert!(answer.text().contains("<int>32</int>"), "{away}: {}", answer.text());
        let trackback = app.post(&format!("{path}/trackback"));
        let trackback = trackback.raw_body(FORM, form(&[("url", &source)])).send().await;
        trackback.expect(404).problem("article_not_found");
        let seen = app.get(&path).as_user(&editor).send().await.expect(200);
        assert!(seen.header("x-pingback").is_none(), "{away}");
        let mut links = seen.headers.get_all("link").iter();
        assert!(!links.any(|link| link.to_str().is_ok_and(|link| link.contains("webmention"))));
        assert_eq!(seen.json()["discussion"]["pings_reason"], "unpublished", "{away}");
        assert_eq!(peer.requests().len(), 0, "nothing was fetched");
        app.post(&format!("{path}/{back}")).as_user(&editor).send().await.expect(200);
        assert!(app.get(&path).send().await.expect(200).header("x-pingback").is_some(), "{back}");
        assert_eq!(verified(&app, &source, &article.address).await["status"], "verified", "{back}");
    }
});

fn ping(source: &str, target: &str) -> String {
    format!(
        "<methodCall><methodName>pingback.ping</methodName><params><param><value>{source}</value>\
         </param><param><value>{target}</value></param></params></methodCall>"
    )
}

api_test!(queued_mention_of_a_withdrawn_article_is_rejected, open, async |app: TestApp| {
    let article = published(&app, "harbour", "x").await;
    let peer = Peer::start();
    let page = linking(&article.address).after(std::time::Duration::from_millis(500));
    let source = peer.put("/slow", page);
    let path = status_page(&webmention(&app, &source, &article.address).await.expect(201));
    let editor = app.editor().await;
    let away = app.post(&format!("{}/unpublish", article.path())).as_user(&editor);
    away.send().await.expect(200);
    let list = async || {
        let list = app.get("/api/v1/mentions").as_user(&editor).send().await.expect(200).json();
        list["data"][0].clone()
    };
    app.eventually(async || list().await["verification"] != "queued", "it is settled").await;
    app.get(&path).send().await.expect(404);
    assert_eq!(list().await["status"], "pending", "the mention stays hidden");
});

api_test!(webmention_with_closed_pings_is_400, open, async |app: TestApp| {
    let article = published(&app, "harbour", "x").await;
    let (peer, source) = site_linking(&article.address);
    app.site_settings(json!({ "pings": "closed" })).await;
    let answer = webmention(&app, &source, &article.address).await.expect(400);
    answer.problem("pings_closed");
    app.site_settings(json!({ "pings": "open", "close_pings_after_days": 7 })).await;
    app.clock.advance(chrono::Duration::days(8));
    let answer = webmention(&app, &source, &article.address).await.expect(400);
    answer.problem("pings_closed");
    assert_eq!(peer.requests().len(), 0, "nothing was fetched");
});

api_test!(
    host_over_its_queue_limit_is_429,
    |config| {
        open(config);
        config.pings.per_host_seconds = 3600;
    },
    async |app: TestApp| {
        let article = published(&app, "harbour", "x").await;
        let peer = Peer::start();
        // Twenty may be queued; the worker takes some meanwhile.
        let mut taken = 0;
        let refused = loop {
            let source = peer.url(&format!("/{taken}"));
            let answer = webmention(&app, &source, &article.address).await;
            if answer.status != 201 {
                break answer.expect(429);
            }
            taken += 1;
            assert!(taken < 30, "no limit was enforced");
        };
        refused.problem("too_many_requests");
        assert_eq!(refused.header("retry-after"), Some("60"));
        assert!(taken >= 20, "{taken}");
        // Other hosts are not affected.
        let other = webmention(&app, "https://blog.example/", &article.address).await;
        other.expect(201);
    }
);

api_test!(
    source_that_is_never_fetched_is_refused_without_a_row,
    |config| {
        open(config);
        config.pings.allow_private = false;
    },
    async |app: TestApp| {
        let article = published(&app, "harbour", "x").await;
        let (peer, other_port) = site_linking(&article.address);
        for source in [
            other_port.as_str(),
            "https://blog.example:8443/",
            "http://127.0.0.1/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://0177.0.0.1/",
            "http://[::1]/",
            "http://[::ffff:7f00:1]/",
            "http://[64:ff9b::7f00:1]/",
            "http://169.254.169.254/latest/meta-data/",
            "http://10.0.0.1/",
            "http://192.168.1.1./",
            "http://0/",
            "http://localhost/",
            "http://LOCALHOST./",
            "http://a.localhost/",
            "http://intranet/",
            "http://h1.invalid/",
            "http://H1.INVALID./",
            "http://printer.local/",
            "http://site.test/",
            "http://x.onion/",
            "http://db.internal/",
            "http://nas.home.arpa/",
        ] {
            let answer = webmention(&app, source, &article.address).await.expect(400);
            answer.problem("mention_source_invalid");
            let call = ping(source, &article.address);
            let call = app.post("/api/v1/xmlrpc").raw_body("text/xml", call).send().await;
            assert!(call.expect(200).text().contains("<int>16</int>"), "{source}");
            let trackback = app.post(&format!("{}/trackback", article.path()));
            let trackback = trackback.raw_body(FORM, form(&[("url", source)])).send().await;
            let answer = trackback.expect(200);
            assert!(answer.text().contains("mention_source_invalid"), "{source}");
        }
        let admin = app.admin().await;
        let list = app.get("/api/v1/mentions").as_user(&admin).send().await.expect(200).json();
        let stored = list["data"].as_array().expect("a list").len();
        assert_eq!((stored, peer.requests().len()), (0, 0));
    }
);
