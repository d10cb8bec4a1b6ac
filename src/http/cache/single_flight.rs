//! One key's stampede makes one query: whoever asks first for what isn't there fetches it, and all
//! who ask meanwhile wait for what comes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

use super::entry::Entry;

/// How it went.
#[derive(Clone)]
enum FlightState {
    /// Nobody knows yet.
    Awaited,
    /// With an answer that serves all who waited.
    With(Arc<Entry>),
    /// With one that was its asker's own: an error, a redirect.
    Empty,
}

/// What is being fetched.
#[derive(Default)]
pub struct SingleFlight(Mutex<HashMap<Arc<str>, watch::Receiver<FlightState>>>);

/// How one gets an answer that isn't there.
pub enum Turn<'a> {
    /// By fetching it.
    Leader(Leader<'a>),
    /// By waiting for whoever does.
    Wait(Waiting),
}

impl SingleFlight {
    /// Leads, or waits for who does.
    pub fn board(&self, key: &Arc<str>) -> Turn<'_> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(landing) = all.get(key) {
            return Turn::Wait(Waiting(landing.clone()));
        }
        let (tell, landing) = watch::channel(FlightState::Awaited);
        all.insert(key.clone(), landing);
        Turn::Leader(Leader { single_flight: self, key: key.clone(), tell })
    }
}

/// Fetches, and tells. When it's dropped before it could tell, for its client hung up, another of
/// those who wait takes its turn.
pub struct Leader<'a> {
    single_flight: &'a SingleFlight,
    key: Arc<str>,
    tell: watch::Sender<FlightState>,
}

impl Leader<'_> {
    /// Tells those who wait.
    pub fn land(self, with: Option<Arc<Entry>>) {
        let landing = with.map_or(FlightState::Empty, FlightState::With);
        // Nobody may be waiting.
        let _ = self.tell.send(landing);
    }
}

impl Drop for Leader<'_> {
    fn drop(&mut self) {
        self.single_flight.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.key);
    }
}

/// Waits for who fetches.
pub struct Waiting(watch::Receiver<FlightState>);

/// What came of waiting.
pub enum WaitOutcome {
    /// The answer.
    Answered(Arc<Entry>),
    /// One that was only its asker's: ask for yourself.
    Nothing,
    /// Whoever fetched it gave up: take your turn.
    Nobody,
}

impl Waiting {
    /// Waits.
    pub async fn wait(mut self) -> WaitOutcome {
        let landed = self.0.wait_for(|landing| !matches!(landing, FlightState::Awaited)).await;
        match landed.as_deref() {
            Ok(FlightState::With(entry)) => WaitOutcome::Answered(entry.clone()),
            Ok(_) => WaitOutcome::Nothing,
            Err(_) => WaitOutcome::Nobody,
        }
    }
}
