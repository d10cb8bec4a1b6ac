//! Writing operations of all kinds at once, on two instances: none fails, none waits in a circle, and
//! readers are answered meanwhile.

use std::future::Future;
use std::pin::Pin;

use chrono::Duration;
use futures_util::future::{join, join_all};
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::answer::TestResponse;
use crate::support::names::resolve_to_private;
use crate::support::request::Request;
use crate::support::session::{PASSWORD, Session};

type Sent = Pin<Box<dyn Future<Output = TestResponse>>>;

fn sent(request: Request) -> Sent {
    Box::pin(request.send())
}

/// More transactions at once than other tests have.
fn busy(config: &mut maqal::config::Config) {
    config.database.pool_size = 6;
    config.pings.per_network_hour = 0;
    resolve_to_private(config);
}

/// Asserts that the server failed none of the requests.
fn none_failed(answers: &[TestResponse]) {
    for answer in answers {
        assert!(answer.status < 500, "{answer:?}");
    }
}

/// Anonymous lists while writers work. Each is a cache miss.
async fn lists(app: &TestApp, first: usize) -> Vec<TestResponse> {
    let mut answers = Vec::new();
    for n in 0..8 {
        let after = format!("2020-01-01T00:00:{:02}Z", (first + n) % 60);
        let list = app.get("/api/v1/articles").query(&[("published_after", after.as_str())]);
        answers.push(list.send().await.expect(200));
        answers.push(app.get(&format!("/api/v1/tags?total=true&limit={}", 1 + n)).send().await);
    }
    answers
}

api_test!(concurrent_writers_of_the_same_new_tags_are_all_201, busy, async |app: TestApp| {
    let editor = app.editor().await;
    let other = app.another_instance().await;
    for round in 0..3 {
        let names: Vec<String> = (0..4).map(|n| format!("وسم {round} {n}")).collect();
        let reversed: Vec<String> = names.iter().rev().cloned().collect();
        let writers = join_all((0..12).map(|n| {
            let instance = if n % 3 == 0 { &other } else { &app };
            let tags = if n % 2 == 0 { &names } else { &reversed };
            instance.article().title(format!("خبر {round} {n}")).tags(tags).send(&editor)
        }));
        let (written, read) = join(writers, lists(&app, round * 8)).await;
        for answer in &written {
            let tags = answer.clone().expect(201).json()["tags"].as_array().map(Vec::len);
            assert_eq!(tags, Some(4));
        }
        none_failed(&read);
    }
    let list = app.get("/api/v1/tags?total=true").as_user(&editor).send().await.expect(200);
    assert_eq!(list.json()["page"]["total"], 12, "each name is one tag");
    other.stop().await;
});

/// The resources that all writers use.
struct Crowd {
    app: TestApp,
    admin: Session,
    editor: Session,
    author: Session,
    articles: Vec<i64>,
    tags: Vec<i64>,
    comments: Vec<i64>,
    mentions: Vec<i64>,
}

impl Crowd {
    async fn gather(app: TestApp) -> Self {
        let (admin, editor, author) = (app.admin().await, app.editor().await, app.author().await);
        let changes = json!({ "moderation": "none", "require_name_email": false });
        app.site_settings(changes).await;
        let (mut articles, mut comments, mut mentions, mut tags) = (vec![], vec![], vec![], vec![]);
        for n in 0..4 {
            let names = [format!("أ{n}"), format!("ب{}", (n + 1) % 4), "ليبيا".to_owned()];
            let article = app.article().title(format!("خبر {n}")).tags(&names).body("نص");
            let article = article.published().create(&author).await;
            articles.push(article.id());
            for tag in article.json()["tags"].as_array().expect("tags") {
                tags.push(tag["id"].as_i64().expect("an id"));
            }
            let comment = app.comment(article.id()).body(format!("تعليق {n}")).request();
            comments.push(comment.as_user(&author).send().await.expect(201).id());
            let mention = app.post("/api/v1/webmention").raw_body(FORM, webmention(n, article.id()));
            mentions.push(mention.send().await.expect(201).id());
        }
        tags.sort_unstable();
        tags.dedup();
        Self { app, admin, editor, author, articles, tags, comments, mentions }
    }

    /// One request of each kind, in an order of its own for each round.
    fn requests(&self, app: &TestApp, round: usize) -> Vec<Sent> {
        let mut all = Vec::new();
        for n in 0..2 {
            let place = round + n;
            all.extend(self.on_articles(app, place));
            all.extend(self.on_tags(app, place));
            all.extend(self.on_conversations(app, place));
            all.extend(self.on_users_and_settings(app, place));
        }
        // Half of the rounds begin with the last kind.
        if round % 2 == 1 {
            all.reverse();
        }
        all
    }

    fn article(&self, place: usize) -> String {
        format!("/api/v1/articles/{}", self.articles[place % self.articles.len()])
    }

    fn tag(&self, place: usize) -> i64 {
        self.tags[place % self.tags.len()]
    }

    fn on_articles(&self, app: &TestApp, place: usize) -> Vec<Sent> {
        let (path, next) = (self.article(place), self.article(place + 1));
        let names = ["ليبيا", "أ0", "أ1", "جديد", "آخر"];
        let turned: Vec<_> = names.iter().rev().collect();
        let patch = |path: &str, body: Value| {
            let request = app.patch(path).as_user(&self.editor).if_match("*");
            sent(request.merge_patch(&body))
        };
        let post = |path: String| sent(app.post(&path).as_user(&self.editor));
        let create = |by: &Session, body: Value| {
            sent(app.post("/api/v1/articles").as_user(by).json(&body))
        };
        vec![
            create(&self.author, json!({ "title": "نشرة", "tags": names })),
            create(&self.editor, json!({ "title": "نشرة", "tags": turned })),
            patch(&path, json!({ "tags": names, "title": "عنوان آخر", "slug": null })),
            patch(&next, json!({ "tags": turned, "lang": if place.is_multiple_of(2) { "en" } else { "ar" } })),
            patch(&path, json!({ "slug": format!("x-{}", place % 3) })),
            post(format!("{path}/unpublish")),
            post(format!("{path}/publish")),
            post(format!("{next}/archive")),
            post(format!("{next}/publish")),
            post(format!("{path}/revisions/1/restore")),
            post(format!("{next}/restore")),
            sent(app.delete(&next).as_user(&self.editor)),
            sent(app.delete(&format!("{path}/former-slugs/x-1")).as_user(&self.editor)),
        ]
    }

    fn on_tags(&self, app: &TestApp, place: usize) -> Vec<Sent> {
        let (one, other) = (self.tag(place), self.tag(place + 3));
        let patch = |id: i64, body: Value| {
            let request = app.patch(&format!("/api/v1/tags/{id}")).as_user(&self.editor);
            sent(request.if_match("*").merge_patch(&body))
        };
        let create = |name: String| {
            let request = app.post("/api/v1/tags").as_user(&self.editor);
            sent(request.json(&json!({ "name": name })))
        };
        let merge = |from: i64, into: i64| {
            let request = app.post(&format!("/api/v1/tags/{from}/merge")).as_user(&self.editor);
            sent(request.json(&json!({ "into": into })))
        };
        let mut all = vec![
            create("جديد".to_owned()),
            create(format!("وسم {place}")),
            patch(one, json!({ "name": format!("اسم {place}"), "slug": null })),
            patch(other, json!({ "name": "آخر" })),
        ];
        if place % 4 == 3 {
            all.push(merge(one, other));
            all.push(merge(other, one));
            let gone = format!("/api/v1/tags/{}", self.tag(place + 5));
            all.push(sent(app.delete(&gone).as_user(&self.editor)));
        }
        all
    }

    fn on_conversations(&self, app: &TestApp, place: usize) -> Vec<Sent> {
        let article = self.articles[place % self.articles.len()];
        let comment = self.comments[place % self.comments.len()];
        let mention = self.mentions[place % self.mentions.len()];
        let own = format!("/api/v1/articles/{article}/comment-settings");
        let mut turned = self.comments.clone();
        turned.reverse();
        let bulk = |ids: &[i64], status: &str| {
            let request = app.post("/api/v1/comments/bulk").as_user(&self.editor);
            sent(request.json(&json!({ "ids": ids, "status": status })))
        };
        let patch = |path: String, body: Value| {
            sent(app.patch(&path).as_user(&self.editor).merge_patch(&body))
        };
        let erase = app.delete("/api/v1/comments/personal-data").as_user(&self.admin);
        vec![
            sent(app.comment(article).body(format!("رد {place}")).request().as_user(&self.author)),
            bulk(&self.comments, "approved"),
            bulk(&turned, if place.is_multiple_of(2) { "spam" } else { "approved" }),
            patch(format!("/api/v1/comments/{comment}"), json!({ "status": "approved" })),
            sent(erase.query(&[("email", self.author.email.as_str())])),
            sent(app.put(&own).as_user(&self.editor).if_match("*").json(&json!({ "pings": "open" }))),
            sent(app.delete(&own).as_user(&self.editor).if_match("*")),
            sent(app.post("/api/v1/webmention").raw_body(FORM, webmention(place, article))),
            patch(format!("/api/v1/mentions/{mention}"), json!({ "status": "approved" })),
        ]
    }

    fn on_users_and_settings(&self, app: &TestApp, place: usize) -> Vec<Sent> {
        let settings = app.patch("/api/v1/comment-settings").as_user(&self.admin).if_match("*");
        let user = format!("/api/v1/users/{}", self.author.user_id);
        let user = app.patch(&user).as_user(&self.admin);
        let login = json!({ "email": self.author.email, "password": PASSWORD });
        vec![
            sent(settings.merge_patch(&json!({ "max_links": place % 9 }))),
            sent(user.merge_patch(&json!({ "name": format!("Omar {place}"), "role": "author" }))),
            sent(app.post("/api/v1/auth/login").json(&login)),
        ]
    }
}

const FORM: &str = "application/x-www-form-urlencoded";

/// A webmention from an address that is never fetched.
fn webmention(place: usize, article: i64) -> String {
    let target = format!("http://127.0.0.1:0/api/v1/articles/{article}");
    format!("source=http://h{}.example/&target={target}", place % 200)
}

/// A new user with an article, a revision and a comment, who is deleted while others write there.
async fn deleted_author(crowd: &Crowd, app: &TestApp, round: usize) -> Vec<Sent> {
    let email = format!("guest-{round}@example.org");
    let guest = crowd.app.user(&email, "Guest", "editor").await;
    let own = crowd.app.article().title("مقال الضيف").tags(["ليبيا"]).published().create(&guest).await;
    let other = crowd.article(round);
    let id = crowd.articles[round % crowd.articles.len()];
    let patch = |path: &str| {
        let request = app.patch(path).as_user(&guest).if_match("*");
        sent(request.merge_patch(&json!({ "subtitle": format!("سطر {round}") })))
    };
    let permanent = format!("{}?permanent=true", own.location());
    vec![
        patch(&other),
        patch(&own.location()),
        sent(app.comment(id).body(format!("ضيف {round}")).request().as_user(&guest)),
        sent(app.post("/api/v1/auth/refresh").json(&json!({ "refresh_token": guest.refresh_token }))),
        sent(app.delete(&format!("/api/v1/users/{}", guest.user_id)).as_user(&crowd.admin)),
        sent(app.comment(own.id()).body("وداعا").request().as_user(&crowd.author)),
        sent(app.delete(&permanent).as_user(&crowd.admin)),
    ]
}

api_test!(all_writing_operations_at_once_never_fail, busy, async |app: TestApp| {
    let crowd = Crowd::gather(app.clone()).await;
    let other = app.another_instance().await;
    for round in 0..6 {
        let soon = app.article().title("مجدول").tags(["ليبيا", "أ1"]);
        let at = format!("2026-01-15T09:{:02}:30Z", round + 1);
        soon.published_at(at).create(&crowd.editor).await;
        let (here, there) = (&app, &other);
        let mut all = crowd.requests(here, round);
        all.extend(crowd.requests(there, round + 1));
        all.extend(deleted_author(&crowd, if round % 2 == 0 { here } else { there }, round).await);
        // The sweepers of both instances publish the article, and delete expired rows.
        app.clock.advance(Duration::minutes(1));
        let work = join(join_all(all), join(lists(&app, round * 8), app.delete_expired()));
        let (written, (read, ())) = work.await;
        none_failed(&written);
        none_failed(&read);
    }
    // The counts are right in the end.
    let list = app.get("/api/v1/tags?limit=100").as_user(&crowd.editor).send().await.expect(200);
    for tag in list.json()["data"].as_array().expect("tags") {
        let slug = tag["slug"].as_str().expect("a slug");
        let query = [("tag", slug), ("total", "true"), ("limit", "1"), ("status", "published")];
        let tagged = app.get("/api/v1/articles").as_user(&crowd.editor).query(&query).send().await;
        let total = tagged.expect(200).json()["page"]["total"].clone();
        assert_eq!(tag["article_count"], total, "{slug}");
    }
    other.stop().await;
});
