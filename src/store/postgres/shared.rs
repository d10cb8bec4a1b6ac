//! The state that the workers of a process share on PostgreSQL.

use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use deadpool::managed::Pool;

use super::settings::Settings;
use super::standby::{self, ReplicaHandle, Standby};
use super::{ConnectionManager, DbHandle, watch};
use crate::store::changes::Changes;
use crate::store::connection::Usage;
use crate::store::error::StoreError;

/// The state that all workers of the process share.
pub struct Shared {
    settings: Arc<Settings>,
    /// The changes of all instances.
    pub changes: Arc<Changes>,
    standby: Option<Arc<Standby>>,
    /// The pools of all workers and their waiting transactions, for the metrics.
    pools: Mutex<Vec<(Pool<ConnectionManager>, Arc<AtomicU64>)>>,
}

impl Shared {
    /// Parses the URLs of the primary and its standby.
    ///
    /// # Errors
    /// [`StoreError::Query`] for an invalid URL. The settings have been checked for that before.
    pub fn new(url: &str, standby: Option<&str>, pool_size: usize) -> Result<Self, StoreError> {
        let parse = |url: &str| {
            let mut settings = Settings::parse(url).map_err(StoreError::Query)?;
            settings.pool_size = pool_size;
            Ok::<_, StoreError>(Arc::new(settings))
        };
        let changes = Arc::<Changes>::default();
        let standby = standby.map(parse).transpose()?;
        let standby = standby.map(|settings| Arc::new(Standby::new(settings, changes.clone())));
        Ok(Self { settings: parse(url)?, changes, standby, pools: Mutex::default() })
    }

    /// Opens a worker's handle.
    ///
    /// # Errors
    /// As [`DbHandle::open`].
    pub fn handle(&self) -> Result<DbHandle, StoreError> {
        let handle = DbHandle::open(self.settings.clone(), self.changes.clone())?;
        let pool = (handle.pool.clone(), handle.waiting_writers.clone());
        self.pools.lock().unwrap_or_else(PoisonError::into_inner).push(pool);
        Ok(handle)
    }

    /// Returns the use of all workers' pools.
    #[must_use]
    pub fn usage(&self) -> Usage {
        let replica_reads = self.standby.as_ref().map_or(0, |standby| standby.reads());
        let mut usage = Usage { replica_reads, ..Usage::default() };
        for (pool, waiting_writers) in
            self.pools.lock().unwrap_or_else(PoisonError::into_inner).iter()
        {
            let status = pool.status();
            usage.open += status.size as u64;
            usage.in_use += status.size.saturating_sub(status.available) as u64;
            usage.waiting += status.waiting as u64 + waiting_writers.load(Ordering::Relaxed);
        }
        usage
    }

    /// Opens a worker's handle for reads on the standby, if there is one.
    ///
    /// # Errors
    /// As [`DbHandle::open`].
    pub fn replica_handle(
        &self,
        primary: &Rc<DbHandle>,
    ) -> Result<Option<ReplicaHandle>, StoreError> {
        let standby = self.standby.as_ref();
        standby.map(|standby| ReplicaHandle::open(primary.clone(), standby.clone())).transpose()
    }

    /// Starts to follow the changes of other instances, and the standby's position.
    ///
    /// # Errors
    /// As [`watch::start`] and [`standby::follow`].
    pub async fn watch(&self) -> Result<(), StoreError> {
        watch::start(self.settings.clone(), &self.changes).await?;
        match &self.standby {
            Some(standby) => standby::follow(self.settings.clone(), standby),
            None => Ok(()),
        }
    }
}
