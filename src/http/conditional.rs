//! Representations with entity tags, and the preconditions `If-Match` and `If-Unmodified-Since` (RFC 9110,
//! section 13). `cache/entry.rs` evaluates `If-None-Match` and `If-Modified-Since`.

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CDN_CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_TYPE, ETAG, HeaderMap, HeaderName,
    HeaderValue, IF_MATCH, IF_UNMODIFIED_SINCE, LAST_MODIFIED, LINK, VARY,
};
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use xxhash_rust::xxh3::xxh3_64;

use super::cache::entry::{CacheableResponse, X_PINGBACK};
use super::cache::policy::CachePolicy;
use super::date::{http_date, parse_http_date};
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
    Public,
    /// The response depends on the user.
    Private,
}

/// The representation of a resource.
pub struct Representation {
    /// The body.
    pub body: Bytes,
    /// The media type of the body.
    pub media_type: &'static str,
    /// The version of the resource; 0 for lists.
    pub version: i64,
    /// The time of the representation's last change; `None` if parts of it change without a time.
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
        Ok(Self::new(body.into(), "application/json", audience))
    }

    /// Makes a representation of a serialised body.
    #[must_use]
    pub fn new(body: Bytes, media_type: &'static str, audience: Audience) -> Self {
        Self {
            body,
            media_type,
            version: 0,
            last_modified: None,
            lang: None,
            link: None,
            endpoints: None,
            audience,
            cache_policy: None,
        }
    }

    /// Sets the version.
    #[must_use]
    pub fn version(mut self, version: i64) -> Self {
        self.version = version;
        self
    }

    /// Sets the time of the last change.
    #[must_use]
    pub fn last_modified(mut self, time: impl Into<Option<Time>>) -> Self {
        self.last_modified = time.into();
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

    /// Makes the response to a read. The middleware serialises it and evaluates its conditions.
    #[must_use]
    pub fn answer(mut self, req: &HttpRequest) -> HttpResponse {
        let tag = tag(self.version, &self.body);
        let is_public = self.audience == Audience::Public;
        let cache_policy = self.cache_policy.take().filter(|_| is_public);
        let mut headers = self.headers();
        if let Some(cache_policy) = &cache_policy {
            let cdn = req.app_data::<Data<State>>().and_then(|state| state.cdn.clone());
            add_cdn_headers(&mut headers, cache_policy, cdn);
        }
        let mut response = HttpResponse::new(StatusCode::OK);
        let last_modified = self.last_modified;
        let cacheable =
            CacheableResponse { body: self.body, tag, headers, last_modified, cache_policy };
        response.extensions_mut().insert(cacheable);
        response
    }

    /// Checks the preconditions of a write by this present representation, for resources without a
    /// version. A concurrent change of another field isn't noticed, and isn't lost either.
    ///
    /// # Errors
    /// `precondition_failed`.
    pub fn check(&self, req: &HttpRequest) -> Result<(), ApiError> {
        check(req.headers(), &tag(self.version, &self.body), self.last_modified)
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
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.media_type));
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
        if !cache_policy.tags.is_empty()
            && let Ok(words) = HeaderValue::from_str(&cache_policy.words(between))
        {
            headers.insert(HeaderName::from_static(name), words);
        }
    }
}

impl Audience {
    /// Returns `no-cache`, with which caches revalidate each response: an archived article must not stay
    /// visible.
    fn cache_control(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Public => "public, no-cache",
            Self::Private => "private, no-cache",
        })
    }
}

/// Returns the versions that a write expects, by `If-Match`. A date doesn't replace it: two changes
/// within one second have the same.
///
/// # Errors
/// `precondition_required` if the header is absent.
pub fn required(req: &HttpRequest) -> Result<Expected, ApiError> {
    versions(req).ok_or_else(|| ApiError::new("precondition_required"))
}

/// Returns the state that a write expects, by `If-Match`, or else by `If-Unmodified-Since`.
#[must_use]
pub fn optional(req: &HttpRequest) -> Option<Expected> {
    let by_date = || unmodified_since(req.headers()).map(Expected::UnmodifiedSince);
    versions(req).or_else(by_date)
}

fn versions(req: &HttpRequest) -> Option<Expected> {
    let tags = tags(req.headers())?;
    if tags.contains(&"*") {
        return Some(Expected::Any);
    }
    // An unknown tag matches no version, which makes a 412.
    Some(Expected::OneOf(tags.into_iter().filter_map(version_of).collect()))
}

/// Checks the preconditions of a read by a representation's tag, without quotes, and its time.
///
/// # Errors
/// `precondition_failed`.
pub fn check(headers: &HeaderMap, tag: &str, modified: Option<Time>) -> Result<(), ApiError> {
    let is_met = match (tags(headers), unmodified_since(headers), modified) {
        (Some(tags), ..) => tags.iter().any(|item| *item == "*" || is_tag(item, tag)),
        (None, Some(since), Some(modified)) => modified.timestamp() <= since.timestamp(),
        _ => true,
    };
    if is_met { Ok(()) } else { Err(ApiError::new("precondition_failed").with("current", "read")) }
}

/// Returns the entity tags of `If-Match`, if the request has any.
fn tags(headers: &HeaderMap) -> Option<Vec<&str>> {
    let lines: Vec<_> = headers.get_all(IF_MATCH).collect();
    let items = lines.iter().flat_map(|line| line.to_str().unwrap_or_default().split(','));
    (!lines.is_empty()).then(|| items.map(str::trim).collect())
}

/// Returns the time of `If-Unmodified-Since`. An invalid or repeated one is ignored (RFC 9110, section
/// 13.1.4).
fn unmodified_since(headers: &HeaderMap) -> Option<Time> {
    let mut lines = headers.get_all(IF_UNMODIFIED_SINCE);
    let line = lines.next().filter(|_| lines.next().is_none())?;
    parse_http_date(line.to_str().ok()?)
}

/// Returns an entity tag without its quotes. A weak one counts too: proxies that compress weaken the
/// tags that they pass on, and the content is the same.
fn opaque(tag: &str) -> Option<&str> {
    tag.strip_prefix("W/").unwrap_or(tag).strip_prefix('"')?.strip_suffix('"')
}

/// Whether an item of `If-Match` is this tag. Proxies may append the name of a coding.
fn is_tag(item: &str, tag: &str) -> bool {
    let rest = opaque(item).and_then(|item| item.strip_prefix(tag));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', ';', ':']))
}

/// Returns the version in an entity tag of this server, with whatever coding it names.
fn version_of(tag: &str) -> Option<i64> {
    let (version, _) = opaque(tag)?.strip_prefix('v')?.split_once('-')?;
    version.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_is_read_from_own_tags_only() {
        let tag = tag(42, b"x");
        for own in ["", "-gzip", "-br", ";gzip", "--gzip"] {
            for weak in ["", "W/"] {
                let own = format!("{weak}\"{tag}{own}\"");
                assert_eq!((version_of(&own), is_tag(&own, &tag)), (Some(42), true), "{own}");
            }
        }
        for other in ["\"abc\"", "v42-0", "W/v42-0", "w/\"v42-0\"", "\"v-1\"", "\"vx-1\"", "W/", ""]
        {
            assert_eq!((version_of(other), is_tag(other, &tag)), (None, false), "{other}");
        }
        assert!(!is_tag(&format!("\"{tag}0\""), &tag), "another hash");
    }
}
