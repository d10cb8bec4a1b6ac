//! Suggestions while a query is typed.

use serde_json::{Value, json};

use crate::support::TestApp;

async fn suggest(app: &TestApp, q: &str) -> Vec<(String, String)> {
    let answer = app.get("/api/v1/search/suggest").query(&[("q", q)]).send().await.expect(200);
    pairs(&answer.json())
}

fn pairs(answer: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let all = answer["data"].as_array().expect("a list");
    all.iter().map(|one| (text(&one["kind"]), text(&one["text"]))).collect()
}

fn found(kind: &str, text: &str) -> (String, String) {
    (kind.into(), text.into())
}

api_test!(suggestions_match_titles_and_tags_in_any_spelling, async |app: TestApp| {
    let fields = json!({ "title": "إدارة الميناء", "body": "x", "tags": ["إدارات محلية", "بحر"] });
    app.article().fields(fields).published().create_id().await;
    let both = [found("tag", "إدارات محلية"), found("article", "إدارة الميناء")];
    assert_eq!(suggest(&app, "إدار").await, both);
    assert_eq!(suggest(&app, "ادار").await, both);
    assert_eq!(suggest(&app, "إِدَار").await, both);
    assert_eq!(suggest(&app, "ادارة المين").await, [found("article", "إدارة الميناء")]);
    assert_eq!(suggest(&app, "الميناء إد").await, [found("article", "إدارة الميناء")]);
    app.article().title("رحلة وB52 في ٱلْعَٰلَمِينَ").published().create_id().await;
    let flight = [found("article", "رحلة وB52 في ٱلْعَٰلَمِينَ")];
    app.article().title("قمة الـG7").published().create_id().await;
    for typed in ["G7", "الـG7", "قمة G"] {
        assert_eq!(suggest(&app, typed).await, [found("article", "قمة الـG7")], "{typed}");
    }
    for typed in ["رحلة B5", "وB52", "رحلة لـB52", "العالم", "ٱلْعَٰلَم"] {
        assert_eq!(suggest(&app, typed).await, flight, "{typed}");
    }
    assert_eq!(suggest(&app, "بح").await, [found("tag", "بحر")]);
    assert_eq!(suggest(&app, "قطار").await, []);
});

api_test!(suggestions_rank_larger_tags_and_newer_articles_first, async |app: TestApp| {
    app.article().title("محطة القطار").tags(["قطارات"]).published().create_id().await;
    for number in 0..2 {
        let fields =
            json!({ "title": format!("خبر {number}"), "body": "x", "tags": ["قطار الشرق"] });
        app.article().fields(fields).published().create_id().await;
    }
    app.article().title("قطار جديد").published().create_id().await;
    let all = suggest(&app, "قطار").await;
    let expected = [
        found("tag", "قطار الشرق"),
        found("tag", "قطارات"),
        found("article", "قطار جديد"),
        found("article", "محطة القطار"),
    ];
    assert_eq!(all, expected, "the article القطار begins with makes no difference");
});

api_test!(first_letter_of_the_next_word_keeps_suggestions, async |app: TestApp| {
    app.article().title("سوق السمك القديم").published().create_id().await;
    for typed in ["سوق", "سوق ا", "سوق السمك", "سوق السمك ا", "سوق السمك الق"]
    {
        assert_eq!(suggest(&app, typed).await, [found("article", "سوق السمك القديم")], "{typed}");
    }
    let endless = format!("سوق السمك {}", "القديم ".repeat(30));
    assert_eq!(suggest(&app, &endless).await.len(), 1, "more words than any title has");
});

api_test!(two_word_names_are_suggested_while_typed, async |app: TestApp| {
    app.article().title("وصول عبدالرحمن الكاتب").published().create_id().await;
    app.article().title("سفر عبد الرحمن").published().create_id().await;
    for typed in ["عبدالر", "عبد الر", "عبدالرحمن", "عبد الرحمن"] {
        assert_eq!(suggest(&app, typed).await.len(), 2, "{typed}");
    }
    let both = suggest(&app, "عبدالرحمن الكا").await;
    assert_eq!(both, [found("article", "وصول عبدالرحمن الكاتب")]);
});

api_test!(titles_without_spaces_are_suggested_while_typed, async |app: TestApp| {
    let titles = [("zh", "中央图书馆延长开放"), ("ja", "新しいゲームの展示会"), ("th", "ห้องสมุดกลาง")];
    for (lang, title) in titles {
        app.article().title(title).lang(lang).published().create_id().await;
    }
    for (typed, at) in [
        ("图", 0),
        ("图书", 0),
        ("中央图书馆延", 0),
        ("ゲー", 1),
        ("新しいゲ", 1),
        ("ห้อ", 2),
        ("ห้องสมุด", 2),
    ] {
        assert_eq!(suggest(&app, typed).await, [found("article", titles[at].1)], "{typed}");
    }
    assert_eq!(suggest(&app, "书图").await, []);
});

api_test!(draft_is_not_suggested, async |app: TestApp| {
    app.article().title("سرّ كبير").tags(["سرّيات"]).create_id().await;
    assert_eq!(suggest(&app, "سر").await, []);
});

api_test!(suggestions_are_limited_by_kind_and_limit, async |app: TestApp| {
    for number in 0..30 {
        let fields = json!({ "title": format!("نشرة رقم {number}"), "body": "x",
            "tags": [format!("نشرات {number}")] });
        app.article().fields(fields).published().create_id().await;
    }
    assert_eq!(suggest(&app, "نش").await.len(), 8);
    let query = [("q", "نشر"), ("limit", "20")];
    let answer = app.get("/api/v1/search/suggest").query(&query).send().await.expect(200).json();
    let all = pairs(&answer);
    assert_eq!(all.iter().filter(|(kind, _)| kind == "tag").count(), 10);
    assert_eq!(all.iter().filter(|(kind, _)| kind == "article").count(), 10);
    assert!(suggest(&app, "ن").await.iter().all(|(kind, _)| kind == "tag"));
    assert_eq!(suggest(&app, "").await, []);
    for limit in ["0", "21", "x"] {
        let query = [("q", "نشر"), ("limit", limit)];
        let answer = app.get("/api/v1/search/suggest").query(&query).send().await;
        answer.expect(400).problem("invalid_parameter");
    }
});

api_test!(unchanged_suggestions_are_304, async |app: TestApp| {
    app.article().title("ميناء صفاقس").published().create_id().await;
    let ask = || app.get("/api/v1/search/suggest").query(&[("q", "مينا")]);
    let first = ask().send().await.expect(200);
    ask().header("if-none-match", first.etag()).send().await.expect(304);
});
