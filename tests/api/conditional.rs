//! Validators, conditional requests and cache headers.

mod dates;

use chrono::Duration;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::answer::TestResponse;

async fn read(app: &TestApp, path: &str) -> TestResponse {
    app.get(path).send().await.expect(200)
}

/// Asserts a 400 that names the header.
fn malformed(answer: &TestResponse, condition: &str) {
    assert_eq!(answer.status, 400, "{condition}: {}", answer.text());
    let problem = answer.problem("invalid_header");
    assert!(problem["detail"].as_str().expect("text").contains("If-Match"), "{problem}");
    let error = &problem["errors"][0];
    assert_eq!(
        (&error["parameter"], &error["code"], &error["accepted"]),
        (&json!("If-Match"), &json!("invalid_entity_tag"), &json!(["entity-tag"]))
    );
}

/// The headers that a 304 repeats.
const RENEWING: [&str; 7] = [
    "etag",
    "cache-control",
    "vary",
    "link",
    "x-pingback",
    "cdn-cache-control",
    "access-control-expose-headers",
];

/// The headers without those that differ in each response.
fn lasting(answer: &TestResponse) -> Vec<(String, String)> {
    let passing =
        ["date", "x-request-id", "x-cache", "content-length", "content-type", "transfer-encoding"];
    headers(answer, |name| !passing.contains(&name))
}

/// The headers that the predicate accepts, sorted.
fn headers(answer: &TestResponse, with: impl Fn(&str) -> bool) -> Vec<(String, String)> {
    let mut all: Vec<_> = answer
        .headers
        .iter()
        .filter(|(name, _)| with(name.as_str()))
        .map(|(name, value)| (name.to_string(), value.to_str().expect("text").to_owned()))
        .collect();
    all.sort();
    all
}

api_test!(matching_if_none_match_is_304_without_body, async |app: TestApp| {
    let path = app.article().lang("ar-LY").published().create(&app.editor().await).await.location();
    for path in [path.as_str(), "/api/v1/articles", "/api/v1/tags", "/openapi.json"] {
        let answer = read(&app, path).await;
        let etag = answer.etag();
        for condition in [
            etag.clone(),
            format!("W/{etag}"),
            format!("\"other\", {etag}"),
            format!("\"other\",W/{etag} , \"third\""),
            "*".to_owned(),
        ] {
            let not_modified = app.get(path).if_none_match(&condition).send().await.expect(304);
            assert!(not_modified.body.is_empty(), "{condition}");
            assert_eq!(not_modified.header("content-type"), None);
            assert_eq!(
                lasting(&not_modified),
                headers(&answer, |name| RENEWING.contains(&name)),
                "{path} {condition}"
            );
            app.head(path).if_none_match(&condition).send().await.expect(304);
        }
        for condition in ["\"other\"", "", "W/", etag.trim_matches('"'), "\"*\""] {
            app.get(path).if_none_match(condition).send().await.expect(200);
        }
        let twice = app.get(path).if_none_match("\"other\"").if_none_match(&etag);
        twice.send().await.expect(304);
    }
});

api_test!(head_has_the_headers_of_get_and_no_body, async |app: TestApp| {
    let path = app.article().lang("ar-LY").published().create(&app.editor().await).await.location();
    let tags = "/api/v1/tags?limit=1";
    for path in [path.as_str(), tags, "/openapi.yaml", "/docs", "/api/v1/articles/999"] {
        let (get, head) = (app.get(path).send().await, app.head(path).send().await);
        assert_eq!((head.status, lasting(&head)), (get.status, lasting(&get)), "{path}");
        assert_eq!(head.header("content-type"), get.header("content-type"), "{path}");
        assert_eq!(head.header("content-length"), get.header("content-length"), "{path}");
        assert!(head.body.is_empty());
    }
});

api_test!(response_to_head_ends_after_its_headers, async |app: TestApp| {
    let path = app.article().lang("ar-LY").published().create(&app.editor().await).await.location();
    for path in [path.as_str(), "/api/v1/nothing-here", "/health/live"] {
        let head = format!("HEAD {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        let answer = String::from_utf8(app.raw(head).await).expect("UTF-8");
        assert!(answer.to_ascii_lowercase().contains("\r\ncontent-length: "), "{answer}");
        assert!(answer.ends_with("\r\n\r\n"), "{answer}");
        assert_eq!(answer.matches("\r\n\r\n").count(), 1, "{answer}");
    }
});

api_test!(each_representation_has_its_own_etag, async |app: TestApp| {
    let path = app.article().lang("ar-LY").published().create(&app.editor().await).await.location();
    let editor = app.editor().await;
    let tags = [
        read(&app, &path).await.etag(),
        read(&app, &format!("{path}?notice_lang=en")).await.etag(),
        read(&app, &format!("{path}?notice_lang=fr")).await.etag(),
        read(&app, &format!("{path}?fields=id,slug")).await.etag(),
        app.get(&path).as_user(&editor).send().await.expect(200).etag(),
    ];
    for (index, tag) in tags.iter().enumerate() {
        assert!(!tags[..index].contains(tag), "{index}: {tags:?}");
    }
    let english = app.get(&path).accept_language("en").if_none_match(&tags[0]).send().await;
    assert_eq!(english.expect(200).etag(), tags[1]);
    let same = app.get(&path).accept_language("ar").if_none_match(&tags[0]).send().await;
    same.expect(304);
});

api_test!(cache_control_is_public_for_readers_and_private_for_users, async |app: TestApp| {
    let path = app.article().lang("ar-LY").published().create(&app.editor().await).await.location();
    let editor = app.editor().await;
    for path in [path.as_str(), "/api/v1/articles", "/api/v1/comment-settings"] {
        let everybody = read(&app, path).await;
        assert_eq!(everybody.header("cache-control"), Some("public, no-cache"), "{path}");
        let mine = app.get(path).as_user(&editor).send().await.expect(200);
        assert_eq!(mine.header("cache-control"), Some("private, no-cache"), "{path}");
        for answer in [everybody, mine] {
            let vary = answer.header("vary").expect("Vary").to_ascii_lowercase();
            assert!(vary.contains("accept-language") && vary.contains("authorization"), "{vary}");
        }
    }
    for path in ["/api/v1/articles/999", "/api/v1/comments", "/nowhere", "/health/live"] {
        let answer = app.get(path).send().await;
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
        assert_eq!(answer.header("etag"), None);
    }
});

api_test!(last_modified_is_the_time_of_the_last_change, async |app: TestApp| {
    let path = app.article().lang("ar-LY").published().create(&app.editor().await).await.location();
    let first = read(&app, &path).await;
    assert_eq!(first.header("last-modified"), Some("Thu, 15 Jan 2026 09:00:00 GMT"));
    assert_eq!(first.header("content-language"), Some("ar-LY"));
    app.clock.advance(Duration::seconds(90));
    let admin = app.admin().await;
    let site = app.patch("/api/v1/comment-settings").as_user(&admin).if_match("*");
    site.merge_patch(&json!({ "comments": "closed" })).send().await.expect(200);
    let second = read(&app, &path).await;
    assert_eq!(second.header("last-modified"), Some("Thu, 15 Jan 2026 09:01:30 GMT"));
});

api_test!(stale_if_match_is_412_and_malformed_is_400, async |app: TestApp| {
    let editor = app.editor().await;
    let tag = app.tag("ليبيا").create(&editor).await;
    let (path, etag) = (tag.location(), tag.etag());
    let patch = |condition: &str, body: Value| {
        app.patch(&path).as_user(&editor).if_match(condition).merge_patch(&body).send()
    };
    let before = read(&app, &path).await;
    for condition in [
        "\"v2-0\"",
        "W/\"v2-0\"",
        "\"\"",
        "\"*\"",
        "\"abc\"",
        "\"v1\"",
        "\"v99999999999999999999-0\"",
        "\"v2-0\", \"v3-0\"",
    ] {
        let refused = patch(condition, json!({ "description": "لا" })).await.expect(412);
        refused.problem("precondition_failed");
        assert_eq!(read(&app, &path).await.etag(), before.etag(), "{condition}");
    }
    for condition in [
        &format!("w/{etag}"),
        etag.trim_matches('"'),
        etag.trim_end_matches('"'),
        &format!("{etag}x"),
        &format!("*, {etag}"),
        "",
        ",",
        "W/*",
        "W/",
        "garbage",
        "abc, \"v2-0\"",
    ] {
        malformed(&patch(condition, json!({ "description": "لا" })).await, condition);
        assert_eq!(read(&app, &path).await.etag(), before.etag(), "{condition}");
        malformed(&app.get(&path).if_match(condition).send().await, condition);
        let delete = app.delete(&path).as_user(&editor).if_match(condition).send().await;
        malformed(&delete, condition);
    }
    let changed = patch(&format!("\"v7-0\" , {etag}"), json!({ "description": "نعم" })).await;
    let changed = changed.expect(200);
    patch(&etag, json!({ "description": "قديم" })).await.expect(412);
    let put = app.patch(&path).as_user(&editor).if_match("\"other\"").if_match(&changed.etag());
    put.merge_patch(&json!({ "description": "سطران" })).send().await.expect(200);
    patch("*", json!({ "description": "أيًّا كان" })).await.expect(200);
});

api_test!(if_match_takes_tags_that_proxies_have_changed, async |app: TestApp| {
    let editor = app.editor().await;
    let article = app.article().published().create(&editor).await.location();
    let tag = app.tag("ليبيا").create(&editor).await.location();
    let (own, site) = (format!("{article}/comment-settings"), "/api/v1/comment-settings".to_owned());
    let admin = app.admin().await;
    for path in [article, tag, own, site] {
        for form in ["W/\"{}\"", "\"{}-gzip\"", "W/\"{}-br\"", "\"{};gzip\"", "\"x\", W/\"{}--gzip\""] {
            let before = app.get(&path).as_user(&admin).send().await.expect(200).etag();
            let sent = form.replace("{}", before.trim_matches('"'));
            let patch = |etag: &str| {
                app.patch(&path).as_user(&admin).if_match(etag).merge_patch(&change(&path)).send()
            };
            let changed = patch(&sent).await;
            assert_eq!(changed.status, 200, "{path} {sent}: {}", changed.text());
            assert_ne!(changed.etag(), before, "{path} {sent}");
            patch(&sent).await.expect(412).problem("precondition_failed");
        }
    }
});

api_test!(user_with_unmet_precondition_is_412_and_unchanged, async |app: TestApp| {
    let (admin, user) = (app.admin().await, app.author().await);
    let path = format!("/api/v1/users/{}", user.user_id);
    for (path, by) in [(path.as_str(), &admin), ("/api/v1/auth/me", &user)] {
        let etag = app.get(path).as_user(by).send().await.expect(200).etag();
        let patch = |name: &str| {
            app.patch(path).as_user(by).merge_patch(&json!({ "name": name }))
        };
        for (name, value) in [
            ("if-match", "\"v0-0\""),
            ("if-match", "\"\""),
            ("if-unmodified-since", "Thu, 15 Jan 2026 08:59:59 GMT"),
        ] {
            let refused = patch("غيره").header(name, value).send().await.expect(412);
            refused.problem("precondition_failed");
            assert_eq!(app.get(path).as_user(by).send().await.expect(200).etag(), etag);
        }
        let changed = patch(path).if_match(&format!("W/{etag}")).send().await.expect(200);
        assert_ne!(changed.etag(), etag);
        patch("متأخر").if_match(&etag).send().await.expect(412);
        patch("أيًّا كان").if_match("*").send().await.expect(200);
    }
    let delete = |etag: &str| app.delete(&path).as_user(&admin).if_match(etag).send();
    delete("\"v0-0\"").await.expect(412);
    let etag = app.get(&path).as_user(&admin).send().await.expect(200).etag();
    delete(&etag).await.expect(204);
});

/// A change of a resource, each time another one.
fn change(path: &str) -> Value {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NEXT: AtomicU32 = AtomicU32::new(1);
    let next = NEXT.fetch_add(1, Ordering::Relaxed);
    match path {
        path if path.ends_with("settings") => json!({ "close_comments_after_days": next }),
        path if path.contains("/tags/") => json!({ "description": format!("وصف {next}") }),
        _ => json!({ "title": format!("عنوان {next}") }),
    }
}

api_test!(condition_with_invalid_utf8_does_not_match, async |app: TestApp| {
    let editor = app.editor().await;
    let path = app.tag("ليبيا").create(&editor).await.location();
    let patch = app.patch(&path).as_user(&editor).header("if-match", b"\"\xff\xfe\"");
    patch.merge_patch(&json!({})).send().await.expect(412).problem("precondition_failed");
    app.get(&path).header("if-none-match", b"\xff").send().await.expect(200);
    app.get(&path).header("accept-language", b"\xff\xfe;q=\xff").send().await.expect(200);
});

api_test!(concurrent_writes_with_one_etag_are_200_once_and_412, async |app: TestApp| {
    let editor = app.editor().await;
    let tag = app.tag("ليبيا").create(&editor).await;
    let (path, etag) = (tag.location(), tag.etag());
    let writers = (0..10).map(|n| {
        let body = json!({ "description": format!("كاتب {n}") });
        app.patch(&path).as_user(&editor).if_match(&etag).merge_patch(&body).send()
    });
    let answers = futures_util::future::join_all(writers).await;
    let won: Vec<_> = answers.iter().filter(|answer| answer.status == 200).collect();
    assert_eq!(won.len(), 1);
    assert_eq!(answers.iter().filter(|answer| answer.status == 412).count(), 9);
    assert_eq!(read(&app, &path).await.json(), won[0].json());
    assert_eq!(won[0].json()["version"], 2);
});

api_test!(every_single_resource_answers_304_to_its_etag, async |app: TestApp| {
    let editor = app.editor().await;
    let tag = app.tag("ليبيا").create(&editor).await.location();
    let article =
        app.article().lang("ar-LY").published().create(&app.editor().await).await.location();
    let slug = read(&app, &article).await.json()["slug"].as_str().expect("a slug").to_owned();
    for path in [
        tag,
        "/api/v1/tags/slug/ليبيا".to_owned(),
        format!("{article}/comment-settings"),
        format!("{article}/adjacent"),
        format!("{article}/related"),
        format!("{article}/revisions"),
        format!("/api/v1/articles/slug/{slug}"),
        "/api/v1/comment-settings".to_owned(),
    ] {
        let get = || app.get(&path).as_user(&editor);
        let etag = get().send().await.expect(200).etag();
        assert!(get().if_none_match(&etag).send().await.expect(304).body.is_empty(), "{path}");
        get().if_none_match("\"other\"").send().await.expect(200);
    }
});

api_test!(
    published_article_links_to_its_canonical_url,
    |config| config.site_url = Some("https://news.example/{slug}".into()),
    async |app: TestApp| {
        let editor = app.editor().await;
        let path = app.article().slug("خبر").create(&editor).await.location();
        let hidden = app.get(&path).as_user(&editor).send().await.expect(200);
        assert!(hidden.headers.get("link").is_none(), "a draft has no address for readers");
        app.post(&format!("{path}/publish")).as_user(&editor).send().await.expect(200);
        let link = async || {
            let answer = app.get(&path).send().await.expect(200);
            answer.header("link").expect("an address").to_owned()
        };
        assert_eq!(link().await, "<https://news.example/%D8%AE%D8%A8%D8%B1>; rel=\"canonical\"");
        let own = json!({"canonical_url": "https://other.example/1"});
        let patch = app.patch(&path).as_user(&editor).if_match("*").merge_patch(&own);
        patch.send().await.expect(200);
        assert_eq!(link().await, "<https://other.example/1>; rel=\"canonical\"");
        // The page on the frontend stays the same.
        for url in ["/api/v1/articles", path.as_str()] {
            let body = app.get(url).send().await.expect(200).json();
            let article = body.pointer("/data/0").unwrap_or(&body);
            assert_eq!(article["url"], "https://news.example/%D8%AE%D8%A8%D8%B1", "{url}");
        }
    }
);
