//! Sent webmentions and pingbacks: links, updates, withdrawals and retries.

use chrono::Duration;
use serde_json::json;

use super::*;
use crate::support::peer::ReceivedRequest;

/// The delivery log of an article.
async fn delivery_log(app: &TestApp, article: &Published) -> Vec<Value> {
    let editor = app.editor().await;
    let list = app.get(&format!("{}/pings", article.path())).as_user(&editor);
    list.send().await.expect(200).json()["data"].as_array().expect("a list").clone()
}

/// Waits until the log holds this many pings and none is queued. Returns the log.
async fn wait_until_sent(app: &TestApp, article: &Published, count: usize) -> Vec<Value> {
    let done = async || {
        let log = delivery_log(app, article).await;
        log.len() == count && log.iter().all(|ping| ping["status"] != "queued")
    };
    app.eventually(done, "the pings are sent").await;
    delivery_log(app, article).await
}

fn posts(peer: &Peer, path: &str) -> Vec<ReceivedRequest> {
    peer.requests_of(path).into_iter().filter(|asked| asked.method == "POST").collect()
}

fn fields(asked: &ReceivedRequest) -> Vec<(String, String)> {
    url::form_urlencoded::parse(asked.body.as_bytes()).into_owned().collect()
}

/// A site with a page that takes webmentions at `/wm`.
fn receiver() -> (Peer, String) {
    let peer = Peer::start();
    peer.put("/wm?to=1", Page::status(202));
    let link = "</wm?to=1>; rel=\"webmention\"";
    let page = peer.put("/post", Page::html("<p>x</p>").header("Link", link));
    (peer, page)
}

api_test!(publishing_sends_one_webmention_for_each_link, open, async |app: TestApp| {
    let (peer, target) = receiver();
    let body = format!(
        "[one]({target}) and again [two]({target}), [ours](https://news.example/x) and [mail](mailto:a@b.example)"
    );
    let article = published(&app, "أخبار", &body).await;
    let ping = &wait_until_sent(&app, &article, 1).await[0];
    assert_eq!((&ping["status"], &ping["protocol"]), (&json!("delivered"), &json!("webmention")));
    assert_eq!((&ping["target_url"], &ping["http_status"]), (&json!(target), &json!(202)));
    let posts = posts(&peer, "/wm?to=1");
    assert_eq!(posts.len(), 1, "once");
    let source = url::Url::parse(&article.address).expect("an address").to_string();
    let expected = [("source".to_owned(), source), ("target".to_owned(), target)];
    assert_eq!(fields(&posts[0]), expected);
    assert_eq!(posts[0].headers["content-type"], FORM);
});

api_test!(
    draft_sends_no_pings_and_scheduled_article_sends_them_in_time,
    open,
    async |app: TestApp| {
        let (peer, target) = receiver();
        let scheduled = app.article().title("later").body(format!("[x]({target})"));
        let id = scheduled.published_at("2026-01-15T09:05:00Z").create_id().await;
        let article = Published { id, address: String::new() };
        tokio::time::sleep(std::time::Duration::from_millis(400)).await;
        assert_eq!((peer.requests().len(), delivery_log(&app, &article).await.len()), (0, 0));
        app.clock.advance(Duration::minutes(5));
        assert_eq!(wait_until_sent(&app, &article, 1).await[0]["status"], "delivered");
    }
);

api_test!(update_pings_new_and_removed_links, open, async |app: TestApp| {
    let (first, one) = receiver();
    let (second, two) = receiver();
    let article = published(&app, "news", &format!("[x]({one})")).await;
    wait_until_sent(&app, &article, 1).await;
    let editor = app.editor().await;
    let patch = app.patch(&article.path()).as_user(&editor).if_match("*");
    patch.merge_patch(&json!({ "body": format!("[x]({two})") })).send().await.expect(200);
    let log = wait_until_sent(&app, &article, 2).await;
    assert!(log.iter().all(|ping| ping["status"] == "delivered"), "{log:?}");
    app.eventually(async || posts(&first, "/wm?to=1").len() == 2, "the link's end is told").await;
    assert_eq!(posts(&second, "/wm?to=1").len(), 1);
    // An update of hidden fields sends nothing.
    let patch = app.patch(&article.path()).as_user(&editor).if_match("*");
    patch.merge_patch(&json!({ "featured": true })).send().await.expect(200);
    app.post(&format!("{}/unpublish", article.path())).as_user(&editor).send().await.expect(200);
    app.eventually(async || posts(&second, "/wm?to=1").len() == 2, "the article's end is told")
        .await;
});

/// An article with links delivered to two sites: one by webmention, one by pingback.
async fn article_with_delivered_pings(app: &TestApp, title: &str) -> (Published, Peer, Peer) {
    let (site, target) = receiver();
    let old = Peer::start();
    let good = "<methodResponse><params><param><value>ok</value></param></params></methodResponse>";
    let rpc = old.put("/rpc", Page::of("text/xml", good));
    let other = old.put("/post", Page::html("x").header("X-Pingback", &rpc));
    let article = published(app, title, &format!("[x]({target}) [y]({other})")).await;
    wait_until_sent(app, &article, 2).await;
    assert_eq!((posts(&site, "/wm?to=1").len(), posts(&old, "/rpc").len()), (1, 1));
    (article, site, old)
}

api_test!(withdrawn_article_sends_one_final_webmention, open, async |app: TestApp| {
    let admin = app.admin().await;
    for away in ["unpublish", "archive", "trash", "nothing"] {
        let (article, site, old) =
            article_with_delivered_pings(&app, &format!("news {away}")).await;
        let path = article.path();
        match away {
            "trash" => {
                app.delete(&path).as_user(&admin).if_match("*").send().await.expect(204);
            }
            "nothing" => {}
            step => {
                app.post(&format!("{path}/{step}")).as_user(&admin).send().await.expect(200);
            }
        }
        if away != "nothing" {
            app.eventually(async || posts(&site, "/wm?to=1").len() == 2, "its end is told").await;
            wait_until_sent(&app, &article, 2).await;
        }
        // Permanent deletion sends no second notice.
        let gone = app.delete(&format!("{path}?permanent=true")).as_user(&admin).if_match("*");
        gone.send().await.expect(204);
        app.eventually(async || posts(&site, "/wm?to=1").len() == 2, "its end is told").await;
        let last = posts(&site, "/wm?to=1").pop().expect("a webmention");
        let source = url::Url::parse(&article.address).expect("an address").to_string();
        assert_eq!(fields(&last)[0].1, source, "{away}");
        tokio::time::sleep(std::time::Duration::from_millis(400)).await;
        assert_eq!((posts(&site, "/wm?to=1").len(), posts(&old, "/rpc").len()), (2, 1), "{away}");
        app.get(&format!("{path}/pings")).as_user(&admin).send().await.expect(404);
    }
});

api_test!(failed_final_webmention_is_retried, open, async |app: TestApp| {
    let admin = app.admin().await;
    let (article, site, _old) = article_with_delivered_pings(&app, "news").await;
    site.put_each("/wm?to=1", vec![Page::status(503), Page::status(202)]);
    let gone = app.delete(&format!("{}?permanent=true", article.path())).as_user(&admin);
    gone.if_match("*").send().await.expect(204);
    app.eventually(async || posts(&site, "/wm?to=1").len() == 2, "it is tried").await;
    let again = async || {
        app.clock.advance(Duration::minutes(1));
        posts(&site, "/wm?to=1").len() == 3
    };
    app.eventually(again, "it is tried again").await;
});

api_test!(removed_link_is_pinged_with_the_former_source_url, open, async |app: TestApp| {
    let (article, site, _old) = article_with_delivered_pings(&app, "news").await;
    let editor = app.editor().await;
    let patch = app.patch(&article.path()).as_user(&editor).if_match("*");
    let changes = json!({ "slug": "renamed", "body": "no links" });
    patch.merge_patch(&changes).send().await.expect(200);
    app.eventually(async || posts(&site, "/wm?to=1").len() == 2, "the link's end is told").await;
    assert_eq!(fields(&posts(&site, "/wm?to=1")[1])[0].1, "https://news.example/news");
});

fn fault(code: i32) -> String {
    format!(
        "<methodResponse><fault><value><struct><member><name>faultCode</name><value><int>{code}</int></value></member>\
         <member><name>faultString</name><value>x</value></member></struct></value></fault></methodResponse>"
    )
}

api_test!(pingback_is_the_fallback_and_its_faults_are_logged, open, async |app: TestApp| {
    let peer = Peer::start();
    let good = "<methodResponse><params><param><value>ok</value></param></params></methodResponse>";
    let endpoint = |name: &str, answer: &str| {
        let rpc = peer.put(&format!("/rpc/{name}"), Page::of("text/xml", answer));
        peer.put(&format!("/post/{name}"), Page::html("x").header("X-Pingback", &rpc))
    };
    let targets = [
        endpoint("good", good),
        endpoint("known", &fault(48)),
        endpoint("fault", &fault(17)),
        peer.put("/post/none", Page::html("takes nothing")),
        peer.url("/post/nowhere"),
    ];
    let body: String = targets.iter().map(|target| format!("<{target}>\n\n")).collect();
    let article = published(&app, "news", &body).await;
    let log = wait_until_sent(&app, &article, 5).await;
    let of = |target: &str| log.iter().find(|ping| ping["target_url"] == target).expect("it");
    let outcome = |target: &str| (of(target)["status"].clone(), of(target)["reason"].clone());
    assert_eq!(outcome(&targets[0]), (json!("delivered"), json!(null)));
    assert_eq!(outcome(&targets[1]), (json!("delivered"), json!(null)));
    assert_eq!(outcome(&targets[2]), (json!("failed"), json!("fault_17")));
    assert_eq!(outcome(&targets[3]), (json!("unsupported"), json!("no_endpoint")));
    assert_eq!(outcome(&targets[4]), (json!("failed"), json!("target_not_found")));
    let call = &posts(&peer, "/rpc/good")[0];
    assert!(call.body.contains("<methodName>pingback.ping</methodName>"), "{}", call.body);
    assert!(
        call.body.contains(&targets[0]) && call.body.contains(&article.address),
        "{}",
        call.body
    );
});

api_test!(answered_pingback_is_sent_once_per_slug, open, async |app: TestApp| {
    let editor = app.editor().await;
    let answers = [fault(0), fault(17), fault(49), "no XML at all".to_owned()];
    let sites: Vec<Peer> = answers.iter().map(|_| Peer::start()).collect();
    let mut links = Vec::new();
    for (site, answer) in sites.iter().zip(&answers) {
        let rpc = site.put("/rpc", Page::of("text/xml", answer.as_str()));
        links.push(site.put("/post", Page::html("x").header("X-Pingback", &rpc)));
    }
    let (site, page) = receiver();
    links.push(page);
    let body: String = links.iter().map(|link| format!("<{link}>\n\n")).collect();
    let article = published(&app, "news", &body).await;
    wait_until_sent(&app, &article, links.len()).await;
    for (changes, webmentions, calls) in
        [(json!({ "title": "Other" }), 2, 1), (json!({ "slug": "fresh" }), 3, 2)]
    {
        let patch = app.patch(&article.path()).as_user(&editor).if_match("*");
        patch.merge_patch(&changes).send().await.expect(200);
        // The webmention's request shows that the change was announced.
        app.eventually(async || posts(&site, "/wm?to=1").len() == webmentions, "it is told").await;
        wait_until_sent(&app, &article, links.len()).await;
        for (site, answer) in sites.iter().zip(&answers) {
            assert_eq!(posts(site, "/rpc").len(), calls, "{changes} {answer}");
        }
    }
});

api_test!(failed_ping_is_retried_with_growing_pauses, open, async |app: TestApp| {
    let peer = Peer::start();
    peer.put_each(
        "/wm",
        vec![Page::status(500), Page::status(429).header("Retry-After", "3600"), Page::status(200)],
    );
    let target = peer.put("/post", Page::html("<link rel=webmention href=/wm>"));
    let article = published(&app, "news", &format!("[x]({target})")).await;
    for (tries, minutes) in [(1, 1), (2, 60)] {
        app.eventually(
            async || {
                delivery_log(&app, &article)
                    .await
                    .first()
                    .is_some_and(|ping| ping["attempts"] == tries)
            },
            "it is tried",
        )
        .await;
        assert_eq!(delivery_log(&app, &article).await[0]["reason"], "endpoint_failed");
        app.clock.advance(Duration::minutes(minutes) - Duration::seconds(5));
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        assert_eq!(posts(&peer, "/wm").len(), tries, "not before its time");
        app.clock.advance(Duration::seconds(6));
    }
    let ping = &wait_until_sent(&app, &article, 1).await[0];
    assert_eq!((&ping["status"], &ping["attempts"]), (&json!("delivered"), &json!(3)));
});

api_test!(accepted_ping_is_not_sent_again_for_its_body, open, async |app: TestApp| {
    let peer = Peer::start();
    let slow = std::time::Duration::from_secs(6);
    // A peer serves one request at a time.
    let (slow_peer, late_peer) = (Peer::start(), Peer::start());
    let pingback = |peer: &Peer, name: &str, answer: Page| {
        let rpc = peer.put(&format!("/rpc/{name}"), answer);
        peer.put(&format!("/post/{name}"), Page::html("x").header("X-Pingback", &rpc))
    };
    let webmention = |peer: &Peer, name: &str, answer: Page| {
        peer.put(&format!("/rpc/{name}"), answer);
        let link = format!("<link rel=webmention href=/rpc/{name}>");
        peer.put(&format!("/post/{name}"), Page::html(link))
    };
    let targets = [
        pingback(&peer, "garbled", Page::of("text/xml", "<b>Warning</b>: thanks for the ping")),
        pingback(&peer, "empty", Page::of("text/xml", "")),
        pingback(&peer, "compressed", Page::of("text/xml", "x").header("Content-Encoding", "br")),
        pingback(&peer, "corrupt", Page::of("text/xml", "x").header("Content-Encoding", "gzip")),
        pingback(&slow_peer, "slow", Page::of("text/xml", "x").body_after(slow)),
        webmention(&peer, "coded", Page::html("x").header("Content-Encoding", "zstd")),
        webmention(&late_peer, "late", Page::html("x").body_after(slow)),
    ];
    let body: String = targets.iter().map(|target| format!("<{target}>\n\n")).collect();
    let article = published(&app, "news", &body).await;
    let log = wait_until_sent(&app, &article, targets.len()).await;
    for ping in &log {
        assert_eq!(
            (&ping["status"], &ping["reason"]),
            (&json!("delivered"), &json!(null)),
            "{ping}"
        );
    }
    app.clock.advance(Duration::days(3));
    tokio::time::sleep(std::time::Duration::from_millis(400)).await;
    let all = [&peer, &slow_peer, &late_peer].map(|peer| peer.requests());
    let sent = all.iter().flatten().filter(|asked| asked.method == "POST").count();
    assert_eq!(sent, targets.len(), "each once");
});

api_test!(changed_slug_or_title_is_announced_again, open, async |app: TestApp| {
    let (article, site, old) = article_with_delivered_pings(&app, "news").await;
    let editor = app.editor().await;
    let change = async |changes: Value| {
        let patch = app.patch(&article.path()).as_user(&editor).if_match("*");
        patch.merge_patch(&changes).send().await.expect(200);
    };
    change(json!({ "title": "Other news" })).await;
    app.eventually(async || posts(&site, "/wm?to=1").len() == 2, "the title is told").await;
    wait_until_sent(&app, &article, 2).await;
    // A pingback is accepted once for each URL.
    assert_eq!(posts(&old, "/rpc").len(), 1);
    change(json!({ "slug": "renamed" })).await;
    app.eventually(async || posts(&site, "/wm?to=1").len() == 3, "the slug is told").await;
    app.eventually(async || posts(&old, "/rpc").len() == 2, "the slug is told").await;
    assert_eq!(fields(&posts(&site, "/wm?to=1")[2])[0].1, "https://news.example/renamed");
    assert!(posts(&old, "/rpc")[1].body.contains("https://news.example/renamed"));
    let log = wait_until_sent(&app, &article, 2).await;
    assert!(log.iter().all(|ping| ping["source_url"] == "https://news.example/renamed"), "{log:?}");
    // The same values again, and hidden fields, send nothing.
    change(json!({ "title": "Other news", "slug": "renamed", "featured": true })).await;
    tokio::time::sleep(std::time::Duration::from_millis(400)).await;
    assert_eq!((posts(&site, "/wm?to=1").len(), posts(&old, "/rpc").len()), (3, 2));
});

api_test!(endpoint_is_found_among_several_links, open, async |app: TestApp| {
    let peer = Peer::start();
    let pages = [
        Page::html("x").header("Link", "</a,b?x=1,2>; rel=\"up\"; title=\"c, <d>; rel=webmention\", </wm/0>; rel=\"other webmention\""),
        Page::html("x").header("Link", "</a>; rel=preload").header("Link", "</wm/1>; rel=webmention"),
        Page::html("x").header("Link", "</a>; title=\"\\\"<b>; rel=webmention\"; rel=x, </wm/2>; REL=WebMention"),
        Page::html("x").header("Link", "</a>; title=قناة; rel=up,</wm/3>;rel=webmention"),
    ];
    let targets: Vec<String> = pages
        .into_iter()
        .enumerate()
        .map(|(n, page)| {
            peer.put(&format!("/wm/{n}"), Page::status(202));
            peer.put(&format!("/post/{n}"), page)
        })
        .collect();
    let body: String = targets.iter().map(|target| format!("<{target}>\n\n")).collect();
    let article = published(&app, "news", &body).await;
    for ping in wait_until_sent(&app, &article, 4).await {
        assert_eq!(ping["status"], "delivered", "{ping}");
        let target = ping["target_url"].as_str().expect("a URL");
        assert_eq!(ping["endpoint"], target.replace("/post/", "/wm/"));
    }
});

api_test!(retry_after_a_date_is_respected, open, async |app: TestApp| {
    let peer = Peer::start();
    let later = Page::status(503).header("Retry-After", "Thu, 15 Jan 2026 11:00:00 GMT");
    peer.put_each("/wm", vec![later, Page::status(200)]);
    let target = peer.put("/post", Page::html("<link rel=webmention href=/wm>"));
    let article = published(&app, "news", &format!("[x]({target})")).await;
    let tried = async || {
        delivery_log(&app, &article).await.first().is_some_and(|ping| ping["attempts"] == 1)
    };
    app.eventually(tried, "it is tried").await;
    app.clock.advance(Duration::minutes(119));
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert_eq!(posts(&peer, "/wm").len(), 1, "not before its time");
    app.clock.advance(Duration::minutes(2));
    assert_eq!(wait_until_sent(&app, &article, 1).await[0]["status"], "delivered");
});

api_test!(own_links_and_disabled_pings_send_nothing, open, async |app: TestApp| {
    let (peer, target) = receiver();
    let own = peer.put("/own", Page::html("<link rel=webmention href='https://news.example/wm'>"));
    app.site_settings(json!({ "send_pings": false })).await;
    let article = published(&app, "quiet", &format!("[x]({target})")).await;
    tokio::time::sleep(std::time::Duration::from_millis(400)).await;
    assert_eq!((peer.requests().len(), delivery_log(&app, &article).await.len()), (0, 0));
    app.site_settings(json!({ "send_pings": true })).await;
    let api = format!("{OWN}/api/v1/articles/1");
    let body = format!("[a](https://news.example/quiet) [b]({api}) [c](/relative) [d]({own})");
    let article = published(&app, "loud", &body).await;
    let log = wait_until_sent(&app, &article, 1).await;
    assert_eq!(
        (&log[0]["status"], &log[0]["reason"]),
        (&json!("unsupported"), &json!("endpoint_is_ours"))
    );
});

api_test!(two_instances_exchange_webmentions, open, async |app: TestApp| {
    // The whole way: discovery by header, webmention, verification of the frontend's page.
    app.site_settings(json!({ "moderation": "none" })).await;
    let theirs = published(&app, "harbour", "x").await;
    let frontend = Peer::start();
    let endpoint = format!("<{}>; rel=\"webmention\"", app.url("/api/v1/webmention"));
    let page = frontend.put("/harbour", Page::html("<p>x</p>").header("Link", &endpoint));
    let (sender, source) = site_linking(&theirs.address);
    drop(sender);
    assert_eq!(verified(&app, &source, &theirs.address).await["status"], "verified");
    // The receiver refuses a target of another site, which is final.
    let ours = published(&app, "reply", &format!("[x]({page})")).await;
    let ping = &wait_until_sent(&app, &ours, 1).await[0];
    assert_eq!((&ping["status"], &ping["reason"]), (&json!("failed"), &json!("endpoint_denied")));
    assert_eq!(ping["http_status"], 400);
});
