//! Function words: they exclude nothing, weigh little, and match if the query has nothing else.

use serde_json::json;

use super::{ids, results, search};
use crate::support::TestApp;

api_test!(function_words_in_a_question_exclude_nothing, async |app: TestApp| {
    let right = app
        .article()
        .title("انتخابات البلدية")
        .body("فازت المرشحات بعشرين مقعدا.")
        .published()
        .create_id()
        .await;
    app.article()
        .title("أسئلة")
        .body("كم في على هل من، كم في على هل من")
        .published()
        .create_id()
        .await;
    for question in ["كم مقعدا في البلدية؟", "هل من مقاعد في البلديات", "وكم مقعدا للبلدية"]
    {
        let answer = results(&app, &[("q", question)]).await;
        assert_eq!((ids(&answer), &answer["relaxed"]), (vec![right], &json!(false)), "{question}");
    }
    let answer = results(&app, &[("q", "كم قطارا في البلدية")]).await;
    assert_eq!((ids(&answer), &answer["relaxed"]), (vec![right], &json!(true)), "nor when relaxed");
});

api_test!(article_with_the_function_words_ranks_first, async |app: TestApp| {
    let with = app.article().title("خبر").body("حريق في الميناء").published().create_id().await;
    let without = app.article().title("خبر").body("حريق قرب الميناء").published().create_id().await;
    assert_eq!(search(&app, "حريق في الميناء").await, [with, without]);
    assert_eq!(search(&app, "حريق ميناء").await, [without, with], "the newer of equals");
});

api_test!(function_words_alone_quoted_or_excluded_are_matched, async |app: TestApp| {
    let harbour = app.article().title("الميناء").body("من هو الحارس").published().create_id().await;
    let market = app.article().title("السوق").body("حارس من الميناء").published().create_id().await;
    assert_eq!(search(&app, "من هو").await, [harbour]);
    assert_eq!(search(&app, "حارس \"من هو\"").await, [harbour]);
    assert_eq!(search(&app, "حارس -هو").await, [market]);
    let answer = results(&app, &[("q", "الحارس هو")]).await;
    let text = answer["data"][0]["highlight"]["text"].as_str().expect("a text");
    assert_eq!(text, "من هو <mark>الحارس</mark>", "only what says something is marked");
    let answer = results(&app, &[("q", "من هو")]).await;
    let text = answer["data"][0]["highlight"]["text"].as_str().expect("a text");
    assert_eq!(text, "<mark>من</mark> <mark>هو</mark> الحارس");
});

api_test!(latin_function_words_depend_on_the_indexed_languages, async |app: TestApp| {
    let make = |title: &'static str, lang: &'static str| {
        app.article().title(title).lang(lang).published().create_id()
    };
    let english = make("Harbour reopens", "en").await;
    assert_eq!(search(&app, "when does the harbour reopen").await, [english]);
    let answer = results(&app, &[("q", "die harbour")]).await;
    assert_eq!(answer["relaxed"], json!(true), "no German here: die is a word");
    make("Hafen", "de").await;
    let answer = results(&app, &[("q", "die harbour")]).await;
    assert_eq!((ids(&answer), &answer["relaxed"]), (vec![english], &json!(false)));
});
