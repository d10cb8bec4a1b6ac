//! The parts of the process that all workers and background threads share.

use std::rc::Rc;
use std::sync::Arc;

use actix_web::dev::Extensions;
use actix_web::http::header::HeaderValue;
use actix_web::web::Data;

use crate::auth::keys::KeyRing;
use crate::config::Config;
use crate::http::cache::Cache;
use crate::http::client_address::TrustedProxies;
use crate::http::connection::{ConnectionContext, Unsent};
use crate::http::contract::Contract;
use crate::http::cross_origin::CrossOrigin;
use crate::http::metrics::Metrics;
use crate::http::metrics_page::MetricsPage;
use crate::http::state::State;
use crate::service::{App, Shared};
use crate::store::{Storage, StoreError};

/// The shared parts of the process.
#[derive(Clone)]
pub(super) struct AppContext {
    pub storage: Storage,
    pub shared: Arc<Shared>,
    pub ring: Arc<KeyRing>,
    pub contract: Arc<Contract>,
    pub metrics: Arc<Metrics>,
    pub unsent: Arc<Unsent>,
    pub trusted_proxies: Arc<TrustedProxies>,
    pub cache: Arc<Cache>,
    pub cross_origin: Arc<CrossOrigin>,
    pub cdn: Option<HeaderValue>,
}

impl AppContext {
    pub(super) fn connection_context(&self) -> ConnectionContext {
        let clock = self.shared.clock.clone();
        ConnectionContext {
            cache: self.cache.clone(),
            now: Arc::new(move || clock.now()),
            cross_origin: self.cross_origin.clone(),
            metrics: self.metrics.clone(),
            unsent: self.unsent.clone(),
        }
    }

    /// Makes the page of metrics of a worker.
    pub(super) fn metrics_page(&self) -> MetricsPage {
        let storage = self.storage.clone();
        MetricsPage {
            metrics: self.metrics.clone(),
            cache: self.cache.clone(),
            database_usage: Rc::new(move || storage.usage()),
        }
    }

    /// Makes the state of a worker.
    pub(super) fn state(&self, config: &Config) -> Result<State, StoreError> {
        let with = |db, replica| State {
            app: App { db, shared: self.shared.clone() },
            public_url: config.public_url.clone(),
            max_body_bytes: config.max_body_bytes,
            trusted_proxies: self.trusted_proxies.clone(),
            metrics: self.metrics.clone(),
            metrics_page: config.metrics_bind.is_none().then(|| self.metrics_page()),
            cache: self.cache.clone(),
            cdn: self.cdn.clone(),
            replica,
        };
        let db = self.storage.handle()?;
        let replica = self.storage.replica_handle(&db)?.map(|db| {
            let mut extensions = Extensions::new();
            extensions.insert(Data::new(with(db, None)));
            Rc::new(extensions)
        });
        Ok(with(db, replica))
    }
}
