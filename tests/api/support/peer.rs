//! Another site, on a socket of its own. It serves the pages that a test sets and records its
//! requests. It speaks HTTP/1.1 by hand, so that it can misbehave.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A response of a peer.
#[derive(Debug, Clone)]
pub struct Page {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    delay: Duration,
    body_delay: Duration,
}

impl Page {
    /// An HTML page.
    pub fn html(body: impl Into<Vec<u8>>) -> Self {
        Self::of("text/html; charset=utf-8", body)
    }

    /// A page of another type.
    pub fn of(kind: &str, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("Content-Type".to_owned(), kind.to_owned())];
        Self {
            status: 200,
            headers,
            body: body.into(),
            delay: Duration::ZERO,
            body_delay: Duration::ZERO,
        }
    }

    /// A status with an empty body.
    pub fn status(status: u16) -> Self {
        Self { status, ..Self::html("") }
    }

    /// A redirect.
    pub fn redirect(status: u16, to: &str) -> Self {
        Self::status(status).header("Location", to)
    }

    /// Adds a header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Delays the response.
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Delays the body, after the head was sent.
    pub fn body_after(mut self, delay: Duration) -> Self {
        self.body_delay = delay;
        self
    }
}

/// A request that a peer received.
#[derive(Debug, Clone)]
pub struct ReceivedRequest {
    /// `GET` or `POST`.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// Headers, with names in lower case.
    pub headers: HashMap<String, String>,
    /// Body.
    pub body: String,
}

#[derive(Default)]
struct Inner {
    pages: HashMap<String, Vec<Page>>,
    requests: Vec<ReceivedRequest>,
}

/// Another site.
#[derive(Clone)]
pub struct Peer {
    /// The address on which it listens.
    pub addr: SocketAddr,
    inner: Arc<Mutex<Inner>>,
}

impl Peer {
    /// Starts one on a free port of this machine.
    pub fn start() -> Self {
        Self::on("127.0.0.1:0")
    }

    /// Starts one on an address.
    pub fn on(address: &str) -> Self {
        let listener = TcpListener::bind(address).expect("a port");
        let addr = listener.local_addr().expect("an address");
        let inner = Arc::new(Mutex::new(Inner::default()));
        let shared = inner.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                // A client that hangs up is no fault of this site.
                let _ = stream.and_then(|stream| serve(stream, &shared));
            }
        });
        Self { addr, inner }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The URL of a path.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.addr)
    }

    /// Sets the page of a path. Returns its URL.
    pub fn put(&self, path: &str, page: Page) -> String {
        self.lock().pages.insert(path.to_owned(), vec![page]);
        self.url(path)
    }

    /// Sets one page for each request of a path; the last one stays. Returns its URL.
    pub fn put_each(&self, path: &str, mut pages: Vec<Page>) -> String {
        pages.reverse();
        self.lock().pages.insert(path.to_owned(), pages);
        self.url(path)
    }

    /// All requests so far.
    pub fn requests(&self) -> Vec<ReceivedRequest> {
        self.lock().requests.clone()
    }

    /// The requests of a path so far.
    pub fn requests_of(&self, path: &str) -> Vec<ReceivedRequest> {
        self.requests().into_iter().filter(|request| request.path == path).collect()
    }
}

fn serve(mut stream: TcpStream, inner: &Mutex<Inner>) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut first = String::new();
    reader.read_line(&mut first)?;
    let mut words = first.split(' ').map(str::to_owned);
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let mut headers = HashMap::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 || line.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':') {
            headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
        }
    }
    let length = headers.get("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let body = String::from_utf8_lossy(&body).into_owned();
    let page = {
        let mut inner = inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.requests.push(ReceivedRequest { method, path: path.clone(), headers, body });
        match inner.pages.get_mut(&path) {
            Some(pages) if pages.len() > 1 => pages.pop().unwrap_or_else(|| Page::status(404)),
            Some(pages) => pages.first().cloned().unwrap_or_else(|| Page::status(404)),
            None => Page::status(404),
        }
    };
    std::thread::sleep(page.delay);
    let mut head = format!("HTTP/1.1 {} X\r\nConnection: close\r\n", page.status);
    for (name, value) in &page.headers {
        head += &format!("{name}: {value}\r\n");
    }
    head += &format!("Content-Length: {}\r\n\r\n", page.body.len());
    stream.write_all(head.as_bytes())?;
    std::thread::sleep(page.body_delay);
    stream.write_all(&page.body)
}
