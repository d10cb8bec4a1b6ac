//! Runs the work on large bodies in the background, so that readers don't wait for it. The threads are
//! few, which also bounds the number of large bodies in work.

use actix_web::{HttpRequest, web};

use crate::http::problem::ApiError;
use crate::http::state::State;
use crate::service::Error;

/// The length of a large body, in bytes. A smaller one takes less than a millisecond.
const LARGE: usize = 32 << 10;

/// Runs the work on a body of this length.
///
/// # Errors
/// Those of the work; `internal` if it panics.
pub(super) async fn run<T: Send + 'static>(
    req: &HttpRequest,
    length: usize,
    work: impl FnOnce() -> Result<T, ApiError> + Send + 'static,
) -> Result<T, ApiError> {
    let state = req.app_data::<web::Data<State>>().filter(|_| length > LARGE);
    let Some(state) = state else { return work() };
    let done = state.app.shared.background.run(work).await;
    done.map_err(|error| Error::Internal(format!("a large body: {error}")))?
}
