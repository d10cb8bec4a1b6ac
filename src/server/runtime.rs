//! The runtime of the command line and of background threads.

use std::future::Future;

/// Runs a future to its end on a new runtime.
///
/// # Panics
/// If the future panics.
pub fn block_on<F: Future>(future: F) -> F::Output {
    actix_web::rt::System::new().block_on(future)
}
