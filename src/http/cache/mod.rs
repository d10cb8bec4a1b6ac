//! The response cache. `connection/` and `cache_layer.rs` ask it first, before anything else is done for a
//! request, and `middleware.rs` brings it what handlers answered.
//!
//! - `request.rs`: what it must know of a request
//! - `key.rs`: which requests are the same; `admission.rs`: which answers are kept, and made of what
//! - `entry.rs`: an answer that is kept; `encoded_body.rs`: what of it a client is sent
//! - `coding.rs`, `compressor.rs`: its compressed forms
//! - `single_flight.rs`: many who ask for one thing at once cause one query
//!
//! An entry is asked at each use whether what it was made from was touched since it was read
//! ([`crate::service::changes`]); nobody has to find and drop it. What was read before a write and
//! put away after it is therefore never served.

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

use actix_web::body::BoxBody;
use actix_web::dev::{RequestHead, Response};
use actix_web::http::header::HeaderValue;
use quick_cache::sync::{Cache as Store, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter};

use crate::domain::Time;
use crate::http::metrics::{Outcome, Series};
use crate::service::changes::{ChangeVersion, Changes};
use compressor::Compressor;
use encoded_body::CachedResponse;
use entry::{CacheableResponse, Entry, X_CACHE};
use policy::{Admission, Doorkeeper};
use request::CacheRequest;
use single_flight::{Leader, SingleFlight, Turn, WaitOutcome};

/// An entry may take this part of the whole at the most.
const LARGEST: usize = 16;

/// What an entry weighs on average, for the size of the tables.
const TYPICAL: usize = 8 << 10;

/// What requests that get the same answer have in common.
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

/// What the cache has to say to a request.
pub enum Lookup {
    /// It is here.
    Hit(Arc<Entry>),
    /// It might have an answer, and hasn't.
    Miss(Key),
    /// Such requests are not for it.
    Bypass,
}

/// How a request that was a miss goes on.
pub enum MissOutcome<'a> {
    /// Somebody else was faster.
    Answered(Response<BoxBody>),
    /// Fetch it, and bring what is to be kept.
    Fetch(FillGuard<'a>),
}

impl Cache {
    /// An empty cache of so many bytes; 0 switches it off.
    #[must_use]
    pub fn new(bytes: usize, changes: Arc<Changes>) -> Self {
        let options = OptionsBuilder::new()
            .estimated_items_capacity((bytes / TYPICAL).max(16))
            .weight_capacity(bytes as u64)
            // Each shard has its part of the bytes: a small cache has few.
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

    /// Whether there is one.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.store.is_some()
    }

    /// Looks for the answer to a request.
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
                Some(entry) if entry.holds(self.changes.tag_versions(), now) => Lookup::Hit(entry),
                _ => Lookup::Miss(key.as_str().into()),
            }
        })
    }

    /// What of an entry is for whoever asks. What would be better for them is made, for next time.
    pub fn response_for<'a>(
        &self,
        entry: &'a Arc<Entry>,
        request: &CacheRequest<'_>,
    ) -> CachedResponse<'a> {
        let (response_for, better) = entry.response_for(request);
        if let Some(coding) = better {
            self.compressor.order(entry, coding);
        }
        response_for
    }

    /// Waits for whoever fetches the same, or gets the turn to fetch it.
    pub async fn take_turn(
        &self,
        key: &Key,
        head: &RequestHead,
        now: impl Fn() -> Time,
    ) -> MissOutcome<'_> {
        loop {
            let lead = match self.single_flight.board(key) {
                Turn::Leader(lead) => Some(lead),
                Turn::Wait(waiting) => match waiting.wait().await {
                    // What was written while we waited is the reason to ask anew.
                    WaitOutcome::Answered(entry)
                        if entry.holds(self.changes.tag_versions(), &now) =>
                    {
                        return MissOutcome::Answered(
                            entry.response_for(&CacheRequest::by(head)).0.response(),
                        );
                    }
                    WaitOutcome::Nobody | WaitOutcome::Answered(_) => continue,
                    WaitOutcome::Nothing => None,
                },
            };
            // Whoever had the turn before may have put it there since we looked.
            if let Some(entry) = self.store.as_ref().and_then(|store| store.get(&**key))
                && entry.holds(self.changes.tag_versions(), &now)
            {
                return MissOutcome::Answered(
                    entry.response_for(&CacheRequest::by(head)).0.response(),
                );
            }
            // Before the first query.
            let read_at = self.changes.version();
            return MissOutcome::Fetch(FillGuard { cache: self, key: key.clone(), read_at, lead });
        }
    }

    /// How much it holds: entries, and bytes.
    #[must_use]
    pub fn usage(&self) -> (usize, u64) {
        self.store.as_ref().map_or((0, 0), |store| (store.len(), store.weight()))
    }

    /// How much was touched so far, and how often everything was.
    #[must_use]
    pub fn touched(&self) -> (u64, u64) {
        (self.changes.tag_versions().count(), self.changes.flushes())
    }
}

/// A turn to fetch an answer.
pub struct FillGuard<'a> {
    cache: &'a Cache,
    key: Key,
    read_at: ChangeVersion,
    lead: Option<Leader<'a>>,
}

impl FillGuard<'_> {
    /// What was fetched is nothing to keep.
    pub fn came_to_nothing(self) {
        if let Some(lead) = self.lead {
            lead.land(None);
        }
    }

    /// Keeps what was fetched, if it's worth it; the answer to who fetched it.
    #[must_use]
    pub fn keep(
        self,
        answer: CacheableResponse,
        series: Series,
        head: &RequestHead,
    ) -> Response<BoxBody> {
        let admission = answer.cache_policy.admission;
        let entry = Arc::new(Entry::new(answer, self.read_at, series));
        let mut response = entry.response_for(&CacheRequest::by(head)).0.response();
        response.headers_mut().insert(X_CACHE.clone(), Outcome::Miss.header());
        let keep = match admission {
            Admission::Always => true,
            Admission::OnSecondRequest => self.cache.doorkeeper.request(&self.key),
            Admission::Never => false,
        };
        if let Some(store) = &self.cache.store
            && keep
            && entry.weight() <= self.cache.capacity / LARGEST
        {
            store.insert(self.key.clone(), entry.clone());
        }
        if let Some(lead) = self.lead {
            lead.land(Some(entry));
        }
        response
    }
}

impl Outcome {
    /// As the `X-Cache` header says it.
    #[must_use]
    pub fn header(self) -> HeaderValue {
        HeaderValue::from_static(self.as_str())
    }
}
