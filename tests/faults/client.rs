//! A client of a server: logs in, reads, writes, and checks responses.

use serde_json::{Value, json};

use super::program::{DEADLINE, EMAIL, PASSWORD, Server};

/// A client, anonymous or logged in.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    base: String,
    pub token: Option<String>,
}

/// A response.
#[derive(Debug)]
pub struct Response {
    pub status: u16,
    pub retry_after: Option<String>,
    pub content_type: String,
    pub body: Value,
}

impl Response {
    /// Asserts a problem with one of the statuses and `Retry-After`.
    #[track_caller]
    pub fn assert_try_later(&self, statuses: &[u16]) {
        assert!(statuses.contains(&self.status), "{self:?}");
        assert_eq!(self.content_type, "application/problem+json", "{self:?}");
        assert_eq!(self.body["status"], json!(self.status), "{self:?}");
        let seconds = self.retry_after.as_deref().and_then(|text| text.parse::<u32>().ok());
        assert!(seconds.is_some_and(|seconds| seconds > 0), "{self:?}");
    }

    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{self:?}");
        self.body
    }
}

impl Client {
    /// An anonymous client.
    pub fn new(server: &Server) -> Self {
        let http = reqwest::Client::builder().no_proxy().timeout(DEADLINE).build();
        Self { http: http.expect("a client"), base: server.base.clone(), token: None }
    }

    /// A client logged in as the first admin.
    pub async fn signed_in(server: &Server) -> Self {
        let mut client = Self::new(server);
        let login = json!({ "email": EMAIL, "password": PASSWORD });
        let answer = client.post("/api/v1/auth/login", None, &login).await.expect(200);
        client.token = Some(answer["access_token"].as_str().expect("a token").to_owned());
        client
    }

    /// Takes the access token of another client.
    pub fn like(mut self, other: &Self) -> Self {
        self.token.clone_from(&other.token);
        self
    }

    pub async fn get(&self, path: &str) -> Response {
        self.send(self.http.get(format!("{}{path}", self.base))).await
    }

    /// A response as text.
    pub async fn text(&self, path: &str) -> String {
        let answer = self.http.get(format!("{}{path}", self.base)).send().await;
        answer.expect("an answer").text().await.expect("a text")
    }

    pub async fn post(&self, path: &str, key: Option<&str>, body: &Value) -> Response {
        let mut request = self.http.post(format!("{}{path}", self.base)).json(body);
        if let Some(key) = key {
            request = request.header("Idempotency-Key", key);
        }
        self.send(request).await
    }

    pub async fn patch(&self, path: &str, body: &Value) -> Response {
        let request = self.http.patch(format!("{}{path}", self.base)).header("If-Match", "*");
        self.send(request.json(body)).await
    }

    /// Posts with `Accept-Language`.
    pub async fn say(&self, path: &str, body: &Value, language: &str) -> Response {
        let request = self.http.post(format!("{}{path}", self.base)).json(body);
        self.send(request.header("Accept-Language", language)).await
    }

    /// Creates an article.
    pub async fn write(&self, title: &str) -> Response {
        let article = json!({ "title": title, "body": "نص المقال", "tags": ["ليبيا"] });
        self.post("/api/v1/articles", None, &article).await
    }

    /// Asserts that every acknowledged article exists in full.
    pub async fn assert_there(&self, articles: &[(i64, String)]) {
        for (id, title) in articles {
            let there = self.get(&format!("/api/v1/articles/{id}?fields=title,tags")).await;
            let there = there.expect(200);
            assert_eq!(there["title"], json!(title), "article {id}");
            assert_eq!(there["tags"][0]["name"], json!("ليبيا"), "article {id}");
        }
    }

    /// The number of articles.
    pub async fn count(&self) -> usize {
        let list = self.get("/api/v1/articles?limit=1&total=true").await.expect(200);
        usize::try_from(list["page"]["total"].as_u64().expect("a total")).expect("a count")
    }

    async fn send(&self, mut request: reqwest::RequestBuilder) -> Response {
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        let answer = request.send().await.expect("an answer");
        let header = |name: &str| {
            answer.headers().get(name).map(|value| value.to_str().expect("text").to_owned())
        };
        let (retry_after, content_type) = (header("retry-after"), header("content-type"));
        let status = answer.status().as_u16();
        let body = answer.bytes().await.expect("a whole answer");
        let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
        Response { status, retry_after, content_type: content_type.unwrap_or_default(), body }
    }
}

/// The id and title of a created article.
pub fn made(article: &Value) -> (i64, String) {
    let id = article["id"].as_i64().expect("an id");
    (id, article["title"].as_str().expect("a title").to_owned())
}

/// Runs a future to its end on a multi-threaded runtime.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(future)
}
