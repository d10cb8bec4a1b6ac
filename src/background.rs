//! Work that nobody reads: working out what is written, and writing it. Its threads give way to those
//! that answer requests, so that on a busy machine readers don't wait for writers.

use std::io;

use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::Semaphore;
use tokio::task::JoinError;

/// How far threads of the background stand back, as `nice` counts: one of them gets about a tenth of
/// the processor time that a thread in front gets while both want the same processor, and all of it
/// otherwise.
#[cfg(target_os = "linux")]
const NICE: i32 = 10;

/// Makes the calling thread give way, from here on: there is no way back without privileges.
pub fn give_way() {
    // Elsewhere the priority is the whole process's.
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::setpriority_process(None, NICE) {
        tracing::debug!(%error, "a background thread keeps its priority");
    }
}

/// A few threads that give way.
pub struct Background {
    turns: Semaphore,
    threads: Handle,
    runtime: Option<Runtime>,
}

impl Background {
    /// So many threads, started when there is work for them. More than there are processors for would
    /// take longer, in more memory.
    ///
    /// # Errors
    /// The system's.
    pub fn new(threads: usize) -> io::Result<Self> {
        let threads = threads.max(1);
        // Never polled: only its threads for blocking work are used.
        let runtime = Builder::new_current_thread()
            .max_blocking_threads(threads)
            .thread_name("maqal-background")
            .on_thread_start(give_way)
            .build()?;
        Ok(Self {
            turns: Semaphore::new(threads),
            threads: runtime.handle().clone(),
            runtime: Some(runtime),
        })
    }

    /// Does some work when its turn comes; nothing, if whoever asked has gone by then.
    ///
    /// # Errors
    /// When the work panicked.
    pub async fn run<T, F>(&self, work: F) -> Result<T, JoinError>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        // Nobody closes it.
        let _turn = self.turns.acquire().await;
        self.threads.spawn_blocking(work).await
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        // The last to let go of it may be a thread that must not wait.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
