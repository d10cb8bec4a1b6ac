//! Sends requests over one connection in random pieces, and reads the answers.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use rand::RngExt;
use rand::rngs::SmallRng;

use super::generate::Sent;

/// The longest that the server is waited for.
const DEADLINE: Duration = Duration::from_secs(20);

/// An answer without its values that differ from request to request.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    status: String,
    headers: Vec<String>,
    body: String,
}

impl Answer {
    /// Whether the server closes the connection after it.
    pub fn closes(&self) -> bool {
        self.headers.iter().any(|line| line.eq_ignore_ascii_case("connection: close"))
    }
}

/// The answers to requests on one connection, up to the first that closes it, and bytes that no
/// request asked for.
pub fn exchange(addr: SocketAddr, requests: &[Sent], rng: &mut SmallRng) -> (Vec<Answer>, Vec<u8>) {
    let mut stream = TcpStream::connect(addr).expect("a connection");
    stream.set_nodelay(true).expect("no delay");
    stream.set_read_timeout(Some(DEADLINE)).expect("a time-out");
    let mut writer = stream.try_clone().expect("the connection again");
    let bytes: Vec<u8> = requests.iter().flat_map(|one| one.bytes.iter().copied()).collect();
    let mut pieces = Vec::new();
    let mut rest = bytes.as_slice();
    while !rest.is_empty() {
        let most = if rng.random_ratio(1, 2) { rest.len() } else { rest.len().min(40) };
        let (piece, after) = rest.split_at(rng.random_range(1..=most));
        pieces.push((piece, rng.random_ratio(1, 8)));
        rest = after;
    }
    std::thread::scope(|scope| {
        scope.spawn(move || {
            for (piece, pauses) in pieces {
                // The server may have closed the connection, as an answer has announced.
                if writer.write_all(piece).is_err() {
                    return;
                }
                if pauses {
                    std::thread::sleep(Duration::from_micros(300));
                }
            }
        });
        let mut received = Received { stream: &mut stream, bytes: Vec::new() };
        let mut answers = Vec::new();
        for request in requests {
            let Some(answer) = received.answer(request.is_head) else { break };
            let closes = answer.closes();
            answers.push(answer);
            if closes {
                received.skip_to_end();
                break;
            }
        }
        (answers, received.bytes)
    })
}

/// The bytes that the server has sent and that belong to no answer yet.
struct Received<'a> {
    stream: &'a mut TcpStream,
    bytes: Vec<u8>,
}

impl Received<'_> {
    /// Reads more; false at the end of the connection.
    fn more(&mut self) -> bool {
        let mut buffer = [0; 16 << 10];
        let count = self.stream.read(&mut buffer).unwrap_or(0);
        self.bytes.extend_from_slice(&buffer[..count]);
        count > 0
    }

    fn skip_to_end(&mut self) {
        while self.more() {}
    }

    fn take(&mut self, length: usize) -> Option<Vec<u8>> {
        while self.bytes.len() < length {
            if !self.more() {
                return None;
            }
        }
        Some(self.bytes.drain(..length).collect())
    }

    fn until(&mut self, end: &[u8]) -> Option<Vec<u8>> {
        loop {
            if let Some(place) = self.bytes.windows(end.len()).position(|part| part == end) {
                return self.take(place + end.len());
            }
            if !self.more() {
                return None;
            }
        }
    }

    /// Reads the next final answer, or nothing if the connection ends before it.
    fn answer(&mut self, is_head: bool) -> Option<Answer> {
        let head = String::from_utf8(self.until(b"\r\n\r\n")?).ok()?;
        let mut lines = head.trim_end().split("\r\n");
        let status = lines.next()?.to_owned();
        let code = status.strip_prefix("HTTP/1.1 ").or(status.strip_prefix("HTTP/1.0 "))?;
        if code.starts_with("100") {
            return self.answer(is_head);
        }
        let mut headers: Vec<String> = lines.map(str::to_owned).collect();
        headers.sort();
        let value = |name: &str| {
            let mut all = headers.iter().filter_map(|line| line.split_once(": "));
            all.find(|(other, _)| *other == name).map(|(_, value)| value.to_owned())
        };
        let is_empty = is_head || code.starts_with("204") || code.starts_with("304");
        let body = match value("content-length") {
            _ if is_empty => Vec::new(),
            Some(length) => self.take(length.parse().ok()?)?,
            None if value("transfer-encoding").is_some() => self.until(b"\r\n0\r\n\r\n")?,
            None => return None,
        };
        let id = value("x-request-id").unwrap_or_default();
        let body = String::from_utf8_lossy(&body).replace(&format!("request:{id}\""), "request:\"");
        let own = ["date: ", "x-cache: ", "x-request-id: "];
        let code = code.to_owned();
        headers.retain(|line| !own.iter().any(|name| line.starts_with(name)));
        Some(Answer { status: code, headers, body })
    }
}
