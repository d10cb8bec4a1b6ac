//! What of an entry is sent to a client: a body in one of its encodings with the head that goes with
//! it, or the word that nothing has changed. Both as actix takes them, and as they go over the wire.

use actix_web::body::BoxBody;
use actix_web::dev::Response;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, ETAG, HeaderName, HeaderValue};
use actix_web::web::Bytes;

use super::coding::Coding;
use super::entry::{Entry, X_CACHE};
use crate::http::conditional::is_told_again;

/// A body in an encoding.
pub struct EncodedBody {
    pub(super) body: Bytes,
    pub(super) tag: HeaderValue,
    coding: Option<Coding>,
    /// The head, as it is sent.
    head: Box<[u8]>,
}

/// The answer for a client.
pub enum CachedResponse<'a> {
    /// 200, in an encoding that it takes.
    Complete(&'a Entry, &'a EncodedBody),
    /// 304: it has it, by this tag.
    Unchanged(&'a Entry, HeaderValue),
}

impl EncodedBody {
    /// Puts a body and its head together.
    pub(super) fn new(
        body: Bytes,
        tag: HeaderValue,
        coding: Option<Coding>,
        headers: &[(HeaderName, HeaderValue)],
    ) -> Self {
        let mut head = b"HTTP/1.1 200 OK\r\n".to_vec();
        write_line(&mut head, &CONTENT_LENGTH, body.len().to_string().as_bytes());
        for (name, value) in headers {
            write_line(&mut head, name, value.as_bytes());
        }
        write_line(&mut head, &ETAG, tag.as_bytes());
        if let Some(coding) = coding {
            write_line(&mut head, &CONTENT_ENCODING, coding.name().as_bytes());
        }
        Self { body, tag, coding, head: head.into() }
    }
}

impl CachedResponse<'_> {
    /// Its status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Complete(..) => StatusCode::OK,
            Self::Unchanged(..) => StatusCode::NOT_MODIFIED,
        }
    }

    /// It, for actix to send.
    #[must_use]
    pub fn response(&self) -> Response<BoxBody> {
        let mut response = match self {
            Self::Complete(_, form) => {
                Response::with_body(StatusCode::OK, BoxBody::new(form.body.clone()))
            }
            Self::Unchanged(..) => Response::new(StatusCode::NOT_MODIFIED),
        };
        let headers = response.headers_mut();
        let (Self::Complete(entry, _) | Self::Unchanged(entry, _)) = self;
        for (name, value) in &entry.headers {
            if matches!(self, Self::Complete(..)) || is_for_who_has_it(name) {
                // A name may stand there twice: `Link` does.
                headers.append(name.clone(), value.clone());
            }
        }
        match self {
            Self::Complete(_, form) => {
                headers.insert(ETAG, form.tag.clone());
                if let Some(coding) = form.coding {
                    headers.insert(CONTENT_ENCODING, HeaderValue::from_static(coding.name()));
                }
            }
            Self::Unchanged(_, tag) => {
                headers.insert(ETAG, tag.clone());
            }
        }
        response
    }

    /// It, as it is sent: writes the head but for its end, which is each request's own. The body.
    #[must_use]
    pub fn write_head(&self, out: &mut Vec<u8>) -> Option<&Bytes> {
        match self {
            Self::Complete(_, form) => {
                out.extend_from_slice(&form.head);
                Some(&form.body)
            }
            Self::Unchanged(entry, tag) => {
                out.extend_from_slice(&entry.unchanged);
                write_line(out, &ETAG, tag.as_bytes());
                None
            }
        }
    }
}

/// Writes a header as HTTP/1.1 has it (RFC 9112, section 5).
pub fn write_line(out: &mut Vec<u8>, name: &HeaderName, value: &[u8]) {
    for part in [name.as_str().as_bytes(), b": ", value, b"\r\n"] {
        out.extend_from_slice(part);
    }
}

/// Whether a 304 carries a header.
pub(super) fn is_for_who_has_it(name: &HeaderName) -> bool {
    *name == X_CACHE || is_told_again(name)
}
