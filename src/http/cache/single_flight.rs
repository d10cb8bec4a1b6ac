//! Coalesces requests: of several requests with one key, the first fetches the response, and the
//! others wait for it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

use super::entry::Entry;

/// The state of a fetch.
#[derive(Clone)]
enum FlightState {
    /// The leader is fetching.
    Pending,
    /// The response serves all waiting requests.
    Shared(Arc<Entry>),
    /// The response is the leader's own, such as an error or a redirect.
    NotShared,
}

/// The fetches in progress, by cache key.
#[derive(Default)]
pub struct SingleFlight(Mutex<HashMap<Arc<str>, watch::Receiver<FlightState>>>);

/// A request's part in a fetch.
pub enum Turn<'a> {
    /// The request fetches.
    Leader(Leader<'a>),
    /// The request waits for the leader.
    Wait(Waiting),
}

impl SingleFlight {
    /// Joins the fetch of a key, or begins one.
    pub fn join(&self, key: &Arc<str>) -> Turn<'_> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(state) = all.get(key) {
            return Turn::Wait(Waiting(state.clone()));
        }
        let (sender, state) = watch::channel(FlightState::Pending);
        all.insert(key.clone(), state);
        Turn::Leader(Leader { single_flight: self, key: key.clone(), sender })
    }
}

/// The right to fetch. If it is dropped unfinished, since the client hung up, the next waiting
/// request becomes the leader.
pub struct Leader<'a> {
    single_flight: &'a SingleFlight,
    key: Arc<str>,
    sender: watch::Sender<FlightState>,
}

impl Leader<'_> {
    /// Ends the fetch with a response for the waiting requests, or without one.
    pub fn finish(self, entry: Option<Arc<Entry>>) {
        let state = entry.map_or(FlightState::NotShared, FlightState::Shared);
        // The send fails if no request waits.
        let _ = self.sender.send(state);
    }
}

impl Drop for Leader<'_> {
    fn drop(&mut self) {
        self.single_flight.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.key);
    }
}

/// A request that waits for the leader.
pub struct Waiting(watch::Receiver<FlightState>);

/// The result of waiting.
pub enum WaitOutcome {
    /// The leader's response.
    Shared(Arc<Entry>),
    /// The leader's response is its own: the request fetches by itself.
    NotShared,
    /// The leader gave up: the request may become the leader.
    Abandoned,
}

impl Waiting {
    /// Waits for the leader.
    pub async fn wait(mut self) -> WaitOutcome {
        let state = self.0.wait_for(|state| !matches!(state, FlightState::Pending)).await;
        match state.as_deref() {
            Ok(FlightState::Shared(entry)) => WaitOutcome::Shared(entry.clone()),
            Ok(_) => WaitOutcome::NotShared,
            Err(_) => WaitOutcome::Abandoned,
        }
    }
}
