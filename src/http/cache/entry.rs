//! An answer that is kept: ready to be sent in every encoding, with what it was made from. Made of
//! a handler's answer by `cache/mod.rs`.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};

use actix_web::body::BoxBody;
use actix_web::dev::Response;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    CONTENT_ENCODING, ETAG, HeaderMap, HeaderName, HeaderValue, IF_NONE_MATCH,
};
use actix_web::web::Bytes;

use super::coding::{Coding, Taken};
use super::worth::MadeOf;
use crate::domain::Time;
use crate::http::conditional::is_told_again;
use crate::http::metrics::Series;
use crate::service::changes::{Mark, Marks, Stamp};

/// Says where an answer came from.
pub static X_CACHE: HeaderName = HeaderName::from_static("x-cache");

/// A body below this size isn't worth compressing: its headers are longer.
const WORTH_COMPRESSING: usize = 512;

/// What an entry costs besides its body, roughly: its headers, its marks, its place.
const OVERHEAD: usize = 2_048;

/// An answer of a handler, before it is kept.
pub struct Answer {
    /// The body, not compressed.
    pub body: Bytes,
    /// Its entity tag, without quotes.
    pub tag: String,
    /// The headers of the answer, complete but for what is each request's own.
    pub headers: HeaderMap,
    /// What it was made from.
    pub made_of: MadeOf,
}

/// An answer that is kept.
pub struct Entry {
    read_at: Stamp,
    marks: Box<[Mark]>,
    until: Option<Time>,
    tag: String,
    plain: Form,
    /// What is told to whoever has it already, but for the tag.
    unchanged: Headers,
    packed: [OnceLock<Option<Form>>; 3],
    /// A bit for each encoding that was ordered.
    ordered: AtomicU8,
    packed_bytes: AtomicUsize,
    /// What is counted for it.
    pub series: Series,
}

/// Headers of an answer. A list, since a map would have to be copied for each answer: its memory
/// alone costs more than to fill the one that an answer has anyway.
type Headers = Box<[(HeaderName, HeaderValue)]>;

/// A body and the headers that go with it.
struct Form {
    body: Bytes,
    headers: Headers,
    tag: HeaderValue,
}

fn dress(response: &mut Response<BoxBody>, with: &Headers) {
    let headers = response.headers_mut();
    for (name, value) in with {
        // A name may stand there twice: `Link` does.
        headers.append(name.clone(), value.clone());
    }
}

impl Entry {
    /// Keeps an answer that was read at a time.
    #[must_use]
    pub fn new(answer: Answer, read_at: Stamp, series: Series) -> Self {
        let Answer { body, tag, mut headers, made_of } = answer;
        headers.insert(X_CACHE.clone(), HeaderValue::from_static("hit"));
        let quoted = quote(&tag, "");
        headers.insert(ETAG, quoted.clone());
        let headers: Headers = headers.into_iter().collect();
        let again = |name: &HeaderName| name != ETAG && (*name == X_CACHE || is_told_again(name));
        Self {
            read_at,
            marks: made_of.touched.iter().copied().map(Marks::of).collect(),
            until: made_of.until,
            tag,
            unchanged: headers.iter().filter(|(name, _)| again(name)).cloned().collect(),
            plain: Form { body, headers, tag: quoted },
            packed: Default::default(),
            ordered: AtomicU8::new(0),
            packed_bytes: AtomicUsize::new(0),
            series,
        }
    }

    /// Whether it still holds.
    #[must_use]
    pub fn holds(&self, marks: &Marks, now: impl FnOnce() -> Time) -> bool {
        marks.hold(self.read_at, &self.marks) && self.until.is_none_or(|until| now() < until)
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
    pub fn answer(&self, headers: &HeaderMap) -> (Response<BoxBody>, Option<Coding>) {
        let taken = Taken::by(headers);
        if let Some(tag) = self.had(headers, taken) {
            let mut response = Response::new(StatusCode::NOT_MODIFIED);
            dress(&mut response, &self.unchanged);
            response.headers_mut().insert(ETAG, tag);
            return (response, None);
        }
        let mut better = None;
        let mut form = &self.plain;
        for coding in taken.iter().filter(|_| self.is_long()) {
            match self.packed.get(coding.place()).and_then(OnceLock::get) {
                Some(Some(packed)) => {
                    form = packed;
                    break;
                }
                // It was tried, and didn't get smaller.
                Some(None) => {}
                None => better = better.or(Some(coding)),
            }
        }
        let mut response = Response::with_body(StatusCode::OK, BoxBody::new(form.body.clone()));
        dress(&mut response, &form.headers);
        (response, better)
    }

    /// The entity tag by which a client has this answer: of any encoding that it takes. That needs
    /// not be the one it would be sent now. It is the same answer all the same, and one of several
    /// that a cache between us holds for several clients.
    fn had(&self, headers: &HeaderMap, taken: Taken) -> Option<HeaderValue> {
        for value in headers.get_all(IF_NONE_MATCH) {
            let Ok(list) = value.to_str() else { continue };
            for item in list.split(',').map(str::trim) {
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
    pub fn pack(&self, coding: Coding) {
        let form = match coding.compress(&self.plain.body) {
            Ok(packed) => self.form(coding, packed),
            Err(error) => {
                tracing::error!(%error, coding = coding.name(), "a body can't be compressed");
                None
            }
        };
        if let Some(place) = self.packed.get(coding.place()) {
            // Somebody else can't have been there: orders are given once.
            let _ = place.set(form);
        }
    }

    fn form(&self, coding: Coding, packed: Vec<u8>) -> Option<Form> {
        let before = self.packed_bytes.fetch_add(packed.len(), Ordering::Relaxed);
        if before + packed.len() > self.plain.body.len() {
            return None;
        }
        let tag = quote(&self.tag, &format!("-{}", coding.name()));
        let same = self.plain.headers.iter().filter(|(name, _)| name != ETAG).cloned();
        let coding = HeaderValue::from_static(coding.name());
        let headers = same.chain([(ETAG, tag.clone()), (CONTENT_ENCODING, coding)]).collect();
        Some(Form { body: packed.into(), headers, tag })
    }
}

/// An entity tag in its quotes. Ours are made of letters, digits and hyphens.
fn quote(tag: &str, end: &str) -> HeaderValue {
    HeaderValue::from_str(&format!("\"{tag}{end}\""))
        .unwrap_or_else(|_| HeaderValue::from_static("\"\""))
}
