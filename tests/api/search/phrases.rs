//! Phrases and prefixes where Arabic attaches letters to words.

use super::{results, search};
use crate::support::TestApp;

api_test!(phrase_matches_with_a_prefix_on_its_first_word, async |app: TestApp| {
    let and = app.article().title("وصفات").body("خبز وزيت السمسم").published().create_id().await;
    let with = app.article().title("مطبخ").body("سلطة بزيت السمسم").published().create_id().await;
    let none = app.article().title("سوق").body("زيت الزيتون والسمسم").published().create_id().await;
    let mut found = search(&app, "«زيت السمسم»").await;
    found.sort_unstable();
    assert_eq!(found, [and, with]);
    assert_eq!(search(&app, "سمسم -«زيت السمسم»").await, [none]);
    let answer = results(&app, &[("q", "\"زيت السمسم\" خبز")]).await;
    let text = answer["data"][0]["highlight"]["text"].as_str().expect("a text");
    assert_eq!(text, "<mark>خبز</mark> <mark>وزيت السمسم</mark>");

    let to = app
        .article()
        .title("رحلات")
        .body("حافلة للمدينة القديمة كل ساعة")
        .published()
        .create_id()
        .await;
    assert_eq!(search(&app, "\"المدينة القديمة\"").await, [to]);
    assert_eq!(search(&app, "\"مدينة القديمة\"").await, [] as [i64; 0], "not without its article");
    assert_eq!(search(&app, "\"القديمة كل\"").await, [to]);
});

api_test!(letter_that_makes_another_word_is_no_prefix, async |app: TestApp| {
    app.article().title("وزير المياه").body("وزير المياه يزور السد").published().create_id().await;
    assert_eq!(search(&app, "\"زير المياه\"").await, [] as [i64; 0]);
    let alone = app.article().title("خبر").body("زير المياه من فخار").published().create_id().await;
    assert_eq!(search(&app, "\"زير المياه\"").await, [alone]);
});

api_test!(quoted_word_matches_only_its_exact_form, async |app: TestApp| {
    let same = app.article().title("مدرسة").published().create_id().await;
    app.article().title("المدارس").body("ومدرسة مدرستها").published().create_id().await;
    assert_eq!(search(&app, "\"مدرسه\"").await, [same]);
});

api_test!(prefix_of_a_two_word_name_matches_both_spellings, async |app: TestApp| {
    let together = app.article().title("عبدالرحمن في الميناء").published().create_id().await;
    let apart = app.article().title("سفر عبد الرحمن").published().create_id().await;
    for typed in ["عبدالر*", "عبدالرحم*", "عبدالرحمن", "عبد الرحمن", "\"عبدالرحمن\""]
    {
        let mut found = search(&app, typed).await;
        found.sort_unstable();
        assert_eq!(found, [together, apart], "{typed}");
    }
});
