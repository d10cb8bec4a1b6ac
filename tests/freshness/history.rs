//! The writes to an article, with time and instance. They decide which states a reader may see.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Value;

#[derive(Clone, Copy)]
struct Write {
    value: u64,
    instance: usize,
    /// The time of the acknowledgement.
    at: Instant,
}

/// The writes to one article, in order. It has one writer.
#[derive(Default)]
pub struct History {
    writes: Mutex<Vec<Write>>,
    oldest: Mutex<Duration>,
}

impl History {
    /// Records an acknowledged write.
    pub fn written(&self, value: u64, instance: usize) {
        let write = Write { value, instance, at: Instant::now() };
        self.writes.lock().unwrap_or_else(PoisonError::into_inner).push(write);
    }

    /// Checks a response against the writes before its request.
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

    /// The longest delay until a write showed on the other instance.
    pub fn oldest(&self) -> Duration {
        *self.oldest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
