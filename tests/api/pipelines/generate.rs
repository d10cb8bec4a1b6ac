//! Draws requests with answers that depend neither on the time nor on other requests.

use std::fmt::Write;

use rand::RngExt;
use rand::rngs::SmallRng;
use rand::seq::IndexedRandom;

/// The content that the requests ask for.
pub struct Scene {
    /// The path of a published article.
    pub path: String,
    /// The article's entity tag.
    pub etag: String,
    /// An editor's access token.
    pub token: String,
    /// The body of a request that has been answered under the idempotency key `pipeline`.
    pub body: String,
}

/// A request as it is sent.
pub struct Sent {
    /// Head and body.
    pub bytes: Vec<u8>,
    /// Whether its answer has no body, as for `HEAD`.
    pub is_head: bool,
}

const METHODS: [&str; 10] =
    ["GET", "GET", "GET", "HEAD", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

const PATHS: [&str; 8] = [
    "/api/v1/tags",
    "/api/v1/tags/999",
    "/api/v1/articles?limit=2",
    "/api/v1/articles/999999",
    "/nowhere",
    "/health/live",
    "/api/v1/users",
    "/openapi.json?x=1",
];

impl Scene {
    /// Draws a request with this number as its id.
    pub fn draw(&self, rng: &mut SmallRng, number: usize) -> Sent {
        match rng.random_range(0..60) {
            0 => return malformed(rng),
            1..=6 => return self.post(rng, number),
            _ => {}
        }
        let method = *METHODS.choose(rng).expect("a method");
        let method = if rng.random_ratio(1, 40) { "CANARY" } else { method };
        let target = match rng.random_range(0..8) {
            0..=2 => self.path.clone(),
            3 => format!("{}?fields={}", self.path, ["id", "title"].choose(rng).expect("one")),
            _ => (*PATHS.choose(rng).expect("a path")).to_owned(),
        };
        let mut headers = format!("X-Request-Id: {number}\r\n");
        let is_safe = matches!(method, "GET" | "HEAD" | "OPTIONS");
        if is_safe && rng.random_ratio(1, 8) {
            let _ = write!(headers, "Authorization: Bearer {}\r\n", self.token);
        }
        for (odds, header) in [
            (6, format!("If-None-Match: {}\r\n", self.etag)),
            (12, "If-None-Match: *\r\n".to_owned()),
            (8, "Origin: https://front.example\r\n".to_owned()),
            (8, "Accept-Language: ar\r\n".to_owned()),
            (20, "Authorization: Bearer nonsense\r\n".to_owned()),
            (40, "Upgrade: h2c\r\nConnection: upgrade\r\n".to_owned()),
            (20, "Upgrade: websocket\r\nConnection: upgrade\r\n".to_owned()),
            (12, "If-Match: \"v999-0\"\r\n".to_owned()),
        ] {
            if rng.random_ratio(1, odds) {
                headers += &header;
            }
        }
        let with_body = rng.random_ratio(if is_safe { 1 } else { 3 }, 6);
        let body = if with_body { body(rng, &mut headers) } else { Vec::new() };
        complete(rng, method, &target, &headers, &body)
    }

    /// A `POST` that an editor sends: it is replayed, refused, or too large.
    fn post(&self, rng: &mut SmallRng, number: usize) -> Sent {
        let mut headers = format!(
            "X-Request-Id: {number}\r\nAuthorization: Bearer {}\r\nIdempotency-Key: pipeline\r\n\
             Content-Type: application/json\r\n",
            self.token
        );
        let body = match rng.random_range(0..4) {
            0 => "{\"name\":".to_owned(),
            1 => format!("\"{}\"", "x".repeat(10_000)),
            _ => self.body.clone(),
        };
        let body = frame(rng, body.as_bytes(), &mut headers);
        if rng.random_ratio(1, 6) {
            headers += "Expect: 100-continue\r\n";
        }
        if rng.random_ratio(1, 6) {
            headers += "Upgrade: websocket\r\n";
        }
        complete(rng, "POST", "/api/v1/tags", &headers, &body)
    }
}

fn complete(rng: &mut SmallRng, method: &str, target: &str, headers: &str, body: &[u8]) -> Sent {
    let (version, connection) = match rng.random_range(0..24) {
        0 => ("1.1", "Connection: close\r\n"),
        1 => ("1.1", "Connection: keep-alive\r\n"),
        2 => ("1.0", ""),
        3..=4 => ("1.0", "Connection: keep-alive\r\n"),
        _ => ("1.1", ""),
    };
    let mut bytes =
        format!("{method} {target} HTTP/{version}\r\nHost: x\r\n{headers}{connection}\r\n")
            .into_bytes();
    bytes.extend_from_slice(body);
    Sent { bytes, is_head: method == "HEAD" }
}

/// Bytes that look like a request, and must not be read as one.
fn body(rng: &mut SmallRng, headers: &mut String) -> Vec<u8> {
    let length = match rng.random_range(0..12) {
        0 => 0,
        1 => 10_000,
        2 => 100_000,
        _ => rng.random_range(1..200),
    };
    let hidden = b"GET /api/v1/tags HTTP/1.1\r\nHost: x\r\nX-Request-Id: hidden\r\n\r\n";
    let body: Vec<u8> = hidden.iter().copied().cycle().take(length).collect();
    if rng.random_ratio(1, 2) {
        *headers += "Content-Type: application/json\r\n";
    }
    frame(rng, &body, headers)
}

/// Frames a body by its length or in chunks.
fn frame(rng: &mut SmallRng, body: &[u8], headers: &mut String) -> Vec<u8> {
    if rng.random_ratio(2, 3) {
        let _ = write!(headers, "Content-Length: {}\r\n", body.len());
        return body.to_vec();
    }
    *headers += "Transfer-Encoding: chunked\r\n";
    let (mut framed, mut rest) = (Vec::new(), body);
    while !rest.is_empty() {
        let (chunk, after) = rest.split_at(rng.random_range(1..=rest.len()));
        let extension = if rng.random_ratio(1, 8) { ";a=b" } else { "" };
        framed.extend_from_slice(format!("{:x}{extension}\r\n", chunk.len()).as_bytes());
        framed.extend_from_slice(chunk);
        framed.extend_from_slice(b"\r\n");
        rest = after;
    }
    let trailer = if rng.random_ratio(1, 8) { "X-Sum: 1\r\n" } else { "" };
    framed.extend_from_slice(format!("0\r\n{trailer}\r\n").as_bytes());
    framed
}

/// A request that is answered by 400 and ends the connection.
fn malformed(rng: &mut SmallRng) -> Sent {
    let (line, headers) = *[
        ("POST /api/v1/tags HTTP/1.1", "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n"),
        ("POST /api/v1/tags HTTP/1.1", "Content-Length: 3\r\nContent-Length: 4\r\n"),
        ("POST /api/v1/tags HTTP/1.1", "Transfer-Encoding: gzip\r\n"),
        ("GET /api/v1/tags HTTP/1.1", "Host: y\r\n"),
        ("GET /api/v1/tags HTTP/1.1", "Bad Header: x\r\n"),
        ("GET /api/v1/tags HTTP/1.1", "Fold: 1\r\n 2\r\n"),
        ("GET", ""),
    ]
    .choose(rng)
    .expect("one");
    Sent { bytes: format!("{line}\r\nHost: x\r\n{headers}\r\n0\r\n\r\n").into(), is_head: false }
}
