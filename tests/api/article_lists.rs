//! Lists of articles: filters, sorts and cursors.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::answer::TestResponse;
use crate::support::builders::ArticleBuilder;
use crate::support::session::Session;

const ARTICLES: &str = "/api/v1/articles";

/// Publishes articles, each a minute after the one before.
async fn publish_all(by: &Session, articles: impl IntoIterator<Item = ArticleBuilder>) {
    let start: DateTime<Utc> = "2026-01-10T12:00:00Z".parse().expect("a time");
    for (minute, article) in (0..).zip(articles) {
        let at = (start + Duration::minutes(minute)).to_rfc3339();
        article.published_at(at).create(by).await;
    }
}

#[track_caller]
fn texts(list: &TestResponse, field: &str) -> Vec<String> {
    let list = list.json();
    let rows = list["data"].as_array().expect("rows");
    rows.iter().map(|row| row[field].as_str().expect("text").to_owned()).collect()
}

fn ids(list: &Value) -> Vec<i64> {
    let rows = list["data"].as_array().expect("rows");
    rows.iter().map(|row| row["id"].as_i64().expect("an id")).collect()
}

/// Titles of the public list, oldest first. Checks that `total` is their number.
async fn titles(app: &TestApp, query: &[(&str, &str)]) -> Vec<String> {
    let request = app.get(ARTICLES).query(&[("sort", "published_at"), ("total", "true")]);
    let list = request.query(query).send().await.expect(200);
    let titles = texts(&list, "title");
    assert_eq!(list.json()["page"]["total"], titles.len(), "{query:?}");
    titles
}

api_test!(tag_filters_match_any_tag_and_tag_all_filters_match_all, async |app: TestApp| {
    let editor = app.editor().await;
    let tagged = |title: &str, tags: &[&str]| app.article().title(title).tags(tags);
    publish_all(
        &editor,
        [
            tagged("a", &["مدرسة"]),
            tagged("b", &["اقتصاد"]),
            tagged("ab", &["مدرسة", "اقتصاد"]),
            tagged("none", &[]),
        ],
    )
    .await;
    tagged("draft", &["مدرسة"]).create(&editor).await;
    assert_eq!(titles(&app, &[("tag", "مدرسة")]).await, ["a", "ab"]);
    for spelling in ["مدرسه", "مَدْرَسة", "مـدرسة"] {
        assert_eq!(titles(&app, &[("tag", spelling)]).await, ["a", "ab"], "{spelling}");
    }
    assert_eq!(titles(&app, &[("tag", "مدرسة"), ("tag", "اقتصاد")]).await, ["a", "b", "ab"]);
    assert_eq!(titles(&app, &[("tag_all", "مدرسه"), ("tag_all", "اقتصاد")]).await, ["ab"]);
    assert_eq!(titles(&app, &[("tag", "اقتصاد"), ("tag_all", "مدرسة")]).await, ["ab"]);
    assert_eq!(titles(&app, &[("tag", "مدرسة"), ("tag", "unknown")]).await, ["a", "ab"]);
    for query in [[("tag", "unknown")], [("tag_all", "unknown")], [("tag", "؟")]] {
        assert!(titles(&app, &query).await.is_empty(), "{query:?}");
    }
    assert!(titles(&app, &[("tag", "مدرسة"), ("tag_all", "unknown")]).await.is_empty());

    let many = vec![("tag", "مدرسة"); 21];
    app.get(ARTICLES).query(&many).send().await.expect(400).problem("invalid_parameter");
});

api_test!(former_slug_of_a_tag_filters_a_list, async |app: TestApp| {
    let editor = app.editor().await;
    publish_all(&editor, [app.article().title("a").tags(["مدرسة"])]).await;
    let tag = app.get("/api/v1/tags/slug/مدرسة").send().await.expect(200);
    let rename = app.patch(&format!("/api/v1/tags/{}", tag.id())).as_user(&editor).if_match("*");
    rename.merge_patch(&json!({"slug": "تعليم"})).send().await.expect(200);
    assert_eq!(titles(&app, &[("tag", "مدرسه")]).await, ["a"]);
    assert_eq!(titles(&app, &[("tag_all", "تعليم")]).await, ["a"]);
});

api_test!(language_filter_matches_its_variants_only, async |app: TestApp| {
    let editor = app.editor().await;
    let langs = ["ar", "ar-LY", "ar-Latn-LY", "arz", "en", "en-GB", "az-Arab"];
    let bodies = langs.map(|lang| app.article().title(lang).lang(lang));
    publish_all(&editor, bodies).await;
    assert_eq!(titles(&app, &[("lang", "ar")]).await, ["ar", "ar-LY", "ar-Latn-LY"]);
    assert_eq!(titles(&app, &[("lang", "AR-ly")]).await, ["ar-LY"]);
    assert_eq!(titles(&app, &[("lang", "en")]).await, ["en", "en-GB"]);
    assert!(titles(&app, &[("lang", "fr")]).await.is_empty());
    for lang in ["ar_LY", "x", "und", "%"] {
        let answer = app.get(ARTICLES).query(&[("lang", lang)]).send().await.expect(400);
        answer.problem("invalid_parameter");
    }
});

api_test!(credit_filter_matches_every_spelling_of_the_whole_name, async |app: TestApp| {
    let editor = app.editor().await;
    let by = |title: &str, name: &str, role: &str| {
        let credits = json!([{"name": "آخر", "role": "editor"}, {"name": name, "role": role}]);
        app.article().title(title).with("credits", credits)
    };
    publish_all(
        &editor,
        [
            by("agency", "وكالة أنباء المرفأ", "agency"),
            by("author", "وكاله انباء المرفأ", "author"),
            by("other", "وكالة أنباء", "agency"),
        ],
    )
    .await;
    for name in ["وكالة أنباء المرفأ", "وكالة انبـاء المَرفأ"] {
        assert_eq!(titles(&app, &[("credit", name)]).await, ["agency", "author"], "{name}");
    }
    assert_eq!(titles(&app, &[("credit", "اخر")]).await, ["agency", "author", "other"]);
    assert!(
        titles(&app, &[("credit", "المرفأ")]).await.is_empty(),
        "part of a name does not match"
    );
});

api_test!(lists_are_filtered_by_featured_author_and_times, async |app: TestApp| {
    let (author, other) = (app.author().await, app.another_author().await);
    let featured = app.article().title("0").with("featured", true);
    publish_all(&author, [featured, app.article().title("1")]).await;
    let last = app.article().title("2").published_at("2026-01-10T12:02:00Z");
    let last = last.create(&other).await.location();
    app.article().title("draft").with("featured", true).create(&author).await;
    assert_eq!(titles(&app, &[("featured", "true")]).await, ["0"]);
    assert_eq!(titles(&app, &[("featured", "false")]).await, ["1", "2"]);
    let number = author.user_id.to_string();
    assert_eq!(titles(&app, &[("author", &number)]).await, ["0", "1"]);
    assert!(titles(&app, &[("author", "987654321")]).await.is_empty());

    let minute = "2026-01-10T12:01:00Z";
    assert_eq!(titles(&app, &[("published_after", minute)]).await, ["1", "2"], "at it or later");
    assert_eq!(titles(&app, &[("published_before", minute)]).await, ["0"], "before it only");
    let zone = "2026-01-10T15:01:00.000001+03:00";
    assert_eq!(titles(&app, &[("published_after", zone)]).await, ["2"]);
    assert!(
        titles(&app, &[("published_after", minute), ("published_before", minute)]).await.is_empty()
    );

    app.clock.advance(Duration::seconds(5));
    let patch = app.patch(&last).as_user(&other).if_match("*");
    patch.merge_patch(&json!({"subtitle": "س"})).send().await.expect(200);
    assert_eq!(titles(&app, &[("updated_after", "2026-01-15T09:00:05Z")]).await, ["2"]);
    assert_eq!(titles(&app, &[("updated_after", "2026-01-15T09:00:00Z")]).await, ["0", "1", "2"]);

    for (name, value) in [
        ("published_after", "yesterday"),
        ("published_after", "0000-12-31T23:59:59Z"),
        ("published_before", "+10000-01-01T00:00:00Z"),
        ("updated_after", "2026-01-15"),
        ("featured", "yes"),
        ("author", "me"),
        ("author", "9223372036854775808"),
        ("status", "gone"),
        ("comments", "maybe"),
        ("sort", "slug"),
        ("credit", "\0"),
        ("tag", "\0"),
    ] {
        let answer = app.get(ARTICLES).query(&[(name, value)]).send().await.expect(400);
        let problem = answer.problem("invalid_parameter");
        assert!(problem["detail"].as_str().expect("a detail").contains(name), "{problem}");
    }
    let answer = app.get(ARTICLES).query(&[("published-after", minute)]).send().await.expect(400);
    answer.problem("unknown_parameter");
});

api_test!(status_filter_lists_only_articles_the_user_may_see, async |app: TestApp| {
    let (editor, author, other) =
        (app.editor().await, app.author().await, app.another_author().await);
    app.article().title("published").published_at("2026-01-10T12:00:00Z").create(&author).await;
    app.article().title("scheduled").published_at("2026-02-10T12:00:00Z").create(&author).await;
    app.article().title("draft").create(&author).await;
    let trashed = app.article().title("trashed").create(&author).await.location();
    app.delete(&trashed).as_user(&author).send().await.expect(204);
    app.article().title("other").create(&other).await;

    let seen = async |by: Option<&Session>, statuses: &[&str]| {
        let query: Vec<_> = statuses.iter().map(|status| ("status", *status)).collect();
        let request = app.get(ARTICLES).query(&query).query(&[("sort", "title")]);
        let request = match by {
            Some(session) => request.as_user(session),
            None => request,
        };
        texts(&request.send().await.expect(200), "title")
    };
    assert_eq!(seen(None, &[]).await, ["published"]);
    assert!(seen(None, &["draft", "scheduled", "trashed", "archived"]).await.is_empty());
    assert_eq!(seen(Some(&author), &[]).await, ["draft", "published", "scheduled"]);
    assert_eq!(seen(Some(&author), &["draft", "trashed"]).await, ["draft", "trashed"]);
    assert_eq!(seen(Some(&other), &["draft", "published"]).await, ["other", "published"]);
    assert_eq!(seen(Some(&editor), &[]).await, ["draft", "other", "published", "scheduled"]);
    assert_eq!(seen(Some(&editor), &["trashed"]).await, ["trashed"]);
});

api_test!(comments_filter_agrees_with_the_discussion_shown, async |app: TestApp| {
    let admin = app.admin().await;
    // The titles tell the expected state with a limit of ten days. Today is 15 January.
    for (title, at, own) in [
        ("open new", "2026-01-14T09:00:00Z", json!({})),
        ("open always", "2025-01-14T09:00:00Z", json!({"close_comments_after_days": 0})),
        ("open long", "2026-01-01T09:00:00Z", json!({"close_comments_after_days": 30})),
        ("open own", "2026-01-14T09:00:00Z", json!({"comments": "open"})),
        ("open pings", "2026-01-14T09:00:00Z", json!({"pings": "closed"})),
        ("open until a moment", "2026-01-05T09:00:00.000001Z", json!({})),
        ("closed this moment", "2026-01-05T09:00:00Z", json!({})),
        ("closed old", "2025-01-14T09:00:00Z", json!({})),
        ("closed own", "2026-01-14T09:00:00Z", json!({"comments": "closed"})),
        (
            "closed own always",
            "2026-01-14T09:00:00Z",
            json!({"comments": "closed", "close_comments_after_days": 0}),
        ),
        ("closed soon", "2026-01-13T09:00:00Z", json!({"close_comments_after_days": 2})),
        ("closed open too old", "2025-01-14T09:00:00Z", json!({"comments": "open"})),
        ("closed scheduled", "2026-02-01T09:00:00Z", json!({"comments": "open"})),
    ] {
        let article = app.article().title(title).published_at(at).create(&admin).await;
        if own != json!({}) {
            let put = app.put(&format!("{}/comment-settings", article.location()));
            put.as_user(&admin).if_match("*").json(&own).send().await.expect(201);
        }
    }
    let check = async |state: &str, expected: usize| {
        let query = [("comments", state), ("limit", "100"), ("total", "true")];
        let list = app.get(ARTICLES).as_user(&admin).query(&query).send().await.expect(200).json();
        let rows = list["data"].as_array().expect("rows");
        for row in rows {
            assert_eq!(row["discussion"]["comments"], state, "{}", row["title"]);
        }
        assert_eq!((rows.len(), &list["page"]["total"]), (expected, &json!(expected)), "{list}");
        rows.iter()
            .map(|row| row["title"].as_str().expect("a title").to_owned())
            .collect::<Vec<_>>()
    };
    app.site_settings(json!({"comments": "open", "close_comments_after_days": 10})).await;
    let open = check("open", 6).await;
    assert!(open.iter().all(|title| title.starts_with("open")), "{open:?}");
    check("closed", 7).await;
    app.site_settings(json!({"close_comments_after_days": null})).await;
    check("open", 9).await;
    check("closed", 4).await;
    app.site_settings(json!({"comments": "closed"})).await;
    let mut open = check("open", 2).await;
    open.sort();
    assert_eq!(open, ["closed open too old", "open own"], "the articles' own settings");
    check("closed", 11).await;
});

api_test!(sort_parameter_orders_a_list_both_ways, async |app: TestApp| {
    let editor = app.editor().await;
    let by_time = ["تمر", "پاریس", "Zebra", "باب", "أسد", "apple", "ثعلب"];
    publish_all(&editor, by_time.map(|title| app.article().title(title))).await;
    app.clock.advance(Duration::seconds(1));
    let list = app.get(ARTICLES).send().await.expect(200);
    let (oldest, newest) = (ids(&list.json())[6], ids(&list.json())[0]);
    for id in [newest, oldest] {
        app.clock.advance(Duration::seconds(1));
        let patch = app.patch(&format!("{ARTICLES}/{id}")).as_user(&editor).if_match("*");
        patch.merge_patch(&json!({"featured": true})).send().await.expect(200);
    }
    let by_title = ["apple", "Zebra", "أسد", "باب", "پاریس", "تمر", "ثعلب"];
    let by_update = ["پاریس", "Zebra", "باب", "أسد", "apple", "ثعلب", "تمر"];
    for (sort, expected) in
        [("published_at", by_time), ("title", by_title), ("updated_at", by_update)]
    {
        let sorted = |sort: String| {
            let request = app.get(ARTICLES).query(&[("sort", &sort)]);
            async { texts(&request.send().await.expect(200), "title") }
        };
        assert_eq!(sorted(sort.into()).await, expected, "{sort}");
        let mut backwards = expected;
        backwards.reverse();
        assert_eq!(sorted(format!("-{sort}")).await, backwards, "-{sort}");
    }
    assert_eq!(ids(&list.json())[0], newest, "newest first by default");
});

/// 25 published articles, five at each of five moments.
async fn create_many(app: &TestApp, by: &Session) {
    for n in 0..25 {
        let at = format!("2026-01-10T12:0{}:00Z", n / 5);
        app.article().title(format!("خبر {}", n % 7)).published_at(at).create(by).await;
    }
}

api_test!(titles_are_sorted_by_collation_rules, async |app: TestApp| {
    let editor = app.editor().await;
    let order = [
        "«أخبار» المساء",
        "10 أيام",
        "apple",
        "Apple pie",
        "Éclair",
        "zebra",
        "أحمد",
        "إدارة",
        "اختبار",
        "باريس",
        "تونس",
        "ليبيا",
        "يوم",
    ];
    let mut mixed = order;
    mixed.sort_by_key(|title| title.len());
    publish_all(&editor, mixed.map(|title| app.article().title(title))).await;
    let sorted = async |sort| {
        let list = app.get(ARTICLES).query(&[("sort", sort), ("limit", "50")]);
        texts(&list.send().await.expect(200), "title")
    };
    assert_eq!(sorted("title").await, order);
    let mut down = sorted("-title").await;
    down.reverse();
    assert_eq!(down, order);
});

api_test!(pages_stay_complete_while_articles_are_added, async |app: TestApp| {
    let editor = app.editor().await;
    create_many(&app, &editor).await;
    for sort in ["-published_at", "published_at", "title", "-title", "updated_at"] {
        let before = app.get(ARTICLES).query(&[("sort", sort), ("limit", "100")]);
        let before = ids(&before.send().await.expect(200).json());
        let page = async |cursor: &Value| {
            let request = app.get(ARTICLES).query(&[("sort", sort), ("limit", "4")]);
            let request = match cursor.as_str() {
                Some(cursor) => request.query(&[("cursor", cursor)]),
                None => request,
            };
            request.send().await.expect(200).json()
        };
        let (mut seen, mut pages, mut cursor) = (Vec::new(), 0, Value::Null);
        let last = loop {
            let list = page(&cursor).await;
            assert_eq!(list["page"]["prev"].is_null(), cursor.is_null(), "{sort}");
            seen.extend(ids(&list));
            pages += 1;
            // These sort before and after all others.
            for (title, at) in [("ا", "2026-01-12T12:00:00Z"), ("ي", "2026-01-08T12:00:00Z")] {
                if pages < 3 {
                    app.article().title(title).published_at(at).create(&editor).await;
                }
            }
            cursor = list["page"]["next"].clone();
            if cursor.is_null() {
                break list;
            }
        };
        seen.retain(|id| before.contains(id));
        assert_eq!(seen, before, "{sort}: forwards");

        let after = app.get(ARTICLES).query(&[("sort", sort), ("limit", "100")]);
        let after = ids(&after.send().await.expect(200).json());
        let mut back = ids(&last);
        let mut cursor = last["page"]["prev"].clone();
        while !cursor.is_null() {
            let list = page(&cursor).await;
            back.splice(0..0, ids(&list));
            cursor = list["page"]["prev"].clone();
        }
        assert_eq!(back, after, "{sort}: backwards, to what was added at the front");
    }
});

api_test!(link_header_keeps_filters_on_next_and_prev, async |app: TestApp| {
    let editor = app.editor().await;
    create_many(&app, &editor).await;
    let link = |answer: &TestResponse, rel: &str| {
        let header = answer.header("link")?.to_owned();
        let one = header.split(", ").find(|link| link.ends_with(&format!("rel=\"{rel}\"")))?;
        let url = url::Url::parse(one.split(['<', '>']).nth(1)?).expect("an absolute address");
        Some(url[url::Position::BeforePath..].to_owned())
    };
    let query = [("published_before", "2026-01-10T12:03:00+00:00"), ("lang", "ar"), ("limit", "6")];
    let mut answer = app.get(ARTICLES).query(&query).send().await.expect(200);
    assert_eq!(link(&answer, "prev"), None);
    let first = ids(&answer.json());
    let mut count = first.len();
    while let Some(next) = link(&answer, "next") {
        assert!(answer.json()["page"]["next"].is_string());
        answer = app.get(&next).send().await.expect(200);
        count += ids(&answer.json()).len();
    }
    assert_eq!(count, 15);
    assert!(answer.json()["page"]["next"].is_null());
    for _ in 0..2 {
        let prev = link(&answer, "prev").expect("a page before");
        answer = app.get(&prev).send().await.expect(200);
    }
    assert_eq!(ids(&answer.json()), first);
});

api_test!(cursor_of_another_sort_or_forged_is_400, async |app: TestApp| {
    let editor = app.editor().await;
    let bodies = ["أ", "ب"].map(|title| app.article().title(title));
    publish_all(&editor, bodies).await;
    let list = app.get(ARTICLES).query(&[("limit", "1")]).send().await.expect(200).json();
    let cursor = list["page"]["next"].as_str().expect("a cursor").to_owned();
    app.get(ARTICLES).query(&[("cursor", &cursor)]).send().await.expect(200);
    let other = app.get(ARTICLES).query(&[("cursor", cursor.as_str()), ("sort", "title")]);
    other.send().await.expect(400).problem("malformed_cursor");

    let forged = |text: &str| URL_SAFE_NO_PAD.encode(text);
    for broken in [
        "x".into(),
        "مؤشر".into(),
        cursor[1..].to_owned(),
        format!("{cursor}="),
        "A".repeat(2000),
        forged("n~-published_at~1~t"),
        forged("n~-published_at~1~t99999999999999999999"),
        forged("n~-published_at~one~t1768467600000000"),
        forged("n~-published_at~1~é"),
        forged("x~-published_at~1~t1768467600000000"),
        forged("n~-published_at~1"),
    ] {
        let answer = app.get(ARTICLES).query(&[("cursor", &broken)]).send().await;
        assert_eq!(answer.status, 400, "{broken}: {}", answer.text());
        answer.problem("malformed_cursor");
    }
});

api_test!(limit_from_1_to_100_is_accepted_and_others_are_400, async |app: TestApp| {
    let editor = app.editor().await;
    create_many(&app, &editor).await;
    let list = app.get(ARTICLES).send().await.expect(200).json();
    assert_eq!((ids(&list).len(), &list["page"]["limit"]), (20, &json!(20)));
    assert!(list["page"].get("total").is_none(), "no total by default");
    for (limit, count) in [("1", 1), ("24", 24), ("25", 25), ("100", 25)] {
        let query = [("limit", limit), ("total", "true")];
        let list = app.get(ARTICLES).query(&query).send().await.expect(200).json();
        assert_eq!((ids(&list).len(), &list["page"]["total"]), (count, &json!(25)), "{limit}");
        assert_eq!(list["page"]["next"].is_null(), count == 25, "{limit}");
    }
    for limit in ["0", "101", "-1", "65536", "1.5", "ten"] {
        let answer = app.get(ARTICLES).query(&[("limit", limit)]).send().await.expect(400);
        answer.problem("invalid_parameter");
    }
    let twice = app.get(ARTICLES).query(&[("limit", "1"), ("limit", "2")]).send().await;
    twice.expect(400).problem("invalid_parameter");
});
