//! The listeners and the workers. Each worker serves its connections by an application of its own.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use actix_server::{Server, ServerBuilder};
use actix_service::{IntoServiceFactory, ServiceFactoryExt, fn_service};
use actix_web::middleware::from_fn;
use actix_web::{App, web};
use socket2::{Domain, Protocol, SockRef, Socket, Type};
use tokio::net::TcpStream;
use utoipa_actix_web::AppExt;

use super::context::AppContext;
use super::error::ServerError;
use crate::config::Config;
use crate::http::connection::{ConnectionFactory, ShutdownSignal, Timeouts};
use crate::http::middleware::handle;
use crate::http::{docs, fallback, metrics_listener, metrics_page, routes};

/// The time limits of connections.
const TIMEOUTS: Timeouts = Timeouts {
    head: Duration::from_secs(10),
    idle: Duration::from_secs(30),
    close: Duration::from_secs(1),
};
/// The time after which the kernel resets a connection with unacknowledged data.
const UNREAD_TIMEOUT: Duration = Duration::from_secs(30);
/// The bytes of a response that the kernel holds before it sends them. The rest stays in the process, where
/// it is counted.
#[cfg(target_os = "linux")]
const KERNEL_BYTES: u32 = 256 << 10;
/// The length of the queue of connections to accept.
const BACKLOG: i32 = 1024;

/// Whether SIGTERM and SIGINT end the server.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Signals {
    Obeyed,
    Ignored,
}

/// An address that is reserved, without accepting connections yet.
pub(super) struct Reserved {
    socket: Socket,
    addr: SocketAddr,
    setting: &'static str,
}

impl Reserved {
    /// Reserves the address of a setting.
    pub(super) fn new(addr: SocketAddr, setting: &'static str) -> Result<Self, ServerError> {
        let failed = |error| ServerError::Bind { addr, setting, error };
        Ok(Self { socket: open(addr).map_err(failed)?, addr, setting })
    }

    /// Accepts connections. Of two servers that have reserved one address, the second one fails here.
    fn listen(self) -> Result<(TcpListener, SocketAddr), ServerError> {
        let Self { socket, addr, setting } = self;
        let failed = |error| ServerError::Bind { addr, setting, error };
        socket.listen(BACKLOG).map_err(failed)?;
        let listener = TcpListener::from(socket);
        let addr = listener.local_addr().map_err(failed)?;
        Ok((listener, addr))
    }
}

/// The addresses of a server.
pub(super) struct Addresses<T> {
    /// Of the API.
    pub api: T,
    /// Of the metrics, if they have their own.
    pub metrics: Option<T>,
}

/// Listens with the configured number of workers.
pub(super) fn listen(
    reserved: Addresses<Reserved>,
    config: &Config,
    context: &AppContext,
    signals: Signals,
) -> Result<(Server, Addresses<SocketAddr>), ServerError> {
    let (listener, api) = reserved.api.listen()?;
    let server = Server::build().workers(config.workers).shutdown_timeout(config.shutdown_seconds);
    let signal = server.graceful_shutdown_signal();
    let shutdown = move || -> ShutdownSignal {
        let signal = signal.clone();
        Box::pin(async move { signal.notified().await })
    };
    let mut server = serve_api(server, listener, config, context, shutdown.clone())?;
    let mut metrics = None;
    if let Some(own) = reserved.metrics {
        let (listener, addr) = own.listen()?;
        server = serve_metrics(server, listener, context, shutdown)?;
        metrics = Some(addr);
    }
    let server = match signals {
        Signals::Obeyed => server,
        Signals::Ignored => server.disable_signals(),
    };
    Ok((server.run(), Addresses { api, metrics }))
}

fn serve_api(
    server: ServerBuilder,
    listener: TcpListener,
    config: &Config,
    context: &AppContext,
    shutdown: impl Fn() -> ShutdownSignal + Clone + Send + 'static,
) -> io::Result<ServerBuilder> {
    let (context, config) = (context.clone(), Arc::new(config.clone()));
    let paths = Arc::new(fallback::Paths::of(context.contract.document()));
    server.listen("maqal", listener, move || {
        let (connections, ring) =
            (context.connection_context(), web::Data::from(context.ring.clone()));
        let contract = web::Data::from(context.contract.clone());
        let paths = web::Data::from(paths.clone());
        let (context, config) = (context.clone(), config.clone());
        let state = move || {
            let state = context.state(&config);
            async move { state }
        };
        let (app, _) = App::new()
            .into_utoipa_app()
            .data_factory(state)
            .app_data(ring)
            .app_data(contract)
            .app_data(paths)
            .configure(routes::all)
            .split_for_parts();
        let app = app
            .service(docs::files())
            .default_service(web::to(fallback::unmatched))
            .wrap(from_fn(handle))
            .into_factory();
        fn_service(prepared).and_then(ConnectionFactory::new(
            app,
            connections,
            TIMEOUTS,
            shutdown.clone(),
        ))
    })
}

fn serve_metrics(
    server: ServerBuilder,
    listener: TcpListener,
    context: &AppContext,
    shutdown: impl Fn() -> ShutdownSignal + Clone + Send + 'static,
) -> io::Result<ServerBuilder> {
    let context = context.clone();
    server.listen("maqal-metrics", listener, move || {
        let app = App::new()
            .app_data(web::Data::new(context.metrics_page()))
            .route(metrics_page::PATH, web::get().to(metrics_listener::page))
            .default_service(web::to(metrics_listener::unmatched))
            .wrap(from_fn(metrics_listener::handle))
            .into_factory();
        let connections = context.connection_context();
        fn_service(prepared).and_then(ConnectionFactory::new(
            app,
            connections,
            TIMEOUTS,
            shutdown.clone(),
        ))
    })
}

async fn prepared(stream: TcpStream) -> Result<TcpStream, ()> {
    prepare(&stream);
    Ok(stream)
}

fn open(addr: SocketAddr) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(addr), Type::STREAM, Some(Protocol::TCP))?;
    // On Windows another process could take the port.
    #[cfg(not(windows))]
    socket.set_reuse_address(true)?;
    socket.bind(&addr.into())?;
    Ok(socket)
}

fn prepare(stream: &TcpStream) {
    // Each response is written at once, so Nagle's algorithm would only delay it.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "small responses may be delayed");
    }
    // The kernel ends the connection of a client that stops reading.
    #[cfg(target_os = "linux")]
    if let Err(error) = SockRef::from(stream).set_tcp_user_timeout(Some(UNREAD_TIMEOUT)) {
        tracing::debug!(%error, "no time limit for unread data");
    }
    #[cfg(target_os = "linux")]
    if let Err(error) = SockRef::from(stream).set_tcp_notsent_lowat(KERNEL_BYTES) {
        tracing::debug!(%error, "the kernel may hold much of a response");
    }
}
