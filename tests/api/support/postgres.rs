//! A PostgreSQL server for the tests: the one that `MAQAL_TEST_POSTGRES` names, or else one that
//! the test process starts from installed programs, once, in a folder of its own.
//!
//! `postgres.sh` looks after that server. It waits on a pipe from this process, so that the server
//! stops and its folder goes when the tests end, also when they are killed.
//! Called by `database.rs` and by `tests/migrations.rs`.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, OnceLock, PoisonError};

/// The child that looks after the server, while there is one.
static KEEPER: Mutex<Option<Child>> = Mutex::new(None);

/// The server's URL; the server is started by the first call.
///
/// # Errors
/// Why there is none.
pub fn url() -> Result<&'static str, &'static str> {
    static URL: OnceLock<Result<String, String>> = OnceLock::new();
    let url = URL.get_or_init(|| match std::env::var("MAQAL_TEST_POSTGRES") {
        Ok(url) => Ok(url),
        Err(_) => start(),
    });
    url.as_deref().map_err(String::as_str)
}

/// Stops the server, if this process started one, and waits until it has.
pub fn stop() {
    let keeper = KEEPER.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(mut keeper) = keeper {
        drop(keeper.stdin.take());
        if let Err(error) = keeper.wait() {
            eprintln!("could not wait for the test PostgreSQL to stop: {error}");
        }
    }
}

/// Whether a missing server is to fail the run rather than to skip its half.
pub fn is_required() -> bool {
    std::env::var_os("CI").is_some()
}

fn start() -> Result<String, String> {
    let programs = programs().ok_or("no initdb in PATH or /usr/lib/postgresql")?;
    let told = |error: std::io::Error| error.to_string();
    let folder = tempfile::Builder::new().prefix("maqal-pg-").tempdir().map_err(told)?;
    let mut command = Command::new("/bin/sh");
    // PostgreSQL refuses to run as root.
    if fs::metadata(folder.path()).map_err(told)?.uid() == 0 {
        let (user, group) = somebody_else()?;
        chown(folder.path(), Some(user), Some(group)).map_err(told)?;
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
        .map_err(told)?;
    // From here on the folder is the keeper's to remove.
    let folder = folder.keep();
    let mut said = BufReader::new(keeper.stdout.take().ok_or("the keeper has no output")?);
    let mut line = String::new();
    said.read_line(&mut line).map_err(told)?;
    if line != "ready\n" {
        drop(keeper.stdin.take());
        said.read_to_string(&mut line).map_err(told)?;
        keeper.wait().map_err(told)?;
        return Err(format!("PostgreSQL did not start: {}", line.trim()));
    }
    *KEEPER.lock().unwrap_or_else(PoisonError::into_inner) = Some(keeper);
    let socket = folder.display().to_string().replace('/', "%2F");
    Ok(format!("postgres://maqal@{socket}/postgres"))
}

/// The folder with PostgreSQL's programs: the newest in Debian's place, else that of a PATH.
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

/// Number and group of the user `postgres`, or else of `nobody`.
///
/// # Errors
/// That there is neither.
pub fn somebody_else() -> Result<(u32, u32), String> {
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
