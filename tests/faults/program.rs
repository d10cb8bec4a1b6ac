//! The program, run to its end or as a server.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};

use super::database::{Backend, Database};
use super::postgres;

pub const PROGRAM: &str = env!("CARGO_BIN_EXE_maqal");
pub const EMAIL: &str = "admin@example.org";
pub const PASSWORD: &str = "a quiet harbour before dawn";

/// The longest wait for any event.
pub const DEADLINE: Duration = Duration::from_secs(60);

/// The available databases.
pub fn backends() -> Vec<Backend> {
    match postgres::url() {
        Ok(_) => Backend::ALL.to_vec(),
        Err(reason) if postgres::is_required() => panic!("no PostgreSQL to test with: {reason}"),
        Err(reason) => {
            eprintln!("!! PostgreSQL was SKIPPED: {reason}");
            vec![Backend::Sqlite]
        }
    }
}

/// A command in a folder, without Maqal's settings from the environment.
pub fn command(program: impl AsRef<OsStr>, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder).stdin(Stdio::null());
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("MAQAL_") || text == "DATABASE_URL" {
            command.env_remove(&name);
        }
    }
    command
}

/// Sets the database, an admin and a free port for a server.
pub fn settle(command: &mut Command, url: &str, keys: &Path) {
    command
        .env("DATABASE_URL", url)
        .env("MAQAL_BIND", "127.0.0.1:0")
        .env("MAQAL_JWT_KEYS", keys)
        .env("MAQAL_ADMIN_EMAIL", EMAIL)
        .env("MAQAL_ADMIN_PASSWORD", PASSWORD)
        .env("MAQAL_WORKERS", "2")
        .env("MAQAL_LOG", "error");
}

/// The URL of a database.
pub fn url(database: &Database) -> String {
    match (database.file(), database.schema_url()) {
        (Some(file), _) => format!("sqlite://{}", file.display()),
        (None, Some(url)) => url.to_owned(),
        (None, None) => unreachable!("one of the two"),
    }
}

/// `maqal` with these arguments, for a database.
pub fn maqal(database: &Database, args: &[&str]) -> Command {
    let keys = database.keys();
    let mut command = command(PROGRAM, keys.parent().expect("a folder"));
    settle(&mut command, &url(database), &keys);
    command.args(args);
    command
}

/// Runs a command to its end.
pub fn run(mut command: Command) -> Output {
    command.output().expect("the program runs")
}

/// Standard output and standard error.
pub fn output_text(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    text(&output.stdout) + &text(&output.stderr)
}

/// A running server, killed on drop.
pub struct Server {
    process: Child,
    /// `http://` with its address.
    pub base: String,
}

impl Server {
    /// Starts `maqal serve` and waits until it listens.
    pub fn start(database: &Database) -> Self {
        Self::spawn(maqal(database, &["serve"])).ready()
    }

    /// Starts a command that becomes a server.
    pub fn spawn(mut command: Command) -> Starting {
        Starting(command.stdout(Stdio::piped()).spawn().expect("the server starts"))
    }

    /// A server that was started elsewhere and listens on this address.
    pub fn adopt(process: Child, address: &str) -> Self {
        Self { process, base: format!("http://{address}") }
    }

    pub fn pid(&self) -> u32 {
        self.process.id()
    }

    /// Sends `SIGTERM`.
    pub fn terminate(&self) {
        self.signal("TERM");
    }

    /// Sends a signal by its name.
    pub fn signal(&self, name: &str) {
        let pid = self.pid().to_string();
        let sent = Command::new("kill").args([&format!("-{name}"), &pid]).status().expect("kill");
        assert!(sent.success());
    }

    /// Waits until it exits.
    pub fn wait(&mut self) -> ExitStatus {
        let began = Instant::now();
        loop {
            if let Some(status) = self.process.try_wait().expect("its status") {
                return status;
            }
            assert!(began.elapsed() < DEADLINE, "the server doesn't end");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have exited already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A server that may not listen yet.
pub struct Starting(Child);

impl Starting {
    /// Waits until it listens.
    pub fn ready(self) -> Server {
        self.ready_with_output().0
    }

    /// Waits until both listeners listen. Returns `http://` with the address of the metrics, too.
    pub fn ready_with_metrics(mut self) -> (Server, String) {
        let stdout = self.0.stdout.take().expect("its output");
        let mut base = None;
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            let Some((_, address)) = line.rsplit_once("http://") else { continue };
            match address.strip_suffix("/metrics") {
                Some(address) => {
                    let base = base.expect("the API is announced first");
                    return (Server { process: self.0, base }, format!("http://{address}"));
                }
                None => base = base.or_else(|| Some(format!("http://{address}"))),
            }
        }
        panic!("it does not say where it listens");
    }

    /// Waits until it listens, and returns the lines that it has printed.
    pub fn ready_with_output(mut self) -> (Server, Vec<String>) {
        let stdout = self.0.stdout.take().expect("its output");
        let mut lines = Vec::new();
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            let address = line.rsplit_once("http://").map(|(_, address)| address.to_owned());
            lines.push(line);
            if let Some(address) = address {
                return (Server { process: self.0, base: format!("http://{address}") }, lines);
            }
        }
        panic!("it does not say where it listens: {lines:?}");
    }
}

/// Waits until a condition holds. Returns the time taken.
pub async fn eventually(event: &str, mut holds: impl AsyncFnMut() -> bool) -> Duration {
    let began = Instant::now();
    while !holds().await {
        assert!(began.elapsed() < DEADLINE, "{event}: not within {DEADLINE:?}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    began.elapsed()
}
