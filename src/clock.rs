//! The clock. It is passed in, so that tests control the time.

use std::sync::{Mutex, PoisonError};

use crate::domain::{Time, to_micros};

/// A source of the current time.
pub trait Clock: Send + Sync {
    /// Returns the current time, rounded down to microseconds.
    fn now(&self) -> Time;
}

/// The system's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
    fn now(&self) -> Time {
        to_micros(chrono::Utc::now())
    }
}

/// A clock that moves only by [`ManualClock::advance`].
#[derive(Debug)]
pub struct ManualClock(Mutex<Time>);

impl ManualClock {
    /// Makes a clock set to `start`.
    #[must_use]
    pub fn at(start: Time) -> Self {
        Self(Mutex::new(to_micros(start)))
    }

    /// Moves the clock forward, or backward if `by` is negative.
    pub fn advance(&self, by: chrono::Duration) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now += by;
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Time {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
