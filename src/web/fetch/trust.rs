//! Whose certificates are believed. Called by `connect.rs` for each connection over TLS.

use std::sync::{Arc, OnceLock};

use rustls::crypto::aws_lc_rs;
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore};

use super::error::FetchError;

/// Whose certificates are believed.
#[derive(Debug, Clone, Default)]
pub enum Trust {
    /// Those of the system's authorities.
    #[default]
    System,
    /// Those of these authorities, and nobody else's: for tests.
    Only(Vec<CertificateDer<'static>>),
}

impl Trust {
    /// How TLS is spoken. The system's authorities are read when they are first needed, since that
    /// takes a while.
    ///
    /// # Errors
    /// [`FetchError::Tls`].
    pub(super) fn config(&self) -> Result<Arc<ClientConfig>, FetchError> {
        static SYSTEM: OnceLock<Result<Arc<ClientConfig>, String>> = OnceLock::new();
        match self {
            Self::System => SYSTEM.get_or_init(|| config(system())).clone(),
            Self::Only(authorities) => {
                let mut roots = RootCertStore::empty();
                roots.add_parsable_certificates(authorities.iter().cloned());
                config(roots)
            }
        }
        .map_err(FetchError::Tls)
    }
}

fn system() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    for error in &found.errors {
        tracing::warn!(%error, "a certificate authority of the system can't be read");
    }
    roots.add_parsable_certificates(found.certs);
    roots
}

fn config(roots: RootCertStore) -> Result<Arc<ClientConfig>, String> {
    ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map(|builder| Arc::new(builder.with_root_certificates(roots).with_no_client_auth()))
        .map_err(|error| error.to_string())
}
