//! Records the statements of the server's connections.

use std::sync::{Mutex, PoisonError};

use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};

static RECORDED: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Tables that only background jobs read.
const BACKGROUND: [&str; 2] = ["web_jobs", "search_documents WHERE analyser"];

struct Listener;

impl Instrumentation for Listener {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        let InstrumentationEvent::StartQuery { query, .. } = event else { return };
        // Statements of background jobs belong to no request.
        let thread = std::thread::current();
        if matches!(thread.name(), Some("maqal-sweeper" | "maqal-watcher" | "maqal-web")) {
            return;
        }
        let text = query.to_string();
        let text = text.split(" -- binds").next().unwrap_or_default().trim().to_owned();
        if text.starts_with("SELECT") && !BACKGROUND.iter().any(|table| text.contains(table)) {
            RECORDED.lock().unwrap_or_else(PoisonError::into_inner).push(text);
        }
    }
}

/// Records the statements of all connections from now on.
pub fn start() {
    set_default_instrumentation(|| Some(Box::new(Listener))).expect("no other recorder");
}

/// Drops the recorded statements.
pub fn clear() {
    RECORDED.lock().unwrap_or_else(PoisonError::into_inner).clear();
}

/// The statements recorded since.
pub fn statements() -> Vec<String> {
    RECORDED.lock().unwrap_or_else(PoisonError::into_inner).clone()
}
