//! Received webmentions: verification, updates, and removal with the link.

use chrono::Duration;
use serde_json::json;

use super::*;

api_test!(valid_webmention_is_verified_and_shown, open, async |app: TestApp| {
    app.site_settings(json!({ "moderation": "none" })).await;
    let article = published(&app, "عودة الصيادين", "نص").await;
    let peer = Peer::start();
    let page = format!(
        "<!doctype html><title>مدونة</title><body class='h-entry'><h1 class='p-name'>رد على خبر</h1>\
         <a class='p-author h-card' href='/me'>سلمى</a><time class='dt-published' datetime='2026-01-10T08:00:00Z'></time>\
         <p>قرأت اليوم <a href='{}'>خبر عودة الصيادين</a> وأعجبني.</p><script>alert(1)</script>",
        article.address
    );
    let source = peer.put("/reply", Page::html(page));
    let answer = webmention(&app, &source, &article.address).await.expect(201);
    assert_eq!(answer.json()["status"], "queued");
    let status = wait_until_settled(&app, &status_page(&answer)).await;
    assert_eq!((&status["status"], &status["reason"]), (&json!("verified"), &json!(null)));
    let mention = &public_mentions(&app, &article).await[0];
    assert_eq!((&mention["kind"], &mention["protocol"]), (&json!("mention"), &json!("webmention")));
    assert_eq!(mention["source_url"], source);
    assert_eq!(mention["title"], "رد على خبر");
    assert_eq!(mention["author"], json!({ "name": "سلمى", "url": peer.url("/me"), "photo": null }));
    assert_eq!(mention["published_at"], "2026-01-10T08:00:00Z");
    let excerpt = mention["excerpt"].as_str().expect("an excerpt");
    assert!(
        excerpt.contains("خبر عودة الصيادين وأعجبني") && !excerpt.contains("alert"),
        "{excerpt}"
    );
    assert_mention_count(&app, &article, 1).await;
    let asked = &peer.requests_of("/reply")[0];
    assert!(asked.headers["user-agent"].starts_with("Maqal/"), "{asked:?}");
    assert!(asked.headers["user-agent"].contains("(+https://news.example"), "{asked:?}");
    assert!(!asked.headers.contains_key("cookie"));
});

api_test!(every_spelling_of_an_articles_url_is_a_valid_target, open, async |app: TestApp| {
    app.site_settings(json!({ "moderation": "none" })).await;
    let article = published(&app, "أخبار ليبيا", "نص").await;
    let peer = Peer::start();
    let encoded = "%d8%a3%d8%ae%d8%a8%d8%a7%d8%b1-%d9%84%d9%8a%d8%a8%d9%8a%d8%a7";
    let own = format!("{OWN}{}", article.path());
    for (n, target) in [
        article.address.clone(),
        format!("https://news.example/{encoded}"),
        format!("http://news.example/{}", encoded.to_ascii_uppercase()),
        "https://news.example/اخبار-ليبيا".into(),
        format!("{}?utm_source=feed#top", article.address),
        own,
    ]
    .iter()
    .enumerate()
    {
        let source = peer.put(&format!("/{n}"), linking(target));
        let status = verified(&app, &source, target).await;
        assert_eq!(status["status"], "verified", "{target}: {status}");
    }
    assert_mention_count(&app, &article, 6).await;
    // A former slug is a valid target, too.
    let editor = app.editor().await;
    let patch = app.patch(&article.path()).as_user(&editor).if_match("*");
    patch.merge_patch(&json!({ "slug": "another" })).send().await.expect(200);
    let source = peer.put("/former", linking(&article.address));
    assert_eq!(verified(&app, &source, &article.address).await["status"], "verified");
});

api_test!(source_without_an_exact_link_is_rejected, open, async |app: TestApp| {
    let article = published(&app, "harbour", "x").await;
    let target = article.address.clone();
    let peer = Peer::start();
    let cases: Vec<(Page, &str)> = vec![
        (Page::html(format!("<p>{target}</p>")), "no_link"),
        (Page::html(format!("<!-- <a href='{target}'>x</a> -->")), "no_link"),
        (Page::html(format!("<script>'<a href={target}>'</script>")), "no_link"),
        (Page::html(format!("<template><a href='{target}'>x</a></template>")), "no_link"),
        (Page::html(format!("<textarea><a href='{target}'>x</a></textarea>")), "no_link"),
        (
            Page::html(format!("<a href='{target}-two'>x</a><a href='{target}/more'>x</a>")),
            "no_link",
        ),
        (Page::html(format!("<a href='https://evil.example/?u={target}'>x</a>")), "no_link"),
        (Page::html(format!("<a title='{target}'>x</a>")), "no_link"),
        (Page::of("application/json", format!("{{\"a\":[\"see {target}\"]}}")), "no_link"),
        (Page::of("text/plain", format!("see {target}-two")), "no_link"),
        (Page::html(""), "no_link"),
        (Page::status(404), "source_not_found"),
        (Page::status(410), "source_not_found"),
        (Page::status(403), "source_denied"),
        (
            Page::html(" ".repeat(2 << 20) + &format!("<a href='{target}'>x</a>")),
            "source_too_large",
        ),
        (Page::redirect(302, "file:///etc/passwd"), "address_refused"),
        (Page::redirect(302, "/loop"), "too_many_redirects"),
    ];
    peer.put("/loop", Page::redirect(302, "/loop"));
    for (n, (page, reason)) in cases.into_iter().enumerate() {
        let source = peer.put(&format!("/{n}"), page);
        let status = verified(&app, &source, &target).await;
        assert_eq!(status["status"], "rejected", "{n}: {status}");
        assert_eq!(status["reason"], reason, "{n}: {status}");
    }
    for (n, page) in [
        Page::html("<base href='https://news.example/'><a href=harbour>x"),
        Page::html(format!("<img src='{target}'>")),
        Page::html(format!("<blockquote cite='{target}'>x</blockquote>")),
        Page::of("application/json", format!("{{\"a\":[{{\"in-reply-to\":\"{target}\"}}]}}")),
        Page::of("text/plain", format!("see <{target}>.")),
        Page::of("text/plain", format!("see ({target}), please")),
        Page::of("text/html; charset=utf-16le", utf16(&format!("<a href='{target}'>x</a>"))),
    ]
    .into_iter()
    .enumerate()
    {
        let source = peer.put(&format!("/good/{n}"), page);
        let status = verified(&app, &source, &target).await;
        assert_eq!(status["status"], "verified", "{n}: {status}");
    }
});

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

api_test!(three_redirects_are_followed_and_the_fourth_is_rejected, open, async |app: TestApp| {
    let article = published(&app, "harbour", "x").await;
    let peer = Peer::start();
    peer.put("/end", linking(&article.address));
    for (from, to) in [("/one", "/end"), ("/two", "/one"), ("/three", "/two"), ("/four", "/three")]
    {
        peer.put(from, Page::redirect(301, to));
    }
    let three = verified(&app, &peer.url("/three"), &article.address).await;
    assert_eq!(three["status"], "verified", "{three}");
    let four = verified(&app, &peer.url("/four"), &article.address).await;
    assert_eq!(four["reason"], "too_many_redirects", "{four}");
});

api_test!(repeated_webmention_updates_or_removes_the_mention, open, async |app: TestApp| {
    app.site_settings(json!({ "moderation": "none" })).await;
    let article = published(&app, "harbour", "x").await;
    let (peer, source) = site_linking(&article.address);
    let first = verified(&app, &source, &article.address).await;
    let page = format!("<title>Second thoughts</title><a href='{}'>x</a>", article.address);
    peer.put("/reply", Page::html(page));
    let second = verified(&app, &source, &article.address).await;
    assert_eq!(second["id"], first["id"], "one mention, not two");
    assert_eq!(public_mentions(&app, &article).await[0]["title"], "Second thoughts");
    // An outage does not remove the link.
    peer.put("/reply", Page::status(503));
    let before = peer.requests_of("/reply").len();
    let answer = webmention(&app, &source, &article.address).await.expect(201);
    let path = status_page(&answer);
    // The next attempt is scheduled from the failure of the one before, which no test can see.
    // So the clock advances until the attempt is made.
    let tried = async || {
        app.clock.advance(Duration::hours(1));
        peer.requests_of("/reply").len() == before + 4
    };
    app.eventually(tried, "it is tried four times").await;
    assert_eq!(wait_until_settled(&app, &path).await["status"], "verified");
    assert_mention_count(&app, &article, 1).await;
    // First the link is removed, then the page.
    peer.put("/reply", Page::html("<p>nothing</p>"));
    let third = verified(&app, &source, &article.address).await;
    assert_eq!((&third["status"], &third["reason"]), (&json!("rejected"), &json!("no_link")));
    assert_eq!(
        (mention_count(&app, &article).await, public_mentions(&app, &article).await.len()),
        (0, 0)
    );
    peer.put("/reply", linking(&article.address));
    assert_eq!(verified(&app, &source, &article.address).await["status"], "verified");
    assert_mention_count(&app, &article, 1).await;
    peer.put("/reply", Page::status(410));
    assert_eq!(verified(&app, &source, &article.address).await["reason"], "source_not_found");
    assert_mention_count(&app, &article, 0).await;
});

api_test!(third_party_cannot_remove_or_reword_a_mention, open, async |app: TestApp| {
    app.site_settings(json!({ "moderation": "none" })).await;
    let article = published(&app, "harbour", "x").await;
    let (peer, source) = site_linking(&article.address);
    verified(&app, &source, &article.address).await;
    let before = public_mentions(&app, &article).await;
    // A third party names another URL of the article, to which the page does not link.
    for target in [format!("{}?utm_source=x", article.address), format!("{OWN}{}", article.path())]
    {
        let status = verified(&app, &source, &target).await;
        assert_eq!((&status["status"], &status["reason"]), (&json!("verified"), &json!(null)));
        assert_eq!(status["target_url"], article.address, "the target of the real link");
    }
    // A third party sends other words in a trackback.
    let words = form(&[("url", &source), ("title", "casino"), ("excerpt", "casino")]);
    let asked = peer.requests().len();
    let trackback = app.post(&format!("{}/trackback", article.path())).raw_body(FORM, words);
    trackback.send().await.expect(200);
    app.eventually(async || peer.requests().len() > asked, "it is looked at").await;
    let path = format!("/api/v1/mentions/{}", before[0]["id"]);
    wait_until_settled(&app, &path).await;
    let after = public_mentions(&app, &article).await;
    for field in ["kind", "protocol", "title", "excerpt", "source_url"] {
        assert_eq!(after[0][field], before[0][field], "{field}");
    }
    // A real link to the other URL changes the target.
    let other = format!("{}?utm_source=x", article.address);
    peer.put("/reply", linking(&other));
    assert_eq!(verified(&app, &source, &other).await["target_url"], other);
    peer.put("/reply", Page::html("nothing"));
    assert_eq!(verified(&app, &source, &article.address).await["status"], "rejected");
    assert_mention_count(&app, &article, 0).await;
});

api_test!(unreadable_source_is_retried_with_growing_pauses, open, async |app: TestApp| {
    let article = published(&app, "harbour", "x").await;
    let peer = Peer::start();
    let source = peer.put("/reply", Page::status(500));
    let answer = webmention(&app, &source, &article.address).await.expect(201);
    let path = status_page(&answer);
    for (tries, minutes) in [(1, 1), (2, 5), (3, 25), (4, 0)] {
        app.eventually(async || peer.requests_of("/reply").len() == tries, "it is tried").await;
        if tries < 4 {
            app.eventually(
                async || app.get(&path).send().await.json()["reason"] == "source_failed",
                "why is told",
            )
            .await;
        }
        let (pause, next) = (Duration::minutes(minutes) + Duration::seconds(1), tries + 1);
        let tried = async || {
            app.clock.advance(pause);
            tries == 4 || peer.requests_of("/reply").len() >= next
        };
        app.eventually(tried, "its time has come").await;
    }
    let status = wait_until_settled(&app, &path).await;
    assert_eq!(
        (&status["status"], &status["reason"]),
        (&json!("rejected"), &json!("source_failed"))
    );
});

api_test!(
    one_host_is_fetched_once_in_ten_seconds,
    |config| {
        open(config);
        config.pings.per_host_seconds = 10;
    },
    async |app: TestApp| {
        let article = published(&app, "harbour", "x").await;
        let peer = Peer::start();
        for n in 0..3 {
            let source = peer.put(&format!("/{n}"), linking(&article.address));
            webmention(&app, &source, &article.address).await.expect(201);
        }
        for turn in 1..=3 {
            app.eventually(async || peer.requests().len() == turn, "its turn has come").await;
            // The other mentions of the host must wait.
            tokio::time::sleep(std::time::Duration::from_millis(300)).await;
            assert_eq!(peer.requests().len(), turn);
            app.clock.advance(Duration::seconds(11));
        }
    }
);
