//! Connections, byte by byte: framing, keep-alive, refused messages, and the same responses from the
//! cache and from a handler.

mod messages;

use std::fmt::Write as _;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use crate::cache::{article, warm};
use crate::support::TestApp;

/// Longer than any exchange takes.
const DEADLINE: Duration = Duration::from_secs(30);

/// A response as it was received.
#[derive(Debug, PartialEq, Eq)]
struct RawResponse {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

impl RawResponse {
    fn header(&self, name: &str) -> Option<&str> {
        let mut all = self.headers.iter();
        all.find(|(header, _)| header == name).map(|(_, value)| value.as_str())
    }

    /// Removes the headers that differ from response to response.
    fn lasting(mut self) -> Self {
        let own = ["date", "x-request-id", "connection"];
        self.headers.retain(|(name, _)| !own.contains(&name.as_str()));
        self
    }
}

/// Formats a request from a method with a path and header lines.
fn request(line: &str, headers: &str) -> String {
    format!("{line} HTTP/1.1\r\nHost: news.example\r\n{headers}\r\n")
}

/// Takes the next response off the bytes.
#[track_caller]
fn take(bytes: &mut &[u8], to_head: bool) -> RawResponse {
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut response = httparse::Response::new(&mut headers);
    let parsed = response.parse(bytes).expect("an answer");
    let httparse::Status::Complete(length) = parsed else {
        panic!("half an answer: {}", String::from_utf8_lossy(bytes));
    };
    let text = |value: &[u8]| String::from_utf8(value.to_vec()).expect("text");
    let mut all: Vec<_> = response
        .headers
        .iter()
        .map(|header| (header.name.to_ascii_lowercase(), text(header.value)))
        .collect();
    all.sort();
    let mut answer =
        RawResponse { status: response.code.expect("a status"), headers: all, body: String::new() };
    *bytes = &bytes[length..];
    if !to_head && let Some(length) = answer.header("content-length") {
        let (body, rest) = bytes.split_at(length.parse().expect("a length"));
        answer.body = String::from_utf8_lossy(body).into_owned();
        *bytes = rest;
    }
    answer
}

/// Sends all requests in one write, and returns their responses.
async fn at_once(app: &TestApp, requests: &[String]) -> Vec<RawResponse> {
    let bytes = app.raw(requests.concat()).await;
    let mut rest = bytes.as_slice();
    let answers = requests.iter().map(|sent| take(&mut rest, sent.starts_with("HEAD"))).collect();
    assert!(rest.is_empty(), "nobody asked for {}", String::from_utf8_lossy(rest));
    answers
}

/// A client that waits for each response.
struct Client(TcpStream);

impl Client {
    fn connect(app: &TestApp) -> Self {
        let stream = TcpStream::connect(app.addr).expect("a connection");
        stream.set_read_timeout(Some(DEADLINE)).expect("a time-out");
        Self(stream)
    }

    async fn ask(mut self, request: String) -> (Self, RawResponse) {
        let exchange = move || {
            self.0.write_all(request.as_bytes()).expect("sent");
            let answer = self.read(request.starts_with("HEAD"));
            (self, answer)
        };
        tokio::task::spawn_blocking(exchange).await.expect("an exchange")
    }

    fn read(&mut self, to_head: bool) -> RawResponse {
        let mut bytes = Vec::new();
        let mut byte = [0];
        while !bytes.ends_with(b"\r\n\r\n") {
            self.0.read_exact(&mut byte).expect("more of a head");
            bytes.push(byte[0]);
        }
        let head = take(&mut bytes.as_slice(), true);
        let length = head.header("content-length").map_or(0, |text| text.parse().expect("one"));
        let mut body = vec![0; if to_head { 0 } else { length }];
        self.0.read_exact(&mut body).expect("the body");
        bytes.extend(body);
        take(&mut bytes.as_slice(), to_head)
    }
}

api_test!(pipelined_requests_are_answered_in_order, async |app: TestApp| {
    let path = article(&app, "خبر").await;
    let kept = warm(&app, &path).await;
    let lines = [
        (format!("GET {path}"), "", 200),
        (format!("GET {path}?fields=title"), "", 200),
        ("GET /nowhere".to_owned(), "", 404),
        (format!("HEAD {path}"), "", 200),
        (format!("GET {path}"), "Authorization: Bearer nonsense\r\n", 401),
        ("DELETE /api/v1/tags/1".to_owned(), "", 401),
        (format!("GET {path}"), "", 200),
        ("GET /openapi.json".to_owned(), "", 200),
        (format!("GET {path}"), "Content-Length: 0\r\n", 200),
        (format!("GET {path}"), "", 200),
        (format!("GET {path}"), "Connection: close\r\n", 200),
    ];
    let number = |n: usize, (line, headers, _): &(String, &str, u16)| {
        request(line, &format!("X-Request-Id: {n}\r\n{headers}"))
    };
    let requests: Vec<_> = lines.iter().enumerate().map(|(n, line)| number(n, line)).collect();
    for _ in 0..2 {
        let answers = at_once(&app, &requests).await;
        for (n, (answer, (line, _, status))) in answers.iter().zip(&lines).enumerate() {
            assert_eq!(answer.status, *status, "{line}");
            assert_eq!(answer.header("x-request-id"), Some(n.to_string().as_str()), "{line}");
            if *line == format!("GET {path}") && *status == 200 {
                assert_eq!(answer.body.as_bytes(), kept.body, "{line}");
                assert_eq!(answer.header("x-cache"), Some("hit"), "{line}");
            }
        }
        assert_eq!(answers[3].body, "");
        assert_eq!(answers[3].header("content-length"), answers[0].header("content-length"));
    }
});

api_test!(connection_stays_open_after_each_kind_of_request, async |app: TestApp| {
    let path = article(&app, "خبر").await;
    warm(&app, &path).await;
    let token = app.editor().await.access_token;
    let signed = format!("Authorization: Bearer {token}\r\n");
    let body = r#"{"name":"ميناء"}"#;
    let headers =
        format!("{signed}Content-Type: application/json\r\nContent-Length: {}\r\n", body.len());
    let hit = request(&format!("GET {path}"), "");
    let mut client = Client::connect(&app);
    for (sent, status) in [
        (hit.clone(), 200),
        (request(&format!("GET {path}?fields=id,title"), ""), 200),
        (hit.clone(), 200),
        (request(&format!("GET {path}"), &signed), 200),
        (request("GET /api/v1/articles/999999", ""), 404),
        (request(&format!("HEAD {path}?fields=id"), ""), 200),
        (request("OPTIONS /api/v1/tags", "Origin: https://a.example\r\n"), 204),
        (request(&format!("POST {path}/archive"), &signed), 200),
        (request("POST /api/v1/tags", &headers) + body, 201),
        (request("HEAD /api/v1/tags", ""), 200),
        (request("GET /api/v1/tags", ""), 200),
    ] {
        let line = sent.lines().next().unwrap_or_default().to_owned();
        let answer;
        (client, answer) = client.ask(sent).await;
        assert_eq!(answer.status, status, "{line}");
    }
});

api_test!(kept_and_closed_connections_get_the_same_response, async |app: TestApp| {
    let path = article(&app, "خبر").await;
    let etag = warm(&app, &path).await.etag().to_owned();
    let packed = async || {
        let answer = app.get(&path).header("accept-encoding", "br").send().await.expect(200);
        answer.header("content-encoding").is_some()
    };
    app.eventually(packed, "it is compressed").await;
    for (method, headers) in [
        ("GET", String::new()),
        ("HEAD", String::new()),
        ("GET", "Accept-Encoding: gzip;q=0.1, br\r\n".to_owned()),
        ("HEAD", "Accept-Encoding: br\r\n".to_owned()),
        ("GET", "Origin: https://front.example\r\n".to_owned()),
        ("GET", format!("If-None-Match: \"else\"\r\nif-none-match: {etag}\r\n")),
        ("GET", "If-None-Match: *\r\nOrigin: https://front.example\r\n".to_owned()),
        ("GET", "Accept-Language: tlh, ;q=\r\nX-Request-Id: not one!\r\n".to_owned()),
    ] {
        let line = format!("{method} {path}");
        let keeping = request(&line, &headers);
        let closing = request(&line, &format!("Connection: close\r\n{headers}"));
        let mut answers = at_once(&app, &[keeping, closing]).await;
        let long = answers.pop().expect("the second");
        let short = answers.pop().expect("the first");
        assert_eq!(short.header("x-cache"), Some("hit"), "{headers}");
        for own in ["date", "x-request-id"] {
            assert_eq!(short.header(own).map(str::len), long.header(own).map(str::len), "{own}");
        }
        assert_eq!(short.lasting(), long.lasting(), "{method} {headers}");
    }
});

api_test!(request_in_two_writes_is_answered, async |app: TestApp| {
    let path = article(&app, "خبر").await;
    let kept = warm(&app, &path).await;
    let sent = request(&format!("GET {path}"), "Accept: */*\r\n");
    for cut in [1, 10, sent.len() / 2, sent.len() - 3, sent.len() - 1] {
        let mut client = Client::connect(&app);
        let pieces = sent.clone();
        let exchange = move || {
            client.0.write_all(&pieces.as_bytes()[..cut]).expect("the first piece");
            std::thread::sleep(Duration::from_millis(10));
            client.0.write_all(&pieces.as_bytes()[cut..]).expect("the second piece");
            client.read(false)
        };
        let answer = tokio::task::spawn_blocking(exchange).await.expect("an exchange");
        assert_eq!((answer.status, answer.body.as_bytes()), (200, &*kept.body), "{cut}");
    }
});

api_test!(bytes_of_a_body_are_not_read_as_a_request, async |app: TestApp| {
    let path = article(&app, "خبر").await;
    warm(&app, &path).await;
    let hidden = request("GET /api/v1/tags", "X-Request-Id: hidden\r\n");
    let last = request("GET /api/v1/tags", "Connection: close\r\n");
    let length = hidden.len();
    for framing in [
        format!("Content-Length: {length}\r\n"),
        format!("content-length:{length}\r\n"),
        format!("Content-Length: {length}\r\nContent-Length: {length}\r\n"),
        format!("Content-Length: {length}\r\nContent-Length: 0\r\n"),
        "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n".to_owned(),
        format!("Content-Length: +{length}\r\n"),
        format!("Content-Length : {length}\r\n"),
        "Transfer-Encoding: gzip\r\n".to_owned(),
        "Transfer-Encoding: chunked, identity\r\n".to_owned(),
        "\u{b}Transfer-Encoding: chunked\r\n".to_owned(),
    ] {
        let sent = request(&format!("GET {path}"), &framing);
        let answer = app.raw([sent.as_str(), &hidden, &last].concat()).await;
        let answer = String::from_utf8(answer).expect("text");
        assert!(answer.starts_with("HTTP/1.1 "), "{framing}{answer}");
        assert!(!answer.contains("x-request-id: hidden"), "{framing}{answer}");
    }
});

api_test!(bytes_after_connect_are_not_read_as_a_request, async |app: TestApp| {
    for target in ["/api/v1/tags", "news.example:443"] {
        let sent = request(&format!("CONNECT {target}"), "");
        let answer = app.raw(sent + &request("GET /api/v1/tags", "Connection: close\r\n")).await;
        let answer = String::from_utf8(answer).expect("text");
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{answer}");
        assert!(answer.starts_with("HTTP/1.1 40"), "{answer}");
    }
});

api_test!(half_closed_connection_gets_all_responses, async |app: TestApp| {
    let path = article(&app, "خبر").await;
    let kept = warm(&app, &path).await;
    for queries in [vec![""], vec!["?fields=title"], vec!["?fields=id", "", "?fields=slug", ""]] {
        let mut client = Client::connect(&app);
        let ask = |query: &&str| request(&format!("GET {path}{query}"), "");
        let (sent, count) = (queries.iter().map(ask).collect::<String>(), queries.len());
        let exchange = move || {
            client.0.write_all(sent.as_bytes()).expect("sent");
            client.0.shutdown(Shutdown::Write).expect("half closed");
            let answers: Vec<_> = (0..count).map(|_| client.read(false)).collect();
            let mut rest = Vec::new();
            client.0.read_to_end(&mut rest).expect("closed by the server as well");
            assert!(rest.is_empty());
            answers
        };
        let answers = tokio::task::spawn_blocking(exchange).await.expect("an exchange");
        for (query, answer) in queries.iter().zip(answers) {
            assert_eq!(answer.status, 200, "{queries:?}");
            assert_eq!(query.is_empty(), answer.body.as_bytes() == kept.body, "{queries:?}");
        }
    }
});

api_test!(six_hundred_pipelined_requests_are_answered, async |app: TestApp| {
    let path = article(&app, "خبر").await;
    warm(&app, &path).await;
    let fields = ["id", "slug", "title", "id,slug", "id,title", "slug,title"];
    let mut requests = Vec::new();
    for n in 0..600 {
        // One in a hundred is not in the cache, and the others come while it is looked for.
        let rare = fields.get(n / 100).filter(|_| n % 100 == 0);
        let query = rare.map(|fields| format!("?fields={fields}")).unwrap_or_default();
        let mut headers = String::new();
        write!(headers, "X-Request-Id: {n}\r\nUser-Agent: {}\r\n", "x".repeat(100)).expect("text");
        requests.push(request(&format!("HEAD {path}{query}"), &headers));
    }
    requests.push(request(&format!("GET {path}"), "X-Request-Id: 600\r\nConnection: close\r\n"));
    let answers = at_once(&app, &requests).await;
    for (n, answer) in answers.iter().enumerate() {
        assert_eq!(answer.header("x-request-id"), Some(n.to_string().as_str()));
    }
});
