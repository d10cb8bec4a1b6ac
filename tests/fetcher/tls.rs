//! The fetcher over TLS, with certificates from a test authority.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use maqal::web::fetch::{FetchError, Fetcher, Limits, Trust, Unlimited, address};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use url::Url;

use super::peer::{Page, Peer};
use super::{Names, Trap};

struct Authority {
    certificate: CertificateDer<'static>,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        let certificate = params.self_signed(&key).expect("a certificate").der().clone();
        Self { certificate, issuer: Issuer::new(params, key) }
    }
}

/// The names of a certificate.
fn naming(names: &[&str]) -> CertificateParams {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    CertificateParams::new(names).expect("names")
}

/// A site over TLS.
struct Site {
    port: u16,
    /// The number of received requests.
    requests: Arc<AtomicUsize>,
}

impl Site {
    /// Starts a site that answers every request with this page.
    fn start(authority: &Authority, params: &CertificateParams, answer: String) -> Self {
        let key = KeyPair::generate().expect("a key");
        let certificate = params.signed_by(&key, &authority.issuer).expect("a certificate");
        let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
        let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .and_then(|builder| {
                let chain = vec![certificate.der().clone()];
                builder.with_no_client_auth().with_single_cert(chain, key)
            });
        let config = Arc::new(config.expect("a configuration"));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let requests = Arc::new(AtomicUsize::new(0));
        let count = requests.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // A client that rejects the certificate disconnects.
                let _ = serve(stream, config.clone(), &answer, &count);
            }
        });
        Self { port, requests }
    }

    fn page(authority: &Authority, params: &CertificateParams) -> Self {
        Self::start(authority, params, "HTTP/1.1 200 X\r\nContent-Length: 4\r\n\r\npage".into())
    }

    fn url(&self, host: &str) -> Url {
        Url::parse(&format!("https://{host}:{}/", self.port)).expect("an address")
    }

    fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

fn serve(
    stream: TcpStream,
    config: Arc<ServerConfig>,
    answer: &str,
    requests: &AtomicUsize,
) -> std::io::Result<()> {
    let connection = ServerConnection::new(config).map_err(std::io::Error::other)?;
    let mut stream = StreamOwned::new(connection, stream);
    let mut request = Vec::new();
    let mut piece = [0; 1024];
    while !request.windows(4).any(|end| end == b"\r\n\r\n") {
        match stream.read(&mut piece)? {
            0 => return Ok(()),
            read => request.extend_from_slice(&piece[..read]),
        }
    }
    requests.fetch_add(1, Ordering::SeqCst);
    stream.write_all(answer.as_bytes())?;
    stream.conn.send_close_notify();
    stream.flush()
}

/// A fetcher without address checks, with these names and this authority.
fn fetcher(trust: Trust) -> Fetcher {
    let here: &[&[&str]] = &[&["127.0.0.1"]];
    let names =
        Names::new(&["blog.example", "www.blog.example", "other.example"].map(|n| (n, here)));
    Fetcher::trusting("test", everywhere(), names, trust)
}

fn everywhere() -> Limits {
    Limits { open: address::everywhere(), any_port: true }
}

fn believing(authority: &Authority) -> Fetcher {
    fetcher(Trust::Only(vec![authority.certificate.clone()]))
}

#[tokio::test]
async fn valid_certificate_is_accepted() {
    let authority = Authority::new();
    let site = Site::page(&authority, &naming(&["blog.example", "127.0.0.1"]));
    // By name, with and without the trailing dot, and by address.
    for host in ["blog.example", "BLOG.example.", "127.0.0.1"] {
        let fetched = believing(&authority).get(&site.url(host), &Unlimited).await.expect(host);
        assert_eq!(fetched.body, b"page", "{host}");
    }
    let wild = Site::page(&authority, &naming(&["*.blog.example"]));
    let fetched = believing(&authority).get(&wild.url("www.blog.example"), &Unlimited).await;
    assert_eq!(fetched.expect("a page").body, b"page");
}

#[tokio::test]
async fn invalid_certificate_is_refused_before_the_request() {
    let (authority, stranger) = (Authority::new(), Authority::new());
    let dated = |from: i32, to: i32| {
        let mut params = naming(&["blog.example"]);
        (params.not_before, params.not_after) =
            (date_time_ymd(from, 1, 1), date_time_ymd(to, 1, 1));
        params
    };
    let good = naming(&["blog.example"]);
    for (case, site, host, fetcher) in [
        ("another name", Site::page(&authority, &good), "other.example", believing(&authority)),
        (
            "a name below it",
            Site::page(&authority, &good),
            "www.blog.example",
            believing(&authority),
        ),
        ("its address", Site::page(&authority, &good), "127.0.0.1", believing(&authority)),
        ("a stranger's", Site::page(&stranger, &good), "blog.example", believing(&authority)),
        ("not the system's", Site::page(&authority, &good), "blog.example", fetcher(Trust::System)),
        ("over", Site::page(&authority, &dated(2001, 2002)), "blog.example", believing(&authority)),
        (
            "to come",
            Site::page(&authority, &dated(2998, 2999)),
            "blog.example",
            believing(&authority),
        ),
    ] {
        let error = fetcher.get(&site.url(host), &Unlimited).await.expect_err(case);
        assert!(matches!(error, FetchError::Tls(_)), "{case}: {error}");
        let form = fetcher.post_form(&site.url(host), &[("source", "x")], &Unlimited).await;
        assert!(matches!(form, Err(FetchError::Tls(_))), "{case}: {form:?}");
        assert_eq!(site.requests(), 0, "{case}");
        println!("refused: {case}: {error}");
    }
}

#[tokio::test]
async fn redirect_to_https_is_checked_like_any_other() {
    let authority = Authority::new();
    let site = Site::page(&authority, &naming(&["blog.example"]));
    let plain = Peer::start();
    let from = |to: &Url| {
        let from = plain.put("/from", Page::redirect(301, to.as_str()));
        Url::parse(&from).expect("an address")
    };
    let fetched = believing(&authority).get(&from(&site.url("blog.example")), &Unlimited).await;
    assert_eq!(fetched.expect("a page").body, b"page");
    assert_eq!(site.requests(), 1);
    let error = believing(&authority).get(&from(&site.url("other.example")), &Unlimited).await;
    assert!(matches!(error, Err(FetchError::Tls(_))), "{error:?}");
    assert_eq!(site.requests(), 1);
}

#[tokio::test]
async fn valid_certificate_does_not_allow_a_private_address() {
    let (authority, trap) = (Authority::new(), Trap::set());
    let to = format!("http://127.0.0.2:{}/", trap.port);
    let answer = format!("HTTP/1.1 302 X\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n");
    let site = Site::start(&authority, &naming(&["blog.example"]), answer);
    let open = vec!["127.0.0.1/32".parse().expect("a network")];
    let names = Names::new(&[("blog.example", &[&["127.0.0.1"]])]);
    let trust = Trust::Only(vec![authority.certificate.clone()]);
    let fetcher = Fetcher::trusting("test", Limits { open, any_port: true }, names, trust);
    let error = fetcher.get(&site.url("blog.example"), &Unlimited).await.expect_err("private");
    assert!(matches!(error, FetchError::Refused(_)), "{error}");
    assert_eq!((site.requests(), trap.caught()), (1, 0));
}

#[tokio::test]
async fn server_without_tls_is_an_error() {
    let authority = Authority::new();
    let plain = Peer::start();
    let url = Url::parse(&format!("https://{}/", plain.addr)).expect("an address");
    let error = believing(&authority).get(&url, &Unlimited).await.expect_err("no TLS");
    assert!(matches!(error, FetchError::Tls(_) | FetchError::TimedOut), "{error}");
    let silent = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let address = silent.local_addr().expect("an address");
    let url = Url::parse(&format!("https://{address}/")).expect("an address");
    let error = believing(&authority).get(&url, &Unlimited).await.expect_err("silence");
    assert_eq!(error, FetchError::TimedOut);
}
