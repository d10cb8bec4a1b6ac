//! Program size, time to the first response, and memory.

use std::time::{Duration, Instant};

use super::client::{Client, percentile};
use super::servers::{Server, Settings, program};

const STARTS: usize = 7;

/// Number of articles read to fill the cache, far above its capacity.
const READ: usize = 60_000;

/// Prints the table.
pub async fn measure(settings: &Settings, articles: usize) {
    println!("\n## Footprint\n\n| what | figure |\n|---|---:|");
    let size = std::fs::metadata(program()).map_or(0, |file| file.len());
    println!("| the program | {:.1} MiB |", size as f64 / f64::from(1 << 20));
    let mut starts: Vec<Duration> = Vec::new();
    for _ in 0..STARTS {
        let began = Instant::now();
        let server = Server::maqal(settings, &[]);
        Client::new(&server.base).time("/api/v1/articles/1").await;
        starts.push(began.elapsed());
    }
    println!(
        "| from start to the first article | {:.1} ms (median) |",
        percentile(&mut starts, 50)
    );
    let server = Server::maqal(settings, &[]);
    tokio::time::sleep(Duration::from_secs(2)).await;
    println!("| memory, idle | {:.1} MiB |", server.resident());
    let client = Client::new(&server.base);
    for n in 0..READ {
        let id = 1 + n * 7_919 % articles;
        client.time(&format!("/api/v1/articles/{id}")).await;
    }
    println!("| memory, the cache full (64 MiB) | {:.1} MiB |", server.resident());
}
