//! Personal data of comments: hidden from the public, exported, and erased.

use chrono::Duration;
use serde_json::{Value, json};

use super::{as_moderator, moderate, open, public_ids, under};
use crate::support::TestApp;

const EXPORT: &str = "/api/v1/comments/export";
const ERASE: &str = "/api/v1/comments/personal-data";

fn assert_author_erased(comment: &Value) {
    for field in
        ["author_name", "author_email", "author_url", "user_id", "client_address", "user_agent"]
    {
        assert_eq!(comment[field], json!(null), "{field}: {comment}");
    }
}

api_test!(pending_comment_is_in_no_public_answer, async |app: TestApp| {
    let article = app.article().published().create_id().await;
    let comment = app.comment(article).by("canary-name").body("canary-text");
    let comment = comment.with("author_url", "https://canary-page.example/");
    let request = comment.request().header("user-agent", "canary-agent");
    let held = request.send().await.expect(202).id();
    comment.send().await.expect(409);
    let reply = app.comment(article).by("canary-other").reply_to(held);
    let refused = reply.send().await.expect(422);
    let article_path = format!("/api/v1/articles/{article}");
    let slug = app.get(&article_path).send().await.expect(200).json()["slug"].clone();
    let mut public = vec![refused];
    for path in [
        under(article),
        format!("{}?order=newest&total=true", under(article)),
        article_path.clone(),
        format!("/api/v1/articles/slug/{}", slug.as_str().expect("a slug")),
        format!("{article_path}/comment-settings"),
        format!("{article_path}/related"),
        "/api/v1/articles?include=html".to_owned(),
        "/api/v1/tags".to_owned(),
        "/metrics".to_owned(),
    ] {
        public.push(app.get(&path).send().await);
    }
    for path in
        [format!("/api/v1/comments/{held}"), "/api/v1/comments".to_owned(), EXPORT.to_owned()]
    {
        public.push(app.get(&path).send().await.expect(401));
    }
    for answer in &public {
        assert!(!answer.text().contains("canary"), "{answer:?}");
        assert!(!format!("{:?}", answer.headers).contains("canary"), "{answer:?}");
    }
    let list = app.get(&under(article)).query(&[("total", "true")]).send().await.expect(200);
    assert_eq!(list.json()["page"]["total"], 0);
    // An approved comment shows its text, but no email address.
    moderate(&app, held, "approved").await;
    let list = app.get(&under(article)).send().await.expect(200);
    assert!(list.text().contains("canary-text") && !list.text().contains("reader.example"));
});

api_test!(erasing_a_comments_author_keeps_its_text, async |app: TestApp| {
    let article = app.article().published().create_id().await;
    open(&app).await;
    let comment = app.comment(article).body("نصّ يبقى");
    let id = comment.with("author_url", "https://salem.example/").create().await;
    let path = format!("/api/v1/comments/{id}/personal-data");
    app.delete(&path).as_user(&app.author().await).send().await.expect(403);
    let stale = app.delete(&path).as_user(&app.editor().await).if_match("\"v7-0\"");
    stale.send().await.expect(412).problem("precondition_failed");
    app.delete(&path).as_user(&app.editor().await).if_match("\"v1-0\"").send().await.expect(204);
    let left = as_moderator(&app, id).await;
    assert_author_erased(&left);
    assert_eq!((&left["html"], &left["version"]), (&json!("<p>نصّ يبقى</p>\n"), &json!(2)));
    assert_eq!(public_ids(&app, article).await, [id]);
    let missing = app.delete("/api/v1/comments/999999/personal-data").as_user(&app.editor().await);
    missing.send().await.expect(404).problem("comment_not_found");
});

api_test!(personal_data_is_exported_and_erased_by_email, async |app: TestApp| {
    let article = app.article().published().create_id().await;
    let first = app.comment(article).body("1").send().await.expect(202).id();
    let other = app.comment(article).by("huda").body("2").send().await.expect(202).id();
    let second = app.comment(article).body("3").send().await.expect(202).id();
    moderate(&app, second, "spam").await;
    let author = app.author().await;
    let staff = app.post(&under(article)).as_user(&author).json(&json!({ "body": "4" }));
    let staff = staff.send().await.expect(201).id();

    let admin = app.admin().await;
    let export = async |email: &str| {
        let request = app.get(EXPORT).as_user(&admin).query(&[("email", email)]);
        request.send().await.expect(200)
    };
    let of = |data: &Value| -> Vec<i64> {
        let all = data["comments"].as_array().expect("a list");
        all.iter().map(|one| one["id"].as_i64().expect("an id")).collect()
    };
    let data = export("Salem@Reader.example").await;
    assert_eq!(
        (of(&data.json()), &data.json()["email"]),
        (vec![first, second], &json!("salem@reader.example"))
    );
    assert_eq!(data.json()["comments"][0]["client_address"], "127.0.0.1");
    let again = app.get(EXPORT).as_user(&admin).query(&[("email", "salem@reader.example")]);
    again.if_none_match(&data.etag()).send().await.expect(304);
    assert_eq!(of(&export(&author.email).await.json()), [staff]);
    assert_eq!(of(&export("nobody@reader.example").await.json()), [0; 0]);

    let erase = async |email: &str| {
        let request = app.delete(ERASE).as_user(&admin).query(&[("email", email)]);
        request.send().await.expect(200).json()["erased"].clone()
    };
    assert_eq!(erase("SALEM@reader.example").await, 2);
    assert_eq!(erase("SALEM@reader.example").await, 0);
    assert_eq!(erase(&author.email).await, 1);
    for id in [first, second, staff] {
        assert_author_erased(&as_moderator(&app, id).await);
    }
    assert_eq!(as_moderator(&app, other).await["author_email"], "huda@reader.example");
    assert_eq!(of(&export("salem@reader.example").await.json()), [0; 0]);
    // After erasure neither the email nor a repetition is recognised.
    moderate(&app, first, "approved").await;
    app.comment(article).body("1").send().await.expect(202);

    let editor = app.editor().await;
    app.get(EXPORT).as_user(&editor).query(&[("email", "a@b.example")]).send().await.expect(403);
    app.delete(ERASE).as_user(&editor).query(&[("email", "a@b.example")]).send().await.expect(403);
    for bad in ["", "nobody", "a@b"] {
        app.get(EXPORT).as_user(&admin).query(&[("email", bad)]).send().await.expect(400);
    }
    app.get(EXPORT).as_user(&admin).send().await.expect(400).problem("invalid_parameter");
    app.delete(ERASE).as_user(&admin).send().await.expect(400);
});

api_test!(comments_of_a_deleted_user_stay, async |app: TestApp| {
    let article = app.article().published().create_id().await;
    let user = app.user("leaving@example.org", "Leaving", "author").await;
    let comment = app.post(&under(article)).as_user(&user).json(&json!({ "body": "وداعًا" }));
    let id = comment.send().await.expect(201).id();
    let path = format!("/api/v1/users/{}", user.user_id);
    app.delete(&path).as_user(&app.admin().await).send().await.expect(204);
    let left = as_moderator(&app, id).await;
    assert_eq!(
        (&left["user_id"], &left["author_name"], &left["is_staff"]),
        (&json!(null), &json!("Leaving"), &json!(true))
    );
    // The address of a deleted user grants nothing.
    let forged = app.comment(article).with("author_email", "leaving@example.org");
    forged.send().await.expect(202);
});

api_test!(client_data_of_a_comment_is_deleted_after_ninety_days, async |app: TestApp| {
    let article = app.article().published().create_id().await;
    let request = app.comment(article).request().header("user-agent", "Reader/1");
    let id = request.send().await.expect(202).id();
    let traces = async || {
        app.delete_expired().await;
        let comment = as_moderator(&app, id).await;
        (
            comment["client_address"].clone(),
            comment["user_agent"].clone(),
            comment["version"].clone(),
        )
    };
    app.clock.advance(Duration::days(90) - Duration::seconds(1));
    assert_eq!(traces().await, (json!("127.0.0.1"), json!("Reader/1"), json!(1)));
    app.clock.advance(Duration::seconds(1));
    assert_eq!(traces().await, (json!(null), json!(null), json!(1)));
    assert_eq!(as_moderator(&app, id).await["author_email"], "salem@reader.example");
});
