//! Lets a handler answer a request, and sends its response.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use actix_http::{HttpMessage, Request};
use actix_service::Service;
use actix_web::body::{BoxBody, MessageBody, to_bytes};
use actix_web::dev::ServiceResponse;
use actix_web::http::Method;
use actix_web::http::header::ORIGIN;
use actix_web::{Error, HttpRequest};
use bytes::Bytes;
use tokio::time::Instant;
use tracing::{Instrument, Span};

use super::message::Message;
use super::refuse::Refused;
use super::{After, Connection};
use crate::http::cache::ServedEntry;
use crate::http::cache::request::CacheRequest;
use crate::http::connection::access::{self, Answered};
use crate::http::connection::answer::{OwnValues, write_entry, write_response};
use crate::http::connection::unsent::LARGE;
use crate::http::metrics::Outcome;
use crate::http::middleware::route;
use crate::http::problem::ApiError;
use crate::http::request_context::RequestContext;

/// The prefix of the API's paths. Their reads carry `X-Cache`.
const API: &str = "/api/";

/// The problem of a large response while too many wait to be sent.
fn too_many_unsent() -> ApiError {
    tracing::warn!(resource = "unsent responses", "too busy");
    ApiError::new("unavailable").retry_after(1)
}

impl<A> Connection<A>
where
    A: Service<Request, Response = ServiceResponse<BoxBody>, Error = Error>,
{
    /// Lets a handler answer, sends the response, and skips the rest of the request's body.
    pub(super) async fn handle(&mut self, message: Message) -> After {
        let Message { mut request, id, key, keep_alive, is_http_10, began } = message;
        let method = request.method().clone();
        let is_head = method == Method::HEAD;
        let span = access::span(&id, method.as_str());
        let refused = Refused { id: &id, span: &span, method: method.as_str(), began };
        let Ok(value) = id.parse() else {
            return self.fail(ApiError::new("internal"), &refused, is_head).await;
        };
        request.extensions_mut().insert(RequestContext { id: value, key });
        request.head_mut().peer_addr = self.peer;
        let in_flight = self.context.metrics.begin();
        let (http, mut response) = match self.call(request, &span).await {
            Some(Ok(response)) => response.into_parts(),
            Some(Err(error)) => {
                span.in_scope(|| tracing::error!(%error, "the application failed"));
                return self.fail(ApiError::new("internal"), &refused, is_head).await;
            }
            None => return After::Drop,
        };
        let served = response.extensions_mut().remove::<ServedEntry>();
        let outcome = served.as_ref().map_or(Outcome::Bypass, |served| served.outcome);
        let is_read = matches!(method, Method::GET | Method::HEAD) && http.path().starts_with(API);
        let outcome = Some(outcome).filter(|_| is_read && response.status().as_u16() < 400);
        let keep_alive = keep_alive && !self.is_stopping && self.incoming.borrow().can_drain();
        let origin = http.headers().get(ORIGIN).map(|origin| origin.as_bytes());
        let own = OwnValues { id: &id, origin, outcome, keep_alive, is_http_10 };
        let (status, body) = if let Some(ServedEntry { entry, .. }) = served {
            let request = CacheRequest::from_head(http.head());
            write_entry(&self.context, &entry, &request, &own, &mut self.head)
        } else {
            let (response, body) = response.into_parts();
            let body = match body.try_into_bytes() {
                Ok(body) => body,
                Err(body) => match to_bytes(body).await {
                    Ok(body) => body,
                    Err(error) => {
                        span.in_scope(|| tracing::error!(%error, "a response's body failed"));
                        return self.fail(ApiError::new("internal"), &refused, is_head).await;
                    }
                },
            };
            write_response(&self.context, &response, body.len(), &own, &mut self.head);
            (response.status().as_u16(), body)
        };
        let body = if is_head { Bytes::new() } else { body };
        let mut sending = None;
        if body.len() > LARGE {
            sending = self.context.unsent.admit(&body);
            if sending.is_none() {
                drop((http, body));
                return self.fail(too_many_unsent(), &refused, is_head).await;
            }
        }
        if let Some(outcome) = outcome {
            self.context.metrics.read(outcome);
        }
        self.finish(&span, method.as_str(), &http, status, began);
        drop((http, in_flight));
        let after = self.send(body, sending, keep_alive).await;
        self.drain(after).await
    }

    /// Calls the application; `None` if the connection is lost meanwhile.
    async fn call(&mut self, request: Request, span: &Span) -> Option<Result<A::Response, Error>> {
        let app = self.app.clone();
        let mut response = pin!(span.in_scope(|| app.call(request)).instrument(span.clone()));
        poll_fn(|cx| {
            self.poll_stopping(cx);
            if let Poll::Ready(response) = response.as_mut().poll(cx) {
                return Poll::Ready(Some(response));
            }
            self.incoming.borrow_mut().poll_lost(cx).map(|_| None)
        })
        .await
    }

    /// Counts and logs a handler's response.
    fn finish(&self, span: &Span, method: &str, http: &HttpRequest, status: u16, began: Instant) {
        let route = route(http);
        self.context.metrics.end(method, &route, status, began.elapsed());
        let (path, began) = (http.path(), began.into_std());
        access::log(span, &Answered { method, path, route: &route, status, began });
    }
}
