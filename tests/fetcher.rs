//! The fetcher must not connect to private addresses. A trap listens on every address of this
//! machine and must count no connection. The trap's port is allowed here, so that the address alone
//! decides; ports have a test of their own.

use std::io::{self, Write};
use std::net::{IpAddr, Ipv4Addr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;
use maqal::web::fetch::{
    FetchError, Fetcher, Limits, MAX_BYTES, Resolver, SystemResolver, TIMEOUT, Unlimited, address,
};
use url::Url;

#[path = "fetcher/hostile.rs"]
mod hostile;
#[path = "api/support/peer.rs"]
#[allow(dead_code, reason = "the API's tests need more of it")]
mod peer;
#[path = "fetcher/tls.rs"]
mod tls;

use peer::{Page, Peer};

/// Counts connections.
struct Trap {
    port: u16,
    caught: Arc<AtomicUsize>,
}

impl Trap {
    /// On every address of this machine, IPv4 and IPv6.
    fn set() -> Self {
        let six = TcpListener::bind("[::]:0").expect("a port");
        let port = six.local_addr().expect("an address").port();
        let caught = Arc::new(AtomicUsize::new(0));
        // Systems where [::] excludes IPv4.
        let four = TcpListener::bind(("0.0.0.0", port)).ok();
        for listener in [Some(six), four].into_iter().flatten() {
            let caught = caught.clone();
            std::thread::spawn(move || {
                for _ in listener.incoming() {
                    caught.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
        Self { port, caught }
    }

    fn caught(&self) -> usize {
        self.caught.load(Ordering::SeqCst)
    }
}

/// A resolver with fixed names. Each lookup returns the next list; the last one stays.
struct Names {
    answers: Vec<(&'static str, Vec<Vec<IpAddr>>)>,
    asked: AtomicUsize,
}

impl Names {
    fn new(answers: &[(&'static str, &[&[&str]])]) -> Arc<Self> {
        let parse =
            |all: &&[&str]| all.iter().map(|one| one.parse().expect("an address")).collect();
        let answers =
            answers.iter().map(|(name, turns)| (*name, turns.iter().map(parse).collect()));
        Arc::new(Self { answers: answers.collect(), asked: AtomicUsize::new(0) })
    }
}

impl Resolver for Names {
    fn resolve<'a>(&'a self, name: &'a str) -> BoxFuture<'a, io::Result<Vec<IpAddr>>> {
        let turn = self.asked.fetch_add(1, Ordering::SeqCst);
        let bare = name.strip_suffix('.').unwrap_or(name);
        let found = self.answers.iter().find(|(known, _)| *known == name || *known == bare);
        let found = found.map(|(_, turns)| turns[turn.min(turns.len() - 1)].clone());
        Box::pin(std::future::ready(found.ok_or_else(|| io::ErrorKind::NotFound.into())))
    }
}

fn fetcher(limits: Limits, resolver: Arc<dyn Resolver>) -> Fetcher {
    Fetcher::new("test", limits, resolver)
}

/// The default policy, with the trap's port allowed.
fn strict() -> Limits {
    Limits { open: Vec::new(), any_port: true }
}

fn lenient() -> Fetcher {
    let limits = Limits { open: address::everywhere(), any_port: true };
    fetcher(limits, Arc::new(SystemResolver))
}

/// Spellings of this machine's and other private addresses.
const HOSTS: &[&str] = &[
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "0x7f.0x0.0x0.0x1",
    "017700000001",
    "0177.0.0.1",
    "0177.0.0.01",
    "127.0.0.1.",
    "127.000.000.001",
    "127.127.127.127",
    "0",
    "0.0.0.0",
    "0x0",
    "00000000",
    "localhost",
    "localhost.",
    "LOCALHOST",
    "a.localhost",
    "%6c%6f%63%61%6c%68%6f%73%74",
    "①②⑦.⓪.⓪.①",
    "１２７.０.０.１",
    "127。0。0。1",
    "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ",
    "[::]",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[0000::0001]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::127.0.0.1]",
    "[::7f00:1]",
    "[64:ff9b::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b:1::7f00:1]",
    "[2002:7f00:1::]",
    "[2001:0:7f00:1::]",
    "[fe80::1]",
    "[fec0::1]",
    "[fc00::1]",
    "[fd00:ec2::254]",
    "[ff02::1]",
    "[100::1]",
    "[::ffff:0:127.0.0.1]",
    "169.254.169.254",
    "169.254.170.2",
    "100.100.100.200",
    "168.63.129.16",
    "192.0.0.192",
    "2852039166",
    "0xa9fea9fe",
    "0251.0376.0251.0376",
    "[::ffff:a9fe:a9fe]",
    "[64:ff9b::a9fe:a9fe]",
    "10.0.0.1",
    "10.255.255.255",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.0.1",
    "192.168.1",
    "100.64.0.1",
    "198.18.0.1",
    "192.0.2.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "255.255.255.255",
    "240.0.0.1",
    "0x7f.0.1",
    "0177.1",
    "0x7F.0X0.1",
    "00177.0.0.1",
    "0x00000000007f000001",
    "%31%32%37.0.0.1",
    "127.0.0.%31",
    "127.0.0\u{ad}.1",
    "𝟏𝟐𝟕.𝟎.𝟎.𝟏",
    "127．0．0．1",
    "127｡0｡0｡1",
    "LocalHost.",
    "a.b.LOCALHOST.",
    "192.31.196.1",
    "192.52.193.1",
    "192.88.99.1",
    "192.175.48.1",
    "233.252.0.1",
    "[0:0:0:0:0:ffff:127.0.0.1]",
    "[::FFFF:7F00:0001]",
    "[::0.0.0.1]",
    "[::ffff:169.254.169.254]",
    "[2002:a9fe:a9fe::1]",
    "[2001:0:a9fe:a9fe::1]",
    "[2001:db8::1]",
    "[2001:20::1]",
    "[2620:4f:8000::1]",
    "[3fff::1]",
    "[5f00::1]",
    "[4000::1]",
    "[fd12:3456:789a::1]",
    "[febf::1]",
    "[ff05::2]",
];

#[tokio::test]
async fn private_address_in_any_spelling_is_not_connected_to() {
    let trap = Trap::set();
    let fetcher = fetcher(strict(), Arc::new(SystemResolver));
    let mut tried = 0;
    for host in HOSTS {
        for scheme in ["http", "https"] {
            let Ok(url) = Url::parse(&format!("{scheme}://{host}:{}/", trap.port)) else {
                continue;
            };
            let refused = fetcher.get(&url, &Unlimited).await.expect_err(host);
            assert!(matches!(refused, FetchError::Refused(_)), "{url} ({host}): {refused}");
            tried += 1;
        }
    }
    assert!(tried > 100, "{tried}");
    println!("corpus: {tried} addresses tried, {} forbidden connects", trap.caught());
    assert_eq!(trap.caught(), 0);
}

#[tokio::test]
async fn names_that_resolve_to_private_addresses_are_refused() {
    let trap = Trap::set();
    let names = Names::new(&[
        ("loopback.example", &[&["127.0.0.1"]]),
        ("mapped.example", &[&["::ffff:127.0.0.1"]]),
        ("nat64.example", &[&["64:ff9b::7f00:1"]]),
        ("metadata.example", &[&["169.254.169.254"]]),
        ("both.example", &[&["93.184.216.34", "127.0.0.1"]]),
        ("both-ways.example", &[&["127.0.0.1", "93.184.216.34"]]),
        ("none.example", &[&[]]),
    ]);
    let fetcher = fetcher(strict(), names.clone());
    for (name, ..) in &names.answers {
        let url = Url::parse(&format!("http://{name}:{}/", trap.port)).expect("an address");
        let error = fetcher.get(&url, &Unlimited).await.expect_err(name);
        let refused = matches!(error, FetchError::Refused(_) | FetchError::Unresolved(_));
        assert!(refused, "{name}: {error}");
    }
    assert_eq!(trap.caught(), 0);
}

#[tokio::test]
async fn name_is_resolved_once_against_dns_rebinding() {
    let trap = Trap::set();
    // DNS rebinding: the fetcher connects to the checked address.
    let names = Names::new(&[("rebinding.example", &[&["127.0.0.2"], &["127.0.0.1"]])]);
    let open = vec!["127.0.0.2/32".parse().expect("a network")];
    let site = Peer::on("127.0.0.2:0");
    site.put("/", Page::html("theirs"));
    let fetcher = fetcher(Limits { open, any_port: true }, names.clone());
    let url = Url::parse(&format!("http://rebinding.example:{}/", site.addr.port())).expect("one");
    let fetched = fetcher.get(&url, &Unlimited).await.expect("the page");
    assert_eq!((fetched.body.as_slice(), names.asked.load(Ordering::SeqCst)), (&b"theirs"[..], 1));
    // The next fetch resolves and checks again.
    let error = fetcher.get(&url, &Unlimited).await.expect_err("private now");
    assert!(matches!(error, FetchError::Refused(_)), "{error}");
    assert_eq!(trap.caught(), 0);
}

#[tokio::test]
async fn redirect_targets_are_checked_like_the_first_address() {
    let trap = Trap::set();
    let site = Peer::on("127.0.0.2:0");
    let open = vec!["127.0.0.2/32".parse().expect("a network")];
    let inside: &[&[&str]] = &[&["127.0.0.1"]];
    let names = ["inside.example", "localhost", "a.localhost", "a.b.localhost"];
    let names = Names::new(&names.map(|name| (name, inside)));
    let fetcher = fetcher(Limits { open, any_port: true }, names);
    let mut tried = 0;
    for status in [301, 302, 303, 307, 308] {
        for host in HOSTS.iter().chain(&["inside.example", "me:secret@127.0.0.1"]) {
            let to = format!("http://{host}:{}/", trap.port);
            if Url::parse(&to).is_err() {
                continue;
            }
            // Headers hold ASCII only.
            let to = Url::parse(&to).expect("checked").to_string();
            let from = site.put("/from", Page::redirect(status, &to));
            let from = Url::parse(&from).expect("an address");
            let error = fetcher.get(&from, &Unlimited).await.expect_err(&to);
            assert!(matches!(error, FetchError::Refused(_)), "{status} {to}: {error}");
            let posted = fetcher.post_form(&from, &[("a", "b")], &Unlimited).await;
            assert_eq!(posted.is_err(), status >= 307, "{status} {to}");
            tried += 1;
        }
    }
    for to in ["file:///etc/passwd", "gopher://127.0.0.1/", "ftp://127.0.0.1/", "data:,x"] {
        let from = Url::parse(&site.put("/from", Page::redirect(302, to))).expect("an address");
        let error = fetcher.get(&from, &Unlimited).await.expect_err(to);
        assert!(matches!(error, FetchError::Refused(_)), "{to}: {error}");
    }
    println!("redirects: {tried} tried, {} forbidden connects", trap.caught());
    assert_eq!(trap.caught(), 0);
}

#[tokio::test]
async fn ports_other_than_80_and_443_are_refused_by_default() {
    let trap = Trap::set();
    let fetcher = fetcher(Limits::default(), Arc::new(SystemResolver));
    for address in [
        "http://8.8.8.8:22/",
        "http://8.8.8.8:6379/",
        "https://8.8.8.8:8443/",
        "http://8.8.8.8:0/",
        "http://me@8.8.8.8/",
        "http://:x@8.8.8.8/",
        "ftp://8.8.8.8/",
        "file:///",
    ] {
        let url = Url::parse(address).expect(address);
        let error = fetcher.get(&url, &Unlimited).await.expect_err(address);
        assert!(matches!(error, FetchError::Refused(_)), "{address}: {error}");
    }
    let url = Url::parse(&format!("http://127.0.0.1:{}/", trap.port)).expect("an address");
    assert!(fetcher.get(&url, &Unlimited).await.is_err());
    assert_eq!(trap.caught(), 0);
}

#[tokio::test]
async fn response_headers_and_body_are_limited() {
    let site = Peer::start();
    let url = |path: &str| Url::parse(&site.url(path)).expect("an address");
    site.put("/large", Page::html(vec![b'x'; 3 << 20]));
    let large = lenient().get(&url("/large"), &Unlimited).await.expect("a page");
    assert_eq!((large.body.len(), large.truncated), (MAX_BYTES, true));
    let bomb = Page::html(gzip(&vec![b'x'; 64 << 20])).header("Content-Encoding", "gzip");
    site.put("/bomb", bomb);
    let bomb = lenient().get(&url("/bomb"), &Unlimited).await.expect("a page");
    assert_eq!((bomb.body.len(), bomb.truncated), (MAX_BYTES, true));
    let head = Page::html("x").header("X-Long", &"x".repeat(200_000));
    site.put("/head", head);
    let error = lenient().get(&url("/head"), &Unlimited).await.expect_err("an endless head");
    assert!(matches!(error, FetchError::BadAnswer(_)), "{error}");
    site.put("/cookie", Page::redirect(302, "/end").header("Set-Cookie", "a=b"));
    site.put("/end", Page::html("x"));
    lenient().get(&url("/cookie"), &Unlimited).await.expect("a page");
    let asked = &site.requests_of("/end")[0];
    assert!(!asked.headers.contains_key("cookie") && !asked.headers.contains_key("referer"));
    assert_eq!(asked.headers["accept-encoding"], "identity");
    let refused = Url::parse("http://127.0.0.1:1/").expect("an address");
    let error = lenient().get(&refused, &Unlimited).await.expect_err("nobody listens");
    assert!(matches!(error, FetchError::Unreachable(_)), "{error}");
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

#[tokio::test]
async fn gzip_is_decoded_and_other_codings_are_refused() {
    let site = Peer::start();
    let url = Url::parse(&site.url("/")).expect("an address");
    for coding in ["gzip", "x-gzip", "GZIP", "identity, gzip", "", "identity", "Identity"] {
        let is_gzip = coding.to_ascii_lowercase().contains("gzip");
        let body = if is_gzip { gzip(b"page") } else { b"page".to_vec() };
        site.put("/", Page::html(body).header("Content-Encoding", coding));
        let fetched = lenient().get(&url, &Unlimited).await.expect(coding);
        assert_eq!(fetched.body, b"page", "{coding}");
    }
    for coding in ["br", "deflate", "zstd", "compress", "gzip, gzip", "identity, br"] {
        site.put("/", Page::html(gzip(b"page")).header("Content-Encoding", coding));
        let error = lenient().get(&url, &Unlimited).await.expect_err(coding);
        assert_eq!((error.code(), error.is_final()), ("unsupported_encoding", true), "{coding}");
        // The body of a failure or of a redirect doesn't matter.
        for status in [302, 404, 500] {
            site.put("/", Page::status(status).header("Content-Encoding", coding));
            let fetched = lenient().get(&url, &Unlimited).await.expect(coding);
            assert_eq!(fetched.status, status, "{coding}");
        }
        // A request that was accepted is not sent again.
        site.put("/", Page::html("x").header("Content-Encoding", coding));
        let posted = lenient().post_form(&url, &[("a", "b")], &Unlimited).await.expect(coding);
        assert_eq!(posted.status, 200, "{coding}");
    }
}

#[tokio::test]
async fn location_in_raw_utf_8_or_another_encoding_is_followed() {
    let site = Peer::start();
    let url = Url::parse(&site.url("/from")).expect("an address");
    for (path, to) in [
        ("/%D8%AE%D8%A8%D8%B1?q=%D9%84", "/خبر?q=ل".to_owned()),
        ("/%D8%AE%D8%A8%D8%B1", "/%D8%AE%D8%A8%D8%B1".to_owned()),
        ("/a%20b", "/a b".to_owned()),
        ("/%D8%AE", format!("http://①②⑦.0.0.1:{}/خ", site.addr.port())),
    ] {
        site.put("/from", Page::redirect(302, &to));
        site.put(path, Page::html("page"));
        let fetched = lenient().get(&url, &Unlimited).await.expect(&to);
        assert_eq!((fetched.status, fetched.body.as_slice()), (200, &b"page"[..]), "{to}");
    }
}

#[tokio::test]
async fn slow_site_times_out() {
    // One server sends nothing, the other a byte a second.
    let silent = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let address = silent.local_addr().expect("an address");
    let begun = Instant::now();
    let url = Url::parse(&format!("http://{address}/")).expect("an address");
    let error = lenient().get(&url, &Unlimited).await.expect_err("silence");
    assert_eq!(error, FetchError::TimedOut);
    assert!(begun.elapsed() < TIMEOUT + Duration::from_secs(2), "{:?}", begun.elapsed());
    drop(silent);
}

#[tokio::test]
async fn hostile_html_is_parsed_in_bounded_time() {
    use maqal::web::page::Page as Read;
    let base = Url::parse("http://a.example/").expect("an address");
    for (what, page) in [
        ("deep", "<div>".repeat(200_000)),
        ("misnested", "<a><b><i></a></b>".repeat(60_000)),
        (
            "attributes",
            format!("<a {}>", (0..150_000).map(|n| format!("a{n} ")).collect::<String>()),
        ),
        ("links", "<a href=//b.example/x>".repeat(40_000)),
        ("unclosed", "<a href=\"".repeat(100_000)),
        ("entities", "&amp;".repeat(200_000)),
        ("ends", "</a></b>".repeat(120_000)),
        ("entries", "<p class=h-entry></p>".repeat(40_000)),
        ("cards", "<b class='h-card u-author'>".repeat(30_000)),
        (
            "relations",
            "<i class=h-entry>".to_owned()
                + &"<i class='u-like-of h-cite'>".repeat(200)
                + &"<i class=u-like-of>x</i>".repeat(30_000),
        ),
        ("values", "<i class='h-entry p-name value dt-published'>".repeat(20_000)),
    ] {
        let page = page + "<a href=//b.example/>x</a>";
        let begun = Instant::now();
        let read = Read::html(&page, &base);
        let _ = read.mention_of(&|url| url.path() == "/");
        assert!(begun.elapsed() < Duration::from_secs(20), "{what}: {:?}", begun.elapsed());
        assert!(read.links.len() <= 20_000, "{what}");
        println!("{what}: {} bytes in {:?}", page.len(), begun.elapsed());
    }
}
