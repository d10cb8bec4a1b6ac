//! The life of a connection: waits for a request, answers it, or lends the connection for it.

use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::mem::replace;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use actix_http::Protocol;
use actix_service::Service;
use bytes::{Buf, Bytes, BytesMut};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep};

use super::handoff::{Handoff, HandoffState};
use super::head::{Head, Not};
use super::progress::Progress;
use super::{HandoffParts, Patience, Stopping, answer};
use crate::http::cache_layer::CacheContext;

/// Room for a request's head, in bytes.
const HEAD_ROOM: usize = 4 << 10;

/// The longest head that is waited for here, in bytes; actix takes longer ones.
const LONGEST_HEAD: usize = 16 << 10;

/// What a client is told that doesn't finish its request's head.
const TOO_SLOW: &[u8] =
    b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

/// What a client is connected by.
struct Wire {
    stream: TcpStream,
    /// What the client sent, and nobody has read.
    sent: BytesMut,
}

/// A client's connection.
pub(super) struct Connection<H> {
    http: Rc<H>,
    cache_context: CacheContext,
    peer: Option<SocketAddr>,
    /// The head of the answer that is being made.
    head: Vec<u8>,
    patience: Patience,
    /// How long the client is waited for.
    until: Instant,
    /// Whether a part of a head is there.
    is_halfway: bool,
    /// Ends then or before. To set it anew for each request would cost more.
    timer: Pin<Box<Sleep>>,
    stopping: Stopping,
}

/// What is done with what a client sent.
enum Next {
    /// A request of this length has its answer: the head is made, this is the body.
    Respond(usize, Bytes),
    /// There is no whole request yet.
    Wait,
    /// A request of this length is actix's.
    Lend(usize),
    /// All that comes is actix's.
    LendForGood,
}

impl<H: Service<HandoffParts, Response = ()>> Connection<H> {
    pub fn new(
        http: Rc<H>,
        cache_context: CacheContext,
        stream: &TcpStream,
        patience: Patience,
        stopping: Stopping,
    ) -> Self {
        Self {
            http,
            cache_context,
            peer: stream.peer_addr().ok(),
            head: Vec::new(),
            patience,
            until: Instant::now() + patience.head,
            is_halfway: false,
            timer: Box::pin(tokio::time::sleep(patience.head)),
            stopping,
        }
    }

    /// Serves it to its end.
    ///
    /// # Errors
    /// actix's, of what it served.
    pub async fn serve(mut self, stream: TcpStream) -> Result<(), H::Error> {
        let mut wire = Wire { stream, sent: BytesMut::new() };
        loop {
            match self.look(&mut wire.sent) {
                Next::Wait => {
                    if !self.has_more(&mut wire).await {
                        break;
                    }
                }
                Next::Respond(length, body) => {
                    wire.sent.advance(length);
                    let mut answer = Buf::chain(self.head.as_slice(), body);
                    if wire.stream.write_all_buf(&mut answer).await.is_err() {
                        break;
                    }
                }
                Next::Lend(length) => match self.lend(wire, length).await? {
                    Some(back) => wire = back,
                    None => break,
                },
                Next::LendForGood => return self.lend_for_good(wire).await,
            }
        }
        Ok(())
    }

    /// Waits until the client has sent more, for as long as may be.
    async fn has_more(&mut self, wire: &mut Wire) -> bool {
        if self.until < self.timer.deadline() {
            self.timer.as_mut().reset(self.until);
        }
        wire.sent.reserve(HEAD_ROOM);
        let mut read = pin!(wire.stream.read_buf(&mut wire.sent));
        let heard = poll_fn(|cx| {
            if self.stopping.as_mut().poll(cx).is_ready() {
                return Poll::Ready(Some(false));
            }
            if let Poll::Ready(read) = read.as_mut().poll(cx) {
                return Poll::Ready(Some(read.is_ok_and(|bytes| bytes > 0)));
            }
            self.poll_timer(cx).map(|()| None)
        });
        let heard = heard.await;
        if heard.is_none() && self.is_halfway {
            // It may have gone.
            let _ = wire.stream.write_all(TOO_SLOW).await;
        }
        heard.unwrap_or(false)
    }

    fn poll_timer(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            ready!(self.timer.as_mut().poll(cx));
            if self.until <= Instant::now() {
                return Poll::Ready(());
            }
            self.timer.as_mut().reset(self.until);
        }
    }

    fn look(&mut self, sent: &mut BytesMut) -> Next {
        // Some clients end a line too many (RFC 9112, section 2.2).
        while sent.starts_with(b"\r\n") {
            sent.advance(2);
        }
        if sent.is_empty() {
            return Next::Wait;
        }
        if !self.cache_context.cache.is_on() {
            return Next::LendForGood;
        }
        let began = Instant::now();
        let head = match Head::read(sent) {
            Ok(head) => head,
            Err(Not::Complete) if sent.len() < LONGEST_HEAD => {
                if !replace(&mut self.is_halfway, true) {
                    self.until = began + self.patience.head;
                }
                return Next::Wait;
            }
            Err(_) => return Next::LendForGood,
        };
        (self.is_halfway, self.until) = (false, began + self.patience.idle);
        match answer::write(&self.cache_context, &head, began.into_std(), &mut self.head) {
            Some(body) => Next::Respond(head.length, body),
            None => Next::Lend(head.length),
        }
    }

    /// Lends the connection for a request of this length; `None` if it was closed over it.
    async fn lend(&mut self, wire: Wire, length: usize) -> Result<Option<Wire>, H::Error> {
        let Wire { stream, sent: mut ahead } = wire;
        let given = ahead.split_to(length);
        let state = Rc::new(RefCell::new(HandoffState { stream, given, ahead, hung_up: false }));
        let progress = Rc::new(Progress::default());
        let handoff = Handoff::new(state.clone(), Some(progress.clone()));
        {
            let mut served = pin!(self.http.call((handoff, Protocol::Http1, self.peer)));
            let ended = poll_fn(|cx| match served.as_mut().poll(cx) {
                Poll::Ready(ended) => Poll::Ready(Some(ended)),
                Poll::Pending if progress.is_sent() => Poll::Ready(None),
                Poll::Pending => Poll::Pending,
            });
            if let Some(ended) = ended.await {
                return ended.map(|()| None);
            }
        }
        self.until = Instant::now() + self.patience.idle;
        // actix's side of it is gone with what served it.
        let state = Rc::into_inner(state).map(RefCell::into_inner);
        let state = state.filter(|state| !state.hung_up);
        Ok(state.map(|state| Wire { stream: state.stream, sent: state.ahead }))
    }

    async fn lend_for_good(self, wire: Wire) -> Result<(), H::Error> {
        let Self { http, peer, .. } = self;
        let Wire { stream, sent: given } = wire;
        let state = HandoffState { stream, given, ahead: BytesMut::new(), hung_up: false };
        let handoff = Handoff::new(Rc::new(RefCell::new(state)), None);
        http.call((handoff, Protocol::Http1, peer)).await
    }
}
