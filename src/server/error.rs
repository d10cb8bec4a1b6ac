//! The errors of a server.

use std::io;
use std::net::SocketAddr;

use crate::store::{DbConfig, StoreError};

/// The reason why a server can't start or go on.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The database that `DATABASE_URL` names, without its password.
    #[error("{url} (DATABASE_URL): {error}")]
    Database {
        /// The URL, without its password.
        url: String,
        /// The error.
        error: StoreError,
    },
    /// The database was never prepared, and the command needs its content.
    #[error(
        "{0} (DATABASE_URL) holds no site yet; the first start makes it, as do `maqal migrate up` \
         and `maqal user create`"
    )]
    NoSite(String),
    /// The address to listen on.
    #[error("cannot listen on {addr}: {error}; set another address by {setting}")]
    Bind {
        /// The address and port.
        addr: SocketAddr,
        /// The setting of the address.
        setting: &'static str,
        /// The error.
        error: io::Error,
    },
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

impl ServerError {
    /// Returns a function that adds the database's URL to an error.
    pub fn of_database(database: &DbConfig) -> impl Fn(StoreError) -> Self {
        let url = database.url.redacted();
        move |error| Self::Database { url: url.clone(), error }
    }
}
