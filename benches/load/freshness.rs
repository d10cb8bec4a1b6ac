//! The delay until a write on one process shows on another: two instances on one PostgreSQL
//! database, or two processes on one SQLite file.

use std::time::{Duration, Instant};

use serde_json::json;

use super::client::{Client, percentile};
use super::servers::{Server, Settings};

const WRITES: usize = 100;

/// Prints the line.
pub async fn measure(settings: &Settings) {
    // Both accept the tokens only with the same issuer.
    let issuer = [("MAQAL_PUBLIC_URL", "http://127.0.0.1:1")];
    let (one, other) = (Server::maqal(settings, &issuer), Server::maqal(settings, &issuer));
    let writer = Client::new(&one.base).sign_in().await;
    let (here, there) = (Client::new(&one.base), Client::new(&other.base));
    let path = "/api/v1/articles/1";
    let mut ages: Vec<Duration> = Vec::new();
    for n in 0..WRITES {
        there.get(path).await;
        let subtitle = json!({ "subtitle": n.to_string() });
        writer.send(reqwest::Method::PATCH, path, Some(&subtitle)).await;
        let written = Instant::now();
        assert_eq!(here.get(path).await["subtitle"], subtitle["subtitle"], "its own write");
        while there.get(path).await["subtitle"] != subtitle["subtitle"] {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        ages.push(written.elapsed());
    }
    println!("\n## Freshness\n\n| a write shows | p50 ms | longest ms |\n|---|---:|---:|");
    println!("| to the next request here | 0 | 0 |");
    let (p50, longest) = (percentile(&mut ages, 50), percentile(&mut ages, 100));
    println!("| on another instance | {p50:.1} | {longest:.1} |");
}
