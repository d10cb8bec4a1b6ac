//! Dates of publication: kept, changed and backdated; and previews of what is published.

use chrono::Duration;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::answer::TestResponse;
use crate::support::session::Session;

const ARTICLES: &str = "/api/v1/articles";
const START: &str = "2026-01-15T09:00:00Z";

async fn step(app: &TestApp, path: &str, name: &str) -> Value {
    let editor = app.editor().await;
    app.post(&format!("{path}/{name}")).as_user(&editor).send().await.expect(200).json()
}

async fn publish_at(app: &TestApp, path: &str, time: &str) -> TestResponse {
    let request = app.post(&format!("{path}/publish")).as_user(&app.editor().await);
    request.accept_language("en").json(&json!({ "at": time })).send().await
}

api_test!(unpublished_article_keeps_its_date_of_publication, async |app: TestApp| {
    let path = app.article().tags(["ليبيا"]).create(&app.editor().await).await.location();
    assert_eq!(step(&app, &path, "publish").await["published_at"], START);
    for round in 0..3 {
        app.clock.advance(Duration::days(1));
        let draft = step(&app, &path, "unpublish").await;
        assert_eq!((&draft["status"], &draft["published_at"]), (&json!("draft"), &json!(START)), "{round}");
        app.get(&path).send().await.expect(404);
        let again = step(&app, &path, "publish").await;
        assert_eq!((&again["status"], &again["published_at"]), (&json!("published"), &json!(START)), "{round}");
    }
    step(&app, &path, "archive").await;
    step(&app, &path, "unpublish").await;
    app.delete(&path).as_user(&app.editor().await).send().await.expect(204);
    assert_eq!(step(&app, &path, "restore").await["published_at"], START);
    assert_eq!(step(&app, &path, "publish").await["published_at"], START);
});

api_test!(scheduled_time_is_no_date_of_publication, async |app: TestApp| {
    let path = app.article().create(&app.editor().await).await.location();
    publish_at(&app, &path, "2026-02-01T00:00:00Z").await.expect(200);
    assert_eq!(step(&app, &path, "unpublish").await["published_at"], Value::Null);
    publish_at(&app, &path, "2026-02-01T00:00:00Z").await.expect(200);
    assert_eq!(step(&app, &path, "publish").await["published_at"], START);
});

api_test!(past_or_present_time_changes_the_date_of_a_published_article, async |app: TestApp| {
    let editor = app.editor().await;
    let made = app.article().title("قديم").tags(["ليبيا"]).published().create(&editor).await;
    let path = made.location();
    app.article().title("جديد").tags(["ليبيا"]).published_at("2020-01-01T00:00:00Z").create(&editor).await;
    let order = async |query: &str| -> Vec<Value> {
        let list = app.get(&format!("{ARTICLES}?{query}")).send().await.expect(200).json();
        list["data"].as_array().expect("rows").iter().map(|row| row["title"].clone()).collect()
    };
    for query in ["sort=-published_at", "tag=ليبيا"] {
        assert_eq!(order(query).await, ["قديم", "جديد"], "{query}");
    }
    let mut version = app.get(&path).send().await.expect(200).json()["version"].as_i64().expect("a version");
    for (at, stored) in [
        ("2011-02-17T10:00:00+02:00", "2011-02-17T08:00:00Z"),
        ("1925-01-01T00:00:00Z", "1925-01-01T00:00:00Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
        (START, START),
        ("2019-12-31T23:59:59.1234567Z", "2019-12-31T23:59:59.123456Z"),
    ] {
        let changed = publish_at(&app, &path, at).await.expect(200).json();
        assert_eq!((&changed["status"], &changed["published_at"]), (&json!("published"), &json!(stored)));
        assert_eq!(changed["version"], version + 1, "{at}");
        version += 1;
        assert_eq!(app.get(&path).send().await.expect(200).json()["published_at"], stored);
    }
    for query in ["sort=-published_at", "tag=ليبيا", "tag=ليبيا&tag_all=ليبيا"] {
        assert_eq!(order(query).await, ["جديد", "قديم"], "{query}: the new place");
    }
    let tag = app.get("/api/v1/tags/slug/ليبيا").send().await.expect(200).json();
    assert_eq!(tag["article_count"], 2);
    for future in ["2026-01-15T09:00:00.000001Z", "9999-12-31T23:59:59Z"] {
        publish_at(&app, &path, future).await.expect(409).problem("illegal_transition");
    }
    let plain = app.post(&format!("{path}/publish")).as_user(&editor).send().await.expect(409);
    plain.problem("illegal_transition");
    let author = app.author().await;
    let other = app.post(&format!("{path}/publish")).as_user(&author).json(&json!({ "at": START }));
    other.send().await.expect(403);
    let stale = app.post(&format!("{path}/publish")).as_user(&editor).if_match(&made.etag());
    stale.json(&json!({ "at": START })).send().await.expect(412);
});

api_test!(archives_from_the_year_1_on_are_listed_in_order, async |app: TestApp| {
    let editor = app.editor().await;
    let dates = [
        "0001-01-01T00:00:00Z", "0622-07-16T12:00:00Z", "1899-12-31T23:59:59.999999Z",
        "1951-12-24T09:00:00Z", "1969-12-31T23:59:59Z", "1970-01-01T00:00:00Z", "2026-01-01T00:00:00Z",
    ];
    for (place, date) in dates.iter().enumerate() {
        let article = app.article().title(place.to_string()).body("أرشيف").tags(["أرشيف"]);
        let made = article.published_at(date).create(&editor).await;
        assert_eq!(made.json()["published_at"], *date);
        let shown = app.get(&made.location()).send().await.expect(200);
        assert_eq!(shown.json()["published_at"], *date);
        assert!(shown.header("last-modified").is_some());
    }
    let mut seen: Vec<Value> = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = format!("{ARTICLES}?sort=published_at&limit=2&total=1&cursor={cursor}");
        let page = app.get(&page).send().await.expect(200).json();
        assert_eq!(page["page"]["total"], 7);
        seen.extend(page["data"].as_array().expect("rows").iter().map(|row| row["published_at"].clone()));
        match page["page"]["next"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(seen, dates);
    let count = async |query: &str| {
        let list = app.get(&format!("{ARTICLES}?total=1&{query}")).send().await.expect(200).json();
        list["page"]["total"].as_i64().expect("a total")
    };
    assert_eq!(count("published_before=1970-01-01T00:00:00Z").await, 5);
    assert_eq!(count("published_after=1900-01-01T00:00:00Z&published_before=1970-01-01T00:00:01Z").await, 3);
    assert_eq!(count("tag=أرشيف&published_before=0622-07-16T12:00:00.000001Z").await, 2);
    let found = app.get("/api/v1/search?q=أرشيف&limit=3").send().await.expect(200).json();
    let next = found["page"]["next"].as_str().expect("a cursor");
    let rest = app.get(&format!("/api/v1/search?q=أرشيف&limit=100&cursor={next}")).send().await;
    assert_eq!(rest.expect(200).json()["data"].as_array().map(Vec::len), Some(4));
});

api_test!(invalid_time_of_publication_is_422_at_its_pointer, async |app: TestApp| {
    let path = app.article().create(&app.editor().await).await.location();
    for time in [
        "", "tomorrow", "2026-01-15", "2026-01-15T09:00:00", "2026-01-15 09:00:00Z",
        "2026-01-15T24:00:00Z", "2026-01-15T09:60:00Z", "2026-01-15T09:00:60Z", "2026-02-30T00:00:00Z",
        "0000-12-31T23:59:59Z", "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:60Z",
        "9999-12-31T23:59:59-01:00", "10000-01-01T00:00:00Z", "+10000-01-01T00:00:00Z",
        "-0001-01-01T00:00:00Z", "2026-01-15T09:00:00+25:00",
    ] {
        let problem = publish_at(&app, &path, time).await.expect(422).problem("unprocessable");
        let errors = problem["errors"].as_array().expect("errors");
        assert!(errors.iter().all(|error| error["pointer"] == "/at"), "{time}: {problem}");
        assert!(errors.iter().any(|error| error["code"] == "invalid_time"), "{time}: {problem}");
    }
    for (time, stored) in [
        ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"),
        ("2017-01-01t02:59:60.25+03:00", "2017-01-01T00:00:00.250Z"),
        ("2016-12-31T18:59:60-05:00", "2017-01-01T00:00:00Z"),
        ("1951-12-24t09:00:00z", "1951-12-24T09:00:00Z"),
        ("2020-01-01T00:00:00.1234567890123456789Z", "2020-01-01T00:00:00.123456Z"),
    ] {
        let made = publish_at(&app, &path, time).await.expect(200).json();
        let shown = app.get(&path).send().await.expect(200).json();
        assert_eq!((&made["published_at"], &shown["published_at"]), (&json!(stored), &json!(stored)));
    }
});

api_test!(unusable_preview_of_a_published_article_is_ignored, async |app: TestApp| {
    let editor = app.editor().await;
    let made = app.article().title("منشور").slug("shown").published().create(&editor).await;
    let token = async |path: &str| {
        let issued = app.post(&format!("{path}/preview-token")).as_user(&editor).send().await;
        issued.expect(200).json()["token"].as_str().expect("a token").to_owned()
    };
    let draft = app.article().title("مسودة").slug("hidden").create(&editor).await.location();
    let (foreign, expired) = (token(&draft).await, token(&made.location()).await);
    app.clock.advance(Duration::hours(2));
    let editor = app.editor().await;
    let long = "x".repeat(5_000);
    for path in [made.location(), format!("{ARTICLES}/slug/shown")] {
        let plain = app.get(&path).send().await.expect(200);
        for preview in [
            "", "x", "a.b.c", "متن", "%", &foreign, &expired, &expired[1..], &editor.access_token, &long,
        ] {
            let get = || app.get(&path).query(&[("preview", preview)]);
            let shown = get().send().await.expect(200);
            assert_eq!((&shown.body, shown.etag()), (&plain.body, plain.etag()), "{preview}");
            assert_eq!(shown.header("cache-control"), Some("public, no-cache"), "{preview}");
            get().if_none_match(&plain.etag()).send().await.expect(304);
            let own = get().as_user(&editor).send().await.expect(200);
            assert_eq!(own.header("cache-control"), Some("private, no-cache"), "{preview}");
            assert!(own.json().get("body").is_some(), "{preview}: an editor sees the source");
        }
        app.get(&path).query(&[("preview", "x")]).bearer("x").send().await.expect(401);
    }
    for path in [draft.clone(), format!("{ARTICLES}/slug/hidden")] {
        for preview in ["x", &foreign, &expired, &editor.access_token] {
            let get = || app.get(&path).query(&[("preview", preview)]);
            get().send().await.expect(404).problem("article_not_found");
            get().as_user(&editor).send().await.expect(200);
        }
    }
});

api_test!(valid_preview_is_never_stored_for_others, async |app: TestApp| {
    let editor = app.editor().await;
    let draft = app.article().title("مسودة").slug("hidden").create(&editor).await.location();
    let issued = app.post(&format!("{draft}/preview-token")).as_user(&editor).send().await.expect(200);
    let token = issued.json()["token"].as_str().expect("a token").to_owned();
    for _ in 0..3 {
        let get = app.get(&draft).query(&[("preview", token.as_str())]);
        let shown = get.header("authorization", "Basic c3RhZ2luZzp4").send().await.expect(200);
        assert_eq!(shown.header("cache-control"), Some("private, no-cache"));
        assert_eq!(shown.header("x-cache"), Some("bypass"));
        app.get(&draft).send().await.expect(404);
    }
});

/// The article's date of publication after a transition.
async fn date_after(app: &TestApp, by: &Session, path: &str, step: &str, body: Value) -> Value {
    let request = app.post(&format!("{path}/{step}")).as_user(by).json(&body);
    request.send().await.expect(200).json()["published_at"].clone()
}

api_test!(cancelled_schedule_keeps_the_date_of_publication, async |app: TestApp| {
    let editor = app.editor().await;
    let old = json!("1951-12-24T10:00:00Z");
    let later = json!({ "at": "2026-01-15T09:05:00Z" });
    let last = json!({ "at": "2026-01-15T09:08:00Z" });
    let article = async || {
        let path = app.article().title("استقلال").create(&editor).await.location();
        date_after(&app, &editor, &path, "publish", json!({ "at": old })).await;
        path
    };
    let step = async |path: &str, step: &str| {
        app.post(&format!("{path}/{step}")).as_user(&editor).send().await.expect(200).json()
    };
    let path = article().await;
    step(&path, "unpublish").await;
    for schedule in [&later, &last] {
        let scheduled = date_after(&app, &editor, &path, "publish", schedule.clone()).await;
        assert_eq!(scheduled, schedule["at"]);
    }
    assert_eq!(step(&path, "unpublish").await["published_at"], old);
    assert_eq!(date_after(&app, &editor, &path, "publish", json!({ "at": null })).await, old);
    let listed = app.get("/api/v1/articles").query(&[("published_before", "1952-01-01T00:00:00Z")]);
    assert_eq!(listed.send().await.expect(200).json()["data"][0]["published_at"], old);

    // Published in place of the schedule, and scheduled from the archive.
    step(&path, "archive").await;
    date_after(&app, &editor, &path, "publish", later.clone()).await;
    assert_eq!(step(&path, "publish").await["published_at"], old);

    // Through the trash, restored before and after the scheduled time.
    let (early, late) = (article().await, article().await);
    for path in [&early, &late] {
        step(path, "unpublish").await;
        date_after(&app, &editor, path, "publish", later.clone()).await;
        app.delete(path).as_user(&editor).send().await.expect(204);
    }
    let restored = step(&early, "restore").await;
    assert_eq!((&restored["status"], &restored["published_at"]), (&json!("scheduled"), &later["at"]));
    assert_eq!(step(&early, "unpublish").await["published_at"], old);

    // A new date takes effect with its publication.
    let path = article().await;
    step(&path, "unpublish").await;
    date_after(&app, &editor, &path, "publish", later.clone()).await;
    app.clock.advance(Duration::minutes(6));
    let public = async || app.get(&path).send().await.status == 200;
    app.eventually(public, "the scheduled article is published").await;
    assert_eq!(step(&path, "unpublish").await["published_at"], later["at"]);
    assert_eq!(step(&path, "publish").await["published_at"], later["at"]);
    let restored = step(&late, "restore").await;
    assert_eq!((&restored["status"], &restored["published_at"]), (&json!("draft"), &old));
    assert_eq!(step(&late, "publish").await["published_at"], old);

    // An article that was never published has no date but the schedule's.
    let path = app.article().title("جديد").create(&editor).await.location();
    date_after(&app, &editor, &path, "publish", last.clone()).await;
    assert_eq!(step(&path, "unpublish").await["published_at"], Value::Null);
    assert_eq!(step(&path, "publish").await["published_at"], "2026-01-15T09:06:00Z");
});
