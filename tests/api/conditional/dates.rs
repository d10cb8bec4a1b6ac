//! Conditions by date, and their precedence (RFC 9110, section 13.2.2).

use chrono::Duration;
use serde_json::json;

use crate::support::TestApp;

/// The time at which every server of a test starts.
const START: &str = "Thu, 15 Jan 2026 09:00:00 GMT";
const LATER: &str = "Thu, 15 Jan 2026 09:01:00 GMT";
const EARLIER: &str = "Thu, 15 Jan 2026 08:59:59 GMT";

api_test!(if_modified_since_is_304_until_a_change, async |app: TestApp| {
    let editor = app.editor().await;
    let article = app.article().lang("ar-LY").published().create(&editor).await.location();
    let tag = app.tag("ليبيا").create(&editor).await.location();
    let user = "/api/v1/auth/me".to_owned();
    let settings = format!("{article}/comment-settings");
    app.site_settings(json!({ "max_links": 3 })).await;
    for path in [article, tag, user, settings, "/api/v1/comment-settings".to_owned()] {
        let get = |date: &str| app.get(&path).as_user(&editor).header("if-modified-since", date);
        let shown = app.get(&path).as_user(&editor).send().await.expect(200);
        assert_eq!(shown.header("last-modified"), Some(START), "{path}");
        for date in [
            START,
            LATER,
            "Thursday, 15-Jan-26 09:00:00 GMT",
            "Thu Jan 15 09:00:00 2026",
            "Fri, 31 Dec 9999 23:59:59 GMT",
        ] {
            let same = get(date).send().await.expect(304);
            assert!(same.body.is_empty(), "{path} {date}");
            assert_eq!(same.etag(), shown.etag(), "{path} {date}");
            let head = app.head(&path).as_user(&editor).header("if-modified-since", date);
            head.send().await.expect(304);
        }
        for date in [
            EARLIER, "", "0", "yesterday", "2026-01-15T09:00:00Z", "Thu, 15 Jan 2026 09:00:00",
            "Thu, 32 Jan 2026 09:00:00 GMT", "Thu, 15 Jan 2026 09:00:00 GMT, x", "\"x\"",
        ] {
            get(date).send().await.expect(200);
        }
        get(START).header("if-modified-since", START).send().await.expect(200);
        get(START).if_none_match("\"other\"").send().await.expect(200);
        get(START).header("if-none-match", b"\xff").send().await.expect(200);
        get(EARLIER).if_none_match(&shown.etag()).send().await.expect(304);
    }
});

api_test!(cached_and_uncached_reads_evaluate_dates_alike, async |app: TestApp| {
    let editor = app.editor().await;
    let path = app.article().title("قديم").published().create(&editor).await.location();
    for expected in ["miss", "hit", "hit"] {
        let shown = app.get(&path).header("if-modified-since", EARLIER).send().await.expect(200);
        assert_eq!(shown.header("x-cache"), Some(expected));
    }
    let get = || app.get(&path).header("if-modified-since", START);
    let same = get().send().await.expect(304);
    assert_eq!(same.header("x-cache"), Some("hit"));
    app.clock.advance(Duration::seconds(60));
    let patch = app.patch(&path).as_user(&editor).if_match("*");
    patch.merge_patch(&json!({ "title": "جديد" })).send().await.expect(200);
    get().send().await.expect(200);
    let same = app.get(&path).header("if-modified-since", LATER).send().await.expect(304);
    assert_eq!(same.header("x-cache"), Some("hit"));
    app.clock.advance(Duration::seconds(60));
    app.site_settings(json!({ "comments": "closed" })).await;
    app.get(&path).header("if-modified-since", LATER).send().await.expect(200);
});

api_test!(article_is_modified_when_its_age_closes_comments, async |app: TestApp| {
    app.site_settings(json!({ "comments": "open", "close_comments_after_days": 1 })).await;
    let path = app.article().published().create(&app.editor().await).await.location();
    let get = || app.get(&path).header("if-modified-since", LATER);
    get().send().await.expect(304);
    app.clock.advance(Duration::days(1));
    let closed = get().send().await.expect(200);
    assert_eq!(closed.header("last-modified"), Some("Fri, 16 Jan 2026 09:00:00 GMT"));
});

api_test!(counts_above_zero_leave_last_modified_out, async |app: TestApp| {
    app.site_settings(json!({ "comments": "open", "moderation": "none" })).await;
    let article = app.article().tags(["ليبيا"]).published().create(&app.editor().await).await;
    let path = article.location();
    let tag = app.get("/api/v1/tags/slug/ليبيا").send().await.expect(200);
    assert_eq!(tag.header("last-modified"), None, "article_count changes without a time");
    let since = || app.get(&path).header("if-modified-since", LATER).send();
    since().await.expect(304);
    app.comment(article.id()).create().await;
    let shown = since().await.expect(200);
    assert_eq!(shown.header("last-modified"), None);
    assert_eq!(shown.json()["discussion"]["comment_count"], 1);
});

api_test!(read_with_unmet_precondition_is_412, async |app: TestApp| {
    let editor = app.editor().await;
    let path = app.article().published().create(&editor).await.location();
    let shown = app.get(&path).accept_language("en").send().await.expect(200);
    let etag = shown.etag();
    let tag = etag.trim_matches('"');
    let get = |name: &str, value: &str| app.get(&path).header(name, value).accept_language("en");
    for (name, value) in [
        ("if-match", etag.as_str()),
        ("if-match", &format!("W/{etag}")),
        ("if-match", &format!("\"x\", \"{tag}-gzip\"")),
        ("if-match", "*"),
        ("if-unmodified-since", START),
        ("if-unmodified-since", LATER),
        ("if-unmodified-since", "yesterday"),
    ] {
        let answer = get(name, value).send().await.expect(200);
        assert_eq!(answer.body, shown.body, "{name}: {value}");
        app.head(&path).header(name, value).accept_language("en").send().await.expect(200);
    }
    for (name, value) in [
        ("if-match", "\"x\""), ("if-match", "\"\""), ("if-unmodified-since", EARLIER),
    ] {
        let problem = get(name, value).send().await.expect(412).problem("precondition_failed");
        assert!(!problem["detail"].to_string().contains("saved"), "{problem}");
        app.head(&path).header(name, value).send().await.expect(412);
    }
    let both = get("if-match", &etag).header("if-unmodified-since", EARLIER);
    both.send().await.expect(200);
    let unmet = get("if-match", "\"x\"").if_none_match(&etag);
    unmet.send().await.expect(412);
    let met = get("if-match", &etag).if_none_match(&etag);
    met.send().await.expect(304);
    get("if-match", "\"x\"").header("x", "y").send().await.expect(412);
    app.get("/openapi.json").if_match("\"x\"").send().await.expect(412);
    app.get("/api/v1/articles/999").if_match("\"x\"").send().await.expect(404);
});

api_test!(write_with_unmet_if_unmodified_since_is_412, async |app: TestApp| {
    let editor = app.editor().await;
    app.clock.advance(Duration::milliseconds(900));
    let article = app.article().create(&editor).await.location();
    let tag = app.tag("ليبيا").create(&editor).await.location();
    let publish = || app.post(&format!("{article}/publish")).as_user(&editor);
    let refused = publish().header("if-unmodified-since", EARLIER).send().await.expect(412);
    refused.problem("precondition_failed");
    let delete = |path: &str, date: &str| {
        app.delete(path).as_user(&editor).header("if-unmodified-since", date).send()
    };
    delete(&tag, EARLIER).await.expect(412);
    delete(&article, EARLIER).await.expect(412);
    // A tag decides, and a date beside it is ignored.
    publish().header("if-unmodified-since", EARLIER).if_match("*").send().await.expect(200);
    let unpublish = app.post(&format!("{article}/unpublish")).as_user(&editor);
    unpublish.header("if-unmodified-since", START).send().await.expect(200);
    for date in ["", "yesterday", "2026-01-15T09:00:00Z"] {
        publish().header("if-unmodified-since", date).send().await.expect(200);
        app.post(&format!("{article}/archive")).as_user(&editor).send().await.expect(200);
    }
    delete(&tag, START).await.expect(204);
    delete(&article, LATER).await.expect(204);
});

api_test!(date_does_not_replace_if_match_where_it_is_required, async |app: TestApp| {
    let editor = app.editor().await;
    let path = app.article().create(&editor).await.location();
    let patch = || {
        app.patch(&path).as_user(&editor).header("if-unmodified-since", LATER).merge_patch(&json!({}))
    };
    patch().send().await.expect(428).problem("precondition_required");
    patch().if_match("*").send().await.expect(200);
});
