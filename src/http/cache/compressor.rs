//! Compresses stored bodies on one thread, so that workers don't wait for it. Until a coding is ready,
//! clients get the body without it.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, OnceLock};

use super::coding::Coding;
use super::entry::Entry;

/// The most bodies in the queue. A body that finds no room is ordered again by the next request.
const QUEUE: usize = 256;

type Order = (Arc<Entry>, Coding);

/// The queue to the thread. The first order starts the thread, and it ends with the compressor.
#[derive(Default)]
pub struct Compressor(OnceLock<Option<SyncSender<Order>>>);

impl Compressor {
    /// Orders a coding of an entry, once.
    pub fn order(&self, entry: &Arc<Entry>, coding: Coding) {
        if !entry.order(coding) {
            return;
        }
        let taken =
            self.queue().is_some_and(|queue| queue.try_send((entry.clone(), coding)).is_ok());
        if !taken {
            entry.withdraw(coding);
        }
    }

    fn queue(&self) -> Option<&SyncSender<Order>> {
        let start = || {
            let (queue, orders) = sync_channel(QUEUE);
            let thread = std::thread::Builder::new().name("maqal-compressor".into());
            match thread.spawn(move || compress_orders(&orders)) {
                Ok(_) => Some(queue),
                Err(error) => {
                    tracing::warn!(%error, "no thread to compress on; bodies stay uncompressed");
                    None
                }
            }
        };
        self.0.get_or_init(start).as_ref()
    }
}

fn compress_orders(orders: &Receiver<Order>) {
    for (entry, coding) in orders {
        entry.compress_into(coding);
    }
}
