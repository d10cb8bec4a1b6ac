//! What all workers and the background threads have in common, and each worker's state is made of.

use std::sync::Arc;

use actix_web::http::header::HeaderValue;
use ipnet::IpNet;

use crate::auth::keys::KeyRing;
use crate::http::cache::Cache;
use crate::http::cache_layer::CacheContext;
use crate::http::contract::Contract;
use crate::http::cross_origin::CrossOrigin;
use crate::http::metrics::Metrics;
use crate::http::standby::Readers;
use crate::http::state::State;
use crate::service::{App, Shared};
use crate::store::{Storage, StoreError};

/// What each worker's state is made of.
#[derive(Clone)]
pub(super) struct AppContext {
    pub storage: Storage,
    pub shared: Arc<Shared>,
    pub ring: Arc<KeyRing>,
    pub contract: Arc<Contract>,
    pub metrics: Arc<Metrics>,
    pub trusted_proxies: Arc<[IpNet]>,
    pub cache: Arc<Cache>,
    pub cross_origin: Arc<CrossOrigin>,
    pub cdn: Option<HeaderValue>,
}

impl AppContext {
    pub(super) fn cache_context(&self) -> CacheContext {
        let clock = self.shared.clock.clone();
        CacheContext {
            cache: self.cache.clone(),
            now: Arc::new(move || clock.now()),
            cross_origin: self.cross_origin.clone(),
        }
    }

    pub(super) fn state(
        &self,
        public_url: &url::Url,
        max_body_bytes: usize,
    ) -> Result<State, StoreError> {
        let with = |db, readers| State {
            app: App { db, shared: self.shared.clone() },
            public_url: public_url.clone(),
            max_body_bytes,
            trusted_proxies: self.trusted_proxies.clone(),
            metrics: self.metrics.clone(),
            cache: self.cache.clone(),
            cdn: self.cdn.clone(),
            cross_origin: self.cross_origin.clone(),
            readers,
        };
        let db = self.storage.handle()?;
        let reading = self.storage.replica_handle(&db)?;
        Ok(with(db, reading.map(|db| Readers::new(with(db, None)))))
    }
}
