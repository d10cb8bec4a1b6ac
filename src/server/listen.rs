//! The listener, and what each worker does with a connection: `http/connection/` answers from the
//! cache, and lends to actix-web's application whatever needs it.

use std::fmt::Debug;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use actix_http::{HttpService, Request, Response};
use actix_server::{GracefulShutdownSignal, Server};
use actix_service::{
    IntoServiceFactory, ServiceFactory, ServiceFactoryExt, apply_fn_factory, fn_service, map_config,
};
use actix_web::body::BoxBody;
use actix_web::dev::AppConfig;
use actix_web::{App, Error, web};
use socket2::{Domain, Protocol, SockRef, Socket, Type};
use tokio::net::TcpStream;
use utoipa_actix_web::AppExt;

use super::context::AppContext;
use super::{ServerError, Signals, cors};
use crate::config::Config;
use crate::http::cache_layer::{CacheContext, CacheLayerFactory};
use crate::http::connection::{ConnectionsFactory, Patience, Stopping, follow, tell};
use crate::http::middleware::around;
use crate::http::{docs, fallback, routes};

/// How long a client may take to send a request's head.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// How long an idle connection is kept.
const KEEP_ALIVE: Duration = Duration::from_secs(30);
/// How long a client may leave what was sent to it unread before the connection is cut.
const UNREAD_TIMEOUT: Duration = Duration::from_secs(30);
/// How long a client that was answered before its body had arrived may take to close.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);
/// How many connections may wait to be accepted.
const BACKLOG: i32 = 1024;

/// Listens, with as many workers as are set.
pub(super) fn listen(
    config: &Config,
    context: &AppContext,
    signals: Signals,
) -> Result<(Server, SocketAddr), ServerError> {
    let (context, origins) = (context.clone(), config.cors_origins.clone());
    let public_url = config.public_url.clone();
    let max_body_bytes = config.max_body_bytes;
    let paths = Arc::new(fallback::Paths::of(context.contract.document()));
    let listener = bind(config.bind)
        .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", config.bind)))?;
    let addr = listener.local_addr()?;
    let server = Server::build().workers(config.workers).shutdown_timeout(config.shutdown_seconds);
    let signal = server.graceful_shutdown_signal();
    let server = server.listen("maqal", listener, move || {
        let (context, public_url) = (context.clone(), public_url.clone());
        let (cache_context, ring) =
            (context.cache_context(), web::Data::from(context.ring.clone()));
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
            .service(docs::ui())
            .default_service(web::to(fallback::unmatched))
            .wrap(cors::cors(&origins))
            .wrap(actix_web::middleware::from_fn(around));
        let front = CacheLayerFactory::new(app.into_factory(), cache_context.clone());
        connections(front, cache_context, signal.clone())
    })?;
    let server = match signals {
        Signals::Obeyed => server,
        Signals::Ignored => server.disable_signals(),
    };
    Ok((server.run(), addr))
}

fn bind(addr: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(addr), Type::STREAM, Some(Protocol::TCP))?;
    // On Windows it would let others take the port.
    #[cfg(not(windows))]
    socket.set_reuse_address(true)?;
    socket.bind(&addr.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

/// Serves connections by an application, until the server is told to stop.
fn connections<F>(
    front: F,
    cache_context: CacheContext,
    signal: GracefulShutdownSignal,
) -> impl ServiceFactory<TcpStream, Config = (), Response = (), InitError = ()>
where
    F: ServiceFactory<Request, Config = AppConfig, Response = Response<BoxBody>, Error = Error>
        + 'static,
    F::InitError: Debug,
{
    let stopping = move || -> Stopping {
        let signal = signal.clone();
        Box::pin(async move { signal.notified().await })
    };
    let answered = front.map_err(|error: Error| Response::from(error.error_response()));
    let answered = map_config(answered, |()| AppConfig::default());
    let http = HttpService::build()
        .graceful_shutdown_signal(stopping.clone())
        .keep_alive(KEEP_ALIVE)
        .client_request_timeout(HEAD_TIMEOUT)
        .client_disconnect_timeout(CLOSE_TIMEOUT)
        .on_connect_ext(follow)
        .finish(apply_fn_factory(answered, tell));
    let patience = Patience { head: HEAD_TIMEOUT, idle: KEEP_ALIVE };
    fn_service(async |stream: TcpStream| {
        // Each answer is written at once, and none is to wait for the one before to arrive.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "small answers may wait for others");
        }
        cut_when_unread(&stream);
        Ok(stream)
    })
    .and_then(ConnectionsFactory::new(http, cache_context, patience, stopping))
}

/// actix has no time-out for a client that stops reading; the kernel has.
fn cut_when_unread(stream: &TcpStream) {
    #[cfg(target_os = "linux")]
    if let Err(error) = SockRef::from(stream).set_tcp_user_timeout(Some(UNREAD_TIMEOUT)) {
        tracing::debug!(%error, "no time-out for unread data");
    }
    #[cfg(not(target_os = "linux"))]
    let _ = stream;
}
