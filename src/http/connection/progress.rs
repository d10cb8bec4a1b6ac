//! How far actix is with the one request that a connection was lent to it for. The body of an
//! answer is dropped when all of it stands in actix's buffer; what is flushed after that is sent.

use std::cell::Cell;
use std::future::Future;
use std::rc::Rc;

use actix_http::body::BoxBody;
use actix_http::{Extensions, Request, Response};
use actix_service::Service;
use futures_util::FutureExt;

use super::handoff::Handoff;
use crate::http::guarded_body::GuardedBody;

/// How far a request is.
#[derive(Debug, Default)]
pub(super) struct Progress(Cell<Stage>);

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Stage {
    #[default]
    AtWork,
    CompletionGuard,
    Sent,
}

impl Progress {
    /// All that was written until now is sent.
    pub fn flushed(&self) {
        if self.0.get() == Stage::CompletionGuard {
            self.0.set(Stage::Sent);
        }
    }

    /// Whether the answer is sent.
    pub fn is_sent(&self) -> bool {
        self.0.get() == Stage::Sent
    }
}

/// Tells, when it is dropped, that an answer is written.
pub struct CompletionGuard(Rc<Progress>);

impl Drop for CompletionGuard {
    fn drop(&mut self) {
        self.0.0.set(Stage::CompletionGuard);
    }
}

/// The body of an answer, which tells when it is written, if that is of interest.
pub type TrackedBody = GuardedBody<Option<CompletionGuard>>;

/// Lets the requests of a loan tell.
pub fn follow(handoff: &Handoff, data: &mut Extensions) {
    if let Some(progress) = handoff.progress() {
        data.insert(progress.clone());
    }
}

/// Calls a service with a request, whose answer will tell of its progress, if the connection goes
/// on after it.
pub fn tell<S>(
    req: Request,
    service: &S,
) -> impl Future<Output = Result<Response<TrackedBody>, S::Error>> + use<S>
where
    S: Service<Request, Response = Response<BoxBody>, Error: Into<Response<BoxBody>>>,
{
    let progress = req.conn_data::<Rc<Progress>>().cloned();
    service.call(req).map(|answered| {
        let response = answered.unwrap_or_else(Into::into);
        let held = progress.filter(|_| response.head().keep_alive()).map(CompletionGuard);
        Ok(response.map_body(|_, body| GuardedBody { body, held }))
    })
}
