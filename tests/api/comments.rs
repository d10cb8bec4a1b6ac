//! Comments: posting and reading.

mod editing;
mod imports;
mod moderation;
mod permalinks;
mod privacy;
mod races;
mod rules;
mod tombstones;

use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::answer::TestResponse;

/// Turns off moderation and required names.
async fn open(app: &TestApp) {
    app.site_settings(json!({ "moderation": "none", "require_name_email": false })).await;
}

fn under(article: i64) -> String {
    format!("/api/v1/articles/{article}/comments")
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

/// The public list, with the tombstones. Checks the total and the article's count.
async fn public_list(app: &TestApp, article: i64) -> Vec<Value> {
    let list = app.get(&under(article)).query(&[("limit", "100"), ("total", "true")]);
    let list = list.send().await.expect(200).json();
    let rows = list["data"].as_array().expect("a list").clone();
    assert_eq!(list["page"]["total"], rows.len(), "the total");
    let shown = rows.iter().filter(|one| one["is_removed"] == false).count();
    assert_eq!(count(app, article).await, shown as i64, "the article's count");
    rows
}

/// The ids of the public comments in order, without tombstones.
async fn public_ids(app: &TestApp, article: i64) -> Vec<i64> {
    let rows = public_list(app, article).await.into_iter();
    let shown: Vec<Value> = rows.filter(|one| one["is_removed"] == false).collect();
    ids(&json!({ "data": shown }))
}

/// The ids of the public list in order. Those of tombstones are negative.
async fn outline(app: &TestApp, article: i64) -> Vec<i64> {
    let rows = public_list(app, article).await.into_iter();
    rows.map(|one| {
        let id = one["id"].as_i64().expect("an id");
        if one["is_removed"] == true { -id } else { id }
    })
    .collect()
}

async fn count(app: &TestApp, article: i64) -> i64 {
    let path = format!("/api/v1/articles/{article}");
    let article = app.get(&path).as_user(&app.editor().await).send().await.expect(200).json();
    article["discussion"]["comment_count"].as_i64().expect("a count")
}

api_test!(first_comment_is_pending_and_next_by_the_same_email_is_approved, async |app: TestApp| {
    let article = app.article().published().create_id().await;
    let held = app.comment(article).body("السلام عليكم").send().await.expect(202);
    assert_eq!(held.json()["status"], "pending");
    assert_eq!(held.location(), format!("/api/v1/comments/{}", held.id()));
    assert_eq!(public_ids(&app, article).await, [0; 0]);
    assert_eq!(as_moderator(&app, held.id()).await["held_for"], "first_time");
    moderate(&app, held.id(), "approved").await;
    assert_eq!(public_ids(&app, article).await, [held.id()]);

    // The same address in another case, under another name.
    let again = app.comment(article).by("س").with("author_email", "SALEM@Reader.example");
    let known = again.send().await.expect(201);
    assert_eq!(known.json()["status"], "approved");
    assert_eq!(public_ids(&app, article).await, [held.id(), known.id()]);
    app.comment(article).by("huda").body("وأنا؟").send().await.expect(202);
});

api_test!(public_comment_hides_email_address_and_user_agent, async |app: TestApp| {
    let article = app.article().published().create_id().await;
    open(&app).await;
    let comment =
        app.comment(article).body("<p>شكرًا</p>").with("author_url", "https://salem.example/");
    let request = comment.request().header("user-agent", "Canary/1");
    let posted = request.send().await.expect(201);
    let list = app.get(&under(article)).send().await.expect(200);
    let shown = list.json()["data"][0].clone();
    assert_eq!(
        shown,
        json!({
            "id": posted.id(), "article_id": article, "parent_id": null, "depth": 1,
            "author_name": "salem", "author_url": "https://salem.example/", "author_hash": null,
            "is_staff": false, "is_removed": false, "lang": "ar", "dir": "rtl",
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

api_test!(thread_pages_keep_the_order_forwards_and_backwards, async |app: TestApp| {
    let article = app.article().published().create_id().await;
    open(&app).await;
    let first = app.comment(article).body("1").create().await;
    let second = app.comment(article).body("2").create().await;
    let answer = app.comment(article).reply_to(first).body("1.1").create().await;
    let third = app.comment(article).body("3").create().await;
    let deeper = app.comment(article).reply_to(answer).body("1.1.1").create().await;
    let other = app.comment(article).reply_to(first).body("1.2").create().await;
    let late = app.comment(article).reply_to(second).body("2.1").create().await;
    let oldest = vec![first, answer, deeper, other, second, late, third];
    let newest = vec![third, second, late, first, answer, deeper, other];
    assert_eq!(public_ids(&app, article).await, oldest);
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
    app.site_settings(json!({ "order": "newest" })).await;
    assert_eq!(public_ids(&app, article).await, newest);
});

api_test!(unchanged_comment_list_is_304_and_forged_cursor_is_400, async |app: TestApp| {
    let article = app.article().published().create_id().await;
    open(&app).await;
    app.comment(article).body("1").create().await;
    let list = app.get(&under(article)).send().await.expect(200);
    app.get(&under(article)).if_none_match(&list.etag()).send().await.expect(304);
    app.comment(article).body("2").create().await;
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

api_test!(staff_comment_has_the_users_name_and_is_approved, async |app: TestApp| {
    let article = app.article().published().create_id().await;
    app.site_settings(
        json!({ "moderation": "all", "require_login": true, "blocked_words": ["كازينو"] }),
    )
    .await;
    let author = app.author().await;
    for number in 0..3 {
        // Users need no pause between comments.
        let comment = json!({
            "author_name": "Somebody else", "author_email": "x@reader.example",
            "body": format!("كازينو http://a.example http://b.example {number}"),
        });
        let posted = app.post(&under(article)).as_user(&author).json(&comment).send().await;
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
    assert_eq!(public_ids(&app, article).await.len(), 3);
});

api_test!(comments_of_a_draft_are_404_for_readers, async |app: TestApp| {
    let id = app.article().create_id().await;
    let request = "0b9cc3c1-5c62-4f4c-9a3f-9d9b6d0b4d10";
    for article in [id, 999_999] {
        let read = app.get(&under(article)).header("x-request-id", request);
        let read = read.send().await.expect(404);
        let write = app.comment(article).request().header("x-request-id", request);
        let write = write.send().await.expect(404);
        let never = app.get("/api/v1/articles/77777").header("x-request-id", request);
        let never = never.send().await.expect(404);
        assert_eq!((read.text(), write.text()), (never.text(), never.text()));
    }
    let editor = app.editor().await;
    app.get(&under(id)).as_user(&editor).send().await.expect(200);
    let closed = app.comment(id).request().as_user(&editor).send().await;
    let problem = closed.expect(403).problem("comments_closed");
    assert!(problem["detail"].as_str().expect("a text").contains("not published"), "{problem}");
});

api_test!(scripts_in_a_comment_are_removed, async |app: TestApp| {
    let article = app.article().published().create_id().await;
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
        let name: String = format!("{attack}{number}").chars().take(100).collect();
        let comment = app.comment(article).body(format!("{number} {attack}"));
        let posted = comment.with("author_name", name).send().await.expect(201).json();
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

api_test!(comment_has_the_language_and_direction_of_its_text, async |app: TestApp| {
    let article = app.article().published().create_id().await;
    open(&app).await;
    for (body, sent, lang, dir) in [
        ("شكرًا on this", None, json!("ar"), "rtl"),
        ("Facebook حذف الصفحة بلا سبب", None, json!("ar"), "rtl"),
        ("Thanks for this", None, json!(null), "ltr"),
        ("Merci pour tout", Some("FR-ly"), json!("fr-LY"), "ltr"),
        ("👍 100", None, json!("ar"), "rtl"),
        ("👍 200", Some("en"), json!("en"), "ltr"),
        ("ممنون", Some("fa"), json!("fa"), "rtl"),
    ] {
        let comment = app.comment(article).body(body);
        let comment = match sent {
            Some(lang) => comment.with("lang", lang),
            None => comment,
        };
        let id = comment.create().await;
        let path = format!("{}/{id}", under(article));
        let shown = app.get(&path).send().await.expect(200).json();
        assert_eq!((&shown["lang"], &shown["dir"]), (&lang, &json!(dir)), "{body}");
    }
    let wrong = app.comment(article).body("؟").with("lang", "arabic language");
    wrong.send().await.expect(422).invalid(&["/lang"]);
});

api_test!(
    author_hash_is_equal_for_an_author_and_hides_the_address,
    |config| {
        let key = "a key of at least thirty-two characters";
        config.author_hasher = Some(maqal::auth::author_hash::AuthorHasher::new(key));
    },
    async |app: TestApp| {
        let article = app.article().published().create_id().await;
        let held = app.comment(article).body("أولًا").send().await.expect(202);
        // The answer to a held comment doesn't tell whether the address is another reader's.
        assert_eq!(held.json()["author_hash"], json!(null));
        moderate(&app, held.id(), "approved").await;
        app.comment(article).with("author_email", "SALEM@reader.example").body("ثانيًا").create().await;
        open(&app).await;
        app.comment(article).by("huda").body("ثالثًا").create().await;
        app.comment(article).body("بلا بريد").with("author_email", json!("x@y.example")).create().await;
        let author = app.author().await;
        for number in 0..2 {
            let staff = json!({ "body": format!("من التحرير {number}") });
            app.post(&under(article)).as_user(&author).json(&staff).send().await.expect(201);
        }
        let list = public_list(&app, article).await;
        let hash = |at: usize| list[at]["author_hash"].as_str().expect("a hash").to_owned();
        assert_eq!(hash(0), hash(1));
        assert_eq!(hash(4), hash(5));
        let different: std::collections::BTreeSet<_> = (0..6).map(hash).collect();
        assert_eq!(different.len(), 4);
        assert!(hash(0).len() == 32 && hash(0).bytes().all(|byte| byte.is_ascii_hexdigit()));
        // An erased author has no hash.
        let erase = app.delete(&format!("/api/v1/comments/{}/personal-data", held.id()));
        erase.as_user(&app.editor().await).send().await.expect(204);
        assert_eq!(public_list(&app, article).await[0]["author_hash"], json!(null));
    }
);
