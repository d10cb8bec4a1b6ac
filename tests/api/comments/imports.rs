//! Comments of another site, imported by an admin with their time and author.

use chrono::Duration;
use maqal::clock::Clock;
use serde_json::{Value, json};

use super::{as_moderator, ids, moderate, open, public_list, under};
use crate::support::TestApp;
use crate::support::answer::TestResponse;

const TIME: &str = "2019-05-04T09:30:00Z";

async fn import(app: &TestApp, article: i64, changes: Value) -> TestResponse {
    let mut comment = json!({
        "author_name": "زائر قديم", "author_email": "old@reader.example", "body": "كازينو",
        "author_url": "https://old.example/", "created_at": TIME,
    });
    for (name, value) in changes.as_object().expect("an object") {
        comment[name] = value.clone();
    }
    app.post(&under(article)).as_user(&app.admin().await).json(&comment).send().await
}

api_test!(admin_imports_comments_with_their_time_and_author, async |app: TestApp| {
    let settings = json!({ "comments": "closed", "moderation": "all", "blocked_words": ["كازينو"] });
    app.site_settings(settings).await;
    let article = app.article().published().create_id().await;
    let top = import(&app, article, json!({})).await.expect(201);
    assert_eq!(
        (&top.json()["created_at"], &top.json()["author_name"], &top.json()["is_staff"]),
        (&json!(TIME), &json!("زائر قديم"), &json!(false))
    );
    assert_eq!((&top.json()["edit_token"], &top.json()["status"]), (&json!(null), &json!("approved")));
    let inside = as_moderator(&app, top.id()).await;
    assert_eq!(inside["author_email"], "old@reader.example");
    for field in ["user_id", "client_address", "user_agent", "held_for"] {
        assert_eq!(inside[field], json!(null), "{field}");
    }
    // Threads may be deeper than the settings allow.
    app.site_settings(json!({ "thread_depth": 1 })).await;
    let reply = json!({ "parent_id": top.id(), "created_at": "2019-05-04T10:00:00Z" });
    let reply = import(&app, article, reply).await.expect(201);
    assert_eq!(reply.json()["depth"], 2);
    let list = public_list(&app, article).await;
    assert_eq!(list.len(), 2);
    // An import that runs twice adds nothing. The same words at another time are another comment.
    import(&app, article, json!({})).await.expect(409).problem("comment_repeated");
    import(&app, article, json!({ "created_at": "2019-05-05T09:30:00Z" })).await.expect(201);
    let draft = app.article().create_id().await;
    let anonymous = json!({ "created_at": TIME, "body": "بلا اسم" });
    let anonymous = app.post(&under(draft)).as_user(&app.admin().await).json(&anonymous);
    anonymous.send().await.expect(201);
});

api_test!(import_by_others_or_from_the_future_is_422, async |app: TestApp| {
    let article = app.article().published().create_id().await;
    open(&app).await;
    let comment = json!({ "author_name": "س", "body": "تعليق", "created_at": TIME });
    for user in [app.contributor().await, app.author().await, app.editor().await] {
        let post = app.post(&under(article)).as_user(&user).json(&comment).send().await;
        let problem = post.expect(422).invalid(&["/created_at"]);
        assert_eq!(problem["errors"][0]["code"], "read_only");
    }
    let post = app.post(&under(article)).json(&comment).send().await;
    post.expect(422).invalid(&["/created_at"]);
    for late in [app.clock.now() + Duration::seconds(1), app.clock.now() + Duration::days(900)] {
        let answer = import(&app, article, json!({ "created_at": late })).await;
        let problem = answer.expect(422).invalid(&["/created_at"]);
        assert_eq!(problem["errors"][0]["code"], "out_of_range");
    }
    import(&app, article, json!({ "created_at": app.clock.now() })).await.expect(201);
    import(&app, article, json!({ "created_at": "yesterday" })).await.expect(422);
    import(&app, article, json!({ "body": " " })).await.expect(422).invalid(&["/body"]);
});

/// Walks a list forwards and then backwards, and checks that both ways agree.
async fn walk(app: &TestApp, path: &str, query: &[(&str, &str)], as_editor: bool) -> Vec<i64> {
    let editor = app.editor().await;
    let read = async |cursor: Option<&str>| {
        let mut query = query.to_vec();
        query.extend(cursor.map(|cursor| ("cursor", cursor)));
        let request = app.get(path).query(&query);
        let request = if as_editor { request.as_user(&editor) } else { request };
        request.send().await.expect(200).json()
    };
    let mut pages = vec![read(None).await];
    while let Some(next) = pages.last().and_then(|page| page["page"]["next"].as_str()) {
        let next = read(Some(next)).await;
        pages.push(next);
    }
    for at in (1..pages.len()).rev() {
        let back = read(pages[at]["page"]["prev"].as_str()).await;
        assert_eq!(ids(&back), ids(&pages[at - 1]), "{path} {query:?}");
    }
    pages.iter().flat_map(ids).collect()
}

api_test!(imported_comments_stand_at_their_time_in_every_list, async |app: TestApp| {
    let article = app.article().published().create_id().await;
    open(&app).await;
    let add = async |parent: Option<i64>, body: &str, time: &str| {
        let mut comment = json!({ "created_at": time, "body": body });
        if let Some(parent) = parent {
            comment["parent_id"] = json!(parent);
        }
        import(&app, article, comment).await.expect(201).id()
    };
    let new = app.comment(article).body("اليوم").create().await;
    let middle = add(None, "0", "2015-06-01T00:00:00Z").await;
    let oldest = add(None, "1", "1969-06-01T00:00:00Z").await;
    let same = add(None, "2", "2015-06-01T00:00:00Z").await;
    // A reply may have a time before its parent's, and follows it all the same.
    let late = add(Some(middle), "3", "2016-01-01T00:00:00Z").await;
    let early = add(Some(middle), "4", "2014-01-01T00:00:00Z").await;
    let below = add(Some(early), "5", "2018-01-01T00:00:00Z").await;
    let answer = app.comment(article).reply_to(oldest).body("ردّ").create().await;
    let thread = [middle, early, below, late];
    let oldest_first = [&[oldest, answer][..], &thread, &[same, new]].concat();
    let newest_first = [&[new, same][..], &thread, &[oldest, answer]].concat();
    for limit in ["1", "2", "3", "100"] {
        for (order, expected) in [("oldest", &oldest_first), ("newest", &newest_first)] {
            let query = [("order", order), ("limit", limit)];
            assert_eq!(walk(&app, &under(article), &query, false).await, *expected, "{query:?}");
            for comment in expected {
                let path = format!("{}/{comment}", under(article));
                let place = app.get(&path).query(&query).send().await.expect(200).json();
                let mut query = vec![("limit", limit)];
                match place["page"]["cursor"].as_str() {
                    Some(cursor) => query.push(("cursor", cursor)),
                    None => query.push(("order", order)),
                }
                let page = app.get(&under(article)).query(&query).send().await.expect(200);
                assert!(ids(&page.json()).contains(comment), "{order} {limit} {comment}");
            }
        }
        let by_time = [answer, new, below, late, same, middle, early, oldest];
        let article = article.to_string();
        for filter in [("article", article.as_str()), ("status", "approved")] {
            let query = [filter, ("limit", limit)];
            assert_eq!(walk(&app, "/api/v1/comments", &query, true).await, by_time, "{query:?}");
        }
        let imported = [below, late, same, middle, early, oldest];
        let query = [("email", "old@reader.example"), ("limit", limit)];
        assert_eq!(walk(&app, "/api/v1/comments", &query, true).await, imported);
    }
    let read = app.get(&format!("/api/v1/articles/{article}")).send().await.expect(200).json();
    assert_eq!(read["discussion"]["comment_count"], 8);
    // A tombstone keeps its place.
    moderate(&app, early, "spam").await;
    assert_eq!(walk(&app, &under(article), &[("limit", "2")], false).await, oldest_first);
    moderate(&app, below, "spam").await;
    let rest: Vec<i64> =
        oldest_first.iter().copied().filter(|id| ![early, below].contains(id)).collect();
    assert_eq!(walk(&app, &under(article), &[("limit", "2")], false).await, rest);
});

api_test!(import_between_two_pages_shifts_neither, async |app: TestApp| {
    let article = app.article().published().create_id().await;
    open(&app).await;
    let mut all = Vec::new();
    for year in ["2010", "2012", "2014", "2016"] {
        let time = json!({ "created_at": format!("{year}-01-01T00:00:00Z") });
        all.push(import(&app, article, time).await.expect(201).id());
    }
    let page = async |cursor: &str| {
        let query = [("limit", "2"), ("cursor", cursor)];
        app.get(&under(article)).query(&query).send().await.expect(200).json()
    };
    let first = app.get(&under(article)).query(&[("limit", "2")]).send().await.expect(200).json();
    let next = first["page"]["next"].as_str().expect("a cursor").to_owned();
    import(&app, article, json!({ "created_at": "2009-01-01T00:00:00Z" })).await.expect(201);
    let between = json!({ "created_at": "2013-01-01T00:00:00Z" });
    let between = import(&app, article, between).await.expect(201).id();
    assert_eq!(ids(&page(&next).await), [between, all[2]]);
    let prev = page(&next).await["page"]["prev"].as_str().expect("a cursor").to_owned();
    assert_eq!(ids(&page(&prev).await), [all[0], all[1]]);
});
