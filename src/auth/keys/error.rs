//! What can go wrong with the key folder, and what is merely odd about it. Made by `folder`, shown
//! to the operator by `cli` and the log.

use std::path::PathBuf;
use std::time::Duration;

use super::super::entropy::EntropyError;

/// Why the keys could not be read, made or removed. None of it is of a client's making.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The system refused something.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// What was tried, to fit "cannot … (the path)".
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// A `.pem` file holds something else than one unencrypted Ed25519 private key.
    #[error("{} is not a usable signing key: {why}", path.display())]
    NotAKey {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, never its content.
        why: &'static str,
    },
    /// A `.pem` file's name does not tell when the key was made.
    #[error("{} must be named like 20261123T101500Z-a1b2c3.pem (time of creation, UTC)", path.display())]
    Name {
        /// The file.
        path: PathBuf,
    },
    /// Every key has gone since the folder was opened.
    #[error("{} holds no signing key any more", dir.display())]
    Empty {
        /// The folder.
        dir: PathBuf,
    },
    /// A key could not be generated.
    #[error("cannot generate a signing key")]
    Generate,
    /// No randomness for the key's name.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
    /// Keys would be removed while tokens they signed still live.
    #[error("retired keys must be kept for at least {} seconds", minimum.as_secs())]
    KeepTooShort {
        /// The shortest acceptable time.
        minimum: Duration,
    },
}

/// Something an operator should look at; the keys work all the same.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Warning {
    /// Other accounts of the machine can read a private key, or change the folder of keys.
    #[error("{} is open to other accounts (mode {mode:03o}): chmod go= it", path.display())]
    Exposed {
        /// The file or folder.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// A file is not a key, going by its name, and was left alone.
    #[error("{} is ignored: keys are files ending in .pem", path.display())]
    Ignored {
        /// The file.
        path: PathBuf,
    },
}
