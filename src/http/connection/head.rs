//! The head of a request, as far as it must be understood to answer it from the cache. Whatever is
//! unusual in it is left to actix, which reads it by the same parser.

use std::mem::replace;
use std::str;

use crate::http::cache::request::CacheRequest;

/// The most headers a plain request has.
const MOST_HEADERS: usize = 64;

/// The head of a request that is plain: of HTTP/1.1 (RFC 9112), with a path, one `Host`, no body,
/// nothing to wait for, and a connection that goes on after it.
#[derive(Debug, Default)]
pub(super) struct Head<'a> {
    /// What the cache must know of it.
    pub request: CacheRequest<'a>,
    /// Whether it is `HEAD`.
    pub wants_no_body: bool,
    /// `Origin`.
    pub origin: Option<&'a [u8]>,
    /// `X-Request-Id`.
    pub request_id: Option<&'a [u8]>,
    /// How long it is, in bytes; what comes after it is another request.
    pub length: usize,
    has_host: bool,
    has_languages: bool,
}

/// Why there is no plain head.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Not {
    /// There is more to come.
    Complete,
    /// It is nothing for us.
    Plain,
}

impl<'a> Head<'a> {
    /// Reads the head at the beginning of what a client sent.
    ///
    /// # Errors
    /// [`Not`] whole yet, or not plain.
    pub fn read(sent: &'a [u8]) -> Result<Self, Not> {
        let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
        let mut request = httparse::Request::new(&mut headers);
        let length = match request.parse(sent) {
            Ok(httparse::Status::Complete(length)) => length,
            Ok(httparse::Status::Partial) => return Err(Not::Complete),
            Err(_) => return Err(Not::Plain),
        };
        let (Some(method), Some(target)) = (request.method, request.path) else {
            return Err(Not::Plain);
        };
        // What follows CONNECT is no request.
        if request.version != Some(1) || method == "CONNECT" || !is_plain_target(target) {
            return Err(Not::Plain);
        }
        let mut head = Self { length, wants_no_body: method == "HEAD", ..Self::default() };
        head.request.is_read = head.wants_no_body || method == "GET";
        (head.request.path, head.request.query) = match target.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (target, None),
        };
        for header in request.headers {
            head.take(header.name, header.value)?;
        }
        if head.has_host { Ok(head) } else { Err(Not::Plain) }
    }

    fn take(&mut self, name: &str, value: &'a [u8]) -> Result<(), Not> {
        let is = |other: &str| name.eq_ignore_ascii_case(other);
        // A value that isn't text says nothing that we would understand.
        let text = || str::from_utf8(value).ok().filter(|text| text.is_ascii());
        match name.len() {
            4 if is("host") && replace(&mut self.has_host, true) => return Err(Not::Plain),
            6 if is("origin") => self.origin = self.origin.or(Some(value)),
            6 if is("expect") => return Err(Not::Plain),
            7 if is("upgrade") => return Err(Not::Plain),
            10 if is("connection") && !value.eq_ignore_ascii_case(b"keep-alive") => {
                return Err(Not::Plain);
            }
            12 if is("x-request-id") => self.request_id = self.request_id.or(Some(value)),
            13 if is("authorization") => self.request.is_signed = true,
            13 if is("if-none-match") => self.request.known.extend(text()),
            14 if is("content-length") => return Err(Not::Plain),
            15 if is("accept-encoding") => self.request.encodings.extend(text()),
            15 if is("accept-language") && !replace(&mut self.has_languages, true) => {
                self.request.languages = text();
            }
            17 if is("transfer-encoding") => return Err(Not::Plain),
            _ => {}
        }
        Ok(())
    }
}

/// A path with or without parameters, in the characters that addresses are made of (RFC 3986,
/// section 2). There is more that a browser or actix might take; it is theirs to interpret.
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

    fn is_plain(line: &str, headers: &str) -> bool {
        Head::read(request(line, headers).as_bytes()).is_ok()
    }

    #[test]
    fn what_matters_is_found_and_what_follows_is_left() {
        let headers = "ACCEPT-LANGUAGE: ar\r\nAccept-Encoding: br\r\naccept-encoding: gzip\r\n\
                       If-None-Match: \"v1\"\r\nOrigin: https://a.example\r\nX-Request-ID: 7\r\n\
                       Connection: Keep-Alive\r\n";
        let sent = request("GET /api/v1/tags?q=%D9%84&limit=2 HTTP/1.1", headers);
        let both = format!("{sent}GET /api/v1/articles HTTP/1.1\r\n");
        let head = Head::read(both.as_bytes()).expect("a plain one");
        assert_eq!(
            (head.request.path, head.request.query),
            ("/api/v1/tags", Some("q=%D9%84&limit=2"))
        );
        assert_eq!(head.request.languages, Some("ar"));
        assert_eq!(head.request.encodings, ["br", "gzip"]);
        assert_eq!(head.request.known, ["\"v1\""]);
        assert_eq!(head.origin, Some(&b"https://a.example"[..]));
        assert_eq!(head.request_id, Some(&b"7"[..]));
        assert!(head.request.is_read && !head.request.is_signed && !head.wants_no_body);
        assert_eq!(head.length, sent.len());
    }

    #[test]
    fn who_signs_in_or_writes_is_told_apart() {
        let signed = request("GET /api/v1/tags HTTP/1.1", "Authorization: Bearer x\r\n");
        assert!(Head::read(signed.as_bytes()).expect("a plain one").request.is_signed);
        let deleting = request("DELETE /api/v1/tags/1 HTTP/1.1", "");
        assert!(!Head::read(deleting.as_bytes()).expect("a plain one").request.is_read);
        let head = request("HEAD /api/v1/tags HTTP/1.1", "");
        assert!(Head::read(head.as_bytes()).expect("a plain one").wants_no_body);
    }

    #[test]
    fn nothing_unusual_is_plain() {
        let get = "GET /api/v1/tags HTTP/1.1";
        assert!(is_plain(get, ""));
        for headers in [
            "Content-Length: 0\r\n",
            "content-length: 5\r\n",
            "Transfer-Encoding: chunked\r\n",
            "Expect: 100-continue\r\n",
            "Upgrade: h2c\r\n",
            "Connection: close\r\n",
            "Connection: keep-alive, close\r\n",
            "Connection: upgrade\r\n",
            "Host: other.example\r\n",
            "No colon\r\n",
            "Sp ace: 1\r\n",
            "Fold: 1\r\n 2\r\n",
        ] {
            assert!(!is_plain(get, headers), "{headers}");
        }
        for line in [
            "GET /api/v1/tags HTTP/1.0",
            "GET /api/v1/tags HTTP/2.0",
            "GET /api/v1/tags",
            "GET http://news.example/api/v1/tags HTTP/1.1",
            "GET /api/v1/tags#part HTTP/1.1",
            "GET /api/v1/tags?q=\"a\" HTTP/1.1",
            "GET /api/v1/slug/ليبيا HTTP/1.1",
            "OPTIONS * HTTP/1.1",
            "CONNECT news.example:443 HTTP/1.1",
            "CONNECT /api/v1/tags HTTP/1.1",
            "G@T /api/v1/tags HTTP/1.1",
        ] {
            assert!(!is_plain(line, ""), "{line}");
        }
        let many: String = (0..MOST_HEADERS).map(|n| format!("X-{n}: 1\r\n")).collect();
        assert!(!is_plain(get, &many));
        let hostless = format!("{get}\r\nAccept: */*\r\n\r\n");
        assert_eq!(Head::read(hostless.as_bytes()).err(), Some(Not::Plain));
    }

    #[test]
    fn half_a_head_is_waited_for() {
        let whole = request("GET /api/v1/tags HTTP/1.1", "Accept: */*\r\n");
        for length in 0..whole.len() {
            let half = Head::read(&whole.as_bytes()[..length]);
            assert_eq!(half.err(), Some(Not::Complete), "{length}");
        }
        assert!(Head::read(whole.as_bytes()).is_ok());
    }
}
