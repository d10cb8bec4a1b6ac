//! Reads, adds and removes the files of the key folder.
//!
//! Readers take no lock: a file is written aside, flushed and renamed, so it appears whole. Writers
//! take an advisory lock on `.lock`, so two instances that start at once create one first key. The
//! system releases the lock of a process that dies.

use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::error::{KeyError, Warning};
use super::key::{self, Key};
use super::schedule::Keys;

/// Most bytes of a key file. A PEM file with an Ed25519 key has about 120.
const MAX_FILE: u64 = 4096;
const LOCK: &str = ".lock";
const UNFINISHED: &str = ".unfinished";

/// The keys and warnings of one read of the folder.
pub(super) struct Contents {
    pub keys: Keys,
    pub warnings: Vec<Warning>,
}

/// Creates the folder (mode 0700) if it is missing.
pub(super) fn ensure(dir: &Path) -> Result<(), KeyError> {
    if dir.is_dir() {
        return Ok(());
    }
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(dir).map_err(failed("create the folder", dir))
}

/// Reads every key. Skips hidden files without a warning: they are ours, or of the orchestrator
/// (Kubernetes mounts secrets through `..data`).
pub(super) fn read(dir: &Path) -> Result<Contents, KeyError> {
    let mut keys = BTreeMap::new();
    let mut warnings = Vec::new();
    let metadata = fs::metadata(dir).map_err(failed("inspect", dir))?;
    // Listing the ids is harmless; adding or removing keys is not.
    warnings.extend(exposed(dir, &metadata, 0o022));
    for entry in fs::read_dir(dir).map_err(failed("list", dir))? {
        let path = entry.map_err(failed("list", dir))?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
            warnings.push(Warning::Ignored { path });
            continue;
        };
        if name.starts_with('.') {
            continue;
        }
        let Some(kid) = name.strip_suffix(".pem") else {
            warnings.push(Warning::Ignored { path });
            continue;
        };
        if key::created_at(kid).is_none() {
            return Err(KeyError::Name { path });
        }
        // Another instance has removed the file since it was listed, which is no error.
        let Some((pem, metadata)) = read_file(&path)? else {
            continue;
        };
        warnings.extend(exposed(&path, &metadata, 0o077));
        match Key::from_pem(kid, &pem) {
            Ok(key) => keys.insert(kid.to_owned(), Arc::new(key)),
            Err(why) => return Err(KeyError::NotAKey { path, why }),
        };
    }
    Ok(Contents { keys, warnings })
}

fn read_file(path: &Path) -> Result<Option<(String, Metadata)>, KeyError> {
    // Inspected before it is opened: opening a named pipe would block for ever.
    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == ErrorKind::NotFound && !path.is_symlink() => return Ok(None),
        Err(error) => return Err(failed("inspect", path)(error)),
    };
    if !metadata.is_file() || metadata.len() > MAX_FILE {
        let why = "it is not a small regular file";
        return Err(KeyError::NotAKey { path: path.to_owned(), why });
    }
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed("read", path)(error)),
    };
    let mut bytes = Vec::new();
    file.take(MAX_FILE).read_to_end(&mut bytes).map_err(failed("read", path))?;
    match String::from_utf8(bytes) {
        Ok(pem) => Ok(Some((pem, metadata))),
        Err(_) => Err(KeyError::NotAKey { path: path.to_owned(), why: "it is not text" }),
    }
}

/// Acquires the lock for changing the folder. Waits for another holder's one small write.
pub(super) fn lock(dir: &Path) -> Result<Lock, KeyError> {
    let path = dir.join(LOCK);
    let file = private_file().create(true).open(&path).map_err(failed("open", &path))?;
    file.lock().map_err(failed("lock", &path))?;
    Ok(Lock { dir: dir.to_owned(), _file: file })
}

/// The lock on the folder, released when dropped.
pub(super) struct Lock {
    dir: PathBuf,
    /// Closing it releases the lock.
    _file: File,
}

impl Lock {
    /// Generates a key dated `created`, readable by its owner only. Returns its id once it is on
    /// disk.
    pub fn add_key(&self, created: DateTime<Utc>) -> Result<String, KeyError> {
        let (kid, pem) = key::generate(created)?;
        let unfinished = self.dir.join(UNFINISHED);
        // Left by a process that died with the lock. Only the lock's holder writes this file.
        remove_if_there(&unfinished)?;
        let mut file = private_file()
            .create_new(true)
            .open(&unfinished)
            .map_err(failed("create", &unfinished))?;
        file.write_all(pem.as_bytes()).map_err(failed("write", &unfinished))?;
        file.sync_all().map_err(failed("flush", &unfinished))?;
        let path = self.path(&kid);
        // Replaces no other key: the id holds 64 random bits, and one writer holds the lock.
        fs::rename(&unfinished, &path).map_err(failed("create", &path))?;
        self.flush()?;
        Ok(kid)
    }

    /// Removes a key, if it still exists.
    pub fn remove_key(&self, kid: &str) -> Result<(), KeyError> {
        remove_if_there(&self.path(kid))?;
        self.flush()
    }

    fn path(&self, kid: &str) -> PathBuf {
        self.dir.join(format!("{kid}.pem"))
    }

    /// Flushes the folder. Otherwise a power cut could undo a rename, and lose a key that signed
    /// tokens.
    fn flush(&self) -> Result<(), KeyError> {
        // Windows cannot open a folder as a file, and needs no flush.
        if cfg!(windows) {
            return Ok(());
        }
        File::open(&self.dir).and_then(|dir| dir.sync_all()).map_err(failed("flush", &self.dir))
    }
}

fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn remove_if_there(path: &Path) -> Result<(), KeyError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(failed("remove", path)(error)),
        _ => Ok(()),
    }
}

/// Returns a warning if the mode has any of the `unwanted` bits.
#[cfg(unix)]
fn exposed(path: &Path, metadata: &Metadata, unwanted: u32) -> Option<Warning> {
    let mode = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o777;
    (mode & unwanted != 0).then(|| Warning::Exposed { path: path.to_owned(), mode })
}

/// Other systems have no mode bits, and their access lists are not checked.
#[cfg(not(unix))]
fn exposed(_: &Path, _: &Metadata, _: u32) -> Option<Warning> {
    None
}

fn failed<'a>(action: &'static str, path: &'a Path) -> impl FnOnce(io::Error) -> KeyError + 'a {
    move |source| KeyError::Io { action, path: path.to_owned(), source }
}
