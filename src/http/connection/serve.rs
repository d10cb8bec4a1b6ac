//! The life of a connection: reads a message, answers it, and goes on to the next.

mod handle;
mod message;
mod refuse;

use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::io;
use std::mem::replace;
use std::net::SocketAddr;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use actix_http::{Request, ServiceConfig};
use actix_service::Service;
use actix_web::Error;
use actix_web::body::BoxBody;
use actix_web::dev::ServiceResponse;
use bytes::{Buf, Bytes};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, timeout};

use super::access::{self, Answered};
use super::answer::{OwnValues, write_entry};
use super::context::{ConnectionContext, ShutdownSignal, Timeouts};
use super::head::{Head, HeadError};
use super::incoming::Incoming;
use super::unsent::Sending;
use crate::http::cache::Lookup;
use crate::http::metrics::Outcome;
use crate::http::problem::ApiError;
use crate::http::request_id::RequestId;
use message::Message;

/// Room for each read of a head, in bytes.
const HEAD_ROOM: usize = 4 << 10;

/// The time for which a stopping server still waits for requests that are on their way.
const LAST_REQUESTS: Duration = Duration::from_millis(100);

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

/// The next step of a connection.
enum Step {
    /// Waits for the rest of a head.
    Wait,
    /// Sends a stored response; its head is written already.
    Send { body: Bytes, keep_alive: bool },
    /// Lets a handler answer.
    Handle(Message),
    /// Refuses the message, and closes.
    Refuse { error: ApiError, is_head: bool },
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
                Step::Send { body, keep_alive } => self.send(body, None, keep_alive).await,
                Step::Handle(message) => self.handle(message).await,
                Step::Refuse { error, is_head } => self.refuse(error, is_head).await,
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
            Err(HeadError::Refused(error)) => return Step::Refuse { error, is_head },
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
                entry.series(&self.context.metrics, is_head).hit(status, began.elapsed());
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
            None => Step::Refuse { error: ApiError::new("bad_request"), is_head },
        }
    }

    /// Waits until the client has sent more, within the deadline. A stopping server answers the
    /// requests that have been sent, so that none is lost.
    async fn wait(&mut self) -> After {
        if self.deadline < self.timer.deadline() {
            self.timer.as_mut().reset(self.deadline);
        }
        let mut is_limited = false;
        let received = poll_fn(|cx| {
            if self.poll_stopping(cx) && !self.is_in_head && !replace(&mut is_limited, true) {
                self.deadline = self.deadline.min(Instant::now() + LAST_REQUESTS);
                self.timer.as_mut().reset(self.deadline);
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
            None if self.is_stopping => After::Close,
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

    /// Sends the written head and a body. One that the socket doesn't take at once counts as unsent.
    async fn send(&mut self, body: Bytes, mut sending: Option<Sending>, keep_alive: bool) -> After {
        let mut data = Buf::chain(self.head.as_slice(), body.clone());
        let sent = poll_fn(|cx| {
            let before = data.remaining();
            let sent = self.incoming.borrow_mut().poll_write_all(cx, &mut data);
            if sent.is_pending() && !body.is_empty() {
                if sending.is_none() {
                    sending = self.context.unsent.hold(&body);
                }
                if let Some(sending) = &sending {
                    if data.remaining() < before {
                        sending.progress();
                    }
                    if sending.is_cut(cx.waker()) {
                        return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
                    }
                }
            }
            sent
        })
        .await;
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
