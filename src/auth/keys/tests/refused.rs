//! Invalid key files, and other files in the folder.

use super::*;

fn folder_with(name: &str, content: &[u8]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join(name), content).unwrap();
    dir
}

#[test]
fn invalid_key_file_is_an_error_with_its_name() {
    let name = "20261123T101500Z-a.pem";
    let (_, pem) = key::generate(now()).unwrap();
    let rsa = "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n";
    let public = pem.replace("PRIVATE", "PUBLIC");
    let twice = format!("{pem}{pem}");
    let broken = pem.replace('M', "!");
    let long = "x".repeat(5000);
    for content in ["", "garbage", rsa, &public, &twice, &broken, &long, &pem[..60]] {
        let dir = folder_with(name, content.as_bytes());
        let error = KeyRing::open(dir.path(), now()).unwrap_err();
        assert!(matches!(error, KeyError::NotAKey { .. }), "{error:?}");
        assert!(error.to_string().contains(name), "{error}");
        assert!(content.is_empty() || !error.to_string().contains(content));
    }
    let dir = folder_with(name, b"\xff\xfe");
    assert!(matches!(KeyRing::open(dir.path(), now()), Err(KeyError::NotAKey { .. })));
    for name in
        ["key.pem", "20261123T101500Z-.pem", "20261323T101500Z-a.pem", "2026117T101500Z-ab.pem"]
    {
        let dir = folder_with(name, pem.as_bytes());
        let error = KeyRing::open(dir.path(), now()).unwrap_err();
        assert!(matches!(&error, KeyError::Name { .. }), "{error:?}");
        assert!(error.to_string().contains(name), "{error}");
    }
    let file = dir.path().join(name);
    assert!(matches!(KeyRing::open(&file, now()), Err(KeyError::Io { .. })));
}

#[test]
fn directory_or_dangling_link_named_like_a_key_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("20261123T101500Z-a.pem")).unwrap();
    assert!(matches!(KeyRing::open(dir.path(), now()), Err(KeyError::NotAKey { .. })));
    #[cfg(unix)]
    {
        let dir = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink("gone", dir.path().join("20261123T101500Z-a.pem")).unwrap();
        assert!(matches!(KeyRing::open(dir.path(), now()), Err(KeyError::Io { .. })));
    }
}

#[test]
fn other_files_are_ignored_with_a_warning_unless_hidden() {
    let dir = folder_with("README", b"hello");
    fs::write(dir.path().join(".unfinished"), b"half a k").unwrap();
    let ring = KeyRing::open(dir.path(), now()).unwrap();
    assert_eq!(kids(&ring).len(), 1);
    let path = dir.path().join("README");
    assert!(ring.warnings().contains(&Warning::Ignored { path }));
    assert!(!dir.path().join(".unfinished").exists(), "left by a crash, then replaced");
}

#[test]
fn failed_reload_keeps_the_current_keys() {
    let dir = tempfile::tempdir().unwrap();
    let ring = KeyRing::open(dir.path(), now()).unwrap();
    let before = ring.jwks();
    fs::write(dir.path().join("20991123T101500Z-a.pem"), b"garbage").unwrap();
    assert!(ring.reload().is_err());
    for entry in fs::read_dir(dir.path()).unwrap() {
        fs::remove_file(entry.unwrap().path()).unwrap();
    }
    assert!(matches!(ring.reload(), Err(KeyError::Empty { .. })));
    assert_eq!(ring.jwks(), before);
}
