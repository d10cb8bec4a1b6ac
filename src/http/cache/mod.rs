//! The response cache. It finds a stored response by its key, and lets one request per key fetch a
//! response that is missing. An entry is checked against its cache tags' versions at each hit, so a
//! response that was read before a write is never served after it.

mod coding;
mod compressor;
pub mod encoded_body;
pub mod entry;
mod key;
pub mod policy;
pub mod request;
mod single_flight;
#[cfg(test)]
mod tests;

use std::cell::RefCell;
use std::sync::Arc;

use quick_cache::sync::{Cache as Store, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter};

use crate::domain::Time;
use crate::http::metrics::{CacheUsage, Outcome};
use crate::service::changes::{ChangeVersion, Changes};
use compressor::Compressor;
use entry::{CacheableResponse, CachedResponse, Entry};
use policy::{Admission, Doorkeeper};
use request::CacheRequest;
use single_flight::{Leader, SingleFlight, Turn, WaitOutcome};

/// The largest entry, as a part of the cache's capacity.
const MAX_ENTRY_PART: usize = 16;

/// The average weight of an entry in bytes, for the size of the tables.
const TYPICAL_WEIGHT: usize = 8 << 10;

/// The key under which a response is stored.
pub type Key = Arc<str>;

#[derive(Clone)]
struct ByBytes;

impl Weighter<Key, Arc<Entry>> for ByBytes {
    fn weight(&self, key: &Key, entry: &Arc<Entry>) -> u64 {
        (key.len() + entry.weight()) as u64
    }
}

/// The cache of one process, shared by its workers.
pub struct Cache {
    /// `None` when it is switched off.
    store: Option<Store<Key, Arc<Entry>, ByBytes>>,
    capacity: usize,
    changes: Arc<Changes>,
    single_flight: SingleFlight,
    doorkeeper: Doorkeeper,
    compressor: Compressor,
}

/// The result of a look-up.
pub enum Lookup {
    /// The stored response.
    Hit(Arc<Entry>),
    /// The key of a response that isn't stored.
    Miss(Key),
    /// The cache doesn't serve such requests.
    Bypass,
}

/// The next step after a miss.
pub enum MissOutcome<'a> {
    /// Another request fetched the response meanwhile.
    Shared(Arc<Entry>),
    /// The caller fetches the response.
    Fetch(FillGuard<'a>),
}

/// A serialised response and its origin, which the middleware hands to the connection.
pub struct ServedEntry {
    /// The response.
    pub entry: Arc<Entry>,
    /// The value of `X-Cache`.
    pub outcome: Outcome,
}

impl Cache {
    /// Makes an empty cache with a capacity in bytes; 0 switches it off.
    #[must_use]
    pub fn new(bytes: usize, changes: Arc<Changes>) -> Self {
        let options = OptionsBuilder::new()
            .estimated_items_capacity((bytes / TYPICAL_WEIGHT).max(16))
            .weight_capacity(bytes as u64)
            // The shards divide the capacity, so a small cache has few.
            .shards((bytes >> 22).clamp(1, 16).next_power_of_two())
            .build();
        let store = options.ok().filter(|_| bytes > 0).map(|options| {
            let (hasher, lifecycle) = (DefaultHashBuilder::default(), DefaultLifecycle::default());
            Store::with_options(options, ByBytes, hasher, lifecycle)
        });
        Self {
            store,
            capacity: bytes,
            changes,
            single_flight: SingleFlight::default(),
            doorkeeper: Doorkeeper::default(),
            compressor: Compressor::default(),
        }
    }

    /// Finds the stored response to a request.
    pub fn look(&self, request: &CacheRequest<'_>, now: impl FnOnce() -> Time) -> Lookup {
        thread_local! {
            static KEY: RefCell<String> = const { RefCell::new(String::new()) };
        }
        let Some(store) = &self.store else { return Lookup::Bypass };
        KEY.with_borrow_mut(|key| {
            if !key::write(request, key) {
                return Lookup::Bypass;
            }
            match store.get(key.as_str()) {
                Some(entry) if entry.is_fresh(self.changes.tag_versions(), now) => {
                    Lookup::Hit(entry)
                }
                _ => Lookup::Miss(key.as_str().into()),
            }
        })
    }

    /// Returns an entry's response for a client. A better coding that isn't ready is ordered.
    pub fn response_for<'a>(
        &self,
        entry: &'a Arc<Entry>,
        request: &CacheRequest<'_>,
    ) -> CachedResponse<'a> {
        let (response, better) = entry.response_for(request);
        if let Some(coding) = better {
            self.compressor.order(entry, coding);
        }
        response
    }

    /// Waits for the request that fetches this key, or makes the caller fetch it.
    pub async fn take_turn(&self, key: &Key, now: impl Fn() -> Time) -> MissOutcome<'_> {
        let is_fresh = |entry: &Entry| entry.is_fresh(self.changes.tag_versions(), &now);
        loop {
            let leader = match self.single_flight.join(key) {
                Turn::Leader(leader) => Some(leader),
                Turn::Wait(waiting) => match waiting.wait().await {
                    WaitOutcome::Shared(entry) if is_fresh(&entry) => {
                        return MissOutcome::Shared(entry);
                    }
                    // The leader's client hung up, or a write invalidated the response.
                    WaitOutcome::Abandoned | WaitOutcome::Shared(_) => continue,
                    WaitOutcome::NotShared => None,
                },
            };
            // The leader before may have stored the response between our look-up and our turn.
            let stored = self.store.as_ref().and_then(|store| store.get(&**key));
            if let Some(entry) = stored.filter(|entry| is_fresh(entry)) {
                return MissOutcome::Shared(entry);
            }
            // The change version precedes the first query.
            let read_at = self.changes.version();
            return MissOutcome::Fetch(FillGuard {
                cache: self,
                key: key.clone(),
                read_at,
                leader,
            });
        }
    }

    /// Serialises a response that isn't stored.
    #[must_use]
    pub fn serialise(&self, response: CacheableResponse, route: String) -> Arc<Entry> {
        Arc::new(Entry::new(response, self.changes.version(), route))
    }

    /// Returns the number of entries, their weight, and the invalidations so far.
    #[must_use]
    pub fn usage(&self) -> CacheUsage {
        let (entries, bytes) =
            self.store.as_ref().map_or((0, 0), |store| (store.len(), store.weight()));
        CacheUsage {
            entries: entries as u64,
            bytes,
            invalidations: self.changes.tag_versions().count(),
            flushes: self.changes.flushes(),
        }
    }
}

/// The permission to fetch and store a response.
pub struct FillGuard<'a> {
    cache: &'a Cache,
    key: Key,
    read_at: ChangeVersion,
    leader: Option<Leader<'a>>,
}

impl FillGuard<'_> {
    /// Tells waiting requests that the response is nobody else's, such as an error.
    pub fn finish_unshared(self) {
        if let Some(leader) = self.leader {
            leader.finish(None);
        }
    }

    /// Stores a response if its cache policy admits it, and hands it to the waiting requests.
    #[must_use]
    pub fn store(self, response: CacheableResponse, route: String) -> Arc<Entry> {
        let admission = response.cache_policy.as_ref().map(|policy| policy.admission);
        let entry = Arc::new(Entry::new(response, self.read_at, route));
        let is_admitted = match admission {
            Some(Admission::Always) if !key::is_respelled(&self.key) => true,
            Some(Admission::Always | Admission::OnSecondRequest) => {
                self.cache.doorkeeper.request(&self.key)
            }
            Some(Admission::Never) | None => false,
        };
        if let Some(store) = &self.cache.store
            && is_admitted
            && entry.weight() <= self.cache.capacity / MAX_ENTRY_PART
        {
            store.insert(self.key.clone(), entry.clone());
        }
        if let Some(leader) = self.leader {
            leader.finish(admission.is_some().then(|| entry.clone()));
        }
        entry
    }
}
