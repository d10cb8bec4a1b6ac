//! A PostgreSQL server that one test may stop, start and set up as it likes. Unlike the shared one
//! (`tests/api/support/postgres.rs`) it keeps what it acknowledged when it is stopped at once.
//! `cluster.sh` looks after it. Used by `tests/tls.rs` and `outage.rs`.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use super::postgres;

/// A server; it and its folder are gone when it is dropped, or when the process ends.
pub struct Cluster {
    keeper: Child,
    said: BufReader<ChildStdout>,
    folder: PathBuf,
    owner: Option<(u32, u32)>,
}

impl Cluster {
    /// Makes one, and doesn't start it yet.
    ///
    /// # Errors
    /// Why there can be none on this machine.
    pub fn new() -> Result<Self, String> {
        Self::make(None)
    }

    /// Makes a standby of one that runs, and doesn't start it yet.
    ///
    /// # Errors
    /// What its log says.
    pub fn standby_of(primary: &Self) -> Result<Self, String> {
        Self::make(Some(primary.folder()))
    }

    fn make(primary: Option<&Path>) -> Result<Self, String> {
        let told = |error: std::io::Error| error.to_string();
        let programs = postgres::programs().ok_or("no initdb in PATH or /usr/lib/postgresql")?;
        let folder = tempfile::Builder::new().prefix("maqal-pg-").tempdir().map_err(told)?;
        let mut command = Command::new("/bin/sh");
        let mut owner = None;
        // PostgreSQL refuses to run as root.
        if fs::metadata(folder.path()).map_err(told)?.uid() == 0 {
            let (user, group) = postgres::somebody_else()?;
            chown(folder.path(), Some(user), Some(group)).map_err(told)?;
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
            .map_err(told)?;
        let said = BufReader::new(keeper.stdout.take().ok_or("the keeper has no output")?);
        let mut cluster = Self { keeper, said, folder: folder.keep(), owner };
        cluster.answer()?;
        Ok(cluster)
    }

    /// Starts it with these of its settings (`-c name=value`) and waits until it answers.
    ///
    /// # Errors
    /// What its log says.
    pub fn start(&mut self, options: &str) -> Result<(), String> {
        self.order(&format!("start {options}\n"))
    }

    /// Stops it as a crash would: no goodbye to clients, nothing tidied up.
    ///
    /// # Errors
    /// What its log says.
    pub fn stop(&mut self) -> Result<(), String> {
        self.order("stop\n")
    }

    /// Puts a file into its folder, as its own and nobody else's to read.
    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.join(name);
        fs::write(&path, text).expect("a file for PostgreSQL");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("its mode");
        if let Some((user, group)) = self.owner {
            chown(&path, Some(user), Some(group)).expect("its owner");
        }
        path
    }

    /// Its folder, which is where its socket is too.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The URL of its database through the socket.
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
        self.said.read_line(&mut line).map_err(|error| error.to_string())?;
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

/// What was made, or `None` where there is no PostgreSQL: loudly, and in CI not at all.
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
