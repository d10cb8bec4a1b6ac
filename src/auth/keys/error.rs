//! Errors and warnings about the key folder.

use std::path::PathBuf;
use std::time::Duration;

use super::super::entropy::EntropyError;

/// An error in reading, generating or removing keys. No client can cause one.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// A file operation failed.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// The operation, as a verb phrase that follows "cannot".
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// A `.pem` file is not one unencrypted Ed25519 private key.
    #[error("{} is not a usable signing key: {why}", path.display())]
    NotAKey {
        /// The file.
        path: PathBuf,
        /// The reason, without any of the file's content.
        why: &'static str,
    },
    /// A `.pem` file's name does not hold the time of creation.
    #[error("{} must be named like 20261123T101500Z-a1b2c3.pem (time of creation, UTC)", path.display())]
    Name {
        /// The file.
        path: PathBuf,
    },
    /// The folder held keys when it was opened, and holds none now.
    #[error("{} holds no signing key any more", dir.display())]
    Empty {
        /// The folder.
        dir: PathBuf,
    },
    /// A key could not be generated.
    #[error("cannot generate a signing key")]
    Generate,
    /// No random bytes for the key's id.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
    /// Keys would be removed while tokens signed by them are still valid.
    #[error("retired keys must be kept for at least {} seconds", minimum.as_secs())]
    KeepTooShort {
        /// The shortest accepted time.
        minimum: Duration,
    },
}

/// An oddity that an operator should look at. The keys stay usable.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Warning {
    /// Other accounts of the machine can read a private key, or change the key folder.
    #[error("{} is open to other accounts (mode {mode:03o}): chmod go= it", path.display())]
    Exposed {
        /// The file or folder.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The file's name is not a key's, and the file is ignored.
    #[error("{} is ignored: keys are files ending in .pem", path.display())]
    Ignored {
        /// The file.
        path: PathBuf,
    },
}
