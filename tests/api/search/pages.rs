//! Pages of search results, in both directions.

use super::{ids, results};
use crate::support::TestApp;

api_test!(search_pages_hold_every_hit_once_in_both_directions, async |app: TestApp| {
    for number in 0..23 {
        // Some have equal scores: then time and id decide.
        let words = "مطر ".repeat(1 + number % 4);
        app.article().title(format!("نشرة {number}")).body(words).published().create_id().await;
    }
    let all = ids(&results(&app, &[("q", "مطر"), ("limit", "100")]).await);
    assert_eq!(all.len(), 23);
    // With a limit of 1, ties span several pages.
    for limit in [5, 1] {
        let number = limit.to_string();
        let mut seen = Vec::new();
        let mut cursor: Option<String> = None;
        let last = loop {
            let mut query = vec![("q", "مطر"), ("limit", &*number)];
            if let Some(cursor) = &cursor {
                query.push(("cursor", cursor));
            }
            let page = results(&app, &query).await;
            seen.extend(ids(&page));
            cursor = page["page"]["next"].as_str().map(str::to_owned);
            if cursor.is_none() {
                break page;
            }
        };
        assert_eq!(seen, all, "{limit} on a page");
        let back = last["page"]["prev"].as_str().expect("a page before").to_owned();
        let before = results(&app, &[("q", "مطر"), ("limit", &number), ("cursor", &back)]).await;
        let end = all.len() - ids(&last).len();
        assert_eq!(ids(&before), all[end - limit..end]);
    }
});

api_test!(second_page_repeats_nothing_after_a_better_match_appears, async |app: TestApp| {
    for number in 0..6 {
        app.article()
            .title(format!("نشرة {number}"))
            .body("مطر خفيف")
            .published()
            .create_id()
            .await;
    }
    let first = results(&app, &[("q", "مطر"), ("limit", "3")]).await;
    let next = first["page"]["next"].as_str().expect("more").to_owned();
    app.article().title("مطر مطر مطر").body("مطر").published().create_id().await;
    let second = results(&app, &[("q", "مطر"), ("limit", "3"), ("cursor", &next)]).await;
    let seen = ids(&first);
    assert!(ids(&second).iter().all(|id| !seen.contains(id)), "nothing is shown twice");
});

api_test!(cursor_of_another_list_is_400, async |app: TestApp| {
    for number in 0..3 {
        app.article().title(format!("نشرة {number}")).body("مطر").published().create_id().await;
    }
    let list = app.get("/api/v1/articles").query(&[("limit", "1"), ("sort", "title")]);
    let list = list.send().await.expect(200).json();
    let foreign = list["page"]["next"].as_str().expect("more").to_owned();
    let answer =
        app.get("/api/v1/search").query(&[("q", "مطر"), ("cursor", &foreign)]).send().await;
    answer.expect(400).problem("malformed_cursor");
});
