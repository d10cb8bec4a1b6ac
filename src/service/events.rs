//! Where what has happened is told. Use cases raise an [`Event`] once their transaction is
//! committed; `server.rs` says who listens. For now that is the log and the metrics; whoever sends
//! webhooks is to be one more [`Subscriber`].
//!
//! An event is raised at most once: a process that is killed between its commit and this call tells
//! nobody. Who can't miss any must keep a queue that the transaction itself writes to.

use std::sync::Arc;

use crate::domain::event::Event;

/// Somebody who wants to know.
pub trait Subscriber: Send + Sync {
    /// Something happened. Called on a worker thread that has requests to answer: whatever takes
    /// longer than a moment is to be put in a queue here, and done elsewhere.
    fn on(&self, event: &Event);
}

/// All who want to know.
#[derive(Clone, Default)]
pub struct Events(Vec<Arc<dyn Subscriber>>);

impl Events {
    /// Tells these.
    #[must_use]
    pub fn to(subscribers: Vec<Arc<dyn Subscriber>>) -> Self {
        Self(subscribers)
    }

    /// Something happened, and is committed.
    pub fn raise(&self, event: Event) {
        tracing::info!(event = event.name(), details = ?event, "happened");
        for subscriber in &self.0 {
            subscriber.on(&event);
        }
    }
}
