//! The life of a connection: reads a message, answers it, and goes on to the next.

use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::io;
use std::mem::replace;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use actix_http::{HttpMessage, Request, ServiceConfig};
use actix_service::Service;
use actix_web::body::{BoxBody, MessageBody, to_bytes};
use actix_web::dev::ServiceResponse;
use actix_web::http::Method;
use actix_web::http::header::ORIGIN;
use actix_web::{Error, HttpRequest, ResponseError};
use bytes::{Buf, Bytes};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, timeout};
use tracing::{Instrument, Span};

use super::access::{self, Answered};
use super::answer::{OwnValues, write_entry, write_response};
use super::context::{ConnectionContext, ShutdownSignal, Timeouts};
use super::head::{Head, HeadError};
use super::incoming::Incoming;
use crate::http::cache::request::CacheRequest;
use crate::http::cache::{Key, Lookup, ServedEntry};
use crate::http::metrics::Outcome;
use crate::http::middleware::{add_common_headers, problem, route};
use crate::http::problem::ApiError;
use crate::http::request_context::RequestContext;
use crate::http::request_id::RequestId;

/// Room for each read of a head, in bytes.
const HEAD_ROOM: usize = 4 << 10;

/// The prefix of the API's paths. Their reads carry `X-Cache`.
const API: &str = "/api/";

/// A client's connection.
pub(super) struct Connection<A> {
    app: Rc<A>,
    context: Rc<ConnectionContext>,
    incoming: Rc<RefCell<Incoming>>,
    peer: Option<SocketAddr>,
    /// The head of the current response.
    head: Vec<u8>,
    timeouts: Timeouts,
    /// The time until which the client is waited for.
    deadline: Instant,
    /// Whether a part of a head has arrived.
    is_in_head: bool,
    /// Ends at the deadline or before it: to reset it for each request would cost more.
    timer: Pin<Box<Sleep>>,
    shutdown: ShutdownSignal,
    is_stopping: bool,
}

/// A request for a handler, after its head has been read.
struct Message {
    request: Request,
    id: String,
    key: Option<Key>,
    keep_alive: bool,
    is_http_10: bool,
    began: Instant,
}

/// The next step of a connection.
enum Step {
    /// Waits for the rest of a head.
    Wait,
    /// Sends a stored response; its head is written already.
    Send { body: Bytes, keep_alive: bool },
    /// Lets a handler answer.
    Handle(Message),
    /// Refuses the message, and closes.
    Refuse { code: &'static str, is_head: bool },
}

/// The state of the connection after a step.
enum After {
    /// The next message may follow.
    Continue,
    /// The server closes the connection, and waits for the client to do the same.
    Close,
    /// The connection is lost, or the client has closed it.
    Drop,
}

impl<A> Connection<A>
where
    A: Service<Request, Response = ServiceResponse<BoxBody>, Error = Error>,
{
    pub fn new(
        app: Rc<A>,
        context: Rc<ConnectionContext>,
        config: ServiceConfig,
        stream: TcpStream,
        timeouts: Timeouts,
        shutdown: ShutdownSignal,
    ) -> Self {
        Self {
            app,
            context,
            peer: stream.peer_addr().ok(),
            incoming: Rc::new(RefCell::new(Incoming::new(stream, config))),
            head: Vec::new(),
            timeouts,
            deadline: Instant::now() + timeouts.head,
            is_in_head: false,
            timer: Box::pin(tokio::time::sleep(timeouts.head)),
            shutdown,
            is_stopping: false,
        }
    }

    /// Serves the connection to its end.
    pub async fn serve(mut self) {
        loop {
            let after = match self.next_step() {
                Step::Wait => self.wait().await,
                Step::Send { body, keep_alive } => self.send(body, keep_alive).await,
                Step::Handle(message) => self.handle(message).await,
                Step::Refuse { code, is_head } => self.refuse(ApiError::new(code), is_head).await,
            };
            match after {
                After::Continue => {}
                After::Close => return self.close().await,
                After::Drop => return,
            }
        }
    }

    fn next_step(&mut self) -> Step {
        let mut incoming = self.incoming.borrow_mut();
        // Some clients end a request with a superfluous line break (RFC 9112, section 2.2).
        let is_blank = |byte: &&u8| matches!(byte, b'\r' | b'\n');
        let blank = incoming.buffer.iter().take_while(is_blank).count();
        incoming.buffer.advance(blank);
        if incoming.buffer.is_empty() {
            return Step::Wait;
        }
        let began = Instant::now();
        let is_head = incoming.buffer.starts_with(b"HEAD ");
        let head = match Head::parse(&incoming.buffer) {
            Ok(head) => head,
            Err(HeadError::Incomplete) => {
                if !replace(&mut self.is_in_head, true) {
                    self.deadline = began + self.timeouts.head;
                }
                return Step::Wait;
            }
            Err(HeadError::Malformed) => return Step::Refuse { code: "bad_request", is_head },
            Err(HeadError::TooLarge) => return Step::Refuse { code: "head_too_large", is_head },
        };
        (self.is_in_head, self.deadline) = (false, began + self.timeouts.idle);
        let id = RequestId::of(head.request_id);
        let keep_alive = head.keep_alive && !self.is_stopping;
        let is_http_10 = head.is_http_10;
        let key = match self.context.cache.look(&head.request, || (self.context.now)()) {
            Lookup::Hit(entry) => {
                let outcome = Some(Outcome::Hit);
                let (id, origin) = (id.as_str(), head.origin);
                let own = OwnValues { id, origin, outcome, keep_alive, is_http_10 };
                let (status, body) =
                    write_entry(&self.context, &entry, &head.request, &own, &mut self.head);
                access::log_hit(
                    id,
                    &Answered {
                        method: if is_head { "HEAD" } else { "GET" },
                        path: head.request.path,
                        route: entry.route(),
                        status,
                        began: began.into_std(),
                    },
                );
                entry.series(&self.context.metrics).hit(status, began.elapsed());
                let body = if is_head { Bytes::new() } else { body };
                let length = head.length;
                incoming.buffer.advance(length);
                return Step::Send { body, keep_alive };
            }
            Lookup::Miss(key) => Some(key),
            Lookup::Bypass => None,
        };
        let id = id.as_str().to_owned();
        drop(incoming);
        match Incoming::begin(&self.incoming) {
            Some(request) => {
                Step::Handle(Message { request, id, key, keep_alive, is_http_10, began })
            }
            None => Step::Refuse { code: "bad_request", is_head },
        }
    }

    /// Waits until the client has sent more, within the deadline.
    async fn wait(&mut self) -> After {
        if self.deadline < self.timer.deadline() {
            self.timer.as_mut().reset(self.deadline);
        }
        let received = poll_fn(|cx| {
            if self.poll_stopping(cx) {
                return Poll::Ready(Some(false));
            }
            let filled = self.incoming.borrow_mut().poll_fill(cx, HEAD_ROOM);
            if let Poll::Ready(count) = filled {
                return Poll::Ready(Some(count.is_ok_and(|count| count > 0)));
            }
            self.poll_timer(cx).map(|()| None)
        });
        match received.await {
            Some(true) => After::Continue,
            None if self.is_in_head => {
                let seconds = self.timeouts.head.as_secs();
                let is_head = self.incoming.borrow().buffer.starts_with(b"HEAD ");
                let error = ApiError::new("request_timeout").with("seconds", seconds);
                self.refuse(error, is_head).await
            }
            Some(false) | None => After::Drop,
        }
    }

    fn poll_timer(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            ready!(self.timer.as_mut().poll(cx));
            if self.deadline <= Instant::now() {
                return Poll::Ready(());
            }
            self.timer.as_mut().reset(self.deadline);
        }
    }

    /// Returns whether the server is stopping. The signal must not be polled after its end.
    fn poll_stopping(&mut self, cx: &mut Context<'_>) -> bool {
        self.is_stopping = self.is_stopping || self.shutdown.as_mut().poll(cx).is_ready();
        self.is_stopping
    }

    /// Lets a handler answer, sends the response, and skips the rest of the request's body.
    async fn handle(&mut self, message: Message) -> After {
        let Message { mut request, id, key, keep_alive, is_http_10, began } = message;
        let method = request.method().clone();
        let is_head = method == Method::HEAD;
        let span = access::span(&id, method.as_str());
        let Ok(value) = id.parse() else {
            return self.refuse(ApiError::new("internal"), is_head).await;
        };
        request.extensions_mut().insert(RequestContext { id: value, key });
        request.head_mut().peer_addr = self.peer;
        let _in_flight = self.context.metrics.begin();
        let (http, mut response) = match self.call(request, &span).await {
            Some(Ok(response)) => response.into_parts(),
            Some(Err(error)) => {
                span.in_scope(|| tracing::error!(%error, "the application failed"));
                return self.refuse(ApiError::new("internal"), is_head).await;
            }
            None => return After::Drop,
        };
        let served = response.extensions_mut().remove::<ServedEntry>();
        let outcome = served.as_ref().map_or(Outcome::Bypass, |served| served.outcome);
        let is_read = matches!(method, Method::GET | Method::HEAD) && http.path().starts_with(API);
        let outcome = Some(outcome).filter(|_| is_read && response.status().as_u16() < 400);
        let keep_alive = keep_alive && !self.is_stopping && self.incoming.borrow().can_drain();
        let origin = http.headers().get(ORIGIN).map(|origin| origin.as_bytes());
        let own = OwnValues { id: &id, origin, outcome, keep_alive, is_http_10 };
        let (status, body) = if let Some(ServedEntry { entry, .. }) = served {
            let request = CacheRequest::by(http.head());
            write_entry(&self.context, &entry, &request, &own, &mut self.head)
        } else {
            let (response, body) = response.into_parts();
            let body = match body.try_into_bytes() {
                Ok(body) => body,
                Err(body) => match to_bytes(body).await {
                    Ok(body) => body,
                    Err(error) => {
                        span.in_scope(|| tracing::error!(%error, "a response's body failed"));
                        return self.refuse(ApiError::new("internal"), is_head).await;
                    }
                },
            };
            write_response(&self.context, &response, body.len(), &own, &mut self.head);
            (response.status().as_u16(), body)
        };
        if let Some(outcome) = outcome {
            self.context.metrics.read(outcome);
        }
        self.finish(&span, &method, &http, status, began);
        drop(http);
        let body = if is_head { Bytes::new() } else { body };
        let after = self.send(body, keep_alive).await;
        self.drain(after).await
    }

    /// Calls the application; `None` if the connection is lost meanwhile.
    async fn call(&mut self, request: Request, span: &Span) -> Option<Result<A::Response, Error>> {
        let app = self.app.clone();
        let mut response = pin!(span.in_scope(|| app.call(request)).instrument(span.clone()));
        poll_fn(|cx| {
            self.poll_stopping(cx);
            if let Poll::Ready(response) = response.as_mut().poll(cx) {
                return Poll::Ready(Some(response));
            }
            self.incoming.borrow_mut().poll_lost(cx).map(|_| None)
        })
        .await
    }

    /// Counts and logs a handler's response.
    fn finish(
        &self,
        span: &Span,
        method: &Method,
        http: &HttpRequest,
        status: u16,
        began: Instant,
    ) {
        let route = route(http);
        self.context.metrics.end(method_label(method), &route, status, began.elapsed());
        let (method, path, began) = (method.as_str(), http.path(), began.into_std());
        access::log(span, &Answered { method, path, route: &route, status, began });
    }

    /// Answers a message that no handler can get, and closes.
    async fn refuse(&mut self, error: ApiError, is_head: bool) -> After {
        let began = Instant::now();
        let id = RequestId::of(None);
        let own = OwnValues {
            id: id.as_str(),
            origin: None,
            outcome: None,
            keep_alive: false,
            is_http_10: false,
        };
        let mut response = problem(error.error_response(), None, own.id);
        add_common_headers(response.headers_mut(), "");
        let (response, body) = response.into_parts();
        let body = body.try_into_bytes().unwrap_or_default();
        write_response(&self.context, &response, body.len(), &own, &mut self.head);
        let status = response.status().as_u16();
        self.context.metrics.end("other", "unknown", status, began.elapsed());
        let began = began.into_std();
        let answered = Answered { method: "-", path: "", route: "unknown", status, began };
        access::log(&access::span(own.id, answered.method), &answered);
        self.send(if is_head { Bytes::new() } else { body }, false).await
    }

    /// Sends the written head and a body.
    async fn send(&mut self, body: Bytes, keep_alive: bool) -> After {
        let mut data = Buf::chain(self.head.as_slice(), body);
        let sent = poll_fn(|cx| self.incoming.borrow_mut().poll_write_all(cx, &mut data)).await;
        match sent {
            Ok(()) if keep_alive => After::Continue,
            Ok(()) => After::Close,
            Err(_) => After::Drop,
        }
    }

    /// Skips the rest of a request's body before the next message.
    async fn drain(&mut self, after: After) -> After {
        self.deadline = Instant::now() + self.timeouts.idle;
        if !matches!(after, After::Continue) || self.incoming.borrow().is_complete() {
            return after;
        }
        let drained = poll_fn(|cx| self.incoming.borrow_mut().poll_drain(cx));
        match timeout(self.timeouts.head, drained).await {
            Ok(true) => After::Continue,
            Ok(false) | Err(_) => After::Close,
        }
    }

    /// Closes the sending side, and waits for the client to close its own. A socket that is closed
    /// with unread bytes is reset, and the client may lose the response.
    async fn close(self) {
        let incoming = self.incoming;
        let closed = async {
            poll_fn(|cx| incoming.borrow_mut().poll_shutdown(cx)).await?;
            poll_fn(|cx| incoming.borrow_mut().poll_end(cx)).await
        };
        // The client has the response, or is gone.
        let _: Result<io::Result<()>, _> = timeout(self.timeouts.close, closed).await;
    }
}

fn method_label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
