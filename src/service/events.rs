//! Where what has happened is told. Use cases raise an [`Event`] once their transaction is
//! committed. For now that is the log.

use crate::domain::event::Event;

/// Something happened, and is committed.
pub fn raise(event: Event) {
    tracing::info!(event = event.name(), details = ?event, "happened");
}
