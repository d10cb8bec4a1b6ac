//! An answer that is kept: ready to be sent in every encoding, with what it was made from. Made of
//! a handler's answer by `cache/mod.rs`.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};

use actix_web::http::header::{ETAG, HeaderMap, HeaderName, HeaderValue};
use actix_web::web::Bytes;

use super::coding::{Coding, Taken};
use super::encoded_body::{CachedResponse, EncodedBody, is_for_who_has_it, write_line};
use super::policy::CachePolicy;
use super::request::CacheRequest;
use crate::domain::Time;
use crate::http::metrics::Series;
use crate::service::changes::{ChangeVersion, TagVersion, TagVersions};

/// Says where an answer came from.
pub static X_CACHE: HeaderName = HeaderName::from_static("x-cache");

/// A body below this size isn't worth compressing: its headers are longer.
const WORTH_COMPRESSING: usize = 512;

/// What an entry costs besides its body, roughly: its headers, as a list and as they are sent, its
/// marks, its place.
const OVERHEAD: usize = 4_096;

/// An answer of a handler, before it is kept.
pub struct CacheableResponse {
    /// The body, not compressed.
    pub body: Bytes,
    /// Its entity tag, without quotes.
    pub tag: String,
    /// The headers of the answer, complete but for what is each request's own.
    pub headers: HeaderMap,
    /// What it was made from.
    pub cache_policy: CachePolicy,
}

/// An answer that is kept.
pub struct Entry {
    read_at: ChangeVersion,
    tag_versions: Box<[TagVersion]>,
    until: Option<Time>,
    tag: String,
    /// Those of every form. A list, since a map would have to be copied for each answer: its
    /// memory alone costs more than to fill the one that an answer has anyway.
    pub(super) headers: Box<[(HeaderName, HeaderValue)]>,
    plain: EncodedBody,
    compressed: [OnceLock<Option<EncodedBody>>; 3],
    /// What is told to whoever has it already, but for the tag.
    pub(super) unchanged: Box<[u8]>,
    /// A bit for each encoding that was ordered.
    ordered: AtomicU8,
    compressed_bytes: AtomicUsize,
    /// What is counted for it.
    pub series: Series,
}

impl Entry {
    /// Keeps an answer that was read at a time.
    #[must_use]
    pub fn new(answer: CacheableResponse, read_at: ChangeVersion, series: Series) -> Self {
        let CacheableResponse { body, tag, mut headers, cache_policy } = answer;
        headers.insert(X_CACHE.clone(), HeaderValue::from_static("hit"));
        headers.remove(ETAG);
        let headers: Box<[_]> = headers.into_iter().collect();
        let mut unchanged = b"HTTP/1.1 304 Not Modified\r\n".to_vec();
        for (name, value) in headers.iter().filter(|(name, _)| is_for_who_has_it(name)) {
            write_line(&mut unchanged, name, value.as_bytes());
        }
        Self {
            read_at,
            tag_versions: cache_policy.tags.iter().copied().map(TagVersions::of).collect(),
            until: cache_policy.until,
            plain: EncodedBody::new(body, quote(&tag, ""), None, &headers),
            tag,
            headers,
            compressed: Default::default(),
            unchanged: unchanged.into(),
            ordered: AtomicU8::new(0),
            compressed_bytes: AtomicUsize::new(0),
            series,
        }
    }

    /// Whether it still holds.
    #[must_use]
    pub fn holds(&self, tag_versions: &TagVersions, now: impl FnOnce() -> Time) -> bool {
        tag_versions.unchanged_since(self.read_at, &self.tag_versions)
            && self.until.is_none_or(|until| now() < until)
    }

    /// What it costs, in bytes: the body twice, since the compressed ones together never come to
    /// more than it.
    #[must_use]
    pub fn weight(&self) -> usize {
        2 * self.plain.body.len() + OVERHEAD
    }

    /// The answer for a client: 304 if it has it, in whatever encoding it takes; else the body in
    /// the encoding it likes best of those that are ready. The second is one that it would have
    /// liked better.
    #[must_use]
    pub fn response_for(&self, request: &CacheRequest<'_>) -> (CachedResponse<'_>, Option<Coding>) {
        let taken = Taken::by(&request.encodings);
        if let Some(tag) = self.had(request, taken) {
            return (CachedResponse::Unchanged(self, tag), None);
        }
        let mut better = None;
        let mut form = &self.plain;
        for coding in taken.iter().filter(|_| self.is_long()) {
            match self.compressed.get(coding.place()).and_then(OnceLock::get) {
                Some(Some(compressed)) => {
                    form = compressed;
                    break;
                }
                // It was tried, and didn't get smaller.
                Some(None) => {}
                None => better = better.or(Some(coding)),
            }
        }
        (CachedResponse::Complete(self, form), better)
    }

    /// The entity tag by which a client has this answer: of any encoding that it takes. That needs
    /// not be the one it would be sent now. It is the same answer all the same, and one of several
    /// that a cache between us holds for several clients.
    fn had(&self, request: &CacheRequest<'_>, taken: Taken) -> Option<HeaderValue> {
        for item in request.known.iter().flat_map(|list| list.split(',')).map(str::trim) {
            if item == "*" {
                return Some(self.plain.tag.clone());
            }
            let item = item.strip_prefix("W/").unwrap_or(item);
            let Some(tag) = item.strip_prefix('"').and_then(|tag| tag.strip_suffix('"')) else {
                continue;
            };
            match tag.strip_prefix(&*self.tag) {
                Some("") => return Some(self.plain.tag.clone()),
                Some(end) if end.strip_prefix('-').is_some_and(|name| taken.has(name)) => {
                    return HeaderValue::from_str(item).ok();
                }
                _ => {}
            }
        }
        None
    }

    fn is_long(&self) -> bool {
        self.plain.body.len() >= WORTH_COMPRESSING
    }

    /// Whether an encoding is to be made now, and by whoever asks first.
    #[must_use]
    pub fn order(&self, coding: Coding) -> bool {
        let bit = 1 << coding.place();
        self.ordered.fetch_or(bit, Ordering::Relaxed) & bit == 0
    }

    /// Takes an order back that nobody took.
    pub fn withdraw(&self, coding: Coding) {
        self.ordered.fetch_and(!(1 << coding.place()), Ordering::Relaxed);
    }

    /// Makes an encoding. It takes its time: not for threads that answer.
    pub fn compress_into(&self, coding: Coding) {
        let form = match coding.compress(&self.plain.body) {
            Ok(compressed) => self.form(coding, compressed),
            Err(error) => {
                tracing::error!(%error, coding = coding.name(), "a body can't be compressed");
                None
            }
        };
        if let Some(place) = self.compressed.get(coding.place()) {
            // Somebody else can't have been there: orders are given once.
            let _ = place.set(form);
        }
    }

    fn form(&self, coding: Coding, compressed: Vec<u8>) -> Option<EncodedBody> {
        let before = self.compressed_bytes.fetch_add(compressed.len(), Ordering::Relaxed);
        if before + compressed.len() > self.plain.body.len() {
            return None;
        }
        let tag = quote(&self.tag, &format!("-{}", coding.name()));
        Some(EncodedBody::new(compressed.into(), tag, Some(coding), &self.headers))
    }
}

/// An entity tag in its quotes. Ours are made of letters, digits and hyphens.
fn quote(tag: &str, end: &str) -> HeaderValue {
    HeaderValue::from_str(&format!("\"{tag}{end}\""))
        .unwrap_or_else(|_| HeaderValue::from_static("\"\""))
}
