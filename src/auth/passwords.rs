//! Passwords: hashed with argon2id, off the event loop, with a bounded queue. Called by
//! `service::sessions` and the services that set a password; calls the argon2 crate in blocking
//! tasks.
//!
//! One hash takes some 20 ms of a core and 19 MiB. Without a bound, a flood of logins would take
//! all of both; so few run at once, a limited number wait, and the rest are told to come back.

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version, password_hash};
use tokio::sync::Semaphore;

use super::entropy::{self, EntropyError};
use super::strength::MAX_BYTES;

pub use super::strength::{WeakPassword, check_strength};

/// How many may wait for their turn: about a second on one core.
pub const MAX_WAITING: usize = 64;

/// The most a stored hash may ask for, as one imported from elsewhere might: memory in KiB …
const MAX_STORED_MEMORY: u32 = 128 * 1024;
/// … and passes over it.
const MAX_STORED_PASSES: u32 = 10;

/// What one hash costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Memory in KiB, at least 8 for each lane.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl Cost {
    /// 19 MiB, 2 passes, 1 lane: OWASP's Password Storage Cheat Sheet, first choice but one, and
    /// kinder to memory than that.
    pub const STANDARD: Self = Self { memory_kib: 19 * 1024, passes: 2, lanes: 1 };
}

/// Hashes and verifies passwords; clones share the same limits.
#[derive(Clone)]
pub struct Passwords {
    params: Params,
    /// What an unknown account's password is compared with, to take as long as a known one's.
    dummy: Arc<str>,
    /// Who may compute.
    running: Arc<Semaphore>,
    /// Who may compute or wait to.
    admitted: Arc<Semaphore>,
}

/// Why a password was neither hashed nor compared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Too many are waiting: try again in a moment.
    #[error("too many passwords are being checked")]
    Busy,
    /// Longer than [`MAX_BYTES`]; `check_strength` says so first.
    #[error("the password is too long")]
    TooLong,
    /// The stored hash is not an argon2id PHC string of sane cost. A defect of our data.
    #[error("the stored password hash is not usable: {0}")]
    Corrupt(&'static str),
    /// The [`Cost`] is outside of what argon2 allows.
    #[error("this cost is not possible: {0}")]
    Cost(String),
    /// No randomness for a salt.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
    /// The computation failed: no memory, or the runtime is shutting down.
    #[error("the password could not be hashed: {0}")]
    Failed(String),
}

impl Passwords {
    /// At most `permits` hashes at once (never below 1), at [`Cost::STANDARD`].
    ///
    /// Computes one hash on the spot: call it at start.
    ///
    /// # Errors
    /// [`PasswordError`] if that first hash cannot be made.
    pub fn new(permits: usize) -> Result<Self, PasswordError> {
        Self::with_cost(permits, Cost::STANDARD)
    }

    /// The same at another cost; tests use a low one.
    ///
    /// # Errors
    /// [`PasswordError::Cost`] if argon2 does not know such a cost; else as [`Passwords::new`].
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

    /// The PHC string to store for a password.
    ///
    /// # Errors
    /// [`PasswordError::Busy`] or another of its kind.
    pub async fn hash(&self, password: String) -> Result<String, PasswordError> {
        if password.len() > MAX_BYTES {
            return Err(PasswordError::TooLong);
        }
        let params = self.params.clone();
        self.run(move || hash(&params, password.as_bytes())).await
    }

    /// Whether this is the password of which `stored` is the hash. `None` means that there is no
    /// such account: the answer is no, and takes as long.
    ///
    /// # Errors
    /// [`PasswordError::Busy`], [`PasswordError::Corrupt`] or another of its kind.
    pub async fn verify(
        &self,
        password: String,
        stored: Option<String>,
    ) -> Result<bool, PasswordError> {
        // None such can be anybody's, so being quick about it betrays nobody.
        if password.len() > MAX_BYTES {
            return Ok(false);
        }
        let dummy = Arc::clone(&self.dummy);
        self.run(move || {
            let matches = compare(password.as_bytes(), stored.as_deref().unwrap_or(&dummy))?;
            Ok(matches && stored.is_some())
        })
        .await
    }

    /// Runs the work in a blocking task when its turn comes.
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
            // Moved in here, so that a client who hangs up does not free a core that is still busy.
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
    // The library takes these for a wrong password, which would lock the account out unnoticed.
    if hash.salt.is_none() || hash.hash.is_none() {
        return Err(PasswordError::Corrupt("no salt or no hash"));
    }
    let params = Params::try_from(&hash).map_err(|_| PasswordError::Corrupt("odd parameters"))?;
    if params.m_cost() > MAX_STORED_MEMORY || params.t_cost() > MAX_STORED_PASSES {
        return Err(PasswordError::Corrupt("excessive cost"));
    }
    // The hash's own parameters are used, not ours: old hashes stay good when the cost is raised.
    match Argon2::from(params).verify_password(password, &hash) {
        Ok(()) => Ok(true),
        Err(password_hash::Error::PasswordInvalid) => Ok(false),
        Err(error) => Err(PasswordError::Failed(error.to_string())),
    }
}

#[cfg(test)]
mod tests;
