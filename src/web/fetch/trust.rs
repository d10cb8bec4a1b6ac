//! The trusted certificate authorities.

use std::sync::{Arc, OnceLock};

use rustls::crypto::aws_lc_rs;
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore};

use super::error::FetchError;

/// The certificate authorities that the client trusts.
#[derive(Debug, Clone, Default)]
pub enum Trust {
    /// The operating system's.
    #[default]
    System,
    /// Only these. For tests.
    Only(Vec<CertificateDer<'static>>),
}

impl Trust {
    /// Returns the TLS configuration. Loads the system's authorities on first use, since that is
    /// slow.
    ///
    /// # Errors
    /// [`FetchError::Tls`].
    pub(super) fn config(&self) -> Result<Arc<ClientConfig>, FetchError> {
        static SYSTEM: OnceLock<Result<Arc<ClientConfig>, String>> = OnceLock::new();
        match self {
            Self::System => SYSTEM.get_or_init(|| config(system_roots())).clone(),
            Self::Only(authorities) => {
                let mut roots = RootCertStore::empty();
                roots.add_parsable_certificates(authorities.iter().cloned());
                config(roots)
            }
        }
        .map_err(FetchError::Tls)
    }
}

fn system_roots() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    let loaded = rustls_native_certs::load_native_certs();
    for error in &loaded.errors {
        tracing::warn!(%error, "a certificate of the system could not be read");
    }
    roots.add_parsable_certificates(loaded.certs);
    roots
}

fn config(roots: RootCertStore) -> Result<Arc<ClientConfig>, String> {
    ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map(|builder| Arc::new(builder.with_root_certificates(roots).with_no_client_auth()))
        .map_err(|error| error.to_string())
}
