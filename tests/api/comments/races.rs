//! What happens at the same time.

use futures_util::future::join_all;
use serde_json::json;

use super::{by, count, open, post, published, read, say, under};
use crate::support::TestApp;

api_test!(of_two_that_are_the_same_at_once_one_is_taken, async |app: TestApp| {
    open(&app).await;
    let other = app.another_instance().await;
    for round in 0..5 {
        let article = published(&app).await;
        app.clock.advance(chrono::Duration::seconds(super::PAUSE));
        let body = by("salem", &format!("مرة {round}"));
        let both = [&app, &other].map(|on| on.post(&under(article)).json(&body).send());
        let mut statuses: Vec<u16> = join_all(both).await.iter().map(|one| one.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409]);
        assert_eq!(read(&app, article).await.len(), 1);
    }
    other.stop().await;
});

api_test!(of_many_by_one_address_at_once_one_is_taken, async |app: TestApp| {
    open(&app).await;
    let articles = [published(&app).await, published(&app).await];
    let other = app.another_instance().await;
    let flood = (0..12).map(|number| {
        let on = if number % 2 == 0 { &app } else { &other };
        let body = by(&format!("reader-{number}"), "؟");
        on.post(&under(articles[number % 3 % 2])).json(&body).send()
    });
    let statuses: Vec<u16> = join_all(flood).await.iter().map(|one| one.status).collect();
    let taken = statuses.iter().filter(|status| **status == 201).count();
    assert_eq!((taken, statuses.iter().filter(|s| **s == 429).count()), (1, 11), "{statuses:?}");
    other.stop().await;
});

api_test!(counts_stay_exact_while_many_moderate, async |app: TestApp| {
    open(&app).await;
    let article = published(&app).await;
    let mut all = Vec::new();
    for number in 0..4 {
        let top = say(&app, article, None, &number.to_string()).await;
        all.push(top);
        all.push(say(&app, article, Some(top), &format!("{number}.1")).await);
    }
    let editor = app.editor().await;
    let other = app.another_instance().await;
    let statuses = ["pending", "approved", "spam", "approved", "trash", "approved"];
    for round in 0..4 {
        let moves = all.iter().enumerate().flat_map(|(place, id)| {
            let status = statuses[(place + round) % statuses.len()];
            let on = if place % 2 == 0 { &app } else { &other };
            let patch = on.patch(&format!("/api/v1/comments/{id}")).as_user(&editor);
            let patch = patch.merge_patch(&json!({ "status": status })).send();
            let turned: Vec<i64> = all.iter().rev().copied().collect();
            let body = json!({ "ids": turned, "status": statuses[round] });
            let bulk = on.post("/api/v1/comments/bulk").as_user(&editor).json(&body).send();
            [futures_util::future::Either::Left(patch), futures_util::future::Either::Right(bulk)]
        });
        for answer in join_all(moves).await {
            answer.expect(200);
        }
        // `read` holds the count against what is listed.
        read(&app, article).await;
    }
    let body = json!({ "ids": all, "status": "approved" });
    app.post("/api/v1/comments/bulk").as_user(&editor).json(&body).send().await.expect(200);
    assert_eq!(read(&app, article).await.len(), all.len());
    other.stop().await;
});

api_test!(a_comment_does_not_slip_in_while_comments_are_closed, async |app: TestApp| {
    open(&app).await;
    let article = published(&app).await;
    let editor = app.editor().await;
    for round in 0..5 {
        let own = format!("/api/v1/articles/{article}/comment-settings");
        let close =
            app.put(&own).as_user(&editor).if_match("*").json(&json!({ "comments": "closed" }));
        let (closed, posted) = futures_util::future::join(
            close.send(),
            post(&app, article, &by("salem", &round.to_string())),
        )
        .await;
        assert!(matches!(closed.status, 200 | 201));
        assert!(matches!(posted.status, 201 | 403), "{posted:?}");
        let before = count(&app, article).await;
        post(&app, article, &by("huda", &round.to_string())).await.expect(403);
        assert_eq!(count(&app, article).await, before);
        app.delete(&own).as_user(&editor).if_match("*").send().await.expect(204);
    }
});
