//! Current and former slugs of articles, in every spelling.

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::answer::TestResponse;
use crate::support::session::Session;

const ARTICLES: &str = "/api/v1/articles";

async fn patch(app: &TestApp, by: &Session, id: i64, patch: Value) -> TestResponse {
    let request = app.patch(&format!("{ARTICLES}/{id}")).as_user(by).if_match("*");
    request.merge_patch(&patch).send().await
}

async fn look_up(app: &TestApp, slug: &str) -> TestResponse {
    app.get(&format!("{ARTICLES}/slug/{slug}")).send().await
}

/// Asserts that a former slug redirects to the current one.
async fn assert_redirects(app: &TestApp, former: &str, present: &str) {
    let answer = look_up(app, former).await.expect(301);
    let found = app.get(&answer.location()).send().await.expect(200).json();
    assert_eq!(found["slug"], present, "{former} redirects once");
}

fn slug(answer: &TestResponse) -> String {
    answer.json()["slug"].as_str().expect("a slug").to_owned()
}

api_test!(article_is_found_by_every_spelling_of_its_slug, async |app: TestApp| {
    let editor = app.editor().await;
    let id = app.article().title("مَدْرَسةُ الأُمّة: آخر الإصدارات").published().create(&editor).await.id();
    for spelling in [
        "مدرسة-الأمة-آخر-الإصدارات",
        "مدرسه-الامه-اخر-الاصدارات",
        "مَدرسة-الأُمّة-آخِر-الإصدارات",
        "مـــدرسة-الأمة-ا\u{653}خر-الإصدارات",
        "%D9%85%D8%AF%D8%B1%D8%B3%D8%A9-%d8%a7%d9%84%d8%a3%d9%85%d8%a9-آخر-الإصدارات",
        "مدرسة%20الأمة%20آخر%20الإصدارات",
    ] {
        let found = look_up(&app, spelling).await.expect(200);
        assert_eq!(found.id(), id, "{spelling}");
        assert_eq!(slug(&found), "مدرسة-الأمة-آخر-الإصدارات");
    }
    for other in ["مدرسة", "مدرسة-الأمة-آخر-الإصدارات-2", "مدارس-الأمة-آخر-الإصدارات"]
    {
        look_up(&app, other).await.expect(404).problem("article_not_found");
    }
    let head = app.head(&format!("{ARTICLES}/slug/مدرسه-الامه-اخر-الاصدارات")).send().await;
    assert!(head.expect(200).body.is_empty());
});

api_test!(slug_with_invalid_utf8_is_4xx, async |app: TestApp| {
    for broken in [&b"\xff\xfe"[..], b"%FF%FE", b"%", b"%zz", b"\xd9", b"%00", b"%00%00%D9"] {
        let mut bytes = format!("GET {ARTICLES}/slug/").into_bytes();
        bytes.extend_from_slice(broken);
        bytes.extend_from_slice(b" HTTP/1.1\r\nHost: maqal.example\r\nConnection: close\r\n\r\n");
        let answer = app.raw(bytes).await;
        let answer = String::from_utf8_lossy(&answer);
        assert!(answer.starts_with("HTTP/1.1 4"), "{broken:?}: {answer}");
    }
});

api_test!(slug_with_nul_or_slash_is_400_or_404, async |app: TestApp| {
    let editor = app.editor().await;
    app.article().title("one two").lang("en").published().create(&editor).await.id();
    for odd in ["%00", "one%00three", "one%2Fthree", "%2F", "..%2F1", "%E2%80%8B", "%F0%9F%8E%89"] {
        let answer = look_up(&app, odd).await;
        assert!(matches!(answer.status, 400 | 404), "{odd}: {}", answer.text());
    }
    look_up(&app, &"س".repeat(500)).await.expect(404);
});

api_test!(former_slug_redirects_to_the_current_slug, async |app: TestApp| {
    let editor = app.editor().await;
    let id = app.article().slug("الأول").published().create(&editor).await.id();
    for next in ["الثانية", "الثالث"] {
        patch(&app, &editor, id, json!({"slug": next})).await.expect(200);
    }
    for former in ["الأول", "الاول", "الثانية", "الثانيه"] {
        assert_redirects(&app, former, "الثالث").await;
    }
    let answer = look_up(&app, "الأول").await.expect(301);
    assert!(answer.header("location").expect("a location").is_ascii());

    patch(&app, &editor, id, json!({"slug": "الأول"})).await.expect(200);
    assert_eq!(
        look_up(&app, "الأول").await.expect(200).id(),
        id,
        "an article can take its former slug back"
    );
    for former in ["الثانية", "الثالث"] {
        assert_redirects(&app, former, "الأول").await;
    }
    patch(&app, &editor, id, json!({"slug": "الاوّل"})).await.expect(200);
    look_up(&app, "الأول").await.expect(200);

    app.post(&format!("{ARTICLES}/{id}/unpublish")).as_user(&editor).send().await.expect(200);
    for slug in ["الأول", "الثالث"] {
        look_up(&app, slug).await.expect(404).problem("article_not_found");
    }
});

api_test!(redirect_keeps_the_query_parameters, async |app: TestApp| {
    let editor = app.editor().await;
    let id = app.article().slug("old").published().create(&editor).await.id();
    patch(&app, &editor, id, json!({"slug": "new"})).await.expect(200);
    app.post(&format!("{ARTICLES}/{id}/unpublish")).as_user(&editor).send().await.expect(200);
    let token = app.post(&format!("{ARTICLES}/{id}/preview-token")).as_user(&editor).send().await;
    let token = token.expect(200).json()["token"].as_str().expect("a token").to_owned();
    let query = [("fields", "id,slug"), ("preview", token.as_str())];
    let moved = app.get(&format!("{ARTICLES}/slug/old")).query(&query).send().await.expect(301);
    let found = app.get(&moved.location()).send().await.expect(200).json();
    assert_eq!(found, json!({"id": id, "slug": "new"}));
    let cached = moved.header("cache-control").expect("how to keep it");
    assert!(cached.contains("private"), "the redirect of a draft must be private: {cached}");
});

api_test!(current_or_former_slug_of_another_article_is_409, async |app: TestApp| {
    let editor = app.editor().await;
    let id = app.article().slug("الأخبار").published().create(&editor).await.id();
    patch(&app, &editor, id, json!({"slug": "present"})).await.expect(200);
    let other = app.article().title("آخر").create(&editor).await.id();
    for taken in ["present", "PRESENT", "pre\u{301}sent", "الأخبار", "الاخبار", "الأَخبار"]
    {
        app.article().slug(taken).send(&editor).await.expect(409).problem("slug_taken");
        patch(&app, &editor, other, json!({"slug": taken})).await.expect(409).problem("slug_taken");
    }
    let put = app.put(&format!("{ARTICLES}/{other}")).as_user(&editor).if_match("*");
    let put = put.json(&json!({"title": "س", "slug": "present"})).send().await;
    put.expect(409).problem("slug_taken");
    let all = app.get(ARTICLES).as_user(&editor).query(&[("total", "true")]).send().await;
    assert_eq!(all.expect(200).json()["page"]["total"], 2, "refused articles are not stored");
});

api_test!(taken_derived_slug_gets_a_number, async |app: TestApp| {
    let editor = app.editor().await;
    let titled = |title: &str| app.article().title(title).create(&editor);
    assert_eq!(titled("الطقس غدًا").await.slug(), "الطقس-غدا");
    assert_eq!(titled("الطَّقس غداً!").await.slug(), "الطقس-غدا-2");
    let third = app.article().title("الطقس غدا").published().create(&editor).await;
    assert_eq!(third.slug(), "الطقس-غدا-3");
    let renamed = patch(&app, &editor, third.id(), json!({"slug": "غيره"})).await.expect(200);
    assert_eq!(slug(&renamed), "غيره");
    assert_eq!(titled("الطقس غدا").await.slug(), "الطقس-غدا-4", "a former slug stays taken");
    let back = patch(&app, &editor, third.id(), json!({"slug": null})).await.expect(200);
    assert_eq!(slug(&back), "الطقس-غدا-3", "its own former slug is free for it");
});

api_test!(sixty_articles_with_one_title_are_numbered_without_gaps, async |app: TestApp| {
    let editor = app.editor().await;
    let title = "نشرة الأسعار";
    app.article().slug("نشره-الاسعار-7").create(&editor).await;
    let gone = app.article().title(title).create(&editor).await;
    app.delete(&gone.location()).as_user(&editor).send().await.expect(204);
    let mut expected = (2..).filter(|n| *n != 7);
    for _ in 0..60 {
        let slug = app.article().title(title).create(&editor).await.slug();
        assert_eq!(slug, format!("نشرة-الأسعار-{}", expected.next().expect("a number")));
    }
    let restore = app.post(&format!("{}/restore", gone.location())).as_user(&editor);
    assert_eq!(slug(&restore.send().await.expect(200)), "نشرة-الأسعار", "it was kept in the trash");
});

api_test!(numbers_and_long_titles_get_short_free_slugs, async |app: TestApp| {
    let editor = app.editor().await;
    let titled = async |title: &str| app.article().title(title).create(&editor).await.slug();
    for (title, slug) in [
        ("Top 10", "top-10"),
        ("Top", "top"),
        ("Top 10", "top-10-2"),
        ("Top 10 of 2024", "top-10-of-2024"),
        ("Top", "top-2"),
        ("2024", "2024"),
        ("2024", "2024-2"),
        ("٢٠٢٤", "٢٠٢٤-3"),
        ("Top ٣", "top-٣"),
        ("Top", "top-4"),
    ] {
        assert_eq!(titled(title).await, slug, "{title}");
    }
    let long = "الحكومة تعلن خطة جديدة لإعادة إعمار المدن المتضررة من الفيضانات في شرق البلاد خلال";
    for letters in [long.to_owned(), "ب".repeat(200)] {
        let mut slugs = Vec::new();
        for _ in 0..12 {
            slugs.push(titled(&letters).await);
        }
        assert!(slugs.iter().all(|slug| slug.chars().count() <= 80), "{slugs:?}");
        for (place, slug) in slugs.iter().enumerate().skip(1) {
            assert!(slug.ends_with(&format!("-{}", place + 1)), "{slugs:?}");
        }
    }
});

api_test!(sixteen_equal_titles_at_once_are_all_created, async |app: TestApp| {
    let editor = app.editor().await;
    let other = app.another_instance().await;
    let sent = (0..16).map(|place| {
        let instance = if place % 2 == 0 { &app } else { &other };
        instance.article().title("نشرة الأسعار").tags(["أسعار"]).send(&editor)
    });
    let mut numbers: Vec<String> = Vec::new();
    let answers = join_all(sent).await;
    for answer in answers.iter().cloned() {
        numbers.push(slug(&answer.expect(201)).replace("نشرة-الأسعار", ""));
    }
    numbers.sort();
    let mut expected: Vec<String> = (2..=16).map(|number| format!("-{number}")).collect();
    expected.push(String::new());
    expected.sort();
    assert_eq!(numbers, expected);

    // So are the slugs of existing articles, when all are derived anew at once.
    for (place, answer) in answers.iter().enumerate() {
        patch(&app, &editor, answer.id(), json!({"slug": format!("x{place}")})).await.expect(200);
    }
    let derived = answers.iter().enumerate().map(|(place, answer)| {
        let instance = if place % 2 == 0 { &app } else { &other };
        let path = format!("{ARTICLES}/{}", answer.id());
        let request = instance.patch(&path).as_user(&editor).if_match("*");
        request.merge_patch(&json!({ "slug": null })).send()
    });
    let mut again: Vec<String> = Vec::new();
    for answer in join_all(derived).await {
        again.push(slug(&answer.expect(200)).replace("نشرة-الأسعار", ""));
    }
    again.sort();
    assert_eq!(again, expected);
    other.stop().await;
});

api_test!(concurrent_articles_with_one_title_get_different_slugs, async |app: TestApp| {
    let editor = app.editor().await;
    for title in ["الطقس", "…"] {
        let article = app.article().title(title).tags([format!("وسم {title}")]);
        let created = join_all((0..8).map(|_| article.clone().create(&editor))).await;
        let mut slugs: Vec<_> = created.iter().map(|article| article.slug()).collect();
        slugs.sort();
        slugs.dedup();
        assert_eq!(slugs.len(), 8, "{slugs:?}");
    }
    let tags = app.get("/api/v1/tags").as_user(&editor).send().await.expect(200).json();
    assert_eq!(tags["data"].as_array().expect("tags").len(), 2, "{tags}");
});

api_test!(concurrent_articles_with_one_chosen_slug_are_201_once_and_409, async |app: TestApp| {
    let editor = app.editor().await;
    let made = join_all((0..6).map(|_| app.article().slug("chosen").send(&editor))).await;
    assert_eq!(made.iter().filter(|answer| answer.status == 201).count(), 1);
    for refused in made.iter().filter(|answer| answer.status != 201) {
        refused.clone().expect(409).problem("slug_taken");
    }
});

api_test!(title_without_letters_derives_the_id_as_slug, async |app: TestApp| {
    let editor = app.editor().await;
    let made = app.article().title("؟!…").create(&editor).await;
    assert_eq!(made.slug(), made.id().to_string());
    let read = app.get(&format!("{ARTICLES}/slug/{}", made.id())).as_user(&editor).send().await;
    assert_eq!(read.expect(200).id(), made.id());
    let named = app.article().create(&editor).await;
    let renamed = patch(&app, &editor, named.id(), json!({"title": "🎉", "slug": null})).await;
    assert_eq!(slug(&renamed.expect(200)), named.id().to_string());
});

api_test!(id_that_is_another_articles_slug_is_not_derived_again, async |app: TestApp| {
    let editor = app.editor().await;
    let first = app.article().create(&editor).await;
    let next = (first.id() + 1).to_string();
    patch(&app, &editor, first.id(), json!({"slug": next})).await.expect(200);
    let made = app.article().title("…").create(&editor).await;
    assert_eq!(made.id().to_string(), next, "the precondition of this test");
    assert_eq!(made.slug(), format!("{next}-2"));
});

api_test!(slug_follows_the_language_of_dotless_i, async |app: TestApp| {
    let editor = app.editor().await;
    for (lang, title, expected) in [
        ("en", "I\u{307}STANBUL", "istanbul"),
        ("en", "i\u{307}zmir", "izmir"),
        ("tr", "ISPARTA’DA İLK", "ıspartada-ilk"),
        ("tr", "ı\u{307}stasyon", "istasyon"),
        ("az", "QIZIL", "qızıl"),
        ("crh", "QIRIM", "qırım"),
        ("tt-Latn", "QAZAN IŞI", "qazan-ışı"),
        ("kk", "IPHONE", "iphone"),
        ("lt", "i\u{307}\u{301}domus", "ídomus"),
    ] {
        let made = app.article().lang(lang).title(title).create(&editor).await;
        assert_eq!(made.slug(), expected, "{lang} {title}");
        let chosen = app.article().lang(lang).title("خبر").slug(format!("{title} 2")).create(&editor);
        assert_eq!(chosen.await.slug(), format!("{expected}-2"), "{lang} {title}");
    }
});
