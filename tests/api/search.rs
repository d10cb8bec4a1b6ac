//! Search: matching, ranking, highlights and filters. Spelling variants are in
//! `search/variants.rs`.

mod filling;
mod function_words;
mod hostile;
mod long_queries;
mod pages;
mod phrases;
mod scripts;
mod suggest;
mod variants;
mod visibility;

use serde_json::{Value, json};

use crate::support::TestApp;

/// The response to a search.
pub async fn results(app: &TestApp, query: &[(&str, &str)]) -> Value {
    app.get("/api/v1/search").query(query).send().await.expect(200).json()
}

/// The ids of a search's results, in order.
pub async fn search(app: &TestApp, q: &str) -> Vec<i64> {
    ids(&results(app, &[("q", q)]).await)
}

/// The ids in a list, in order.
pub fn ids(answer: &Value) -> Vec<i64> {
    let hits = answer["data"].as_array().expect("a list");
    hits.iter().map(|hit| hit["id"].as_i64().expect("an id")).collect()
}

api_test!(query_matches_articles_with_all_words_in_any_order, async |app: TestApp| {
    let both = app
        .article()
        .title("عودة الصيادين")
        .body("رست المراكب في الميناء القديم.")
        .published()
        .create_id()
        .await;
    app.article().title("سوق السمك").body("وصلت المراكب متأخرة.").published().create_id().await;
    assert_eq!(search(&app, "ميناء مراكب").await, [both]);
    let answer = results(&app, &[("q", "الميناء الصيادون")]).await;
    assert_eq!((ids(&answer), &answer["relaxed"]), (vec![both], &json!(false)));
});

api_test!(query_without_full_match_is_relaxed_to_some_words, async |app: TestApp| {
    let harbour = app.article().title("الميناء").body("مراكب.").published().create_id().await;
    let museum = app.article().title("المتحف").body("لوحات ومراكب.").published().create_id().await;
    app.article().title("الحديقة").body("أشجار.").published().create_id().await;
    let answer = results(&app, &[("q", "ميناء متحف")]).await;
    let mut found = ids(&answer);
    found.sort_unstable();
    assert_eq!((found, &answer["relaxed"]), (vec![harbour, museum], &json!(true)));

    let answer = results(&app, &[("q", "ميناء متحف -لوحات")]).await;
    assert_eq!(ids(&answer), [harbour], "excluded words stay excluded");
    let answer = results(&app, &[("q", "قطار")]).await;
    assert_eq!((ids(&answer), &answer["relaxed"]), (vec![], &json!(false)), "nothing to relax");
});

api_test!(phrase_minus_and_prefix_operators_filter_results, async |app: TestApp| {
    let olive = app
        .article()
        .title("زيت الزيتون")
        .body("ارتفع سعر زيت الزيتون هذا العام.")
        .published()
        .create_id()
        .await;
    let tree = app
        .article()
        .title("شجرة")
        .body("زيتون الجبل، ثم زيت السمسم.")
        .published()
        .create_id()
        .await;
    assert_eq!(search(&app, "\"زيت الزيتون\"").await, [olive]);
    assert_eq!(search(&app, "«زيت الزيتون»").await, [olive]);
    assert_eq!(search(&app, "زيت -سعر").await, [tree]);
    assert_eq!(search(&app, "زيت -\"زيت السمسم\"").await, [olive]);
    assert_eq!(search(&app, "السمس*").await, [tree]);
    assert_eq!(search(&app, "سمس*").await, [tree], "also after the definite article");
    assert_eq!(search(&app, "الارتف*").await, [olive], "also without ال");
    assert_eq!(search(&app, "تفع*").await, [] as [i64; 0], "a prefix, not a part");
});

api_test!(phrase_does_not_match_across_title_and_text, async |app: TestApp| {
    app.article().title("أخبار المدينة").body("القديمة اليوم").published().create_id().await;
    assert_eq!(search(&app, "\"المدينة القديمة\"").await, [] as [i64; 0]);
    assert_eq!(search(&app, "\"أخبار المدينة\"").await.len(), 1);
    assert_eq!(search(&app, "\"القديمة اليوم\"").await.len(), 1);
});

api_test!(title_and_exact_matches_rank_first, async |app: TestApp| {
    let filler = "كلام عادي عن أشياء كثيرة لا علاقة لها بالموضوع، ولا شيء غير ذلك.";
    let text = app
        .article()
        .title("يوميات")
        .body(format!("{filler} القطار. {filler}"))
        .published()
        .create_id()
        .await;
    let title = app.article().title("القطار").body(filler).published().create_id().await;
    let often = app
        .article()
        .title("رحلة")
        .body(format!("القطار ثم القطار ثم القطار. {filler}"))
        .published()
        .create_id()
        .await;
    assert_eq!(search(&app, "القطار").await, [title, often, text]);

    let plural = app
        .article()
        .title("فنون")
        .body("معارض الرسامين في المدينة كلها هذا العام.")
        .published()
        .create_id()
        .await;
    let same = app
        .article()
        .title("فنون")
        .body("معارض الرسامون في المدينة كلها هذا العام.")
        .published()
        .create_id()
        .await;
    assert_eq!(search(&app, "الرسامون").await, [same, plural]);
});

api_test!(newer_of_equal_results_ranks_first, async |app: TestApp| {
    let old = app.article().title("خبر عاجل").body("نص").published().create_id().await;
    app.clock.advance(chrono::Duration::hours(1));
    let new = app.article().title("خبر عاجل").body("نص").published().create_id().await;
    assert_eq!(search(&app, "عاجل").await, [new, old]);
});

api_test!(highlight_marks_matches_in_the_original_spelling, async |app: TestApp| {
    let body = "قال المَسْؤُولُ إنّ <b>المدرسة</b> & الجامعة ستفتحان.";
    let article = app.article().title("مدرســة جديدة").body(body).with("body_format", "html");
    article.published().create_id().await;
    let answer = results(&app, &[("q", "مسئول مدرسه")]).await;
    let hit = &answer["data"][0];
    assert_eq!(hit["highlight"]["title"], "<mark>مدرســة</mark> جديدة");
    let text = hit["highlight"]["text"].as_str().expect("a text");
    assert!(text.contains("<mark>المَسْؤُولُ</mark>"), "{text}");
    assert!(text.contains("<mark>المدرسة</mark> &amp; الجامعة"), "{text}");
    assert_eq!(hit["title"], "مدرســة جديدة", "the item itself is as in lists");
    assert!(hit.get("html").is_none() && hit["score"].as_f64() > Some(0.0));
});

api_test!(highlight_escapes_all_other_markup, async |app: TestApp| {
    let nasty = "<script>alert(1)</script> \"فخ\" <mark>لا</mark>";
    app.article().title(nasty).body("نص & <i>مائل</i> فخ").published().create_id().await;
    let answer = results(&app, &[("q", "فخ")]).await;
    let title = answer["data"][0]["highlight"]["title"].as_str().expect("a title").to_owned();
    assert!(!title.contains("<script") && !title.contains("<mark>لا"), "{title}");
    assert!(title.contains("<mark>فخ</mark>"), "{title}");
});

api_test!(latin_words_are_stemmed_in_the_articles_language, async |app: TestApp| {
    let make = |title: &'static str, lang: &'static str| {
        app.article().title(title).lang(lang).published().create_id()
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

api_test!(tag_and_language_filter_search_results, async |app: TestApp| {
    let make = |lang: &'static str, tags: [&'static str; 1]| {
        app.article().lang(lang).tags(tags).published().create_id()
    };
    let libya = make("ar-LY", ["ليبيا"]).await;
    let tunis = make("ar-TN", ["تونس"]).await;
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

api_test!(word_in_a_subtitle_is_found, async |app: TestApp| {
    let fields = json!({ "title": "خبر", "subtitle": "حافلة الكتب تعود", "body": "نص" });
    let id = app.article().fields(fields).published().create_id().await;
    assert_eq!(search(&app, "حافلة").await, [id]);
});

api_test!(unchanged_search_is_304, async |app: TestApp| {
    app.article().title("الميناء").body("نص").published().create_id().await;
    let first = app.get("/api/v1/search").query(&[("q", "ميناء")]).send().await.expect(200);
    let again = app.get("/api/v1/search").query(&[("q", "ميناء")]).if_none_match(&first.etag());
    again.send().await.expect(304);
    app.article().title("ميناء آخر").body("نص").published().create_id().await;
    let again = app.get("/api/v1/search").query(&[("q", "ميناء")]).if_none_match(&first.etag());
    assert_eq!(ids(&again.send().await.expect(200).json()).len(), 2);
});
