//! The fetcher: the one way to another site, made so that it can't be misused. Whoever holds a
//! [`Fetcher`] can only ask it for an address; all that protects us lies behind that.
//!
//! - http and https; no credentials in the address; ports 80 and 443
//! - the name is resolved once, every address of it checked (`address.rs`), and the connection made
//!   to a checked address (`connect.rs`), never to the name
//! - each redirect goes the same way from its beginning; three at the most
//! - each host has its turn, which a [`HostRateLimiter`] gives
//! - five seconds in all; a megabyte of the body; nothing is inflated; no cookies, no proxies, no
//!   settings of the environment
//!
//! Called by `service/mentions/`. Source of the limits: the security considerations of the
//! Webmention recommendation (W3C, 2017).

pub mod address;
mod connect;
mod error;
mod exchange;
mod resolve;
mod trust;

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures_util::future::LocalBoxFuture;
use hyper::Method;
use hyper::body::Bytes;
use hyper::header::{HeaderMap, LOCATION};
use url::Url;

pub use connect::Limits;
pub use error::FetchError;
pub use exchange::MOST_BYTES;
pub use resolve::{Resolver, SystemResolver};
pub use trust::Trust;

use super::urls;
use connect::Way;
use exchange::{Ask, exchange};

/// The most redirects that are followed.
pub const MOST_REDIRECTS: usize = 3;
/// The longest that a fetch takes, redirects and all.
pub const TIME: Duration = Duration::from_secs(5);

/// Which pages are understood.
const PAGES: &str = "text/html, application/xhtml+xml;q=0.9, application/json;q=0.8, \
                     text/plain;q=0.7, */*;q=0.1";

/// Gives hosts their turn, so that nobody is asked too often.
pub trait HostRateLimiter {
    /// Takes the host's turn, or tells when the next one comes.
    fn pass<'a>(&'a self, host: &'a str) -> LocalBoxFuture<'a, Result<(), DateTime<Utc>>>;
}

/// Lets everybody pass: for tests of what lies behind.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unlimited;

impl HostRateLimiter for Unlimited {
    fn pass<'a>(&'a self, _: &'a str) -> LocalBoxFuture<'a, Result<(), DateTime<Utc>>> {
        Box::pin(std::future::ready(Ok(())))
    }
}

/// Fetches.
#[derive(Clone)]
pub struct Fetcher {
    agent: Arc<str>,
    way: Arc<Way>,
}

impl std::fmt::Debug for Fetcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fetcher").field("agent", &self.agent).finish_non_exhaustive()
    }
}

/// What was fetched.
#[derive(Debug, Clone)]
pub struct Fetched {
    /// The status of the answer.
    pub status: u16,
    /// Where it came from, after redirects.
    pub url: Url,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body, a megabyte at the most.
    pub body: Vec<u8>,
    /// Whether there was more of it.
    pub truncated: bool,
}

impl Fetched {
    /// A header, if it is there and plain.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// `Content-Type`, or nothing.
    #[must_use]
    pub fn content_type(&self) -> &str {
        self.header("content-type").unwrap_or_default()
    }

    /// Whether it went well.
    #[must_use]
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

impl Fetcher {
    /// A fetcher that goes no further than `limits` and calls itself `agent`.
    #[must_use]
    pub fn new(agent: &str, limits: Limits, resolver: Arc<dyn Resolver>) -> Self {
        Self::trusting(agent, limits, resolver, Trust::System)
    }

    /// A fetcher that believes other certificates than the system does.
    #[must_use]
    pub fn trusting(
        agent: &str,
        limits: Limits,
        resolver: Arc<dyn Resolver>,
        trust: Trust,
    ) -> Self {
        Self { agent: agent.into(), way: Arc::new(Way { limits, resolver, trust }) }
    }

    /// Whether an address might be gone to, by what it says itself.
    ///
    /// # Errors
    /// [`FetchError::Refused`].
    pub fn check(&self, url: &Url) -> Result<(), FetchError> {
        connect::check(url, &self.way.limits)
    }

    /// Reads a page.
    ///
    /// # Errors
    /// [`FetchError`].
    pub async fn get(&self, url: &Url, gate: &dyn HostRateLimiter) -> Result<Fetched, FetchError> {
        let ask = Ask { method: Method::GET, accept: PAGES, body: None };
        self.follow(url, ask, gate).await
    }

    /// Sends a form.
    ///
    /// # Errors
    /// [`FetchError`].
    pub async fn post_form(
        &self,
        url: &Url,
        fields: &[(&str, &str)],
        gate: &dyn HostRateLimiter,
    ) -> Result<Fetched, FetchError> {
        let form =
            url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let body = Some(("application/x-www-form-urlencoded", Bytes::from(form)));
        self.follow(url, Ask { method: Method::POST, accept: "*/*", body }, gate).await
    }

    /// Sends an XML document.
    ///
    /// # Errors
    /// [`FetchError`].
    pub async fn post_xml(
        &self,
        url: &Url,
        document: String,
        gate: &dyn HostRateLimiter,
    ) -> Result<Fetched, FetchError> {
        let body = Some(("text/xml; charset=utf-8", Bytes::from(document)));
        self.follow(url, Ask { method: Method::POST, accept: "text/xml", body }, gate).await
    }

    async fn follow(
        &self,
        url: &Url,
        ask: Ask,
        gate: &dyn HostRateLimiter,
    ) -> Result<Fetched, FetchError> {
        tokio::time::timeout(TIME, self.hops(url, ask, gate))
            .await
            .unwrap_or(Err(FetchError::TimedOut))
    }

    async fn hops(
        &self,
        from: &Url,
        ask: Ask,
        gate: &dyn HostRateLimiter,
    ) -> Result<Fetched, FetchError> {
        let mut url = urls::document(from);
        let mut passed = Vec::new();
        for _ in 0..=MOST_REDIRECTS {
            connect::check(&url, &self.way.limits)?;
            // A host's turn is good for the redirects within it.
            let host = urls::host(&url);
            if !passed.contains(&host) {
                gate.pass(&host).await.map_err(FetchError::Postponed)?;
                passed.push(host);
            }
            let came = exchange(&url, &ask, &self.agent, &self.way).await?;
            match redirect(&url, &ask, came.status, &came.headers) {
                Some(next) => url = next,
                None => {
                    return Ok(Fetched {
                        status: came.status,
                        url,
                        headers: came.headers,
                        body: came.body,
                        truncated: came.truncated,
                    });
                }
            }
        }
        Err(FetchError::TooManyRedirects)
    }
}

/// Where an answer leads on to. What was posted is posted again only where the answer says so (307
/// and 308): the others would make it a `GET`, which is no ping.
fn redirect(url: &Url, ask: &Ask, status: u16, headers: &HeaderMap) -> Option<Url> {
    let follows = match status {
        301..=303 => ask.method == Method::GET,
        307 | 308 => true,
        _ => false,
    };
    let location = headers.get(LOCATION).and_then(|value| value.to_str().ok())?;
    if follows { url.join(location).ok().map(|next| urls::document(&next)) } else { None }
}
