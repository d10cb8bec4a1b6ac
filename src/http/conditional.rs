//! Representations with entity tags, and `If-Match` (RFC 9110, section 13). `cache/entry.rs` evaluates
//! `If-None-Match`.

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CDN_CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_TYPE, ETAG, HeaderMap, HeaderName,
    HeaderValue, IF_MATCH, LAST_MODIFIED, LINK, VARY,
};
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use xxhash_rust::xxh3::xxh3_64;

use super::cache::entry::{CacheableResponse, X_PINGBACK};
use super::cache::policy::CachePolicy;
use super::date::http_date;
use super::problem::ApiError;
use super::state::{Endpoints, State};
use crate::domain::Time;
use crate::service::idempotency::Reply;
use crate::service::{Error, Expected};

/// Returns a strong entity tag of the version and a hash of the body. The hash covers settings and
/// languages, which change the body without a new version.
#[must_use]
pub fn etag(version: i64, body: &[u8]) -> String {
    format!("\"{}\"", tag(version, body))
}

fn tag(version: i64, body: &[u8]) -> String {
    format!("v{version}-{:016x}", xxh3_64(body))
}

/// The clients that a response is meant for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// All clients get the same response, and shared caches may store it.
    Everybody,
    /// The response depends on the user.
    Somebody,
}

/// The representation of a resource.
pub struct Representation {
    /// The body, JSON.
    pub body: Bytes,
    /// The version of the resource; 0 for lists.
    pub version: i64,
    /// The time of the resource's last change.
    pub last_modified: Option<Time>,
    /// The language of the content, as a language tag.
    pub lang: Option<String>,
    /// The value of `Link`.
    pub link: Option<HeaderValue>,
    /// The endpoints for mentions, while the article takes any.
    pub endpoints: Option<Endpoints>,
    /// The clients that the representation is meant for.
    pub audience: Audience,
    /// The cache policy, if the response cache may store it.
    pub cache_policy: Option<CachePolicy>,
}

/// The initial capacity of a body, in bytes.
const CAPACITY: usize = 8 << 10;

impl Representation {
    /// Serialises a value as JSON.
    ///
    /// # Errors
    /// [`Error::Internal`] if serialising fails.
    pub fn of<T: Serialize>(value: &T, audience: Audience) -> Result<Self, ApiError> {
        let mut body = Vec::with_capacity(CAPACITY);
        serde_json::to_writer(&mut body, value)
            .map_err(|error| Error::Internal(error.to_string()))?;
        body.shrink_to_fit();
        Ok(Self {
            body: body.into(),
            version: 0,
            last_modified: None,
            lang: None,
            link: None,
            endpoints: None,
            audience,
            cache_policy: None,
        })
    }

    /// Sets the version.
    #[must_use]
    pub fn version(mut self, version: i64) -> Self {
        self.version = version;
        self
    }

    /// Sets the time of the last change.
    #[must_use]
    pub fn last_modified(mut self, time: Time) -> Self {
        self.last_modified = Some(time);
        self
    }

    /// Sets the language.
    #[must_use]
    pub fn lang(mut self, lang: &str) -> Self {
        self.lang = Some(lang.to_owned());
        self
    }

    /// Sets the canonical URL (RFC 6596).
    #[must_use]
    pub fn canonical(self, address: Option<String>) -> Self {
        let link = address.map(|address| format!("<{address}>; rel=\"canonical\""));
        self.link(link.and_then(|link| HeaderValue::from_str(&link).ok()))
    }

    /// Sets the `Link` header (RFC 8288).
    #[must_use]
    pub fn link(mut self, link: Option<HeaderValue>) -> Self {
        self.link = link;
        self
    }

    /// Sets the cache policy, which applies if all clients get the same response.
    #[must_use]
    pub fn cache_policy(mut self, cache_policy: CachePolicy) -> Self {
        self.cache_policy = Some(cache_policy);
        self
    }

    /// Sets the endpoints for webmentions (W3C Webmention, section 3.1.2) and pingbacks (Pingback 1.0,
    /// section 2.1).
    #[must_use]
    pub fn endpoints(mut self, endpoints: Option<Endpoints>) -> Self {
        self.endpoints = endpoints;
        self
    }

    /// Makes the response to a read. The middleware serialises it and evaluates `If-None-Match`.
    #[must_use]
    pub fn answer(mut self, req: &HttpRequest) -> HttpResponse {
        let tag = tag(self.version, &self.body);
        let is_public = self.audience == Audience::Everybody;
        let cache_policy = self.cache_policy.take().filter(|_| is_public);
        let mut headers = self.headers();
        if let Some(cache_policy) = &cache_policy {
            let cdn = req.app_data::<Data<State>>().and_then(|state| state.cdn.clone());
            add_cdn_headers(&mut headers, cache_policy, cdn);
        }
        let mut response = HttpResponse::new(StatusCode::OK);
        let cacheable = CacheableResponse { body: self.body, tag, headers, cache_policy };
        response.extensions_mut().insert(cacheable);
        response
    }

    /// Makes the response to a write, which always has a body.
    #[must_use]
    pub fn answer_with(self, status: StatusCode) -> HttpResponse {
        let mut headers = self.headers();
        if let Ok(tag) = HeaderValue::from_str(&etag(self.version, &self.body)) {
            headers.insert(ETAG, tag);
        }
        let mut response = HttpResponse::with_body(status, BoxBody::new(self.body));
        *response.headers_mut() = headers;
        response
    }

    /// Makes the stored reply to a creating request, for idempotent replays.
    ///
    /// # Errors
    /// [`Error::Internal`] for a body that isn't UTF-8; JSON always is.
    pub fn reply(self, location: String) -> Result<Reply, Error> {
        let etag = Some(etag(self.version, &self.body));
        let body = String::from_utf8(self.body.into())
            .map_err(|error| Error::Internal(error.to_string()))?;
        Ok(Reply { location, etag, body, accepted: false })
    }

    fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::with_capacity(16);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(CACHE_CONTROL, self.audience.cache_control());
        headers.insert(VARY, HeaderValue::from_static(VARIES));
        if let Some(time) = self.last_modified
            && let Ok(time) = HeaderValue::from_str(&http_date(time))
        {
            headers.insert(LAST_MODIFIED, time);
        }
        if let Some(lang) = self.lang.as_deref().and_then(|lang| HeaderValue::from_str(lang).ok()) {
            headers.insert(CONTENT_LANGUAGE, lang);
        }
        if let Some(link) = &self.link {
            headers.insert(LINK, link.clone());
        }
        if let Some(Endpoints { webmention, pingback }) = &self.endpoints {
            let link = format!("<{webmention}>; rel=\"webmention\"");
            if let (Ok(link), Ok(url)) =
                (HeaderValue::from_str(&link), HeaderValue::from_str(pingback))
            {
                headers.append(LINK, link);
                headers.insert(X_PINGBACK.clone(), url);
            }
        }
        headers
    }
}

/// The request headers that a representation depends on.
const VARIES: &str = "Accept-Encoding, Accept-Language, Authorization, Origin";

/// Returns the value of `CDN-Cache-Control` (RFC 9213, RFC 5861), or nothing for 0 seconds.
#[must_use]
pub fn cdn_cache_control(seconds: u64) -> Option<HeaderValue> {
    let text =
        format!("public, max-age={seconds}, stale-while-revalidate={seconds}, stale-if-error=600");
    HeaderValue::from_str(&text).ok().filter(|_| seconds > 0)
}

/// Adds the headers for CDNs: the freshness lifetime (RFC 9213) and the purge keys, in the two forms in
/// use.
fn add_cdn_headers(headers: &mut HeaderMap, cache_policy: &CachePolicy, cdn: Option<HeaderValue>) {
    if let Some(cdn) = cdn {
        headers.insert(CDN_CACHE_CONTROL, cdn);
    }
    for (name, between) in [("cache-tag", ","), ("surrogate-key", " ")] {
        if let Ok(words) = HeaderValue::from_str(&cache_policy.words(between)) {
            headers.insert(HeaderName::from_static(name), words);
        }
    }
}

impl Audience {
    /// Returns `no-cache`, with which caches revalidate each response: an archived article must not stay
    /// visible.
    fn cache_control(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Everybody => "public, no-cache",
            Self::Somebody => "private, no-cache",
        })
    }
}

/// Returns the versions that a write expects, by `If-Match`.
///
/// # Errors
/// `precondition_required` if the header is absent.
pub fn required(req: &HttpRequest) -> Result<Expected, ApiError> {
    optional(req).ok_or_else(|| ApiError::new("precondition_required"))
}

/// Returns the versions that a write expects, if it has an `If-Match`.
#[must_use]
pub fn optional(req: &HttpRequest) -> Option<Expected> {
    let mut versions = Vec::new();
    let mut said = false;
    for value in req.headers().get_all(IF_MATCH) {
        said = true;
        // An unknown tag matches no version, which makes a 412.
        for item in value.to_str().unwrap_or_default().split(',').map(str::trim) {
            if item == "*" {
                return Some(Expected::Any);
            }
            versions.extend(version_of(item));
        }
    }
    said.then_some(Expected::OneOf(versions))
}

/// Returns the version in a strong entity tag of this server.
fn version_of(tag: &str) -> Option<i64> {
    let inner = tag.strip_prefix('"')?.strip_suffix('"')?;
    let (version, _) = inner.strip_prefix('v')?.split_once('-')?;
    version.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_is_read_from_own_strong_tags_only() {
        assert_eq!(version_of(&etag(42, b"x")), Some(42));
        for other in ["W/\"v42-0\"", "\"abc\"", "v42-0", "\"v-1\"", "\"vx-1\"", ""] {
            assert_eq!(version_of(other), None, "{other}");
        }
    }
}
