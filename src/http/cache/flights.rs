//! One key's stampede makes one query: whoever asks first for what isn't there fetches it, and all
//! who ask meanwhile wait for what comes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

use super::entry::Entry;

/// How it went.
#[derive(Clone)]
enum Landing {
    /// Nobody knows yet.
    Awaited,
    /// With an answer that serves all who waited.
    With(Arc<Entry>),
    /// With one that was its asker's own: an error, a redirect.
    Empty,
}

/// What is being fetched.
#[derive(Default)]
pub struct Flights(Mutex<HashMap<Arc<str>, watch::Receiver<Landing>>>);

/// How one gets an answer that isn't there.
pub enum Turn<'a> {
    /// By fetching it.
    Lead(Lead<'a>),
    /// By waiting for whoever does.
    Wait(Waiting),
}

impl Flights {
    /// Leads, or waits for who does.
    pub fn board(&self, key: &Arc<str>) -> Turn<'_> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(landing) = all.get(key) {
            return Turn::Wait(Waiting(landing.clone()));
        }
        let (tell, landing) = watch::channel(Landing::Awaited);
        all.insert(key.clone(), landing);
        Turn::Lead(Lead { flights: self, key: key.clone(), tell })
    }
}

/// Fetches, and tells. When it's dropped before it could tell, for its client hung up, another of
/// those who wait takes its turn.
pub struct Lead<'a> {
    flights: &'a Flights,
    key: Arc<str>,
    tell: watch::Sender<Landing>,
}

impl Lead<'_> {
    /// Tells those who wait.
    pub fn land(self, with: Option<Arc<Entry>>) {
        let landing = with.map_or(Landing::Empty, Landing::With);
        // Nobody may be waiting.
        let _ = self.tell.send(landing);
    }
}

impl Drop for Lead<'_> {
    fn drop(&mut self) {
        self.flights.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.key);
    }
}

/// Waits for who fetches.
pub struct Waiting(watch::Receiver<Landing>);

/// What came of waiting.
pub enum Came {
    /// The answer.
    Answer(Arc<Entry>),
    /// One that was only its asker's: ask for yourself.
    Nothing,
    /// Whoever fetched it gave up: take your turn.
    Nobody,
}

impl Waiting {
    /// Waits.
    pub async fn wait(mut self) -> Came {
        let landed = self.0.wait_for(|landing| !matches!(landing, Landing::Awaited)).await;
        match landed.as_deref() {
            Ok(Landing::With(entry)) => Came::Answer(entry.clone()),
            Ok(_) => Came::Nothing,
            Err(_) => Came::Nobody,
        }
    }
}
