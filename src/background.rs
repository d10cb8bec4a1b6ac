//! A thread pool of lower priority for the CPU work of writes (rendering, text analysis). On a busy
//! machine, reads do not wait for writes.

use std::io;

use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::Semaphore;
use tokio::task::JoinError;
use tracing::Span;

/// The nice value that background threads add. With 10, such a thread gets about a tenth of the
/// processor time of a normal thread when both compete for one processor.
#[cfg(target_os = "linux")]
const NICE: i32 = 10;

/// Lowers the priority of the calling thread. Raising it again needs privileges.
pub fn lower_priority() {
    // On other systems, `nice` changes the whole process.
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::nice(NICE) {
        tracing::debug!(%error, "the priority of a background thread could not be lowered");
    }
}

/// A thread pool of lower priority.
pub struct Background {
    permits: Semaphore,
    threads: Handle,
    runtime: Option<Runtime>,
}

impl Background {
    /// Makes a pool of at most `threads` threads, started on demand.
    ///
    /// # Errors
    /// The I/O error of the runtime.
    pub fn new(threads: usize) -> io::Result<Self> {
        let threads = threads.max(1);
        // The runtime is never polled: only its blocking threads are used.
        let runtime = Builder::new_current_thread()
            .max_blocking_threads(threads)
            .thread_name("maqal-background")
            .on_thread_start(lower_priority)
            .build()?;
        Ok(Self {
            permits: Semaphore::new(threads),
            threads: runtime.handle().clone(),
            runtime: Some(runtime),
        })
    }

    /// Runs `work` on a thread of the pool. If the future is dropped while it waits for a thread,
    /// `work` does not run.
    ///
    /// # Errors
    /// [`JoinError`] if `work` panicked.
    pub async fn run<T, F>(&self, work: F) -> Result<T, JoinError>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        // `acquire` fails only on a closed semaphore, and this one is never closed.
        let _permit = self.permits.acquire().await;
        let span = Span::current();
        self.threads.spawn_blocking(move || span.in_scope(work)).await
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        // Dropping a runtime blocks, which panics on a thread of another runtime.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn concurrent_work_is_limited_to_the_threads() {
        let background = Background::new(2).unwrap();
        let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let work = |_| {
            let (now, most) = (now.clone(), most.clone());
            background.run(move || {
                most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                std::thread::sleep(Duration::from_millis(5));
                now.fetch_sub(1, Ordering::SeqCst);
            })
        };
        futures_util::future::join_all((0..12).map(work)).await;
        assert!((1..=2).contains(&most.load(Ordering::SeqCst)), "{most:?}");
    }

    #[tokio::test]
    async fn dropped_future_in_the_queue_does_not_run() {
        let background = Background::new(1).unwrap();
        let (finish, wait) = std::sync::mpsc::channel::<()>();
        let first = background.run(move || wait.recv());
        let started = Arc::new(AtomicUsize::new(0));
        let count = started.clone();
        let second = background.run(move || count.fetch_add(1, Ordering::SeqCst));
        let both = async {
            tokio::select! {
                _ = second => unreachable!("the first has the only thread"),
                () = tokio::task::yield_now() => {}
            }
            finish.send(()).unwrap();
        };
        let (done, ()) = futures_util::future::join(first, both).await;
        done.unwrap().unwrap();
        assert_eq!(background.run(|| 7).await.unwrap(), 7, "its permit is free again");
        assert_eq!(started.load(Ordering::SeqCst), 0);
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn only_background_threads_have_a_higher_nice_value() {
        // After the name in brackets, the nice value is the 17th field: see proc_pid_stat(5).
        let nice = || -> i32 {
            let stat = std::fs::read_to_string("/proc/thread-self/stat").unwrap();
            let (_, fields) = stat.rsplit_once(')').unwrap();
            fields.split_whitespace().nth(16).unwrap().parse().unwrap()
        };
        let here = nice();
        let there = Background::new(1).unwrap().run(nice).await.unwrap();
        assert_eq!((there, nice()), ((here + NICE).min(19), here));
    }
}
