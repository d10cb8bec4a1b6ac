//! A client's connection. What the cache has is answered right here, from bytes that are ready but
//! for a few lines. For all else the connection is lent to actix (`handoff.rs`), for a plain request
//! until its answer is sent, for anything unusual (a body, an upgrade, an old protocol) for good;
//! `cache_layer.rs` then asks the cache.
//!
//! It is here since actix makes an object of each request and a map of each answer's headers, and
//! both together cost several times what the answer does. `head.rs` says what is plain.

mod answer;
mod handoff;
mod head;
mod progress;
mod serve;
#[cfg(test)]
mod tests;

use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_http::Protocol;
use actix_service::{Service, ServiceFactory};
use futures_util::future::LocalBoxFuture;
use tokio::net::TcpStream;

use super::cache_layer::CacheContext;
pub use handoff::Handoff;
pub use progress::{CompletionGuard, TrackedBody, follow, tell};
use serve::Connection;

/// What actix serves a connection by.
pub type HandoffParts = (Handoff, Protocol, Option<SocketAddr>);

/// How long a client is waited for.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// For its first request, and for the rest of each that it has begun.
    pub head: Duration,
    /// For another request.
    pub idle: Duration,
}

/// A future that ends when the server is told to stop.
pub type Stopping = Pin<Box<dyn Future<Output = ()>>>;

/// Makes what serves the connections of a worker.
pub struct ConnectionsFactory<H, S> {
    http: H,
    cache_context: CacheContext,
    patience: Patience,
    stopping: S,
}

impl<H, S> ConnectionsFactory<H, S> {
    /// By actix's service, and a way to know when to stop.
    pub fn new(http: H, cache_context: CacheContext, patience: Patience, stopping: S) -> Self {
        Self { http, cache_context, patience, stopping }
    }
}

impl<H, S> ServiceFactory<TcpStream> for ConnectionsFactory<H, S>
where
    H: ServiceFactory<HandoffParts, Config = (), Response = ()>,
    H::Future: 'static,
    H::Service: 'static,
    S: Fn() -> Stopping + Clone + 'static,
{
    type Response = ();
    type Error = H::Error;
    type Config = ();
    type Service = Connections<H::Service, S>;
    type InitError = H::InitError;
    type Future = LocalBoxFuture<'static, Result<Self::Service, Self::InitError>>;

    fn new_service(&self, (): ()) -> Self::Future {
        let http = self.http.new_service(());
        let (cache_context, patience, stopping) =
            (self.cache_context.clone(), self.patience, self.stopping.clone());
        Box::pin(async move {
            Ok(Connections { http: Rc::new(http.await?), cache_context, patience, stopping })
        })
    }
}

/// The connections of a worker.
pub struct Connections<H, S> {
    http: Rc<H>,
    cache_context: CacheContext,
    patience: Patience,
    stopping: S,
}

impl<H, S> Service<TcpStream> for Connections<H, S>
where
    H: Service<HandoffParts, Response = ()> + 'static,
    S: Fn() -> Stopping,
{
    type Response = ();
    type Error = H::Error;
    type Future = LocalBoxFuture<'static, Result<(), H::Error>>;

    fn poll_ready(&self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.http.poll_ready(cx)
    }

    fn call(&self, stream: TcpStream) -> Self::Future {
        let (http, cache_context, stopping) =
            (self.http.clone(), self.cache_context.clone(), (self.stopping)());
        Box::pin(
            Connection::new(http, cache_context, &stream, self.patience, stopping).serve(stream),
        )
    }
}
