//! Search: what is found, in which order, how it is marked, who finds what, and what becomes of
//! queries that are none. The spellings that must find each other are in `search/variants.rs`.

mod function_words;
mod hostile;
mod pages;
mod phrases;
mod suggest;
mod variants;
mod visibility;

use serde_json::{Value, json};

use crate::support::TestApp;

/// A published article.
pub async fn article(app: &TestApp, title: &str, body: &str) -> i64 {
    article_with(app, json!({ "title": title, "body": body })).await
}

/// A published article of these fields.
pub async fn article_with(app: &TestApp, fields: Value) -> i64 {
    let id = draft_with(app, fields).await;
    let editor = app.editor().await;
    let path = format!("/api/v1/articles/{id}/publish");
    app.post(&path).as_user(&editor).send().await.expect(200);
    id
}

/// A draft of these fields.
pub async fn draft_with(app: &TestApp, fields: Value) -> i64 {
    let editor = app.editor().await;
    app.post("/api/v1/articles").as_user(&editor).json(&fields).send().await.expect(201).id()
}

/// The whole answer to a search.
pub async fn results(app: &TestApp, query: &[(&str, &str)]) -> Value {
    app.get("/api/v1/search").query(query).send().await.expect(200).json()
}

/// The numbers of what a search finds, in order.
pub async fn search(app: &TestApp, q: &str) -> Vec<i64> {
    ids(&results(app, &[("q", q)]).await)
}

/// The numbers in an answer, in order.
pub fn ids(answer: &Value) -> Vec<i64> {
    let hits = answer["data"].as_array().expect("a list");
    hits.iter().map(|hit| hit["id"].as_i64().expect("an id")).collect()
}

api_test!(all_words_must_be_there_in_any_order, async |app: TestApp| {
    let both = article(&app, "عودة الصيادين", "رست المراكب في الميناء القديم.").await;
    article(&app, "سوق السمك", "وصلت المراكب متأخرة.").await;
    assert_eq!(search(&app, "ميناء مراكب").await, [both]);
    let answer = results(&app, &[("q", "الميناء الصيادون")]).await;
    assert_eq!((ids(&answer), &answer["relaxed"]), (vec![both], &json!(false)));
});

api_test!(
    if_no_article_holds_all_those_with_some_are_found_and_it_is_said,
    async |app: TestApp| {
        let harbour = article(&app, "الميناء", "مراكب.").await;
        let museum = article(&app, "المتحف", "لوحات ومراكب.").await;
        article(&app, "الحديقة", "أشجار.").await;
        let answer = results(&app, &[("q", "ميناء متحف")]).await;
        let mut found = ids(&answer);
        found.sort_unstable();
        assert_eq!((found, &answer["relaxed"]), (vec![harbour, museum], &json!(true)));

        let answer = results(&app, &[("q", "ميناء متحف -لوحات")]).await;
        assert_eq!(ids(&answer), [harbour], "what is not wanted stays out");
        let answer = results(&app, &[("q", "قطار")]).await;
        assert_eq!((ids(&answer), &answer["relaxed"]), (vec![], &json!(false)), "nothing to relax");
    }
);

api_test!(phrases_minus_and_prefix, async |app: TestApp| {
    let olive = article(&app, "زيت الزيتون", "ارتفع سعر زيت الزيتون هذا العام.").await;
    let tree = article(&app, "شجرة", "زيتون الجبل، ثم زيت السمسم.").await;
    assert_eq!(search(&app, "\"زيت الزيتون\"").await, [olive]);
    assert_eq!(search(&app, "«زيت الزيتون»").await, [olive]);
    assert_eq!(search(&app, "زيت -سعر").await, [tree]);
    assert_eq!(search(&app, "زيت -\"زيت السمسم\"").await, [olive]);
    assert_eq!(search(&app, "السمس*").await, [tree]);
    assert_eq!(search(&app, "سمس*").await, [tree], "also behind the article");
    assert_eq!(search(&app, "الارتف*").await, [olive], "ال is tried without, too");
    assert_eq!(search(&app, "تفع*").await, [] as [i64; 0], "a beginning, not a part");
});

api_test!(no_phrase_stands_in_title_and_text_at_once, async |app: TestApp| {
    article(&app, "أخبار المدينة", "القديمة اليوم").await;
    assert_eq!(search(&app, "\"المدينة القديمة\"").await, [] as [i64; 0]);
    assert_eq!(search(&app, "\"أخبار المدينة\"").await.len(), 1);
    assert_eq!(search(&app, "\"القديمة اليوم\"").await.len(), 1);
});

api_test!(titles_come_before_texts_rare_before_common_exact_before_stem, async |app: TestApp| {
    let filler = "كلام عادي عن أشياء كثيرة لا علاقة لها بالموضوع، ولا شيء غير ذلك.";
    let text = article(&app, "يوميات", &format!("{filler} القطار. {filler}")).await;
    let title = article(&app, "القطار", filler).await;
    let often = article(&app, "رحلة", &format!("القطار ثم القطار ثم القطار. {filler}")).await;
    assert_eq!(search(&app, "القطار").await, [title, often, text]);

    let plural = article(&app, "فنون", "معارض الرسامين في المدينة كلها هذا العام.").await;
    let same = article(&app, "فنون", "معارض الرسامون في المدينة كلها هذا العام.").await;
    assert_eq!(search(&app, "الرسامون").await, [same, plural]);
});

api_test!(of_equals_the_newer_comes_first, async |app: TestApp| {
    let old = article(&app, "خبر عاجل", "نص").await;
    app.clock.advance(chrono::Duration::hours(1));
    let new = article(&app, "خبر عاجل", "نص").await;
    assert_eq!(search(&app, "عاجل").await, [new, old]);
});

api_test!(what_was_found_is_marked_in_the_authors_own_letters, async |app: TestApp| {
    let body = "قال المَسْؤُولُ إنّ <b>المدرسة</b> & الجامعة ستفتحان.";
    article_with(&app, json!({ "title": "مدرســة جديدة", "body": body, "body_format": "html" }))
        .await;
    let answer = results(&app, &[("q", "مسئول مدرسه")]).await;
    let hit = &answer["data"][0];
    assert_eq!(hit["highlight"]["title"], "<mark>مدرســة</mark> جديدة");
    let text = hit["highlight"]["text"].as_str().expect("a text");
    assert!(text.contains("<mark>المَسْؤُولُ</mark>"), "{text}");
    assert!(text.contains("<mark>المدرسة</mark> &amp; الجامعة"), "{text}");
    assert_eq!(hit["title"], "مدرســة جديدة", "the item itself is as in lists");
    assert!(hit.get("html").is_none() && hit["score"].as_f64() > Some(0.0));
});

api_test!(only_marks_of_search_stand_in_a_highlight, async |app: TestApp| {
    let nasty = "<script>alert(1)</script> \"فخ\" <mark>لا</mark>";
    article_with(&app, json!({ "title": nasty, "body": "نص & <i>مائل</i> فخ" })).await;
    let answer = results(&app, &[("q", "فخ")]).await;
    let title = answer["data"][0]["highlight"]["title"].as_str().expect("a title").to_owned();
    assert!(!title.contains("<script") && !title.contains("<mark>لا"), "{title}");
    assert!(title.contains("<mark>فخ</mark>"), "{title}");
});

api_test!(latin_words_are_stemmed_by_the_articles_language, async |app: TestApp| {
    let make = |title: &'static str, lang: &'static str| {
        article_with(&app, json!({ "title": title, "lang": lang, "body": "x" }))
    };
    let english = make("Running boats", "en").await;
    let french = make("Les journaux régionaux", "fr").await;
    let german = make("Die Häuser am Hafen", "de").await;
    assert_eq!(search(&app, "runs").await, [english]);
    assert_eq!(search(&app, "journal régional").await, [french]);
    assert_eq!(search(&app, "haus").await, [german]);
    assert_eq!(ids(&results(&app, &[("q", "boat"), ("lang", "en")]).await), [english]);
    assert_eq!(ids(&results(&app, &[("q", "boat"), ("lang", "fr")]).await), [] as [i64; 0]);
});

api_test!(searches_are_narrowed_by_tag_and_language, async |app: TestApp| {
    let make = |lang: &'static str, tags: Value| {
        article_with(&app, json!({ "title": "خبر", "body": "x", "lang": lang, "tags": tags }))
    };
    let libya = make("ar-LY", json!(["ليبيا"])).await;
    let tunis = make("ar-TN", json!(["تونس"])).await;
    let found = |pairs: Vec<(&'static str, &'static str)>| {
        let app = app.clone();
        async move {
            let mut query = vec![("q", "خبر")];
            query.extend(pairs);
            ids(&results(&app, &query).await)
        }
    };
    assert_eq!(found(vec![("tag", "ليبيا")]).await, [libya]);
    assert_eq!(found(vec![("tag", "لِيبيـا")]).await, [libya], "in whatever spelling");
    assert_eq!(found(vec![("tag", "لا-وجود-له")]).await, [] as [i64; 0]);
    assert_eq!(found(vec![("lang", "ar-TN")]).await, [tunis]);
    assert_eq!(found(vec![("lang", "ar")]).await, [tunis, libya]);
    assert_eq!(found(vec![("lang", "ar"), ("tag", "تونس")]).await, [tunis]);
});

api_test!(subtitles_are_found_too, async |app: TestApp| {
    let fields = json!({ "title": "خبر", "subtitle": "حافلة الكتب تعود", "body": "نص" });
    let id = article_with(&app, fields).await;
    assert_eq!(search(&app, "حافلة").await, [id]);
});

api_test!(a_search_can_be_asked_for_again_conditionally, async |app: TestApp| {
    article(&app, "الميناء", "نص").await;
    let first = app.get("/api/v1/search").query(&[("q", "ميناء")]).send().await.expect(200);
    let again = app.get("/api/v1/search").query(&[("q", "ميناء")]).if_none_match(&first.etag());
    again.send().await.expect(304);
    article(&app, "ميناء آخر", "نص").await;
    let again = app.get("/api/v1/search").query(&[("q", "ميناء")]).if_none_match(&first.etag());
    assert_eq!(ids(&again.send().await.expect(200).json()).len(), 2);
});
