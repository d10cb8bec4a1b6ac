//! Concurrent comments and moderation.

use futures_util::future::join_all;
use serde_json::json;

use super::{as_moderator, count, open, public_ids};
use crate::support::TestApp;
use crate::support::builders::COMMENT_PAUSE;

api_test!(concurrent_equal_comments_are_201_once_and_409, async |app: TestApp| {
    open(&app).await;
    let other = app.another_instance().await;
    for round in 0..5 {
        let article = app.article().published().create_id().await;
        app.clock.advance(chrono::Duration::seconds(COMMENT_PAUSE));
        let both = [&app, &other].map(|instance| {
            instance.comment(article).body(format!("مرة {round}")).request().send()
        });
        let mut statuses: Vec<u16> = join_all(both).await.iter().map(|one| one.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409]);
        assert_eq!(public_ids(&app, article).await.len(), 1);
    }
    other.stop().await;
});

api_test!(concurrent_comments_from_one_address_are_201_once_and_429, async |app: TestApp| {
    open(&app).await;
    let articles =
        [app.article().published().create_id().await, app.article().published().create_id().await];
    let other = app.another_instance().await;
    let flood = (0..12).map(|number| {
        let instance = if number % 2 == 0 { &app } else { &other };
        let comment = instance.comment(articles[number % 3 % 2]);
        comment.by(&format!("reader-{number}")).request().send()
    });
    let statuses: Vec<u16> = join_all(flood).await.iter().map(|one| one.status).collect();
    let taken = statuses.iter().filter(|status| **status == 201).count();
    assert_eq!((taken, statuses.iter().filter(|s| **s == 429).count()), (1, 11), "{statuses:?}");
    other.stop().await;
});

api_test!(comment_counts_stay_exact_under_concurrent_moderation, async |app: TestApp| {
    open(&app).await;
    let article = app.article().published().create_id().await;
    let mut all = Vec::new();
    for number in 0..4 {
        let top = app.comment(article).body(number.to_string()).create().await;
        all.push(top);
        all.push(app.comment(article).reply_to(top).body(format!("{number}.1")).create().await);
    }
    let editor = app.editor().await;
    let other = app.another_instance().await;
    let statuses = ["pending", "approved", "spam", "approved", "trash", "approved"];
    for round in 0..4 {
        let moves = all.iter().enumerate().flat_map(|(place, id)| {
            let status = statuses[(place + round) % statuses.len()];
            let instance = if place % 2 == 0 { &app } else { &other };
            let patch = instance.patch(&format!("/api/v1/comments/{id}")).as_user(&editor);
            let patch = patch.merge_patch(&json!({ "status": status })).send();
            let turned: Vec<i64> = all.iter().rev().copied().collect();
            let body = json!({ "ids": turned, "status": statuses[round] });
            let bulk = instance.post("/api/v1/comments/bulk").as_user(&editor).json(&body).send();
            [futures_util::future::Either::Left(patch), futures_util::future::Either::Right(bulk)]
        });
        for answer in join_all(moves).await {
            answer.expect(200);
        }
        // `public_ids` compares the count with the list.
        public_ids(&app, article).await;
    }
    let body = json!({ "ids": all, "status": "approved" });
    app.post("/api/v1/comments/bulk").as_user(&editor).json(&body).send().await.expect(200);
    assert_eq!(public_ids(&app, article).await.len(), all.len());
    other.stop().await;
});

api_test!(comment_concurrent_with_closing_is_201_or_403, async |app: TestApp| {
    open(&app).await;
    let article = app.article().published().create_id().await;
    let editor = app.editor().await;
    for round in 0..5 {
        let own = format!("/api/v1/articles/{article}/comment-settings");
        let close =
            app.put(&own).as_user(&editor).if_match("*").json(&json!({ "comments": "closed" }));
        let (closed, posted) = futures_util::future::join(
            close.send(),
            app.comment(article).body(round.to_string()).send(),
        )
        .await;
        assert!(matches!(closed.status, 200 | 201));
        assert!(matches!(posted.status, 201 | 403), "{posted:?}");
        let before = count(&app, article).await;
        app.comment(article).by("huda").body(round.to_string()).send().await.expect(403);
        assert_eq!(count(&app, article).await, before);
        app.delete(&own).as_user(&editor).if_match("*").send().await.expect(204);
    }
});

api_test!(edit_concurrent_with_moderation_leaves_the_comment_in_the_trash, async |app: TestApp| {
    open(&app).await;
    let article = app.article().published().create_id().await;
    let editor = app.editor().await;
    let other = app.another_instance().await;
    for round in 0..5 {
        let posted = app.comment(article).body(round.to_string()).send().await.expect(201);
        let token = posted.json()["edit_token"].as_str().expect("a token").to_owned();
        let edit = other.patch(&posted.location()).header("edit-token", &token);
        let edit = edit.merge_patch(&json!({ "body": format!("{round}.1") }));
        let trash = app.delete(&posted.location()).as_user(&editor);
        let (edited, trashed) = futures_util::future::join(edit.send(), trash.send()).await;
        // The token ends with the moderation.
        assert!(matches!(edited.status, 200 | 403), "{edited:?}");
        trashed.expect(204);
        assert_eq!(as_moderator(&app, posted.id()).await["status"], "trash");
        assert_eq!(public_ids(&app, article).await, [0; 0]);
    }
    other.stop().await;
});
