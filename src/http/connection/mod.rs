//! An HTTP/1 connection. It answers one message at a time, from the cache or by a handler, and begins
//! the next message after the response is sent. Up to 16 KiB are read ahead. actix-web gets requests,
//! never the socket.
//!
//! ```text
//!            bytes arrive          head is complete
//!  ┌──────┐ ───────────▶ ┌──────┐ ────────────────▶ ┌────────┐ cache hit ┌──────┐
//!  │ idle │              │ head │                   │ lookup │ ────────▶ │ send │ ──┐
//!  └──────┘ ◀──┐         └──────┘                   └────────┘           └──────┘   │
//!     │        │            │ invalid: 400, 431          │ miss, bypass      ▲      │
//!     │        │            │ too slow: 408              ▼                   │      │
//!     │        │            │                        ┌────────┐ response     │      │
//!     │        │            │                        │ handle │ ─────────────┘      │
//!     │        │            │                        └────────┘                     │
//!     │        │            ▼                            │ connection lost          │
//!     │        │         ┌───────┐   connection: close   │                          │
//!     │        │         │ close │ ◀─────────────────────┼──────────────────────────┤
//!     │        │         └───────┘                       │                          │
//!     │        │            │ client closes, or 1 s      │               keep-alive │
//!     │        │            ▼                            ▼                          ▼
//!     └────────┼────────▶ dropped ◀──────────────────────┘  ┌───────────────────────┐
//!   timeout,   └─────────────────────────────────────────── │ drain the unread body │
//!   shutdown                                                └───────────────────────┘
//! ```

mod access;
mod answer;
mod context;
mod head;
mod host;
mod incoming;
mod serve;
#[cfg(test)]
mod tests;
mod unsent;

use std::rc::Rc;
use std::task::{Context, Poll};

use actix_http::{Request, ServiceConfig};
use actix_service::{Service, ServiceFactory};
use actix_web::Error;
use actix_web::body::BoxBody;
use actix_web::dev::{AppConfig, ServiceResponse};
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use tokio::net::TcpStream;

pub use context::{ConnectionContext, ShutdownSignal, Timeouts};
use serve::Connection;
pub use unsent::Unsent;

/// Makes the connection service of each worker.
pub struct ConnectionFactory<F, S> {
    app: F,
    context: ConnectionContext,
    timeouts: Timeouts,
    shutdown: S,
}

impl<F, S> ConnectionFactory<F, S> {
    /// Combines an application with a function that makes shutdown signals.
    pub fn new(app: F, context: ConnectionContext, timeouts: Timeouts, shutdown: S) -> Self {
        Self { app, context, timeouts, shutdown }
    }
}

impl<F, S> ServiceFactory<TcpStream> for ConnectionFactory<F, S>
where
    F: ServiceFactory<
            Request,
            Config = AppConfig,
            Response = ServiceResponse<BoxBody>,
            Error = Error,
            Service: 'static,
            Future: 'static,
        >,
    S: Fn() -> ShutdownSignal + Clone + 'static,
{
    type Response = ();
    type Error = ();
    type Config = ();
    type Service = Connections<F::Service, S>;
    type InitError = F::InitError;
    type Future = LocalBoxFuture<'static, Result<Self::Service, Self::InitError>>;

    fn new_service(&self, (): ()) -> Self::Future {
        let app = self.app.new_service(AppConfig::default());
        let context = Rc::new(self.context.clone());
        let (timeouts, shutdown) = (self.timeouts, self.shutdown.clone());
        Box::pin(async move {
            let (app, config) = (Rc::new(app.await?), ServiceConfig::default());
            Ok(Connections { app, context, config, timeouts, shutdown })
        })
    }
}

/// The connection service of a worker.
pub struct Connections<A, S> {
    app: Rc<A>,
    context: Rc<ConnectionContext>,
    config: ServiceConfig,
    timeouts: Timeouts,
    shutdown: S,
}

impl<A, S> Service<TcpStream> for Connections<A, S>
where
    A: Service<Request, Response = ServiceResponse<BoxBody>, Error = Error> + 'static,
    S: Fn() -> ShutdownSignal,
{
    type Response = ();
    type Error = ();
    type Future = LocalBoxFuture<'static, Result<(), ()>>;

    fn poll_ready(&self, cx: &mut Context<'_>) -> Poll<Result<(), ()>> {
        self.app.poll_ready(cx).map_err(|error| tracing::error!(%error, "the application failed"))
    }

    fn call(&self, stream: TcpStream) -> Self::Future {
        let (app, context, config) = (self.app.clone(), self.context.clone(), self.config.clone());
        let shutdown = (self.shutdown)();
        let connection = Connection::new(app, context, config, stream, self.timeouts, shutdown);
        Box::pin(connection.serve().map(Ok))
    }
}
