//! The one door to randomness: called by the rest of `auth`, calls the operating system.
//!
//! Whatever is made of random bytes also has a constructor that takes them, so that a test can fix
//! its value without replacing this.

/// The operating system refused to give random bytes.
///
/// Practically only seen in a sandbox that forbids the call; nothing secret can be made then, so
/// it is an error rather than a weaker source.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the operating system gave no random bytes: {0}")]
pub struct EntropyError(String);

/// `N` bytes from the operating system's generator.
///
/// # Errors
/// [`EntropyError`] if the system refuses.
pub fn bytes<const N: usize>() -> Result<[u8; N], EntropyError> {
    let mut out = [0; N];
    getrandom::fill(&mut out).map_err(|error| EntropyError(error.to_string()))?;
    Ok(out)
}
