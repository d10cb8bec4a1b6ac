//! The signing keys: a folder of Ed25519 keys that all instances share.
//!
//! The life of a key; `+` stands for [`PUBLISH_BEFORE_SIGNING`]:
//!
//! ```text
//! created ──── published, verifies ───────────────────────────────────────────── removed
//!         ··· + ··· signs ··· successor created ··· + ··· retired ··· keep_for ···
//! ```
//!
//! A new key waits before it signs, so that every instance has reloaded the folder and every
//! verifier has fetched the JWKS. These functions do blocking I/O: call them at start or in a
//! blocking task.

mod error;
mod folder;
mod jwks;
mod key;
mod schedule;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use chrono::{DateTime, Utc};

pub use error::{KeyError, Warning};
pub use jwks::{Jwk, Jwks};
pub use key::{Key, MAX_KID};
pub use schedule::{MIN_KEEP, PUBLISH_BEFORE_SIGNING};

use folder::Contents;

/// The keys in use, shared as `Arc<KeyRing>`. A read takes one uncontended read lock.
pub struct KeyRing {
    /// `None` for a ring in memory.
    dir: Option<PathBuf>,
    contents: RwLock<Arc<Contents>>,
    /// Held during a reload, so that a slow one cannot overwrite a later one's result.
    reloading: Mutex<()>,
}

/// The result of [`KeyRing::rotate`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotated {
    /// The new key's id. `None` if the newest key does not sign yet: a rotation is already under
    /// way, probably begun by another instance.
    pub added: Option<String>,
    /// The ids of removed keys, which had retired more than `keep_for` ago.
    pub removed: Vec<String>,
}

impl KeyRing {
    /// Opens the folder. Creates it (mode 0700) and a first key (mode 0600) if it holds none.
    ///
    /// Several instances may start at once on an empty folder: one creates the key, and all use it.
    /// A folder that already holds a key is only read, so it may be mounted read-only.
    /// Log [`KeyRing::warnings`] afterwards.
    ///
    /// # Errors
    /// [`KeyError`] with the path of a file that is unreadable, no key, or wrongly named.
    pub fn open(dir: &Path, now: DateTime<Utc>) -> Result<Self, KeyError> {
        folder::ensure(dir)?;
        let mut contents = folder::read(dir)?;
        if contents.keys.is_empty() {
            let lock = folder::lock(dir)?;
            // The lock's previous holder may have created the key.
            contents = folder::read(dir)?;
            if contents.keys.is_empty() {
                lock.add_key(now)?;
                contents = folder::read(dir)?;
            }
        }
        Ok(Self::new(Some(dir.to_owned()), contents))
    }

    /// Makes a ring with one new key in memory, for tests and trials. Its tokens end with the
    /// process.
    ///
    /// # Errors
    /// [`KeyError::Generate`] if no key can be generated.
    pub fn in_memory(now: DateTime<Utc>) -> Result<Self, KeyError> {
        let (kid, pem) = key::generate(now)?;
        let key = Key::from_pem(&kid, &pem)
            .map_err(|why| KeyError::NotAKey { path: PathBuf::from(&kid), why })?;
        let contents = Contents { keys: [(kid, Arc::new(key))].into(), warnings: Vec::new() };
        Ok(Self::new(None, contents))
    }

    fn new(dir: Option<PathBuf>, contents: Contents) -> Self {
        let contents = RwLock::new(Arc::new(contents));
        Self { dir, contents, reloading: Mutex::new(()) }
    }

    /// Reads the folder again, for keys that another process has added or removed.
    ///
    /// Call it a few times per [`PUBLISH_BEFORE_SIGNING`], and when a token names an unknown key
    /// ([`Rejected::unknown_key`](super::tokens::Rejected::unknown_key)). Clients can provoke the
    /// second case at will, so the caller must limit its rate.
    ///
    /// # Errors
    /// [`KeyError`] as for [`KeyRing::open`], or [`KeyError::Empty`]. The current keys then stay.
    pub fn reload(&self) -> Result<(), KeyError> {
        let Some(dir) = &self.dir else { return Ok(()) };
        let _serial = self.reloading.lock().unwrap_or_else(PoisonError::into_inner);
        let contents = folder::read(dir)?;
        if contents.keys.is_empty() {
            return Err(KeyError::Empty { dir: dir.clone() });
        }
        *self.contents.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(contents);
        Ok(())
    }

    /// Adds a key that will sign after [`PUBLISH_BEFORE_SIGNING`], and removes keys that retired
    /// more than `keep_for` ago. Running rings take up both at their next [`KeyRing::reload`].
    ///
    /// This is no remedy for a stolen key: delete its file, which invalidates all its tokens.
    ///
    /// # Errors
    /// [`KeyError::KeepTooShort`] if `keep_for` is below [`MIN_KEEP`], since tokens of a removed
    /// key would be refused before they expire. Otherwise as for [`KeyRing::open`].
    pub fn rotate(dir: &Path, now: DateTime<Utc>, keep_for: Duration) -> Result<Rotated, KeyError> {
        if keep_for < MIN_KEEP {
            return Err(KeyError::KeepTooShort { minimum: MIN_KEEP });
        }
        folder::ensure(dir)?;
        let lock = folder::lock(dir)?;
        let before = folder::read(dir)?.keys;
        let added = if schedule::is_pending(&before, now) {
            None
        } else {
            Some(lock.add_key(schedule::free_second(&before, now))?)
        };
        // The new key does not sign yet and retires no other, so `before` suffices.
        let removed = schedule::removable(&before, now, keep_for);
        for kid in &removed {
            lock.remove_key(kid)?;
        }
        Ok(Rotated { added, removed })
    }

    /// The public keys, newest first, as published at `/.well-known/jwks.json`.
    #[must_use]
    pub fn jwks(&self) -> Jwks {
        Jwks { keys: self.contents().keys.values().rev().map(|key| key.to_jwk()).collect() }
    }

    /// The warnings of the last read of the folder. Log them after `open` and `reload`.
    #[must_use]
    pub fn warnings(&self) -> Vec<Warning> {
        self.contents().warnings.clone()
    }

    /// The key that signs at `now`. `None` only for an empty ring, which `open` rules out.
    #[must_use]
    pub fn signing_key(&self, now: DateTime<Utc>) -> Option<Arc<Key>> {
        schedule::signer(&self.contents().keys, now).cloned()
    }

    /// Returns the key with this id, which comes from a client. It is compared with the known ids
    /// and never becomes a path.
    #[must_use]
    pub fn key(&self, kid: &str) -> Option<Arc<Key>> {
        self.contents().keys.get(kid).cloned()
    }

    fn contents(&self) -> Arc<Contents> {
        // A poisoned lock still holds a valid `Arc`, since the swap is one assignment.
        Arc::clone(&self.contents.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl std::fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let contents = self.contents();
        let kids: Vec<_> = contents.keys.keys().collect();
        f.debug_struct("KeyRing").field("dir", &self.dir).field("kids", &kids).finish()
    }
}
