//! Answers with a problem in place of a handler, and closes the connection.

use actix_service::Service;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::ServiceResponse;
use actix_web::{Error, ResponseError};
use bytes::Bytes;
use tokio::time::Instant;
use tracing::Span;

use super::{After, Connection};
use crate::http::connection::access::{self, Answered};
use crate::http::connection::answer::{OwnValues, write_response};
use crate::http::middleware::{add_common_headers, problem};
use crate::http::problem::ApiError;
use crate::http::request_id::RequestId;

/// A request that is answered by a problem.
pub(super) struct Refused<'a> {
    pub id: &'a str,
    pub span: &'a Span,
    /// The method; `-` if the head could not be read.
    pub method: &'a str,
    pub began: Instant,
}

use actix_http::Request;

impl<A> Connection<A>
where
    A: Service<Request, Response = ServiceResponse<BoxBody>, Error = Error>,
{
    /// Answers a message whose head can't be used, and closes.
    pub(super) async fn refuse(&mut self, error: ApiError, is_head: bool) -> After {
        let id = RequestId::of(None);
        let span = access::span(id.as_str(), "-");
        let refused = Refused { id: id.as_str(), span: &span, method: "-", began: Instant::now() };
        self.fail(error, &refused, is_head).await
    }

    /// Answers a request with a problem, and closes.
    pub(super) async fn fail(
        &mut self,
        error: ApiError,
        refused: &Refused<'_>,
        is_head: bool,
    ) -> After {
        let Refused { id, span, method, began } = *refused;
        let own =
            OwnValues { id, origin: None, outcome: None, keep_alive: false, is_http_10: false };
        let mut response = problem(error.error_response(), None, id);
        add_common_headers(response.headers_mut(), "");
        let (response, body) = response.into_parts();
        let body = body.try_into_bytes().unwrap_or_default();
        write_response(&self.context, &response, body.len(), &own, &mut self.head);
        let status = response.status().as_u16();
        self.context.metrics.end(method, "unknown", status, began.elapsed());
        let began = began.into_std();
        access::log(span, &Answered { method, path: "", route: "unknown", status, began });
        self.send(if is_head { Bytes::new() } else { body }, None, false).await
    }
}
