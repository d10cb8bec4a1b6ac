//! The bodies that wait to be sent, over all connections of the process. Their memory is bounded: over the
//! limit, the clients that have read nothing for the longest time are disconnected.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::task::AtomicWaker;

use crate::http::metrics::UnsentMetrics;

/// The time without progress after which a client counts as not reading.
const STALLED: Duration = Duration::from_millis(500);

/// The length of a body that is admitted before it is sent, in bytes. The socket's buffers take shorter
/// ones at once.
pub(super) const LARGE: usize = 64 << 10;

/// The bodies that wait to be sent.
pub struct Unsent {
    limit: usize,
    began: Instant,
    waiting: Mutex<Waiting>,
    metrics: UnsentMetrics,
}

#[derive(Default)]
struct Waiting {
    bytes: usize,
    /// Connections that send each body. A body of the cache is in memory once.
    bodies: HashMap<BodyKey, usize>,
    clients: HashMap<u64, Arc<Client>>,
    last: u64,
}

/// The address and length of a body in memory.
type BodyKey = (usize, usize);

struct Client {
    body: BodyKey,
    /// The time of the last progress, in milliseconds after the start.
    read_at: AtomicU64,
    is_cut: AtomicBool,
    waker: AtomicWaker,
}

/// A body that waits to be sent to a client, until it is dropped.
pub(super) struct Sending {
    unsent: Arc<Unsent>,
    number: u64,
    client: Arc<Client>,
    /// Keeps the address of the body unique.
    _body: Bytes,
}

impl Unsent {
    /// Limits the bodies to these bytes.
    #[must_use]
    pub fn new(limit: usize, metrics: UnsentMetrics) -> Arc<Self> {
        Arc::new(Self { limit, began: Instant::now(), waiting: Mutex::default(), metrics })
    }

    /// Takes in a body if there is room for it. A single one always has room.
    pub(super) fn admit(self: &Arc<Self>, body: &Bytes) -> Option<Sending> {
        self.take_in(body, |bytes, new| new == 0 || bytes == 0 || bytes + new <= self.limit)
    }

    /// Takes in a body that is being sent already.
    pub(super) fn hold(self: &Arc<Self>, body: &Bytes) -> Option<Sending> {
        self.take_in(body, |_, _| true)
    }

    fn take_in(
        self: &Arc<Self>,
        body: &Bytes,
        has_room: impl Fn(usize, usize) -> bool,
    ) -> Option<Sending> {
        let key = (body.as_ptr().addr(), body.len());
        let now = self.now();
        let mut waiting = self.lock();
        let new = if waiting.bodies.contains_key(&key) { 0 } else { body.len() };
        while waiting.bytes + new > self.limit {
            let Some(number) = waiting.slowest(now) else { break };
            if let Some(client) = waiting.remove(number) {
                client.is_cut.store(true, Ordering::Release);
                client.waker.wake();
                self.metrics.count_disconnected();
            }
        }
        let admitted = has_room(waiting.bytes, new).then(|| {
            let client = Arc::new(Client {
                body: key,
                read_at: AtomicU64::new(now),
                is_cut: AtomicBool::new(false),
                waker: AtomicWaker::new(),
            });
            let number = waiting.insert(client.clone());
            Sending { unsent: self.clone(), number, client, _body: body.clone() }
        });
        self.metrics.set_bytes(waiting.bytes);
        admitted
    }

    fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    /// Returns the client with the longest time without progress, if it doesn't read.
    fn slowest(&self, now: u64) -> Option<u64> {
        let read_at = |client: &Client| client.read_at.load(Ordering::Relaxed);
        let (number, slowest) = self.clients.iter().min_by_key(|(_, client)| read_at(client))?;
        let idle = Duration::from_millis(now.saturating_sub(read_at(slowest)));
        (idle >= STALLED).then_some(*number)
    }

    fn insert(&mut self, client: Arc<Client>) -> u64 {
        let connections = self.bodies.entry(client.body).or_default();
        if *connections == 0 {
            self.bytes += client.body.1;
        }
        *connections += 1;
        self.last += 1;
        self.clients.insert(self.last, client);
        self.last
    }

    fn remove(&mut self, number: u64) -> Option<Arc<Client>> {
        let client = self.clients.remove(&number)?;
        if let Some(connections) = self.bodies.get_mut(&client.body) {
            *connections -= 1;
            if *connections == 0 {
                self.bodies.remove(&client.body);
                self.bytes -= client.body.1;
            }
        }
        Some(client)
    }
}

impl Sending {
    /// Notes that the client has read.
    pub fn progress(&self) {
        self.client.read_at.store(self.unsent.now(), Ordering::Relaxed);
    }

    /// Returns whether the client is to be disconnected; otherwise wakes the task when it is.
    pub fn is_cut(&self, waker: &Waker) -> bool {
        self.client.waker.register(waker);
        self.client.is_cut.load(Ordering::Acquire)
    }
}

impl Drop for Sending {
    fn drop(&mut self) {
        let mut waiting = self.unsent.lock();
        if waiting.remove(self.number).is_some() {
            self.unsent.metrics.set_bytes(waiting.bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::metrics::Metrics;

    const LIMIT: usize = 1_000;

    fn unsent() -> Arc<Unsent> {
        Unsent::new(LIMIT, Metrics::new().unsent())
    }

    fn body(length: usize) -> Bytes {
        vec![b'x'; length].into()
    }

    fn stall(sending: &Sending, unsent: &Unsent) {
        let long_ago = unsent.now().saturating_sub(1_000);
        sending.client.read_at.store(long_ago, Ordering::Relaxed);
    }

    fn is_cut(sending: &Sending) -> bool {
        sending.is_cut(Waker::noop())
    }

    #[test]
    fn body_beyond_the_limit_is_refused_until_another_is_sent() {
        let unsent = unsent();
        let first = unsent.admit(&body(600)).expect("room");
        assert!(unsent.admit(&body(600)).is_none());
        let second = unsent.admit(&body(400)).expect("room");
        drop(first);
        assert!(unsent.admit(&body(600)).is_some());
        assert_eq!(unsent.lock().bytes, 400);
        assert!(!is_cut(&second));
    }

    #[test]
    fn a_single_body_is_never_refused() {
        let unsent = unsent();
        let _huge = unsent.admit(&body(5_000)).expect("it is alone");
        assert!(unsent.admit(&body(1)).is_none());
    }

    #[test]
    fn clients_that_read_nothing_make_room_and_others_stay() {
        std::thread::sleep(Duration::from_millis(1));
        let mut unsent = unsent();
        // Only the test's unique handle exists, so the start may be moved into the past.
        if let Some(unsent) = Arc::get_mut(&mut unsent) {
            unsent.began -= Duration::from_secs(10);
        }
        let slow: Vec<_> = (0..4).map(|_| unsent.admit(&body(200)).expect("room")).collect();
        let reading = unsent.admit(&body(200)).expect("room");
        slow.iter().for_each(|one| stall(one, &unsent));
        let next = unsent.admit(&body(300)).expect("two clients are cut");
        assert_eq!(slow.iter().filter(|one| is_cut(one)).count(), 2);
        assert!(!is_cut(&reading) && !is_cut(&next));
        assert_eq!(unsent.lock().bytes, 900);
        drop(slow);
        assert_eq!(unsent.lock().bytes, 500);
    }

    #[test]
    fn shared_body_counts_once() {
        let unsent = unsent();
        let shared = body(900);
        let sent: Vec<_> = (0..50).map(|_| unsent.admit(&shared).expect("no new memory")).collect();
        assert_eq!(unsent.lock().bytes, 900);
        drop(sent);
        let waiting = unsent.lock();
        assert_eq!((waiting.bytes, waiting.clients.len(), waiting.bodies.len()), (0, 0, 0));
    }

    #[test]
    fn body_that_is_being_sent_is_never_refused() {
        let unsent = unsent();
        let _first = unsent.admit(&body(1_000)).expect("room");
        let _second = unsent.hold(&body(1_000)).expect("it holds");
        assert_eq!(unsent.lock().bytes, 2_000);
    }
}
