//! A PostgreSQL server of one test, which the test starts, stops and configures. Unlike the shared
//! server, it keeps acknowledged commits after a crash. `cluster.sh` controls it.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use super::postgres;

/// A server. It and its folder are removed on drop, or when the process ends.
pub struct Cluster {
    keeper: Child,
    output: BufReader<ChildStdout>,
    folder: PathBuf,
    owner: Option<(u32, u32)>,
}

impl Cluster {
    /// Creates a server without starting it.
    ///
    /// # Errors
    /// The reason why this machine can't run one.
    pub fn new() -> Result<Self, String> {
        Self::make(None)
    }

    /// Creates a standby of a running server without starting it.
    ///
    /// # Errors
    /// The server's log.
    pub fn standby_of(primary: &Self) -> Result<Self, String> {
        Self::make(Some(primary.folder()))
    }

    fn make(primary: Option<&Path>) -> Result<Self, String> {
        let message = |error: std::io::Error| error.to_string();
        let programs = postgres::programs().ok_or("no initdb in PATH or /usr/lib/postgresql")?;
        let folder = tempfile::Builder::new().prefix("maqal-pg-").tempdir().map_err(message)?;
        let mut command = Command::new("/bin/sh");
        let mut owner = None;
        // PostgreSQL refuses to run as root.
        if fs::metadata(folder.path()).map_err(message)?.uid() == 0 {
            let (user, group) = postgres::unprivileged_user()?;
            chown(folder.path(), Some(user), Some(group)).map_err(message)?;
            command.uid(user).gid(group);
            owner = Some((user, group));
        }
        let mut keeper = command
            .args(["-c", include_str!("cluster.sh"), "cluster.sh"])
            .args([programs.as_path(), folder.path()])
            .args(primary)
            .current_dir("/")
            .env_remove("PGDATA")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(message)?;
        let output = BufReader::new(keeper.stdout.take().ok_or("the keeper has no output")?);
        let mut cluster = Self { keeper, output, folder: folder.keep(), owner };
        cluster.answer()?;
        Ok(cluster)
    }

    /// Starts it with options such as `-c name=value`, and waits until it accepts connections.
    ///
    /// # Errors
    /// The server's log.
    pub fn start(&mut self, options: &str) -> Result<(), String> {
        self.order(&format!("start {options}\n"))
    }

    /// Stops it like a crash, without a clean shutdown.
    ///
    /// # Errors
    /// The server's log.
    pub fn stop(&mut self) -> Result<(), String> {
        self.order("stop\n")
    }

    /// Writes a file into its folder, readable by the server only.
    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.join(name);
        fs::write(&path, text).expect("a file for PostgreSQL");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("its mode");
        if let Some((user, group)) = self.owner {
            chown(&path, Some(user), Some(group)).expect("its owner");
        }
        path
    }

    /// Its folder, which also holds its socket.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The URL of its database over the socket.
    pub fn url(&self) -> String {
        let socket = self.folder.display().to_string().replace('/', "%2F");
        format!("postgres://maqal@{socket}/postgres")
    }

    fn order(&mut self, order: &str) -> Result<(), String> {
        let keeper = self.keeper.stdin.as_mut().ok_or("the keeper has no input")?;
        keeper.write_all(order.as_bytes()).map_err(|error| error.to_string())?;
        self.answer()
    }

    fn answer(&mut self) -> Result<(), String> {
        let mut line = String::new();
        self.output.read_line(&mut line).map_err(|error| error.to_string())?;
        if line == "done\n" { Ok(()) } else { Err(format!("PostgreSQL: {}", line.trim())) }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        if let Err(error) = self.keeper.wait() {
            eprintln!("could not wait for a PostgreSQL to stop: {error}");
        }
    }
}

/// The created server, or `None` with a notice without PostgreSQL. Panics in CI instead.
pub fn or_skip<T>(made: Result<T, String>) -> Option<T> {
    match made {
        Ok(made) => Some(made),
        Err(why) if postgres::is_required() => panic!("no PostgreSQL to test with: {why}"),
        Err(why) => {
            eprintln!("!! PostgreSQL was SKIPPED: {why}");
            None
        }
    }
}
