//! Other addresses of the site (`MAQAL_SITE_ALIASES`): mentions of them count, and links to them are
//! the site's own.

use serde_json::json;

use super::*;

fn with_aliases(config: &mut Config) {
    open(config);
    config.site_aliases =
        ["https://www.news.example", "https://nws.example/{id}", "https://s.example/?p={slug}"]
            .map(String::from)
            .into();
}

api_test!(mention_of_an_alias_counts_for_the_article, with_aliases, async |app: TestApp| {
    app.site_settings(json!({ "moderation": "none" })).await;
    let article = published(&app, "أخبار ليبيا", "x").await;
    let slug = article.address.rsplit_once('/').expect("a slug").1;
    let peer = Peer::start();
    let targets = [
        format!("https://www.news.example/{slug}"),
        format!(
            "http://WWW.news.example/{}?utm_source=x",
            "%d8%a3%d8%ae%d8%a8%d8%a7%d8%b1-%d9%84%d9%8a%d8%a8%d9%8a%d8%a7"
        ),
        format!("https://nws.example/{}", article.id),
        format!("https://s.example/?p={slug}"),
    ];
    for (n, target) in targets.iter().enumerate() {
        let source = peer.put(&format!("/{n}"), linking(target));
        let status = verified(&app, &source, target).await;
        assert_eq!(status["status"], "verified", "{target}: {status}");
        assert_eq!(status["target_url"], *target);
    }
    assert_mention_count(&app, &article, 4).await;
    for (target, code) in [
        ("https://www.news.example/", "mention_target_not_article"),
        ("https://nws.example/9999", "mention_target_not_found"),
        ("https://nws.example/x", "mention_target_not_article"),
        ("https://www.news.example.evil.example/x", "mention_target_foreign"),
    ] {
        let answer = webmention(&app, &peer.url("/0"), target).await.expect(400);
        answer.problem(code);
    }
    for source in ["https://www.news.example/x", "https://nws.example/1", "https://s.example/"] {
        let answer = webmention(&app, source, &article.address).await.expect(400);
        answer.problem("mention_source_own");
    }
});

api_test!(links_to_an_alias_are_not_pinged, with_aliases, async |app: TestApp| {
    let peer = Peer::start();
    let target = peer.put("/post", Page::html("takes nothing"));
    let body = format!(
        "[a](https://www.news.example/x) [b](https://nws.example/1) [c](https://s.example/?p=x) [d]({target})"
    );
    let article = published(&app, "loud", &body).await;
    let editor = app.editor().await;
    let log = async || {
        let list = app.get(&format!("{}/pings", article.path())).as_user(&editor);
        list.send().await.expect(200).json()["data"].as_array().expect("a list").clone()
    };
    let settled = async || log().await.first().is_some_and(|ping| ping["status"] != "queued");
    app.eventually(settled, "the link is tried").await;
    let log = log().await;
    assert_eq!((log.len(), &log[0]["target_url"]), (1, &json!(target)));
});
