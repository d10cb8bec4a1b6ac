//! Work that nobody reads: working out what is written, and writing it. Its threads give way to those
//! that answer requests, so that on a busy machine readers don't wait for writers. (What runs by itself, now
//! and then, is in `server/background.rs`.)

use std::io;

use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::Semaphore;
use tokio::task::JoinError;
use tracing::Span;

/// How far threads of the background stand back, as `nice` counts: one of them gets about a tenth of
/// the processor time that a thread in front gets while both want the same processor, and all of it
/// otherwise.
#[cfg(target_os = "linux")]
const NICE: i32 = 10;

/// Makes the calling thread give way, from here on: there is no way back without privileges.
pub fn give_way() {
    // Elsewhere the priority is the whole process's.
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::nice(NICE) {
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
        let span = Span::current();
        self.threads.spawn_blocking(move || span.in_scope(work)).await
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn no_more_works_at_once_than_there_are_threads() {
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
    async fn what_nobody_waits_for_any_more_is_not_begun() {
        let background = Background::new(1).unwrap();
        let (finish, wait) = std::sync::mpsc::channel::<()>();
        let first = background.run(move || wait.recv());
        let begun = Arc::new(AtomicUsize::new(0));
        let count = begun.clone();
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
        assert_eq!(background.run(|| 7).await.unwrap(), 7, "its turn is there again");
        assert_eq!(begun.load(Ordering::SeqCst), 0);
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn its_threads_give_way_and_others_do_not() {
        // Behind the name in brackets, the priority is the 17th field: see proc_pid_stat(5).
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
