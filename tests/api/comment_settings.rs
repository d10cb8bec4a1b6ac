//! Comment settings of the site and of articles. The effective state depends on both, and on the
//! article's age and status.

use chrono::{DateTime, Duration, Utc};
use maqal::clock::Clock;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::answer::TestResponse;

const SITE: &str = "/api/v1/comment-settings";

/// Every setting of the site, with some of them changed.
fn site(changes: Value) -> Value {
    let mut all = json!({
        "comments": "open", "pings": "open",
        "close_comments_after_days": null, "close_pings_after_days": null,
        "moderation": "first_time", "require_name_email": true, "require_login": false,
        "max_links": 2, "moderation_words": ["إعلان"], "blocked_words": ["كازينو", "free money"],
        "thread_depth": 5, "order": "oldest", "edit_minutes": 10, "send_pings": true,
    });
    for (name, value) in changes.as_object().expect("an object") {
        all[name] = value.clone();
    }
    all
}

fn own(id: i64) -> String {
    format!("/api/v1/articles/{id}/comment-settings")
}

async fn put_own(app: &TestApp, id: i64, settings: Value) -> TestResponse {
    let editor = app.editor().await;
    app.put(&own(id)).as_user(&editor).if_match("*").json(&settings).send().await
}

async fn article(app: &TestApp, id: i64) -> TestResponse {
    app.get(&format!("/api/v1/articles/{id}")).send().await.expect(200)
}

/// The effective state. Checks that article, list and settings agree.
async fn discussion(app: &TestApp, id: i64) -> Value {
    let discussion = article(app, id).await.json()["discussion"].clone();
    let settings = app.get(&own(id)).send().await.expect(200).json();
    assert_eq!(settings["effective"], discussion);
    let list = app.get("/api/v1/articles").send().await.expect(200).json();
    let listed = list["data"].as_array().expect("a list").iter().find(|one| one["id"] == id);
    assert_eq!(listed.expect("the article")["discussion"], discussion);
    discussion
}

fn state(discussion: &Value) -> [&str; 4] {
    ["comments", "reason", "pings", "pings_reason"]
        .map(|name| discussion[name].as_str().expect("a word"))
}

fn time(value: &Value) -> DateTime<Utc> {
    value.as_str().expect("a time").parse().expect("RFC 3339")
}

api_test!(put_of_site_settings_requires_every_field, async |app: TestApp| {
    let admin = app.admin().await;
    let before = app.get(SITE).as_user(&app.editor().await).send().await.expect(200);
    assert_eq!(before.json()["version"], 1);
    let wanted = site(json!({ "close_comments_after_days": 30, "moderation": "all" }));
    let put =
        |etag: &str, body: &Value| app.put(SITE).as_user(&admin).if_match(etag).json(body).send();
    let after = put(&before.etag(), &wanted).await.expect(200);
    for (name, value) in wanted.as_object().expect("an object") {
        assert_eq!(&after.json()[name], value, "{name}");
    }
    assert_eq!(after.json()["version"], 2);
    assert_eq!(time(&after.json()["updated_at"]), app.clock.now());
    let read = app.get(SITE).as_user(&admin).send().await.expect(200);
    assert_eq!((read.json(), read.etag()), (after.json(), after.etag()));

    put(&before.etag(), &wanted).await.expect(412).problem("precondition_failed");
    app.put(SITE).as_user(&admin).json(&wanted).send().await.expect(428);
    for name in wanted.as_object().expect("an object").keys() {
        let mut lacking = wanted.clone();
        lacking.as_object_mut().expect("an object").remove(name);
        let answer = put("*", &lacking).await;
        if name == "edit_minutes" {
            // Newer than the other fields: earlier clients don't send it.
            assert_eq!(answer.expect(200).json()[name], 10);
        } else {
            answer.expect(422).invalid(&[&format!("/{name}")]);
        }
    }
});

api_test!(invalid_site_setting_is_422_with_its_pointer, async |app: TestApp| {
    let admin = app.admin().await;
    for (name, value, place) in [
        ("comments", json!("ajar"), "/comments"),
        ("pings", json!(null), "/pings"),
        ("close_comments_after_days", json!(0), "/close_comments_after_days"),
        ("close_pings_after_days", json!(36_501), "/close_pings_after_days"),
        ("close_pings_after_days", json!(1.5), "/close_pings_after_days"),
        ("moderation", json!("some"), "/moderation"),
        ("thread_depth", json!(0), "/thread_depth"),
        ("thread_depth", json!(11), "/thread_depth"),
        ("max_links", json!(-1), "/max_links"),
        ("order", json!("best"), "/order"),
        ("edit_minutes", json!(-1), "/edit_minutes"),
        ("edit_minutes", json!(1441), "/edit_minutes"),
        ("require_login", json!("yes"), "/require_login"),
        ("blocked_words", json!(["كازينو", "؟!"]), "/blocked_words/1"),
        ("moderation_words", json!([7]), "/moderation_words/0"),
        ("colour", json!("blue"), "/colour"),
        ("version", json!(7), "/version"),
    ] {
        let body = site(json!({ name: value }));
        let put = app.put(SITE).as_user(&admin).if_match("*").json(&body).send().await;
        put.expect(422).invalid(&[place]);
    }
    assert_eq!(app.get(SITE).as_user(&admin).send().await.expect(200).json()["version"], 1);
});

api_test!(patch_of_site_settings_keeps_the_rest_and_null_clears_days, async |app: TestApp| {
    let admin = app.admin().await;
    let changed = app.site_settings(json!({ "close_comments_after_days": 14 })).await.json();
    assert_eq!(
        (&changed["close_comments_after_days"], &changed["pings"]),
        (&json!(14), &json!("open"))
    );
    let changed = app.site_settings(json!({ "pings": "closed" })).await.json();
    assert_eq!(changed["close_comments_after_days"], 14);
    let changed = app.site_settings(json!({ "close_comments_after_days": null })).await.json();
    assert_eq!(changed["close_comments_after_days"], Value::Null);
    assert_eq!((&changed["pings"], &changed["version"]), (&json!("closed"), &json!(4)));
    let patch = |etag: &str, body: Value| {
        app.patch(SITE).as_user(&admin).if_match(etag).merge_patch(&body).send()
    };
    patch("*", json!({ "comments": null })).await.expect(422).invalid(&["/comments"]);
    patch("\"v1-0\"", json!({ "comments": "closed" })).await.expect(412);
    let bare = app.patch(SITE).as_user(&admin).merge_patch(&json!({ "comments": "closed" }));
    bare.send().await.expect(428).problem("precondition_required");
});

api_test!(site_settings_are_writable_by_admins_and_public_in_part, async |app: TestApp| {
    app.site_settings(json!({ "blocked_words": ["كازينو"], "moderation_words": ["إعلان"] })).await;
    let public = app.get(SITE).send().await.expect(200);
    let expected = json!({
        "comments": "open", "pings": "open",
        "close_comments_after_days": null, "close_pings_after_days": null,
        "moderation": "first_time", "require_name_email": true, "require_login": false,
        "thread_depth": 5, "order": "oldest", "edit_minutes": 10,
    });
    assert_eq!(public.json(), expected);
    app.get(SITE).if_none_match(&public.etag()).send().await.expect(304);
    for user in [app.author().await, app.contributor().await] {
        let read = app.get(SITE).as_user(&user).send().await.expect(200);
        assert_eq!(read.json(), expected);
        let put = app.put(SITE).as_user(&user).if_match("*").json(&site(json!({})));
        put.send().await.expect(403).problem("forbidden");
    }
    let editor = app.editor().await;
    let full = app.get(SITE).as_user(&editor).send().await.expect(200).json();
    assert_eq!((&full["blocked_words"], &full["version"]), (&json!(["كازينو"]), &json!(2)));
    // The answer for readers is cached, and a change shows in the next read.
    let cached = app.get(SITE).send().await.expect(200);
    assert_eq!(cached.header("x-cache"), Some("hit"));
    app.site_settings(json!({ "require_login": true })).await;
    let read = app.get(SITE).if_none_match(&public.etag()).send().await.expect(200);
    assert_eq!(read.json()["require_login"], true);
    let put = app.put(SITE).as_user(&editor).if_match("*").json(&site(json!({})));
    put.send().await.expect(403).problem("forbidden");
    let patch = app.patch(SITE).as_user(&editor).if_match("*").merge_patch(&json!({}));
    patch.send().await.expect(403).problem("forbidden");
});

api_test!(article_settings_override_the_site_until_deleted, async |app: TestApp| {
    let editor = app.editor().await;
    let id = app.article().published().create_id().await;
    let fresh = app.get(&own(id)).send().await.expect(200).json();
    assert_eq!((&fresh["inherited"], &fresh["comments"]), (&json!(true), &Value::Null));

    let made = put_own(&app, id, json!({ "comments": "closed" })).await.expect(201);
    assert_eq!(made.location(), own(id));
    assert_eq!((&made.json()["inherited"], &made.json()["pings"]), (&json!(false), &Value::Null));
    assert_eq!(state(&discussion(&app, id).await), ["closed", "article", "open", "site"]);
    let put =
        put_own(&app, id, json!({ "pings": "closed", "moderation": "all" })).await.expect(200);
    assert_eq!((&put.json()["comments"], &put.json()["moderation"]), (&Value::Null, &json!("all")));
    assert_eq!(state(&discussion(&app, id).await), ["open", "site", "closed", "article"]);

    let patch =
        |body: Value| app.patch(&own(id)).as_user(&editor).if_match("*").merge_patch(&body).send();
    let patched = patch(json!({ "comments": "open", "pings": null })).await.expect(200).json();
    assert_eq!((&patched["pings"], &patched["moderation"]), (&Value::Null, &json!("all")));
    assert_eq!(state(&discussion(&app, id).await), ["open", "article", "open", "site"]);

    for _ in 0..2 {
        app.delete(&own(id)).as_user(&editor).send().await.expect(204);
    }
    let cleared = app.get(&own(id)).send().await.expect(200).json();
    assert_eq!((&cleared["inherited"], &cleared["moderation"]), (&json!(true), &Value::Null));
    assert_eq!(state(&discussion(&app, id).await), ["open", "site", "open", "site"]);
    patch(json!({ "comments": "closed" })).await.expect(200);
});

api_test!(invalid_article_settings_are_422_and_authors_get_403, async |app: TestApp| {
    let id = app.article().published().create_id().await;
    put_own(
        &app,
        id,
        json!({ "comments": "ajar", "close_pings_after_days": -1, "order": "newest" }),
    )
    .await
    .expect(422)
    .invalid(&["/comments", "/close_pings_after_days", "/order"]);
    put_own(&app, 999, json!({})).await.expect(404).problem("article_not_found");
    for user in [app.author().await, app.contributor().await] {
        let put = app.put(&own(id)).as_user(&user).if_match("*").json(&json!({}));
        put.send().await.expect(403).problem("forbidden");
        app.delete(&own(id)).as_user(&user).send().await.expect(403);
    }
    app.put(&own(id)).if_match("*").json(&json!({})).send().await.expect(401);
    let hidden = app.article().create_id().await;
    app.get(&own(hidden)).send().await.expect(404).problem("article_not_found");
    let editor = app.editor().await;
    app.delete(&format!("/api/v1/articles/{id}")).as_user(&editor).send().await.expect(204);
    put_own(&app, id, json!({})).await.expect(409).problem("article_in_trash");
});

api_test!(article_settings_share_the_articles_version_and_etag, async |app: TestApp| {
    let editor = app.editor().await;
    let id = app.article().published().create_id().await;
    let before = article(&app, id).await;
    let settings = app.get(&own(id)).send().await.expect(200);
    app.clock.advance(Duration::seconds(1));
    let put = |etag: &str| {
        app.put(&own(id)).as_user(&editor).if_match(etag).json(&json!({ "pings": "closed" })).send()
    };
    let made = put(&settings.etag()).await.expect(201);
    let after = article(&app, id).await;
    assert_eq!(time(&after.json()["updated_at"]), app.clock.now());
    assert_eq!(made.json()["version"], after.json()["version"]);
    assert!(after.json()["version"].as_i64() > before.json()["version"].as_i64());
    put(&settings.etag()).await.expect(412).problem("precondition_failed");
    put(&made.etag()).await.expect(200);
    let stale = app.delete(&own(id)).as_user(&editor).if_match(&made.etag()).send().await;
    stale.expect(412).problem("precondition_failed");
    let patch = |request: crate::support::request::Request| {
        request.as_user(&editor).merge_patch(&json!({})).send()
    };
    patch(app.patch(&own(id)).if_match(&made.etag())).await.expect(412);
    patch(app.patch(&own(id))).await.expect(428).problem("precondition_required");
    let bare = app.put(&own(id)).as_user(&editor).json(&json!({})).send().await;
    bare.expect(428).problem("precondition_required");

    app.clock.advance(Duration::seconds(60));
    app.delete(&own(id)).as_user(&editor).send().await.expect(204);
    let cleared = app.get(&own(id)).send().await.expect(200);
    let modified = app.clock.now().format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    assert_eq!(cleared.header("last-modified"), Some(modified.as_str()), "clearing is a change");
    assert_eq!(time(&article(&app, id).await.json()["updated_at"]), app.clock.now());
});

api_test!(site_settings_change_shows_in_the_next_read, async |app: TestApp| {
    let id = app.article().published().create_id().await;
    let before = article(&app, id).await;
    let list = app.get("/api/v1/articles").send().await.expect(200);
    let open = [("comments", "open"), ("total", "true")];
    let listed = async || {
        let list = app.get("/api/v1/articles").query(&open).send().await.expect(200).json();
        list["page"]["total"].as_i64()
    };
    assert_eq!(listed().await, Some(1));
    app.site_settings(json!({ "comments": "closed" })).await;
    let after = app
        .get(&format!("/api/v1/articles/{id}"))
        .if_none_match(&before.etag())
        .send()
        .await
        .expect(200);
    assert_eq!(state(&after.json()["discussion"]), ["closed", "site", "open", "site"]);
    app.get("/api/v1/articles").if_none_match(&list.etag()).send().await.expect(200);
    assert_eq!(listed().await, Some(0));
    assert_eq!(state(&discussion(&app, id).await), ["closed", "site", "open", "site"]);
    put_own(&app, id, json!({ "comments": "open" })).await.expect(201);
    assert_eq!(listed().await, Some(1));
    assert_eq!(state(&discussion(&app, id).await), ["open", "article", "open", "site"]);
});

api_test!(comments_and_pings_close_at_their_age_to_the_microsecond, async |app: TestApp| {
    app.site_settings(json!({ "close_comments_after_days": 7, "close_pings_after_days": 9 })).await;
    let id = app.article().published().create_id().await;
    let born = app.clock.now();
    let young = discussion(&app, id).await;
    assert_eq!(state(&young), ["open", "site", "open", "site"]);
    assert_eq!(time(&young["comments_close_at"]), born + Duration::days(7));
    assert_eq!(time(&young["pings_close_at"]), born + Duration::days(9));

    app.clock.advance(Duration::days(7) - Duration::microseconds(1));
    assert_eq!(state(&discussion(&app, id).await)[0], "open");
    let last = article(&app, id).await;
    app.clock.advance(Duration::microseconds(1));
    let aged = discussion(&app, id).await;
    assert_eq!(state(&aged), ["closed", "age", "open", "site"]);
    assert_eq!(aged["notice"]["code"], "comments_closed_pings_open");
    assert_ne!(article(&app, id).await.etag(), last.etag(), "the cached article is outdated");

    app.clock.advance(Duration::days(2) - Duration::microseconds(1));
    assert_eq!(state(&discussion(&app, id).await), ["closed", "age", "open", "site"]);
    app.clock.advance(Duration::microseconds(1));
    assert_eq!(state(&discussion(&app, id).await), ["closed", "age", "closed", "age"]);

    put_own(&app, id, json!({ "close_comments_after_days": 0 })).await.expect(201);
    let never = discussion(&app, id).await;
    assert_eq!(state(&never), ["open", "site", "closed", "age"]);
    assert_eq!(never["comments_close_at"], Value::Null);
    put_own(&app, id, json!({ "comments": "open", "close_comments_after_days": 9 }))
        .await
        .expect(200);
    assert_eq!(state(&discussion(&app, id).await)[..2], ["closed", "age"]);
    put_own(&app, id, json!({ "close_comments_after_days": 10 })).await.expect(200);
    assert_eq!(state(&discussion(&app, id).await)[..2], ["open", "site"]);
});

api_test!(unpublished_article_has_closed_comments_and_pings, async |app: TestApp| {
    let editor = app.editor().await;
    let id = app.article().create_id().await;
    put_own(&app, id, json!({ "comments": "open", "pings": "open" })).await.expect(201);
    let seen = async || {
        let settings = app.get(&own(id)).as_user(&editor).send().await.expect(200).json();
        settings["effective"].clone()
    };
    let closed = ["closed", "unpublished", "closed", "unpublished"];
    assert_eq!(state(&seen().await), closed);
    let later = (app.clock.now() + Duration::days(1)).to_rfc3339();
    let steps = [("publish", Some(json!({ "at": later }))), ("unpublish", None), ("publish", None)];
    for (step, body) in steps.into_iter().chain([("archive", None)]) {
        let post = app.post(&format!("/api/v1/articles/{id}/{step}")).as_user(&editor);
        let post = match &body {
            Some(body) => post.json(body),
            None => post,
        };
        let article = post.send().await.expect(200).json();
        assert_eq!(seen().await, article["discussion"]);
        match article["status"].as_str() {
            Some("published") => {
                assert_eq!(state(&seen().await), ["open", "article", "open", "article"])
            }
            _ => assert_eq!(state(&seen().await), closed, "{step}"),
        }
    }
});

api_test!(notice_is_in_the_negotiated_language, async |app: TestApp| {
    let (arabic, french) = (
        app.article().lang("ar-LY").published().create_id().await,
        app.article().lang("fr").published().create_id().await,
    );
    let german = app.article().lang("de").published().create_id().await;
    let notice = async |id: i64, lang: Option<&str>, accept: Option<&str>| {
        let mut request = app.get(&format!("/api/v1/articles/{id}"));
        if let Some(lang) = lang {
            request = request.query(&[("notice_lang", lang)]);
        }
        if let Some(accept) = accept {
            request = request.accept_language(accept);
        }
        request.send().await.expect(200).json()["discussion"]["notice"].clone()
    };
    for (id, lang, accept, expected) in [
        (arabic, None, None, "ar"),
        (french, None, None, "fr"),
        (german, None, None, "en"),
        (arabic, None, Some("fr-CA"), "fr"),
        (arabic, None, Some("de, ja"), "ar"),
        (french, None, Some("*"), "fr"),
        (arabic, None, Some("ar;q=0.1, de;q=0.9, en;q=0.5, fr;q=0.4"), "en"),
        (arabic, None, Some("en;q=0, fr;q=0.001"), "fr"),
        (arabic, None, Some(";;q=,,(=x"), "ar"),
        (french, Some("ar"), Some("en"), "ar"),
        (arabic, Some("en"), None, "en"),
    ] {
        let notice = notice(id, lang, accept).await;
        assert_eq!(notice["lang"], expected, "{id} {lang:?} {accept:?}");
        let dir = if expected == "ar" { "rtl" } else { "ltr" };
        assert_eq!(
            (&notice["dir"], &notice["code"]),
            (&json!(dir), &json!("comments_open_pings_open"))
        );
    }
    let texts = ["ar", "en", "fr"].map(|lang| notice(arabic, Some(lang), None));
    let texts = futures_util::future::join_all(texts).await;
    for (text, word) in texts.iter().zip(["تعليقك", "comment", "commentaire"]) {
        assert!(text["text"].as_str().expect("text").contains(word), "{text}");
    }
});

api_test!(each_open_state_and_language_has_its_own_notice, async |app: TestApp| {
    let id = app.article().published().create_id().await;
    let mut texts = std::collections::BTreeSet::new();
    for (comments, pings) in
        [("open", "open"), ("open", "closed"), ("closed", "open"), ("closed", "closed")]
    {
        app.site_settings(json!({ "comments": comments, "pings": pings })).await;
        for lang in ["ar", "en", "fr"] {
            let settings = app.get(&own(id)).query(&[("notice_lang", lang)]).send().await.expect(200);
            let notice = settings.json()["effective"]["notice"].clone();
            assert_eq!(notice["code"], format!("comments_{comments}_pings_{pings}"));
            assert_eq!(notice["lang"], lang);
            texts.insert(notice["text"].as_str().expect("text").to_owned());
        }
    }
    assert_eq!(texts.len(), 12);
});

/// The effective requirements for a comment.
fn requirements(discussion: &Value) -> (Value, Value, Value) {
    let field = |name: &str| discussion[name].clone();
    (field("requires"), field("moderated"), field("thread_depth"))
}

api_test!(discussion_states_the_requirements_for_a_comment, async |app: TestApp| {
    let id = app.article().published().create_id().await;
    let requires = |login: bool, name_email: bool| json!({ "login": login, "name_email": name_email });
    let is = async |expected: (Value, bool, i64)| {
        let (requires, moderated, depth) = expected;
        let found = requirements(&discussion(&app, id).await);
        assert_eq!(found, (requires, json!(moderated), json!(depth)));
    };
    is((requires(false, true), true, 5)).await;
    app.site_settings(json!({ "require_name_email": false, "moderation": "none" })).await;
    is((requires(false, false), false, 5)).await;
    put_own(&app, id, json!({ "moderation": "all" })).await.expect(201);
    app.site_settings(json!({ "thread_depth": 2 })).await;
    is((requires(false, false), true, 2)).await;
    // Signed-in users need neither name nor moderation.
    app.site_settings(json!({ "require_name_email": true, "require_login": true })).await;
    is((requires(true, false), false, 2)).await;
});

api_test!(notice_tells_the_requirements_while_comments_are_open, async |app: TestApp| {
    let id = app.article().published().create_id().await;
    let notice = async |lang: &str| {
        let article = app.get(&format!("/api/v1/articles/{id}?notice_lang={lang}")).send().await;
        let notice = article.expect(200).json()["discussion"]["notice"].clone();
        let word = |name: &str| notice[name].as_str().expect("a word").to_owned();
        (word("code"), word("text"))
    };
    let says = async |code: &str, parts: [&str; 3]| {
        for (lang, part) in ["ar", "en", "fr"].into_iter().zip(parts) {
            let (found, text) = notice(lang).await;
            assert_eq!(found, code, "{lang}");
            assert!(text.contains(part), "{lang}: {part:?} is not in {text:?}");
        }
    };
    let both = "comments_open_pings_open";
    says(both, ["اسمك وبريدك", "your name and your email", "votre nom et votre adresse"]).await;
    says(both, ["أول تعليق لك", "Your first comment", "Votre premier commentaire"]).await;
    app.site_settings(json!({ "moderation": "all", "require_name_email": false })).await;
    says(both, ["يظهر التعليق بعد", "Comments appear once", "Les commentaires paraissent"]).await;
    assert!(!notice("en").await.1.contains("email"));
    app.site_settings(json!({ "moderation": "none" })).await;
    assert!(!notice("en").await.1.contains("moderator"));
    app.site_settings(json!({ "moderation": "all", "require_login": true })).await;
    says(both, ["لمن سجّل الدخول", "Signed-in users", "personnes connectées"]).await;
    let (_, text) = notice("en").await;
    assert!(!text.contains("glad") && !text.contains("moderator"), "{text}");
    app.site_settings(json!({ "pings": "closed" })).await;
    let open = "comments_open_pings_closed";
    says(open, ["لمن سجّل الدخول", "Signed-in users", "personnes connectées"]).await;
    app.site_settings(json!({ "comments": "closed" })).await;
    let (code, text) = notice("en").await;
    assert_eq!(code, "comments_closed_pings_closed");
    assert!(!text.contains("Signed-in"), "{text}");
});
