//! Cold reads as a ratio to a bare actix-web server that answers the same bytes, in one run:
//!
//! ```text
//! cargo bench --bench cold_reads                       on SQLite
//! cargo bench --bench cold_reads -- postgres://…       on PostgreSQL, in an empty database
//! ```
//!
//! It starts the release build of `maqal` on one core, fills it with 1,000 Arabic articles of
//! about 3.7 KB, and loads it from the other core with `wrk` (Debian: `apt-get install wrk`), one
//! article after the other, so that nothing but the database can have it ready. Runs of the two
//! servers alternate; the medians are compared. Needs `wrk` and `taskset`.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use actix_web::{App, HttpResponse, HttpServer, web};
use serde_json::{Value, json};

const ARTICLES: usize = 1000;
const RUNS: usize = 5;
const SECONDS: &str = "4s";
const EMAIL: &str = "admin@example.org";
const PASSWORD: &str = "a quiet harbour before dawn";

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    let first = arguments.next();
    if first.as_deref() == Some("--bare") {
        return bare(&arguments.next().expect("a file"));
    }
    let folder = tempfile::tempdir().expect("a folder");
    let url = first.unwrap_or_else(|| format!("sqlite://{}/bench.db", folder.path().display()));
    let server = Server::maqal(folder.path(), &url);
    let sample = actix_web::rt::System::new().block_on(fill(&server.base));
    println!("| read | bytes | maqal req/s | bare actix req/s | ratio |");
    println!("|---|---|---|---|---|");
    let script = folder.path().join("articles.lua");
    let walk = format!(
        "local n = 0\nrequest = function()\n  n = n % {ARTICLES} + 1\n  \
         return wrk.format('GET', '/api/v1/articles/' .. n)\nend\n"
    );
    std::fs::write(&script, walk).expect("a script");
    let script = script.to_str().expect("UTF-8");
    row("one article", &server, folder.path(), &sample.article, "/", Some(script));
    row("list of 20", &server, folder.path(), &sample.list, "/api/v1/articles", None);
}

/// The bytes of one article and of a list of 20.
struct Sample {
    article: Vec<u8>,
    list: Vec<u8>,
}

fn row(
    name: &str,
    maqal: &Server,
    folder: &std::path::Path,
    bytes: &[u8],
    path: &str,
    script: Option<&str>,
) {
    let file = folder.join("bytes");
    std::fs::write(&file, bytes).expect("the bytes");
    let bare = Server::bare(file.to_str().expect("UTF-8"));
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        ours.push(wrk(&format!("{}{path}", maqal.base), script));
        theirs.push(wrk(&format!("{}{path}", bare.base), script));
    }
    let (ours, theirs) = (median(ours), median(theirs));
    let ratio = ours / theirs;
    println!("| {name} | {} | {ours:.0} | {theirs:.0} | {ratio:.2} |", bytes.len());
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// Requests a second, with every answer a 200.
fn wrk(url: &str, script: Option<&str>) -> f64 {
    let mut command = Command::new("taskset");
    command.args(["-c", "1", "wrk", "-t1", "-c64", "-d", SECONDS]);
    if let Some(script) = script {
        command.args(["-s", script]);
    }
    let output = command.arg(url).output().expect("wrk and taskset are installed");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(!text.contains("Non-2xx"), "{text}");
    let rate = text.lines().find_map(|line| line.trim().strip_prefix("Requests/sec:"));
    rate.and_then(|rate| rate.trim().parse().ok()).unwrap_or_else(|| panic!("wrk said: {text}"))
}

/// A server on core 0.
struct Server {
    process: Child,
    base: String,
}

impl Server {
    fn maqal(folder: &std::path::Path, url: &str) -> Self {
        let mut command = Command::new("taskset");
        command
            .args(["-c", "0", env!("CARGO_BIN_EXE_maqal"), "serve"])
            .current_dir(folder)
            .env("DATABASE_URL", url)
            .env("MAQAL_BIND", "127.0.0.1:0")
            .env("MAQAL_WORKERS", "1")
            .env("MAQAL_JWT_KEYS", folder.join("keys"))
            .env("MAQAL_ADMIN_EMAIL", EMAIL)
            .env("MAQAL_ADMIN_PASSWORD", PASSWORD);
        Self::spawn(command)
    }

    fn bare(file: &str) -> Self {
        let mut command = Command::new("taskset");
        let this = std::env::current_exe().expect("this program");
        command.args(["-c", "0"]).arg(this).args(["--bare", file]);
        Self::spawn(command)
    }

    fn spawn(mut command: Command) -> Self {
        let mut process = command
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the server starts");
        let lines = BufReader::new(process.stdout.take().expect("its output")).lines();
        let address = lines
            .map_while(Result::ok)
            .find_map(|line| line.rsplit_once("http://").map(|(_, address)| address.to_owned()))
            .expect("it says where it listens");
        Self { process, base: format!("http://{address}") }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.process.kill().is_ok() {
            let _ = self.process.wait();
        }
    }
}

/// The limit: constant bytes, nothing else.
fn bare(file: &str) {
    let bytes = web::Bytes::from(std::fs::read(file).expect("the bytes"));
    actix_web::rt::System::new().block_on(async move {
        let server = HttpServer::new(move || {
            let bytes = bytes.clone();
            App::new().default_service(web::to(move || {
                let answer =
                    HttpResponse::Ok().content_type("application/json").body(bytes.clone());
                async move { answer }
            }))
        })
        .workers(1)
        .bind("127.0.0.1:0")
        .expect("a port");
        println!("http://{}", server.addrs()[0]);
        server.run().await.expect("it runs");
    });
}

async fn fill(base: &str) -> Sample {
    let client = reqwest::Client::new();
    let sign_in = json!({ "email": EMAIL, "password": PASSWORD });
    let login: Value = client
        .post(format!("{base}/api/v1/auth/login"))
        .json(&sign_in)
        .send()
        .await
        .expect("a login")
        .json()
        .await
        .expect("JSON");
    let token = login["access_token"].as_str().expect("a token").to_owned();
    for n in 0..ARTICLES {
        let body = "عادت مراكب الصيد إلى الميناء القديم بعد ثلاث سنوات من الإغلاق. ".repeat(18);
        let article = json!({
            "title": format!("عودة الصيادين إلى الميناء {n}"), "body": body,
            "tags": ["ليبيا", format!("مدينة {}", n % 50), format!("موضوع {}", n % 7)],
            "credits": [{ "name": "وكالة أنباء المرفأ", "role": "agency" }]
        });
        let made: Value = client
            .post(format!("{base}/api/v1/articles"))
            .bearer_auth(&token)
            .json(&article)
            .send()
            .await
            .expect("an article")
            .json()
            .await
            .expect("JSON");
        let publish = format!("{base}/api/v1/articles/{}/publish", made["id"]);
        client.post(publish).bearer_auth(&token).send().await.expect("it is published");
    }
    let bytes = async |path: &str| {
        let answer = client.get(format!("{base}{path}")).send().await.expect("an answer");
        answer.bytes().await.expect("its bytes").to_vec()
    };
    Sample { article: bytes("/api/v1/articles/1").await, list: bytes("/api/v1/articles").await }
}
