//! Builders of articles, tags, users and comments. A test sets the fields that it is about; the
//! rest have defaults. The resources are created through the API.

use chrono::Duration;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::TestApp;
use super::answer::TestResponse;
use super::request::Request;
use super::session::{PASSWORD, Session};

/// Seconds between two anonymous comments from one address.
pub const COMMENT_PAUSE: i64 = 15;

impl TestApp {
    /// A draft titled خبر.
    pub fn article(&self) -> ArticleBuilder {
        let fields = Fields::default().with("title", "خبر");
        ArticleBuilder { app: self.clone(), fields, publish: None }
    }

    /// A tag.
    pub fn tag(&self, name: impl AsRef<str>) -> TagBuilder {
        TagBuilder { app: self.clone(), fields: Fields::default().with("name", name.as_ref()) }
    }

    /// An author named لينا حداد with the tests' common password.
    pub fn new_user(&self) -> UserBuilder {
        let fields = Fields::default()
            .with("email", "lina@news.example")
            .with("name", "لينا حداد")
            .with("role", "author")
            .with("password", PASSWORD);
        UserBuilder { app: self.clone(), fields }
    }

    /// An anonymous comment by Salem under the article with this id.
    pub fn comment(&self, article: i64) -> CommentBuilder {
        let builder = CommentBuilder { app: self.clone(), article, fields: Fields::default() };
        builder.by("salem").body("تعليق")
    }

    /// Changes the site's comment settings.
    pub async fn site_settings(&self, changes: Value) -> TestResponse {
        let admin = self.admin().await;
        let request = self.patch("/api/v1/comment-settings").as_user(&admin).if_match("*");
        request.merge_patch(&changes).send().await.expect(200)
    }
}

/// The fields of a body, in the order in which they were set.
#[derive(Debug, Clone, Default)]
struct Fields(Map<String, Value>);

impl Fields {
    fn with(mut self, name: &str, value: impl Serialize) -> Self {
        self.0.insert(name.to_owned(), json!(value));
        self
    }

    fn extend(mut self, object: Value) -> Self {
        let Value::Object(fields) = object else { panic!("no object: {object}") };
        self.0.extend(fields);
        self
    }
}

/// A resource that was created.
#[derive(Debug, Clone)]
pub struct Created {
    location: String,
    response: TestResponse,
}

impl Created {
    fn new(response: TestResponse) -> Self {
        Self { location: response.location(), response }
    }

    /// The number of the resource.
    pub fn id(&self) -> i64 {
        self.response.id()
    }

    /// The path of the resource.
    pub fn location(&self) -> String {
        self.location.clone()
    }

    /// The representation of the resource.
    pub fn json(&self) -> Value {
        self.response.json()
    }

    /// The strong `ETag`.
    pub fn etag(&self) -> String {
        self.response.etag()
    }

    /// The slug of an article or tag.
    pub fn slug(&self) -> String {
        self.json()["slug"].as_str().expect("a slug").to_owned()
    }
}

/// An article to be created.
#[derive(Clone)]
#[must_use = "nothing is created before `create` or `send`"]
pub struct ArticleBuilder {
    app: TestApp,
    fields: Fields,
    /// The body of the request that publishes it; a draft has none.
    publish: Option<Value>,
}

impl ArticleBuilder {
    /// Sets the title.
    pub fn title(self, title: impl AsRef<str>) -> Self {
        self.with("title", title.as_ref())
    }

    /// Sets the body.
    pub fn body(self, body: impl AsRef<str>) -> Self {
        self.with("body", body.as_ref())
    }

    /// Sets the language.
    pub fn lang(self, lang: &str) -> Self {
        self.with("lang", lang)
    }

    /// Sets the slug.
    pub fn slug(self, slug: impl AsRef<str>) -> Self {
        self.with("slug", slug.as_ref())
    }

    /// Sets the names of the tags.
    pub fn tags(self, tags: impl Serialize) -> Self {
        self.with("tags", tags)
    }

    /// Sets any field.
    pub fn with(self, field: &str, value: impl Serialize) -> Self {
        Self { fields: self.fields.with(field, value), ..self }
    }

    /// Sets all fields of a JSON object.
    pub fn fields(self, object: Value) -> Self {
        Self { fields: self.fields.extend(object), ..self }
    }

    /// Publishes it once it is created.
    pub fn published(self) -> Self {
        Self { publish: Some(json!({})), ..self }
    }

    /// Publishes it at a time such as `2026-01-10T12:00:00Z`; a later one than now schedules it.
    pub fn published_at(self, time: impl AsRef<str>) -> Self {
        Self { publish: Some(json!({ "at": time.as_ref() })), ..self }
    }

    /// Sends the draft.
    pub async fn send(self, by: &Session) -> TestResponse {
        self.app.post("/api/v1/articles").as_user(by).json(&self.fields.0).send().await
    }

    /// Creates the article, and publishes it if asked to.
    pub async fn create(self, by: &Session) -> Created {
        let (app, publish) = (self.app.clone(), self.publish.clone());
        let mut created = Created::new(self.send(by).await.expect(201));
        if let Some(body) = publish {
            let request = app.post(&format!("{}/publish", created.location)).as_user(by);
            created.response = request.json(&body).send().await.expect(200);
        }
        created
    }

    /// Creates it as an editor; returns its id.
    pub async fn create_id(self) -> i64 {
        let editor = self.app.editor().await;
        self.create(&editor).await.id()
    }
}

/// A tag to be created.
#[derive(Clone)]
#[must_use = "nothing is created before `create` or `send`"]
pub struct TagBuilder {
    app: TestApp,
    fields: Fields,
}

impl TagBuilder {
    /// Sets any field.
    pub fn with(self, field: &str, value: impl Serialize) -> Self {
        Self { fields: self.fields.with(field, value), ..self }
    }

    /// Sends the tag.
    pub async fn send(self, by: &Session) -> TestResponse {
        self.app.post("/api/v1/tags").as_user(by).json(&self.fields.0).send().await
    }

    /// Creates the tag.
    pub async fn create(self, by: &Session) -> Created {
        Created::new(self.send(by).await.expect(201))
    }
}

/// A user to be created.
#[derive(Clone)]
#[must_use = "nothing is created before `create` or `send`"]
pub struct UserBuilder {
    app: TestApp,
    fields: Fields,
}

impl UserBuilder {
    /// Sets the email address.
    pub fn email(self, email: &str) -> Self {
        self.with("email", email)
    }

    /// Sets the role.
    pub fn role(self, role: &str) -> Self {
        self.with("role", role)
    }

    /// Sets the password.
    pub fn password(self, password: &str) -> Self {
        self.with("password", password)
    }

    /// Sets any field.
    pub fn with(self, field: &str, value: impl Serialize) -> Self {
        Self { fields: self.fields.with(field, value), ..self }
    }

    /// The request that creates the user, for more headers.
    pub fn request(&self, by: &Session) -> Request {
        self.app.post("/api/v1/users").as_user(by).json(&self.fields.0)
    }

    /// Sends the user.
    pub async fn send(self, by: &Session) -> TestResponse {
        self.request(by).send().await
    }

    /// Creates the user.
    pub async fn create(self, by: &Session) -> Created {
        Created::new(self.send(by).await.expect(201))
    }
}

/// A comment to be posted.
#[derive(Clone)]
#[must_use = "nothing is posted before `send` or `create`"]
pub struct CommentBuilder {
    app: TestApp,
    article: i64,
    fields: Fields,
}

impl CommentBuilder {
    /// Sets the author's name, and an email address made of it.
    pub fn by(self, name: &str) -> Self {
        self.with("author_name", name).with("author_email", format!("{name}@reader.example"))
    }

    /// Sets the text.
    pub fn body(self, body: impl AsRef<str>) -> Self {
        self.with("body", body.as_ref())
    }

    /// Makes it a reply to another comment.
    pub fn reply_to(self, parent: i64) -> Self {
        self.with("parent_id", parent)
    }

    /// Sets any field.
    pub fn with(self, field: &str, value: impl Serialize) -> Self {
        Self { fields: self.fields.with(field, value), ..self }
    }

    /// Sets all fields of a JSON object.
    pub fn fields(self, object: Value) -> Self {
        Self { fields: self.fields.extend(object), ..self }
    }

    /// The request that posts the comment now, for more headers.
    pub fn request(&self) -> Request {
        self.app.post(&format!("/api/v1/articles/{}/comments", self.article)).json(&self.fields.0)
    }

    /// Waits for the pause between two comments, and posts the comment.
    pub async fn send(self) -> TestResponse {
        self.app.clock.advance(Duration::seconds(COMMENT_PAUSE));
        self.request().send().await
    }

    /// Posts a comment that is approved at once; returns its id.
    pub async fn create(self) -> i64 {
        self.send().await.expect(201).id()
    }
}
