//! Parses the head of a request: enough to answer it from the cache, and to decide if the connection
//! goes on after it. actix parses the same head again, by the same parser, for requests that the
//! cache doesn't answer.

use std::mem::{MaybeUninit, replace};
use std::str;

use super::host::is_valid_host;
use crate::http::authorization::is_own;
use crate::http::cache::request::CacheRequest;
use crate::http::middleware::MAX_URI;
use crate::http::problem::ApiError;

/// The most header lines of a request.
const MAX_HEADERS: usize = 96;

/// The longest head, in bytes.
const MAX_HEAD: usize = 128 << 10;

/// The longest header name, in bytes. actix panics at names longer than 65,535 bytes.
const MAX_NAME: usize = 1 << 10;

/// The longest target that actix can parse, in bytes. It refuses longer ones without a reason.
const MAX_TARGET: usize = (u16::MAX - 1) as usize;

/// The head of a request.
#[derive(Debug, Default)]
pub(super) struct Head<'a> {
    /// The parts that the cache decides by.
    pub request: CacheRequest<'a>,
    /// Whether the client speaks HTTP/1.0.
    pub is_http_10: bool,
    /// Whether the client keeps the connection open after the response.
    pub keep_alive: bool,
    /// The value of `Origin`.
    pub origin: Option<&'a [u8]>,
    /// The value of `X-Request-Id`.
    pub request_id: Option<&'a [u8]>,
    /// The length of the head, in bytes.
    pub length: usize,
    has_host: bool,
    has_length: bool,
    has_languages: bool,
    wants_keep_alive: bool,
    wants_close: bool,
}

/// The reason why there is no head.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum HeadError {
    /// The client has not sent all of it.
    Incomplete,
    /// It isn't HTTP/1, `Host` is missing or invalid, or a limit is exceeded.
    Refused(ApiError),
}

impl HeadError {
    fn malformed() -> Self {
        Self::Refused(ApiError::new("bad_request"))
    }

    fn too_large() -> Self {
        Self::Refused(ApiError::new("head_too_large"))
    }
}

impl<'a> Head<'a> {
    /// Parses the head at the beginning of a buffer.
    ///
    /// # Errors
    /// [`HeadError`].
    pub fn parse(buffer: &'a [u8]) -> Result<Self, HeadError> {
        let mut headers = [const { MaybeUninit::uninit() }; MAX_HEADERS];
        let mut request = httparse::Request::new(&mut []);
        let length = match request.parse_with_uninit_headers(buffer, &mut headers) {
            Ok(httparse::Status::Complete(length)) => length,
            Ok(httparse::Status::Partial) if buffer.len() < MAX_HEAD => {
                return Err(HeadError::Incomplete);
            }
            Ok(httparse::Status::Partial) | Err(httparse::Error::TooManyHeaders) => {
                return Err(HeadError::too_large());
            }
            Err(_) => return Err(HeadError::malformed()),
        };
        let (Some(method), Some(target)) = (request.method, request.path) else {
            return Err(HeadError::malformed());
        };
        let mut head = Self { length, is_http_10: request.version == Some(0), ..Self::default() };
        head.request.is_read = matches!(method, "GET" | "HEAD") && is_plain_target(target);
        (head.request.path, head.request.query) = match target.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (target, None),
        };
        if target.len() > MAX_TARGET {
            let error = ApiError::new("uri_too_long").with("limit", MAX_URI);
            return Err(HeadError::Refused(error));
        }
        for header in request.headers {
            if header.name.len() > MAX_NAME {
                return Err(HeadError::too_large());
            }
            head.take(header.name, header.value)?;
        }
        if !head.has_host && !head.is_http_10 {
            return Err(HeadError::malformed());
        }
        // The bytes after a CONNECT request are no request.
        head.keep_alive =
            !head.wants_close && (head.wants_keep_alive || !head.is_http_10) && method != "CONNECT";
        Ok(head)
    }

    fn take(&mut self, name: &str, value: &'a [u8]) -> Result<(), HeadError> {
        let is = |other: &str| name.eq_ignore_ascii_case(other);
        let text = || str::from_utf8(value).ok().filter(|text| text.is_ascii());
        match name.len() {
            4 if is("host") => {
                let is_second = replace(&mut self.has_host, true);
                return if is_second || !is_valid_host(value) {
                    Err(HeadError::malformed())
                } else {
                    Ok(())
                };
            }
            6 if is("origin") => self.origin = self.origin.or(Some(value)),
            8 if is("if-match") => self.request.has_precondition = true,
            10 if is("connection") => {
                for option in value.split(|byte| *byte == b',').map(<[u8]>::trim_ascii) {
                    self.wants_close |= option.eq_ignore_ascii_case(b"close");
                    self.wants_keep_alive |= option.eq_ignore_ascii_case(b"keep-alive");
                }
            }
            12 if is("x-request-id") => self.request_id = self.request_id.or(Some(value)),
            13 if is("authorization") => self.request.has_authorization |= is_own(value),
            13 if is("if-none-match") => {
                self.request.if_none_match.push(text().unwrap_or_default())
            }
            // actix refuses a second length.
            14 if is("content-length") => {
                let is_second = replace(&mut self.has_length, true);
                self.request.has_body |= is_second || value != b"0";
            }
            15 if is("accept-encoding") => self.request.accept_encoding.extend(text()),
            15 if is("accept-language") && !replace(&mut self.has_languages, true) => {
                self.request.accept_language = text();
            }
            17 if is("transfer-encoding") => self.request.has_body = true,
            17 if is("if-modified-since") => {
                self.request.modified_since.push(text().unwrap_or_default());
            }
            19 if is("if-unmodified-since") => self.request.has_precondition = true,
            _ => {}
        }
        Ok(())
    }
}

/// Returns whether a target is a path with an optional query, in the characters of a URI (RFC 3986,
/// section 2). Only those are looked up in the cache; actix interprets the others.
fn is_plain_target(target: &str) -> bool {
    let is_plain =
        |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/?%".contains(byte);
    target.starts_with('/') && target.as_bytes().iter().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(line: &str, headers: &str) -> String {
        format!("{line}\r\nHost: news.example\r\n{headers}\r\n")
    }

    #[test]
    fn headers_of_a_read_are_found_and_the_next_request_is_left() {
        let headers = "ACCEPT-LANGUAGE: ar\r\nAccept-Encoding: br\r\naccept-encoding: gzip\r\n\
                       If-None-Match: \"v1\"\r\nOrigin: https://a.example\r\nX-Request-ID: 7\r\n\
                       Connection: Keep-Alive\r\n";
        let sent = request("GET /api/v1/tags?q=%D9%84&limit=2 HTTP/1.1", headers);
        let both = format!("{sent}GET /api/v1/articles HTTP/1.1\r\n");
        let head = Head::parse(both.as_bytes()).expect("a head");
        assert_eq!(
            (head.request.path, head.request.query),
            ("/api/v1/tags", Some("q=%D9%84&limit=2"))
        );
        assert_eq!(head.request.accept_language, Some("ar"));
        assert_eq!(head.request.accept_encoding, ["br", "gzip"]);
        assert_eq!(head.request.if_none_match, ["\"v1\""]);
        assert_eq!(head.origin, Some(&b"https://a.example"[..]));
        assert_eq!(head.request_id, Some(&b"7"[..]));
        assert!(head.request.is_read && !head.request.has_authorization && !head.request.has_body);
        assert!(head.keep_alive);
        assert_eq!(head.length, sent.len());
    }

    #[test]
    fn only_reads_of_plain_targets_without_body_are_for_the_cache() {
        let is_read =
            |line: &str| Head::parse(request(line, "").as_bytes()).expect("a head").request.is_read;
        assert!(is_read("GET /api/v1/tags HTTP/1.1") && is_read("HEAD /api/v1/tags HTTP/1.0"));
        for line in [
            "DELETE /api/v1/tags/1 HTTP/1.1",
            "GET http://news.example/api/v1/tags HTTP/1.1",
            "GET /api/v1/tags#part HTTP/1.1",
            "GET /api/v1/tags?q=\"a\" HTTP/1.1",
            "OPTIONS * HTTP/1.1",
            "CONNECT news.example:443 HTTP/1.1",
        ] {
            assert!(!is_read(line), "{line}");
        }
        let has_body = |headers: &str| {
            let sent = request("GET /api/v1/tags HTTP/1.1", headers);
            Head::parse(sent.as_bytes()).expect("a head").request.has_body
        };
        assert!(!has_body("Content-Length: 0\r\n"));
        for headers in [
            "content-length: 5\r\n",
            "Content-Length: x\r\n",
            "Content-Length: 0\r\nContent-Length: 0\r\n",
            "Transfer-Encoding: chunked\r\n",
        ] {
            assert!(has_body(headers), "{headers}");
        }
    }

    #[test]
    fn connection_and_version_decide_on_keep_alive() {
        for (line, headers, expected) in [
            ("GET / HTTP/1.1", "", true),
            ("GET / HTTP/1.1", "Connection: upgrade\r\nUpgrade: h2c\r\n", true),
            ("GET / HTTP/1.1", "Connection: Close\r\n", false),
            ("GET / HTTP/1.1", "Connection: keep-alive, close\r\n", false),
            ("GET / HTTP/1.1", "Connection: close\r\nConnection: keep-alive\r\n", false),
            ("GET / HTTP/1.0", "", false),
            ("GET / HTTP/1.0", "Connection: TE, keep-alive\r\n", true),
            ("GET / HTTP/1.0", "Connection: keep-alive, close\r\n", false),
            ("CONNECT / HTTP/1.1", "", false),
        ] {
            let sent = request(line, headers);
            let head = Head::parse(sent.as_bytes()).expect("a head");
            assert_eq!(head.keep_alive, expected, "{line} {headers}");
        }
    }

    #[test]
    fn malformed_and_oversized_heads_are_refused() {
        let error = |sent: &str| Head::parse(sent.as_bytes()).err();
        for headers in ["No colon\r\n", "Sp ace: 1\r\n", "Fold: 1\r\n 2\r\n", "Host: x\r\n"] {
            let sent = request("GET / HTTP/1.1", headers);
            assert_eq!(error(&sent), Some(HeadError::malformed()), "{headers}");
        }
        for line in ["GET / HTTP/2.0", "GET /", "G@T / HTTP/1.1"] {
            assert_eq!(error(&request(line, "")), Some(HeadError::malformed()), "{line}");
        }
        for host in ["", "a b", "x, y", "u@x"] {
            let sent = format!("GET / HTTP/1.0\r\nHost: {host}\r\n\r\n");
            assert_eq!(error(&sent), Some(HeadError::malformed()), "{host}");
        }
        assert_eq!(error("GET / HTTP/1.1\r\nA: b\r\n\r\n"), Some(HeadError::malformed()));
        assert_eq!(error("GET / HTTP/1.0\r\nA: b\r\n\r\n"), None);
        let many: String = (0..MAX_HEADERS).map(|n| format!("X-{n}: 1\r\n")).collect();
        assert_eq!(error(&request("GET / HTTP/1.1", &many)), Some(HeadError::too_large()));
        let long = format!("GET / HTTP/1.1\r\nA: {}", "x".repeat(MAX_HEAD));
        assert_eq!(error(&long), Some(HeadError::too_large()));
    }

    #[test]
    fn half_a_head_is_incomplete() {
        let whole = request("GET /api/v1/tags HTTP/1.1", "Accept: */*\r\n");
        for length in 0..whole.len() {
            let half = Head::parse(&whole.as_bytes()[..length]);
            assert_eq!(half.err(), Some(HeadError::Incomplete), "{length}");
        }
        assert!(Head::parse(whole.as_bytes()).is_ok());
    }
}
