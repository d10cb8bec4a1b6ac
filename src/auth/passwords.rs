//! Password hashes (argon2id), computed off the event loop with a bounded queue. A password is in
//! Unicode normal form C, so that it is the same from every keyboard.
//!
//! One hash takes about 20 ms of a core and 19 MiB. The limits keep a burst of logins from
//! exhausting both: a few hashes run at once, [`MAX_WAITING`] wait, and further ones fail with
//! [`PasswordError::Busy`].

use std::borrow::Cow;
use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version, password_hash};
use icu_normalizer::ComposingNormalizerBorrowed;
use tokio::sync::Semaphore;

use super::entropy::{self, EntropyError};
use super::strength::MAX_BYTES;

pub use super::strength::{WeakPassword, check_strength};

/// Hashes that may wait for a permit: about one second of work on one core.
pub const MAX_WAITING: usize = 64;

/// Most memory of a stored hash, in KiB. An imported hash may ask for more.
const MAX_STORED_MEMORY: u32 = 128 * 1024;
/// Most passes over the memory of a stored hash.
const MAX_STORED_PASSES: u32 = 10;

/// The cost parameters of one argon2id hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Memory in KiB, at least 8 for each lane.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Degree of parallelism.
    pub lanes: u32,
}

impl Cost {
    /// 19 MiB, 2 passes, 1 lane: a recommended setting of OWASP's Password Storage Cheat Sheet.
    pub const STANDARD: Self = Self { memory_kib: 19 * 1024, passes: 2, lanes: 1 };
}

/// Hashes and verifies passwords. Clones share the same limits.
#[derive(Clone)]
pub struct Passwords {
    params: Params,
    /// Hash that stands in for an unknown account's, so that both take the same time.
    dummy: Arc<str>,
    /// One permit for each hash that may run.
    running: Arc<Semaphore>,
    /// One permit for each hash that may run or wait.
    admitted: Arc<Semaphore>,
}

/// An error that kept a password from being hashed or compared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// The queue is full; the client may retry after a moment.
    #[error("too many passwords are being checked")]
    Busy,
    /// Longer than [`MAX_BYTES`]. [`check_strength`] reports it first.
    #[error("the password is too long")]
    TooLong,
    /// The stored hash is no argon2id PHC string of acceptable cost.
    #[error("the stored password hash is not usable: {0}")]
    Corrupt(&'static str),
    /// argon2 refuses the [`Cost`].
    #[error("this cost is not possible: {0}")]
    Cost(String),
    /// No random bytes for a salt.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
    /// The computation failed: out of memory, or the runtime is shutting down.
    #[error("the password could not be hashed: {0}")]
    Failed(String),
}

impl Passwords {
    /// Allows at most `permits` concurrent hashes (at least 1), at [`Cost::STANDARD`].
    ///
    /// Computes one hash synchronously, so call it at start.
    ///
    /// # Errors
    /// [`PasswordError`] if that hash cannot be computed.
    pub fn new(permits: usize) -> Result<Self, PasswordError> {
        Self::with_cost(permits, Cost::STANDARD)
    }

    /// Like [`Passwords::new`], at another cost. Tests use a low one.
    ///
    /// # Errors
    /// [`PasswordError::Cost`] if argon2 refuses the cost; otherwise as for [`Passwords::new`].
    pub fn with_cost(permits: usize, cost: Cost) -> Result<Self, PasswordError> {
        let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, None)
            .map_err(|error| PasswordError::Cost(error.to_string()))?;
        let dummy = hash(&params, &entropy::bytes::<32>()?)?;
        let permits = permits.max(1);
        Ok(Self {
            params,
            dummy: dummy.into(),
            running: Arc::new(Semaphore::new(permits)),
            admitted: Arc::new(Semaphore::new(permits + MAX_WAITING)),
        })
    }

    /// Returns the PHC string to store for a password.
    ///
    /// # Errors
    /// [`PasswordError`], for example [`PasswordError::Busy`].
    pub async fn hash(&self, password: String) -> Result<String, PasswordError> {
        if password.len() > MAX_BYTES {
            return Err(PasswordError::TooLong);
        }
        let params = self.params.clone();
        self.run(move || hash(&params, normal(&password).as_bytes())).await
    }

    /// Returns true if `stored` is a hash of the password.
    ///
    /// `None` stands for an unknown account: the result is false, after the same time.
    ///
    /// # Errors
    /// [`PasswordError`], for example [`PasswordError::Busy`] or [`PasswordError::Corrupt`].
    pub async fn verify(
        &self,
        password: String,
        stored: Option<String>,
    ) -> Result<bool, PasswordError> {
        // No account has such a password, so a fast result reveals nothing.
        if password.len() > MAX_BYTES {
            return Ok(false);
        }
        let dummy = Arc::clone(&self.dummy);
        self.run(move || {
            let hash = stored.as_deref().unwrap_or(&dummy);
            let normal = normal(&password);
            // Old hashes are of the password as it was typed.
            let matches = compare(normal.as_bytes(), hash)?
                || (*normal != *password && compare(password.as_bytes(), hash)?);
            Ok(matches && stored.is_some())
        })
        .await
    }

    /// Runs the work in a blocking task once a permit is free.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, PasswordError> + Send + 'static,
    ) -> Result<T, PasswordError> {
        let admitted =
            Arc::clone(&self.admitted).try_acquire_owned().map_err(|_| PasswordError::Busy)?;
        let running = Arc::clone(&self.running)
            .acquire_owned()
            .await
            .map_err(|error| PasswordError::Failed(error.to_string()))?;
        tokio::task::spawn_blocking(move || {
            // The task owns the permits: a client's disconnect must not free a core in use.
            let _permits = (admitted, running);
            work()
        })
        .await
        .map_err(|error| PasswordError::Failed(error.to_string()))?
    }
}

impl std::fmt::Debug for Passwords {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Passwords").field("params", &self.params).finish_non_exhaustive()
    }
}

/// Returns a password in normal form C.
fn normal(password: &str) -> Cow<'_, str> {
    ComposingNormalizerBorrowed::new_nfc().normalize(password)
}

fn hash(params: &Params, password: &[u8]) -> Result<String, PasswordError> {
    let salt = entropy::bytes::<16>()?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
    match argon2.hash_password_with_salt(password, &salt) {
        Ok(hash) => Ok(hash.to_string()),
        Err(error) => Err(PasswordError::Failed(error.to_string())),
    }
}

fn compare(password: &[u8], stored: &str) -> Result<bool, PasswordError> {
    let hash = PasswordHash::new(stored).map_err(|_| PasswordError::Corrupt("no PHC string"))?;
    if hash.algorithm.as_str() != Algorithm::Argon2id.as_str() {
        return Err(PasswordError::Corrupt("not argon2id"));
    }
    // The library reports these as a wrong password, which would lock the account silently.
    if hash.salt.is_none() || hash.hash.is_none() {
        return Err(PasswordError::Corrupt("no salt or no hash"));
    }
    let params = Params::try_from(&hash).map_err(|_| PasswordError::Corrupt("odd parameters"))?;
    if params.m_cost() > MAX_STORED_MEMORY || params.t_cost() > MAX_STORED_PASSES {
        return Err(PasswordError::Corrupt("excessive cost"));
    }
    // Uses the hash's own parameters: old hashes stay valid when the standard cost rises.
    match Argon2::from(params).verify_password(password, &hash) {
        Ok(()) => Ok(true),
        Err(password_hash::Error::PasswordInvalid) => Ok(false),
        Err(error) => Err(PasswordError::Failed(error.to_string())),
    }
}

#[cfg(test)]
mod tests;
