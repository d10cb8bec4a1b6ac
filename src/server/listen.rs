//! The listener and the workers. Each worker serves its connections by an application of its own.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use actix_server::Server;
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
use crate::http::{docs, fallback, routes};

/// The time limits of connections.
const TIMEOUTS: Timeouts = Timeouts {
    head: Duration::from_secs(10),
    idle: Duration::from_secs(30),
    close: Duration::from_secs(1),
};
/// The time after which the kernel resets a connection with unacknowledged data.
const UNREAD_TIMEOUT: Duration = Duration::from_secs(30);
/// The length of the queue of connections to accept.
const BACKLOG: i32 = 1024;

/// Whether SIGTERM and SIGINT end the server.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Signals {
    Obeyed,
    Ignored,
}

/// Reserves the address, without accepting connections yet.
pub(super) fn bind(addr: SocketAddr) -> Result<Socket, ServerError> {
    open(addr).map_err(|error| ServerError::Bind { addr, error })
}

/// Listens with the configured number of workers.
pub(super) fn listen(
    socket: Socket,
    config: &Config,
    context: &AppContext,
    signals: Signals,
) -> Result<(Server, SocketAddr), ServerError> {
    let context = context.clone();
    let public_url = config.public_url.clone();
    let max_body_bytes = config.max_body_bytes;
    let paths = Arc::new(fallback::Paths::of(context.contract.document()));
    // Of two servers that have reserved one address, the second one fails here.
    socket.listen(BACKLOG).map_err(|error| ServerError::Bind { addr: config.bind, error })?;
    let listener = TcpListener::from(socket);
    let addr = listener.local_addr()?;
    let server = Server::build().workers(config.workers).shutdown_timeout(config.shutdown_seconds);
    let signal = server.graceful_shutdown_signal();
    let server = server.listen("maqal", listener, move || {
        let (context, signal) = (context.clone(), signal.clone());
        let public_url = public_url.clone();
        let (connections, ring) =
            (context.connection_context(), web::Data::from(context.ring.clone()));
        let contract = web::Data::from(context.contract.clone());
        let paths = web::Data::from(paths.clone());
        let state = move || {
            let state = context.state(&public_url, max_body_bytes);
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
        let shutdown = move || -> ShutdownSignal {
            let signal = signal.clone();
            Box::pin(async move { signal.notified().await })
        };
        fn_service(async |stream: TcpStream| {
            prepare(&stream);
            Ok(stream)
        })
        .and_then(ConnectionFactory::new(app, connections, TIMEOUTS, shutdown))
    })?;
    let server = match signals {
        Signals::Obeyed => server,
        Signals::Ignored => server.disable_signals(),
    };
    Ok((server.run(), addr))
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
}
