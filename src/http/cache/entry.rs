//! A response to a read: serialised once, with every content coding that is ready. It evaluates
//! `If-None-Match` and `If-Modified-Since`, whether the cache stores it or not.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};

use actix_web::http::header::{
    CACHE_CONTROL, CDN_CACHE_CONTROL, ETAG, HeaderMap, HeaderName, HeaderValue, LINK, VARY,
};
use actix_web::web::Bytes;

use super::coding::{Coding, Taken};
use super::encoded_body::{EncodedBody, write_line};
use super::policy::CachePolicy;
use super::request::CacheRequest;
use crate::domain::Time;
use crate::http::date::parse_http_date;
use crate::http::entity_tag::{self, TagForm};
use crate::http::metrics::{Metrics, Series};
use crate::service::changes::{ChangeVersion, TagSlot, TagVersions};

/// Names the pingback endpoint.
pub static X_PINGBACK: HeaderName = HeaderName::from_static("x-pingback");

/// Smaller bodies aren't compressed, in bytes.
const MIN_COMPRESSED: usize = 512;

/// The estimated weight of an entry without its body, in bytes.
const OVERHEAD: usize = 4_096;

/// A handler's response to a read, before it is serialised.
pub struct CacheableResponse {
    /// The body, without a content coding.
    pub body: Bytes,
    /// The entity tag, without quotes.
    pub tag: String,
    /// The headers that are the same for all clients.
    pub headers: HeaderMap,
    /// The time of the last change, if it is known.
    pub last_modified: Option<Time>,
    /// The cache tags and the admission; `None` if the cache may not store the response.
    pub cache_policy: Option<CachePolicy>,
}

/// A serialised response.
pub struct Entry {
    read_at: ChangeVersion,
    tag_slots: Box<[TagSlot]>,
    until: Option<Time>,
    tag: String,
    last_modified: Option<Time>,
    headers: Box<[(HeaderName, HeaderValue)]>,
    plain: EncodedBody,
    compressed: [OnceLock<Option<EncodedBody>>; 3],
    /// The head of a 304 without its entity tag.
    not_modified: Box<[u8]>,
    /// A bit for each coding that the compressor has been asked for.
    ordered: AtomicU8,
    compressed_bytes: AtomicUsize,
    route: String,
    /// The counters of `GET` and of `HEAD`.
    series: [OnceLock<Series>; 2],
}

/// The response for one client.
pub enum CachedResponse<'a> {
    /// 200, in a coding that the client accepts.
    Complete(&'a EncodedBody),
    /// 304, with the entity tag that matched.
    NotModified(&'a Entry, HeaderValue),
}

impl Entry {
    /// Serialises a response that was read at a change version.
    #[must_use]
    pub fn new(response: CacheableResponse, read_at: ChangeVersion, route: String) -> Self {
        let CacheableResponse { body, tag, mut headers, last_modified, cache_policy } = response;
        headers.remove(ETAG);
        let headers: Box<[_]> = headers.into_iter().collect();
        let mut not_modified = b"HTTP/1.1 304 Not Modified\r\n".to_vec();
        for (name, value) in headers.iter().filter(|(name, _)| is_in_not_modified(name)) {
            write_line(&mut not_modified, name, value.as_bytes());
        }
        let tags = cache_policy.iter().flat_map(|policy| &policy.tags);
        Self {
            read_at,
            tag_slots: tags.copied().map(TagVersions::slot_of).collect(),
            until: cache_policy.as_ref().and_then(|policy| policy.until),
            plain: EncodedBody::new(body, quote(&tag, ""), None, &headers),
            tag,
            last_modified,
            headers,
            compressed: Default::default(),
            not_modified: not_modified.into(),
            ordered: AtomicU8::new(0),
            compressed_bytes: AtomicUsize::new(0),
            route,
            series: [const { OnceLock::new() }; 2],
        }
    }

    /// Returns whether no cache tag was invalidated since the entry was read, and its time isn't up.
    #[must_use]
    pub fn is_fresh(&self, tag_versions: &TagVersions, now: impl FnOnce() -> Time) -> bool {
        tag_versions.unchanged_since(self.read_at, &self.tag_slots)
            && self.until.is_none_or(|until| now() < until)
    }

    /// Returns the weight in bytes: twice the body, since all codings together may be as large as it.
    #[must_use]
    pub fn weight(&self) -> usize {
        2 * self.plain.body.len() + OVERHEAD
    }

    /// Returns the pattern of the route.
    #[must_use]
    pub fn route(&self) -> &str {
        &self.route
    }

    /// Returns the counters of cache hits on this route.
    pub fn series(&self, metrics: &Metrics, is_head: bool) -> &Series {
        let [get, head] = &self.series;
        let (series, method) = if is_head { (head, "HEAD") } else { (get, "GET") };
        series.get_or_init(|| metrics.series(method, &self.route))
    }

    /// Returns 304 if an entity tag or a date matches, otherwise the body in the best coding that is ready. The
    /// second value is a better coding that isn't ready yet.
    #[must_use]
    pub fn response_for(&self, request: &CacheRequest<'_>) -> (CachedResponse<'_>, Option<Coding>) {
        let taken = Taken::parse(&request.accept_encoding);
        // A date counts only without tags (RFC 9110, section 13.2.2).
        let known = match request.if_none_match.is_empty() {
            true => self.is_unmodified(request).then(|| self.plain.tag.clone()),
            false => self.matching_tag(request, taken),
        };
        if let Some(tag) = known {
            return (CachedResponse::NotModified(self, tag), None);
        }
        let mut better = None;
        let mut encoded = &self.plain;
        let is_long = self.plain.body.len() >= MIN_COMPRESSED;
        for coding in taken.iter().filter(|_| is_long) {
            match self.compressed.get(coding.place()).and_then(OnceLock::get) {
                Some(Some(compressed)) => {
                    encoded = compressed;
                    break;
                }
                // This coding did not make the body smaller.
                Some(None) => {}
                None => better = better.or(Some(coding)),
            }
        }
        (CachedResponse::Complete(encoded), better)
    }

    /// Evaluates `If-None-Match` by weak comparison (RFC 9110, section 13.1.2). The tag of every
    /// coding that the client accepts matches, since all codings have the same content. The tag with a
    /// proxy's suffix matches too, and the answer names the plain one. Malformed tags match nothing.
    fn matching_tag(&self, request: &CacheRequest<'_>, taken: Taken) -> Option<HeaderValue> {
        for item in request.if_none_match.iter().flat_map(|list| list.split(',')).map(str::trim) {
            if item == "*" {
                return Some(self.plain.tag.clone());
            }
            let opaque = item.strip_prefix("W/").unwrap_or(item).strip_prefix('"');
            let Some(sent) = opaque.and_then(|text| text.strip_suffix('"')) else { continue };
            match entity_tag::form_of(sent, &self.tag) {
                Some(TagForm::Coded(name)) if taken.has(name) => {
                    return Some(quote(&self.tag, &format!("-{name}")));
                }
                // A proxy that compresses may drop `Accept-Encoding`, and keep its suffix.
                Some(TagForm::Coded(_)) if !request.accept_encoding.is_empty() => {}
                Some(_) => return Some(self.plain.tag.clone()),
                None => {}
            }
        }
        None
    }

    /// Evaluates `If-Modified-Since`. An invalid or repeated one is ignored.
    fn is_unmodified(&self, request: &CacheRequest<'_>) -> bool {
        let since = match request.modified_since[..] {
            [line] => parse_http_date(line),
            _ => None,
        };
        since.is_some_and(|since| {
            self.last_modified.is_some_and(|time| time.timestamp() <= since.timestamp())
        })
    }

    /// Returns true for the first caller that asks for a coding.
    #[must_use]
    pub fn order(&self, coding: Coding) -> bool {
        let bit = 1 << coding.place();
        self.ordered.fetch_or(bit, Ordering::Relaxed) & bit == 0
    }

    /// Takes back an order that the compressor had no room for.
    pub fn withdraw(&self, coding: Coding) {
        self.ordered.fetch_and(!(1 << coding.place()), Ordering::Relaxed);
    }

    /// Compresses the body. It takes milliseconds, so it runs on the compressor's thread.
    pub fn compress_into(&self, coding: Coding) {
        let encoded = match coding.compress(&self.plain.body) {
            Ok(compressed) => self.encoded(coding, compressed),
            Err(error) => {
                tracing::error!(%error, coding = coding.name(), "a body can't be compressed");
                None
            }
        };
        if let Some(place) = self.compressed.get(coding.place()) {
            // Each coding is ordered once, so the place is empty.
            let _ = place.set(encoded);
        }
    }

    fn encoded(&self, coding: Coding, compressed: Vec<u8>) -> Option<EncodedBody> {
        let before = self.compressed_bytes.fetch_add(compressed.len(), Ordering::Relaxed);
        if before + compressed.len() > self.plain.body.len() {
            return None;
        }
        let tag = quote(&self.tag, &format!("-{}", coding.name()));
        Some(EncodedBody::new(compressed.into(), tag, Some(coding), &self.headers))
    }
}

impl CachedResponse<'_> {
    /// Returns the status code.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::Complete(_) => 200,
            Self::NotModified(..) => 304,
        }
    }

    /// Writes the status line and the headers that all clients share, and returns the body.
    #[must_use]
    pub fn write_head(&self, out: &mut Vec<u8>) -> Option<&Bytes> {
        match self {
            Self::Complete(encoded) => {
                out.extend_from_slice(&encoded.head);
                Some(&encoded.body)
            }
            Self::NotModified(entry, tag) => {
                out.extend_from_slice(&entry.not_modified);
                write_line(out, &ETAG, tag.as_bytes());
                None
            }
        }
    }
}

/// Quotes an entity tag, which consists of letters, digits and hyphens.
fn quote(tag: &str, end: &str) -> HeaderValue {
    HeaderValue::from_str(&format!("\"{tag}{end}\""))
        .unwrap_or_else(|_| HeaderValue::from_static("\"\""))
}

/// Returns whether a 304 carries a header (RFC 9110, section 15.4.5). The client has the others.
fn is_in_not_modified(name: &HeaderName) -> bool {
    [&CACHE_CONTROL, &VARY, &LINK, &X_PINGBACK, &CDN_CACHE_CONTROL].contains(&name)
}
