//! A body in one content coding, with the part of its response's head that is the same for all clients.

use actix_web::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, ETAG, HeaderName, HeaderValue};
use actix_web::web::Bytes;

use super::coding::Coding;

/// A body in one content coding, or without one.
pub struct EncodedBody {
    /// The body.
    pub(super) body: Bytes,
    /// The entity tag, with quotes.
    pub(super) tag: HeaderValue,
    /// The status line and the shared headers, serialised.
    pub(super) head: Box<[u8]>,
}

impl EncodedBody {
    /// Serialises the head of a body.
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
        Self { body, tag, head: head.into() }
    }
}

/// Writes a header line (RFC 9112, section 5).
pub fn write_line(out: &mut Vec<u8>, name: &HeaderName, value: &[u8]) {
    for part in [name.as_str().as_bytes(), b": ", value, b"\r\n"] {
        out.extend_from_slice(part);
    }
}
