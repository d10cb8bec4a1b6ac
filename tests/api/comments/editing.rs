//! Edits and deletions by the author of a comment, who holds its edit token.

use chrono::{DateTime, Duration, Utc};
use maqal::clock::Clock;
use serde_json::{Value, json};

use super::{as_moderator, moderate, open, outline, public_ids, public_list, under};
use crate::support::TestApp;
use crate::support::answer::TestResponse;
use crate::support::request::Request;

/// A posted comment and its token.
struct Own {
    path: String,
    id: i64,
    token: String,
}

impl Own {
    fn of(posted: &TestResponse) -> Self {
        let token = posted.json()["edit_token"].as_str().expect("a token").to_owned();
        Self { path: posted.location(), id: posted.id(), token }
    }

    fn patch(&self, app: &TestApp, body: &str) -> Request {
        let request = app.patch(&self.path).header("edit-token", &self.token);
        request.merge_patch(&json!({ "body": body }))
    }

    fn delete(&self, app: &TestApp) -> Request {
        app.delete(&self.path).header("edit-token", &self.token)
    }
}

api_test!(author_edits_and_deletes_a_comment_by_its_token, async |app: TestApp| {
    let article = app.article().published().create_id().await;
    open(&app).await;
    let posted = app.comment(article).body("خطا").send().await.expect(201);
    let own = Own::of(&posted);
    assert!(own.token.starts_with("mqe_") && own.token.len() == 47);
    let until: DateTime<Utc> =
        posted.json()["editable_until"].as_str().expect("a time").parse().expect("a time");
    assert_eq!(until, app.clock.now() + Duration::minutes(10));
    let edited = own.patch(&app, "خطأ <b>صغير</b>").if_match(&posted.etag()).send().await;
    let edited = edited.expect(200).json();
    assert_eq!((&edited["html"], &edited["status"]), (&json!("<p>خطأ <b>صغير</b></p>\n"), &json!("approved")));
    // Nothing that only moderators see.
    for hidden in ["author_email", "client_address", "user_agent", "held_for", "body", "version"] {
        assert_eq!(edited.get(hidden), None, "{hidden}");
    }
    assert_eq!(edited["edit_token"], json!(null));
    assert_eq!(public_list(&app, article).await[0]["html"], edited["html"]);
    own.patch(&app, "متأخر").if_match(&posted.etag()).send().await.expect(412);
    own.delete(&app).if_match(&posted.etag()).send().await.expect(412);
    own.delete(&app).send().await.expect(204);
    assert_eq!(public_ids(&app, article).await, [0; 0]);
    assert_eq!(as_moderator(&app, own.id).await["status"], "trash");
    own.delete(&app).send().await.expect(403).problem("edit_token_invalid");
    own.patch(&app, "عودة").send().await.expect(403).problem("edit_token_invalid");
    // A deleted comment may be posted again.
    app.comment(article).body("خطأ <b>صغير</b>").send().await.expect(201);
});

api_test!(wrong_edit_token_is_403_for_every_comment, async |app: TestApp| {
    let article = app.article().published().create_id().await;
    open(&app).await;
    let own = Own::of(&app.comment(article).body("1").send().await.expect(201));
    let other = Own::of(&app.comment(article).by("huda").body("2").send().await.expect(201));
    let wrong = format!("mqe_{}", "A".repeat(43));
    let unknown = "/api/v1/comments/999999".to_owned();
    for (path, token) in [
        (&own.path, other.token.as_str()),
        (&own.path, &wrong),
        (&own.path, "mqe_"),
        (&own.path, "x"),
        (&unknown, &own.token),
    ] {
        let patch = app.patch(path).header("edit-token", token).merge_patch(&json!({ "body": "x" }));
        patch.send().await.expect(403).problem("edit_token_invalid");
        let delete = app.delete(path).header("edit-token", token);
        delete.send().await.expect(403).problem("edit_token_invalid");
    }
    assert_eq!(public_ids(&app, article).await, [own.id, other.id]);
    // The token reads nothing, and changes nothing but the text.
    app.get(&own.path).header("edit-token", &own.token).send().await.expect(401);
    let permanent = app.delete(&format!("{}?permanent=true", own.path));
    permanent.header("edit-token", &own.token).send().await.expect(403).problem("forbidden");
    for field in ["status", "author_name", "author_url"] {
        let patch = json!({ "body": "x", field: "approved" });
        let patch = app.patch(&own.path).header("edit-token", &own.token).merge_patch(&patch);
        let answer = patch.send().await.expect(422);
        assert_eq!(answer.json()["errors"][0]["pointer"], format!("/{field}"), "{answer:?}");
    }
    own.patch(&app, "").send().await.expect(422).invalid(&["/body"]);
    own.patch(&app, "<script>x</script>").send().await.expect(422).invalid(&["/body"]);
    own.patch(&app, "2").send().await.expect(200);
    let copy = app.comment(article).body("3").send().await.expect(201);
    Own::of(&copy).patch(&app, "2").send().await.expect(409).problem("comment_repeated");
});

api_test!(edit_token_expires_with_the_configured_window, async |app: TestApp| {
    let article = app.article().published().create_id().await;
    open(&app).await;
    app.site_settings(json!({ "edit_minutes": 3 })).await;
    let own = Own::of(&app.comment(article).body("1").send().await.expect(201));
    app.clock.advance(Duration::minutes(3) - Duration::milliseconds(1));
    own.patch(&app, "1.1").send().await.expect(200);
    app.clock.advance(Duration::milliseconds(1));
    own.patch(&app, "1.2").send().await.expect(403).problem("edit_expired");
    own.delete(&app).send().await.expect(403).problem("edit_expired");
    let other = Own::of(&app.comment(article).by("other").body("3").send().await.expect(201));
    app.site_settings(json!({ "edit_minutes": 0 })).await;
    other.patch(&app, "3.1").send().await.expect(403).problem("edit_expired");
    let posted = app.comment(article).body("2").send().await.expect(201).json();
    assert_eq!((&posted["edit_token"], &posted["editable_until"]), (&json!(null), &json!(null)));
});

api_test!(editors_decision_ends_the_edit_token, async |app: TestApp| {
    let article = app.article().published().create_id().await;
    open(&app).await;
    let editor = app.editor().await;
    for (name, change) in [
        ("a", json!({ "body": "[removed]" })),
        ("b", json!({ "status": "spam" })),
        ("c", json!({ "status": "pending" })),
    ] {
        let own = Own::of(&app.comment(article).by(name).body(name).send().await.expect(201));
        let patch = app.patch(&own.path).as_user(&editor).if_match("*").merge_patch(&change);
        let decided = patch.send().await.expect(200).json();
        own.patch(&app, "again").send().await.expect(403).problem("edit_token_invalid");
        own.delete(&app).send().await.expect(403).problem("edit_token_invalid");
        let now = app.get(&own.path).as_user(&editor).send().await.expect(200).json();
        assert_eq!((&now["body"], &now["status"]), (&decided["body"], &decided["status"]));
    }
    // An approval is no change of the text.
    let own = Own::of(&app.comment(article).by("d").body("d").send().await.expect(201));
    let approved = app.patch(&own.path).as_user(&editor).if_match("*");
    approved.merge_patch(&json!({ "status": "approved" })).send().await.expect(200);
    own.patch(&app, "d.1").send().await.expect(200);
});

api_test!(edited_comment_is_moderated_again, async |app: TestApp| {
    let article = app.article().published().create_id().await;
    let words = json!({
        "moderation": "none", "max_links": 2,
        "moderation_words": ["إعلان"], "blocked_words": ["كازينو"],
    });
    app.site_settings(words).await;
    let edit = async |name: &str, first: &str, second: &str| -> (Value, Value) {
        let comment = app.comment(article).by(name).body(first);
        let own = Own::of(&comment.send().await);
        let answer = own.patch(&app, second).send().await.expect(200).json();
        let inside = as_moderator(&app, own.id).await;
        let shown = public_ids(&app, article).await.contains(&own.id);
        assert_eq!(answer["status"] == "approved", shown, "{name}");
        assert_eq!(answer["status"] == "approved", inside["status"] == "approved", "{name}");
        (inside["status"].clone(), inside["held_for"].clone())
    };
    let judged = |status: &str, reason: Value| (json!(status), reason);
    assert_eq!(edit("a", "1", "2").await, judged("approved", json!(null)));
    assert_eq!(edit("b", "3", "هذا إعلان").await, judged("pending", json!("words")));
    assert_eq!(edit("c", "4", "كازينو").await, judged("spam", json!("blocked_words")));
    assert_eq!(edit("d", "5", "a.com b.com").await, judged("pending", json!("links")));
    // An edit shows nothing that was hidden.
    assert_eq!(edit("e", "إعلان آخر", "6").await, judged("pending", json!("words")));
    assert_eq!(edit("f", "كازينو آخر", "7").await, judged("spam", json!("blocked_words")));
    // With `first_time`, the comment that was approved doesn't vouch for its own edit.
    app.site_settings(json!({ "moderation": "first_time" })).await;
    let own = Own::of(&app.comment(article).by("g").body("8").send().await.expect(202));
    moderate(&app, own.id, "approved").await;
    let answer = own.patch(&app, "9").send().await.expect(200).json();
    assert_eq!(answer["status"], "pending");
    assert_eq!(as_moderator(&app, own.id).await["held_for"], "first_time");
    let own = Own::of(&app.comment(article).by("a").body("10").send().await.expect(201));
    assert_eq!(own.patch(&app, "11").send().await.expect(200).json()["status"], "approved");
    // A moderator's decision stays.
    moderate(&app, own.id, "trash").await;
    own.patch(&app, "12").send().await.expect(403).problem("edit_token_invalid");
    assert_eq!(as_moderator(&app, own.id).await["status"], "trash");
});

api_test!(edit_obeys_closed_comments_and_deletion_does_not, async |app: TestApp| {
    let article = app.article().published().create_id().await;
    open(&app).await;
    let own = Own::of(&app.comment(article).body("1").send().await.expect(201));
    app.site_settings(json!({ "comments": "closed" })).await;
    own.patch(&app, "2").send().await.expect(403).problem("comments_closed");
    app.site_settings(json!({ "comments": "open", "require_login": true })).await;
    own.patch(&app, "2").send().await.expect(401).problem("login_required");
    own.delete(&app).send().await.expect(204);
});

api_test!(deleted_comment_with_replies_leaves_a_tombstone, async |app: TestApp| {
    let article = app.article().published().create_id().await;
    open(&app).await;
    let own = Own::of(&app.comment(article).body("1").send().await.expect(201));
    let reply = app.comment(article).by("huda").reply_to(own.id).body("1.1").create().await;
    own.delete(&app).send().await.expect(204);
    assert_eq!(outline(&app, article).await, [-own.id, reply]);
});

api_test!(erasure_of_personal_data_ends_the_edit_token, async |app: TestApp| {
    let article = app.article().published().create_id().await;
    open(&app).await;
    let own = Own::of(&app.comment(article).body("1").send().await.expect(201));
    let erase = app.delete(&format!("{}/personal-data", own.path));
    erase.as_user(&app.editor().await).send().await.expect(204);
    own.patch(&app, "2").send().await.expect(403).problem("edit_token_invalid");
    own.delete(&app).send().await.expect(403).problem("edit_token_invalid");
    assert_eq!(public_ids(&app, article).await, [own.id]);
});

api_test!(edit_token_is_in_no_answer_but_the_first, async |app: TestApp| {
    let article = app.article().published().create_id().await;
    open(&app).await;
    let request = app.comment(article).body("1").request().idempotency_key("key");
    let own = Own::of(&request.send().await.expect(201));
    let request = app.comment(article).body("1").request().idempotency_key("key");
    let replay = request.send().await.expect(201);
    assert_eq!(replay.header("idempotency-replayed"), Some("true"));
    let (editor, admin) = (app.editor().await, app.admin().await);
    let email = [("email", "salem@reader.example")];
    let answers = [
        replay,
        own.patch(&app, "2").send().await.expect(200),
        app.get(&under(article)).send().await,
        app.get(&format!("{}/{}", under(article), own.id)).send().await,
        app.get(&own.path).as_user(&editor).send().await,
        app.get("/api/v1/comments").as_user(&editor).send().await,
        app.get("/api/v1/comments/export").as_user(&admin).query(&email).send().await,
    ];
    for answer in answers {
        assert!(matches!(answer.status, 200 | 201), "{answer:?}");
        assert!(!answer.text().contains("mqe_"), "{answer:?}");
    }
    // Staff get a token too, and keep their name.
    let author = app.author().await;
    let staff = app.post(&under(article)).as_user(&author).json(&json!({ "body": "كازينو" }));
    let staff = Own::of(&staff.send().await.expect(201));
    app.site_settings(json!({ "blocked_words": ["كازينو"] })).await;
    let edited = staff.patch(&app, "كازينو!").send().await.expect(200).json();
    assert_eq!((&edited["is_staff"], &edited["status"]), (&json!(true), &json!("approved")));
});
