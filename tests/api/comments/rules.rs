//! What decides about a comment: each setting, each refusal with its own code, in their order.

use chrono::Duration;
use serde_json::{Value, json};

use super::{PAUSE, as_moderator, by, open, post, published, read, say, site, under};
use crate::support::TestApp;

async fn own(app: &TestApp, article: i64, settings: Value) {
    let path = format!("/api/v1/articles/{article}/comment-settings");
    let request = app.put(&path).as_user(&app.editor().await).if_match("*").json(&settings);
    assert!(matches!(request.send().await.status, 200 | 201));
}

api_test!(closing_holds_for_the_very_next_comment_and_says_why, async |app: TestApp| {
    let article = published(&app).await;
    open(&app).await;
    say(&app, article, None, "قبل").await;
    let other = app.another_instance().await;
    let closed = async |languages: &str| {
        let request = other.post(&under(article)).accept_language(languages);
        let answer = request.json(&by("salem", "بعد")).send().await.expect(403);
        answer.problem("comments_closed")["detail"].as_str().expect("a text").to_owned()
    };
    site(&app, json!({ "comments": "closed" })).await;
    let [ar, en, fr] = [closed("ar").await, closed("en").await, closed("fr").await];
    assert!(ar.contains("مغلق في هذا الموقع"), "{ar}");
    assert!(en.contains("closed on this site"), "{en}");
    assert!(fr.contains("fermés sur ce site"), "{fr}");

    site(&app, json!({ "comments": "open" })).await;
    app.clock.advance(Duration::seconds(PAUSE));
    other.post(&under(article)).json(&by("salem", "بعد")).send().await.expect(201);
    own(&app, article, json!({ "comments": "closed" })).await;
    let by_article = closed("en").await;
    assert!(by_article.contains("on this article are closed"), "{by_article}");
    own(&app, article, json!({ "comments": "open" })).await;
    site(&app, json!({ "comments": "closed" })).await;
    // What the article says for itself counts more.
    post(&app, article, &by("salem", "ثم")).await.expect(201);
    other.stop().await;
});

api_test!(age_closes_comments_to_the_second, async |app: TestApp| {
    open(&app).await;
    site(&app, json!({ "close_comments_after_days": 14 })).await;
    let article = published(&app).await;
    app.clock.advance(Duration::days(14) - Duration::seconds(PAUSE + 1));
    post(&app, article, &by("salem", "في الوقت")).await.expect(201);
    app.clock.advance(Duration::seconds(1));
    let late = app.post(&under(article)).json(&by("huda", "متأخر")).send().await;
    let detail = late.expect(403).problem("comments_closed")["detail"].to_string();
    assert!(detail.contains("because of its age"), "{detail}");
    own(&app, article, json!({ "close_comments_after_days": 0 })).await;
    post(&app, article, &by("huda", "لم يتأخر")).await.expect(201);
});

api_test!(a_login_can_be_required, async |app: TestApp| {
    let article = published(&app).await;
    site(&app, json!({ "require_login": true })).await;
    // Before what is wrong with the comment, and after what is closed.
    let answer = app.post(&under(article)).accept_language("ar").json(&json!({ "body": "؟" }));
    let answer = answer.send().await.expect(401);
    answer.problem("login_required");
    assert!(answer.header("www-authenticate").is_some());
    site(&app, json!({ "comments": "closed" })).await;
    post(&app, article, &json!({ "body": "؟" })).await.expect(403).problem("comments_closed");
});

api_test!(flaws_are_named_with_their_places, async |app: TestApp| {
    let article = published(&app).await;
    let flawed = async |changes: Value, places: &[&str]| {
        let mut comment = by("salem", "تعليق");
        for (name, value) in changes.as_object().expect("an object") {
            comment[name] = value.clone();
        }
        post(&app, article, &comment).await.expect(422).invalid(places)
    };
    let missing = post(&app, article, &json!({ "body": "؟" })).await.expect(422);
    let missing = missing.invalid(&["/author_name", "/author_email"]);
    assert_eq!(missing["errors"][0]["code"], "required");
    post(&app, article, &json!({})).await.expect(422).invalid(&["/body"]);
    for (changes, place, code) in [
        (json!({ "body": "" }), "/body", "empty"),
        (json!({ "body": "<b> </b>!".replace('!', "<script>x</script>") }), "/body", "empty"),
        (json!({ "body": "ا".repeat(10_001) }), "/body", "too_long"),
        (json!({ "body": "a\u{0}b" }), "/body", "nul_character"),
        (json!({ "author_name": "ا".repeat(101) }), "/author_name", "too_long"),
        (json!({ "author_name": "\u{200f}" }), "/author_name", "invalid_format"),
        (json!({ "author_email": "nobody" }), "/author_email", "invalid_email"),
        (json!({ "author_url": "javascript:alert(1)" }), "/author_url", "invalid_format"),
        (
            json!({ "author_url": format!("https://a.example/{}", "a".repeat(2000)) }),
            "/author_url",
            "too_long",
        ),
        (json!({ "parent_id": 999_999 }), "/parent_id", "unknown_comment"),
        (json!({ "status": "approved" }), "/status", "read_only"),
        (json!({ "colour": "blue" }), "/colour", "unknown_field"),
    ] {
        let problem = flawed(changes, &[place]).await;
        assert_eq!(problem["errors"][0]["code"], code, "{problem}");
    }
    post(&app, article, &by("salem", &"ا".repeat(10_000))).await.expect(202);
});

api_test!(answers_nest_as_deep_as_the_settings_say, async |app: TestApp| {
    let (article, elsewhere) = (published(&app).await, published(&app).await);
    open(&app).await;
    site(&app, json!({ "thread_depth": 2 })).await;
    let top = say(&app, article, None, "1").await;
    let answer = say(&app, article, Some(top), "1.1").await;
    let refused = async |article: i64, parent: i64, code: &str| {
        let mut comment = by("salem", "؟");
        comment["parent_id"] = json!(parent);
        let problem = post(&app, article, &comment).await.expect(422).invalid(&["/parent_id"]);
        assert_eq!(problem["errors"][0]["code"], code, "{problem}");
    };
    refused(article, answer, "too_deep").await;
    refused(elsewhere, top, "unknown_comment").await;
    super::moderate(&app, top, "spam").await;
    // What readers don't see is as if it weren't there, nor what answers it.
    refused(article, top, "unknown_comment").await;
    refused(article, answer, "unknown_comment").await;
    site(&app, json!({ "thread_depth": 1 })).await;
    let top = say(&app, article, None, "2").await;
    refused(article, top, "too_deep").await;
});

api_test!(each_rule_holds_a_comment_back, async |app: TestApp| {
    let article = published(&app).await;
    let words = json!({
        "moderation": "none", "max_links": 2,
        "moderation_words": ["إعلان"], "blocked_words": ["كازينو", "free money"],
    });
    site(&app, words).await;
    let held = async |comment: &Value, reason: &str, status: &str| {
        let answer = post(&app, article, comment).await.expect(202);
        assert_eq!(answer.json()["status"], "pending", "whoever sends spam learns nothing");
        let inside = as_moderator(&app, answer.id()).await;
        assert_eq!((&inside["held_for"], &inside["status"]), (&json!(reason), &json!(status)));
    };
    held(&by("a", "هذا اعلان"), "words", "pending").await;
    held(&by("b", "كَازِيـنُو"), "blocked_words", "spam").await;
    held(&by("c", "ca FREE\n<b>Mo</b>ney"), "blocked_words", "spam").await;
    held(&by("c2", "كا\u{200b}زينو"), "blocked_words", "spam").await;
    held(&by("d", "http://a.example و https://b.example"), "links", "pending").await;
    let mut page = by("e", "<a href=\"https://a.example\">x</a>");
    page["author_url"] = json!("https://e.example");
    held(&page, "links", "pending").await;
    let mut named = by("f", "أحسنتم");
    named["author_url"] = json!("https://f.example/?x=%D9%83%D8%A7%D8%B2%D9%8A%D9%86%D9%88");
    held(&named, "blocked_words", "spam").await;
    let mut hidden = by("g", "<a href=\"https://a.example/free-money\">x</a>");
    hidden["author_name"] = json!("g");
    held(&hidden, "blocked_words", "spam").await;
    assert_eq!(read(&app, article).await, [0; 0]);
    // Parts of longer words, and one link, are nobody's business.
    let harmless = by("h", "كازينوهات الحرية: freedom money https://a.example");
    post(&app, article, &harmless).await.expect(201);
    site(&app, json!({ "max_links": 0, "moderation": "all" })).await;
    let many = "http://a.example http://b.example http://c.example";
    held(&by("i", many), "moderation", "pending").await;
    own(&app, article, json!({ "moderation": "none" })).await;
    post(&app, article, &by("j", many)).await.expect(201);
    own(&app, article, json!({ "moderation": "first_time" })).await;
    held(&by("k", "من أنا؟"), "first_time", "pending").await;
    post(&app, article, &by("h", "وأنا معروف")).await.expect(201);
});

api_test!(the_same_twice_is_a_conflict, async |app: TestApp| {
    let (article, elsewhere) = (published(&app).await, published(&app).await);
    let first = post(&app, article, &by("salem", "مرة  واحدة\n")).await.expect(202).id();
    let again = by("salem", " مرة\nواحدة");
    // Before "too fast", so that a second click is told what happened.
    let twice = app.post(&under(article)).json(&again).send().await;
    twice.expect(409).problem("comment_repeated");
    // And so is what can't be taken, however late it comes.
    let mut lost = by("salem", "غير ذلك");
    lost["parent_id"] = json!(999_999);
    app.post(&under(article)).json(&lost).send().await.expect(422).invalid(&["/parent_id"]);
    lost.as_object_mut().expect("an object").remove("parent_id");
    app.post(&under(article)).json(&lost).send().await.expect(429);
    post(&app, article, &again).await.expect(409).problem("comment_repeated");
    post(&app, elsewhere, &again).await.expect(202);
    post(&app, article, &by("huda", "مرة واحدة")).await.expect(202);
    post(&app, article, &by("salem", "مرة أخرى")).await.expect(202);
    super::moderate(&app, first, "spam").await;
    post(&app, article, &again).await.expect(409);
    super::moderate(&app, first, "trash").await;
    post(&app, article, &again).await.expect(202);
});

api_test!(a_repeated_request_is_answered_again, async |app: TestApp| {
    let article = published(&app).await;
    for (status, body) in [(202, "قبل"), (201, "بعد")] {
        app.clock.advance(Duration::seconds(PAUSE));
        let send = |body: &str| {
            let request = app.post(&under(article)).idempotency_key(&format!("key {status}"));
            request.json(&by("salem", body)).send()
        };
        let first = send(body).await.expect(status);
        let again = send(body).await.expect(status);
        assert_eq!(again.header("idempotency-replayed"), Some("true"));
        assert_eq!((&again.body, again.etag()), (&first.body, first.etag()));
        send("غير ذلك").await.expect(422).problem("idempotency_key_reused");
        open(&app).await;
    }
    assert_eq!(read(&app, article).await.len(), 1);
    let author = app.author().await;
    let signed = app.post(&under(article)).as_user(&author).idempotency_key("key 201");
    signed.json(&by("salem", "بعد")).send().await.expect(201);
});

api_test!(
    comments_have_a_pause_between_them_on_every_instance,
    |config| {
        config.trusted_proxies = vec!["127.0.0.0/8".parse().expect("a network")];
    },
    async |app: TestApp| {
        let article = published(&app).await;
        open(&app).await;
        let other = app.another_instance().await;
        let send = async |on: &TestApp, address: &str, name: &str, body: &str| {
            let request = on.post(&under(article)).header("x-forwarded-for", address);
            request.json(&by(name, body)).send().await
        };
        let wait = async |on: &TestApp, address: &str, name: &str, body: &str| {
            let answer = send(on, address, name, body).await.expect(429);
            answer.problem("too_many_requests");
            answer.header("retry-after").expect("Retry-After").parse::<i64>().expect("seconds")
        };
        send(&app, "192.0.2.1", "salem", "1").await.expect(201);
        assert_eq!(wait(&other, "192.0.2.1", "huda", "2").await, PAUSE, "the same address");
        assert_eq!(wait(&other, "192.0.2.2", "salem", "2").await, PAUSE, "the same email");
        // What was refused costs nobody anything.
        send(&other, "192.0.2.2", "huda", "2").await.expect(201);
        app.clock.advance(Duration::seconds(PAUSE) - Duration::milliseconds(1));
        assert_eq!(wait(&app, "192.0.2.1", "karim", "3").await, 1);
        app.clock.advance(Duration::milliseconds(1));
        send(&other, "192.0.2.1", "salem", "3").await.expect(201);
        send(&other, "2001:db8::1", "a", "4").await.expect(201);
        assert_eq!(wait(&app, "2001:db8::2", "b", "5").await, PAUSE, "one network");
        send(&app, "2001:db8:0:1::1", "b", "5").await.expect(201);
        other.stop().await;
    }
);
