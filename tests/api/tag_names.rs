//! Names of tags: signs that carry meaning, and former names.

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::answer::TestResponse;
use crate::support::session::Session;

async fn patch(app: &TestApp, by: &Session, tag: &Value, patch: Value) -> TestResponse {
    let request = app.patch(&format!("/api/v1/tags/{}", tag["id"])).as_user(by).if_match("*");
    request.merge_patch(&patch).send().await
}

/// The ids of an article's tags, by naming them in a new draft.
async fn named(app: &TestApp, names: &[&str]) -> Vec<Value> {
    let editor = app.editor().await;
    let article = app.article().tags(names).create(&editor).await.json();
    let tags = article["tags"].as_array().expect("tags");
    tags.iter().map(|tag| tag["id"].clone()).collect()
}

async fn count(app: &TestApp) -> i64 {
    let list = app.get("/api/v1/tags?total=true").as_user(&app.editor().await).send().await;
    list.expect(200).json()["page"]["total"].as_i64().expect("a total")
}

fn texts(tags: &Value, field: &str) -> Vec<String> {
    let tags = tags.as_array().expect("tags");
    tags.iter().map(|tag| tag[field].as_str().expect("a text").to_owned()).collect()
}

api_test!(names_that_differ_in_signs_are_different_tags, async |app: TestApp| {
    let editor = app.editor().await;
    let names = [
        "C++", "C#", "C", "F#", "F", ".NET", "NET", "A+", "A-", "A", "@home", "home", "$", "€", "🎉", "🇱🇾",
        "🇹🇳", "R&B", "RB", "R B", "24/7", "247", "&", "100%", "100", "أ+", "أ",
    ];
    let article = app.article().tags(names).published().create(&editor).await.json();
    assert_eq!(texts(&article["tags"], "name"), names, "each is a tag with its own name");
    let mut slugs = texts(&article["tags"], "slug");
    for slug in ["c-plus-plus", "c-sharp", "c", "dot-net", "a-plus", "at-home", "dollar", "r-and-b"] {
        assert!(slugs.iter().any(|one| one == slug), "{slug}: {slugs:?}");
    }
    slugs.sort();
    slugs.dedup();
    assert_eq!(slugs.len(), names.len(), "{slugs:?}");

    // Each name finds its own tag, everywhere.
    let again = app.article().tags(names).create(&editor).await.json();
    assert_eq!(again["tags"], article["tags"]);
    for (name, tag) in names.iter().zip(article["tags"].as_array().expect("tags")) {
        let refused = app.tag(name).send(&editor).await.expect(409).problem("tag_exists");
        assert_eq!(refused["holder"], format!("/api/v1/tags/{}", tag["id"]), "{name}");
    }
    for (text, name) in [("C++", "C++"), ("c#", "C#"), ("C", "C"), (".net", ".NET"), ("c-sharp", "C#")] {
        let tagged = app.get("/api/v1/articles").query(&[("tag", text), ("fields", "tags")]);
        assert_eq!(tagged.send().await.expect(200).json()["data"].as_array().map(Vec::len), Some(1));
        let encoded: String = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let found = app.get(&format!("/api/v1/tags/slug/{encoded}")).send().await.expect(200);
        assert_eq!(found.json()["name"], name, "{text}");
    }
    for (typed, found) in [("c+", &["C++"][..]), ("r&", &["R&B"]), ("@", &["@home"]), ("24/", &["24/7"])] {
        let list = app.get("/api/v1/tags").query(&[("q", typed)]).send().await.expect(200).json();
        assert_eq!(texts(&list["data"], "name"), found, "{typed}");
    }
});

api_test!(punctuation_and_spelling_of_a_name_find_the_same_tag, async |app: TestApp| {
    let same: [&[&str]; 15] = [
        &["ليبيا", "ليبيا.", "«ليبيا»", "\"ليبيا\"", "ليبيا…", "#ليبيا", "لِيبيا!"],
        &["New York", "new-york", "New York.", "“New York”", "new_york"],
        &["C++", "c++", "C ++", "«C++»", "Ｃ＋＋"],
        &["R&B", "r & b", "R＆B"],
        &["node.js", "Node JS"],
        &["100%", "١٠٠٪"],
        &["مدرسة", "مدرسه", "مَدْرَسة"],
        &["نيو يورك", "نيو-يورك", "نيو–يورك", "نيو_يورك"],
        &["MeToo", "#MeToo"],
        &["½", "1/2"],
        &["O-", "O–", "O\u{2212}", "(O-)"],
        &["1.5", "١٫٥"],
        &["H₂O", "H2O"],
        &["كوفيد-19", "كوفيد 19"],
        &["\"رؤية 2030\"", "رؤية 2030", "رؤية 2030."],
    ];
    let editor = app.editor().await;
    for names in same {
        let article = app.article().tags(names).create(&editor).await.json();
        assert_eq!(texts(&article["tags"], "name"), [names[0]], "{names:?}");
    }
    assert_eq!(count(&app).await, same.len() as i64);
    for name in ["؟!", "…", ".", "-", "«»"] {
        app.tag(name).send(&editor).await.expect(422).invalid(&["/name"]);
        app.article().tags([name]).send(&editor).await.expect(422).invalid(&["/tags/0"]);
    }
});

api_test!(former_name_means_the_renamed_tag, async |app: TestApp| {
    let editor = app.editor().await;
    let article = app.article().title("أولى").tags(["اقتصاد", "ليبيا"]).create(&editor).await;
    let tags = article.json()["tags"].clone();
    // The first keeps its slug, the second gets a new one.
    patch(&app, &editor, &tags[0], json!({ "name": "مال وأعمال" })).await.expect(200);
    patch(&app, &editor, &tags[1], json!({ "name": "Libya", "slug": null })).await.expect(200);
    let revised = app.patch(&article.location()).as_user(&editor).if_match("*");
    revised.merge_patch(&json!({ "tags": [] })).send().await.expect(200);

    let restored = app.post(&format!("{}/revisions/1/restore", article.location()));
    let restored = restored.as_user(&editor).send().await.expect(200).json();
    assert_eq!(texts(&restored["tags"], "name"), ["مال وأعمال", "Libya"]);
    assert_eq!(named(&app, &["إقتصاد", "ليبيا"]).await, [tags[0]["id"].clone(), tags[1]["id"].clone()]);
    assert_eq!(count(&app).await, 2);
    // A contributor may not create tags, and needs not.
    let contributor = app.contributor().await;
    let draft = app.article().tags(["اقتصاد"]).create(&contributor).await.json();
    assert_eq!(texts(&draft["tags"], "name"), ["مال وأعمال"]);

    // It can take its former name back.
    patch(&app, &editor, &tags[0], json!({ "name": "اقتصاد" })).await.expect(200);
    assert_eq!(named(&app, &["مال وأعمال", "اقتصاد"]).await, [tags[0]["id"].clone()]);
});

api_test!(names_of_a_merged_tag_mean_the_other_tag, async |app: TestApp| {
    let editor = app.editor().await;
    let article = app.article().title("أولى").tags(["الاقتصاد الليبي"]).create(&editor).await;
    let from = article.json()["tags"][0].clone();
    patch(&app, &editor, &from, json!({ "name": "مال ليبيا", "slug": null })).await.expect(200);
    let into = app.tag("اقتصاد").create(&editor).await.json();
    let merge = app.post(&format!("/api/v1/tags/{}/merge", from["id"])).as_user(&editor);
    merge.json(&json!({ "into": into["id"] })).send().await.expect(200);
    assert_eq!(named(&app, &["الاقتصاد الليبي"]).await, [into["id"].clone()]);
    assert_eq!(named(&app, &["مال ليبيا"]).await, [into["id"].clone()]);
    let restored = app.post(&format!("{}/revisions/1/restore", article.location()));
    let restored = restored.as_user(&editor).send().await.expect(200).json();
    assert_eq!(texts(&restored["tags"], "name"), ["اقتصاد"]);
    assert_eq!(count(&app).await, 1);
});

api_test!(new_tag_takes_the_former_name_of_another, async |app: TestApp| {
    let editor = app.editor().await;
    let old = app.tag("اقتصاد").create(&editor).await.json();
    patch(&app, &editor, &old, json!({ "name": "مال", "slug": null })).await.expect(200);
    assert_eq!(named(&app, &["اقتصاد"]).await, [old["id"].clone()]);
    // Articles never do this: it takes an editor who creates the tag.
    let new = app.tag("اقتصاد").create(&editor).await.json();
    assert_ne!(new["id"], old["id"]);
    assert_eq!(new["slug"], "اقتصاد-2", "the former slug still redirects");
    assert_eq!(named(&app, &["اقتصاد"]).await, [new["id"].clone()]);
    // A deleted tag leaves its names to new ones.
    app.delete(&format!("/api/v1/tags/{}", old["id"])).as_user(&editor).send().await.expect(204);
    assert!(!named(&app, &["مال"]).await.contains(&old["id"]));
});

api_test!(concurrent_new_names_with_one_slug_get_numbered_slugs, async |app: TestApp| {
    let editor = app.editor().await;
    let other = app.another_instance().await;
    let signs = ["", "+", "#", "&", "@", "$", "%", "*", "=", "€", "£", "¥", "§", "°", "♥", "☀"];
    let sent = signs.iter().enumerate().map(|(place, sign)| {
        let instance = if place % 2 == 0 { &app } else { &other };
        instance.tag(format!("درجة أ{sign}")).send(&editor)
    });
    let mut slugs: Vec<String> = Vec::new();
    for answer in join_all(sent).await {
        slugs.push(answer.expect(201).json()["slug"].as_str().expect("a slug").to_owned());
    }
    slugs.sort();
    let mut expected: Vec<String> = (2..=signs.len()).map(|n| format!("درجة-أ-{n}")).collect();
    expected.push("درجة-أ".into());
    expected.sort();
    assert_eq!(slugs, expected);
    other.stop().await;
});

/// Names that are different tags, by groups that share their words.
const DIFFERENT: [&[&str]; 14] = [
    &["1", "-1", "+1", "#1", "1!"],
    &["1 5", "1.5", "1,5", "1:5", "1-5", "1/5", "15"],
    &["5", "5'", "5\"", "5°", "5%"],
    &["1 2", "½"],
    &["أ", "أ-", "أ+"],
    &["O", "O–", "O+"],
    &["Go", "Go!", "Go?"],
    &["9/11", "9-11", "911", "9 11"],
    &["24/7", "24×7", "24 7", "247"],
    &["m2", "m²"],
    &["C", "°C", "C--", "C#"],
    &["الدرجة -1", "الدرجة 1"],
    &["1948–1967", "1948 1967"],
    &["AT&T", "AT T", "ATT"],
];

api_test!(no_name_with_signs_is_silently_another_tag, async |app: TestApp| {
    let editor = app.editor().await;
    for names in DIFFERENT {
        let article = app.article().tags(names).published().create(&editor).await.json();
        assert_eq!(texts(&article["tags"], "name"), names);
        let mut slugs = texts(&article["tags"], "slug");
        slugs.sort();
        slugs.dedup();
        assert_eq!(slugs.len(), names.len(), "{slugs:?}");
        for (name, tag) in names.iter().zip(article["tags"].as_array().expect("tags")) {
            assert_eq!(named(&app, &[name]).await, [tag["id"].clone()], "{name}");
            let refused = app.tag(name).send(&editor).await.expect(409).problem("tag_exists");
            assert_eq!(refused["holder"], format!("/api/v1/tags/{}", tag["id"]), "{name}");
            let slug = tag["slug"].as_str().expect("a slug");
            let found = app.get(&format!("/api/v1/tags/slug/{}", encoded(slug))).send().await;
            assert_eq!(found.expect(200).json()["id"], tag["id"], "{slug}");
        }
    }
});

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

api_test!(address_with_signs_finds_the_tag_of_that_name, async |app: TestApp| {
    let editor = app.editor().await;
    // The first of each pair takes the slug that both would have.
    for (first, second) in [("أ", "أ+"), ("1,5", "1.5"), ("24 7", "24/7"), ("الدرجة 1", "الدرجة -1")] {
        app.article().title(first).tags([first]).published().create(&editor).await;
        app.article().title(second).tags([second]).published().create(&editor).await;
        let found = app.get(&format!("/api/v1/tags/slug/{}", encoded(second))).send().await;
        assert_eq!(found.expect(200).json()["name"], second);
        for path in ["/api/v1/articles", "/api/v1/search"] {
            let query = [("tag", second), ("q", first)];
            let query = if path.ends_with("search") { &query[..] } else { &query[..1] };
            let list = app.get(path).query(query).send().await.expect(200).json();
            let titles: Vec<&Value> =
                list["data"].as_array().expect("a list").iter().map(|one| one.pointer("/article/title").unwrap_or(&one["title"])).collect();
            assert_eq!(titles, [second], "{path} {second}");
        }
        let list = app.get("/api/v1/tags").query(&[("q", second)]).send().await.expect(200).json();
        assert!(texts(&list["data"], "name").iter().all(|name| name == second), "{list}");
    }
    // No tag has the name, and the slug leaves the sign out.
    app.get(&format!("/api/v1/tags/slug/{}", encoded("أ%"))).send().await.expect(404);
});

api_test!(slug_without_the_signs_does_not_give_the_name_away, async |app: TestApp| {
    let editor = app.editor().await;
    let old = app.tag("1.5").create(&editor).await.json();
    assert_eq!(old["slug"], "1-5");
    patch(&app, &editor, &old, json!({ "slug": "one-and-a-half" })).await.expect(200);
    for name in ["1 5", "1,5", "1-5"] {
        assert_ne!(named(&app, &[name]).await, [old["id"].clone()], "{name}");
    }
    assert_eq!(named(&app, &["1.5"]).await, [old["id"].clone()]);
    // A slug that spells the signs, and one that an editor chose, still mean the tag.
    let plus = app.tag("C++").create(&editor).await.json();
    patch(&app, &editor, &plus, json!({ "slug": "cpp" })).await.expect(200);
    patch(&app, &editor, &plus, json!({ "slug": "cxx" })).await.expect(200);
    for name in ["C++", "cpp", "c plus plus"] {
        assert_eq!(named(&app, &[name]).await, [plus["id"].clone()], "{name}");
    }
});
