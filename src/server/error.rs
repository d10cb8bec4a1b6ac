//! The errors of a server.

use std::io;

use crate::store::StoreError;

/// The reason why a server can't start or go on.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The database.
    #[error("the database: {0}")]
    Store(#[from] StoreError),
    /// The signing keys.
    #[error("the signing keys: {0}")]
    Keys(#[from] crate::auth::keys::KeyError),
    /// The password hasher.
    #[error("the password hasher: {0}")]
    Passwords(#[from] crate::auth::passwords::PasswordError),
    /// The machine's random numbers.
    #[error("random numbers: {0}")]
    Entropy(#[from] crate::auth::entropy::EntropyError),
    /// Preparing the first admin or the samples.
    #[error("preparing the database: {0}")]
    Service(#[source] crate::service::Error),
    /// The listener or the threads.
    #[error("{0}")]
    Io(#[from] io::Error),
}
