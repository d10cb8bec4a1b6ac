//! What was written to an article, when and through which instance: what a reader may be shown
//! follows from it. Used by `tests/freshness.rs`.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Value;

#[derive(Clone, Copy)]
struct Write {
    value: u64,
    instance: usize,
    /// When it was acknowledged.
    at: Instant,
}

/// The writes to one article, in their order: it has one writer.
#[derive(Default)]
pub struct History {
    writes: Mutex<Vec<Write>>,
    oldest: Mutex<Duration>,
}

impl History {
    /// A write was acknowledged.
    pub fn written(&self, value: u64, instance: usize) {
        let write = Write { value, instance, at: Instant::now() };
        self.writes.lock().unwrap_or_else(PoisonError::into_inner).push(write);
    }

    /// Holds an answer against what was written before it was asked for.
    #[track_caller]
    pub fn check(&self, shown: &Value, instance: usize, asked: Instant, bound: Duration) {
        let shown: u64 = shown["subtitle"].as_str().map_or(0, |text| text.parse().expect("ours"));
        let writes = self.writes.lock().unwrap_or_else(PoisonError::into_inner).clone();
        for write in writes.iter().filter(|write| write.value > shown && write.at < asked) {
            let age = asked - write.at;
            assert!(
                write.instance != instance,
                "{} was acknowledged by this instance {age:?} ago, and it still shows {shown}",
                write.value
            );
            assert!(age <= bound, "{} is {age:?} old, and {shown} is still shown", write.value);
            let mut oldest = self.oldest.lock().unwrap_or_else(PoisonError::into_inner);
            *oldest = age.max(*oldest);
        }
    }

    /// The longest that a write didn't show elsewhere.
    pub fn oldest(&self) -> Duration {
        *self.oldest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
