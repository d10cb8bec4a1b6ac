//! Tags: create, find, change, merge and delete, with the effects on articles.

use chrono::Duration;
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::session::Session;

async fn read(app: &TestApp, path: &str) -> Value {
    app.get(path).send().await.expect(200).json()
}

async fn names(app: &TestApp, query: &[(&str, &str)]) -> Vec<String> {
    let list = app.get("/api/v1/tags").query(query).send().await.expect(200).json();
    tag_names(&list["data"])
}

fn tag_names(tags: &Value) -> Vec<String> {
    let tags = tags.as_array().expect("a list");
    tags.iter().map(|tag| tag["name"].as_str().expect("a name").to_owned()).collect()
}

fn path(tag: &Value) -> String {
    format!("/api/v1/tags/{}", tag["id"])
}

/// The path of the tag with this slug, percent-encoded.
fn slug_path(slug: &str) -> String {
    let encoded: String = slug.bytes().map(|byte| format!("%{byte:02X}")).collect();
    format!("/api/v1/tags/slug/{encoded}")
}

async fn merge(app: &TestApp, editor: &Session, from: &Value, into: &Value) -> Value {
    let body = json!({ "into": into["id"] });
    let path = format!("{}/merge", path(from));
    app.post(&path).as_user(editor).json(&body).send().await.expect(200).json()
}

api_test!(created_tag_is_read_by_id_and_by_slug, async |app: TestApp| {
    let editor = app.editor().await;
    let tag = app.tag("  ليبيا   اليوم ").with("description", "أخبار ليبيا");
    let made = tag.with("lang", "ar-ly").create(&editor).await;
    let tag = made.json();
    assert_eq!(tag["name"], "ليبيا اليوم", "spaces are tidied");
    assert_eq!(tag["slug"], "ليبيا-اليوم");
    assert_eq!((&tag["lang"], &tag["dir"]), (&json!("ar-LY"), &json!("rtl")));
    assert_eq!((&tag["article_count"], &tag["version"]), (&json!(0), &json!(1)));
    assert_eq!(made.location(), path(&tag));

    let read = app.get(&made.location()).send().await.expect(200);
    assert_eq!((read.json(), read.etag()), (tag.clone(), made.etag()));
    assert_eq!(read.header("content-language"), Some("ar-LY"));
    for spelling in ["ليبيا-اليوم", "لِيبيا-اليَوم", "ليبيا-اليـــوم"]
    {
        let found = app.get(&slug_path(spelling)).send().await.expect(200).json();
        assert_eq!(found, tag, "{spelling}");
    }
    app.get(&slug_path("تونس")).send().await.expect(404).problem("tag_not_found");
});

api_test!(unknown_tag_id_is_404_and_invalid_id_is_400, async |app: TestApp| {
    for id in ["0", "-1", "999", "9223372036854775807"] {
        let answer = app.get(&format!("/api/v1/tags/{id}")).send().await;
        answer.expect(404).problem("tag_not_found");
    }
    for id in ["9223372036854775808", "1.5", "abc", "١"] {
        let answer = app.get(&format!("/api/v1/tags/{id}")).send().await;
        answer.expect(400).problem("invalid_parameter");
    }
});

api_test!(tag_name_in_another_spelling_is_409, async |app: TestApp| {
    let editor = app.editor().await;
    for (one, other) in [
        ("مدرسة", "مدرسه"),
        ("جامعه", "جامعة"),
        ("أحمد", "احمد"),
        ("اسلام", "إسلام"),
        ("كِتَاب", "كتاب"),
        ("قلم", "قَلَمٌ"),
        ("ميـــناء", "ميناء"),
        ("Café", "cafe"),
        ("naive", "Naïve"),
        ("New York", "new-york"),
    ] {
        app.tag(one).create(&editor).await;
        let answer = app.tag(other).send(&editor).await.expect(409);
        let detail = answer.problem("tag_exists")["detail"].to_string();
        assert!(detail.contains(one), "{detail} doesn't name {one}");
    }
});

api_test!(concurrent_spellings_of_one_tag_are_201_once_and_409, async |app: TestApp| {
    let editor = app.editor().await;
    let spellings = ["مدرسة", "مدرسه", "مَدرسة", "مدرســة", "مدرسة", "مَدْرَسَه", "مدرسه", "مدرسة"];
    let sent = spellings.map(|name| app.tag(name).send(&editor));
    let answers = join_all(sent).await;
    let made = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(made, 1);
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        answer.clone().expect(409).problem("tag_exists");
    }
    assert_eq!(names(&app, &[]).await.len(), 1);
});

api_test!(invalid_tag_is_422_with_every_pointer, async |app: TestApp| {
    let editor = app.editor().await;
    let send = |body: Value| app.post("/api/v1/tags").as_user(&editor).json(&body).send();
    send(json!({})).await.expect(422).invalid(&["/name"]);
    send(json!({ "name": "" })).await.expect(422).invalid(&["/name"]);
    send(json!({ "name": "\u{a0}\u{3000}" })).await.expect(422).invalid(&["/name"]);
    send(json!({ "name": "؟!" })).await.expect(422).invalid(&["/name"]);
    send(json!({ "name": "ا".repeat(101) })).await.expect(422).invalid(&["/name"]);
    send(json!({ "name": "ا".repeat(100) })).await.expect(201);
    send(json!({ "name": 7, "lang": "??", "slug": "", "id": 1, "article_count": 9 }))
        .await
        .expect(422)
        .invalid(&["/name", "/lang", "/slug", "/id", "/article_count"]);
    send(json!(["name"])).await.expect(422).invalid(&[""]);
});

api_test!(tag_writes_by_authors_are_403, async |app: TestApp| {
    let made = app.tag("ليبيا").create(&app.editor().await).await.json();
    let body = json!({ "name": "تونس" });
    app.post("/api/v1/tags").json(&body).send().await.expect(401).problem("unauthenticated");
    for user in [app.author().await, app.contributor().await] {
        let merge = format!("{}/merge", path(&made));
        for request in [app.post("/api/v1/tags"), app.put(&path(&made)), app.post(&merge)] {
            let request = request.as_user(&user).if_match("*").json(&body);
            request.send().await.expect(403).problem("forbidden");
        }
        let patch = app.patch(&path(&made)).as_user(&user).if_match("*").merge_patch(&body);
        patch.send().await.expect(403).problem("forbidden");
        app.delete(&path(&made)).as_user(&user).send().await.expect(403);
    }
    assert_eq!(read(&app, &path(&made)).await, made);
});

api_test!(tags_are_sorted_by_collation_and_by_count, async |app: TestApp| {
    for name in ["تاجوراء", "بنغازي", "أجدابيا", "إيطاليا", "zoo", "Apple", "banana"]
    {
        app.clock.advance(Duration::seconds(1));
        app.tag(name).create(&app.editor().await).await;
    }
    let up = names(&app, &[("sort", "name")]).await;
    let arabic: Vec<_> = up.iter().filter(|name| !name.is_ascii()).collect();
    assert_eq!(arabic, ["أجدابيا", "إيطاليا", "بنغازي", "تاجوراء"]);
    let latin: Vec<_> = up.iter().filter(|name| name.is_ascii()).collect();
    assert_eq!(latin, ["Apple", "banana", "zoo"]);
    assert_eq!(names(&app, &[]).await, up, "by name unless told otherwise");
    let mut down = names(&app, &[("sort", "-name")]).await;
    down.reverse();
    assert_eq!(down, up);

    app.article().title("أولى").tags(["zoo", "بنغازي"]).published().create_id().await;
    app.article().title("ثانية").tags(["zoo"]).published().create_id().await;
    assert_eq!(names(&app, &[("sort", "-article_count")]).await[..2], ["zoo", "بنغازي"]);
    assert_eq!(names(&app, &[("sort", "article_count")]).await[5..], ["بنغازي", "zoo"]);
    assert_eq!(names(&app, &[("sort", "created_at")]).await[0], "تاجوراء");
    assert_eq!(names(&app, &[("sort", "-created_at")]).await[0], "banana");

    app.clock.advance(Duration::seconds(1));
    let editor = app.editor().await;
    let first = format!("/api/v1/tags/slug/{}", "zoo");
    let zoo = read(&app, &first).await;
    let patch = json!({ "description": "حديقة" });
    let patch = app.patch(&path(&zoo)).as_user(&editor).if_match("*").merge_patch(&patch);
    patch.send().await.expect(200);
    assert_eq!(names(&app, &[("sort", "-updated_at")]).await[0], "zoo");
    assert_eq!(names(&app, &[("sort", "updated_at")]).await[6], "zoo");
});

api_test!(q_matches_the_prefix_of_a_tag_name_in_any_spelling, async |app: TestApp| {
    for name in ["مدرسة", "مدرسة البحر", "مدينة", "الإسكندرية", "Café Noir", "100% قطن"]
    {
        app.tag(name).create(&app.editor().await).await;
    }
    for (q, found) in [
        ("مدرسه", &["مدرسة", "مدرسة البحر"][..]),
        ("مَدْرَ", &["مدرسة", "مدرسة البحر"]),
        ("الاسك", &["الإسكندرية"]),
        ("CAFE", &["Café Noir"]),
        ("بحر", &[]),
        ("%", &[]),
        ("م_د", &[]),
    ] {
        let mut names = names(&app, &[("q", q)]).await;
        names.sort();
        let mut found = found.to_vec();
        found.sort_unstable();
        assert_eq!(names, found, "{q}");
    }
    let long = "ا".repeat(101);
    let answer = app.get("/api/v1/tags").query(&[("q", &long)]).send().await;
    answer.expect(400).problem("invalid_parameter");
});

api_test!(tag_pages_hold_each_tag_once_in_both_directions, async |app: TestApp| {
    for n in 0..7 {
        app.tag(format!("وسم {n}")).create(&app.editor().await).await;
    }
    let all = names(&app, &[]).await;
    for sort in ["name", "-article_count", "created_at", "-updated_at"] {
        let (mut seen, mut cursor) = (Vec::new(), None::<String>);
        let last = loop {
            let mut query = vec![("sort", sort), ("limit", "3"), ("total", "true")];
            query.extend(cursor.iter().map(|cursor| ("cursor", cursor.as_str())));
            let answer = app.get("/api/v1/tags").query(&query).send().await.expect(200);
            let page = answer.json();
            assert_eq!(page["page"]["total"], 7);
            seen.extend(tag_names(&page["data"]));
            let link = answer.header("link").unwrap_or_default().to_owned();
            match page["page"]["next"].as_str() {
                Some(next) => {
                    assert!(link.contains("rel=\"next\"") && link.contains(next), "{link}");
                    cursor = Some(next.to_owned());
                }
                None => break page,
            }
        };
        let mut sorted = seen.clone();
        sorted.sort();
        assert_eq!(sorted, all, "{sort}");
        let prev = last["page"]["prev"].as_str().expect("a page before");
        let back = names(&app, &[("sort", sort), ("limit", "3"), ("cursor", prev)]).await;
        assert_eq!(back, seen[3..6], "{sort}");
        let wrong = app.get("/api/v1/tags").query(&[("sort", "-name"), ("cursor", prev)]);
        wrong.send().await.expect(400).problem("malformed_cursor");
    }
    for limit in ["0", "101", "-1", "x"] {
        let answer = app.get("/api/v1/tags").query(&[("limit", limit)]).send().await;
        answer.expect(400).problem("invalid_parameter");
    }
});

api_test!(put_of_a_tag_resets_missing_fields, async |app: TestApp| {
    let editor = app.editor().await;
    let school = app.tag("مدرسة").with("slug", "school").with("lang", "fr");
    let made = school.with("description", "تعليم").create(&editor).await;
    let place = made.location();
    app.clock.advance(Duration::seconds(5));
    let put = |etag: &str| {
        app.put(&place).as_user(&editor).if_match(etag).json(&json!({ "name": "مدرسه" })).send()
    };
    let tag = put(&made.etag()).await.expect(200).json();
    assert_eq!((&tag["name"], &tag["slug"]), (&json!("مدرسه"), &json!("مدرسه")));
    assert_eq!((&tag["description"], &tag["lang"]), (&Value::Null, &json!("ar")));
    assert_eq!(tag["version"], 2);
    assert_ne!(tag["updated_at"], made.json()["updated_at"]);
    assert_eq!(tag["created_at"], made.json()["created_at"]);
    put(&made.etag()).await.expect(412).problem("precondition_failed");
    let bare = app.put(&place).as_user(&editor).json(&json!({ "name": "س" }));
    bare.send().await.expect(428).problem("precondition_required");
    assert_eq!(read(&app, &place).await, tag);
});

api_test!(patch_of_a_tag_changes_only_the_given_fields, async |app: TestApp| {
    let editor = app.editor().await;
    let one = app.tag("ليبيا").create(&editor).await.json();
    app.tag("تونس").create(&editor).await;
    let patch = |body: Value| {
        app.patch(&path(&one)).as_user(&editor).if_match("*").merge_patch(&body).send()
    };
    let changed = patch(json!({ "description": "بلد" })).await.expect(200).json();
    assert_eq!((&changed["name"], &changed["description"]), (&one["name"], &json!("بلد")));
    let changed = patch(json!({ "description": null })).await.expect(200).json();
    assert_eq!(changed["description"], Value::Null);
    patch(json!({ "name": null })).await.expect(422).invalid(&["/name"]);
    patch(json!({ "version": 9 })).await.expect(422).invalid(&["/version"]);
    patch(json!({ "name": "تُونِس" })).await.expect(409).problem("tag_exists");
    patch(json!({ "slug": "تونس" })).await.expect(409).problem("slug_taken");
    assert_eq!(read(&app, &path(&one)).await, changed, "a refused patch changes nothing");
});

api_test!(former_slug_of_a_renamed_tag_redirects, async |app: TestApp| {
    let editor = app.editor().await;
    let made = app.tag("اقتصاد").create(&editor).await.json();
    let rename = |name: &str| {
        let patch = json!({ "name": name, "slug": null });
        app.patch(&path(&made)).as_user(&editor).if_match("*").merge_patch(&patch).send()
    };
    rename("مال").await.expect(200);
    rename("مال وأعمال").await.expect(200);
    for former in ["اقتصاد", "اقتِصاد", "مال"] {
        let moved = app.get(&slug_path(former)).send().await.expect(301);
        let tag = read(&app, &moved.location()).await;
        assert_eq!((&tag["id"], &tag["slug"]), (&made["id"], &json!("مال-وأعمال")));
    }
    let taken = app.tag("آخر").with("slug", "اقتصاد").send(&editor).await;
    taken.expect(409).problem("slug_taken");
    // A tag can take its former slug back, which then no longer redirects.
    rename("اقتصاد").await.expect(200);
    app.get(&slug_path("اقتصاد")).send().await.expect(200);
    app.get(&slug_path("مال-وأعمال")).send().await.expect(301);
});

api_test!(rename_of_a_tag_changes_the_version_of_its_articles, async |app: TestApp| {
    let editor = app.editor().await;
    let with = app.article().title("أولى").tags(["ليبيا"]).published().create_id().await;
    let without = app.article().title("ثانية").tags(["تونس"]).published().create_id().await;
    let (with, without) =
        (format!("/api/v1/articles/{with}"), format!("/api/v1/articles/{without}"));
    let before = app.get(&with).send().await.expect(200);
    let other = read(&app, &without).await;
    app.clock.advance(Duration::seconds(1));
    let tag = format!("/api/v1/tags/{}", before.json()["tags"][0]["id"]);
    let patch =
        |body: Value| app.patch(&tag).as_user(&editor).if_match("*").merge_patch(&body).send();
    patch(json!({ "description": "لا يظهر في المقالات" })).await.expect(200);
    assert_eq!(app.get(&with).send().await.expect(200).etag(), before.etag());

    patch(json!({ "name": "ليبيا الجديدة" })).await.expect(200);
    let after = app.get(&with).if_none_match(&before.etag()).send().await.expect(200);
    let (was, is) = (before.json(), after.json());
    assert_eq!(is["tags"][0]["name"], "ليبيا الجديدة");
    assert_eq!(is["version"].as_i64(), was["version"].as_i64().map(|version| version + 1));
    assert_ne!(is["updated_at"], was["updated_at"]);
    assert_eq!(read(&app, &without).await, other);
});

api_test!(merge_moves_articles_slugs_and_counts, async |app: TestApp| {
    let editor = app.editor().await;
    let (from, into) = (
        app.tag("طرابلس الغرب").create(&editor).await.json(),
        app.tag("طرابلس").create(&editor).await.json(),
    );
    let only_from =
        app.article().title("أولى").tags(["طرابلس الغرب", "بحر"]).published().create_id().await;
    let both =
        app.article().title("ثانية").tags(["طرابلس", "طرابلس الغرب"]).published().create_id().await;
    let only_into = app.article().title("ثالثة").tags(["طرابلس"]).published().create_id().await;
    let draft = app.article().tags(["طرابلس الغرب"]).create(&editor).await;
    let place = |id: i64| format!("/api/v1/articles/{id}");
    let before = [
        read(&app, &place(only_from)).await,
        read(&app, &place(both)).await,
        read(&app, &place(only_into)).await,
    ];
    let rename = json!({ "name": "طرابلس القديمة", "slug": "old-tripoli" });
    let renamed = app.patch(&path(&from)).as_user(&editor).if_match("*").merge_patch(&rename);
    renamed.send().await.expect(200);
    app.clock.advance(Duration::seconds(1));

    let merged = merge(&app, &editor, &from, &into).await;
    assert_eq!((&merged["id"], &merged["article_count"]), (&into["id"], &json!(3)));
    assert_eq!(read(&app, &path(&into)).await["article_count"], 3);
    app.get(&path(&from)).send().await.expect(404).problem("tag_not_found");
    for former in ["طرابلس-الغرب", "old-tripoli"] {
        let moved = app.get(&slug_path(former)).send().await.expect(301);
        assert_eq!(read(&app, &moved.location()).await["id"], into["id"], "{former}");
    }
    let first = read(&app, &place(only_from)).await;
    assert_eq!(tag_names(&first["tags"]), ["طرابلس", "بحر"], "it keeps its place");
    assert_ne!(first["updated_at"], before[0]["updated_at"]);
    assert!(first["version"].as_i64() > before[0]["version"].as_i64());
    let second = read(&app, &place(both)).await;
    assert_eq!(tag_names(&second["tags"]), ["طرابلس"]);
    assert!(second["version"].as_i64() > before[1]["version"].as_i64());
    assert_eq!(
        read(&app, &place(only_into)).await,
        before[2],
        "an article without the tag is unchanged"
    );
    let draft = app.get(&draft.location()).as_user(&editor).send().await.expect(200).json();
    assert_eq!(tag_names(&draft["tags"]), ["طرابلس"]);
    let list = app.get("/api/v1/articles").query(&[("tag", "طرابلس"), ("total", "true")]);
    assert_eq!(list.send().await.expect(200).json()["page"]["total"], 3);
});

api_test!(merge_into_itself_is_409_and_into_an_unknown_tag_422, async |app: TestApp| {
    let editor = app.editor().await;
    let made = app.tag("ليبيا").create(&editor).await.json();
    let send = |id: &Value, body: Value| {
        let path = format!("/api/v1/tags/{id}/merge");
        app.post(&path).as_user(&editor).json(&body).send()
    };
    let id = &made["id"];
    send(id, json!({ "into": id })).await.expect(409).problem("tag_merge_itself");
    let unknown = send(id, json!({ "into": 999 })).await.expect(422).invalid(&["/into"]);
    let error = &unknown["errors"][0];
    assert_eq!(error["code"], "unknown_tag");
    assert_eq!(error["detail"], "There is no tag with the id 999.");
    send(id, json!({ "into": 0 })).await.expect(422).invalid(&["/into"]);
    send(id, json!({})).await.expect(422).invalid(&["/into"]);
    send(&json!(999), json!({ "into": id })).await.expect(404).problem("tag_not_found");
    assert_eq!(read(&app, &path(&made)).await, made);
});

api_test!(concurrent_opposite_merges_leave_one_tag, async |app: TestApp| {
    let editor = app.editor().await;
    let (one, other) =
        (app.tag("بحر").create(&editor).await.json(), app.tag("شاطئ").create(&editor).await.json());
    app.article().title("أولى").tags(["بحر"]).published().create_id().await;
    app.article().title("ثانية").tags(["شاطئ"]).published().create_id().await;
    let merges = [(&one, &other), (&other, &one)].map(|(from, into)| {
        let merge = app.post(&format!("{}/merge", path(from))).as_user(&editor);
        merge.json(&json!({ "into": into["id"] })).send()
    });
    let mut statuses: Vec<u16> = join_all(merges).await.iter().map(|a| a.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses[0], 200);
    assert!([404, 422].contains(&statuses[1]), "{statuses:?}");
    let left = read(&app, "/api/v1/tags").await;
    assert_eq!((tag_names(&left["data"]).len(), &left["data"][0]["article_count"]), (1, &json!(2)));
});

api_test!(deleted_tag_is_removed_from_its_articles, async |app: TestApp| {
    let editor = app.editor().await;
    let id = app.article().title("أولى").tags(["ليبيا", "بحر"]).published().create_id().await;
    let place = format!("/api/v1/articles/{id}");
    let before = read(&app, &place).await;
    let tag = app.get(&slug_path("ليبيا")).send().await.expect(200);
    let gone = path(&tag.json());
    app.clock.advance(Duration::seconds(1));
    let stale = app.delete(&gone).as_user(&editor).if_match("\"v9-0\"").send().await;
    stale.expect(412).problem("precondition_failed");
    app.delete(&gone).as_user(&editor).if_match(&tag.etag()).send().await.expect(204);
    app.delete(&gone).as_user(&editor).send().await.expect(404).problem("tag_not_found");
    let after = read(&app, &place).await;
    assert_eq!(tag_names(&after["tags"]), ["بحر"]);
    assert_eq!(after["version"].as_i64(), before["version"].as_i64().map(|version| version + 1));
    assert_ne!(after["updated_at"], before["updated_at"]);
    app.get(&slug_path("ليبيا")).send().await.expect(404).problem("tag_not_found");
    // The name is available again.
    assert_eq!(app.tag("ليبيا").create(&editor).await.json()["article_count"], 0);
});

api_test!(article_count_includes_published_articles_only, async |app: TestApp| {
    let editor = app.editor().await;
    let made = app.tag("ليبيا").create(&editor).await.json();
    let id = app.article().title("أولى").tags(["ليبيا"]).published().create_id().await;
    assert_eq!(read(&app, &path(&made)).await["article_count"], 1);
    for (step, count) in [("unpublish", 0), ("publish", 1), ("archive", 0)] {
        let step = format!("/api/v1/articles/{id}/{step}");
        app.post(&step).as_user(&editor).send().await.expect(200);
        assert_eq!(read(&app, &path(&made)).await["article_count"], count, "{step}");
    }
});

api_test!(tag_of_drafts_only_is_404_for_readers, async |app: TestApp| {
    let author = app.author().await;
    let made = app.article().tags(["سرّ لم يُعلن"]).create(&author).await;
    let tag = made.json()["tags"][0].clone();
    let (by_id, list) = (format!("/api/v1/tags/{}", tag["id"]), "/api/v1/tags?total=true");
    app.get(&by_id).send().await.expect(404).problem("tag_not_found");
    let slug = app.get("/api/v1/tags/slug/سر-لم-يعلن");
    slug.send().await.expect(404).problem("tag_not_found");
    assert_eq!(app.get(list).send().await.expect(200).json()["page"]["total"], json!(0));
    app.get(&by_id).as_user(&author).send().await.expect(200);
    let publish = app.post(&format!("/api/v1/articles/{}/publish", made.id()));
    publish.as_user(&author).send().await.expect(200);
    assert_eq!(app.get(&by_id).send().await.expect(200).json()["article_count"], json!(1));
    assert_eq!(app.get(list).send().await.expect(200).json()["page"]["total"], json!(1));
});

api_test!(tag_merged_with_published_articles_is_visible_to_readers, async |app: TestApp| {
    let editor = app.editor().await;
    let made = app.article().tags(["قديم"]).published().create(&editor).await;
    let draft = app.article().tags(["جديد"]).create(&editor).await;
    let hidden = draft.json()["tags"][0]["id"].clone();
    let from = made.json()["tags"][0]["id"].clone();
    let merge = app.post(&format!("/api/v1/tags/{from}/merge")).as_user(&editor);
    merge.json(&json!({ "into": hidden })).send().await.expect(200);
    let seen = app.get(&format!("/api/v1/tags/{hidden}")).send().await.expect(200).json();
    assert_eq!(seen["article_count"], json!(1));
});
