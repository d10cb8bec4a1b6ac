//! A request under construction. Sending it checks the exchange against the contract.

use reqwest::Method;
use reqwest::header::{HeaderName, HeaderValue};
use serde::Serialize;

use super::answer::TestResponse;
use super::contract::{Contract, Exchange};
use super::session::Session;

/// A request that is not sent yet.
#[must_use = "it does nothing until it is sent"]
pub struct Request {
    request: reqwest::Request,
    client: reqwest::Client,
    contract: &'static Contract,
}

impl Request {
    pub(super) fn new(
        client: reqwest::Client,
        method: Method,
        url: &str,
        contract: &'static Contract,
    ) -> Self {
        let url = url.parse().unwrap_or_else(|error| panic!("{url}: {error}"));
        Self { request: reqwest::Request::new(method, url), client, contract }
    }

    /// Signs the request with a user's access token.
    #[expect(clippy::wrong_self_convention, reason = "a sentence: get this as that user")]
    pub fn as_user(self, session: &Session) -> Self {
        self.bearer(&session.access_token)
    }

    /// Signs the request with any token.
    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", format!("Bearer {token}"))
    }

    /// Adds a header.
    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        let name = HeaderName::from_bytes(name.as_bytes()).expect("a header's name");
        let value = HeaderValue::from_bytes(value.as_ref()).expect("a header's value");
        self.request.headers_mut().append(name, value);
        self
    }

    /// Adds query parameters.
    pub fn query(mut self, pairs: &[(&str, &str)]) -> Self {
        self.request.url_mut().query_pairs_mut().extend_pairs(pairs);
        self
    }

    /// Gives it a JSON body.
    pub fn json(self, body: &(impl Serialize + ?Sized)) -> Self {
        self.raw_body("application/json", serde_json::to_vec(body).expect("JSON"))
    }

    /// Gives it a JSON Merge Patch.
    pub fn merge_patch(self, body: &(impl Serialize + ?Sized)) -> Self {
        self.raw_body("application/merge-patch+json", serde_json::to_vec(body).expect("JSON"))
    }

    /// Gives it any body.
    pub fn raw_body(mut self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        *self.request.body_mut() = Some(body.into().into());
        self.header("content-type", content_type)
    }

    /// Sets `If-Match`.
    pub fn if_match(self, etag: &str) -> Self {
        self.header("if-match", etag)
    }

    /// Sets `If-None-Match`.
    pub fn if_none_match(self, etag: &str) -> Self {
        self.header("if-none-match", etag)
    }

    /// Sets `Idempotency-Key`.
    pub fn idempotency_key(self, key: &str) -> Self {
        self.header("idempotency-key", key)
    }

    /// Sets `Accept-Language`.
    pub fn accept_language(self, languages: &str) -> Self {
        self.header("accept-language", languages)
    }

    /// Sends it, and checks the exchange against the contract.
    #[track_caller]
    pub fn send(self) -> impl Future<Output = TestResponse> {
        let caller = std::panic::Location::caller();
        async move {
            let request = self.request;
            let method = request.method().clone();
            let url = request.url().clone();
            let content_type = request.headers().get("content-type").cloned();
            let sent = request.body().and_then(|body| body.as_bytes()).map(<[u8]>::to_vec);

            let response = self
                .client
                .execute(request)
                .await
                .unwrap_or_else(|error| panic!("{caller}: {method} {url}: {error:?}"));
            let (status, headers) = (response.status().as_u16(), response.headers().clone());
            let body = response
                .bytes()
                .await
                .unwrap_or_else(|error| panic!("{caller}: {method} {url}: {error:?}"));

            // The contract applies to the decompressed body.
            let plain = super::packed::unpack(&headers, &body);
            let content_type = content_type.as_ref().and_then(|value| value.to_str().ok());
            let exchange = Exchange {
                method: method.as_str(),
                path: url.path(),
                query: url.query(),
                sent: sent.as_deref().map(|sent| (content_type.unwrap_or_default(), sent)),
                status,
                headers: &headers,
                body: &plain,
            };
            if let Err(violation) = self.contract.check(&exchange) {
                panic!("{caller}: {violation}");
            }
            let exchange = exchange.to_string();
            TestResponse { status, headers, body: body.to_vec(), exchange }
        }
    }
}
