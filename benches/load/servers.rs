//! The measured servers, each a process on core 0: Maqal, the bare server, and nginx.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use actix_web::http::header::{ETAG, IF_NONE_MATCH};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};

/// The email address of the first admin, the author of the corpus.
pub const EMAIL: &str = "admin@example.org";
/// The admin's password.
pub const PASSWORD: &str = "a quiet harbour before dawn";

/// Pins this program to the load generator's core, since it holds clients.
pub fn stay_off_their_core() {
    let id = std::process::id().to_string();
    let done = Command::new("taskset").args(["-a", "-c", "-p", "1", &id]).output();
    assert!(done.is_ok_and(|done| done.status.success()), "taskset is needed");
}

/// The database, and the folder of the files.
pub struct Settings {
    /// Keys, and SQLite's file.
    pub folder: PathBuf,
    /// The database.
    pub url: String,
}

impl Settings {
    /// The database's name.
    pub fn kind(&self) -> &'static str {
        if self.url.starts_with("sqlite") { "SQLite" } else { "PostgreSQL" }
    }
}

/// A server, stopped on drop.
pub struct Server {
    process: Child,
    /// Its address.
    pub base: String,
}

impl Server {
    /// Maqal with these settings.
    pub fn maqal(settings: &Settings, variables: &[(&str, &str)]) -> Self {
        let mut command = Command::new("taskset");
        command
            .args(["-c", "0", &program(), "serve"])
            .current_dir(&settings.folder)
            .env("DATABASE_URL", &settings.url)
            .env("MAQAL_BIND", "127.0.0.1:0")
            .env("MAQAL_WORKERS", "1")
            .env("MAQAL_JWT_KEYS", settings.folder.join("keys"))
            .env("MAQAL_ADMIN_EMAIL", EMAIL)
            .env("MAQAL_ADMIN_PASSWORD", PASSWORD)
            .envs(variables.iter().copied());
        Self::spawn(command)
    }

    /// The bare server, which returns constant bytes.
    pub fn bare(file: &Path) -> Self {
        let mut command = Command::new("taskset");
        let this = std::env::current_exe().expect("this program");
        command.args(["-c", "0"]).arg(this).arg("--bare").arg(file);
        Self::spawn(command)
    }

    /// nginx with the same bytes as a file, if it is installed.
    pub fn nginx(folder: &Path, bytes: &[u8]) -> Option<Self> {
        let folder = folder.join("nginx");
        std::fs::create_dir_all(folder.join("html")).expect("a folder");
        std::fs::write(folder.join("html/answer.json"), bytes).expect("the bytes");
        let port = free_port();
        let text = NGINX.replace("PORT", &port.to_string());
        let file = folder.join("nginx.conf");
        std::fs::write(&file, text).expect("its settings");
        let mut command = Command::new("taskset");
        command.args(["-c", "0", "nginx", "-e", "stderr", "-p"]).arg(&folder).arg("-c").arg(file);
        let process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().ok()?;
        let mut server = Self { process, base: format!("http://127.0.0.1:{port}") };
        for _ in 0..100 {
            if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Some(server);
            }
            if !matches!(server.process.try_wait(), Ok(None)) {
                return None;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        None
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

    /// Resident memory in MiB.
    pub fn resident(&self) -> f64 {
        let path = format!("/proc/{}/status", self.process.id());
        let status = std::fs::read_to_string(path).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok());
        kib.unwrap_or(f64::NAN) / 1024.0
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // `SIGTERM`, since nginx would leave its child after a kill.
        let id = self.process.id().to_string();
        let asked = Command::new("kill").args(["-TERM", &id]).status();
        if asked.is_err() || self.process.wait().is_err() {
            let _ = self.process.kill();
        }
    }
}

/// The Maqal program built with this benchmark.
pub fn program() -> String {
    let other = std::env::var("MAQAL_BENCH_PROGRAM");
    other.unwrap_or_else(|_| env!("CARGO_BIN_EXE_maqal").to_owned())
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("its number").port()
}

const NGINX: &str = "
daemon off;
worker_processes 1;
pid nginx.pid;
events { worker_connections 1024; }
http {
    access_log off;
    client_body_temp_path temp_body;
    proxy_temp_path temp_proxy;
    fastcgi_temp_path temp_fastcgi;
    uwsgi_temp_path temp_uwsgi;
    scgi_temp_path temp_scgi;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 1000000000;
    open_file_cache max=16;
    types { application/json json; }
    server { listen 127.0.0.1:PORT; root html; location / { try_files /answer.json =404; } }
}
";

/// Answers every request with the bytes of a file.
pub fn bare(file: &Path) {
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
