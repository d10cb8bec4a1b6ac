//! The states of an article, from draft to archive and trash: transitions, visibility, previews,
//! related and adjacent articles.

use chrono::Duration;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::answer::TestResponse;
use crate::support::session::Session;

const ARTICLES: &str = "/api/v1/articles";
const LATER: &str = "2026-01-15T09:05:00Z";

fn at(id: i64) -> String {
    format!("{ARTICLES}/{id}")
}

/// Makes a transition: publish, unpublish, archive, restore or delete.
async fn transition(app: &TestApp, by: &Session, id: i64, step: &str) -> TestResponse {
    let request = match step {
        "delete" => app.delete(&at(id)),
        step => app.post(&format!("{}/{step}", at(id))),
    };
    request.as_user(by).send().await
}

async fn publish_at(app: &TestApp, by: &Session, id: i64, time: &str) -> Value {
    let request = app.post(&format!("{}/publish", at(id))).as_user(by);
    request.json(&json!({"at": time})).send().await.expect(200).json()
}

async fn read(app: &TestApp, by: &Session, id: i64) -> Value {
    app.get(&at(id)).as_user(by).send().await.expect(200).json()
}

/// The tag's `article_count`.
async fn article_count(app: &TestApp, slug: &str) -> i64 {
    let editor = app.editor().await;
    let request = app.get(&format!("/api/v1/tags/slug/{slug}")).as_user(&editor);
    let tag = request.send().await.expect(200).json();
    tag["article_count"].as_i64().expect("a count")
}

/// A new article in that status.
async fn in_status(app: &TestApp, by: &Session, status: &str) -> i64 {
    let id = app.article().tags(["ليبيا"]).create(by).await.id();
    let steps: &[&str] = match status {
        "published" => &["publish"],
        "archived" => &["publish", "archive"],
        "trashed" => &["delete"],
        _ => &[],
    };
    for name in steps {
        assert!(transition(app, by, id, name).await.status < 300);
    }
    if status == "scheduled" {
        publish_at(app, by, id, LATER).await;
    }
    assert_eq!(read(app, by, id).await["status"], status);
    id
}

api_test!(illegal_transitions_are_409_and_legal_ones_change_the_status, async |app: TestApp| {
    let editor = app.editor().await;
    let statuses = ["draft", "scheduled", "published", "archived", "trashed"];
    for (name, outcomes) in [
        ("publish", ["published", "published", "", "published", ""]),
        ("unpublish", ["", "draft", "draft", "draft", ""]),
        ("archive", ["", "", "archived", "", ""]),
        ("delete", ["trashed", "trashed", "trashed", "trashed", ""]),
        ("restore", ["", "", "", "", "draft"]),
    ] {
        for (from, to) in statuses.into_iter().zip(outcomes) {
            let id = in_status(&app, &editor, from).await;
            let before = read(&app, &editor, id).await;
            let answer = transition(&app, &editor, id, name).await;
            let after = read(&app, &editor, id).await;
            if to.is_empty() {
                let problem = answer.expect(409).problem("illegal_transition");
                let detail = problem["detail"].as_str().expect("a detail");
                assert!(detail.contains(from), "{name} from {from}: {detail}");
                assert_eq!(after, before, "{name} from {from}");
            } else {
                assert!(answer.status < 300, "{name} from {from}: {}", answer.text());
                assert_eq!(after["status"], to, "{name} from {from}");
                assert!(after["version"].as_i64() > before["version"].as_i64());
            }
            let shown = app.get(&at(id)).send().await.status == 200;
            assert_eq!(shown, after["status"] == "published", "{name} from {from}");
        }
    }
});

api_test!(transition_with_stale_if_match_is_412, async |app: TestApp| {
    let editor = app.editor().await;
    let id = app.article().create(&editor).await.id();
    let old = app.get(&at(id)).as_user(&editor).send().await.expect(200).etag();
    let patch = app.patch(&at(id)).as_user(&editor).if_match(&old);
    let new = patch.merge_patch(&json!({"title": "غيره"})).send().await.expect(200).etag();
    for name in ["publish", "archive", "unpublish"] {
        let post = app.post(&format!("{}/{name}", at(id))).as_user(&editor).if_match(&old);
        post.send().await.expect(412).problem("precondition_failed");
        let etag = app.get(&at(id)).as_user(&editor).send().await.expect(200).etag();
        let post = app.post(&format!("{}/{name}", at(id))).as_user(&editor).if_match(&etag);
        post.send().await.expect(200);
    }
    app.delete(&at(id)).as_user(&editor).if_match(&new).send().await.expect(412);
    transition(&app, &editor, id, "delete").await.expect(204);
    let restore = app.post(&format!("{}/restore", at(id))).as_user(&editor).if_match(&new);
    restore.send().await.expect(412);
});

api_test!(publish_without_time_uses_now_and_with_time_uses_it, async |app: TestApp| {
    let editor = app.editor().await;
    let id = app.article().create(&editor).await.id();
    let now = transition(&app, &editor, id, "publish").await.expect(200).json();
    assert_eq!(now["published_at"], "2026-01-15T09:00:00Z");
    transition(&app, &editor, id, "archive").await.expect(200);
    app.clock.advance(Duration::minutes(1));
    let again = transition(&app, &editor, id, "publish").await.expect(200).json();
    assert_eq!(again["published_at"], now["published_at"], "publishing again keeps the first time");
    transition(&app, &editor, id, "unpublish").await.expect(200);
    let back = publish_at(&app, &editor, id, "2011-02-17T10:00:00+02:00").await;
    assert_eq!(back["published_at"], "2011-02-17T08:00:00Z");
    assert_eq!(back["status"], "published");

    let id = app.article().title("آخر").create(&editor).await.id();
    for time in
        ["0000-12-31T23:59:59Z", "10000-01-01T00:00:00Z", "tomorrow", "2026-02-30T00:00:00Z", ""]
    {
        let post = app.post(&format!("{}/publish", at(id))).as_user(&editor);
        let problem = post.json(&json!({"at": time})).send().await.expect(422);
        assert_eq!(problem.problem("unprocessable")["errors"][0]["pointer"], "/at");
    }
    for body in [json!({"at": 5}), json!({"when": LATER}), json!([])] {
        let post = app.post(&format!("{}/publish", at(id))).as_user(&editor);
        post.json(&body).send().await.expect(422).problem("unprocessable");
    }
    assert_eq!(read(&app, &editor, id).await["version"], 1);
    let last = publish_at(&app, &editor, id, "9999-12-31T23:59:59.999999Z").await;
    assert_eq!(last["status"], "scheduled");
});

api_test!(scheduled_article_is_published_at_its_time, async |app: TestApp| {
    let editor = app.editor().await;
    let id = app.article().tags(["ليبيا"]).create(&editor).await.id();
    let sooner = app.article().title("لا يحين").create(&editor).await.id();
    publish_at(&app, &editor, sooner, "2026-01-15T09:04:00Z").await;
    let scheduled = publish_at(&app, &editor, id, "2026-01-15T09:03:00Z").await;
    assert_eq!(
        (&scheduled["status"], &scheduled["discussion"]["reason"]),
        (&json!("scheduled"), &json!("unpublished"))
    );
    let scheduled = transition(&app, &editor, sooner, "unpublish").await.expect(200).json();
    assert_eq!(scheduled["published_at"], Value::Null);
    let later = publish_at(&app, &editor, id, LATER).await;
    assert_eq!(later["published_at"], LATER, "a time may be changed until it comes");

    app.clock.advance(Duration::minutes(5) - Duration::microseconds(1));
    app.get(&at(id)).send().await.expect(404);
    assert_eq!(article_count(&app, "ليبيا").await, 0);
    app.clock.advance(Duration::microseconds(1));
    let appeared = async || app.get(&at(id)).send().await.status == 200;
    app.eventually(appeared, "the article appears").await;
    let shown = app.get(&at(id)).send().await.expect(200).json();
    assert_eq!((&shown["status"], &shown["published_at"]), (&json!("published"), &json!(LATER)));
    assert_eq!(shown["version"], later["version"].as_i64().expect("a version") + 1);
    assert_eq!(article_count(&app, "ليبيا").await, 1);
    let list = app.get(ARTICLES).query(&[("tag", "ليبيا")]).send().await.expect(200).json();
    assert_eq!(list["data"][0]["id"], id);
    app.get(&at(sooner)).send().await.expect(404);
});

api_test!(article_count_of_a_tag_follows_every_transition, async |app: TestApp| {
    let (admin, tag) = (app.admin().await, "ليبيا");
    let id = app.article().tags([tag]).create(&admin).await.id();
    assert_eq!(article_count(&app, tag).await, 0);
    for (name, expected) in [
        ("publish", 1),
        ("unpublish", 0),
        ("publish", 1),
        ("archive", 0),
        ("publish", 1),
        ("delete", 0),
        ("restore", 1),
        ("archive", 0),
        ("delete", 0),
        ("restore", 0),
        ("publish", 1),
    ] {
        assert!(transition(&app, &admin, id, name).await.status < 300, "{name}");
        assert_eq!(article_count(&app, tag).await, expected, "after {name}");
    }
    for (tags, expected) in [(json!([]), 0), (json!(["آخر", tag]), 1), (json!([tag]), 1)] {
        let patch = app.patch(&at(id)).as_user(&admin).if_match("*");
        patch.merge_patch(&json!({"tags": tags})).send().await.expect(200);
        assert_eq!(article_count(&app, tag).await, expected, "with {tags}");
    }
    assert_eq!(article_count(&app, "آخر").await, 0);
    app.delete(&format!("{}?permanent=true", at(id))).as_user(&admin).send().await.expect(204);
    assert_eq!(article_count(&app, tag).await, 0);
});

api_test!(restored_article_has_its_status_from_before_the_trash, async |app: TestApp| {
    let editor = app.editor().await;
    for status in ["draft", "scheduled", "published", "archived"] {
        let id = in_status(&app, &editor, status).await;
        let before = read(&app, &editor, id).await;
        transition(&app, &editor, id, "delete").await.expect(204);
        app.get(&at(id)).send().await.expect(404);
        let after = transition(&app, &editor, id, "restore").await.expect(200).json();
        assert_eq!(after["status"], status);
        assert_eq!(after["published_at"], before["published_at"], "{status}");
        assert_eq!(after["slug"], before["slug"], "{status}");
    }
    let id = in_status(&app, &editor, "scheduled").await;
    transition(&app, &editor, id, "delete").await.expect(204);
    app.clock.advance(Duration::minutes(5));
    let after = transition(&app, &editor, id, "restore").await.expect(200).json();
    assert_eq!(
        (&after["status"], &after["published_at"]),
        (&json!("draft"), &Value::Null),
        "a missed schedule becomes a draft"
    );
});

api_test!(
    contributor_restores_own_draft_and_gets_403_for_a_published_article,
    async |app: TestApp| {
        let (editor, contributor) = (app.editor().await, app.contributor().await);
        let id = app.article().title("مسودة").create(&contributor).await.id();
        transition(&app, &contributor, id, "publish").await.expect(403).problem("forbidden");
        transition(&app, &contributor, id, "delete").await.expect(204);
        let back = transition(&app, &contributor, id, "restore").await.expect(200).json();
        assert_eq!(back["status"], "draft");
        transition(&app, &editor, id, "publish").await.expect(200);
        transition(&app, &contributor, id, "delete").await.expect(403);
        transition(&app, &editor, id, "delete").await.expect(204);
        transition(&app, &contributor, id, "restore").await.expect(403).problem("forbidden");
    }
);

/// Status, headers except `Date`, and body.
fn without_date(answer: &TestResponse) -> String {
    let headers = answer.headers.iter().filter(|(name, _)| *name != "date");
    let headers: Vec<_> = headers.map(|(name, value)| format!("{name}: {value:?}")).collect();
    format!("{} {headers:?} {:?}", answer.status, String::from_utf8_lossy(&answer.body))
}

api_test!(unpublished_article_answers_byte_for_byte_like_an_unknown_id, async |app: TestApp| {
    let (editor, stranger) = (app.editor().await, app.another_author().await);
    for status in ["draft", "scheduled", "archived", "trashed"] {
        let id = in_status(&app, &editor, status).await;
        let slug = read(&app, &editor, id).await["slug"].as_str().expect("a slug").to_owned();
        let never = 987_654;
        for (path, other) in [
            (at(id), at(never)),
            (format!("{}/related", at(id)), format!("{}/related", at(never))),
            (format!("{}/adjacent", at(id)), format!("{}/adjacent", at(never))),
            (format!("{}/comment-settings", at(id)), format!("{}/comment-settings", at(never))),
            (format!("{ARTICLES}/slug/{slug}"), format!("{ARTICLES}/slug/never-was")),
            (format!("{}?fields=id", at(id)), format!("{}?fields=id", at(never))),
        ] {
            let ask = |path: &str| app.get(path).header("x-request-id", "probe-1").send();
            let answer = ask(&path).await;
            assert_eq!(without_date(&answer), without_date(&ask(&other).await), "{status}: {path}");
            let ask = |path: &str| {
                let request = app.get(path).as_user(&stranger).if_none_match("*");
                request.header("x-request-id", "probe-1").send()
            };
            let answer = ask(&path).await.expect(404);
            assert_eq!(
                without_date(&answer),
                without_date(&ask(&other).await),
                "{status}: {path}, signed in"
            );
        }
        for name in ["publish", "unpublish", "archive", "restore", "preview-token", "delete"] {
            let answer = transition(&app, &stranger, id, name).await.expect(404);
            answer.problem("article_not_found");
        }
        let patch = app.patch(&at(id)).as_user(&stranger).if_match("\"v9-0\"");
        patch.merge_patch(&json!({"title": "س"})).send().await.expect(404);
    }
});

api_test!(unpublished_text_is_in_no_public_answer_and_changes_no_etag, async |app: TestApp| {
    let editor = app.editor().await;
    let tagged = json!({"title": "منشور", "slug": "shown", "tags": ["ليبيا"]});
    let shown = app.article().fields(tagged).create(&editor).await.id();
    transition(&app, &editor, shown, "publish").await.expect(200);
    let paths = [
        ARTICLES.to_owned(),
        format!("{ARTICLES}?include=html&total=true&sort=-updated_at"),
        format!("{ARTICLES}?tag=ليبيا&total=true"),
        format!("{ARTICLES}?credit=canary&total=true"),
        format!(
            "{ARTICLES}?status=draft&status=scheduled&status=archived&status=trashed&total=true"
        ),
        format!("{ARTICLES}?author={}&comments=closed&total=true", editor.user_id),
        at(shown),
        format!("{ARTICLES}/slug/shown"),
        format!("{}/related", at(shown)),
        format!("{}/adjacent", at(shown)),
        "/api/v1/tags".to_owned(),
        "/api/v1/tags/slug/ليبيا".to_owned(),
    ];
    let mut before = Vec::new();
    for path in &paths {
        before.push(app.get(path).send().await.expect(200).etag());
    }
    for status in ["draft", "scheduled", "archived", "trashed"] {
        let id = in_status(&app, &editor, status).await;
        let secret = json!({
            "title": "canary", "subtitle": "canary", "excerpt": "canary", "body": "canary",
            "slug": format!("canary-{status}"), "tags": ["ليبيا"], "metadata": {"canary": "canary"},
            "seo": {"title": "canary"}, "credits": [{"name": "canary", "role": "author"}],
        });
        if status != "trashed" {
            let patch = app.patch(&at(id)).as_user(&editor).if_match("*");
            patch.merge_patch(&secret).send().await.expect(200);
        } else {
            let id = app.article().fields(secret).create(&editor).await.id();
            transition(&app, &editor, id, "delete").await.expect(204);
        }
    }
    for (path, etag) in paths.iter().zip(before) {
        let answer = app.get(path).send().await.expect(200);
        assert!(!answer.text().contains("canary"), "{path}: {}", answer.text());
        assert_eq!(answer.etag(), etag, "{path}: the representation is unchanged");
    }
    let answer = app.get(&format!("{ARTICLES}/slug/canary-draft")).send().await.expect(404);
    assert!(!answer.text().contains("canary"), "{}", answer.text());
});

api_test!(
    preview_of_a_draft_has_a_page_on_the_frontend,
    |config| config.preview_url = Some("https://news.example/preview/{id}?token={token}".into()),
    async |app: TestApp| {
        let editor = app.editor().await;
        let id = app.article().create(&editor).await.id();
        let issued = transition(&app, &editor, id, "preview-token").await.expect(200).json();
        let token = issued["token"].as_str().expect("a token");
        let page = format!("https://news.example/preview/{id}?token={token}");
        assert_eq!(issued["preview_url"], page);
        assert_eq!(app.get(&at(id)).query(&[("preview", token)]).send().await.expect(200).json()["url"], json!(null));
    }
);

api_test!(preview_token_reads_only_its_own_draft_until_it_expires, async |app: TestApp| {
    let (editor, stranger) = (app.editor().await, app.another_author().await);
    let secret = json!({"title": "خبر", "slug": "soon", "body": "نص"});
    let id = app.article().fields(secret).create(&editor).await.id();
    let other = app.article().title("آخر").create(&editor).await.id();
    let issued = transition(&app, &editor, id, "preview-token").await.expect(200);
    let token = issued.json()["token"].as_str().expect("a token").to_owned();
    assert!(issued.json()["url"].as_str().expect("an address").contains(&token));
    assert_eq!(issued.json()["preview_url"], json!(null), "no frontend is known");
    assert_eq!(issued.header("cache-control"), Some("no-store"));
    let preview = |path: &str| app.get(path).query(&[("preview", token.as_str())]).send();

    for path in [at(id), format!("{ARTICLES}/slug/soon")] {
        let shown = preview(&path).await.expect(200);
        assert_eq!(
            (&shown.json()["status"], &shown.json()["html"]),
            (&json!("draft"), &json!("<p>نص</p>\n"))
        );
        assert!(shown.json().get("body").is_none(), "a preview hides the source");
        assert_eq!(shown.header("cache-control"), Some("private, no-cache"));
    }
    preview(&at(other)).await.expect(404).problem("article_not_found");
    for path in [ARTICLES.to_owned(), format!("{}/related", at(id)), format!("{}/adjacent", at(id))]
    {
        preview(&path).await.expect(400).problem("unknown_parameter");
    }
    app.get(&at(id)).bearer(&token).send().await.expect(401).problem("invalid_token");
    app.patch(&at(id))
        .bearer(&token)
        .if_match("*")
        .merge_patch(&json!({}))
        .send()
        .await
        .expect(401);
    for wrong in ["", "x", "a.b.c", &stranger.access_token, &editor.access_token, &token[1..]] {
        let answer = app.get(&at(id)).query(&[("preview", wrong)]).send().await.expect(404);
        answer.problem("article_not_found");
    }
    app.clock
        .advance(Duration::seconds(issued.json()["expires_in"].as_i64().expect("seconds") + 61));
    preview(&at(id)).await.expect(404).problem("article_not_found");
});

api_test!(
    related_articles_are_sorted_by_rarity_of_shared_tags_then_newest,
    async |app: TestApp| {
        let editor = app.editor().await;
        let tagged = async |title: &str, tags: &[&str], day: &str| {
            let id = app.article().title(title).tags(tags).body("نص").create(&editor).await.id();
            publish_at(&app, &editor, id, &format!("2026-01-{day}T00:00:00Z")).await;
            id
        };
        let article = tagged("it", &["شائع", "نادر"], "10").await;
        tagged("rare, old", &["نادر"], "01").await;
        tagged("common, old", &["شائع"], "02").await;
        tagged("common, new", &["شائع"], "11").await;
        tagged("common, newest", &["شائع"], "12").await;
        tagged("both", &["نادر", "شائع", "آخر"], "03").await;
        tagged("nothing shared", &["آخر"], "13").await;
        app.article().title("draft").tags(["شائع", "نادر"]).create(&editor).await.id();
        let gone = tagged("archived", &["شائع", "نادر"], "09").await;
        transition(&app, &editor, gone, "archive").await.expect(200);
        tagged("scheduled", &["شائع", "نادر"], "20").await;

        let related = async |limit: &str| {
            let answer =
                app.get(&format!("{}/related{limit}", at(article))).send().await.expect(200).json();
            let rows = answer["data"].as_array().expect("rows").clone();
            assert!(rows.iter().all(|row| row.get("html").is_none()));
            rows.iter()
                .map(|row| row["title"].as_str().expect("a title").to_owned())
                .collect::<Vec<_>>()
        };
        let all = ["both", "rare, old", "common, newest", "common, new", "common, old"];
        assert_eq!(related("").await, all);
        assert_eq!(related("?limit=2").await, all[..2]);
        for limit in ["0", "21", "-1", "x"] {
            let answer =
                app.get(&format!("{}/related?limit={limit}", at(article))).send().await.expect(400);
            answer.problem("invalid_parameter");
        }
        let alone = tagged("alone", &[], "14").await;
        let none = app.get(&format!("{}/related", at(alone))).send().await.expect(200).json();
        assert_eq!(none["data"], json!([]));
    }
);

api_test!(adjacent_names_the_previous_and_next_article_or_null, async |app: TestApp| {
    let editor = app.editor().await;
    let mut shown = Vec::new();
    for day in ["01", "05", "05", "09"] {
        let id = app.article().title(day).create(&editor).await.id();
        publish_at(&app, &editor, id, &format!("2026-01-{day}T00:00:00Z")).await;
        shown.push(id);
        let hidden = app.article().title("hidden").create(&editor).await.id();
        publish_at(&app, &editor, hidden, &format!("2026-01-{day}T00:00:00Z")).await;
        transition(&app, &editor, hidden, "archive").await.expect(200);
    }
    for (place, id) in shown.iter().enumerate() {
        let answer = app.get(&format!("{}/adjacent", at(*id))).send().await.expect(200).json();
        let expected = |place: Option<usize>| json!(place.and_then(|place| shown.get(place)));
        let id = |side: &str| answer[side].get("id").cloned().unwrap_or(Value::Null);
        assert_eq!(id("previous"), expected(place.checked_sub(1)), "{answer}");
        assert_eq!(id("next"), expected(place.checked_add(1)), "{answer}");
    }
});
