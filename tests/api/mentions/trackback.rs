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
    assert_eq!(mention["kind"], "trackback");
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
    assert_eq!(mention_count(&app, &article).await, 0);
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
