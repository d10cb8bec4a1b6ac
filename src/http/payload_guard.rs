//! Chunked bodies that an answer comes before. actix reads on and discards such a body until it
//! ends, however long that takes; only one that is still held when the answer is sent makes it
//! close the connection. So `middleware.rs` holds it, and lends it to `extract/body.rs`.

use std::cell::RefCell;
use std::rc::Rc;

use actix_web::body::BoxBody;
use actix_web::dev::{Payload, ServiceRequest};
use actix_web::http::header::TRANSFER_ENCODING;
use actix_web::{HttpMessage, HttpRequest, HttpResponse};

use super::guarded_body::GuardedBody;

/// A body, held until its answer is on the way.
#[derive(Clone)]
pub struct PayloadGuard(Rc<RefCell<Payload>>);

impl PayloadGuard {
    /// Takes hold of a request's body, if it is a chunked one.
    pub fn hold(req: &mut ServiceRequest) -> Option<Self> {
        if !req.headers().contains_key(TRANSFER_ENCODING) {
            return None;
        }
        let payload_guard = Self(Rc::new(RefCell::new(req.take_payload())));
        req.extensions_mut().insert(payload_guard.clone());
        Some(payload_guard)
    }

    /// The body that is held for a request.
    #[must_use]
    pub fn of(req: &HttpRequest) -> Option<Self> {
        req.extensions().get::<Self>().cloned()
    }

    /// Lends the body out.
    #[must_use]
    pub fn lend(&self) -> Payload {
        self.0.replace(Payload::None)
    }

    /// Takes it back, read or not.
    pub fn take_back(&self, payload: Payload) {
        self.0.replace(payload);
    }

    /// Goes with the answer until it is sent.
    #[must_use]
    pub fn go_with(self, response: HttpResponse) -> HttpResponse {
        response.map_body(|_, answer| BoxBody::new(GuardedBody { body: answer, held: self }))
    }
}
