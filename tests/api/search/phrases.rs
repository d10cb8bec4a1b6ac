//! Phrases and beginnings where Arabic writes words on to each other.

use super::{article, results, search};
use crate::support::TestApp;

api_test!(a_phrase_is_found_behind_what_is_attached_to_its_first_word, async |app: TestApp| {
    let and = article(&app, "وصفات", "خبز وزيت السمسم").await;
    let with = article(&app, "مطبخ", "سلطة بزيت السمسم").await;
    let none = article(&app, "سوق", "زيت الزيتون والسمسم").await;
    let mut found = search(&app, "«زيت السمسم»").await;
    found.sort_unstable();
    assert_eq!(found, [and, with]);
    assert_eq!(search(&app, "سمسم -«زيت السمسم»").await, [none]);
    let answer = results(&app, &[("q", "\"زيت السمسم\" خبز")]).await;
    let text = answer["data"][0]["highlight"]["text"].as_str().expect("a text");
    assert_eq!(text, "<mark>خبز</mark> <mark>وزيت السمسم</mark>");

    let to = article(&app, "رحلات", "حافلة للمدينة القديمة كل ساعة").await;
    assert_eq!(search(&app, "\"المدينة القديمة\"").await, [to]);
    assert_eq!(search(&app, "\"مدينة القديمة\"").await, [] as [i64; 0], "not without its article");
    assert_eq!(search(&app, "\"القديمة كل\"").await, [to]);
});

api_test!(what_makes_another_word_is_not_attached, async |app: TestApp| {
    article(&app, "وزير المياه", "وزير المياه يزور السد").await;
    assert_eq!(search(&app, "\"زير المياه\"").await, [] as [i64; 0]);
    let alone = article(&app, "خبر", "زير المياه من فخار").await;
    assert_eq!(search(&app, "\"زير المياه\"").await, [alone]);
});

api_test!(one_word_in_quotation_marks_means_just_this_form, async |app: TestApp| {
    let same = article(&app, "مدرسة", "x").await;
    article(&app, "المدارس", "ومدرسة مدرستها").await;
    assert_eq!(search(&app, "\"مدرسه\"").await, [same]);
});

api_test!(beginnings_of_names_in_two_words, async |app: TestApp| {
    let together = article(&app, "عبدالرحمن في الميناء", "x").await;
    let apart = article(&app, "سفر عبد الرحمن", "x").await;
    for typed in ["عبدالر*", "عبدالرحم*", "عبدالرحمن", "عبد الرحمن", "\"عبدالرحمن\""]
    {
        let mut found = search(&app, typed).await;
        found.sort_unstable();
        assert_eq!(found, [together, apart], "{typed}");
    }
});
