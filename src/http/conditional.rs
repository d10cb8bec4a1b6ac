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

use super::cache::entry::{CacheableResponse, X_PINGBACK};
use super::cache::policy::CachePolicy;
use super::date::{http_date, parse_http_date};
use super::entity_tag::{self, Condition};
use super::problem::ApiError;
use super::state::{Endpoints, State};
use crate::domain::Time;
use crate::domain::check::Violation;
use crate::service::idempotency::Reply;
use crate::service::{Error, Expected};

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
        let tag = self.tag();
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
        check(req.headers(), &self.tag(), self.last_modified)
    }

    /// Makes the response to a write, which always has a body.
    #[must_use]
    pub fn answer_with(self, status: StatusCode) -> HttpResponse {
        let mut headers = self.headers();
        if let Ok(tag) = HeaderValue::from_str(&self.etag()) {
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
        let etag = Some(self.etag());
        let body = String::from_utf8(self.body.into())
            .map_err(|error| Error::Internal(error.to_string()))?;
        Ok(Reply { location, etag, body, accepted: false })
    }

    /// Returns the strong entity tag without quotes. Its hash covers settings and languages, which change
    /// the body without a new version.
    fn tag(&self) -> String {
        entity_tag::make(self.version, &self.body)
    }

    fn etag(&self) -> String {
        format!("\"{}\"", self.tag())
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
/// `precondition_required` if the header is absent; `invalid_header` if it is malformed.
pub fn required(req: &HttpRequest) -> Result<Expected, ApiError> {
    let lines = lines(req.headers());
    versions(&lines)?.ok_or_else(|| ApiError::new("precondition_required"))
}

/// Returns the state that a write expects, by `If-Match`, or else by `If-Unmodified-Since`, or else
/// any.
///
/// # Errors
/// `invalid_header` if `If-Match` is malformed.
pub fn optional(req: &HttpRequest) -> Result<Expected, ApiError> {
    let by_date = || unmodified_since(req.headers()).map(Expected::UnmodifiedSince);
    let lines = lines(req.headers());
    Ok(versions(&lines)?.or_else(by_date).unwrap_or(Expected::Any))
}

fn versions(lines: &[&[u8]]) -> Result<Option<Expected>, ApiError> {
    Ok(condition(lines)?.map(|condition| match condition {
        Condition::Any => Expected::Any,
        // An unknown tag matches no version, which makes a 412.
        Condition::Tags(tags) => {
            Expected::OneOf(tags.into_iter().filter_map(entity_tag::version_of).collect())
        }
    }))
}

/// Checks the preconditions of a read by a representation's tag, without quotes, and its time.
///
/// # Errors
/// `precondition_failed`; `invalid_header` if `If-Match` is malformed.
pub fn check(headers: &HeaderMap, tag: &str, modified: Option<Time>) -> Result<(), ApiError> {
    let lines = lines(headers);
    let is_met = match (condition(&lines)?, unmodified_since(headers), modified) {
        (Some(Condition::Any), ..) => true,
        (Some(Condition::Tags(tags)), ..) => {
            tags.into_iter().any(|sent| entity_tag::is_same(sent, tag))
        }
        (None, Some(since), Some(modified)) => modified.timestamp() <= since.timestamp(),
        _ => true,
    };
    if is_met { Ok(()) } else { Err(ApiError::new("precondition_failed").with("current", "read")) }
}

fn lines(headers: &HeaderMap) -> Vec<&[u8]> {
    headers.get_all(IF_MATCH).map(HeaderValue::as_bytes).collect()
}

/// Parses `If-Match`, if the request has it. A malformed one says nothing about a change, so it isn't a
/// 412.
fn condition<'a>(lines: &[&'a [u8]]) -> Result<Option<Condition<'a>>, ApiError> {
    if lines.is_empty() {
        return Ok(None);
    }
    let malformed = || ApiError::malformed_header("If-Match", Violation::InvalidEntityTag);
    Condition::parse(lines).map(Some).ok_or_else(malformed)
}

/// Returns the time of `If-Unmodified-Since`. An invalid or repeated one is ignored (RFC 9110, section
/// 13.1.4).
fn unmodified_since(headers: &HeaderMap) -> Option<Time> {
    let mut lines = headers.get_all(IF_UNMODIFIED_SINCE);
    let line = lines.next().filter(|_| lines.next().is_none())?;
    parse_http_date(line.to_str().ok()?)
}
