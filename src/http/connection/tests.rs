//! Time limits, and the way of messages between the cache and a handler.

use std::cell::Cell;
use std::future::pending;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use actix_service::IntoServiceFactory;
use actix_web::http::header::HeaderMap;
use actix_web::web::{self, Bytes};
use actix_web::{App, HttpResponse};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;
use tracing::Level;

use super::*;
use crate::domain::Time;
use crate::domain::cache_tag::CacheTag;
use crate::http::cache::entry::CacheableResponse;
use crate::http::cache::policy::CachePolicy;
use crate::http::cache::request::CacheRequest;
use crate::http::cache::{Cache, Lookup, MissOutcome};
use crate::http::cross_origin::CrossOrigin;
use crate::http::metrics::Metrics;
use crate::service::changes::Changes;

const PATH: &str = "/api/v1/articles/1";

/// Longer than any test takes.
const LONG: Duration = Duration::from_secs(3_600);

const TIMEOUTS: Timeouts = Timeouts { head: LONG, idle: LONG, close: LONG };

fn now() -> Time {
    Time::UNIX_EPOCH
}

/// A context with one stored response.
async fn context() -> ConnectionContext {
    let cache = Arc::new(Cache::new(1 << 20, Arc::<Changes>::default()));
    let request = CacheRequest { is_read: true, path: PATH, ..CacheRequest::default() };
    let Lookup::Miss(key) = cache.look(&request, now) else { panic!("empty") };
    let MissOutcome::Fetch(guard) = cache.take_turn(&key, now).await else { panic!("alone") };
    let (body, headers) = (Bytes::from_static(b"{}"), HeaderMap::new());
    let cache_policy = Some(CachePolicy::of([CacheTag::Article(1)]));
    let response =
        CacheableResponse { body, tag: "v1".into(), headers, last_modified: None, cache_policy };
    let _ = guard.store(response, PATH.to_owned());
    let cross_origin = Arc::new(CrossOrigin::new(None));
    let metrics = Metrics::new();
    let unsent = Unsent::new(usize::MAX, metrics.unsent());
    ConnectionContext { cache, now: Arc::new(now), cross_origin, metrics, unsent }
}

/// Returns the client's side of a connection, and the number of requests that its handler got.
async fn connect(timeouts: Timeouts) -> (TcpStream, Rc<Cell<u32>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let addr = listener.local_addr().expect("an address");
    let client = TcpStream::connect(addr).await.expect("connected");
    let (stream, _) = listener.accept().await.expect("accepted");
    let handled = Rc::new(Cell::new(0));
    let counted = handled.clone();
    let handler = move |_body: Bytes| {
        counted.set(counted.get() + 1);
        async { HttpResponse::Ok().body("handled") }
    };
    let fails = async || {
        tokio::task::yield_now().await;
        tracing::Span::current().record("user", 7);
        tracing::error!("a handler failed");
        HttpResponse::InternalServerError().finish()
    };
    let app = App::new().route("/fails", web::put().to(fails));
    let app = app.default_service(web::to(handler)).into_factory();
    let shutdown = || -> ShutdownSignal { Box::pin(pending()) };
    let factory = ConnectionFactory::new(app, context().await, timeouts, shutdown);
    let connections = factory.new_service(()).await.expect("connections");
    let served = connections.call(stream);
    actix_web::rt::spawn(async move { served.await.is_ok() });
    (client, handled)
}

/// Sends a request, and reads until the response ends with a text.
async fn exchange(client: &mut TcpStream, request: &str, end: &str) -> String {
    client.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = Vec::new();
    while !answer.ends_with(end.as_bytes()) {
        assert!(client.read_buf(&mut answer).await.expect("more") > 0, "closed: {answer:?}");
    }
    String::from_utf8(answer).expect("text")
}

/// Collects the log of a test.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("the log").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[actix_web::test]
async fn log_lines_of_a_request_carry_its_id() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_ansi(false).with_max_level(Level::WARN);
    let subscriber = subscriber.with_writer(move || writer.clone()).finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let (mut client, _) = connect(TIMEOUTS).await;
    let request = "PUT /fails HTTP/1.1\r\nHost: x\r\nX-Request-Id: seven\r\n\r\n";
    exchange(&mut client, request, "\r\n\r\n").await;
    let text = String::from_utf8(log.0.lock().expect("the log").clone()).expect("text");
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.len(), 2, "{text}");
    let first = "ERROR request{id=\"seven\" method=\"PUT\" user=7}: ";
    let last = "ERROR request{id=\"seven\" method=\"PUT\" user=7 route=\"/fails\" status=500}: ";
    assert!(lines[0].contains(first) && lines[0].ends_with("a handler failed"), "{text}");
    assert!(lines[1].contains(last) && lines[1].contains("answered path=\"/fails\""), "{text}");
}

#[actix_web::test]
async fn silent_client_is_disconnected_after_the_head_timeout() {
    let timeouts = Timeouts { head: Duration::from_millis(50), ..TIMEOUTS };
    let (mut client, _) = connect(timeouts).await;
    assert_eq!(client.read(&mut [0; 64]).await.expect("closed"), 0);
}

#[actix_web::test]
async fn idle_client_is_disconnected_after_the_idle_timeout() {
    let (head, idle) = (Duration::from_millis(100), Duration::from_millis(400));
    let (mut client, _) = connect(Timeouts { head, idle, ..TIMEOUTS }).await;
    let sent_at = Instant::now();
    let request = format!("GET {PATH} HTTP/1.1\r\nHost: x\r\n\r\n");
    client.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = String::new();
    client.read_to_string(&mut answer).await.expect("an answer, and the end");
    assert!(
        answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with("\r\n\r\n{}"),
        "{answer}"
    );
    assert!(sent_at.elapsed() >= idle, "{:?}", sent_at.elapsed());
}

#[actix_web::test]
async fn unfinished_head_is_a_408_problem() {
    let timeouts = Timeouts { head: Duration::from_millis(50), ..TIMEOUTS };
    let (mut client, _) = connect(timeouts).await;
    let request = format!("GET {PATH} HTTP/1.1\r\nHost: x\r\n\r\n");
    // A superfluous line break begins no head.
    exchange(&mut client, &format!("{request}\r\n"), "{}").await;
    tokio::time::sleep(2 * timeouts.head).await;
    exchange(&mut client, &request, "{}").await;
    let answer = exchange(&mut client, &request[..request.len() - 1], "}").await;
    assert!(answer.starts_with("HTTP/1.1 408 Request Timeout\r\n"), "{answer}");
    assert!(answer.contains("\r\ncontent-type: application/problem+json\r\n"), "{answer}");
    assert!(answer.contains("\"code\":\"request_timeout\""), "{answer}");
    assert_eq!(client.read(&mut [0; 64]).await.expect("closed"), 0);
}

#[actix_web::test]
async fn long_unread_body_closes_the_connection() {
    let timeouts = Timeouts { head: Duration::from_millis(50), ..TIMEOUTS };
    let (mut client, handled) = connect(timeouts).await;
    // The handler's extractor refuses such a length, and leaves the body unread.
    let request = "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999\r\n\r\n";
    let answer = exchange(&mut client, request, "limit").await;
    assert!(answer.contains("\r\nconnection: close\r\n"), "{answer}");
    assert_eq!(handled.get(), 0);
}

#[actix_web::test]
async fn hits_and_handled_requests_alternate_on_one_connection() {
    let (mut client, handled) = connect(TIMEOUTS).await;
    let hit = format!("GET {PATH} HTTP/1.1\r\nHost: x\r\n\r\n");
    for (times, other) in (1..).zip([
        "DELETE /api/v1/tags/1 HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
        "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab",
        "POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
        "GET /x HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
    ]) {
        exchange(&mut client, other, "handled").await;
        exchange(&mut client, &hit, "{}").await;
        assert_eq!(handled.get(), times, "{other}");
    }
}
