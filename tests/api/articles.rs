//! Articles: create, read, replace, patch and delete; derived fields, rendering and validation.

use futures_util::future::join_all;
use serde_json::{Map, Value, json};

use crate::support::TestApp;
use crate::support::answer::TestResponse;
use crate::support::session::Session;

const ARTICLES: &str = "/api/v1/articles";

fn at(id: i64) -> String {
    format!("{ARTICLES}/{id}")
}

/// Patches an article without regard to its version.
async fn change(app: &TestApp, by: &Session, id: i64, patch: &Value) -> Value {
    let request = app.patch(&at(id)).as_user(by).if_match("*");
    request.merge_patch(patch).send().await.expect(200).json()
}

/// Asserts that all violations have this pointer, and one of them this code.
#[track_caller]
fn assert_violations(answer: &TestResponse, pointer: &str, code: &str) {
    let problem = answer.problem("unprocessable");
    let errors = problem["errors"].as_array().expect("errors");
    assert!(errors.iter().all(|error| error["pointer"] == pointer), "{pointer}: {problem}");
    assert!(errors.iter().any(|error| error["code"] == code), "{pointer} {code}: {problem}");
}

api_test!(article_can_be_created_read_replaced_patched_and_deleted, async |app: TestApp| {
    let editor = app.editor().await;
    let made = app.article().title("عودة الصيادين").body("نص").create(&editor).await;
    let (id, place) = (made.id(), made.location());
    assert_eq!(place, at(id));
    assert_eq!(made.json()["status"], "draft");

    let read = app.get(&place).as_user(&editor).send().await.expect(200);
    assert_eq!(read.json(), made.json());
    assert_eq!(read.etag(), made.etag(), "the ETag of the creation is valid");

    app.clock.advance(chrono::Duration::minutes(1));
    let put = app.put(&place).as_user(&editor).if_match(&made.etag());
    let put = put.json(&json!({"title": "عودة المراكب"})).send().await.expect(200);
    assert_eq!(put.json()["title"], "عودة المراكب");
    assert_eq!(put.json()["version"], 2);
    assert_eq!(put.json()["created_at"], "2026-01-15T09:00:00Z");
    assert_eq!(put.json()["updated_at"], "2026-01-15T09:01:00Z");

    let patched = change(&app, &editor, id, &json!({"featured": true})).await;
    assert_eq!((&patched["title"], &patched["featured"]), (&json!("عودة المراكب"), &json!(true)));

    app.delete(&place).as_user(&editor).send().await.expect(204);
    let kept = app.get(&place).as_user(&editor).send().await.expect(200);
    assert_eq!(kept.json()["status"], "trashed");
    let write = app.patch(&place).as_user(&editor).if_match("*");
    let answer = write.merge_patch(&json!({"title": "س"})).send().await.expect(409);
    answer.problem("article_in_trash");
});

api_test!(
    permanent_deletion_by_an_admin_removes_article_revisions_and_slugs,
    async |app: TestApp| {
        let (admin, editor) = (app.admin().await, app.editor().await);
        let draft = json!({"title": "خبر", "slug": "first"});
        let id = app.article().fields(draft).create(&editor).await.id();
        change(&app, &editor, id, &json!({"slug": "second"})).await;
        let forever = format!("{}?permanent=true", at(id));
        app.delete(&forever).as_user(&editor).send().await.expect(403).problem("forbidden");
        app.delete(&forever).as_user(&admin).if_match("\"v1-0\"").send().await.expect(412);
        app.delete(&forever).as_user(&admin).send().await.expect(204);
        app.delete(&forever).as_user(&admin).send().await.expect(404).problem("article_not_found");
        app.get(&at(id)).as_user(&admin).send().await.expect(404);
        app.get(&format!("{}/revisions", at(id))).as_user(&admin).send().await.expect(404);
        for slug in ["first", "second"] {
            app.article().title("آخر").slug(slug).create(&editor).await;
        }
    }
);

api_test!(missing_slug_excerpt_language_and_counts_are_derived, async |app: TestApp| {
    let editor = app.editor().await;
    let body = "كلمة ".repeat(151);
    let water = json!({"title": "أزمة «المياه»: ما الحل؟", "body": body});
    let made = app.article().fields(water).create(&editor).await.json();
    assert_eq!(made["slug"], "أزمة-المياه-ما-الحل");
    assert_eq!((&made["lang"], &made["dir"]), (&json!("ar"), &json!("rtl")));
    assert_eq!((&made["word_count"], &made["reading_minutes"]), (&json!(151), &json!(2)));
    let excerpt = made["excerpt"].as_str().expect("an excerpt");
    assert!(excerpt.starts_with("كلمة كلمة") && excerpt.ends_with('…'), "{excerpt}");
    assert!(excerpt.chars().count() <= 300, "{excerpt}");

    let english = json!({"title": "Water", "lang": "EN-gb", "body": "word ".repeat(151)});
    let made = app.article().fields(english).create(&editor).await.json();
    assert_eq!((&made["lang"], &made["dir"]), (&json!("en-GB"), &json!("ltr")));
    assert_eq!(made["reading_minutes"], 1, "English is read faster");

    let made = app.article().title("فارغ").create(&editor).await.json();
    assert_eq!((&made["word_count"], &made["reading_minutes"]), (&json!(0), &json!(0)));
    assert_eq!((&made["excerpt"], &made["html"]), (&json!(""), &json!("")));
});

api_test!(scripts_without_spaces_are_read_by_characters, async |app: TestApp| {
    let editor = app.editor().await;
    for (lang, text, characters, minutes) in [
        ("zh", "北京大学。", 4 * 150, 3),
        ("ja", "新しいゲーム、", 6 * 150, 3),
        ("th", "ภาษาไทย ", 7 * 150, 2),
        ("ko", "서울에서 만나요 ", 2 * 150, 2),
    ] {
        let fields = json!({ "title": text, "lang": lang, "body": text.repeat(150) });
        let made = app.article().fields(fields).create(&editor).await.json();
        assert_eq!((&made["word_count"], &made["reading_minutes"]), (&json!(characters), &json!(minutes)), "{lang}");
    }
});

api_test!(chosen_slug_and_excerpt_stay_until_null_derives_them_again, async |app: TestApp| {
    let editor = app.editor().await;
    let chosen = json!({
        "title": "عنوان قديم", "slug": "chosen", "excerpt": "مختصر مختار", "body": "نص أول"
    });
    let id = app.article().fields(chosen).create(&editor).await.id();
    let news = json!({"title": "عنوان جديد", "body": "نص ثان"});
    let now = change(&app, &editor, id, &news).await;
    assert_eq!((&now["slug"], &now["excerpt"]), (&json!("chosen"), &json!("مختصر مختار")));
    let now = change(&app, &editor, id, &json!({"slug": null, "excerpt": null})).await;
    assert_eq!((&now["slug"], &now["excerpt"]), (&json!("عنوان-جديد"), &json!("نص ثان")));
    let now = change(&app, &editor, id, &json!({"title": "غيره", "body": "نص *ثالث*"})).await;
    assert_eq!(now["slug"], "عنوان-جديد", "a slug does not follow its title");
    assert_eq!(now["excerpt"], "نص ثالث", "a derived excerpt follows the body");
});

api_test!(patch_merges_nested_objects_and_replaces_lists, async |app: TestApp| {
    let editor = app.editor().await;
    let full = json!({
        "title": "خبر", "subtitle": "فرعي", "tags": ["ليبيا", "اقتصاد"],
        "credits": [{"name": "سالم", "role": "author"}, {"name": "هدى", "role": "photographer"}],
        "seo": {"title": "عنوان", "description": "وصف"},
        "cover": {"url": "https://images.example/1.jpg", "alt": "ميناء", "width": 1600},
        "metadata": {"layout": "wide", "box": {"a": 1, "b": [1, 2]}, "kept": null}
    });
    let id = app.article().fields(full).create(&editor).await.id();
    let patch = json!({
        "seo": {"description": null},
        "cover": {"alt": null, "caption": "الميناء"},
        "metadata": {"box": {"a": null, "b": [3], "c": {"d": true}}},
        "credits": [{"name": "مريم", "role": "translator", "url": "https://m.example"}]
    });
    let now = change(&app, &editor, id, &patch).await;
    assert_eq!(now["seo"], json!({"title": "عنوان", "description": null}));
    assert_eq!(now["cover"]["url"], "https://images.example/1.jpg");
    assert_eq!((&now["cover"]["alt"], &now["cover"]["caption"]), (&Value::Null, &json!("الميناء")));
    assert_eq!(now["cover"]["width"], 1600);
    let merged = json!({"layout": "wide", "box": {"b": [3], "c": {"d": true}}, "kept": null});
    assert_eq!(now["metadata"], merged);
    let credits = json!([{"name": "مريم", "role": "translator", "url": "https://m.example"}]);
    assert_eq!(now["credits"], credits, "a list is replaced as a whole");
    assert_eq!((&now["subtitle"], &now["tags"][1]["name"]), (&json!("فرعي"), &json!("اقتصاد")));

    let nulls = json!({"seo": null, "cover": null, "metadata": null, "tags": null, "body": null});
    let now = change(&app, &editor, id, &nulls).await;
    assert_eq!(now["seo"], json!({"title": null, "description": null}));
    assert_eq!((&now["cover"], &now["metadata"]), (&Value::Null, &json!({})));
    assert_eq!((&now["tags"], &now["body"]), (&json!([]), &json!("")));

    let request = app.patch(&at(id)).as_user(&editor).if_match("*");
    assert_violations(
        &request.merge_patch(&json!({"title": null})).send().await.expect(422),
        "/title",
        "wrong_type",
    );
    let request = app.patch(&at(id)).as_user(&editor).if_match("*");
    let half = json!({"cover": {"alt": "بلا عنوان"}});
    assert_violations(
        &request.merge_patch(&half).send().await.expect(422),
        "/cover/url",
        "required",
    );
});

api_test!(put_resets_missing_fields, async |app: TestApp| {
    let editor = app.editor().await;
    let full = json!({
        "title": "خبر", "slug": "here", "subtitle": "فرعي", "excerpt": "مختصر", "lang": "ar-LY",
        "body": "<p>نص</p>", "body_format": "html", "tags": ["ليبيا"], "featured": true,
        "credits": [{"name": "سالم", "role": "author"}], "source_url": "https://a.example/1",
        "canonical_url": "https://b.example/1", "seo": {"title": "س"}, "metadata": {"a": 1},
        "cover": {"url": "https://images.example/1.jpg"}
    });
    let id = app.article().fields(full).create(&editor).await.id();
    let put = app.put(&at(id)).as_user(&editor).if_match("*").json(&json!({"title": "غيره"}));
    let now = put.send().await.expect(200).json();
    let bare = app.article().title("غيره").slug("other").create(&editor).await.json();
    for field in [
        "subtitle",
        "excerpt",
        "lang",
        "body",
        "body_format",
        "tags",
        "featured",
        "credits",
        "source_url",
        "canonical_url",
        "seo",
        "metadata",
        "cover",
        "html",
    ] {
        assert_eq!(now[field], bare[field], "{field}");
    }
    assert_eq!(now["slug"], "غيره");
});

api_test!(markdown_is_rendered_to_html, async |app: TestApp| {
    let editor = app.editor().await;
    let body =
        "عادت **المراكب** إلى [الميناء](https://a.example/x).\n\n| أ | ب |\n|---|---|\n| 1 | 2 |\n";
    let made = app.article().body(body).create(&editor).await.json();
    let html = made["html"].as_str().expect("html");
    assert!(html.contains("<strong>المراكب</strong>"), "{html}");
    assert!(html.contains("href=\"https://a.example/x\"") && html.contains("<td"), "{html}");
    assert_eq!(made["body"], body, "the source is kept as it was written");
    assert_eq!(made["body_format"], "markdown");
});

api_test!(scripts_in_a_body_are_removed_from_html_and_excerpt, async |app: TestApp| {
    let editor = app.editor().await;
    let hostile = "<p onclick=\"steal()\">نص <b>غليظ</b></p><script>steal()</script>\
        <a href=\"java\tscript:steal()\">رابط</a><img src=x onerror=steal()>\
        <svg><script>steal()</script></svg><iframe src=\"https://steal()\"></iframe>\
        <style>p{background:url(steal())}</style><a href=\"data:text/html,steal()\">س</a>";
    for format in ["html", "markdown"] {
        let article = json!({"title": "خبر", "body": hostile, "body_format": format});
        let made = app.article().fields(article).create(&editor).await.json();
        let html = made["html"].as_str().expect("html");
        assert!(!html.contains("steal") && html.contains("غليظ"), "{format}: {html}");
        let excerpt = made["excerpt"].as_str().expect("an excerpt");
        assert!(!excerpt.contains("steal") && excerpt.contains("نص"), "{format}: {excerpt}");

        let again = json!({"title": "خبر", "body": html, "body_format": "html"});
        let again = app.article().fields(again).create(&editor).await.json();
        assert_eq!(again["html"], html, "clean HTML is unchanged");
        assert_eq!(again["word_count"], made["word_count"]);
    }
});

api_test!(decomposed_text_is_stored_as_nfc, async |app: TestApp| {
    let editor = app.editor().await;
    let article = json!({
        "title": "cafe\u{301} ا\u{653}فاق", "body": "re\u{301}sume\u{301}",
        "credits": [{"name": "Rene\u{301}", "role": "author"}], "tags": ["E\u{301}tude"]
    });
    let made = app.article().fields(article).create(&editor).await.json();
    assert_eq!((&made["title"], &made["body"]), (&json!("café آفاق"), &json!("résumé")));
    assert_eq!(made["credits"][0]["name"], "René");
    assert_eq!(made["tags"][0]["name"], "Étude");
});

api_test!(source_fields_are_shown_to_those_who_may_edit_only, async |app: TestApp| {
    let (author, other) = (app.author().await, app.another_author().await);
    let body = "نص **غليظ**";
    let id = app.article().body(body).published().create(&author).await.id();
    let inside = ["body", "body_format", "author_id"];
    for session in [&author, &app.editor().await] {
        let seen = app.get(&at(id)).as_user(session).send().await.expect(200).json();
        assert_eq!((&seen["body"], &seen["author_id"]), (&json!(body), &json!(author.user_id)));
    }
    let stranger = app.get(&at(id)).as_user(&other).send().await.expect(200).json();
    let reader = app.get(&at(id)).send().await.expect(200).json();
    for seen in [stranger, reader] {
        assert!(inside.iter().all(|field| seen.get(field).is_none()), "{seen}");
        assert!(seen["html"].as_str().expect("html").contains("<strong>"), "{seen}");
    }
    let asked = app.get(&format!("{}?fields=body,id", at(id))).send().await.expect(200);
    assert_eq!(asked.json(), json!({"id": id}), "`fields` does not reveal the source");
});

api_test!(fields_parameter_limits_the_answer, async |app: TestApp| {
    let editor = app.editor().await;
    let id = app.article().title("خبر").body("نص").published().create(&editor).await.id();
    let few = json!({"id": id, "slug": "خبر", "title": "خبر"});
    let fields = [("fields", "id,slug,title")];
    for path in [at(id), format!("{ARTICLES}/slug/خبر")] {
        assert_eq!(app.get(&path).query(&fields).send().await.expect(200).json(), few);
        let answer = app.get(&path).query(&[("fields", "id,secret")]).send().await.expect(400);
        let problem = answer.problem("invalid_parameter");
        assert!(problem["detail"].as_str().expect("a detail").contains("fields"), "{problem}");
    }
    let list = app.get(ARTICLES).query(&fields).send().await.expect(200).json();
    assert_eq!(list["data"], json!([few]));
    app.get(ARTICLES).query(&[("fields", ",")]).send().await.expect(400);

    let list = app.get(ARTICLES).send().await.expect(200).json();
    assert!(list["data"][0].get("html").is_none(), "lists omit the texts");
    for query in [("include", "html"), ("fields", "html")] {
        let list = app.get(ARTICLES).query(&[query]).send().await.expect(200).json();
        assert_eq!(list["data"][0]["html"], "<p>نص</p>\n", "{query:?}");
    }
    app.get(ARTICLES).query(&[("include", "body")]).send().await.expect(400);
});

api_test!(tag_names_in_any_spelling_refer_to_one_tag, async |app: TestApp| {
    let editor = app.editor().await;
    let tags = |names: Value| json!({"title": "خبر", "tags": names});
    let first = app.article().fields(tags(json!(["مدرسة", "أخبار"]))).create(&editor).await.json();
    let second =
        app.article().fields(tags(json!(["مَدْرَسه", "اخبار", "مدرسة"]))).create(&editor).await.json();
    assert_eq!(second["tags"], first["tags"], "the same tags, once each, in their own spelling");
    assert_eq!(first["tags"][0]["name"], "مدرسة");
    let swapped = change(
        &app,
        &editor,
        second["id"].as_i64().expect("an id"),
        &json!({"tags": ["اخبار", "مدرسه"]}),
    )
    .await;
    assert_eq!(swapped["tags"], json!([first["tags"][1], first["tags"][0]]), "in their order");
});

api_test!(unknown_tag_from_a_contributor_is_422, async |app: TestApp| {
    let (editor, contributor) = (app.editor().await, app.contributor().await);
    app.article().tags(["ليبيا"]).create(&editor).await;
    let refused = app.article().tags(["جديد", "ليبيا"]).send(&contributor).await.expect(422);
    assert_violations(&refused, "/tags/0", "unknown_tag");
    let made = app.article().tags(["ليبيا"]).create(&contributor).await;
    let request = app.patch(&at(made.id())).as_user(&contributor).if_match("*");
    let answer = request.merge_patch(&json!({"tags": ["ليبيا", "جديد"]})).send().await.expect(422);
    assert_violations(&answer, "/tags/1", "unknown_tag");
    let all = app.get("/api/v1/tags").as_user(&editor).send().await.expect(200).json();
    assert_eq!(all["data"].as_array().expect("tags").len(), 1, "{all}");
});

fn nested(levels: usize) -> Value {
    (0..levels).fold(json!(1), |inner, _| json!({"a": inner}))
}

api_test!(invalid_fields_are_422_with_pointer_and_code, async |app: TestApp| {
    let editor = app.editor().await;
    let cases: Vec<(&str, Value, &str, &str)> = vec![
        ("nonsense", json!(1), "/nonsense", "unknown_field"),
        ("a/b~c", json!(1), "/a~1b~0c", "unknown_field"),
        ("status", json!("published"), "/status", "read_only"),
        ("id", json!(7), "/id", "read_only"),
        ("version", json!(7), "/version", "read_only"),
        ("html", json!("<p>"), "/html", "read_only"),
        ("published_at", json!("2026-01-01T00:00:00Z"), "/published_at", "read_only"),
        ("title", json!(7), "/title", "wrong_type"),
        ("title", json!(null), "/title", "wrong_type"),
        ("title", json!(" \u{a0} "), "/title", "empty"),
        ("title", json!("ت".repeat(301)), "/title", "too_long"),
        ("title", json!("أ\0ب"), "/title", "nul_character"),
        ("subtitle", json!("ت".repeat(301)), "/subtitle", "too_long"),
        ("metadata", json!({"a": ["\0"]}), "/metadata/a/0", "nul_character"),
        ("metadata", json!([]), "/metadata", "wrong_type"),
        ("metadata", nested(17), "/metadata", "too_deep"),
        ("metadata", json!({"a": "x".repeat(70_000)}), "/metadata", "too_large"),
        ("lang", json!("ar_LY"), "/lang", "invalid_format"),
        ("lang", json!(""), "/lang", "too_short"),
        ("slug", json!("؟!"), "/slug", "invalid_slug"),
        ("slug", json!("س".repeat(81)), "/slug", "too_long"),
        ("body", json!("x".repeat(262_145)), "/body", "too_long"),
        ("body", json!("س".repeat(131_073)), "/body", "too_large"),
        ("body", json!({}), "/body", "wrong_type"),
        ("body_format", json!("rtf"), "/body_format", "not_one_of"),
        ("featured", json!("yes"), "/featured", "wrong_type"),
        ("tags", json!("ليبيا"), "/tags", "wrong_type"),
        ("tags", json!(["ليبيا", "؟"]), "/tags/1", "invalid_format"),
        ("tags", json!(vec!["ليبيا"; 51]), "/tags", "too_many"),
        ("credits", json!([{"name": "س", "role": "king"}]), "/credits/0/role", "not_one_of"),
        ("credits", json!([{"role": "author"}]), "/credits/0/name", "required"),
        (
            "credits",
            json!([{"name": "س", "role": "author", "x": 1}]),
            "/credits/0/x",
            "unknown_field",
        ),
        ("cover", json!({"alt": "س"}), "/cover/url", "required"),
        ("cover", json!({"url": "https://a.example", "width": 0}), "/cover/width", "out_of_range"),
        ("source_url", json!("ftp://a.example/"), "/source_url", "invalid_url"),
        ("source_url", json!("javascript:alert(1)"), "/source_url", "invalid_url"),
        ("canonical_url", json!("https://a b"), "/canonical_url", "invalid_url"),
        ("canonical_url", json!("https://a.example:99999/"), "/canonical_url", "invalid_url"),
        ("seo", json!({"title": 1}), "/seo/title", "wrong_type"),
    ];
    for (field, value, pointer, code) in cases {
        let mut body = Map::from_iter([("title".to_owned(), json!("خبر"))]);
        body.insert(field.to_owned(), value);
        let answer = app.post(ARTICLES).as_user(&editor).json(&body).send().await.expect(422);
        assert_violations(&answer, pointer, code);
    }
    let many = json!({"lang": "ar_LY", "body_format": 1, "id": 3});
    let answer = app.post(ARTICLES).as_user(&editor).json(&many).send().await.expect(422);
    answer.invalid(&["/title", "/lang", "/body_format", "/id"]);
    let nowhere = json!({"title": "خبر", "lang": "und"});
    let answer = app.post(ARTICLES).as_user(&editor).json(&nowhere).send().await.expect(422);
    answer.invalid(&["/lang"]);
    for body in [json!([]), json!("title"), json!(null)] {
        app.post(ARTICLES).as_user(&editor).json(&body).send().await.expect(422).invalid(&[""]);
    }
    let none = app.get(ARTICLES).as_user(&editor).send().await.expect(200).json();
    assert_eq!(none["data"], json!([]), "refused articles are not stored");

    let most = json!({
        "title": "ت".repeat(300), "body": "س".repeat(131_072), "metadata": nested(16)
    });
    let made = app.article().fields(most).create(&editor).await;
    let patch = app.patch(&at(made.id())).as_user(&editor).if_match("*");
    assert_violations(
        &patch.merge_patch(&json!({"status": "published"})).send().await.expect(422),
        "/status",
        "read_only",
    );
    let patch = app.patch(&at(made.id())).as_user(&editor).if_match("*");
    assert_violations(
        &patch.merge_patch(&json!({"metadata": nested(17)})).send().await.expect(422),
        "/metadata",
        "too_deep",
    );
});

api_test!(unknown_article_id_is_404_and_invalid_id_is_400, async |app: TestApp| {
    let editor = app.editor().await;
    for id in ["0", "-1", "9223372036854775807", "-9223372036854775808"] {
        let path = format!("{ARTICLES}/{id}");
        app.get(&path).send().await.expect(404).problem("article_not_found");
        app.delete(&path).as_user(&editor).send().await.expect(404).problem("article_not_found");
        app.get(&format!("{path}/related")).send().await.expect(404);
    }
    for id in ["9223372036854775808", "abc", "1.5", "1e3", "%20", "%00", "١"] {
        let path = format!("{ARTICLES}/{id}");
        let problem = app.get(&path).send().await.expect(400).problem("invalid_parameter");
        assert!(problem["detail"].as_str().expect("a detail").contains("id"), "{problem}");
    }
});

api_test!(concurrent_patches_of_one_version_are_200_once_and_412, async |app: TestApp| {
    let editor = app.editor().await;
    let made = app.article().create(&editor).await;
    let (place, etag) = (at(made.id()), made.etag());
    let answers = join_all((0..6).map(|n| {
        let request = app.patch(&place).as_user(&editor).if_match(&etag);
        request.merge_patch(&json!({"title": format!("خبر {n}")})).send()
    }))
    .await;
    let won: Vec<_> = answers.iter().filter(|answer| answer.status == 200).collect();
    assert_eq!(
        won.len(),
        1,
        "{:?}",
        answers.iter().map(|answer| answer.status).collect::<Vec<_>>()
    );
    for lost in answers.iter().filter(|answer| answer.status != 200) {
        assert_eq!(lost.status, 412);
        lost.problem("precondition_failed");
    }
    let now = app.get(&place).as_user(&editor).send().await.expect(200).json();
    assert_eq!((&now["title"], &now["version"]), (&won[0].json()["title"], &json!(2)));
});

api_test!(concurrent_patches_with_if_match_star_all_succeed, async |app: TestApp| {
    let editor = app.editor().await;
    let id = app.article().create(&editor).await.id();
    let patches: Vec<Value> = (0..12).map(|n| json!({"metadata": {format!("k{n}"): n}})).collect();
    let place = at(id);
    let answers =
        join_all(patches.iter().map(|patch| {
            app.patch(&place).as_user(&editor).if_match("*").merge_patch(patch).send()
        }))
        .await;
    for answer in answers {
        answer.expect(200);
    }
    let now = app.get(&place).as_user(&editor).send().await.expect(200).json();
    assert_eq!(now["metadata"].as_object().expect("an object").len(), 12, "{}", now["metadata"]);
    assert_eq!(now["version"], 13);
});

api_test!(article_in_thaana_script_can_be_patched, async |app: TestApp| {
    let editor = app.editor().await;
    let made = app.article().title("ދިވެހި ރާއްޖެ").lang("dv").create(&editor).await;
    assert_eq!(made.json()["dir"], json!("rtl"));
    let request = app.patch(&at(made.id())).as_user(&editor).if_match("*");
    let patched = request.merge_patch(&json!({"featured": true})).send().await.expect(200).json();
    assert_eq!(patched["featured"], json!(true));
    assert_eq!(patched["slug"], made.json()["slug"]);
});
