//! Entity tags and what clients make depend on them (RFC 9110, section 13).

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CDN_CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_TYPE, ETAG, HeaderMap, HeaderName,
    HeaderValue, IF_MATCH, IF_NONE_MATCH, LAST_MODIFIED, LINK, VARY,
};
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use xxhash_rust::xxh3::xxh3_64;

use super::cache::entry::CacheableResponse;
use super::cache::policy::CachePolicy;
use super::problem::ApiError;
use super::state::State;
use crate::domain::{Time, is_representable};
use crate::service::idempotency::Reply;
use crate::service::{Error, Expected};

/// Where pingbacks are taken.
static X_PINGBACK: HeaderName = HeaderName::from_static("x-pingback");

/// A strong entity tag: the version, for writers to name, and a hash of the very bytes, so that
/// everything an answer shows counts, the site's settings and the reader's language among it.
#[must_use]
pub fn etag(version: i64, body: &[u8]) -> String {
    format!("\"{}\"", tag(version, body))
}

fn tag(version: i64, body: &[u8]) -> String {
    format!("v{version}-{:016x}", xxh3_64(body))
}

/// Who may keep an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Everybody gets the same.
    Everybody,
    /// It depends on who asks.
    Somebody,
}

/// An answer to a reading request.
pub struct Representation {
    /// The body, JSON.
    pub body: Bytes,
    /// The version of what it shows; 0 for lists.
    pub version: i64,
    /// When what it shows was last changed.
    pub last_modified: Option<Time>,
    /// The language of what it shows.
    pub lang: Option<String>,
    /// Where readers find it, or the pages beside it.
    pub link: Option<HeaderValue>,
    /// Where other sites may tell of their links to it, while they may.
    pub endpoints: Option<Endpoints>,
    /// Who may keep it.
    pub audience: Audience,
    /// What it was made from, if it may be kept here.
    pub cache_policy: Option<CachePolicy>,
}

/// Where mentions are taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoints {
    /// Webmentions.
    pub webmention: String,
    /// Pingbacks.
    pub pingback: String,
}

/// Room for the body of most answers, in bytes: to find more is to copy what is there.
const TYPICAL: usize = 8 << 10;

impl Representation {
    /// Serialises what is to be shown.
    ///
    /// # Errors
    /// [`Error::Internal`] when it can't be serialised.
    pub fn of<T: Serialize>(value: &T, audience: Audience) -> Result<Self, ApiError> {
        let mut body = Vec::with_capacity(TYPICAL);
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

    /// Names the version.
    #[must_use]
    pub fn version(mut self, version: i64) -> Self {
        self.version = version;
        self
    }

    /// Tells when it was last changed.
    #[must_use]
    pub fn last_modified(mut self, time: Time) -> Self {
        self.last_modified = Some(time);
        self
    }

    /// Tells its language.
    #[must_use]
    pub fn lang(mut self, lang: &str) -> Self {
        self.lang = Some(lang.to_owned());
        self
    }

    /// Tells where readers find it (RFC 6596).
    #[must_use]
    pub fn canonical(self, address: Option<String>) -> Self {
        let link = address.map(|address| format!("<{address}>; rel=\"canonical\""));
        self.link(link.and_then(|link| HeaderValue::from_str(&link).ok()))
    }

    /// Tells what stands beside it (RFC 8288).
    #[must_use]
    pub fn link(mut self, link: Option<HeaderValue>) -> Self {
        self.link = link;
        self
    }

    /// Tells what it was made from. Then it is kept, if everybody gets the same.
    #[must_use]
    pub fn cache_policy(mut self, cache_policy: CachePolicy) -> Self {
        self.cache_policy = Some(cache_policy);
        self
    }

    /// Tells where mentions of it are taken: webmentions (W3C, section 3.1.2) and pingbacks
    /// (Pingback 1.0, section 2.1).
    #[must_use]
    pub fn endpoints(mut self, endpoints: Option<Endpoints>) -> Self {
        self.endpoints = endpoints;
        self
    }

    /// The answer: 200, or 304 when the client has it already.
    #[must_use]
    pub fn answer(mut self, req: &HttpRequest) -> HttpResponse {
        let tag = tag(self.version, &self.body);
        let quoted = format!("\"{tag}\"");
        let cache_policy =
            self.cache_policy.take().filter(|_| self.audience == Audience::Everybody);
        let mut headers = self.headers(&quoted);
        if let Some(cache_policy) = &cache_policy {
            let cdn = req.app_data::<Data<State>>().and_then(|state| state.cdn.clone());
            tell_caches(&mut headers, cache_policy, cdn);
        }
        let keeps = |state: &Data<State>| state.cache.is_on();
        // For the cache, which makes an answer of its own of it.
        let kept = cache_policy.filter(|_| req.app_data().is_some_and(keeps)).map(|cache_policy| {
            let (body, headers) = (self.body.clone(), headers.clone());
            CacheableResponse { body, tag, headers, cache_policy }
        });
        let mut response = if has_it(req, &quoted) {
            headers.retain(|name, _| is_told_again(name));
            HttpResponse::new(StatusCode::NOT_MODIFIED)
        } else {
            HttpResponse::with_body(StatusCode::OK, BoxBody::new(self.body))
        };
        *response.headers_mut() = headers;
        if let Some(kept) = kept {
            response.extensions_mut().insert(kept);
        }
        response
    }

    /// The answer to a writing request, which always has a body.
    #[must_use]
    pub fn answer_with(self, status: StatusCode) -> HttpResponse {
        let headers = self.headers(&etag(self.version, &self.body));
        let mut response = HttpResponse::with_body(status, BoxBody::new(self.body));
        *response.headers_mut() = headers;
        response
    }

    /// The answer to a creating request, as it is kept to be given again.
    ///
    /// # Errors
    /// [`Error::Internal`] for a body that isn't UTF-8, which JSON always is.
    pub fn reply(self, location: String) -> Result<Reply, Error> {
        let etag = Some(etag(self.version, &self.body));
        let body = String::from_utf8(self.body.into())
            .map_err(|error| Error::Internal(error.to_string()))?;
        Ok(Reply { location, etag, body, accepted: false })
    }

    fn headers(&self, tag: &str) -> HeaderMap {
        let mut headers = HeaderMap::with_capacity(16);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let Ok(tag) = HeaderValue::from_str(tag) {
            headers.insert(ETAG, tag);
        }
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

/// What answers depend on besides the address. The CORS layer adds what it looks at.
const VARIES: &str = "Accept-Encoding, Accept-Language, Authorization";

/// The same for answers that it doesn't meet.
pub const ALL_VARIES: &str = "Accept-Encoding, Accept-Language, Authorization, Origin";

/// Whether a header is told to a client that has the answer already: what renews what the client keeps
/// (RFC 9110, section 15.4.5), and the addresses beside it. All else it has.
#[must_use]
pub fn is_told_again(name: &HeaderName) -> bool {
    [&ETAG, &CACHE_CONTROL, &VARY, &LINK, &X_PINGBACK, &CDN_CACHE_CONTROL].contains(&name)
}

/// How long a CDN may answer by itself, and once more while it asks (RFC 9213, RFC 5861).
#[must_use]
pub fn cdn_cache_control(seconds: u64) -> Option<HeaderValue> {
    let text =
        format!("public, max-age={seconds}, stale-while-revalidate={seconds}, stale-if-error=600");
    HeaderValue::from_str(&text).ok().filter(|_| seconds > 0)
}

/// What CDNs are told: how long they may answer by themselves (RFC 9213), and by which words to
/// purge what they hold, in the two forms in use.
fn tell_caches(headers: &mut HeaderMap, cache_policy: &CachePolicy, cdn: Option<HeaderValue>) {
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
    /// `no-cache` lets caches keep an answer and bids them ask whether it still holds: a closed
    /// discussion or a withdrawn article must not live on in a cache.
    fn cache_control(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Everybody => "public, no-cache",
            Self::Somebody => "private, no-cache",
        })
    }
}

/// A time as HTTP writes it (RFC 9110, section 5.6.7).
#[must_use]
pub fn http_date(time: Time) -> String {
    // What is far off is no time for httpdate, and it would panic; archives have older things.
    if is_representable(time) {
        return httpdate::fmt_http_date(time.into());
    }
    time.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// `If-None-Match`, compared weakly as it must be.
fn has_it(req: &HttpRequest, tag: &str) -> bool {
    req.headers().get_all(IF_NONE_MATCH).any(|value| {
        value.to_str().is_ok_and(|list| {
            list.split(',')
                .map(str::trim)
                .any(|item| item == "*" || item.strip_prefix("W/").unwrap_or(item) == tag)
        })
    })
}

/// Which version a writer means, by `If-Match`.
///
/// # Errors
/// `precondition_required` when the header is absent.
pub fn required(req: &HttpRequest) -> Result<Expected, ApiError> {
    optional(req).ok_or_else(|| ApiError::new("precondition_required"))
}

/// Which version a writer means, if they say.
#[must_use]
pub fn optional(req: &HttpRequest) -> Option<Expected> {
    let mut versions = Vec::new();
    let mut said = false;
    for value in req.headers().get_all(IF_MATCH) {
        said = true;
        // A tag that isn't ours matches nothing, which is what its sender needs to know.
        for item in value.to_str().unwrap_or_default().split(',').map(str::trim) {
            if item == "*" {
                return Some(Expected::Any);
            }
            versions.extend(version_of(item));
        }
    }
    said.then_some(Expected::OneOf(versions))
}

/// The version in one of our tags. Weak tags never match here.
fn version_of(tag: &str) -> Option<i64> {
    let inner = tag.strip_prefix('"')?.strip_suffix('"')?;
    let (version, _) = inner.strip_prefix('v')?.split_once('-')?;
    version.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_that_are_far_off_are_written_too() {
        let written = |text: &str| http_date(text.parse().expect("a time"));
        assert_eq!(written("2026-01-15T09:00:00Z"), "Thu, 15 Jan 2026 09:00:00 GMT");
        assert_eq!(written("1951-12-24T09:00:00Z"), "Mon, 24 Dec 1951 09:00:00 GMT");
        assert!(written("+10000-01-01T00:00:00Z").ends_with("00:00:00 GMT"));
    }

    #[test]
    fn the_version_is_read_from_strong_tags_of_ours_only() {
        assert_eq!(version_of(&etag(42, b"x")), Some(42));
        for other in ["W/\"v42-0\"", "\"abc\"", "v42-0", "\"v-1\"", "\"vx-1\"", ""] {
            assert_eq!(version_of(other), None, "{other}");
        }
    }
}
