//! The response cache: hits, misses and expiry. All other tests run with the cache on, so they also
//! show that it is never stale.

mod bounds;
mod encodings;
mod writes;

use chrono::Duration;
use maqal::clock::Clock;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::answer::TestResponse;

/// Publishes an article, and returns its path.
pub async fn published(app: &TestApp, draft: &Value) -> String {
    let editor = app.editor().await;
    let made = app.post("/api/v1/articles").as_user(&editor).json(draft).send().await.expect(201);
    let path = made.location();
    app.post(&format!("{path}/publish")).as_user(&editor).send().await.expect(200);
    path
}

/// Publishes an article with two tags, and returns its path.
pub async fn article(app: &TestApp, title: &str) -> String {
    let text = "عادت مراكب الصيد إلى الميناء القديم. ".repeat(30);
    published(app, &json!({ "title": title, "body": text, "tags": ["ليبيا", "اقتصاد"] })).await
}

/// Returns the value of `X-Cache`.
#[track_caller]
pub fn from(answer: &TestResponse) -> &str {
    answer.header("x-cache").unwrap_or_else(|| panic!("no X-Cache: {answer:?}"))
}

pub async fn read(app: &TestApp, path: &str) -> TestResponse {
    app.get(path).send().await.expect(200)
}

/// Reads until the response is stored, which takes two requests with some parameters.
pub async fn warm(app: &TestApp, path: &str) -> TestResponse {
    read(app, path).await;
    read(app, path).await;
    let kept = read(app, path).await;
    assert_eq!(from(&kept), "hit", "{path}");
    kept
}

/// Returns the headers that a hit and a miss have in common.
fn lasting(answer: &TestResponse) -> Vec<(String, String)> {
    let own = ["date", "x-request-id", "x-cache"];
    let mut all: Vec<_> = answer
        .headers
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_str().expect("text").to_owned()))
        .filter(|(name, _)| !own.contains(&name.as_str()))
        .collect();
    all.sort();
    all
}

async fn slug(app: &TestApp, path: &str) -> String {
    let slug = read(app, path).await.json()["slug"].as_str().expect("a slug").to_owned();
    format!("{}/slug/{slug}", path.rsplit_once('/').expect("a path").0)
}

api_test!(second_read_is_a_hit_with_the_same_response, async |app: TestApp| {
    let path = article(&app, "الخبر الأول").await;
    article(&app, "الخبر الثاني").await;
    let tag = read(&app, "/api/v1/tags").await.json()["data"][0]["id"].clone();
    for path in [
        path.clone(),
        slug(&app, &path).await,
        format!("{path}/related"),
        format!("{path}/adjacent"),
        format!("{path}/comment-settings"),
        format!("{path}?notice_lang=fr"),
        "/api/v1/articles".into(),
        "/api/v1/articles?limit=1".into(),
        "/api/v1/articles?tag=ليبيا&sort=title".into(),
        "/api/v1/articles?include=html&total=true".into(),
        "/api/v1/tags?limit=1&sort=-article_count".into(),
        format!("/api/v1/tags/{tag}"),
        "/api/v1/tags/slug/ليبيا".into(),
    ] {
        let first = app.get(&path).accept_language("fr").send().await.expect(200);
        let second = app.get(&path).accept_language("fr, xx;q=0.1").send().await.expect(200);
        assert_eq!((from(&first), from(&second)), ("miss", "hit"), "{path}");
        assert_eq!(first.body, second.body, "{path}");
        assert_eq!(lasting(&first), lasting(&second), "{path}");
        assert_ne!(first.header("x-request-id"), second.header("x-request-id"), "{path}");
        let head = app.head(&path).accept_language("fr").send().await.expect(200);
        assert_eq!(from(&head), "hit", "{path}");
        assert_eq!(lasting(&head), lasting(&second), "{path}");
        let again = app.get(&path).accept_language("fr").if_none_match(&second.etag());
        assert_eq!(from(&again.send().await.expect(304)), "hit", "{path}");
    }
});

api_test!(response_names_its_cache_tags, async |app: TestApp| {
    let path = article(&app, "خبر").await;
    let id = read(&app, &path).await.id();
    let tags = read(&app, "/api/v1/tags").await.json();
    let libya = tags["data"].as_array().expect("tags").iter().find(|tag| tag["name"] == "ليبيا");
    let libya = libya.expect("the tag")["id"].clone();
    for (path, words) in [
        (path.clone(), format!("article-{id} settings")),
        ("/api/v1/articles".into(), format!("article-{id} articles settings")),
        (
            "/api/v1/articles?tag=ليبيا".into(),
            format!("article-{id} tagged-{libya} tag-{libya} settings"),
        ),
        (
            "/api/v1/articles?sort=-updated_at".into(),
            format!("article-{id} articles updates settings"),
        ),
        ("/api/v1/tags/slug/ليبيا".into(), format!("tag-{libya}")),
    ] {
        let answer = read(&app, &path).await;
        assert_eq!(answer.header("surrogate-key"), Some(&*words), "{path}");
        assert_eq!(answer.header("cache-tag"), Some(&*words.replace(' ', ",")), "{path}");
        let cdn = answer.header("cdn-cache-control").expect("a word for CDNs");
        assert!(cdn.contains("max-age=1,") && cdn.contains("stale-while-revalidate=1"), "{cdn}");
        assert_eq!(answer.header("cache-control"), Some("public, no-cache"));
    }
    let editor = app.editor().await;
    let own = app.get(&path).as_user(&editor).send().await.expect(200);
    for name in ["cache-tag", "surrogate-key", "cdn-cache-control"] {
        assert_eq!(own.header(name), None, "{name}");
    }
});

api_test!(signed_in_reads_bypass_the_cache, async |app: TestApp| {
    let editor = app.editor().await;
    let path = article(&app, "خبر").await;
    for path in [path.as_str(), "/api/v1/articles", "/api/v1/tags"] {
        let own = app.get(path).as_user(&editor).send().await.expect(200);
        assert_eq!(from(&own), "bypass", "{path}");
        assert_eq!(from(&read(&app, path).await), "miss", "{path}");
        let kept = read(&app, path).await;
        assert_eq!(from(&kept), "hit", "{path}");
        let own_again = app.get(path).as_user(&editor).send().await.expect(200);
        assert_eq!((from(&own_again), &own_again.body), ("bypass", &own.body), "{path}");
        app.get(path).bearer("nonsense").send().await.expect(401);
        let basic = app.get(path).header("authorization", "Basic eDp5").send().await.expect(200);
        assert_eq!((from(&basic), &basic.body), ("hit", &kept.body), "{path}");
    }
    let own = app.get(&path).as_user(&editor).send().await.expect(200).json();
    assert!(own.get("body").is_some() && read(&app, &path).await.json().get("body").is_none());
    let made = app.post(&format!("{path}/preview-token")).as_user(&editor).send().await.expect(200);
    let token = made.json()["token"].as_str().expect("a token").to_owned();
    for _ in 0..3 {
        let preview = app.get(&format!("{path}?preview={token}")).send().await.expect(200);
        assert_eq!(from(&preview), "bypass");
    }
});

api_test!(errors_and_redirects_are_not_stored, async |app: TestApp| {
    let editor = app.editor().await;
    let next = format!("/api/v1/articles/{}", 1);
    let late = "/api/v1/articles/slug/متأخر";
    for _ in 0..3 {
        app.get(&next).send().await.expect(404);
        app.get(late).send().await.expect(404);
        app.get("/api/v1/articles?limit=0").send().await.expect(400);
    }
    let draft = json!({ "title": "متأخر", "slug": "متأخر" });
    let made = app.post("/api/v1/articles").as_user(&editor).json(&draft).send().await.expect(201);
    app.get(&made.location()).send().await.expect(404);
    app.post(&format!("{}/publish", made.location())).as_user(&editor).send().await.expect(200);
    assert_eq!(made.location(), next);
    for path in [next.as_str(), late] {
        assert_eq!(from(&read(&app, path).await), "miss", "{path}");
    }
    let moved = json!({ "slug": "مبكر" });
    let patch = app.patch(&next).as_user(&editor).if_match("*").merge_patch(&moved);
    patch.send().await.expect(200);
    for _ in 0..3 {
        let redirect = app.get(late).send().await.expect(301);
        assert_eq!(from(&redirect), "bypass");
    }
    app.delete(&next).as_user(&editor).send().await.expect(204);
    for path in [next.as_str(), late, "/api/v1/articles/slug/مبكر"] {
        app.get(path).send().await.expect(404);
    }
});

api_test!(response_expires_when_discussion_closes, async |app: TestApp| {
    let admin = app.admin().await;
    let site = app.patch("/api/v1/comment-settings").as_user(&admin).if_match("*");
    let settings = json!({ "close_comments_after_days": 2, "close_pings_after_days": 5 });
    site.merge_patch(&settings).send().await.expect(200);
    let path = article(&app, "خبر").await;
    let state = async |path: &str| {
        let answer = read(&app, path).await;
        let shown = answer.json();
        let shown = shown.get("data").map_or(&shown, |list| &list[0]).clone();
        let gate = |name: &str| shown["discussion"][name].as_str().expect("a gate").to_owned();
        (gate("comments"), gate("pings"), from(&answer).to_owned())
    };
    let is = |comments: &str, pings: &str, from: &str| {
        (comments.to_owned(), pings.to_owned(), from.to_owned())
    };
    for path in [path.as_str(), "/api/v1/articles"] {
        warm(&app, path).await;
    }
    app.clock.advance(Duration::days(2) - Duration::microseconds(1));
    for path in [path.as_str(), "/api/v1/articles"] {
        assert_eq!(state(path).await, is("open", "open", "hit"), "{path}");
    }
    app.clock.advance(Duration::microseconds(1));
    for path in [path.as_str(), "/api/v1/articles"] {
        assert_eq!(state(path).await, is("closed", "open", "miss"), "{path}");
        assert_eq!(state(path).await, is("closed", "open", "hit"), "{path}");
    }
    app.clock.advance(Duration::days(3));
    for path in [path.as_str(), "/api/v1/articles"] {
        assert_eq!(state(path).await, is("closed", "closed", "miss"), "{path}");
    }
    app.clock.advance(Duration::days(999));
    assert_eq!(state(&path).await, is("closed", "closed", "hit"), "nothing is left to come");
    let titles = |answer: &TestResponse| answer.json()["data"].as_array().expect("a list").len();
    assert_eq!(titles(&read(&app, "/api/v1/articles?comments=closed").await), 1);
    assert_eq!(titles(&read(&app, "/api/v1/articles?comments=open").await), 0);
});

api_test!(lists_expire_when_a_scheduled_article_is_due, async |app: TestApp| {
    let editor = app.editor().await;
    article(&app, "خبر").await;
    let draft = json!({ "title": "الغد", "tags": ["ليبيا"] });
    let made = app.post("/api/v1/articles").as_user(&editor).json(&draft).send().await.expect(201);
    let at = json!({ "at": app.clock.now() + Duration::hours(1) });
    let schedule = app.post(&format!("{}/publish", made.location())).as_user(&editor).json(&at);
    let lists = ["/api/v1/articles", "/api/v1/articles?tag=ليبيا"];
    for list in lists {
        warm(&app, list).await;
    }
    schedule.send().await.expect(200);
    for list in lists {
        assert_eq!(from(&read(&app, list).await), "hit", "it shows nothing of it yet");
    }
    app.clock.advance(Duration::hours(1));
    for list in lists {
        let there =
            async || read(&app, list).await.json()["data"].as_array().expect("it").len() == 2;
        app.eventually(there, "the scheduled article is listed").await;
    }
    read(&app, &made.location()).await;
});

api_test!(miss_and_hit_have_the_same_cors_headers, async |app: TestApp| {
    let path = article(&app, "خبر").await;
    for outcome in ["miss", "hit"] {
        let answer = app.get(&path).header("origin", "https://news.example").send().await;
        assert_eq!(from(&answer), outcome);
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
        let exposed = answer.header("access-control-expose-headers").expect("headers");
        assert!(exposed.contains("etag") && exposed.contains("x-cache"), "{exposed}");
        assert!(answer.header("vary").expect("Vary").contains("Origin"));
    }
    assert_eq!(read(&app, &path).await.header("access-control-allow-origin"), None);
});

api_test!(
    cache_of_0_bytes_bypasses_all_reads,
    |config| config.cache_bytes = 0,
    async |app: TestApp| {
        let path = article(&app, "خبر").await;
        for _ in 0..3 {
            let answer = read(&app, &path).await;
            assert_eq!(from(&answer), "bypass");
            assert!(answer.header("cache-tag").is_some(), "a CDN may keep it all the same");
            app.get(&path).if_none_match(&answer.etag()).send().await.expect(304);
        }
    }
);
