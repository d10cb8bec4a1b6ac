//! Queries of many words, which are answered by their rarest ones.

use serde_json::json;

use super::{ids, results, search};
use crate::support::TestApp;

api_test!(long_query_is_answered_by_its_rarest_words, async |app: TestApp| {
    let common: Vec<String> = (1..=30).map(|n| format!("w{}", "x".repeat(n))).collect();
    for number in 0..4 {
        let body = common.join(" ");
        app.article().title(format!("نشرة {number}")).body(body).published().create_id().await;
    }
    let rare = app.article().title("خبر").body("رست سفينة القمح").published().create_id().await;
    let long = format!("{} سفينة القمح", common.join(" "));
    assert!(long.split(' ').count() > 30);
    let answer = results(&app, &[("q", &long)]).await;
    assert_eq!(ids(&answer)[0], rare, "the rarest words are at the end");
    let absent: String = (1..=20).map(|n| format!("w{} ", "y".repeat(n))).collect();
    let answer = results(&app, &[("q", &format!("{absent} سفينة القمح"))]).await;
    assert_eq!((ids(&answer), &answer["relaxed"]), (vec![rare], &json!(true)));
});

api_test!(exclusions_and_phrases_of_a_long_query_are_kept, async |app: TestApp| {
    let words: Vec<String> = ('a'..='z').map(|c| format!("{c}{c}word")).collect();
    let make = |title: &'static str, body: String| {
        app.article().title(title).body(body).lang("en").published().create_id()
    };
    let harbour = make("Old harbour", words.join(" ")).await;
    make("Old town", words.join(" ")).await;
    let q = format!("{} \"old harbour\"", words.join(" "));
    let found = search(&app, &q).await;
    assert_eq!(found[0], harbour);
    let q = format!("{} -town", words.join(" "));
    let answer = results(&app, &[("q", &q)]).await;
    assert_eq!((ids(&answer), &answer["relaxed"]), (vec![harbour], &json!(false)));
    assert_eq!(answer["data"][0]["matched"], json!("all"));
});

api_test!(query_of_up_to_1000_characters_is_answered, async |app: TestApp| {
    let id = app.article().title("الميناء").body("北京 harbour").published().create_id().await;
    let question = "هل رست السفينة أمس في الميناء القديم قرب السوق؟ ";
    let long: String = question.repeat(21).chars().take(1000).collect();
    assert_eq!(search(&app, &long).await, [id]);
    let han: String = "北京".chars().chain(('\u{4e00}'..).take(998)).collect();
    assert_eq!(search(&app, &han).await, [id]);
    let many: Vec<String> = (100..300).map(|n| n.to_string()).collect();
    assert_eq!(search(&app, &format!("{} harbour", many.join(" "))).await, [id]);
    for long in ["ا", "北", "𠀀", "w "] {
        let q: String = long.chars().cycle().take(1001).collect();
        let answer = app.get("/api/v1/search").query(&[("q", &*q)]).send().await;
        answer.expect(400).problem("invalid_parameter");
    }
});
