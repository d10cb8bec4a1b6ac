//! Comments: posting under an article and reading what was posted. The rules that decide about a
//! comment are in `comments/rules.rs`, moderating in `comments/moderation.rs`, what happens at the
//! same time in `comments/races.rs`, people's data in `comments/privacy.rs`.

mod moderation;
mod privacy;
mod races;
mod rules;

use chrono::Duration;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::answer::TestResponse;

const SITE: &str = "/api/v1/comment-settings";

/// How long somebody has to pause between two comments.
const PAUSE: i64 = 15;

async fn site(app: &TestApp, changes: Value) {
    let admin = app.admin().await;
    app.patch(SITE).as_user(&admin).if_match("*").merge_patch(&changes).send().await.expect(200);
}

/// No comment waits, and none needs a name.
async fn open(app: &TestApp) {
    site(app, json!({ "moderation": "none", "require_name_email": false })).await;
}

async fn draft(app: &TestApp) -> i64 {
    let body = json!({ "title": "مقال", "body": "نصّ." });
    let author = app.author().await;
    app.post("/api/v1/articles").as_user(&author).json(&body).send().await.expect(201).id()
}

/// An article published now.
async fn published(app: &TestApp) -> i64 {
    let id = draft(app).await;
    let path = format!("/api/v1/articles/{id}/publish");
    app.post(&path).as_user(&app.editor().await).send().await.expect(200);
    id
}

fn under(article: i64) -> String {
    format!("/api/v1/articles/{article}/comments")
}

/// Sends a comment, long enough after the one before.
async fn post(app: &TestApp, article: i64, comment: &Value) -> TestResponse {
    app.clock.advance(Duration::seconds(PAUSE));
    app.post(&under(article)).json(comment).send().await
}

/// A comment by a reader of this name.
fn by(name: &str, body: &str) -> Value {
    json!({ "author_name": name, "author_email": format!("{name}@reader.example"), "body": body })
}

/// Says something that stands at once; its number.
async fn say(app: &TestApp, article: i64, parent: Option<i64>, body: &str) -> i64 {
    let mut comment = by("salem", body);
    if let Some(parent) = parent {
        comment["parent_id"] = json!(parent);
    }
    post(app, article, &comment).await.expect(201).id()
}

async fn moderate(app: &TestApp, comment: i64, status: &str) -> TestResponse {
    let request = app.patch(&format!("/api/v1/comments/{comment}"));
    let request = request.as_user(&app.editor().await).merge_patch(&json!({ "status": status }));
    request.send().await.expect(200)
}

async fn as_moderator(app: &TestApp, comment: i64) -> Value {
    let request = app.get(&format!("/api/v1/comments/{comment}"));
    request.as_user(&app.editor().await).send().await.expect(200).json()
}

fn ids(list: &Value) -> Vec<i64> {
    let data = list["data"].as_array().expect("a list");
    data.iter().map(|one| one["id"].as_i64().expect("an id")).collect()
}

/// What readers see, in order; the article's count must agree.
async fn read(app: &TestApp, article: i64) -> Vec<i64> {
    let list = app.get(&under(article)).query(&[("limit", "100"), ("total", "true")]);
    let list = list.send().await.expect(200).json();
    let shown = ids(&list);
    assert_eq!(list["page"]["total"], shown.len(), "the total");
    assert_eq!(count(app, article).await, shown.len() as i64, "the article's count");
    shown
}

async fn count(app: &TestApp, article: i64) -> i64 {
    let path = format!("/api/v1/articles/{article}");
    let article = app.get(&path).as_user(&app.editor().await).send().await.expect(200).json();
    article["discussion"]["comment_count"].as_i64().expect("a count")
}

api_test!(a_stranger_waits_and_somebody_known_does_not, async |app: TestApp| {
    let article = published(&app).await;
    let held = post(&app, article, &by("salem", "السلام عليكم")).await.expect(202);
    assert_eq!(held.json()["status"], "pending");
    assert_eq!(held.location(), format!("/api/v1/comments/{}", held.id()));
    assert_eq!(read(&app, article).await, [0; 0]);
    assert_eq!(as_moderator(&app, held.id()).await["held_for"], "first_time");
    moderate(&app, held.id(), "approved").await;
    assert_eq!(read(&app, article).await, [held.id()]);

    // The same address in another case, under another name.
    let again =
        json!({ "author_name": "س", "author_email": "SALEM@Reader.example", "body": "شكرًا" });
    let known = post(&app, article, &again).await.expect(201);
    assert_eq!(known.json()["status"], "approved");
    assert_eq!(read(&app, article).await, [held.id(), known.id()]);
    post(&app, article, &by("huda", "وأنا؟")).await.expect(202);
});

api_test!(readers_see_no_more_than_they_should, async |app: TestApp| {
    let article = published(&app).await;
    open(&app).await;
    let mut comment = by("salem", "<p>شكرًا</p>");
    comment["author_url"] = json!("https://salem.example/");
    let request = app.post(&under(article)).header("user-agent", "Canary/1").json(&comment);
    let posted = request.send().await.expect(201);
    let list = app.get(&under(article)).send().await.expect(200);
    let shown = list.json()["data"][0].clone();
    assert_eq!(
        shown,
        json!({
            "id": posted.id(), "article_id": article, "parent_id": null, "depth": 1,
            "author_name": "salem", "author_url": "https://salem.example/", "is_staff": false,
            "html": "<p>شكرًا</p>\n", "created_at": shown["created_at"],
        })
    );
    for public in [posted.text(), list.text()] {
        for hidden in ["reader.example", "127.0.0.1", "Canary"] {
            assert!(!public.contains(hidden), "{hidden} is in {public}");
        }
    }
    let inside = as_moderator(&app, posted.id()).await;
    assert_eq!(inside["author_email"], "salem@reader.example");
    assert_eq!(inside["client_address"], "127.0.0.1");
    assert_eq!(
        (&inside["user_agent"], &inside["body"]),
        (&json!("Canary/1"), &json!("<p>شكرًا</p>"))
    );
});

api_test!(a_conversation_is_read_in_order_page_by_page, async |app: TestApp| {
    let article = published(&app).await;
    open(&app).await;
    let first = say(&app, article, None, "1").await;
    let second = say(&app, article, None, "2").await;
    let answer = say(&app, article, Some(first), "1.1").await;
    let third = say(&app, article, None, "3").await;
    let deeper = say(&app, article, Some(answer), "1.1.1").await;
    let other = say(&app, article, Some(first), "1.2").await;
    let late = say(&app, article, Some(second), "2.1").await;
    let oldest = vec![first, answer, deeper, other, second, late, third];
    let newest = vec![third, second, late, first, answer, deeper, other];
    assert_eq!(read(&app, article).await, oldest);
    let list = app.get(&under(article)).send().await.expect(200).json();
    let depths: Vec<_> =
        list["data"].as_array().expect("a list").iter().map(|one| one["depth"].as_i64()).collect();
    assert_eq!(depths, [1, 2, 3, 2, 1, 2, 1].map(Some));

    for (order, expected) in [("oldest", &oldest), ("newest", &newest)] {
        let (mut there, mut cursor, mut back) = (Vec::new(), String::new(), None);
        loop {
            let mut query = vec![("limit", "2")];
            if cursor.is_empty() {
                query.push(("order", order))
            } else {
                query.push(("cursor", &cursor))
            }
            let page = app.get(&under(article)).query(&query).send().await.expect(200).json();
            there.extend(ids(&page));
            back = page["page"]["prev"].as_str().map(str::to_owned).or(back);
            match page["page"]["next"].as_str() {
                Some(next) => cursor = next.to_owned(),
                None => break,
            }
        }
        assert_eq!(&there, expected, "{order}");
        let mut seen = vec![*expected.last().expect("some")];
        while let Some(cursor) = back {
            let query = [("limit", "2"), ("cursor", &*cursor)];
            let page = app.get(&under(article)).query(&query).send().await.expect(200).json();
            seen.splice(0..0, ids(&page));
            back = page["page"]["prev"].as_str().map(str::to_owned);
        }
        assert_eq!(&seen, expected, "{order}, back");
    }
    site(&app, json!({ "order": "newest" })).await;
    assert_eq!(read(&app, article).await, newest);
});

api_test!(a_list_has_an_entity_tag_and_refuses_forged_cursors, async |app: TestApp| {
    let article = published(&app).await;
    open(&app).await;
    say(&app, article, None, "1").await;
    let list = app.get(&under(article)).send().await.expect(200);
    app.get(&under(article)).if_none_match(&list.etag()).send().await.expect(304);
    say(&app, article, None, "2").await;
    app.get(&under(article)).if_none_match(&list.etag()).send().await.expect(200);
    use base64::Engine;
    for forged in
        ["n~thread~1~bAAAA", "n~thread~1~n5", "n~-thread~1~b", "x", "n~thread~1~b__________8"]
    {
        let cursor = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(forged);
        let answer = app.get(&under(article)).query(&[("cursor", &cursor)]).send().await;
        answer.expect(400).problem("malformed_cursor");
    }
    let answer = app.get(&under(article)).query(&[("order", "best")]).send().await;
    answer.expect(400).problem("invalid_parameter");
});

api_test!(the_newsroom_speaks_under_its_own_name_and_at_once, async |app: TestApp| {
    let article = published(&app).await;
    site(&app, json!({ "moderation": "all", "require_login": true, "blocked_words": ["كازينو"] }))
        .await;
    let author = app.author().await;
    for number in 0..3 {
        // No pause for those who are known.
        let said = json!({
            "author_name": "Somebody else", "author_email": "x@reader.example",
            "body": format!("كازينو http://a.example http://b.example {number}"),
        });
        let posted = app.post(&under(article)).as_user(&author).json(&said).send().await;
        let posted = posted.expect(201).json();
        assert_eq!(
            (&posted["author_name"], &posted["is_staff"]),
            (&json!("Omar the Author"), &json!(true))
        );
        let inside = as_moderator(&app, posted["id"].as_i64().expect("an id")).await;
        assert_eq!(
            (&inside["author_email"], &inside["user_id"]),
            (&json!(null), &json!(author.user_id))
        );
    }
    assert_eq!(read(&app, article).await.len(), 3);
});

api_test!(comments_of_what_is_not_published_are_as_if_it_were_not_there, async |app: TestApp| {
    let id = draft(&app).await;
    let request = "0b9cc3c1-5c62-4f4c-9a3f-9d9b6d0b4d10";
    for path in [under(id), under(999_999)] {
        let read = app.get(&path).header("x-request-id", request).send().await.expect(404);
        let write = app.post(&path).header("x-request-id", request).json(&by("salem", "؟"));
        let write = write.send().await.expect(404);
        let never = app.get("/api/v1/articles/77777").header("x-request-id", request);
        let never = never.send().await.expect(404);
        assert_eq!((read.text(), write.text()), (never.text(), never.text()));
    }
    let editor = app.editor().await;
    app.get(&under(id)).as_user(&editor).send().await.expect(200);
    let closed = app.post(&under(id)).as_user(&editor).json(&by("x", "؟")).send().await;
    let problem = closed.expect(403).problem("comments_closed");
    assert!(problem["detail"].as_str().expect("a text").contains("not published"), "{problem}");
});

api_test!(nothing_that_runs_gets_through, async |app: TestApp| {
    let article = published(&app).await;
    open(&app).await;
    for (number, attack) in [
        "<script>alert(1)</script>x",
        "<img src=x onerror=alert(1)>x",
        "<svg onload=alert(1)>x</svg>y",
        "<a href=\"javascript:alert(1)\">x</a>",
        "<a href=\"jav&#x09;ascript:alert(1)\">x</a>",
        "<a href=\"https://a.example\" onmouseover=alert(1) style=x>x</a>",
        "<iframe src=https://a.example></iframe>x",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>y",
        "x<!--><img src=x onerror=alert(1)>-->",
        "<b onclick=alert(1)>x</b><form action=x><input></form>",
        "\u{202e}<scr\u{0061}ipt>x",
    ]
    .iter()
    .enumerate()
    {
        let mut comment = by("salem", &format!("{number} {attack}"));
        comment["author_name"] =
            json!(format!("{attack}{number}").chars().take(100).collect::<String>());
        let posted = post(&app, article, &comment).await.expect(201).json();
        let html = posted["html"].as_str().expect("a text");
        for bad in [
            "<script",
            "<img",
            "<svg",
            "<iframe",
            "<form",
            "<input",
            "<math",
            "<style",
            "javascript",
            " on",
            "style=",
            "\u{202e}",
        ] {
            assert!(!html.contains(bad), "{attack}: {html}");
        }
        if html.contains("<a ") {
            assert!(html.contains("rel=\"ugc nofollow\""), "{html}");
        }
        let name = posted["author_name"].as_str().expect("a name");
        assert!(!name.contains(['<', '>', '\u{202e}']), "{attack}: {name}");
    }
});
