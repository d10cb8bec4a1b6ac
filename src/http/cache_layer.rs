//! What stands before the application: the response cache. What it has is answered on the spot. All
//! else goes on to the application and its middleware, with what was found out here.
//!
//! It is a service around actix-web's, not a middleware in it: an application makes its own request
//! of each that arrives and walks it through its layers, which costs more than a cached answer does.

use std::future::{Ready, ready};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use actix_http::{HttpMessage, Request, Response};
use actix_web::Error;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{AppConfig, Service, ServiceFactory, ServiceResponse};
use actix_web::http::header::{HeaderMap, HeaderValue};
use futures_util::TryFutureExt;
use futures_util::future::{Either, LocalBoxFuture, MapOk};

use super::cache::request::CacheRequest;
use super::cache::{Cache, Key, Lookup};
use super::cross_origin::CrossOrigin;
use super::middleware::log;
use super::request_id::{RequestId, X_REQUEST_ID};
use crate::domain::Time;

/// What the cache's answers are made with.
#[derive(Clone)]
pub struct CacheContext {
    /// The cache.
    pub cache: Arc<Cache>,
    /// The clock.
    pub now: Arc<dyn Fn() -> Time + Send + Sync>,
    /// What other sites' scripts may see.
    pub cross_origin: Arc<CrossOrigin>,
}

/// What is known of a request before the application sees it.
pub struct RequestContext {
    /// When it came.
    pub began: Instant,
    /// Where its answer may be kept, if it may.
    pub key: Option<Key>,
}

impl CacheContext {
    /// The answer, if the cache has it.
    fn answer(&self, req: &Request) -> Result<Response<BoxBody>, RequestContext> {
        let began = Instant::now();
        let head = req.head();
        let request = CacheRequest::by(head);
        match self.cache.look(&request, || (self.now)()) {
            Lookup::Hit(entry) => {
                let mut response = self.cache.response_for(&entry, &request).response();
                let sent = head.headers.get(&X_REQUEST_ID).map(HeaderValue::as_bytes);
                let id = RequestId::of(sent);
                let status = response.status().as_u16();
                log(&head.method, head.uri.path(), status, id.as_str(), began);
                let headers: &mut HeaderMap = response.headers_mut();
                self.cross_origin.mark(&head.headers, headers);
                headers.insert(X_REQUEST_ID.clone(), id.value());
                entry.series.hit(status, began.elapsed());
                Ok(response)
            }
            Lookup::Miss(key) => Err(RequestContext { began, key: Some(key) }),
            Lookup::Bypass => Err(RequestContext { began, key: None }),
        }
    }
}

/// Makes a [`CacheLayer`] for each worker.
pub struct CacheLayerFactory<F> {
    app: F,
    cache_context: CacheContext,
}

impl<F> CacheLayerFactory<F> {
    /// Puts the cache before an application.
    pub fn new(app: F, cache_context: CacheContext) -> Self {
        Self { app, cache_context }
    }
}

impl<F, B> ServiceFactory<Request> for CacheLayerFactory<F>
where
    F: ServiceFactory<
            Request,
            Config = AppConfig,
            Response = ServiceResponse<B>,
            Error = Error,
            Future: 'static,
        >,
    B: MessageBody + 'static,
{
    type Response = Response<BoxBody>;
    type Error = Error;
    type Config = AppConfig;
    type Service = CacheLayer<F::Service>;
    type InitError = F::InitError;
    type Future = LocalBoxFuture<'static, Result<Self::Service, Self::InitError>>;

    fn new_service(&self, config: AppConfig) -> Self::Future {
        let (app, cache_context) = (self.app.new_service(config), self.cache_context.clone());
        Box::pin(async move { Ok(CacheLayer { app: app.await?, cache_context }) })
    }
}

/// The cache, and the application behind it.
pub struct CacheLayer<S> {
    app: S,
    cache_context: CacheContext,
}

type Boxed<B> = fn(ServiceResponse<B>) -> Response<BoxBody>;

impl<S, B> Service<Request> for CacheLayer<S>
where
    S: Service<Request, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody + 'static,
{
    type Response = Response<BoxBody>;
    type Error = Error;
    type Future = Either<Ready<Result<Response<BoxBody>, Error>>, MapOk<S::Future, Boxed<B>>>;

    fn poll_ready(&self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.app.poll_ready(context)
    }

    fn call(&self, req: Request) -> Self::Future {
        match self.cache_context.answer(&req) {
            Ok(response) => Either::Left(ready(Ok(response))),
            Err(request_context) => {
                req.extensions_mut().insert(request_context);
                let boxed: Boxed<B> = |response| Response::from(response).map_into_boxed_body();
                Either::Right(self.app.call(req).map_ok(boxed))
            }
        }
    }
}
