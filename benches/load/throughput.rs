//! Requests a second over 64 connections, as a ratio to a bare actix-web server with the same
//! bytes. The servers alternate; each ratio is the median over the rounds.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use super::client::Client;
use super::paths;
use super::servers::{Server, Settings};

const RUNS: usize = 5;
const SECONDS: &str = "2s";

/// Number of articles read in turn.
const WALKED: usize = 1_000;

/// The requests of a row.
#[derive(Default)]
struct Load {
    name: &'static str,
    path: String,
    /// Reads articles in turn from the first one on, instead of one path.
    walks: bool,
    headers: Vec<String>,
    /// The body of the other servers.
    bytes: Vec<u8>,
    /// Whether nginx is measured, too.
    nginx: bool,
}

/// Cached responses.
pub async fn warm(settings: &Settings) {
    let server = Server::maqal(settings, &[]);
    let client = Client::new(&server.base);
    let article = "/api/v1/articles/1";
    for n in 1..=WALKED {
        client.time(&format!("/api/v1/articles/{n}")).await;
    }
    let slug = paths::slug_of(&client, 1).await;
    let (first, tagged) = ("/api/v1/articles", paths::tagged(3));
    head("Warm: from the cache");
    for (name, path, walks, nginx) in [
        ("one article", article, false, true),
        ("1,000 articles in turn", article, true, false),
        ("one by its slug", slug.as_str(), false, true),
        ("list of 20", first, false, true),
        ("list of 20 with a tag", tagged.as_str(), false, false),
        ("tags", "/api/v1/tags", false, true),
        ("its comments", "/api/v1/articles/1/comments", false, false),
    ] {
        client.time(path).await;
        client.time(path).await;
        let (bytes, _) = client.sample(path, &[]).await;
        row(
            &Load { name, path: path.into(), walks, bytes, nginx, ..Load::default() },
            &server,
            settings,
        );
    }
    let browser = [("Accept-Encoding", "gzip, br"), ("Accept-Language", "ar-LY,ar;q=0.9,en;q=0.8")];
    // The first request compresses it.
    for _ in 0..3 {
        client.sample(first, &browser).await;
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    let (bytes, _) = client.sample(first, &browser).await;
    let headers = browser.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    let load = Load {
        name: "list of 20, in Brotli",
        path: first.into(),
        headers,
        bytes,
        ..Load::default()
    };
    row(&load, &server, settings);
    for (name, path) in [("article, unchanged (304)", article), ("list, unchanged (304)", first)] {
        let condition = format!("If-None-Match: {}", client.sample(path, &[]).await.1);
        let load = Load { name, path: path.into(), headers: vec![condition], ..Load::default() };
        row(&load, &server, settings);
    }
}

/// Uncached responses.
pub async fn cold(settings: &Settings, articles: usize) {
    let server = Server::maqal(settings, &[("MAQAL_CACHE", "off")]);
    let client = Client::new(&server.base);
    head("Cold: `MAQAL_CACHE=off`");
    let middle = format!("/api/v1/articles/{}", articles / 2);
    let tagged = paths::tagged(3);
    for (name, path, walks) in [
        ("1,000 articles in turn", middle.as_str(), true),
        ("list of 20", "/api/v1/articles", false),
        ("list of 20 with a tag", tagged.as_str(), false),
        ("related", "/api/v1/articles/1/related", false),
    ] {
        let (bytes, _) = client.sample(path, &[]).await;
        row(&Load { name, path: path.into(), walks, bytes, ..Load::default() }, &server, settings);
    }
}

fn head(what: &str) {
    println!("\n## {what}\n\n| read | bytes | req/s | of bare actix | of nginx |");
    println!("|---|---:|---:|---:|---:|");
}

/// Loads the servers in turn, and prints a row of the table.
fn row(load: &Load, maqal: &Server, settings: &Settings) {
    let file = settings.folder.join("bytes");
    std::fs::write(&file, &load.bytes).expect("the bytes");
    let bare = Server::bare(&file);
    let nginx = load.nginx.then(|| Server::nginx(&settings.folder, &load.bytes)).flatten();
    let script = load.walks.then(|| walk(settings, &load.path));
    let ask = |base: &str| wrk(&format!("{base}{}", load.path), &load.headers, script.as_ref());
    let (mut ours, mut theirs, mut nginxs) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..RUNS {
        ours.push(ask(&maqal.base));
        theirs.push(ask(&bare.base));
        nginxs.extend(nginx.as_ref().map(|nginx| ask(&nginx.base)));
    }
    // The ratio within a round, since other load affects both servers.
    let of = |others: Vec<f64>| {
        let ratios = ours.iter().zip(others).map(|(ours, other)| ours / other).collect();
        median(ratios).map_or("–".into(), |ratio| format!("{ratio:.2}"))
    };
    let (theirs, nginxs) = (of(theirs), of(nginxs));
    let (name, bytes, ours) = (load.name, load.bytes.len(), median(ours).expect("runs"));
    println!("| {name} | {bytes} | {ours:.0} | {theirs} | {nginxs} |");
}

/// A script for `wrk` that reads the articles from this one on.
fn walk(settings: &Settings, first: &str) -> PathBuf {
    let from: usize = first.rsplit('/').next().and_then(|id| id.parse().ok()).expect("an id");
    let script = settings.folder.join("walk.lua");
    let text = format!(
        "local n = 0\nrequest = function()\n  n = (n + 1) % {WALKED}\n  \
         return wrk.format('GET', '/api/v1/articles/' .. ({from} + n))\nend\n"
    );
    std::fs::write(&script, text).expect("a script");
    script
}

fn median(mut figures: Vec<f64>) -> Option<f64> {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied()
}

/// Requests a second. Panics on any failed request.
fn wrk(url: &str, headers: &[String], script: Option<&PathBuf>) -> f64 {
    let mut command = Command::new("taskset");
    command.args(["-c", "1", "wrk", "-t1", "-c64", "-d", SECONDS]);
    for header in headers {
        command.args(["-H", header]);
    }
    if let Some(script) = script {
        command.arg("-s").arg(script);
    }
    let output = command.arg(url).output().expect("wrk and taskset are installed");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(!text.contains("Non-2xx"), "{url}: {text}");
    let rate = text.lines().find_map(|line| line.trim().strip_prefix("Requests/sec:"));
    rate.and_then(|rate| rate.trim().parse().ok()).unwrap_or_else(|| panic!("wrk said: {text}"))
}
