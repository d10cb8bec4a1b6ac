//! Invalidation by writes: each operation invalidates the responses that it changes, and no others.

use serde_json::{Value, json};

use super::{article, from, read, warm};
use crate::authorization::calls;
use crate::authorization::oracle::{self, Caller, Operation, State};
use crate::authorization::scenario::{Article, Owner, Scenario};
use crate::support::names::resolve_to_private;
use crate::support::TestApp;

/// Returns a body that can't come from the cache, which doesn't serve requests with a chunked body.
async fn fresh(app: &TestApp, path: &str) -> (u16, Value) {
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    );
    let answer = String::from_utf8(app.raw(request).await).expect("UTF-8");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    assert!(!head.contains("x-cache: hit"), "{head}");
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
    // A redirect has none.
    (status, serde_json::from_str(body).unwrap_or(Value::Null))
}

fn percent(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// The addresses of every kind of stored response in the scenario.
async fn reads(app: &TestApp, about: Option<&Article>) -> Vec<String> {
    let mut all = vec![
        "/api/v1/articles".to_owned(),
        "/api/v1/articles?sort=-updated_at".into(),
        "/api/v1/articles?sort=title&total=true&include=html".into(),
        "/api/v1/articles?comments=open".into(),
        "/api/v1/articles?author=2".into(),
        "/api/v1/comment-settings".into(),
        "/api/v1/tags?limit=100".into(),
        "/api/v1/tags?sort=-article_count&total=true".into(),
        format!("/api/v1/search?q={}", percent("الصيادين")),
        format!("/api/v1/search/suggest?q={}", percent("عود")),
    ];
    let tags = app.get("/api/v1/tags?limit=100").send().await.expect(200).json();
    for tag in tags["data"].as_array().expect("tags") {
        let slug = percent(tag["slug"].as_str().expect("a slug"));
        all.push(format!("/api/v1/tags/{}", tag["id"]));
        all.push(format!("/api/v1/tags/slug/{slug}"));
        all.push(format!("/api/v1/articles?tag={slug}"));
    }
    if let Some(article) = about {
        let path = format!("/api/v1/articles/{}", article.id);
        all.extend(
            ["", "/related", "/adjacent", "/comment-settings", "/comments", "/mentions"]
                .map(|end| format!("{path}{end}")),
        );
        all.push(format!("{path}/comments/{}", article.comment));
        all.push(format!("/api/v1/articles/slug/{}", percent(&article.slug)));
    }
    all
}

/// Removes the values that differ from request to request.
fn lasting(mut body: Value) -> Value {
    if let Some(problem) = body.as_object_mut() {
        problem.remove("instance");
    }
    body
}

/// Performs a write, and checks that readers get the same as without a cache.
async fn shows(app: &TestApp, what: &str, reads: &[String], done: impl Future<Output = u16>) {
    for path in reads {
        for _ in 0..3 {
            app.get(path).send().await;
        }
    }
    let status = done.await;
    assert!((200..300).contains(&status), "{what}: {status}");
    for path in reads {
        let kept = app.get(path).send().await;
        let fresh = fresh(app, path).await;
        let body = serde_json::from_slice(&kept.body).unwrap_or(Value::Null);
        let kept = (kept.status, lasting(body));
        assert_eq!(kept, (fresh.0, lasting(fresh.1)), "{path} after {what}");
    }
}

async fn operations(app: &TestApp) -> Vec<Operation> {
    let document = app.get("/openapi.json").send().await.expect(200).json();
    oracle::operations(&document).into_iter().filter(Operation::writes).collect()
}

api_test!(each_write_shows_in_the_next_read, resolve_to_private, async |app: TestApp| {
    let operations = operations(&app).await;
    assert!(operations.len() > 20, "{}", operations.len());
    article(&app, "خبر بوسوم").await;
    let scenario = Scenario::new(app.clone()).await;
    for operation in &operations {
        if !operation.is_about_an_article() {
            let reads = reads(&app, None).await;
            let call = calls::without_article(&scenario, operation, Caller::Admin).await;
            shows(&app, &operation.to_string(), &reads, async { call.send().await.status }).await;
            continue;
        }
        for state in [State::Draft, State::Published, State::TrashedPublication, State::Archived] {
            let article = scenario.article(Owner::Author, state).await;
            let path = operation.path_of(article.id, &article.slug, article.comment);
            let tagged = json!({ "tags": ["ليبيا", "سياسة"] });
            let patch =
                app.patch(&format!("/api/v1/articles/{}", article.id)).as_user(&scenario.admin);
            patch.if_match("*").merge_patch(&tagged).send().await;
            let reads = reads(&app, Some(&article)).await;
            let call = calls::about_article(&app, operation, &path).as_user(&scenario.admin);
            let done = async {
                // A step that the article's state forbids must change nothing.
                let status = call.send().await.status;
                if matches!(status, 403 | 404 | 409) { 200 } else { status }
            };
            shows(&app, &format!("{operation} of one that is {state:?}"), &reads, done).await;
        }
    }
    counts_are_exact(&app).await;
});

/// Checks the counts of all published articles and of each tag.
async fn counts_are_exact(app: &TestApp) {
    let tags = app.get("/api/v1/tags?limit=100").send().await.expect(200).json();
    let tags = tags["data"].as_array().expect("tags").iter();
    let mut lists: Vec<(String, Option<Value>)> = tags
        .map(|tag| (format!("&tag={}", percent(tag["slug"].as_str().expect("a slug"))), tag))
        .map(|(filter, tag)| (filter, Some(tag["article_count"].clone())))
        .collect();
    assert!(lists.iter().any(|(_, count)| *count != Some(json!(0))), "some tag has articles");
    lists.push((String::new(), None));
    for (filter, count) in lists {
        let (mut found, mut cursor) = (0, String::new());
        loop {
            let path = format!("/api/v1/articles?limit=100&total=true{filter}{cursor}");
            let page = read(app, &path).await.json();
            found += page["data"].as_array().expect("a list").len();
            let total = &page["page"]["total"];
            assert!(count.is_none() || count.as_ref() == Some(total), "{filter}: {count:?}");
            let Some(next) = page["page"]["next"].as_str() else {
                assert_eq!(*total, json!(found), "{filter}");
                break;
            };
            cursor = format!("&cursor={next}");
        }
    }
}

/// Returns the addresses that are still stored.
async fn kept(app: &TestApp, paths: &[&str]) -> Vec<bool> {
    let mut all = Vec::new();
    for path in paths {
        all.push(from(&app.get(path).send().await) == "hit");
    }
    all
}

api_test!(write_invalidates_changed_responses_only, async |app: TestApp| {
    let editor = app.editor().await;
    let here = article(&app, "هنا").await;
    let elsewhere = super::published(&app, &json!({ "title": "هناك", "tags": ["رياضة"] })).await;
    let paths = [
        here.as_str(),
        elsewhere.as_str(),
        "/api/v1/articles",
        "/api/v1/articles?tag=ليبيا",
        "/api/v1/articles?tag=رياضة",
        "/api/v1/articles?sort=-updated_at",
        "/api/v1/tags",
        "/api/v1/tags/slug/رياضة",
    ];
    let after = async |what: &str, request: crate::support::request::Request, expected: [u8; 8]| {
        for path in paths {
            warm(&app, path).await;
        }
        let answer = request.send().await;
        assert!((200..300).contains(&answer.status), "{what}: {answer:?}");
        let expected: Vec<bool> = expected.iter().map(|kept| *kept == 1).collect();
        assert_eq!(kept(&app, &paths).await, expected, "{what}");
    };
    let patch =
        |path: &str, body: Value| app.patch(path).as_user(&editor).if_match("*").merge_patch(&body);
    let draft = json!({ "title": "مسودة", "tags": ["ليبيا", "جديد"] });
    let made = app.post("/api/v1/articles").as_user(&editor).json(&draft);
    after("a draft", made, [1, 1, 1, 1, 1, 1, 1, 1]).await;
    let draft = app.get("/api/v1/articles?status=draft").as_user(&editor).send().await.json();
    let draft = format!("/api/v1/articles/{}", draft["data"][0]["id"]);
    after("a draft's text", patch(&draft, json!({ "body": "نص" })), [1, 1, 1, 1, 1, 1, 1, 1]).await;
    after("a text", patch(&here, json!({ "body": "نص" })), [0, 1, 0, 0, 1, 0, 1, 1]).await;
    after("a text elsewhere", patch(&elsewhere, json!({ "body": "نص" })), [1, 0, 0, 1, 0, 0, 1, 1])
        .await;
    let publish = app.post(&format!("{draft}/publish")).as_user(&editor);
    after("a publication", publish, [1, 1, 0, 0, 1, 0, 0, 1]).await;
    let settings = app.put(&format!("{elsewhere}/comment-settings")).as_user(&editor).if_match("*");
    let settings = settings.json(&json!({ "comments": "closed" }));
    after("an article's settings", settings, [1, 0, 0, 1, 0, 0, 1, 1]).await;
    let tag = read(&app, "/api/v1/tags/slug/رياضة").await.id();
    let described = patch(&format!("/api/v1/tags/{tag}"), json!({ "description": "كرة" }));
    after("a tag's description", described, [1, 1, 1, 1, 0, 1, 0, 0]).await;
    let admin = app.admin().await;
    let site = app.patch("/api/v1/comment-settings").as_user(&admin).if_match("*");
    let site = site.merge_patch(&json!({ "comments": "closed" }));
    after("the site's settings", site, [0, 0, 0, 0, 0, 0, 1, 1]).await;
    let user = json!({ "email": "x@example.org", "name": "س", "role": "author",
        "password": crate::support::session::PASSWORD });
    let user = app.post("/api/v1/users").as_user(&admin).json(&user);
    after("a user", user, [1, 1, 1, 1, 1, 1, 1, 1]).await;
});

api_test!(discussion_is_stored_until_a_comment_becomes_visible, async |app: TestApp| {
    let admin = app.admin().await;
    let here = article(&app, "هنا").await;
    let (comments, elsewhere) = (format!("{here}/comments"), article(&app, "هناك").await);
    let paths = [here.as_str(), &comments, &elsewhere, "/api/v1/tags"];
    let settings = json!({ "comments": "open", "moderation": "none", "require_name_email": false });
    let site = app.patch("/api/v1/comment-settings").as_user(&admin).if_match("*");
    site.merge_patch(&settings).send().await.expect(200);
    let post = |body: &str| app.post(&comments).json(&json!({ "body": body }));
    for path in paths {
        warm(&app, path).await;
    }
    post("خبر سعيد").send().await.expect(201);
    assert_eq!(kept(&app, &paths).await, [false, false, true, true], "a comment");
    let site = app.patch("/api/v1/comment-settings").as_user(&admin).if_match("*");
    site.merge_patch(&json!({ "moderation": "all" })).send().await.expect(200);
    for path in paths {
        warm(&app, path).await;
    }
    app.clock.advance(chrono::Duration::seconds(30));
    let held = post("خبر حزين").send().await.expect(202).location();
    assert_eq!(kept(&app, &paths).await, [true; 4], "one that is held");
    let approve = app.patch(&held).as_user(&admin).if_match("*");
    approve.merge_patch(&json!({ "status": "approved" })).send().await.expect(200);
    assert_eq!(kept(&app, &paths).await, [false, false, true, true], "one that is approved");
    assert_eq!(read(&app, &comments).await.json()["data"].as_array().map(Vec::len), Some(2));
});
