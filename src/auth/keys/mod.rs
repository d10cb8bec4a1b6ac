//! The keys that sign our tokens: a folder of Ed25519 keys shared by every instance.
//!
//! Called by `tokens` (to sign and to verify), by the handler of `/.well-known/jwks.json`, by the
//! periodic task that reloads the folder and by `maqal keys rotate`. Calls `folder` (the files),
//! `key` (one of them), `schedule` (which signs, which may go) and `jwks` (what is published).
//!
//! The life of a key, with `+` being [`PUBLISH_BEFORE_SIGNING`]:
//!
//! ```text
//! rotated in ──── published, verifies ────────────────────────────────────────── removed
//!            ··· + ··· signs ··· successor rotated in ··· + ··· retired ··· keep_for ···
//! ```
//!
//! A new key waits before it signs, so that every instance has reloaded the folder, and every
//! outside verifier has fetched the JWKS, before the first token that needs it.
//!
//! These functions read and write files: call them at start, or from a blocking task.

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

/// The keys in use, shared as `Arc<KeyRing>`; reading it costs one uncontended read lock.
pub struct KeyRing {
    /// `None` for a ring that lives in memory only.
    dir: Option<PathBuf>,
    contents: RwLock<Arc<Contents>>,
    /// Held while the folder is read, so that a slow reload cannot overwrite a later one's result.
    reloading: Mutex<()>,
}

/// What [`KeyRing::rotate`] did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotated {
    /// The id of the new key, or `None` if the newest key has yet to sign: then the rotation is
    /// already under way, probably begun by another instance.
    pub added: Option<String>,
    /// Ids of the keys removed because they retired long enough ago.
    pub removed: Vec<String>,
}

impl KeyRing {
    /// Opens the folder; makes it (mode 0700) and a first key (0600) if there is none.
    ///
    /// Safe when several instances start at once on an empty folder: one makes the key, all end
    /// with it. A folder that already holds a key is only read, so it may be mounted read-only.
    /// Things an operator should know but that do not stop us are in [`KeyRing::warnings`].
    ///
    /// # Errors
    /// [`KeyError`], naming the file: it cannot be read, is no key, or has no proper name.
    pub fn open(dir: &Path, now: DateTime<Utc>) -> Result<Self, KeyError> {
        folder::ensure(dir)?;
        let mut contents = folder::read(dir)?;
        if contents.keys.is_empty() {
            let lock = folder::lock(dir)?;
            // Whoever held the lock before us may have made the key meanwhile.
            contents = folder::read(dir)?;
            if contents.keys.is_empty() {
                lock.add_key(now)?;
                contents = folder::read(dir)?;
            }
        }
        Ok(Self::new(Some(dir.to_owned()), contents))
    }

    /// A ring with one fresh key that is written nowhere. For tests and trials: its tokens die
    /// with the process.
    ///
    /// # Errors
    /// [`KeyError::Generate`] if no key can be made.
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

    /// Reads the folder again, to learn of keys that others added or removed.
    ///
    /// Call it a few times per [`PUBLISH_BEFORE_SIGNING`], and when a token names an unknown key
    /// ([`Rejected::unknown_key`](super::tokens::Rejected::unknown_key)). That second case is in a
    /// stranger's hands, so the caller must limit how often it happens.
    ///
    /// # Errors
    /// [`KeyError`] as for [`KeyRing::open`], or [`KeyError::Empty`]; the keys in use then stay.
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

    /// Adds a key that will sign after [`PUBLISH_BEFORE_SIGNING`], and removes those that retired
    /// more than `keep_for` ago. Running rings learn of both at their next [`KeyRing::reload`].
    ///
    /// Against a stolen key this is not enough: delete its file, which ends every token it signed.
    ///
    /// # Errors
    /// [`KeyError::KeepTooShort`] if `keep_for` is below [`MIN_KEEP`]: tokens signed by a removed
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
        // The new key does not sign yet, so it retires nothing: looking at `before` is enough.
        let removed = schedule::removable(&before, now, keep_for);
        for kid in &removed {
            lock.remove_key(kid)?;
        }
        Ok(Rotated { added, removed })
    }

    /// The public half of every key, newest first, as served at `/.well-known/jwks.json`.
    #[must_use]
    pub fn jwks(&self) -> Jwks {
        Jwks { keys: self.contents().keys.values().rev().map(|key| key.to_jwk()).collect() }
    }

    /// What the last reading of the folder found odd: to be logged after `open` and `reload`.
    #[must_use]
    pub fn warnings(&self) -> Vec<Warning> {
        self.contents().warnings.clone()
    }

    /// The key that signs at `now`; `None` only if the ring is empty, which `open` rules out.
    #[must_use]
    pub fn signing_key(&self, now: DateTime<Utc>) -> Option<Arc<Key>> {
        schedule::signer(&self.contents().keys, now).cloned()
    }

    /// The key of that id, if we have it. The id is a stranger's text: it is compared with the
    /// ids we know and never becomes a path.
    #[must_use]
    pub fn key(&self, kid: &str) -> Option<Arc<Key>> {
        self.contents().keys.get(kid).cloned()
    }

    fn contents(&self) -> Arc<Contents> {
        // A poisoned lock still holds a whole `Arc`: the swap is one assignment.
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
