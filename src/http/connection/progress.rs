//! How far actix is with the one request that a connection was lent to it for. The body of an
//! answer is dropped when all of it stands in actix's buffer; what is flushed after that is sent.

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use actix_http::body::{BodySize, BoxBody, MessageBody};
use actix_http::{Extensions, Request, Response};
use actix_service::Service;
use actix_web::web::Bytes;
use futures_util::FutureExt;

use super::loan::Loan;

/// How far a request is.
#[derive(Debug, Default)]
pub(super) struct Progress(Cell<Stage>);

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Stage {
    #[default]
    AtWork,
    Written,
    Sent,
}

impl Progress {
    /// All that was written until now is sent.
    pub fn flushed(&self) {
        if self.0.get() == Stage::Written {
            self.0.set(Stage::Sent);
        }
    }

    /// Whether the answer is sent.
    pub fn is_sent(&self) -> bool {
        self.0.get() == Stage::Sent
    }
}

/// The body of an answer, which tells when it is written.
pub struct Told {
    body: BoxBody,
    progress: Option<Rc<Progress>>,
}

impl MessageBody for Told {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.body).poll_next(cx)
    }
}

impl Drop for Told {
    fn drop(&mut self) {
        if let Some(progress) = &self.progress {
            progress.0.set(Stage::Written);
        }
    }
}

/// Lets the requests of a loan tell.
pub fn follow(loan: &Loan, data: &mut Extensions) {
    if let Some(progress) = loan.progress() {
        data.insert(progress.clone());
    }
}

/// Calls a service with a request, whose answer will tell of its progress, if the connection goes
/// on after it.
pub fn tell<S>(
    req: Request,
    service: &S,
) -> impl Future<Output = Result<Response<Told>, S::Error>> + use<S>
where
    S: Service<Request, Response = Response<BoxBody>, Error: Into<Response<BoxBody>>>,
{
    let progress = req.conn_data::<Rc<Progress>>().cloned();
    service.call(req).map(|answered| {
        let response = answered.unwrap_or_else(Into::into);
        let progress = progress.filter(|_| response.head().keep_alive());
        Ok(response.map_body(|_, body| Told { body, progress }))
    })
}
