//! A connection, as actix has it while it is lent to it: for one request or for good.
//!
//! Lent for one request, it ends for actix where the request ends. What the client sends after it
//! is put aside, and that it hung up is passed on. When the answer is on its way as a whole, the
//! connection is wanted back: see [`Progress`].

use std::cell::RefCell;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_util::io::poll_read_buf;

use super::progress::Progress;

/// How much of what a client sends before its answer is put aside, in bytes. The rest waits in
/// the kernel.
const MOST_AHEAD: usize = 16 << 10;

/// What is lent.
pub(super) struct HandoffState {
    pub stream: TcpStream,
    /// What the client sent, and actix is to read.
    pub given: BytesMut,
    /// What the client sent after it.
    pub ahead: BytesMut,
    /// Whether the client hung up.
    pub hung_up: bool,
}

/// A connection, as actix has it.
pub struct Handoff {
    state: Rc<RefCell<HandoffState>>,
    /// How far the one request is for which it's lent; without it, it's lent for good.
    progress: Option<Rc<Progress>>,
}

impl Handoff {
    pub(super) fn new(state: Rc<RefCell<HandoffState>>, progress: Option<Rc<Progress>>) -> Self {
        Self { state, progress }
    }

    /// For whoever answers the request to tell of it.
    pub(super) fn progress(&self) -> Option<&Rc<Progress>> {
        self.progress.as_ref()
    }
}

impl HandoffState {
    /// Waits for the client to hang up, and puts aside what it sends.
    fn poll_hang_up(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.ahead.len() < MOST_AHEAD {
            self.ahead.reserve(1 << 10);
            if ready!(poll_read_buf(Pin::new(&mut self.stream), cx, &mut self.ahead))? == 0 {
                if self.ahead.has_remaining() {
                    // It has asked for more before, and is told all.
                    return Poll::Pending;
                }
                self.hung_up = true;
                return Poll::Ready(Ok(()));
            }
        }
        // Who has the connection back reads on.
        Poll::Pending
    }
}

impl AsyncRead for Handoff {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let state = &mut *self.state.borrow_mut();
        if state.given.has_remaining() {
            let part = state.given.len().min(buf.remaining());
            buf.put_slice(&state.given.split_to(part));
            Poll::Ready(Ok(()))
        } else if self.progress.is_none() {
            Pin::new(&mut state.stream).poll_read(cx, buf)
        } else {
            state.poll_hang_up(cx)
        }
    }
}

impl AsyncWrite for Handoff {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.state.borrow_mut().stream).poll_write(cx, buf)
    }

    /// actix asks for it when it has handed over all that it had to write.
    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.state.borrow_mut().stream).poll_flush(cx))?;
        if let Some(progress) = &self.progress {
            progress.flushed();
        }
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.state.borrow_mut().stream).poll_shutdown(cx)
    }
}
