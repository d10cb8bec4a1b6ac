//! Hostile sites, byte by byte: each fetch ends in time and keeps little.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{IpAddr, Ipv4Addr, TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{BoxFuture, join_all};
use maqal::web::fetch::{FetchError, Fetched, Fetcher, Limits, MAX_BYTES, Resolver, Unlimited};
use url::Url;

use super::{Trap, lenient, strict};

/// The bytes that a site sends after a request.
type Sends = fn(&mut TcpStream) -> io::Result<()>;

/// A site that sends this to every client until it disconnects.
fn site(sends: Sends) -> Url {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // The client may disconnect early.
            std::thread::spawn(move || answer(stream, sends));
        }
    });
    Url::parse(&format!("http://{address}/")).expect("an address")
}

fn answer(mut stream: TcpStream, sends: Sends) -> io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    while lines.next().transpose()?.is_some_and(|line| !line.is_empty()) {}
    sends(&mut stream)
}

const OK: &[u8] = b"HTTP/1.1 200 OK\r\n";
const CHUNKED: &[u8] = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

fn forever(stream: &mut TcpStream, begin: &[u8], again: &[u8]) -> io::Result<()> {
    stream.write_all(begin)?;
    loop {
        stream.write_all(again)?;
    }
}

fn drip(stream: &mut TcpStream, begin: &[u8], byte: &[u8]) -> io::Result<()> {
    stream.write_all(begin)?;
    loop {
        std::thread::sleep(Duration::from_millis(100));
        stream.write_all(byte)?;
    }
}

async fn fetch(sends: Sends) -> Result<Fetched, FetchError> {
    lenient().get(&site(sends), &Unlimited).await
}

#[tokio::test]
async fn malformed_response_is_an_error() {
    let cases: Vec<(&str, Sends)> = vec![
        ("headers without end", |s| forever(s, OK, b"X-More: x\r\n")),
        ("a header without end", |s| forever(s, b"HTTP/1.1 200 OK\r\nX: ", &[b'x'; 4096])),
        ("a thousand headers", |s| {
            s.write_all(OK)?;
            s.write_all(&b"X: y\r\n".repeat(1000))?;
            s.write_all(b"\r\n")
        }),
        ("a status without end", |s| forever(s, b"HTTP/1.1 200 ", &[b'x'; 4096])),
        ("no HTTP", |s| s.write_all(b"220 mail.example ESMTP\r\n")),
        ("HTTP/0.9", |s| s.write_all(b"<a href='https://news.example/harbour'>x</a>")),
        ("nothing", |_| Ok(())),
        ("less than was said", |s| {
            s.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
        }),
        ("two lengths", |s| {
            s.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\npages")
        }),
        ("a length that is none", |s| {
            s.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\npage")
        }),
        ("a chunk of more bytes than there are", |s| {
            s.write_all(CHUNKED)?;
            s.write_all(b"FFFFFFFFFFFFFFFFF\r\nx")
        }),
        ("an extension without end", |s| forever(s, &[CHUNKED, b"1;"].concat(), &[b'x'; 4096])),
        ("extensions without end", |s| {
            forever(s, CHUNKED, b"1;xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\nx\r\n")
        }),
        ("trailers without end", |s| forever(s, &[CHUNKED, b"0\r\n"].concat(), b"X: y\r\n")),
        ("gzip that is cut off", |s| {
            s.write_all(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x8b\x08\0")
        }),
    ];
    for (case, sends) in cases {
        let error = fetch(sends).await.expect_err(case);
        assert!(matches!(error, FetchError::BadAnswer(_)), "{case}: {error}");
        println!("{case}: {error}");
    }
}

#[tokio::test]
async fn slowly_sent_response_times_out() {
    let cases: Vec<(&str, Sends)> = vec![
        ("a head", |s| drip(s, OK, b"x")),
        ("a body", |s| drip(s, b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b"x")),
        ("a body until the end", |s| drip(s, b"HTTP/1.1 200 OK\r\n\r\n", b"x")),
        ("chunks", |s| drip(s, CHUNKED, b"1\r\nx\r\n")),
        ("empty chunk lines", |s| drip(s, CHUNKED, b"0")),
        ("early hints", |s| drip(s, b"", b"HTTP/1.1 103 Early Hints\r\n\r\n")),
        ("early hints at full speed", |s| forever(s, b"", b"HTTP/1.1 103 Early Hints\r\n\r\n")),
        ("continue", |s| forever(s, b"", b"HTTP/1.1 100 Continue\r\n\r\n")),
    ];
    let all = cases.iter().map(async |(case, sends)| {
        // Only the bound matters; hyper refuses some earlier.
        let error = fetch(*sends).await.expect_err(case);
        println!("{case}: {error}");
        assert!(
            matches!(error, FetchError::TimedOut | FetchError::BadAnswer(_)),
            "{case}: {error}"
        );
    });
    join_all(all).await;
}

#[tokio::test]
async fn endless_body_is_read_up_to_the_limit() {
    let cases: Vec<(&str, Sends)> = vec![
        ("until the end", |s| forever(s, b"HTTP/1.1 200 OK\r\n\r\n", &[b'x'; 4096])),
        ("in chunks", |s| forever(s, CHUNKED, &[b"1000\r\n", &[b'x'; 4096][..], b"\r\n"].concat())),
        ("in small chunks", |s| {
            let chunk = [b"40\r\n", &[b'x'; 64][..], b"\r\n"].concat();
            forever(s, CHUNKED, &chunk.repeat(100))
        }),
    ];
    for (case, sends) in cases {
        let fetched = fetch(sends).await.expect(case);
        assert_eq!((fetched.body.len(), fetched.truncated), (MAX_BYTES, true), "{case}");
    }
}

#[tokio::test]
async fn location_without_a_redirect_status_is_ignored() {
    let trap = Trap::set();
    // Redirects by a page or by headers that only browsers obey.
    let (port, open) = (trap.port, vec!["127.0.0.2/32".parse().expect("a network")]);
    let fetcher = Fetcher::new(
        "test",
        Limits { open, any_port: true },
        Arc::new(maqal::web::fetch::SystemResolver),
    );
    let peer = super::Peer::on("127.0.0.2:0");
    let inside = format!("http://127.0.0.1:{port}/");
    let refresh = format!("<meta http-equiv=refresh content='0;url={inside}'>");
    for page in [
        super::Page::html(refresh).header("Refresh", &format!("0;url={inside}")),
        super::Page::html("x").header("Location", &inside).header("Content-Location", &inside),
        super::Page::status(300).header("Location", &inside),
        super::Page::status(304).header("Location", &inside),
        super::Page::status(302),
        super::Page::redirect(302, "http://[")
            .header("Link", &format!("<{inside}>; rel=canonical")),
    ] {
        let from = Url::parse(&peer.put("/", page)).expect("an address");
        fetcher.get(&from, &Unlimited).await.expect("an answer, as it is");
    }
    // Spellings in which parsers disagree about the host.
    for to in [
        format!("//127.0.0.1:{port}/"),
        format!("\\\\127.0.0.1:{port}\\"),
        format!("/\\127.0.0.1:{port}/"),
        format!("http:127.0.0.1:{port}/"),
        format!("http:\\\\127.0.0.1:{port}/"),
        format!("http:/127.0.0.1:{port}/"),
        format!("HTTP://127.0.0.1:{port}/"),
        format!("http://127.0.0.1:{port}#@127.0.0.2/"),
        format!("http://127.0.0.1:{port}\\@127.0.0.2/"),
        format!("http://127.0.0.2@127.0.0.1:{port}/"),
        format!("http://127.0.0.2:80@127.0.0.1:{port}/"),
        format!("http://127.0.0.1:{port}?@127.0.0.2/"),
        format!("http://1\t27.0.0.1:{port}/"),
        format!("https:127.0.0.1:{port}/"),
        "ws://127.0.0.1/".into(),
        "blob:http://127.0.0.1/x".into(),
        "view-source:http://127.0.0.1/".into(),
        "jar:http://127.0.0.1!/x".into(),
        "javascript:alert(1)".into(),
        "about:blank".into(),
        "unix:/run/docker.sock".into(),
        "ldap://127.0.0.1/".into(),
        "dict://127.0.0.1:11211/stat".into(),
    ] {
        let from = Url::parse(&peer.put("/", super::Page::redirect(302, &to))).expect("an address");
        // A location without a host stays on the same site.
        match fetcher.get(&from, &Unlimited).await {
            Err(error) => assert!(matches!(error, FetchError::Refused(_)), "{to}: {error}"),
            Ok(fetched) => assert_eq!(fetched.url.host_str(), Some("127.0.0.2"), "{to}"),
        }
    }
    assert_eq!(trap.caught(), 0);
}

/// A resolver that returns these addresses for every name.
struct Means(Vec<IpAddr>);

impl Resolver for Means {
    fn resolve<'a>(&'a self, _: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
        Box::pin(std::future::ready(Ok(self.0.clone())))
    }
}

/// A resolver that never answers.
struct Silent;

impl Resolver for Silent {
    fn resolve<'a>(&'a self, _: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
        Box::pin(std::future::pending())
    }
}

#[tokio::test]
async fn name_with_many_addresses_is_fetched() {
    let trap = Trap::set();
    let url = Url::parse(&format!("http://many.example:{}/", trap.port)).expect("an address");
    // The only private address is the last of many.
    let mut many: Vec<IpAddr> =
        (0..20_000_u32).map(|n| IpAddr::V4(Ipv4Addr::from(0x0800_0000 + n))).collect();
    many.push(IpAddr::V4(Ipv4Addr::LOCALHOST));
    let fetcher = Fetcher::new("test", strict(), Arc::new(Means(many)));
    let error = fetcher.get(&url, &Unlimited).await.expect_err("private");
    assert!(matches!(error, FetchError::Refused(_)), "{error}");
    assert_eq!(trap.caught(), 0);
    // Trying all of them takes no longer than the timeout of a fetch.
    let nobody = vec![IpAddr::V4(Ipv4Addr::new(127, 0, 0, 3)); 200_000];
    let open = Limits { open: maqal::web::fetch::address::everywhere(), any_port: true };
    let fetcher = Fetcher::new("test", open, Arc::new(Means(nobody)));
    let url = Url::parse("http://many.example:1/").expect("an address");
    let error = fetcher.get(&url, &Unlimited).await.expect_err("nobody listens");
    assert!(matches!(error, FetchError::TimedOut | FetchError::Unreachable(_)), "{error}");
    let fetcher = Fetcher::new("test", strict(), Arc::new(Silent));
    let error = fetcher.get(&url, &Unlimited).await.expect_err("no answer");
    assert_eq!(error, FetchError::TimedOut);
}
