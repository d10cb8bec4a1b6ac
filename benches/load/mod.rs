//! What the load benchmarks share: the two servers on core 0, `wrk` on core 1, and a newsroom's
//! articles to read. Needs `wrk` (Debian: `apt-get install wrk`) and `taskset`.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use actix_web::http::header::{ETAG, IF_NONE_MATCH};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use serde_json::{Value, json};

/// How many articles there are.
pub const ARTICLES: usize = 1000;
const RUNS: usize = 5;
const SECONDS: &str = "4s";
const EMAIL: &str = "admin@example.org";
const PASSWORD: &str = "a quiet harbour before dawn";

/// Becomes the bare server if the arguments say so; else where the database is to be.
pub fn arguments() -> Option<String> {
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    let first = arguments.next();
    if first.as_deref() == Some("--bare") {
        bare(&arguments.next().expect("a file"));
        std::process::exit(0);
    }
    first
}

/// What is asked for.
#[derive(Default)]
pub struct Load<'a> {
    /// What it's called in the table.
    pub name: &'a str,
    /// The path at our server.
    pub path: &'a str,
    /// A script for `wrk` that chooses the paths.
    pub script: Option<&'a str>,
    /// Headers to send.
    pub headers: &'a [&'a str],
    /// The body that the bare server answers.
    pub bytes: &'a [u8],
}

/// Loads both servers in turns and prints a row of the table.
pub fn row(load: &Load<'_>, maqal: &Server, folder: &Path) {
    let file = folder.join("bytes");
    std::fs::write(&file, load.bytes).expect("the bytes");
    let bare = Server::bare(file.to_str().expect("UTF-8"));
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        ours.push(wrk(&format!("{}{}", maqal.base, load.path), load));
        theirs.push(wrk(&bare.base, load));
    }
    let (ours, theirs) = (median(ours), median(theirs));
    let (name, bytes, ratio) = (load.name, load.bytes.len(), ours / theirs);
    println!("| {name} | {bytes} | {ours:.0} | {theirs:.0} | {ratio:.2} |");
}

/// The table's head.
pub fn head() {
    println!("| read | bytes | maqal req/s | bare actix req/s | ratio |");
    println!("|---|---|---|---|---|");
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// Requests a second, with every answer a success.
fn wrk(url: &str, load: &Load<'_>) -> f64 {
    let mut command = Command::new("taskset");
    command.args(["-c", "1", "wrk", "-t1", "-c64", "-d", SECONDS]);
    for header in load.headers {
        command.args(["-H", header]);
    }
    if let Some(script) = load.script {
        command.args(["-s", script]);
    }
    let output = command.arg(url).output().expect("wrk and taskset are installed");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(!text.contains("Non-2xx"), "{text}");
    let rate = text.lines().find_map(|line| line.trim().strip_prefix("Requests/sec:"));
    rate.and_then(|rate| rate.trim().parse().ok()).unwrap_or_else(|| panic!("wrk said: {text}"))
}

/// A server on core 0.
pub struct Server {
    process: Child,
    /// Its address.
    pub base: String,
}

impl Server {
    /// Ours, with these of its settings.
    pub fn maqal(folder: &Path, url: &str, settings: &[(&str, &str)]) -> Self {
        let program = std::env::var("MAQAL_BENCH_PROGRAM");
        let program = program.unwrap_or_else(|_| env!("CARGO_BIN_EXE_maqal").to_owned());
        let mut command = Command::new("taskset");
        command
            .args(["-c", "0", &program, "serve"])
            .current_dir(folder)
            .env("DATABASE_URL", url)
            .env("MAQAL_BIND", "127.0.0.1:0")
            .env("MAQAL_WORKERS", "1")
            .env("MAQAL_JWT_KEYS", folder.join("keys"))
            .env("MAQAL_ADMIN_EMAIL", EMAIL)
            .env("MAQAL_ADMIN_PASSWORD", PASSWORD)
            .envs(settings.iter().copied());
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
            App::new().default_service(web::to(move |request: HttpRequest| {
                let answer = if request.headers().contains_key(IF_NONE_MATCH) {
                    HttpResponse::NotModified().insert_header((ETAG, "\"v1\"")).finish()
                } else {
                    HttpResponse::Ok().content_type("application/json").body(bytes.clone())
                };
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

/// Fills the database, through the API.
pub async fn fill(base: &str) {
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
}

/// What the server answers: its body and its entity tag.
pub async fn sample(base: &str, path: &str, headers: &[(&str, &str)]) -> (Vec<u8>, String) {
    let mut request = reqwest::Client::new().get(format!("{base}{path}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = request.send().await.expect("an answer");
    let tag = answer.headers().get("etag").and_then(|tag| tag.to_str().ok()).unwrap_or_default();
    let tag = tag.to_owned();
    (answer.bytes().await.expect("its bytes").to_vec(), tag)
}
