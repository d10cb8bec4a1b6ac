//! Whole answers, compared with the files in `snapshots/`: the same for both databases. The clock
//! stands still; tokens and the other site's port are replaced.
//!
//! A changed answer fails. `INSTA_UPDATE=always cargo test --test api -- snapshots::` accepts it.

use serde_json::{Map, Value, json};

use crate::support::TestApp;
use crate::support::answer::TestResponse;
use crate::support::peer::{Page, Peer};
use crate::support::request::Request;

/// Identifies each request, so that problems name the same `instance` in every run.
const REQUEST_ID: &str = "0b9cc3c1-5c62-4f4c-9a3f-9d9b6d0b4d10";

/// Fields with another value in each run.
const RANDOM: [&str; 5] = ["access_token", "refresh_token", "edit_token", "kid", "x"];

/// Compares a value with the snapshot of that name.
fn assert_snapshot(name: &str, value: &Value) {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_json_snapshot!(name, value));
}

/// Replaces the values that differ in each run by their field's name.
fn redacted(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(redacted).collect(),
        Value::Object(fields) => {
            let redact = |(name, value): (String, Value)| match value {
                Value::String(_) if RANDOM.contains(&name.as_str()) => {
                    let placeholder = json!(format!("[{name}]"));
                    (name, placeholder)
                }
                value => (name, redacted(value)),
            };
            fields.into_iter().map(redact).collect::<Map<_, _>>().into()
        }
        other => other,
    }
}

/// Sends a request and compares the body of the answer.
async fn snapshot(name: &str, request: Request) {
    let answer = request.header("x-request-id", REQUEST_ID).send().await;
    assert!(answer.status < 300, "{name}: {answer:?}");
    assert_snapshot(name, &redacted(answer.json()));
}

/// An article that sets every field a client may set.
fn full_article() -> Value {
    json!({
        "title": "عودة الصيادين", "subtitle": "بعد ثلاثة أيام في البحر", "slug": "عودة-الصيادين",
        "excerpt": "عادت المراكب.", "lang": "ar-LY", "tags": ["ليبيا", "بحر"], "featured": true,
        "body": "عادت **المراكب** إلى [الميناء](https://a.example/port).",
        "credits": [{"name": "سالم", "role": "author", "url": "https://salem.example/"}],
        "cover": {"url": "https://images.example/1.jpg", "alt": "ميناء", "width": 1600, "height": 900},
        "source_url": "https://agency.example/1", "canonical_url": "https://news.example/1",
        "seo": {"title": "الصيادون", "description": "عودة"}, "metadata": {"layout": "wide"},
    })
}

api_test!(articles_match_their_snapshots, async |app: TestApp| {
    let (author, editor) = (app.author().await, app.editor().await);
    let older = app.article().title("قبلها").tags(["بحر"]).published_at("2026-01-10T12:00:00Z");
    older.create(&author).await;
    let article = app.article().fields(full_article()).published().create(&author).await;
    app.article().title("Harbour reopens").lang("en").create(&author).await;
    let path = article.location();
    snapshot("article_for_readers", app.get(&path)).await;
    snapshot("article_for_editors", app.get(&path).as_user(&editor)).await;
    snapshot("article_list", app.get("/api/v1/articles?total=true&limit=1")).await;
    let drafts = app.get("/api/v1/articles?status=draft&include=html").as_user(&editor);
    snapshot("article_list_of_drafts", drafts).await;
    snapshot("article_fields", app.get(&format!("{path}?fields=id,slug,tags"))).await;
    snapshot("article_related", app.get(&format!("{path}/related"))).await;
    snapshot("article_adjacent", app.get(&format!("{path}/adjacent"))).await;
    let revisions = format!("{path}/revisions");
    snapshot("revision_list", app.get(&revisions).as_user(&editor)).await;
    snapshot("revision", app.get(&format!("{revisions}/1")).as_user(&editor)).await;
});

api_test!(tags_match_their_snapshots, async |app: TestApp| {
    let editor = app.editor().await;
    let tag = app.tag("ليبيا").with("description", "أخبار ليبيا").create(&editor).await;
    app.article().tags(["ليبيا", "بحر"]).published().create(&editor).await;
    snapshot("tag", app.get(&tag.location())).await;
    snapshot("tag_list", app.get("/api/v1/tags?total=true")).await;
});

api_test!(comment_settings_match_their_snapshots, async |app: TestApp| {
    let editor = app.editor().await;
    let path = app.article().published().create(&editor).await.location();
    let own = format!("{path}/comment-settings");
    snapshot("comment_settings_of_the_site", app.get("/api/v1/comment-settings").as_user(&editor))
        .await;
    snapshot("comment_settings_for_readers", app.get("/api/v1/comment-settings")).await;
    snapshot("comment_settings_inherited", app.get(&own)).await;
    let settings = json!({ "comments": "closed", "moderation": "all" });
    let put = app.put(&own).as_user(&editor).if_match("*").json(&settings);
    snapshot("comment_settings_of_an_article", put).await;
    for lang in ["ar", "en", "fr"] {
        let article = app.get(&path).query(&[("notice_lang", lang), ("fields", "discussion")]);
        snapshot(&format!("discussion_{lang}"), article).await;
    }
});

api_test!(comments_match_their_snapshots, async |app: TestApp| {
    let editor = app.editor().await;
    let article = app.article().published().create(&editor).await;
    let first = app.comment(article.id()).body("السلام عليكم");
    let held = first.with("author_url", "https://salem.example/").send().await.expect(202);
    assert_snapshot("comment_posted_and_pending", &redacted(held.json()));
    let path = format!("/api/v1/comments/{}", held.id());
    let approve = app.patch(&path).as_user(&editor).merge_patch(&json!({ "status": "approved" }));
    snapshot("comment_for_moderators", approve).await;
    let reply = app.comment(article.id()).reply_to(held.id()).body("وعليكم **السلام**").send().await;
    assert_snapshot("comment_posted_and_approved", &redacted(reply.expect(201).json()));
    let staff = json!({ "parent_id": held.id(), "body": "أهلًا" });
    let comments = format!("{}/comments", article.location());
    app.post(&comments).as_user(&editor).json(&staff).send().await.expect(201);
    app.comment(article.id()).by("huda").body("http://a.example").send().await.expect(202);
    snapshot("comment_thread", app.get(&comments).query(&[("total", "true")])).await;
    snapshot("comment_permalink", app.get(&format!("{comments}/{}?limit=1", held.id()))).await;
    snapshot("comment_moderation_queue", app.get("/api/v1/comments?total=true").as_user(&editor))
        .await;
    let bulk = json!({ "ids": [held.id(), 999_999], "status": "spam" });
    snapshot(
        "comment_bulk_moderation",
        app.post("/api/v1/comments/bulk").as_user(&editor).json(&bulk),
    )
    .await;
    let admin = app.admin().await;
    let email = [("email", "salem@reader.example")];
    snapshot("comment_export", app.get("/api/v1/comments/export").as_user(&admin).query(&email))
        .await;
});

api_test!(
    mentions_match_their_snapshots,
    |config| {
        config.pings.allow_private = true;
        config.pings.per_host_seconds = 0;
        config.site_url = Some("https://news.example/{slug}".into());
    },
    async |app: TestApp| {
        let editor = app.editor().await;
        let article = app.article().slug("harbour").published().create(&editor).await;
        let peer = Peer::start();
        let page = "<title>رد</title><body class='h-entry'><p>قرأت \
                    <a href='https://news.example/harbour'>هذا</a>.</p>";
        let source = peer.put("/reply", Page::html(page));
        let form = format!("source={source}&target=https://news.example/harbour");
        let request = app.post("/api/v1/webmention");
        let request = request.raw_body("application/x-www-form-urlencoded", form);
        let sent = request.send().await.expect(201);
        // The other site listens on another port in each run.
        let compare = async |name: &str, answer: TestResponse| {
            let text = answer.expect(200).text().replace(&peer.addr.to_string(), "blog.example");
            assert_snapshot(name, &serde_json::from_str(&text).expect("JSON"));
        };
        let path = sent.location();
        let verified = async || app.get(&path).send().await.json()["status"] == "verified";
        app.eventually(verified, "the mention is verified").await;
        compare("mention_status", app.get(&path).send().await).await;
        let queue = app.get("/api/v1/mentions").as_user(&editor).send().await;
        compare("mention_moderation_queue", queue).await;
        let approve = app.patch(&path).as_user(&editor);
        let approve = approve.merge_patch(&json!({ "status": "approved" })).send().await;
        compare("mention_for_moderators", approve).await;
        let mentions = format!("{}/mentions", article.location());
        compare("mention_list", app.get(&mentions).send().await).await;
    }
);

api_test!(search_results_match_their_snapshots, async |app: TestApp| {
    let editor = app.editor().await;
    app.article().fields(full_article()).published().create(&editor).await;
    let other = app.article().title("الميناء القديم").body("رست المراكب.").tags(["ميناء طرابلس"]);
    other.published().create(&editor).await;
    snapshot("search_results", app.get("/api/v1/search").query(&[("q", "مراكب الميناء")])).await;
    let relaxed = app.get("/api/v1/search").query(&[("q", "القديم قطار"), ("limit", "1")]);
    snapshot("search_results_relaxed", relaxed).await;
    snapshot("search_suggestions", app.get("/api/v1/search/suggest").query(&[("q", "مينا")])).await;
});

api_test!(users_and_tokens_match_their_snapshots, async |app: TestApp| {
    let admin = app.admin().await;
    let user = app.new_user().create(&admin).await;
    snapshot("user", app.get(&user.location()).as_user(&admin)).await;
    snapshot("user_list", app.get("/api/v1/users?total=true").as_user(&admin)).await;
    snapshot("me", app.get("/api/v1/auth/me").as_user(&admin)).await;
    let login = json!({ "email": admin.email, "password": crate::support::session::PASSWORD });
    snapshot("login", app.post("/api/v1/auth/login").json(&login)).await;
    let refresh = json!({ "refresh_token": admin.refresh_token });
    snapshot("refresh", app.post("/api/v1/auth/refresh").json(&refresh)).await;
    snapshot("jwks", app.get("/.well-known/jwks.json")).await;
});

api_test!(health_matches_its_snapshots, async |app: TestApp| {
    snapshot("health_live", app.get("/health/live")).await;
    snapshot("health_ready", app.get("/health/ready")).await;
});

api_test!(problems_match_their_snapshots_in_each_language, async |app: TestApp| {
    let (editor, author) = (app.editor().await, app.author().await);
    let article = app.article().slug("taken").published().create(&editor).await;
    app.tag("مدرسة").create(&editor).await;
    app.site_settings(json!({ "comments": "closed" })).await;
    let path = article.location();
    for lang in ["ar", "en", "fr"] {
        let login = json!({ "email": "nobody@example.org", "password": "another harbour at noon" });
        let invalid = json!({
            "title": "", "body": 7, "tags": ["ليبيا", "؟"], "version": 1, "colour": "blue",
            "slug": "س".repeat(81), "credits": [{ "role": "spy" }],
            "cover": { "url": "https://a.example/", "width": 0 },
        });
        let nul = json!({ "title": "a\0b", "metadata": { "a": ["\0"] } });
        let taken = json!({ "title": "خبر", "slug": "taken" });
        let featured = json!({ "featured": true });
        let mut problems = Map::new();
        for request in [
            app.get("/nowhere"),
            app.get("/api/v1/articles/999"),
            app.get("/api/v1/articles?limit=0"),
            app.get("/api/v1/articles?colour=blue"),
            app.get("/api/v1/articles?cursor=x"),
            app.get("/api/v1/search?q=-x"),
            app.get("/api/v1/users"),
            app.get("/api/v1/users").as_user(&editor),
            app.get("/api/v1/auth/me").bearer("nonsense"),
            app.post("/api/v1/auth/login").json(&login),
            app.delete("/api/v1/tags"),
            app.post("/api/v1/articles").as_user(&editor).json(&invalid),
            app.post("/api/v1/articles").as_user(&editor).json(&nul),
            app.post("/api/v1/articles").as_user(&editor).json(&taken),
            app.post("/api/v1/articles").as_user(&editor).raw_body("text/plain", "x"),
            app.post("/api/v1/articles").as_user(&editor).raw_body("application/json", "{"),
            app.post("/api/v1/tags").as_user(&editor).json(&json!({ "name": "مدرسه" })),
            app.patch(&path).as_user(&editor).if_match("\"v9-0\"").merge_patch(&featured),
            app.patch(&path).as_user(&editor).merge_patch(&featured),
            app.patch(&path).as_user(&author).if_match("*").merge_patch(&featured),
            app.post(&format!("{path}/restore")).as_user(&editor),
            app.comment(article.id()).request(),
            app.post("/api/v1/webmention").raw_body("application/x-www-form-urlencoded", ""),
        ] {
            let request = request.accept_language(lang).header("x-request-id", REQUEST_ID);
            let answer = request.send().await;
            assert!(answer.status >= 400, "{answer:?}");
            let problem = answer.json();
            let code = problem["code"].as_str().expect("a code").to_owned();
            let twice = problems.insert(format!("{} {code}", problems.len() + 1), problem);
            assert!(twice.is_none());
        }
        assert_snapshot(&format!("problems_{lang}"), &problems.into());
    }
});

api_test!(metric_names_types_and_labels_match_their_snapshot, async |app: TestApp| {
    let editor = app.editor().await;
    let article = app.article().published().create(&editor).await;
    for _ in 0..3 {
        app.get(&article.location()).send().await.expect(200);
    }
    app.comment(article.id()).send().await.expect(202);
    app.get("/nowhere").send().await.expect(404);
    let metrics = app.get("/metrics").send().await.expect(200);
    let mut families = Map::new();
    for line in metrics.text().lines() {
        let mut words = line.split(' ');
        if let (Some("#"), Some("TYPE"), Some(name), Some(kind)) =
            (words.next(), words.next(), words.next(), words.next())
        {
            families.insert(name.to_owned(), json!({ "type": kind, "labels": [] }));
        }
    }
    for line in metrics.text().lines().filter(|line| !line.starts_with('#')) {
        let (series, _) = line.rsplit_once(' ').expect("a value");
        let (name, labels) = series.split_once('{').unwrap_or((series, ""));
        let family = families.iter_mut().filter(|(family, _)| name.starts_with(family.as_str()));
        let (_, family) = family.max_by_key(|(family, _)| family.len()).expect("a type");
        let names = labels.split("\",").filter_map(|label| label.split_once("=\""));
        for (label, _) in names {
            let labels = family["labels"].as_array_mut().expect("a list");
            if !labels.contains(&json!(label)) {
                labels.push(json!(label));
            }
        }
    }
    families.sort_keys();
    assert_snapshot("metrics", &families.into());
});
