//! The thread that compresses what is kept, away from those that answer. Until it is done, clients
//! get what is there.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, OnceLock};

use super::coding::Coding;
use super::entry::Entry;

/// How many bodies may wait. What finds no room is ordered anew by the next who asks for it.
const QUEUE: usize = 256;

type Order = (Arc<Entry>, Coding);

/// The way to the thread, which is started by the first order and ends with the last packer.
#[derive(Default)]
pub struct Compressor(OnceLock<Option<SyncSender<Order>>>);

impl Compressor {
    /// Has an encoding made, if nobody else had before.
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
            let thread = std::thread::Builder::new().name("maqal-packer".into());
            match thread.spawn(move || compress_into(&orders)) {
                Ok(_) => Some(queue),
                Err(error) => {
                    tracing::warn!(%error, "no thread to compress on; answers stay as they are");
                    None
                }
            }
        };
        self.0.get_or_init(start).as_ref()
    }
}

fn compress_into(orders: &Receiver<Order>) {
    for (entry, coding) in orders {
        entry.compress_into(coding);
    }
}
