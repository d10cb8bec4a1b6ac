//! Threads of the database connections.

use super::error::StoreError;

/// Starts a thread.
///
/// # Errors
/// [`StoreError::Unavailable`] when it can't be started.
pub fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<(), StoreError> {
    std::thread::Builder::new().name(name.into()).spawn(work).map(drop).map_err(|error| {
        StoreError::Unavailable(format!("thread {name} can't be started: {error}"))
    })
}

/// Starts a thread that runs a future.
///
/// # Errors
/// As [`spawn`].
pub fn spawn_async<F>(
    name: &str,
    work: impl FnOnce() -> F + Send + 'static,
) -> Result<(), StoreError>
where
    F: Future<Output = ()>,
{
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| StoreError::Unavailable(error.to_string()))?;
    spawn(name, move || runtime.block_on(work()))
}
