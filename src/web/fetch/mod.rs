//! The HTTP client for other sites, safe against server-side request forgery (SSRF).
//!
//! - http and https, ports 80 and 443, no credentials in the address
//! - each name is resolved once, all its addresses are checked (`address.rs`), and the connection
//!   goes to a checked address (`connect.rs`)
//! - up to three redirects, each checked in the same way
//! - a [`HostRateLimiter`] limits the requests to each host
//! - five seconds in total, one mebibyte of body before and after decompression, no cookies, no
//!   proxies and no settings from the environment
//!
//! Source of the limits: the security considerations of the Webmention recommendation (W3C, 2017).

pub mod address;
mod coding;
mod connect;
mod error;
mod exchange;
mod resolve;
mod special_names;
mod status;
mod trust;

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures_util::future::LocalBoxFuture;
use hyper::Method;
use hyper::body::Bytes;
use hyper::header::{HeaderMap, LOCATION, RETRY_AFTER};
use percent_encoding::{AsciiSet, percent_encode};
use tokio::time::Instant;
use url::Url;

pub use connect::Limits;
pub use error::FetchError;
pub use exchange::MAX_BYTES;
pub use resolve::{Resolver, SystemResolver};
pub use status::{Role, StatusFailure};
pub use trust::Trust;

use super::urls;
use connect::Connector;
use exchange::{OutboundRequest, exchange};

/// Most redirects that are followed.
pub const MAX_REDIRECTS: usize = 3;
/// Timeout of a fetch, redirects included.
pub const TIMEOUT: Duration = Duration::from_secs(5);

/// The header `Accept` of a request for a page.
const ACCEPT_PAGES: &str = "text/html, application/xhtml+xml;q=0.9, application/json;q=0.8, \
                     text/plain;q=0.7, */*;q=0.1";

/// Limits the rate of requests to each host.
pub trait HostRateLimiter {
    /// Takes a permit for the host, or returns the time of the next one.
    fn pass<'a>(&'a self, host: &'a str) -> LocalBoxFuture<'a, Result<(), DateTime<Utc>>>;
}

/// A rate limiter without limits, for tests.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unlimited;

impl HostRateLimiter for Unlimited {
    fn pass<'a>(&'a self, _: &'a str) -> LocalBoxFuture<'a, Result<(), DateTime<Utc>>> {
        Box::pin(std::future::ready(Ok(())))
    }
}

/// The HTTP client.
#[derive(Clone)]
pub struct Fetcher {
    agent: Arc<str>,
    connector: Arc<Connector>,
}

impl std::fmt::Debug for Fetcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fetcher").field("agent", &self.agent).finish_non_exhaustive()
    }
}

/// A fetched response.
#[derive(Debug, Clone)]
pub struct Fetched {
    /// The status code.
    pub status: u16,
    /// The final address, after redirects.
    pub url: Url,
    /// The header fields.
    pub headers: HeaderMap,
    /// The body, up to [`MAX_BYTES`].
    pub body: Vec<u8>,
    /// True if the body was longer.
    pub truncated: bool,
}

impl Fetched {
    /// Returns a header's value, if it is present and in UTF-8.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| std::str::from_utf8(value.as_bytes()).ok())
    }

    /// The header `Content-Type`, or an empty text.
    #[must_use]
    pub fn content_type(&self) -> &str {
        self.header("content-type").unwrap_or_default()
    }

    /// Returns the time that `Retry-After` names, at most a day away.
    #[must_use]
    pub fn retry_at(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let value = self.header(RETRY_AFTER.as_str())?.trim();
        let latest = now + chrono::Duration::days(1);
        let at = match value.parse::<u32>() {
            Ok(seconds) => now + chrono::Duration::seconds(seconds.into()),
            Err(_) => DateTime::<Utc>::from(httpdate::parse_http_date(value).ok()?),
        };
        Some(at.min(latest))
    }
}

impl Fetcher {
    /// Makes a client with the user agent `agent` and the given limits.
    #[must_use]
    pub fn new(agent: &str, limits: Limits, resolver: Arc<dyn Resolver>) -> Self {
        Self::trusting(agent, limits, resolver, Trust::System)
    }

    /// Like [`Fetcher::new`], with other trusted certificate authorities.
    #[must_use]
    pub fn trusting(
        agent: &str,
        limits: Limits,
        resolver: Arc<dyn Resolver>,
        trust: Trust,
    ) -> Self {
        Self { agent: agent.into(), connector: Arc::new(Connector { limits, resolver, trust }) }
    }

    /// Checks the parts of an address that need no name resolution.
    ///
    /// # Errors
    /// [`FetchError::Refused`].
    pub fn check(&self, url: &Url) -> Result<(), FetchError> {
        connect::check(url, &self.connector.limits)
    }

    /// Fetches a page.
    ///
    /// # Errors
    /// [`FetchError`].
    pub async fn get(
        &self,
        url: &Url,
        limiter: &dyn HostRateLimiter,
    ) -> Result<Fetched, FetchError> {
        let outbound = OutboundRequest { method: Method::GET, accept: ACCEPT_PAGES, body: None };
        self.follow(url, outbound, limiter).await
    }

    /// Posts a form.
    ///
    /// # Errors
    /// [`FetchError`].
    pub async fn post_form(
        &self,
        url: &Url,
        fields: &[(&str, &str)],
        limiter: &dyn HostRateLimiter,
    ) -> Result<Fetched, FetchError> {
        let form =
            url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let body = Some(("application/x-www-form-urlencoded", Bytes::from(form)));
        self.follow(url, OutboundRequest { method: Method::POST, accept: "*/*", body }, limiter)
            .await
    }

    /// Posts an XML document.
    ///
    /// # Errors
    /// [`FetchError`].
    pub async fn post_xml(
        &self,
        url: &Url,
        document: String,
        limiter: &dyn HostRateLimiter,
    ) -> Result<Fetched, FetchError> {
        let body = Some(("text/xml; charset=utf-8", Bytes::from(document)));
        self.follow(
            url,
            OutboundRequest { method: Method::POST, accept: "text/xml", body },
            limiter,
        )
        .await
    }

    async fn follow(
        &self,
        from: &Url,
        outbound: OutboundRequest,
        limiter: &dyn HostRateLimiter,
    ) -> Result<Fetched, FetchError> {
        let deadline = Instant::now() + TIMEOUT;
        let mut url = urls::without_fragment(from);
        let mut permitted = Vec::new();
        for _ in 0..=MAX_REDIRECTS {
            connect::check(&url, &self.connector.limits)?;
            // One permit covers all redirects within a host.
            let host = urls::host(&url);
            if !permitted.contains(&host) {
                limiter.pass(&host).await.map_err(FetchError::Postponed)?;
                permitted.push(host);
            }
            let response =
                exchange(&url, &outbound, &self.agent, &self.connector, deadline).await?;
            match redirect(&url, &outbound, response.status, &response.headers) {
                Some(next) => url = next,
                None => {
                    return Ok(Fetched {
                        status: response.status,
                        url,
                        headers: response.headers,
                        body: response.body,
                        truncated: response.truncated,
                    });
                }
            }
        }
        Err(FetchError::TooManyRedirects)
    }
}

/// Returns the target of a redirect. A `POST` follows only 307 and 308, since the other statuses
/// would turn it into a `GET`.
fn redirect(
    url: &Url,
    outbound: &OutboundRequest,
    status: u16,
    headers: &HeaderMap,
) -> Option<Url> {
    let follows = match status {
        301..=303 => outbound.method == Method::GET,
        307 | 308 => true,
        _ => false,
    };
    // Some servers send raw UTF-8, or another encoding. Its bytes are percent-encoded as they are.
    let location = percent_encode(headers.get(LOCATION)?.as_bytes(), &AsciiSet::EMPTY).to_string();
    if follows { url.join(&location).ok().map(|next| urls::without_fragment(&next)) } else { None }
}
