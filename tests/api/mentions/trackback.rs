//! Received trackbacks, with responses in XML.

use serde_json::json;

use super::*;

async fn trackback(app: &TestApp, article: &Published, kind: &str, body: &str) -> TestResponse {
    let request = app.post(&format!("{}/trackback", article.path()));
    request.raw_body(kind, body).send().await
}

api_test!(valid_trackback_is_verified_and_shown_as_sent, open, async |app: TestApp| {
    app.site_settings(json!({ "moderation": "none" })).await;
    let article = published(&app, "harbour", "x").await;
    let (_peer, source) = site_linking(&article.address);
    let body = form(&[
        ("url", &source),
        ("title", "رد <b>على</b> خبر<script>alert(1)</script>"),
        ("excerpt", "قطعة & أخرى"),
        ("blog_name", "مدونة البحر"),
    ]);
    let answer = trackback(&app, &article, FORM, &body).await.expect(200);
    assert_eq!(answer.header("content-type"), Some("text/xml; charset=utf-8"));
    assert!(answer.text().contains("<response><error>0</error></response>"), "{}", answer.text());
    app.eventually(async || mention_count(&app, &article).await == 1, "it is verified").await;
    let mention = &public_mentions(&app, &article).await[0];
    assert_eq!((&mention["kind"], &mention["protocol"]), (&json!("mention"), &json!("trackback")));
    assert_eq!(
        (&mention["title"], &mention["excerpt"]),
        (&json!("رد على خبر"), &json!("قطعة & أخرى"))
    );
    assert_eq!(mention["author"]["name"], "مدونة البحر");
});

api_test!(trackback_in_windows_1256_is_decoded, open, async |app: TestApp| {
    app.site_settings(json!({ "moderation": "none" })).await;
    let article = published(&app, "harbour", "x").await;
    let (_peer, source) = site_linking(&article.address);
    let body = format!("url={source}&title=%E3%D1%CD%C8%C7");
    let kind = format!("{FORM}; charset=windows-1256");
    trackback(&app, &article, &kind, &body).await.expect(200);
    app.eventually(async || mention_count(&app, &article).await == 1, "it is verified").await;
    assert_eq!(public_mentions(&app, &article).await[0]["title"], "مرحبا");
});

api_test!(trackback_without_a_link_is_not_shown, open, async |app: TestApp| {
    app.site_settings(json!({ "moderation": "none" })).await;
    let article = published(&app, "harbour", "x").await;
    let peer = Peer::start();
    let source = peer.put("/spam", Page::html("buy this"));
    let answer = trackback(&app, &article, FORM, &form(&[("url", &source)])).await.expect(200);
    assert!(answer.text().contains("<error>0</error>"));
    let editor = app.editor().await;
    let all = async || {
        let list = app.get("/api/v1/mentions").as_user(&editor).send().await.expect(200).json();
        list["data"][0]["verification"].clone()
    };
    app.eventually(async || all().await == "rejected", "it is rejected").await;
    assert_mention_count(&app, &article, 0).await;
});

api_test!(invalid_trackback_gets_an_xml_error, open, async |app: TestApp| {
    let article = published(&app, "harbour", "x").await;
    let (peer, source) = site_linking(&article.address);
    let own = "https://news.example/other";
    for (body, code) in [
        (String::new(), "mention_source_invalid"),
        (form(&[("url", "javascript:alert('<x>')")]), "mention_source_invalid"),
        (form(&[("url", own)]), "mention_source_own"),
    ] {
        let answer = trackback(&app, &article, FORM, &body).await.expect(200);
        let text = answer.text();
        assert!(text.contains(&format!("<error>1</error><message>{code}: ")), "{text}");
        assert!(!text.contains("<x>"), "{text}");
    }
    trackback(&app, &article, FORM, "url=%ff").await.expect(400).problem("malformed_form");
    app.site_settings(json!({ "pings": "closed" })).await;
    let answer = trackback(&app, &article, FORM, &form(&[("url", &source)])).await.expect(200);
    assert!(answer.text().contains("<error>1</error><message>pings_closed: "), "{}", answer.text());
    assert_eq!(peer.requests().len(), 0);
});

api_test!(
    trackback_takes_any_address_of_the_article,
    |config| {
        open(config);
        config.site_aliases =
            vec!["https://www.news.example".into(), "https://nws.example/{id}".into()];
    },
    async |app: TestApp| {
        app.site_settings(json!({ "moderation": "none" })).await;
        let article = published(&app, "أخبار ليبيا", "x").await;
        let editor = app.editor().await;
        let patch = app.patch(&article.path()).as_user(&editor).if_match("*");
        patch.merge_patch(&json!({ "slug": "خبر-اليوم" })).send().await.expect(200);
        let peer = Peer::start();
        let linked = [
            "https://news.example/خبر-اليوم".to_owned(),
            "http://news.example/%D8%AE%D8%A8%D8%B1-%D8%A7%D9%84%D9%8A%D9%88%D9%85/?utm_source=x"
                .into(),
            "https://news.example/%d8%ae%d8%a8%d8%b1-%d8%a7%d9%84%d9%8a%d9%88%d9%85#top".into(),
            // A former slug, in another spelling, too.
            article.address.clone(),
            "https://news.example/اخبار-ليبيا".into(),
            format!("{OWN}{}", article.path()),
            format!("{OWN}/api/v1/articles/slug/خبر-اليوم"),
            "https://www.news.example/خبر-اليوم".into(),
            format!("https://nws.example/{}", article.id),
        ];
        for (n, url) in linked.iter().enumerate() {
            let source = peer.put(&format!("/{n}"), linking(url));
            trackback(&app, &article, FORM, &form(&[("url", &source)])).await.expect(200);
            let count = i64::try_from(n).expect("few") + 1;
            app.eventually(async || mention_count(&app, &article).await == count, url).await;
        }
        // An address of another article or page is none of this one.
        let other = published(&app, "other", "x").await;
        let foreign = [
            other.address,
            "https://news.example/".into(),
            "https://evil.example/خبر-اليوم".into(),
        ];
        for (n, url) in foreign.iter().enumerate() {
            let source = peer.put(&format!("/foreign/{n}"), linking(url));
            trackback(&app, &article, FORM, &form(&[("url", &source)])).await.expect(200);
            let newest = async || {
                let list = app.get("/api/v1/mentions").as_user(&editor).send().await.expect(200);
                list.json()["data"][0].clone()
            };
            let settled = async || {
                let newest = newest().await;
                newest["source_url"] == source && newest["verification"] != "queued"
            };
            app.eventually(settled, "it is settled").await;
            assert_eq!(newest().await["reason"], "no_link", "{url}");
        }
    }
);

fn with_ids(config: &mut Config) {
    open(config);
    config.site_aliases =
        vec!["https://news.example/?p={id}".into(), "https://m.news.example".into()];
}

api_test!(every_address_of_an_article_counts_for_all_protocols, with_ids, async |app: TestApp| {
    app.site_settings(json!({ "moderation": "none" })).await;
    let article = published(&app, "harbour", "x").await;
    let path = article.path();
    let patch = json!({ "slug": "port", "canonical_url": "https://syndicate.example/harbour" });
    let patch = app.patch(&path).as_user(&app.editor().await).if_match("*").merge_patch(&patch);
    patch.send().await.expect(200);
    let api = format!("{OWN}{path}");
    let targets = [
        "https://news.example/port".to_owned(),
        "http://news.example/harbour/#top".into(),
        "https://news.example/port/amp/".into(),
        "https://news.example/amp/port".into(),
        "https://m.news.example/harbour?fbclid=x&amp".into(),
        format!("https://news.example/?p={}", article.id),
        format!("http://news.example/?p={}&utm_source=1#top", article.id),
        format!("https://news.example?utm_campaign=1&p={}", article.id),
        format!("{api}/trackback"),
        format!("{api}/?x"),
        format!("{OWN}/api/v1/articles/slug/harbour"),
    ];
    let peer = Peer::start();
    for (number, target) in targets.iter().enumerate() {
        let escaped = target.replace('&', "&amp;");
        let source = peer.put(&format!("/t/{number}"), linking(&escaped));
        trackback(&app, &article, FORM, &form(&[("url", &source)])).await.expect(200);
        let count = number as i64 * 2;
        app.eventually(async || mention_count(&app, &article).await == count + 1, target).await;
        let source = peer.put(&format!("/w/{number}"), linking(&escaped));
        let status = verified(&app, &source, target).await;
        assert_eq!(status["status"], "verified", "{target}: {status}");
    }
    // The address that the article calls its own is on another site.
    let source = peer.put("/canonical", linking("https://syndicate.example/harbour"));
    trackback(&app, &article, FORM, &form(&[("url", &source)])).await.expect(200);
    let all = targets.len() as i64 * 2 + 1;
    app.eventually(async || mention_count(&app, &article).await == all, "canonical").await;
    for other in
        [format!("https://news.example/?p={}&page=2", article.id), format!("{api}/comments")]
    {
        let answer = webmention(&app, &source, &other).await.expect(400);
        answer.problem("mention_target_not_article");
    }
});

api_test!(source_with_credentials_is_refused, open, async |app: TestApp| {
    let article = published(&app, "harbour", "x").await;
    let (_peer, source) = site_linking(&article.address);
    let source = source.replace("http://", "http://bank.example@");
    let answer = trackback(&app, &article, FORM, &form(&[("url", &source)])).await.expect(200);
    assert!(answer.text().contains("<error>1</error>"), "{}", answer.text());
    let answer = webmention(&app, &source, &article.address).await.expect(400);
    answer.problem("mention_source_invalid");
});

api_test!(author_with_credentials_in_the_address_has_no_link, open, async |app: TestApp| {
    app.site_settings(json!({ "moderation": "none" })).await;
    let article = published(&app, "harbour", "x").await;
    let peer = Peer::start();
    let spoofed = "https://bank.example@evil.example/me";
    for (number, author) in [
        format!("<a class='p-author h-card' href='{spoofed}'>Bank<img src='{spoofed}.jpg'></a>"),
        format!("<b class=p-author>{spoofed}</b>"),
    ]
    .iter()
    .enumerate()
    {
        let link = format!("<a href='{}'>x</a>", article.address);
        let html = format!("<div class=h-entry>{author}{link}</div>");
        let source = peer.put(&format!("/{number}"), Page::html(html));
        assert_eq!(verified(&app, &source, &article.address).await["status"], "verified");
        let author = public_mentions(&app, &article).await[0]["author"].clone();
        assert!(!author.to_string().contains("evil.example"), "{author}");
    }
});
