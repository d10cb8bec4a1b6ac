//! Articles advertise their mention endpoints while pings are open.

use serde_json::json;

use super::*;

fn links(answer: &TestResponse) -> Vec<String> {
    let values = answer.headers.get_all("link").iter();
    values.map(|value| value.to_str().expect("ASCII").to_owned()).collect()
}

fn advertises(answer: &TestResponse) -> bool {
    let webmention = links(answer).iter().any(|link| link.contains("rel=\"webmention\""));
    assert_eq!(answer.header("x-pingback").is_some(), webmention, "both or neither");
    webmention
}

api_test!(endpoints_are_advertised_while_pings_are_open, open, async |app: TestApp| {
    let article = published(&app, "harbour", "x").await;
    let (path, by_slug) = (article.path(), "/api/v1/articles/slug/harbour".to_owned());
    let answer = app.get(&path).send().await.expect(200);
    let link = links(&answer).into_iter().find(|link| link.contains("webmention"));
    let link = link.expect("a link");
    assert!(link.ends_with("/api/v1/webmention>; rel=\"webmention\""), "{link}");
    let pingback = answer.header("x-pingback").expect("an endpoint");
    assert!(pingback.ends_with("/api/v1/xmlrpc"), "{pingback}");
    assert!(links(&answer).iter().any(|link| link.contains("rel=\"canonical\"")), "still there");
    let advertised = async || {
        let mut all = Vec::new();
        for path in [&path, &by_slug] {
            all.push(advertises(&app.get(path).send().await));
            all.push(advertises(&app.head(path).send().await));
            let etag = app.get(path).send().await.etag();
            all.push(advertises(&app.get(path).if_none_match(&etag).send().await.expect(304)));
        }
        assert!(all.iter().all(|one| *one == all[0]), "{all:?}");
        all[0]
    };
    assert!(advertised().await);
    let editor = app.editor().await;
    let own = app.put(&format!("{path}/comment-settings")).as_user(&editor).if_match("*");
    own.json(&json!({ "pings": "closed" })).send().await.expect(201);
    assert!(!advertised().await, "closed by the article");
    let own = app.delete(&format!("{path}/comment-settings")).as_user(&editor).if_match("*");
    own.send().await.expect(204);
    assert!(advertised().await);
    app.site_settings(json!({ "pings": "closed" })).await;
    assert!(!advertised().await, "closed by the site");
    app.site_settings(json!({ "pings": "open", "close_pings_after_days": 2 })).await;
    assert!(advertised().await);
    app.clock.advance(chrono::Duration::days(2));
    assert!(!advertised().await, "closed by age");
    app.site_settings(json!({ "close_pings_after_days": null })).await;
    let editor = app.editor().await;
    app.post(&format!("{path}/unpublish")).as_user(&editor).send().await.expect(200);
    assert!(!advertises(&app.get(&path).as_user(&editor).send().await.expect(200)), "a draft");
});

api_test!(unchanged_mention_lists_are_304, open, async |app: TestApp| {
    let article = published(&app, "harbour", "x").await;
    let (_peer, source) = site_linking(&article.address);
    let id = verified(&app, &source, &article.address).await["id"].clone();
    let editor = app.editor().await;
    for path in [
        format!("{}/mentions", article.path()),
        format!("{}/pings", article.path()),
        "/api/v1/mentions".into(),
        format!("/api/v1/mentions/{id}"),
    ] {
        let request = app.get(&path);
        // The status page ignores the caller's identity.
        let open = path.ends_with(&format!("mentions/{id}"));
        let signed = |request: crate::support::request::Request| {
            if open { request } else { request.as_user(&editor) }
        };
        let etag = signed(request).send().await.expect(200).etag();
        signed(app.get(&path)).if_none_match(&etag).send().await.expect(304);
    }
});
