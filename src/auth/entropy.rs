//! Random bytes from the operating system.
//!
//! Types made of random bytes also have a constructor that takes the bytes, so tests can fix their
//! value.

/// The operating system returned no random bytes.
///
/// This happens in a sandbox that forbids the system call. There is no fallback to a weaker source.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the operating system gave no random bytes: {0}")]
pub struct EntropyError(String);

/// Returns `N` bytes from the operating system's random number generator.
///
/// # Errors
/// [`EntropyError`] if the system refuses.
pub fn bytes<const N: usize>() -> Result<[u8; N], EntropyError> {
    let mut out = [0; N];
    getrandom::fill(&mut out).map_err(|error| EntropyError(error.to_string()))?;
    Ok(out)
}
