//! Requests for each operation of the document. Only the session's rights decide about their
//! results.

use reqwest::Method;
use serde_json::{Value, json};

use super::derived;
use super::oracle::{Caller, Operation, State};
use super::scenario::{Owner, Scenario};
use crate::support::TestApp;
use crate::support::request::Request;
use crate::support::session::{ADMIN_EMAIL, PASSWORD};

const FORM: &str = "application/x-www-form-urlencoded";
const OTHER_PASSWORD: &str = "nine brass kettles whistle";

/// A request body.
enum Sends {
    Nothing,
    Json(Value),
    Patch(Value),
    /// A body of another type.
    Raw(&'static str, String),
}

use Sends::{Json, Nothing, Patch, Raw};

fn request(app: &TestApp, operation: &Operation, path: &str, sends: Sends) -> Request {
    let method: Method = operation.method.parse().expect("a method");
    let request = app.request(method, path);
    let request = if operation.method == "GET" { request } else { request.header("if-match", "*") };
    match sends {
        Nothing => request,
        Json(body) => request.json(&body),
        Patch(body) => request.merge_patch(&body),
        Raw(kind, body) => request.raw_body(kind, body),
    }
}

/// An anonymous request for an operation on an article.
pub fn about_article(app: &TestApp, operation: &Operation, path: &str) -> Request {
    let sends = match operation.id.as_str() {
        "get_article"
        | "get_article_by_slug"
        | "get_article_settings"
        | "get_adjacent_articles"
        | "list_related_articles"
        | "list_article_comments"
        | "get_article_comment"
        | "list_article_mentions"
        | "list_article_pings"
        | "list_revisions"
        | "get_revision"
        | "list_former_article_slugs"
        | "release_article_slug"
        | "create_preview_token"
        | "delete_article"
        | "delete_article_settings"
        | "archive_article"
        | "unpublish_article"
        | "restore_article"
        | "restore_revision" => Nothing,
        "send_trackback" => Raw(FORM, "url=https%3A%2F%2Fblog.example%2Fpost".into()),
        "publish_article" => Json(json!({})),
        "create_comment" => Json(json!({
            "author_name": "Somebody", "author_email": "reader@example.org", "body": "أحسنتم",
        })),
        "replace_article" => Json(json!({ "title": "عنوان آخر" })),
        "update_article" => Patch(json!({ "subtitle": "عنوان فرعي آخر" })),
        "replace_article_settings" => Json(json!({ "comments": "closed" })),
        "update_article_settings" => Patch(json!({ "pings": "closed" })),
        _ => panic!("{operation} is new: teach the authorization table how to call it"),
    };
    request(app, operation, path, sends)
}

/// A request for any other operation, on new resources.
pub async fn without_article(
    scenario: &Scenario,
    operation: &Operation,
    caller: Caller,
) -> Request {
    let (mut id, mut slug) = (0, String::new());
    let mut session = scenario.session(caller).cloned();
    let number = scenario.number();
    let sends = match operation.id.as_str() {
        "search_articles" | "suggest" | "export_personal_data" | "erase_personal_data" => Nothing,
        "get_comment" | "update_comment" | "delete_comment" | "erase_comment_author" => {
            id = comment(scenario).await;
            match operation.id.as_str() {
                "update_comment" => Patch(json!({ "status": "spam" })),
                _ => Nothing,
            }
        }
        "moderate_comments" => Json(json!({ "ids": [comment(scenario).await], "status": "trash" })),
        "create_article" => Json(json!({ "title": format!("خبر {number}") })),
        "create_tag" => Json(json!({ "name": format!("وسم {number}") })),
        "get_tag" | "get_tag_by_slug" | "delete_tag" | "update_tag" | "replace_tag"
        | "merge_tag" | "list_former_tag_slugs" | "release_tag_slug" => {
            (id, slug) = tag(scenario).await;
            if operation.id == "release_tag_slug" {
                let path = format!("/api/v1/tags/{id}");
                let patch = scenario.app.patch(&path).as_user(&scenario.editor).if_match("*");
                let renamed = json!({ "slug": format!("{slug}-جديد") });
                patch.merge_patch(&renamed).send().await.expect(200);
            }
            match operation.id.as_str() {
                "update_tag" => Patch(json!({ "description": "وصف" })),
                "replace_tag" => Json(json!({ "name": format!("وسم آخر {number}") })),
                "merge_tag" => Json(json!({ "into": tag(scenario).await.0 })),
                _ => Nothing,
            }
        }
        "send_webmention" => Raw(FORM, webmention(scenario).await),
        "get_mention" | "update_mention" | "delete_mention" => {
            id = mention(scenario).await;
            match operation.id.as_str() {
                "update_mention" => Patch(json!({ "status": "approved" })),
                _ => Nothing,
            }
        }
        "create_user" => Json(json!({
            "email": format!("somebody-{number}@example.org"), "name": "Somebody",
            "role": "contributor", "password": OTHER_PASSWORD,
        })),
        "get_user" | "delete_user" | "update_user" => {
            id = scenario.throwaway("contributor").await.user_id;
            match operation.id.as_str() {
                "update_user" => Patch(json!({ "role": "admin" })),
                _ => Nothing,
            }
        }
        "update_me" => Patch(json!({ "name": format!("Somebody {number}") })),
        "update_site_settings" => Patch(json!({ "max_links": number % 10 })),
        "replace_site_settings" => Json(site_settings(scenario, number).await),
        "login" => Json(json!({ "email": ADMIN_EMAIL, "password": PASSWORD })),
        "refresh" => {
            let token = scenario.another_session().await.refresh_token;
            Json(json!({ "refresh_token": token }))
        }
        "logout" | "change_password" => {
            session = match caller.role() {
                Some(role) => Some(scenario.throwaway(role).await),
                None => None,
            };
            let body = json!({ "current_password": PASSWORD, "new_password": OTHER_PASSWORD });
            if operation.id == "logout" { Nothing } else { Json(body) }
        }
        _ => return derived::call(scenario, operation, caller).await,
    };
    let request = request(&scenario.app, operation, &operation.path_of(id, &slug, 0), sends);
    let request = match operation.id.as_str() {
        "export_personal_data" | "erase_personal_data" => request.query(&[("email", ADMIN_EMAIL)]),
        "search_articles" | "suggest" => request.query(&[("q", "خبر")]),
        _ => request,
    };
    match session {
        Some(session) => request.as_user(&session),
        None => request,
    }
}

/// The id and slug of a new tag.
async fn tag(scenario: &Scenario) -> (i64, String) {
    let tag = scenario.app.tag(format!("وسم جديد {}", scenario.number()));
    let tag = tag.create(&scenario.editor).await;
    (tag.id(), tag.slug())
}

/// A new comment, written by the admin.
async fn comment(scenario: &Scenario) -> i64 {
    let article = scenario.article(Owner::Author, State::Published).await;
    let comment = scenario.app.comment(article.id).request().as_user(&scenario.admin);
    comment.send().await.expect(201).id()
}

/// A webmention of a published article, from a page of its own.
async fn webmention(scenario: &Scenario) -> String {
    let article = scenario.article(Owner::Author, State::Published).await;
    let target = format!("http://127.0.0.1:0/api/v1/articles/{}", article.id);
    // Each is another host, since each host has its own rate limit.
    format!("source=http://h{}.example/&target={target}", scenario.number())
}

/// The id of a new mention after its verification.
async fn mention(scenario: &Scenario) -> i64 {
    let form = webmention(scenario).await;
    let made =
        scenario.app.post("/api/v1/webmention").raw_body(FORM, form).send().await.expect(201);
    let status = async || scenario.app.get(&made.location()).send().await.json()["status"].clone();
    scenario.app.eventually(async || status().await == "rejected", "it is settled").await;
    made.json()["id"].as_i64().expect("a number")
}

/// The current settings with `max_links` changed.
async fn site_settings(scenario: &Scenario, number: usize) -> Value {
    let request = scenario.app.get("/api/v1/comment-settings").as_user(&scenario.admin);
    let mut settings = request.send().await.expect(200).json();
    let fields = settings.as_object_mut().expect("an object");
    fields.retain(|name, _| !matches!(name.as_str(), "version" | "updated_at"));
    fields.insert("max_links".into(), json!(number % 10));
    settings
}
