//! Which requests a standby may answer. `middleware.rs` gives these a [`State`] whose reads go there;
//! the handlers are the same, and know nothing of it.

use std::rc::Rc;

use actix_web::dev::{Extensions, RequestHead};
use actix_web::http::Method;
use actix_web::http::header::AUTHORIZATION;
use actix_web::web::Data;

use super::state::State;

/// What readers read of published articles: whatever changes it is told of by
/// [`CacheTag`](crate::domain::touched::Touched), and by that a standby is known to be level.
const READ: [&str; 3] = ["/api/v1/articles", "/api/v1/tags", "/api/v1/search"];

/// A worker's state for readers, in the form in which a request can be given it.
#[derive(Clone)]
pub struct Readers(Rc<Extensions>);

impl Readers {
    /// Of a state whose database is a standby.
    #[must_use]
    pub fn new(state: State) -> Self {
        let mut extensions = Extensions::new();
        extensions.insert(Data::new(state));
        Self(Rc::new(extensions))
    }

    /// What a request is given.
    #[must_use]
    pub fn container(&self) -> Rc<Extensions> {
        self.0.clone()
    }

    /// How many reads the standby has answered.
    #[must_use]
    pub fn answered(&self) -> u64 {
        let state = self.0.get::<Data<State>>();
        state.map_or(0, |state| state.app.db.usage().standby_reads)
    }
}

/// Whether a standby may answer. Who signs in, or looks at a preview, reads what they have just
/// written, and drafts touch nothing.
#[must_use]
pub fn may_answer(head: &RequestHead) -> bool {
    let reads = head.method == Method::GET || head.method == Method::HEAD;
    let path = head.uri.path();
    reads
        && !head.headers.contains_key(AUTHORIZATION)
        && READ.iter().any(|prefix| path.starts_with(prefix))
        && !head.uri.query().is_some_and(|query| query.contains("preview"))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn may(request: TestRequest) -> bool {
        may_answer(request.to_srv_request().request().head())
    }

    #[test]
    fn readers_only_and_only_what_is_published() {
        for path in ["/api/v1/articles/7", "/api/v1/tags?q=x", "/api/v1/search?q=x"] {
            assert!(may(TestRequest::get().uri(path)), "{path}");
            let signed_in = TestRequest::get().uri(path).insert_header((AUTHORIZATION, "x"));
            assert!(!may(signed_in), "{path}");
            assert!(!may(TestRequest::post().uri(path)), "{path}");
        }
        for path in ["/api/v1/articles/7?preview=x", "/api/v1/mentions/7", "/health/ready"] {
            assert!(!may(TestRequest::get().uri(path)), "{path}");
        }
    }
}
