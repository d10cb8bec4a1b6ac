//! Creating, sharing and rotating keys.

mod refused;

use std::fs;
use std::sync::Barrier;

use chrono::TimeDelta;

use super::*;

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_432_500, 0).unwrap()
}

fn after(seconds: i64) -> DateTime<Utc> {
    now() + TimeDelta::seconds(seconds)
}

fn kids(ring: &KeyRing) -> Vec<String> {
    ring.jwks().keys.into_iter().map(|key| key.kid).collect()
}

#[test]
fn first_open_creates_one_key_and_second_open_reads_it() {
    let dir = tempfile::tempdir().unwrap();
    let keys = dir.path().join("deep/keys");
    let ring = KeyRing::open(&keys, now()).unwrap();
    assert_eq!(kids(&ring).len(), 1);
    assert!(kids(&ring)[0].starts_with(&now().format("%Y%m%dT%H%M%SZ-").to_string()));
    assert_eq!(ring.signing_key(now()).unwrap().created(), now());
    assert_eq!(KeyRing::open(&keys, after(5)).unwrap().jwks(), ring.jwks());
    assert_eq!(ring.warnings(), []);
    let names: Vec<_> = fs::read_dir(&keys).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "a key and the lock, nothing unfinished: {names:?}");
}

#[cfg(unix)]
#[test]
fn key_files_are_private_and_an_exposed_one_is_a_warning() {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let dir = tempfile::tempdir().unwrap();
    let keys = dir.path().join("keys");
    let ring = KeyRing::open(&keys, now()).unwrap();
    let file = keys.join(format!("{}.pem", kids(&ring)[0]));
    assert_eq!((mode(&keys), mode(&file)), (0o700, 0o600));
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    ring.reload().unwrap();
    assert_eq!(ring.warnings(), [Warning::Exposed { path: file, mode: 0o640 }]);
    assert!(ring.warnings()[0].to_string().contains("640"));
}

#[test]
fn concurrent_opens_create_one_key() {
    for _ in 0..20 {
        let dir = tempfile::tempdir().unwrap();
        let keys = dir.path().join("keys");
        let barrier = Barrier::new(8);
        let rings: Vec<_> = std::thread::scope(|scope| {
            let open = || {
                barrier.wait();
                KeyRing::open(&keys, now()).unwrap()
            };
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(open)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(kids(&rings[0]).len(), 1);
        assert!(rings.iter().all(|ring| ring.jwks() == rings[0].jwks()));
    }
}

#[test]
fn new_key_is_published_at_once_and_signs_after_the_delay() {
    let dir = tempfile::tempdir().unwrap();
    let ring = KeyRing::open(dir.path(), now()).unwrap();
    let first = kids(&ring)[0].clone();
    let second = KeyRing::rotate(dir.path(), after(1000), MIN_KEEP).unwrap().added.unwrap();
    ring.reload().unwrap();
    assert_eq!(kids(&ring), [second.clone(), first.clone()]);
    assert_eq!(ring.signing_key(after(1059)).unwrap().kid(), first);
    assert_eq!(ring.signing_key(after(1060)).unwrap().kid(), second);
    assert!(ring.key(&first).is_some() && ring.key("../first").is_none());
}

#[test]
fn concurrent_rotations_add_one_key() {
    let dir = tempfile::tempdir().unwrap();
    let ring = KeyRing::open(dir.path(), now()).unwrap();
    let added: Vec<_> = std::thread::scope(|scope| {
        let rotate = || KeyRing::rotate(dir.path(), after(1000), MIN_KEEP).unwrap().added;
        let threads: Vec<_> = (0..6).map(|_| scope.spawn(rotate)).collect();
        threads.into_iter().filter_map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(added.len(), 1);
    ring.reload().unwrap();
    assert_eq!(kids(&ring).len(), 2);
}

#[test]
fn retired_key_is_removed_after_keep_for_but_the_last_never() {
    let dir = tempfile::tempdir().unwrap();
    let ring = KeyRing::open(dir.path(), now()).unwrap();
    let first = kids(&ring)[0].clone();
    let rotate = |at| KeyRing::rotate(dir.path(), after(at), MIN_KEEP).unwrap();
    let second = rotate(100).added.unwrap();
    assert_eq!(rotate(160 + 3660).removed, Vec::<String>::new());
    assert_eq!(rotate(160 + 3661).removed, [first]);
    let third = rotate(1_000_000);
    assert!(third.removed.len() == 1 && third.removed[0] == second, "{third:?}");
    ring.reload().unwrap();
    assert_eq!(kids(&ring).len(), 2);
    let short = KeyRing::rotate(dir.path(), now(), Duration::from_secs(60));
    assert!(matches!(short, Err(KeyError::KeepTooShort { .. })));
}

#[test]
fn key_dated_far_ahead_neither_signs_nor_blocks_rotation() {
    let dir = tempfile::tempdir().unwrap();
    let ring = KeyRing::open(dir.path(), now()).unwrap();
    let first = kids(&ring)[0].clone();
    KeyRing::rotate(dir.path(), after(1_000_000_000), MIN_KEEP).unwrap();
    // The key of the wrong clock has retired and removed no other.
    let added = KeyRing::rotate(dir.path(), after(10), MIN_KEEP).unwrap().added.unwrap();
    ring.reload().unwrap();
    assert_eq!(ring.signing_key(after(10)).unwrap().kid(), first);
    assert_eq!(ring.signing_key(after(70)).unwrap().kid(), added);
}

#[test]
fn jwks_follows_rfc_8037_and_debug_output_has_no_secret() {
    let ring = KeyRing::in_memory(now()).unwrap();
    ring.reload().unwrap();
    let json = serde_json::to_value(ring.jwks()).unwrap();
    let key = json["keys"][0].as_object().unwrap();
    let fields: Vec<_> = key.keys().map(String::as_str).collect();
    assert_eq!(fields, ["kty", "crv", "alg", "use", "kid", "x"]);
    assert_eq!((&key["kty"], &key["crv"]), (&"OKP".into(), &"Ed25519".into()));
    assert_eq!((&key["alg"], &key["use"]), (&"EdDSA".into(), &"sig".into()));
    assert_eq!(key["x"].as_str().unwrap().len(), 43);
    let shown = format!("{ring:?} {:?}", ring.signing_key(now()).unwrap());
    assert!(shown.contains(key["kid"].as_str().unwrap()) && shown.len() < 200, "{shown}");
}

#[test]
fn openssl_key_is_read() {
    // `openssl pkey` on the secret key of RFC 8037, appendix A, as is `x`.
    let pem = "-----BEGIN PRIVATE KEY-----\n\
        MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n\
        -----END PRIVATE KEY-----\n";
    let key = Key::from_pem("20261123T101500Z-a", pem).unwrap();
    assert_eq!(key.to_jwk().x, "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
}

#[test]
fn keys_of_one_second_keep_their_order() {
    for _ in 0..8 {
        let dir = tempfile::tempdir().unwrap();
        let ring = KeyRing::open(dir.path(), now()).unwrap();
        let first = kids(&ring)[0].clone();
        let second = KeyRing::rotate(dir.path(), now(), MIN_KEEP).unwrap().added.unwrap();
        ring.reload().unwrap();
        assert_eq!(kids(&ring), [second, first.clone()]);
        assert_eq!(ring.signing_key(now()).unwrap().kid(), first);
    }
}
