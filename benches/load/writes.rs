//! Write throughput, and its cost for readers.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::json;

use super::client::{Client, percentile};
use super::servers::{Server, Settings};

const WRITERS: usize = 16;
const TIME: Duration = Duration::from_secs(10);

/// The reader's interval. A reader without pauses would take processor time from the writers.
const PACE: Duration = Duration::from_millis(5);

/// Prints the table: articles a second from 16 clients, and a reader without and with them.
pub async fn measure(settings: &Settings) {
    let server = Server::maqal(settings, &[]);
    let writer = Client::new(&server.base).sign_in().await;
    let mut alone = join(read_for(&server.base, TIME / 2)).await;
    let (stop, made) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let writers: Vec<_> = (0..WRITERS)
        .map(|n| tokio::spawn(write_until(writer.clone(), n, stop.clone(), made.clone())))
        .collect();
    let began = Instant::now();
    let mut beside = join(read_for(&server.base, TIME)).await;
    stop.store(true, Ordering::Release);
    let rate = made.load(Ordering::Acquire) as f64 / began.elapsed().as_secs_f64();
    let mut waits = Vec::new();
    for writer in writers {
        waits.extend(writer.await.expect("a writer"));
    }
    println!("\n## Writes: {WRITERS} clients, each commit on disk before it's acknowledged\n");
    println!("| what | p50 ms | p99 ms |\n|---|---:|---:|");
    for (name, times) in [
        ("an article is made", &mut waits),
        ("an article is read, nobody writing", &mut alone),
        ("an article is read, meanwhile", &mut beside),
    ] {
        println!("| {name} | {:.2} | {:.2} |", percentile(times, 50), percentile(times, 99));
    }
    println!("\n{rate:.0} articles a second.");
}

async fn write_until(
    client: Client,
    writer: usize,
    stop: Arc<AtomicBool>,
    made: Arc<AtomicUsize>,
) -> Vec<Duration> {
    let body = "عادت مراكب الصيد إلى الميناء القديم بعد ثلاث سنوات من الإغلاق. ".repeat(18);
    let mut waits = Vec::new();
    while !stop.load(Ordering::Acquire) {
        let title = format!("خبر {writer} {}", waits.len());
        let article = json!({ "title": title, "body": body, "tags": ["موضوع 1", "موضوع 7"] });
        let began = Instant::now();
        client.send(reqwest::Method::POST, "/api/v1/articles", Some(&article)).await;
        waits.push(began.elapsed());
        made.fetch_add(1, Ordering::Release);
    }
    waits
}

/// Reads 1,000 articles in turn, one at a time, on a thread that has nothing else to do.
fn read_for(base: &str, time: Duration) -> JoinHandle<Vec<Duration>> {
    let base = base.to_owned();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime").block_on(async {
            let client = Client::new(&base);
            let article = |n: usize| format!("/api/v1/articles/{}", 1 + n % 1_000);
            // Disk time is not measured.
            for n in 0..1_000 {
                client.time(&article(n)).await;
            }
            let (began, mut times) = (Instant::now(), Vec::new());
            while began.elapsed() < time {
                times.push(client.time(&article(times.len())).await);
                std::thread::sleep(PACE);
            }
            times
        })
    })
}

async fn join(thread: JoinHandle<Vec<Duration>>) -> Vec<Duration> {
    let times = tokio::task::spawn_blocking(|| thread.join().expect("the reader"));
    times.await.expect("the reader")
}
