//! The receiving side of a connection. actix's codec finds the end of each message, and the request's
//! body reads no byte beyond it.

use std::cell::RefCell;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use actix_http::error::PayloadError;
use actix_http::h1::{Codec, Message, MessageType};
use actix_http::{HttpMessage, Payload, Request, ServiceConfig, Version};
use actix_web::http::Method;
use actix_web::http::header::{CONTENT_LENGTH, EXPECT};
use bytes::{Buf, Bytes, BytesMut};
use futures_util::Stream;
use tokio::io::AsyncWrite;
use tokio::net::TcpStream;
use tokio_util::codec::Decoder;
use tokio_util::io::{poll_read_buf, poll_write_buf};

use super::host::is_valid_host;

/// Room for each read of a body, in bytes.
const BODY_ROOM: usize = 16 << 10;

/// The most bytes that are read while a request is handled. The kernel holds the rest back.
const MAX_AHEAD: usize = 16 << 10;

/// The longest rest of a body that is read and dropped after the response, in bytes.
const MAX_DRAINED: u64 = 64 << 10;

/// The interim response that asks a client for its body.
const CONTINUE: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";

/// How far the body of the current message has been read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum BodyState {
    /// To its end.
    Complete,
    /// Not to its end; the length of the rest is known without chunks.
    Partial(Option<u64>),
    /// Its framing is broken, or the client ended the connection.
    Broken,
}

/// A socket, the bytes that were read from it, and the current message.
pub(super) struct Incoming {
    stream: TcpStream,
    /// Bytes that belong to no message yet, or to the rest of the current one.
    pub buffer: BytesMut,
    /// Whether the client has closed its sending side.
    pub is_ended: bool,
    config: ServiceConfig,
    codec: Codec,
    body: BodyState,
    /// The unsent part of [`CONTINUE`].
    interim: &'static [u8],
    /// The number of the current message. The body of an earlier one reads nothing.
    number: u64,
}

impl Incoming {
    pub fn new(stream: TcpStream, config: ServiceConfig) -> Self {
        Self {
            stream,
            buffer: BytesMut::new(),
            is_ended: false,
            codec: Codec::new(config.clone()),
            config,
            body: BodyState::Complete,
            interim: &[],
            number: 0,
        }
    }

    /// Takes the head of a message from the buffer; `None` if actix refuses it.
    pub fn begin(this: &Rc<RefCell<Self>>) -> Option<Request> {
        let incoming = &mut *this.borrow_mut();
        incoming.codec = Codec::new(incoming.config.clone());
        let Ok(Some(Message::Item(mut request))) = incoming.codec.decode(&mut incoming.buffer)
        else {
            return None;
        };
        let authority = request.uri().authority().map(|authority| authority.as_str());
        if authority.is_some_and(|authority| !is_valid_host(authority.as_bytes())) {
            return None;
        }
        incoming.number += 1;
        incoming.body = match (incoming.codec.message_type(), content_length(&request)) {
            (MessageType::Payload, length) => BodyState::Partial(length),
            // Upgrades are ignored (RFC 9110, section 7.8), so the length still ends the body.
            (MessageType::Stream, Some(length)) if request.method() != Method::CONNECT => {
                BodyState::Partial(Some(length))
            }
            (MessageType::None | MessageType::Stream, _) => BodyState::Complete,
        };
        let expects_continue = request.version() == Version::HTTP_11
            && incoming.body != BodyState::Complete
            && expects_continue(&request);
        incoming.interim = if expects_continue { CONTINUE } else { &[] };
        if incoming.body != BodyState::Complete {
            let body = RequestBody { incoming: this.clone(), number: incoming.number };
            *request.payload() = Payload::Stream { payload: Box::pin(body) };
        }
        Some(request)
    }

    /// Reads into the buffer; 0 bytes at the end of the connection.
    pub fn poll_fill(&mut self, cx: &mut Context<'_>, room: usize) -> Poll<io::Result<usize>> {
        if self.is_ended {
            return Poll::Ready(Ok(0));
        }
        self.buffer.reserve(room);
        let count = ready!(poll_read_buf(Pin::new(&mut self.stream), cx, &mut self.buffer))?;
        self.is_ended = count == 0;
        Poll::Ready(Ok(count))
    }

    /// Reads ahead while a request is handled, and ends with the error of a lost connection.
    pub fn poll_lost(&mut self, cx: &mut Context<'_>) -> Poll<io::Error> {
        while self.body == BodyState::Complete && !self.is_ended && self.buffer.len() < MAX_AHEAD {
            if let Err(error) = ready!(self.poll_fill(cx, 1 << 10)) {
                return Poll::Ready(error);
            }
        }
        Poll::Pending
    }

    fn poll_body(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, PayloadError>>> {
        if !matches!(self.body, BodyState::Partial(_)) {
            return Poll::Ready(None);
        }
        let item = ready!(self.poll_part(cx));
        match item {
            None => self.body = BodyState::Complete,
            Some(Err(_)) => self.body = BodyState::Broken,
            Some(Ok(_)) => {}
        }
        Poll::Ready(item)
    }

    fn poll_part(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, PayloadError>>> {
        if let Err(error) = ready!(self.poll_interim(cx)) {
            return Poll::Ready(Some(Err(error.into())));
        }
        loop {
            match self.next_part() {
                Ok(Some(part)) => return Poll::Ready(part.map(Ok)),
                Err(error) => return Poll::Ready(Some(Err(error))),
                Ok(None) if self.is_ended => {
                    return Poll::Ready(Some(Err(PayloadError::Incomplete(None))));
                }
                Ok(None) => {
                    if let Err(error) = ready!(self.poll_fill(cx, BODY_ROOM)) {
                        return Poll::Ready(Some(Err(error.into())));
                    }
                }
            }
        }
    }

    /// Takes a part of the body from the buffer: `None` if more bytes are needed, `Some(None)` at the
    /// end. The codec finds the end of a chunked body.
    fn next_part(&mut self) -> Result<Option<Option<Bytes>>, PayloadError> {
        if let BodyState::Partial(Some(rest)) = &mut self.body {
            let available = usize::try_from(*rest)
                .map_or(self.buffer.len(), |rest| rest.min(self.buffer.len()));
            *rest -= available as u64;
            return Ok(match (available, rest) {
                (0, 0) => Some(None),
                (0, _) => None,
                _ => Some(Some(self.buffer.split_to(available).freeze())),
            });
        }
        match self.codec.decode(&mut self.buffer) {
            Ok(Some(Message::Chunk(part))) => Ok(Some(part)),
            Ok(Some(Message::Item(_))) | Err(_) => Err(PayloadError::EncodingCorrupted),
            Ok(None) => Ok(None),
        }
    }

    fn poll_interim(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.interim.is_empty() {
            let count = ready!(Pin::new(&mut self.stream).poll_write(cx, self.interim))?;
            self.interim.advance(count);
        }
        Poll::Ready(Ok(()))
    }

    /// Returns whether the next message can follow: the rest of the body is short, and the client
    /// sends it without waiting for [`CONTINUE`].
    pub fn can_drain(&self) -> bool {
        match self.body {
            BodyState::Complete => true,
            BodyState::Partial(Some(rest)) => self.interim.is_empty() && rest <= MAX_DRAINED,
            BodyState::Partial(None) | BodyState::Broken => false,
        }
    }

    /// Returns whether the current message has been read to its end.
    pub fn is_complete(&self) -> bool {
        self.body == BodyState::Complete
    }

    /// Reads and drops the rest of the body; false if it is broken.
    pub fn poll_drain(&mut self, cx: &mut Context<'_>) -> Poll<bool> {
        while ready!(self.poll_body(cx)).is_some() {}
        Poll::Ready(self.is_complete())
    }

    /// Writes all of some data.
    pub fn poll_write_all(
        &mut self,
        cx: &mut Context<'_>,
        data: &mut impl Buf,
    ) -> Poll<io::Result<()>> {
        if self.interim.len() < CONTINUE.len() {
            // A part of it may have been sent.
            ready!(self.poll_interim(cx))?;
        }
        while data.has_remaining() {
            if ready!(poll_write_buf(Pin::new(&mut self.stream), cx, data))? == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
        }
        Poll::Ready(Ok(()))
    }

    /// Closes the sending side.
    pub fn poll_shutdown(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    /// Drops all that arrives until the client closes its sending side.
    pub fn poll_end(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.is_ended {
            self.buffer.clear();
            ready!(self.poll_fill(cx, BODY_ROOM))?;
        }
        Poll::Ready(Ok(()))
    }
}

fn content_length(request: &Request) -> Option<u64> {
    request.headers().get(CONTENT_LENGTH)?.to_str().ok()?.trim().parse().ok()
}

/// Whether a member of `Expect` asks for an interim response (RFC 9110, section 10.1.1).
fn expects_continue(request: &Request) -> bool {
    let lines = request.headers().get_all(EXPECT);
    let mut members = lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b','));
    members.any(|member| member.trim_ascii().eq_ignore_ascii_case(b"100-continue"))
}

/// The body of a request, for its handler.
struct RequestBody {
    incoming: Rc<RefCell<Incoming>>,
    number: u64,
}

impl Stream for RequestBody {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let incoming = &mut *self.incoming.borrow_mut();
        if incoming.number == self.number { incoming.poll_body(cx) } else { Poll::Ready(None) }
    }
}
