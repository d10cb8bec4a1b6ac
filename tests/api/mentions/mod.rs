//! Mentions: received by three protocols, verified and moderated; and sent. The other sites are
//! servers on this machine, which the settings of these tests allow.

mod aliases;
mod closed;
mod discovery;
mod expiry;
mod flood;
mod kinds;
mod moderation;
mod outgoing;
mod pages;
mod pingback;
mod refusals;
mod sources;
mod trackback;
mod webmention;

use maqal::config::Config;
use serde_json::Value;

use crate::support::TestApp;
use crate::support::answer::TestResponse;
use crate::support::peer::{Page, Peer};

/// Allows fetches of this machine without a rate limit, and sets a frontend.
fn open(config: &mut Config) {
    config.pings.allow_private = true;
    config.pings.per_host_seconds = 0;
    config.site_url = Some("https://news.example/{slug}".into());
}

/// The API's public URL according to its settings.
const OWN: &str = "http://127.0.0.1:0";

/// A published article.
struct Published {
    id: i64,
    /// Its URL on the frontend.
    address: String,
}

impl Published {
    fn path(&self) -> String {
        format!("/api/v1/articles/{}", self.id)
    }
}

async fn published(app: &TestApp, title: &str, body: &str) -> Published {
    let editor = app.editor().await;
    let article = app.article().title(title).body(body).published().create(&editor).await;
    Published { id: article.id(), address: format!("https://news.example/{}", article.slug()) }
}

/// A URL-encoded form.
fn form(fields: &[(&str, &str)]) -> String {
    let pairs = fields.iter().map(|(name, value)| (*name, *value));
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(pairs).finish()
}

const FORM: &str = "application/x-www-form-urlencoded";

async fn webmention(app: &TestApp, source: &str, target: &str) -> TestResponse {
    let body = form(&[("source", source), ("target", target)]);
    app.post("/api/v1/webmention").raw_body(FORM, body).send().await
}

/// The path of the status page in `Location`.
fn status_page(answer: &TestResponse) -> String {
    let location = answer.location();
    location.find("/api/v1/").map(|at| location[at..].to_owned()).expect("a status page")
}

/// Waits until a mention is no longer queued. Returns its status page.
async fn wait_until_settled(app: &TestApp, path: &str) -> Value {
    let read = async || app.get(path).send().await.expect(200).json();
    app.eventually(async || read().await["status"] != "queued", "the mention is settled").await;
    read().await
}

/// Sends a webmention and waits for its verification. Returns its status page.
async fn verified(app: &TestApp, source: &str, target: &str) -> Value {
    let answer = webmention(app, source, target).await.expect(201);
    wait_until_settled(app, &status_page(&answer)).await
}

/// The public mentions of an article.
async fn public_mentions(app: &TestApp, article: &Published) -> Vec<Value> {
    let list = app.get(&format!("{}/mentions", article.path())).send().await.expect(200).json();
    list["data"].as_array().expect("a list").clone()
}

/// The article's `mention_count`.
async fn mention_count(app: &TestApp, article: &Published) -> i64 {
    let article = app.get(&article.path()).send().await.expect(200).json();
    article["discussion"]["mention_count"].as_i64().expect("a count")
}

/// Waits until the article has this `mention_count`. The status page is read from the database, and may
/// show a mention a moment before the cached article is made anew.
async fn assert_mention_count(app: &TestApp, article: &Published, expected: i64) {
    let event = format!("{} has a mention_count of {expected}", article.path());
    app.eventually(async || mention_count(app, article).await == expected, &event).await;
}

/// A page that links to the target.
fn linking(target: &str) -> Page {
    Page::html(format!("<title>رد</title><body><p>قرأت <a href=\"{target}\">هذا</a>.</p>"))
}

/// A site, and the URL of a page on it that links to the target.
fn site_linking(target: &str) -> (Peer, String) {
    let peer = Peer::start();
    let source = peer.put("/reply", linking(target));
    (peer, source)
}
