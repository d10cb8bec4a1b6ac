//! Overhears the statements that the server's connections run. Used by `tests/plans.rs`.

use std::sync::{Mutex, PoisonError};

use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};

static HEARD: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// What only the sweeper and the queue's worker read, also on threads that they share with readers.
const BY_ITSELF: [&str; 2] = ["web_jobs", "search_documents WHERE analyser"];

struct Listener;

impl Instrumentation for Listener {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        let InstrumentationEvent::StartQuery { query, .. } = event else { return };
        // What runs by itself answers nobody.
        let thread = std::thread::current();
        if matches!(thread.name(), Some("maqal-sweeper" | "maqal-watcher" | "maqal-web")) {
            return;
        }
        let text = query.to_string();
        let text = text.split(" -- binds").next().unwrap_or_default().trim().to_owned();
        if text.starts_with("SELECT") && !BY_ITSELF.iter().any(|table| text.contains(table)) {
            HEARD.lock().unwrap_or_else(PoisonError::into_inner).push(text);
        }
    }
}

/// Listens to all connections from now on.
pub fn listen() {
    set_default_instrumentation(|| Some(Box::new(Listener))).expect("nobody else listens");
}

/// Forgets what was heard.
pub fn forget() {
    HEARD.lock().unwrap_or_else(PoisonError::into_inner).clear();
}

/// What was heard since.
pub fn statements() -> Vec<String> {
    HEARD.lock().unwrap_or_else(PoisonError::into_inner).clone()
}
