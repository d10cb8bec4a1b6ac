//! Articles with most of the words, which follow those with all.

use serde_json::{Value, json};

use super::{ids, results};
use crate::support::TestApp;

/// The results with their part: `all` or `some`.
fn parts(answer: &Value) -> Vec<(i64, String)> {
    let hits = answer["data"].as_array().expect("a list");
    let part = |hit: &Value| hit["matched"].as_str().expect("a word").to_owned();
    hits.iter().map(|hit| (hit["id"].as_i64().expect("an id"), part(hit))).collect()
}

fn part(id: i64, matched: &str) -> (i64, String) {
    (id, matched.to_owned())
}

api_test!(articles_with_most_words_follow_those_with_all, async |app: TestApp| {
    let make = |title: &'static str, body: &'static str| {
        app.article().title(title).body(body).published().create_id()
    };
    // It has the words once, in a long text; the one with most of them has them in its title.
    let filler = "كلام طويل عن أشياء أخرى كثيرة لا صلة لها بذلك كله، ولا فائدة منه.";
    let all = make("يوميات", "الميناء والسفينة والقمح").await;
    let most = make("سفينة في الميناء", filler).await;
    let one = make("الميناء", filler).await;
    let none = make("الحديقة", filler).await;
    let answer = results(&app, &[("q", "ميناء سفينة قمح")]).await;
    assert_eq!(parts(&answer), [part(all, "all"), part(most, "some")]);
    assert_eq!(answer["relaxed"], json!(false), "an article has all words");

    let answer = results(&app, &[("q", "ميناء سفينة قمح -يوميات")]).await;
    assert_eq!(parts(&answer), [part(most, "some"), part(one, "some")]);
    assert_eq!(answer["relaxed"], json!(true), "no other article has all words");

    let answer = results(&app, &[("q", "ميناء سفينة")]).await;
    let mut found = parts(&answer);
    found.sort_unstable();
    assert_eq!(found, [part(all, "all"), part(most, "all")], "one of two words is not most");
    let answer = results(&app, &[("q", "في ميناء هل من سفينة كم قمح")]).await;
    assert_eq!(parts(&answer), [part(all, "all"), part(most, "some")], "function words don't count");
    let answer = results(&app, &[("q", "قطار طائرة دراجة")]).await;
    assert_eq!((ids(&answer), &answer["relaxed"]), (vec![], &json!(false)), "nothing found");
    let query = [("q", "ميناء سفينة قمح -يوميات"), ("limit", "1")];
    let first = results(&app, &query).await;
    assert_eq!((ids(&first).len(), &first["relaxed"]), (1, &json!(true)));
    let cursor = first["page"]["next"].as_str().expect("a cursor");
    let second = results(&app, &[query[0], query[1], ("cursor", cursor)]).await;
    assert_eq!((ids(&second).len(), &second["relaxed"]), (1, &json!(true)));
    let archive = app.post(&format!("/api/v1/articles/{one}/archive"));
    archive.as_user(&app.editor().await).send().await.expect(200);
    let emptied = results(&app, &[query[0], query[1], ("cursor", cursor)]).await;
    assert_eq!((ids(&emptied), &emptied["relaxed"]), (vec![], &json!(false)), "an empty page");
    assert!(!ids(&results(&app, &[("q", "ميناء سفينة قمح")]).await).contains(&none));
});

api_test!(excluded_words_phrases_and_filters_hold_for_the_filling, async |app: TestApp| {
    let make = |title: &'static str, lang: &'static str, tags: &'static str| {
        app.article().title(title).lang(lang).tags([tags]).published().create_id()
    };
    let all = make("ميناء سفينة قمح زيت", "ar", "بحر").await;
    let other = make("ميناء سفينة قمح", "ar-LY", "بحر").await;
    make("ميناء سفينة قمح قديم", "ar-TN", "بر").await;
    let query = [("q", "ميناء سفينة قمح زيت -قديم"), ("tag", "بحر"), ("lang", "ar")];
    let answer = results(&app, &query).await;
    assert_eq!(parts(&answer), [part(all, "all"), part(other, "some")]);
    let query = [("q", "ميناء سفينة قمح زيت"), ("lang", "ar-LY")];
    let answer = results(&app, &query).await;
    assert_eq!((parts(&answer), &answer["relaxed"]), (vec![part(other, "some")], &json!(true)));
    let query = [("q", "\"ميناء سفينة\" قمح زيت"), ("tag", "بحر")];
    assert_eq!(parts(&results(&app, &query).await), [part(all, "all"), part(other, "some")]);
});

api_test!(pages_go_through_both_parts_without_repeats_or_gaps, async |app: TestApp| {
    // Equal scores in both parts: then time and id decide.
    for number in 0..17 {
        let words = match number % 3 {
            0 => "مطر وبرد وثلج",
            1 => "مطر وبرد",
            _ => "برد وثلج وريح",
        };
        app.article().title(format!("نشرة {number}")).body(words).published().create_id().await;
    }
    let q = "مطر برد ثلج";
    let whole = parts(&results(&app, &[("q", q), ("limit", "100")]).await);
    assert_eq!(whole.len(), 17);
    assert!(whole[..6].iter().all(|(_, part)| part == "all"));
    assert!(whole[6..].iter().all(|(_, part)| part == "some"));
    for limit in [1, 2, 3, 5, 6, 7] {
        let number = limit.to_string();
        let page = async |cursor: &Option<String>| {
            let mut query = vec![("q", q), ("limit", &*number)];
            query.extend(cursor.as_deref().map(|cursor| ("cursor", cursor)));
            results(&app, &query).await
        };
        let cursor = |answer: &Value, name: &str| answer["page"][name].as_str().map(str::to_owned);
        let (mut seen, mut next, mut back) = (Vec::new(), None, None);
        loop {
            let answer = page(&next).await;
            assert_eq!(answer["relaxed"], json!(false));
            seen.extend(parts(&answer));
            back = cursor(&answer, "prev").or(back);
            next = cursor(&answer, "next");
            if next.is_none() {
                break;
            }
        }
        assert_eq!(seen, whole, "{limit} on a page");
        let mut seen: Vec<(i64, String)> = Vec::new();
        while back.is_some() {
            let answer = page(&back).await;
            seen.splice(0..0, parts(&answer));
            back = cursor(&answer, "prev");
        }
        let last = whole.len() - whole.len().div_ceil(limit).saturating_sub(1) * limit;
        assert_eq!(seen, whole[..whole.len() - last], "{limit} on a page, backwards");
    }
});
