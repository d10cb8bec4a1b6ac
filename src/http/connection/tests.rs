//! What through the public door can't be seen, or only in a minute: which requests a connection is
//! lent for, that it comes back, and how long a client is waited for.

use std::cell::Cell;
use std::future::ready;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use actix_http::{HttpService, Request, Response};
use actix_service::{Service, ServiceFactory, apply_fn_factory, fn_service};
use actix_web::body::BoxBody;
use actix_web::http::header::HeaderMap;
use actix_web::test::TestRequest;
use actix_web::web::Bytes;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;

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

/// Longer than any of these takes.
const LONG: Duration = Duration::from_secs(3_600);

fn now() -> Time {
    Time::UNIX_EPOCH
}

/// A desk whose cache has one answer.
async fn cache_context() -> CacheContext {
    let cache = Arc::new(Cache::new(1 << 20, Arc::<Changes>::default()));
    let request = TestRequest::get().uri(PATH).to_srv_request();
    let head = request.request().head();
    let Lookup::Miss(key) = cache.look(&CacheRequest::by(head), now) else { panic!("empty") };
    let MissOutcome::Fetch(fetching) = cache.take_turn(&key, head, now).await else {
        panic!("nobody else asks")
    };
    let cache_policy = CachePolicy::of([CacheTag::Article(1)]);
    let (body, headers) = (Bytes::from_static(b"{}"), HeaderMap::new());
    let answer = CacheableResponse { body, tag: "v1".into(), headers, cache_policy };
    let _ = fetching.keep(answer, Metrics::new().series("GET", PATH), head);
    let cross_origin = Arc::new(CrossOrigin::new(None, &[]));
    CacheContext { cache, now: Arc::new(now), cross_origin }
}

/// A client's side of a connection that is served by the cache, and else by this.
async fn connect<H>(patience: Patience, http: H) -> TcpStream
where
    H: ServiceFactory<HandoffParts, Config = (), Response = (), InitError = ()>,
    H::Future: 'static,
    H::Service: 'static,
    H::Error: 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let addr = listener.local_addr().expect("an address");
    let client = TcpStream::connect(addr).await.expect("connected");
    let (stream, _) = listener.accept().await.expect("accepted");
    let stopping = || -> Stopping { Box::pin(std::future::pending()) };
    let factory = ConnectionsFactory::new(http, cache_context().await, patience, stopping);
    let connections = factory.new_service(()).await.expect("connections");
    let served = connections.call(stream);
    actix_web::rt::spawn(async move { served.await.is_ok() });
    client
}

fn nobody() -> impl ServiceFactory<
    HandoffParts,
    Config = (),
    Response = (),
    InitError = (),
    Service: 'static,
    Future: 'static,
    Error: 'static,
> {
    fn_service(async |_: HandoffParts| -> Result<(), ()> { panic!("nothing is lent") })
}

/// Asks, and waits for an answer that ends so.
async fn ask(client: &mut TcpStream, request: &str, end: &str) {
    client.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = Vec::new();
    while !answer.ends_with(end.as_bytes()) {
        assert!(client.read_buf(&mut answer).await.expect("more") > 0, "closed: {answer:?}");
    }
}

#[actix_web::test]
async fn a_client_that_never_asks_is_not_waited_for() {
    let patience = Patience { head: Duration::from_millis(50), idle: LONG };
    let mut client = connect(patience, nobody()).await;
    assert_eq!(client.read(&mut [0; 64]).await.expect("closed"), 0);
}

#[actix_web::test]
async fn each_request_gives_a_client_more_time() {
    let patience = Patience { head: Duration::from_millis(100), idle: Duration::from_millis(400) };
    let mut client = connect(patience, nobody()).await;
    let sent_at = Instant::now();
    let request = format!("GET {PATH} HTTP/1.1\r\nHost: x\r\n\r\n");
    client.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = String::new();
    client.read_to_string(&mut answer).await.expect("an answer, and the end");
    assert!(
        answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with("\r\n\r\n{}"),
        "{answer}"
    );
    assert!(sent_at.elapsed() >= patience.idle, "{:?}", sent_at.elapsed());
}

#[actix_web::test]
async fn a_request_that_is_begun_must_be_finished() {
    let patience = Patience { head: Duration::from_millis(50), idle: LONG };
    let mut client = connect(patience, nobody()).await;
    let request = format!("GET {PATH} HTTP/1.1\r\nHost: x\r\n\r\n");
    // A line too many begins nothing.
    ask(&mut client, &format!("{request}\r\n"), "{}").await;
    tokio::time::sleep(2 * patience.head).await;
    ask(&mut client, &request, "{}").await;
    ask(&mut client, &request[..request.len() - 1], "\r\n\r\n").await;
    assert_eq!(client.read(&mut [0; 64]).await.expect("closed"), 0);
}

#[actix_web::test]
async fn a_connection_that_was_lent_comes_back() {
    let request = Rc::new(Cell::new(0));
    let counted = request.clone();
    let elsewhere = fn_service(move |_: Request| {
        counted.set(counted.get() + 1);
        ready(Ok::<_, Response<BoxBody>>(Response::ok().set_body(BoxBody::new("elsewhere"))))
    });
    let http = HttpService::build().on_connect_ext(follow);
    let http = http.finish(apply_fn_factory(elsewhere, tell));
    let patience = Patience { head: LONG, idle: LONG };
    let mut client = connect(patience, http).await;
    let kept = format!("GET {PATH} HTTP/1.1\r\nHost: x\r\n\r\n");
    let other = "DELETE /api/v1/tags/1 HTTP/1.1\r\nHost: x\r\n\r\n";
    for times in 1..=3 {
        ask(&mut client, other, "elsewhere").await;
        ask(&mut client, &kept, "{}").await;
        assert_eq!(request.get(), times, "what is kept is answered here");
    }
    let with_body = "POST /api/v1/tags HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n";
    ask(&mut client, with_body, "elsewhere").await;
    ask(&mut client, &kept, "elsewhere").await;
    assert_eq!(request.get(), 5, "it is lent for good");
}
