//! A received response, and the assertions that tests make about it.

use reqwest::header::HeaderMap;
use serde_json::Value;

/// A response that fits the contract.
#[derive(Debug, Clone)]
pub struct TestResponse {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
    /// The exchange, for failure messages.
    pub(super) exchange: String,
}

impl TestResponse {
    /// Asserts the status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert!(self.status == status, "expected {status}, got {}\n{}", self.status, self.exchange);
        self
    }

    /// Asserts a problem with this code, and returns it.
    #[track_caller]
    pub fn problem(&self, code: &str) -> Value {
        let content_type = self.header("content-type");
        assert!(
            content_type == Some("application/problem+json"),
            "expected the problem {code}, got {content_type:?}\n{}",
            self.exchange
        );
        let problem = self.json();
        assert!(problem["code"] == code, "expected the problem {code}\n{}", self.exchange);
        problem
    }

    /// Asserts a validation problem with exactly these pointers, in any order.
    #[track_caller]
    pub fn invalid(&self, pointers: &[&str]) -> Value {
        let problem = self.problem("unprocessable");
        let errors = problem["errors"].as_array().expect("a list of errors");
        let mut named: Vec<_> =
            errors.iter().map(|error| error["pointer"].as_str().expect("a pointer")).collect();
        let mut expected = pointers.to_vec();
        named.sort_unstable();
        expected.sort_unstable();
        assert!(named == expected, "expected violations at {expected:?}\n{}", self.exchange);
        problem
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("not JSON: {error}\n{}", self.exchange))
    }

    /// The body as text.
    #[track_caller]
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body)
            .unwrap_or_else(|error| panic!("not UTF-8: {error}\n{}", self.exchange))
    }

    /// The `id` of the resource in the body.
    #[track_caller]
    pub fn id(&self) -> i64 {
        self.json()["id"].as_i64().unwrap_or_else(|| panic!("no id\n{}", self.exchange))
    }

    /// The value of a header, if it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The strong `ETag`.
    #[track_caller]
    pub fn etag(&self) -> String {
        let etag = self.header("etag").unwrap_or_else(|| panic!("no ETag\n{}", self.exchange));
        assert!(etag.starts_with('"'), "the ETag {etag} is not a strong one\n{}", self.exchange);
        etag.to_owned()
    }

    /// The `Location`, as a path on this server.
    #[track_caller]
    pub fn location(&self) -> String {
        let place =
            self.header("location").unwrap_or_else(|| panic!("no Location\n{}", self.exchange));
        match url::Url::parse(place) {
            Ok(url) => url[url::Position::BeforePath..].to_owned(),
            Err(_) => place.to_owned(),
        }
    }
}
