//! A client of the API, for requests beyond `wrk`.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::servers::{EMAIL, PASSWORD};

/// Idle connections older than this are dropped, since the server may be about to close them.
const IDLE: Duration = Duration::from_secs(2);

/// A client that reads, and writes after login.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    base: String,
    token: Option<String>,
}

impl Client {
    /// An anonymous client of the server at an address.
    pub fn new(base: &str) -> Self {
        let http = reqwest::Client::builder()
            .no_proxy()
            .pool_idle_timeout(IDLE)
            .build()
            .expect("a client");
        Self { http, base: base.to_owned(), token: None }
    }

    /// Logs in as the first admin.
    pub async fn sign_in(mut self) -> Self {
        let body = json!({ "email": EMAIL, "password": PASSWORD });
        let answer = self.send(reqwest::Method::POST, "/api/v1/auth/login", Some(&body)).await;
        self.token = Some(answer["access_token"].as_str().expect("a token").to_owned());
        self
    }

    /// Sends a request that must succeed. Returns the JSON body.
    pub async fn send(&self, method: reqwest::Method, path: &str, body: Option<&Value>) -> Value {
        let mut request = self.http.request(method, format!("{}{path}", self.base));
        if let Some(body) = body {
            request = request.json(body).header("if-match", "*");
        }
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        let answer = request.send().await.expect("an answer");
        let status = answer.status();
        let text = answer.text().await.expect("its body");
        assert!(status.is_success(), "{path}: {status}: {text}");
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    /// The JSON body of a `GET`.
    pub async fn get(&self, path: &str) -> Value {
        self.send(reqwest::Method::GET, path, None).await
    }

    /// The body and ETag of a `GET`.
    pub async fn sample(&self, path: &str, headers: &[(&str, &str)]) -> (Vec<u8>, String) {
        let mut request = self.http.get(format!("{}{path}", self.base));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = request.send().await.expect("an answer");
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        let tag = answer.headers().get("etag").and_then(|tag| tag.to_str().ok());
        let tag = tag.unwrap_or_default().to_owned();
        (answer.bytes().await.expect("its bytes").to_vec(), tag)
    }

    /// The time until a response has arrived.
    pub async fn time(&self, path: &str) -> Duration {
        let began = Instant::now();
        let request = self.http.get(format!("{}{path}", self.base));
        let answer = request.send().await.expect("an answer");
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.bytes().await.expect("its bytes");
        began.elapsed()
    }
}

/// A percentile of the times, in milliseconds.
pub fn percentile(times: &mut [Duration], percent: usize) -> f64 {
    times.sort_unstable();
    times[(times.len() - 1) * percent / 100].as_secs_f64() * 1000.0
}
