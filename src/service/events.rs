//! Domain events. A use case raises an [`Event`] after its commit, at most once: a process that is
//! killed in between raises none.

use std::sync::Arc;

use crate::domain::event::{Event, EventFields};

/// A receiver of events.
pub trait Subscriber: Send + Sync {
    /// Receives an event, on a worker thread. Work that takes longer than microseconds belongs on
    /// another thread.
    fn on(&self, event: &Event);
}

/// The receivers of events.
#[derive(Clone, Default)]
pub struct Events(Vec<Arc<dyn Subscriber>>);

impl Events {
    /// Makes a list of receivers.
    #[must_use]
    pub fn to(subscribers: Vec<Arc<dyn Subscriber>>) -> Self {
        Self(subscribers)
    }

    /// Logs a committed event, and hands it to the receivers.
    pub fn raise(&self, event: Event) {
        let EventFields { article, comment, mention, reason, from, to } = event.fields();
        let event_name = event.name();
        tracing::info!(
            event = event_name,
            article,
            comment,
            mention,
            reason,
            from,
            to,
            "domain event"
        );
        for subscriber in &self.0 {
            subscriber.on(&event);
        }
    }
}
