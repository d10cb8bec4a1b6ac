//! A PostgreSQL server for the tests: the one that `MAQAL_TEST_POSTGRES` names, or a temporary one
//! from installed programs. `postgres.sh` stops the temporary server when the pipe from this
//! process closes, even if the process is killed.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, OnceLock, PoisonError};

/// The process that runs the temporary server.
static KEEPER: Mutex<Option<Child>> = Mutex::new(None);

/// The server's URL. The first call starts the server.
///
/// # Errors
/// The reason why no server is available.
pub fn url() -> Result<&'static str, &'static str> {
    static URL: OnceLock<Result<String, String>> = OnceLock::new();
    let url = URL.get_or_init(|| match std::env::var("MAQAL_TEST_POSTGRES") {
        Ok(url) => Ok(url),
        Err(_) => start(),
    });
    url.as_deref().map_err(String::as_str)
}

/// The folder of the temporary server.
static FOLDER: OnceLock<PathBuf> = OnceLock::new();

/// The deadlocks that the temporary server has logged.
pub fn deadlocks() -> Vec<String> {
    let Some(folder) = FOLDER.get() else { return Vec::new() };
    let log = fs::read(folder.join("log")).expect("the server's log");
    let log = String::from_utf8_lossy(&log);
    let mut lines = log.lines();
    let mut found = Vec::new();
    while let Some(line) = lines.next() {
        if line.contains("deadlock detected") {
            let details = lines.by_ref().take(8).collect::<Vec<_>>().join("\n");
            found.push(format!("{line}\n{details}"));
        }
    }
    found
}

/// Stops the temporary server, if there is one, and waits for its end.
pub fn stop() {
    let keeper = KEEPER.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(mut keeper) = keeper {
        drop(keeper.stdin.take());
        if let Err(error) = keeper.wait() {
            eprintln!("could not wait for the test PostgreSQL to stop: {error}");
        }
    }
}

/// Whether a missing server fails the run instead of skipping the PostgreSQL tests.
pub fn is_required() -> bool {
    std::env::var_os("CI").is_some()
}

fn start() -> Result<String, String> {
    let programs = programs().ok_or("no initdb in PATH or /usr/lib/postgresql")?;
    let message = |error: std::io::Error| error.to_string();
    let folder = tempfile::Builder::new().prefix("maqal-pg-").tempdir().map_err(message)?;
    let mut command = Command::new("/bin/sh");
    // PostgreSQL refuses to run as root.
    if fs::metadata(folder.path()).map_err(message)?.uid() == 0 {
        let (user, group) = unprivileged_user()?;
        chown(folder.path(), Some(user), Some(group)).map_err(message)?;
        command.uid(user).gid(group);
    }
    let mut keeper = command
        .args(["-c", include_str!("postgres.sh"), "postgres.sh"])
        .args([programs.as_path(), folder.path()])
        .current_dir("/")
        .env_remove("PGDATA")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(message)?;
    // From now on the keeper removes the folder.
    let folder = folder.keep();
    let folder = FOLDER.get_or_init(|| folder);
    let mut output = BufReader::new(keeper.stdout.take().ok_or("the keeper has no output")?);
    let mut line = String::new();
    output.read_line(&mut line).map_err(message)?;
    if line != "ready\n" {
        drop(keeper.stdin.take());
        output.read_to_string(&mut line).map_err(message)?;
        keeper.wait().map_err(message)?;
        return Err(format!("PostgreSQL did not start: {}", line.trim()));
    }
    *KEEPER.lock().unwrap_or_else(PoisonError::into_inner) = Some(keeper);
    let socket = folder.display().to_string().replace('/', "%2F");
    Ok(format!("postgres://maqal@{socket}/postgres"))
}

/// The folder of PostgreSQL's programs: the newest in Debian's folder, else one in PATH.
pub fn programs() -> Option<PathBuf> {
    let debian = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<(u32, PathBuf)> = debian
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .filter(|(_, bin)| bin.join("initdb").exists())
        .collect();
    found.sort();
    found.pop().map(|(_, bin)| bin).or_else(|| {
        let path = std::env::var_os("PATH")?;
        std::env::split_paths(&path).find(|folder| {
            ["initdb", "pg_ctl", "postgres"].iter().all(|program| folder.join(program).exists())
        })
    })
}

/// User and group id of `postgres`, or else of `nobody`.
///
/// # Errors
/// Neither user exists.
pub fn unprivileged_user() -> Result<(u32, u32), String> {
    let users = fs::read_to_string(Path::new("/etc/passwd")).map_err(|error| error.to_string())?;
    let find = |name: &str| {
        users.lines().find_map(|line| {
            let fields: Vec<_> = line.split(':').collect();
            let [user, _, number, group, ..] = fields[..] else {
                return None;
            };
            if user == name { Some((number.parse().ok()?, group.parse().ok()?)) } else { None }
        })
    };
    find("postgres")
        .or_else(|| find("nobody"))
        .ok_or_else(|| "running as root, and there is no user postgres or nobody".into())
}
