//! The rules that accept, hold or refuse a comment, in their order, each with its code.

use chrono::Duration;
use serde_json::{Value, json};

use super::{as_moderator, open, public_ids, under};
use crate::support::TestApp;
use crate::support::builders::{COMMENT_PAUSE, CommentBuilder};

async fn own(app: &TestApp, article: i64, settings: Value) {
    let path = format!("/api/v1/articles/{article}/comment-settings");
    let request = app.put(&path).as_user(&app.editor().await).if_match("*").json(&settings);
    assert!(matches!(request.send().await.status, 200 | 201));
}

api_test!(comment_after_closing_is_403_with_the_reason, async |app: TestApp| {
    let article = app.article().published().create_id().await;
    open(&app).await;
    app.comment(article).body("قبل").create().await;
    let other = app.another_instance().await;
    let closed = async |languages: &str| {
        let request = other.comment(article).request().accept_language(languages);
        let answer = request.send().await.expect(403);
        answer.problem("comments_closed")["detail"].as_str().expect("a text").to_owned()
    };
    app.site_settings(json!({ "comments": "closed" })).await;
    let [ar, en, fr] = [closed("ar").await, closed("en").await, closed("fr").await];
    assert!(ar.contains("مغلق في هذا الموقع"), "{ar}");
    assert!(en.contains("closed on this site"), "{en}");
    assert!(fr.contains("fermés sur ce site"), "{fr}");

    app.site_settings(json!({ "comments": "open" })).await;
    other.comment(article).body("بعد").create().await;
    own(&app, article, json!({ "comments": "closed" })).await;
    let by_article = closed("en").await;
    assert!(by_article.contains("on this article are closed"), "{by_article}");
    own(&app, article, json!({ "comments": "open" })).await;
    app.site_settings(json!({ "comments": "closed" })).await;
    // The article's own setting overrides the site's.
    app.comment(article).body("ثم").send().await.expect(201);
    other.stop().await;
});

api_test!(comment_on_a_too_old_article_is_403, async |app: TestApp| {
    open(&app).await;
    app.site_settings(json!({ "close_comments_after_days": 14 })).await;
    let article = app.article().published().create_id().await;
    app.clock.advance(Duration::days(14) - Duration::seconds(COMMENT_PAUSE + 1));
    app.comment(article).body("في الوقت").send().await.expect(201);
    app.clock.advance(Duration::seconds(1));
    let late = app.comment(article).by("huda").request().send().await;
    let detail = late.expect(403).problem("comments_closed")["detail"].to_string();
    assert!(detail.contains("because of its age"), "{detail}");
    own(&app, article, json!({ "close_comments_after_days": 0 })).await;
    app.comment(article).by("huda").body("لم يتأخر").send().await.expect(201);
});

api_test!(anonymous_comment_is_401_if_login_is_required, async |app: TestApp| {
    let article = app.article().published().create_id().await;
    app.site_settings(json!({ "require_login": true })).await;
    // Login is checked before the fields, and after the open state.
    let answer = app.post(&under(article)).accept_language("ar").json(&json!({ "body": "؟" }));
    let answer = answer.send().await.expect(401);
    answer.problem("login_required");
    assert!(answer.header("www-authenticate").is_some());
    app.site_settings(json!({ "comments": "closed" })).await;
    app.post(&under(article))
        .json(&json!({ "body": "؟" }))
        .send()
        .await
        .expect(403)
        .problem("comments_closed");
});

api_test!(invalid_comment_is_422_with_pointer_and_code, async |app: TestApp| {
    let article = app.article().published().create_id().await;
    let invalid = async |changes: Value, places: &[&str]| {
        app.comment(article).fields(changes).send().await.expect(422).invalid(places)
    };
    let missing = app.post(&under(article)).json(&json!({ "body": "؟" })).send().await.expect(422);
    let missing = missing.invalid(&["/author_name", "/author_email"]);
    assert_eq!(missing["errors"][0]["code"], "required");
    app.post(&under(article)).json(&json!({})).send().await.expect(422).invalid(&["/body"]);
    for (changes, place, code) in [
        (json!({ "body": "" }), "/body", "empty"),
        (json!({ "body": "<b> </b>!".replace('!', "<script>x</script>") }), "/body", "empty"),
        (json!({ "body": "ا".repeat(10_001) }), "/body", "too_long"),
        (json!({ "body": "a\u{0}b" }), "/body", "nul_character"),
        (json!({ "author_name": "ا".repeat(101) }), "/author_name", "too_long"),
        (json!({ "author_name": "\u{200f}" }), "/author_name", "empty"),
        (json!({ "author_email": "nobody" }), "/author_email", "invalid_email"),
        (json!({ "author_url": "javascript:alert(1)" }), "/author_url", "invalid_url"),
        (
            json!({ "author_url": format!("https://a.example/{}", "a".repeat(2000)) }),
            "/author_url",
            "too_long",
        ),
        (json!({ "parent_id": 999_999 }), "/parent_id", "unknown_comment"),
        (json!({ "status": "approved" }), "/status", "read_only"),
        (json!({ "colour": "blue" }), "/colour", "unknown_field"),
    ] {
        let problem = invalid(changes, &[place]).await;
        assert_eq!(problem["errors"][0]["code"], code, "{problem}");
    }
    app.comment(article).body("ا".repeat(10_000)).send().await.expect(202);
});

api_test!(reply_deeper_than_thread_depth_is_422, async |app: TestApp| {
    let article = app.article().published().create_id().await;
    let elsewhere = app.article().published().create_id().await;
    open(&app).await;
    app.site_settings(json!({ "thread_depth": 2 })).await;
    let top = app.comment(article).body("1").create().await;
    let answer = app.comment(article).reply_to(top).body("1.1").create().await;
    let refused = async |article: i64, parent: i64, code: &str| {
        let reply = app.comment(article).reply_to(parent).send().await.expect(422);
        let problem = reply.invalid(&["/parent_id"]);
        assert_eq!(problem["errors"][0]["code"], code, "{problem}");
    };
    refused(article, answer, "too_deep").await;
    refused(elsewhere, top, "unknown_comment").await;
    super::moderate(&app, top, "spam").await;
    // A tombstone accepts no replies, and the comments below it do.
    refused(article, top, "unknown_comment").await;
    refused(article, answer, "too_deep").await;
    app.site_settings(json!({ "thread_depth": 3 })).await;
    app.comment(article).reply_to(answer).body("1.1.1").create().await;
    app.site_settings(json!({ "thread_depth": 1 })).await;
    let top = app.comment(article).body("2").create().await;
    refused(article, top, "too_deep").await;
});

api_test!(words_links_and_moderation_hold_a_comment, async |app: TestApp| {
    let article = app.article().published().create_id().await;
    let words = json!({
        "moderation": "none", "max_links": 2,
        "moderation_words": ["إعلان"], "blocked_words": ["كازينو", "free money"],
    });
    app.site_settings(words).await;
    let held = async |comment: CommentBuilder, reason: &str, status: &str| {
        let answer = comment.send().await.expect(202);
        assert_eq!(answer.json()["status"], "pending", "senders of spam learn nothing");
        let inside = as_moderator(&app, answer.id()).await;
        assert_eq!((&inside["held_for"], &inside["status"]), (&json!(reason), &json!(status)));
    };
    held(app.comment(article).by("a").body("هذا اعلان"), "words", "pending").await;
    held(app.comment(article).by("b").body("كَازِيـنُو"), "blocked_words", "spam").await;
    held(app.comment(article).by("c").body("ca FREE\n<b>Mo</b>ney"), "blocked_words", "spam").await;
    held(app.comment(article).by("c2").body("كا\u{200b}زينو"), "blocked_words", "spam").await;
    held(
        app.comment(article).by("d").body("http://a.example و https://b.example"),
        "links",
        "pending",
    )
    .await;
    let link = app.comment(article).by("e").body("<a href=\"https://a.example\">x</a>");
    held(link.with("author_url", "https://e.example"), "links", "pending").await;
    let url = "https://f.example/?x=%D9%83%D8%A7%D8%B2%D9%8A%D9%86%D9%88";
    held(app.comment(article).by("f").with("author_url", url), "blocked_words", "spam").await;
    let link = "<a href=\"https://a.example/free-money\">x</a>";
    held(app.comment(article).by("g").body(link), "blocked_words", "spam").await;
    assert_eq!(public_ids(&app, article).await, [0; 0]);
    // Parts of longer words do not match, and one link is allowed.
    let harmless = "كازينوهات الحرية: freedom money https://a.example";
    app.comment(article).by("h").body(harmless).create().await;
    app.site_settings(json!({ "max_links": 0, "moderation": "all" })).await;
    let many = "http://a.example http://b.example http://c.example";
    held(app.comment(article).by("i").body(many), "moderation", "pending").await;
    own(&app, article, json!({ "moderation": "none" })).await;
    app.comment(article).by("j").body(many).send().await.expect(201);
    own(&app, article, json!({ "moderation": "first_time" })).await;
    held(app.comment(article).by("k").body("من أنا؟"), "first_time", "pending").await;
    app.comment(article).by("h").body("وأنا معروف").send().await.expect(201);
});

api_test!(repeated_comment_is_409, async |app: TestApp| {
    let article = app.article().published().create_id().await;
    let elsewhere = app.article().published().create_id().await;
    let first = app.comment(article).body("مرة  واحدة\n").send().await.expect(202).id();
    let again = app.comment(article).body(" مرة\nواحدة");
    // Checked before the pause, so that a second click gets the better error.
    again.request().send().await.expect(409).problem("comment_repeated");
    // Invalid comments are refused before the pause as well.
    let other = app.comment(article).body("غير ذلك");
    let orphan = other.clone().reply_to(999_999);
    orphan.request().send().await.expect(422).invalid(&["/parent_id"]);
    other.request().send().await.expect(429);
    again.clone().send().await.expect(409).problem("comment_repeated");
    app.comment(elsewhere).body(" مرة\nواحدة").send().await.expect(202);
    app.comment(article).by("huda").body("مرة واحدة").send().await.expect(202);
    app.comment(article).body("مرة أخرى").send().await.expect(202);
    super::moderate(&app, first, "spam").await;
    again.clone().send().await.expect(409);
    super::moderate(&app, first, "trash").await;
    again.send().await.expect(202);
});

api_test!(same_words_to_two_comments_are_no_repetition, async |app: TestApp| {
    let article = app.article().published().create_id().await;
    open(&app).await;
    let first = app.comment(article).by("a").body("متى الصدور؟").create().await;
    let second = app.comment(article).by("b").body("ومتى الترجمة؟").create().await;
    let editor = app.editor().await;
    let answer = |parent: Option<i64>| {
        let body = json!({ "body": "في الخريف.", "parent_id": parent });
        let body = if parent.is_none() { json!({ "body": "في الخريف." }) } else { body };
        app.post(&under(article)).as_user(&editor).json(&body).send()
    };
    for parent in [Some(first), Some(second), None] {
        answer(parent).await.expect(201);
        answer(parent).await.expect(409).problem("comment_repeated");
    }
    // The same holds for readers.
    let thanks = app.comment(article).body("شكرًا");
    for parent in [first, second] {
        thanks.clone().reply_to(parent).create().await;
        thanks.clone().reply_to(parent).send().await.expect(409);
    }
});

api_test!(domains_without_a_scheme_count_as_links, async |app: TestApp| {
    let article = app.article().published().create_id().await;
    app.site_settings(json!({ "moderation": "none", "max_links": 2, "blocked_words": ["كازينو", "free money"] })).await;
    for (number, body) in [
        "www.a.example و www.b.example",
        "a.com, b.net",
        "https://a.example/x ثم b.org/y",
        "<a href=\"https://a.example\">x</a> b.ly",
        "زوروا موقع.امارات وwww.b.example",
        "قروض.مصر/ربح وwww.قروض.مصر",
        "https://bank@evil.example وhttps://bank.example@evil.example",
    ]
    .into_iter()
    .enumerate()
    {
        let held = app.comment(article).by(&format!("r{number}")).body(body);
        let held = held.send().await.expect(202).id();
        assert_eq!(as_moderator(&app, held).await["held_for"], "links", "{body}");
    }
    for (number, body) in [
        "salem@reader.example وhuda@reader.example",
        "انتهى.ثم بدأ.وانتهى 12.30 v2.0",
        "وصلنا.مصر جميلة.السعودية وقطر.العراق",
        "<code>a.com b.com</code>",
        "انظر www.a.example فقط",
    ]
    .into_iter()
    .enumerate()
    {
        app.comment(article).by(&format!("s{number}")).body(body).create().await;
    }
    let blocked = app.comment(article).by("t").body("www.free-money.example");
    let blocked = blocked.send().await.expect(202).id();
    assert_eq!(as_moderator(&app, blocked).await["held_for"], "blocked_words");
});

api_test!(filled_honeypot_is_spam_and_looks_held, async |app: TestApp| {
    let article = app.article().published().create_id().await;
    open(&app).await;
    for (number, text) in ["x", "https://spam.example", "سالم"].into_iter().enumerate() {
        let comment = app.comment(article).by(&format!("bot{number}")).body("تعليق");
        let answer = comment.with("trap", text).send().await.expect(202);
        assert_eq!(answer.json()["status"], "pending");
        assert!(!answer.text().contains("trap"), "{answer:?}");
        let inside = as_moderator(&app, answer.id()).await;
        assert_eq!((&inside["status"], &inside["held_for"]), (&json!("spam"), &json!("trap")));
    }
    assert_eq!(public_ids(&app, article).await, [0; 0]);
    for (number, text) in ["", "  "].into_iter().enumerate() {
        let comment = app.comment(article).by(&format!("reader{number}")).body("تعليق");
        comment.with("trap", text).create().await;
    }
    // Browsers of the newsroom may fill it in.
    let staff = json!({ "body": "تعليق", "trap": "x" });
    let staff = app.post(&under(article)).as_user(&app.author().await).json(&staff);
    staff.send().await.expect(201);
});

api_test!(repeated_idempotency_key_replays_the_comment, async |app: TestApp| {
    let article = app.article().published().create_id().await;
    for (status, body) in [(202, "قبل"), (201, "بعد")] {
        app.clock.advance(Duration::seconds(COMMENT_PAUSE));
        let send = |body: &str| {
            let request = app.comment(article).body(body).request();
            request.idempotency_key(&format!("key {status}")).send()
        };
        let first = send(body).await.expect(status);
        let again = send(body).await.expect(status);
        assert_eq!(again.header("idempotency-replayed"), Some("true"));
        // A replay has no edit token, since the stored answer doesn't contain it.
        let mut without_token = first.json();
        without_token["edit_token"] = json!(null);
        assert_eq!((again.json(), again.etag()), (without_token, first.etag()));
        send("غير ذلك").await.expect(422).problem("idempotency_key_reused");
        open(&app).await;
    }
    assert_eq!(public_ids(&app, article).await.len(), 1);
    let author = app.author().await;
    let signed = app.comment(article).body("بعد").request().as_user(&author);
    signed.idempotency_key("key 201").send().await.expect(201);
});

api_test!(
    comment_within_fifteen_seconds_is_429_on_every_instance,
    |config| {
        config.trusted_proxies = vec!["127.0.0.0/8".parse().expect("a network")];
    },
    async |app: TestApp| {
        let article = app.article().published().create_id().await;
        open(&app).await;
        let other = app.another_instance().await;
        let send = async |on: &TestApp, address: &str, name: &str, body: &str| {
            let comment = on.comment(article).by(name).body(body);
            comment.request().header("x-forwarded-for", address).send().await
        };
        let wait = async |on: &TestApp, address: &str, name: &str, body: &str| {
            let answer = send(on, address, name, body).await.expect(429);
            answer.problem("too_many_requests");
            answer.header("retry-after").expect("Retry-After").parse::<i64>().expect("seconds")
        };
        send(&app, "192.0.2.1", "salem", "1").await.expect(201);
        assert_eq!(wait(&other, "192.0.2.1", "huda", "2").await, COMMENT_PAUSE, "the same address");
        assert_eq!(wait(&other, "192.0.2.2", "salem", "2").await, COMMENT_PAUSE, "the same email");
        // Refused comments start no pause.
        send(&other, "192.0.2.2", "huda", "2").await.expect(201);
        app.clock.advance(Duration::seconds(COMMENT_PAUSE) - Duration::milliseconds(1));
        assert_eq!(wait(&app, "192.0.2.1", "karim", "3").await, 1);
        app.clock.advance(Duration::milliseconds(1));
        send(&other, "192.0.2.1", "salem", "3").await.expect(201);
        send(&other, "2001:db8::1", "a", "4").await.expect(201);
        assert_eq!(wait(&app, "2001:db8::2", "b", "5").await, COMMENT_PAUSE, "one network");
        send(&app, "2001:db8:0:1::1", "b", "5").await.expect(201);
        other.stop().await;
    }
);
