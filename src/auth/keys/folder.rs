//! The folder of keys as files: read, added to and removed from. Called by `KeyRing` only, calls
//! the file system.
//!
//! Readers take no lock: a key's file appears whole (written aside, flushed, renamed) and
//! disappears whole. Writers take an advisory lock on `.lock`, which the system releases if they
//! die, so that two instances starting at once do not both make the first key.

use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::error::{KeyError, Warning};
use super::key::{self, Key};
use super::schedule::Keys;

/// An Ed25519 key takes about 120 bytes of PEM; more than this is some other file.
const MAX_FILE: u64 = 4096;
const LOCK: &str = ".lock";
const UNFINISHED: &str = ".unfinished";

/// What one reading of the folder found.
pub(super) struct Contents {
    pub keys: Keys,
    pub warnings: Vec<Warning>,
}

/// Makes the folder, for the owner alone, if it is not there.
pub(super) fn ensure(dir: &Path) -> Result<(), KeyError> {
    if dir.is_dir() {
        return Ok(());
    }
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(dir).map_err(failed("create the folder", dir))
}

/// Reads every key. Files of which the name starts with a dot are ours or the orchestrator's
/// (Kubernetes mounts secrets through `..data`) and are passed over in silence.
pub(super) fn read(dir: &Path) -> Result<Contents, KeyError> {
    let mut keys = BTreeMap::new();
    let mut warnings = Vec::new();
    let metadata = fs::metadata(dir).map_err(failed("inspect", dir))?;
    // Listing ids is harmless; adding a key of one's own, or removing ours, is not.
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
        // Gone since it was listed: another instance has just removed it, which is no error.
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
    // Looked at before it is opened: opening a named pipe would wait for a writer, for ever.
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

/// The right to change the folder, until dropped. Waits for whoever has it: they hold it for one
/// small write.
pub(super) fn lock(dir: &Path) -> Result<Lock, KeyError> {
    let path = dir.join(LOCK);
    let file = private_file().create(true).open(&path).map_err(failed("open", &path))?;
    file.lock().map_err(failed("lock", &path))?;
    Ok(Lock { dir: dir.to_owned(), _file: file })
}

/// See [`lock`].
pub(super) struct Lock {
    dir: PathBuf,
    /// Closing it releases the lock.
    _file: File,
}

impl Lock {
    /// Makes a key dated `created`, readable by its owner alone, and returns its id once it is on
    /// the disk.
    pub fn add_key(&self, created: DateTime<Utc>) -> Result<String, KeyError> {
        let (kid, pem) = key::generate(created)?;
        let unfinished = self.dir.join(UNFINISHED);
        // Left behind by one who died while holding the lock: nobody else writes it now.
        remove_if_there(&unfinished)?;
        let mut file = private_file()
            .create_new(true)
            .open(&unfinished)
            .map_err(failed("create", &unfinished))?;
        file.write_all(pem.as_bytes()).map_err(failed("write", &unfinished))?;
        file.sync_all().map_err(failed("flush", &unfinished))?;
        let path = self.path(&kid);
        // Cannot replace another key: the id holds 64 random bits, and writers take turns.
        fs::rename(&unfinished, &path).map_err(failed("create", &path))?;
        self.flush()?;
        Ok(kid)
    }

    /// Removes a key; it may be gone already.
    pub fn remove_key(&self, kid: &str) -> Result<(), KeyError> {
        remove_if_there(&self.path(kid))?;
        self.flush()
    }

    fn path(&self, kid: &str) -> PathBuf {
        self.dir.join(format!("{kid}.pem"))
    }

    /// Without it a power cut could undo a rename, and with it every token the key signed.
    fn flush(&self) -> Result<(), KeyError> {
        // Windows cannot open a folder as a file, and needs no such call.
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

/// A warning if the mode has any of the `unwanted` bits.
#[cfg(unix)]
fn exposed(path: &Path, metadata: &Metadata, unwanted: u32) -> Option<Warning> {
    let mode = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o777;
    (mode & unwanted != 0).then(|| Warning::Exposed { path: path.to_owned(), mode })
}

/// Other systems have no such bits; their access lists are the operator's business.
#[cfg(not(unix))]
fn exposed(_: &Path, _: &Metadata, _: u32) -> Option<Warning> {
    None
}

fn failed<'a>(action: &'static str, path: &'a Path) -> impl FnOnce(io::Error) -> KeyError + 'a {
    move |source| KeyError::Io { action, path: path.to_owned(), source }
}
