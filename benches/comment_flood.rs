//! The cost of a comment flood for readers, as a ratio within one run:
//!
//! ```text
//! cargo bench --bench comment_flood                       on SQLite
//! cargo bench --bench comment_flood -- postgres://…       on PostgreSQL, in an empty database
//! ```
//!
//! `maqal` runs on one core, with articles and a thread. On the other core, four connections read
//! an article or its comments 400 times a second. In every other run, 16 connections also post
//! comments as fast as the server answers. One flood comes from one address and is throttled; the
//! other uses a new address for each comment, which is accepted. Needs `taskset` and `nice`.

use std::io::{BufRead, BufReader};
use std::net::Ipv4Addr;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::{Value, json};

const ARTICLES: usize = 200;
const COMMENTS: usize = 40;
const RUNS: usize = 5;
const RUN: Duration = Duration::from_secs(4);
const READERS: usize = 4;
/// The interval between two reads of one reader.
const BEAT: Duration = Duration::from_millis(10);
const FLOODERS: usize = 16;
const EMAIL: &str = "admin@example.org";
const PASSWORD: &str = "a quiet harbour before dawn";

fn main() {
    let arguments: Vec<String> =
        std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("a runtime");
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["--flood", base, kind] => runtime.block_on(flood(base, *kind == "many")),
        ["--read", base] => runtime.block_on(read(base)),
        rest => {
            let folder = tempfile::tempdir().expect("a folder");
            let file = format!("sqlite://{}/bench.db", folder.path().display());
            let url = rest.first().map_or(file, |url| (*url).to_owned());
            let server = Server::start(folder.path(), &url);
            runtime.block_on(fill(&server.base));
            println!(
                "| flood | readers alone: p50, p99 (ms) | with the flood: p50, p99 (ms) | p99, ratio \
                 | taken/s | 429/s | others |"
            );
            println!("|---|---|---|---|---|---|---|");
            compare("from one address", &server.base, "one");
            compare("from ever new addresses", &server.base, "many");
        }
    }
}

fn compare(name: &str, base: &str, kind: &str) {
    let (mut alone, mut flooded, mut counts) = (Vec::new(), Vec::new(), [0; 3]);
    for _ in 0..RUNS {
        alone.push(figures(&pinned(0, &["--read", base]).wait_with_output().expect("figures")));
        let flood = pinned(19, &["--flood", base, kind]);
        // The flood reaches full speed before the measurement.
        std::thread::sleep(Duration::from_millis(500));
        flooded.push(figures(&pinned(0, &["--read", base]).wait_with_output().expect("figures")));
        let came = figures(&flood.wait_with_output().expect("figures"));
        counts.iter_mut().zip(came).for_each(|(sum, one)| *sum += one);
    }
    let middle = |runs: &[Vec<u64>], which: usize| -> f64 {
        let mut all: Vec<u64> = runs.iter().map(|run| run[which]).collect();
        all.sort_unstable();
        all[all.len() / 2] as f64 / 1e3
    };
    let [taken, paused, others] = counts.map(|count| count / (RUNS as u64 * FLOOD.as_secs()));
    println!(
        "| {name} | {:.2}, {:.2} | {:.2}, {:.2} | {:.2} | {taken} | {paused} | {others} |",
        middle(&alone, 0),
        middle(&alone, 1),
        middle(&flooded, 0),
        middle(&flooded, 1),
        middle(&flooded, 1) / middle(&alone, 1),
    );
}

/// Runs this program on the other core.
fn pinned(niceness: u8, arguments: &[&str]) -> Child {
    let this = std::env::current_exe().expect("this program");
    Command::new("nice")
        .args(["-n", &niceness.to_string(), "taskset", "-c", "1"])
        .arg(this)
        .args(arguments)
        .stdout(Stdio::piped())
        .spawn()
        .expect("nice and taskset are installed")
}

/// The numbers that this program printed.
fn figures(output: &std::process::Output) -> Vec<u64> {
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8_lossy(&output.stdout);
    text.split_whitespace().map(|number| number.parse().expect("a number")).collect()
}

/// Reads at a fixed rate. Returns p50 and p99 in microseconds, measured from the scheduled start
/// of each read.
async fn read(base: &str) {
    let readers = (0..READERS).map(async |reader| {
        let client = reqwest::Client::new();
        let mut took = Vec::new();
        let begun = Instant::now() + BEAT * reader as u32 / READERS as u32;
        for turn in 0.. {
            let due = begun + BEAT * turn;
            if due > begun + RUN {
                break;
            }
            tokio::time::sleep_until(due.into()).await;
            let article = (turn as usize * READERS + reader) % ARTICLES + 1;
            let path = match turn % 4 {
                0 => "/api/v1/articles/1/comments".to_owned(),
                _ => format!("/api/v1/articles/{article}"),
            };
            let answer = client.get(format!("{base}{path}")).send().await.expect("an answer");
            assert_eq!(answer.status().as_u16(), 200, "{path}");
            answer.bytes().await.expect("its bytes");
            took.push(due.elapsed());
        }
        took
    });
    let mut took: Vec<Duration> = join_all(readers).await.into_iter().flatten().collect();
    took.sort_unstable();
    let at = |share: usize| took[took.len() * share / 100].as_micros();
    println!("{} {}", at(50), at(99));
}

/// Longer than a run with its preparation.
const FLOOD: Duration = Duration::from_secs(5);

/// Posts comments for a while. Returns the numbers of accepted, throttled and other responses.
async fn flood(base: &str, many: bool) {
    let number = AtomicU32::new(std::process::id() << 12);
    let begun = Instant::now();
    let senders = (0..FLOODERS).map(async |_| {
        let (client, mut counts) = (reqwest::Client::new(), [0_u64; 3]);
        while begun.elapsed() < FLOOD {
            let next = number.fetch_add(1, Ordering::Relaxed);
            let address = if many { Ipv4Addr::from(next) } else { Ipv4Addr::new(192, 0, 2, 1) };
            let text = "قرأت هذا الخبر باهتمام، وأودّ أن أضيف إليه شيئًا من عندي. ".repeat(10);
            let comment = json!({
                "author_name": "سالم", "author_email": format!("reader-{next}@example.org"),
                "body": format!("{text}\n\n<b>{next}</b> https://blog.example/{next}"),
            });
            let request = client.post(format!("{base}/api/v1/articles/2/comments"));
            let request = request.header("X-Forwarded-For", address.to_string()).json(&comment);
            let answer = request.send().await.expect("an answer");
            counts[match answer.status().as_u16() {
                201 | 202 => 0,
                429 => 1,
                _ => 2,
            }] += 1;
            answer.bytes().await.expect("its bytes");
        }
        counts
    });
    let mut sums = [0; 3];
    for counts in join_all(senders).await {
        sums.iter_mut().zip(counts).for_each(|(sum, one)| *sum += one);
    }
    println!("{} {} {}", sums[0], sums[1], sums[2]);
}

/// `maqal` on core 0.
struct Server {
    process: Child,
    base: String,
}

impl Server {
    fn start(folder: &std::path::Path, url: &str) -> Self {
        let mut process = Command::new("taskset")
            .args(["-c", "0", env!("CARGO_BIN_EXE_maqal"), "serve"])
            .current_dir(folder)
            .env("DATABASE_URL", url)
            .env("MAQAL_BIND", "127.0.0.1:0")
            .env("MAQAL_WORKERS", "1")
            .env("MAQAL_LOG", "warn")
            // A trusted proxy, so that the flood can use many addresses.
            .env("MAQAL_TRUSTED_PROXIES", "127.0.0.0/8")
            .env("MAQAL_JWT_KEYS", folder.join("keys"))
            .env("MAQAL_ADMIN_EMAIL", EMAIL)
            .env("MAQAL_ADMIN_PASSWORD", PASSWORD)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the server starts");
        let lines = BufReader::new(process.stdout.take().expect("its output")).lines();
        let base = lines
            .map_while(Result::ok)
            .find_map(|line| line.rsplit_once("http://").map(|(_, address)| address.to_owned()))
            .expect("it says where it listens");
        Self { process, base: format!("http://{base}") }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.process.kill().is_ok() {
            let _ = self.process.wait();
        }
    }
}

/// Creates articles, and a thread under the first.
async fn fill(base: &str) {
    let client = reqwest::Client::new();
    let sign_in = json!({ "email": EMAIL, "password": PASSWORD });
    let login = client.post(format!("{base}/api/v1/auth/login")).json(&sign_in).send().await;
    let login: Value = login.expect("a login").json().await.expect("JSON");
    let token = login["access_token"].as_str().expect("a token").to_owned();
    let post = async |path: String, body: Value| {
        let request = client.post(format!("{base}{path}")).bearer_auth(&token).json(&body);
        let answer = request.send().await.expect("an answer");
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.json::<Value>().await.expect("JSON")
    };
    for n in 0..ARTICLES {
        let body = "عادت مراكب الصيد إلى الميناء القديم بعد ثلاث سنوات من الإغلاق. ".repeat(18);
        let article = json!({ "title": format!("عودة الصيادين {n}"), "body": body });
        let made = post("/api/v1/articles".into(), article).await;
        post(format!("/api/v1/articles/{}/publish", made["id"]), json!({})).await;
    }
    for n in 0..COMMENTS {
        let comment = json!({ "body": format!("شكرًا على هذا المقال ({n}).") });
        post("/api/v1/articles/1/comments".into(), comment).await;
    }
}
