//! Valid tokens are accepted, all others rejected.

use std::collections::HashSet;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::forged::{Mint, forged};
use super::*;

const ISSUER: &str = "https://api.example.org";
const AUDIENCE: &str = "https://news.example.org";
const LAYLA: AccessInput<'static> =
    AccessInput { user_id: 7, session_id: 42, role: "editor", token_id: [7; 16] };
const DRAFT: PreviewClaims = PreviewClaims { article_id: 5, session_id: 42 };

/// Tokens over a key folder, and a forger with its private key.
struct Scene {
    tokens: Tokens,
    mint: Mint,
    now: DateTime<Utc>,
    dir: tempfile::TempDir,
}

impl Scene {
    fn new() -> Self {
        // Far from the system's clock, so that a check against that clock fails these tests.
        let now = DateTime::from_timestamp(4_000_000_000, 0).unwrap();
        let dir = tempfile::tempdir().unwrap();
        let ring = Arc::new(KeyRing::open(dir.path(), now).unwrap());
        let kid = ring.signing_key(now).unwrap().kid().to_owned();
        let pem = std::fs::read_to_string(dir.path().join(format!("{kid}.pem"))).unwrap();
        let mint = Mint::new(&kid, &pem, ISSUER, AUDIENCE, now.timestamp());
        Self { tokens: Tokens::new(ISSUER, AUDIENCE, ring), mint, now, dir }
    }

    fn after(&self, seconds: i64) -> DateTime<Utc> {
        self.now + TimeDelta::seconds(seconds)
    }
}

#[test]
fn issued_access_token_verifies_with_its_claims() {
    let scene = Scene::new();
    let issued = scene.tokens.issue_access(LAYLA, scene.now).unwrap();
    assert_eq!(issued.expires_in, 600);
    assert!(issued.token.len() < 1024, "{}", issued.token.len());
    let claims = scene.tokens.verify_access(&issued.token, scene.now).unwrap();
    assert_eq!((claims.user_id, claims.session_id, claims.role.as_str()), (7, 42, "editor"));
    assert_eq!(claims.issued_at, scene.now.timestamp());
    assert_eq!(claims.expires_at, scene.now.timestamp() + 600);
    assert_eq!(scene.tokens.issue_access(LAYLA, scene.now).unwrap(), issued);
    let other = AccessInput { token_id: [8; 16], ..LAYLA };
    assert_ne!(scene.tokens.issue_access(other, scene.now).unwrap().token, issued.token);
    assert!(!format!("{issued:?}").contains(&issued.token));
}

#[test]
fn forged_tokens_are_rejected_with_their_reason() {
    let scene = Scene::new();
    // A faulty mint would make every rejection below worthless.
    scene.tokens.verify_access(&scene.mint.good(), scene.now).unwrap();
    let corpus = forged(&scene.mint);
    assert!(corpus.len() >= 40, "{}", corpus.len());
    let names: HashSet<_> = corpus.iter().map(|forged| &forged.name).collect();
    assert_eq!(names.len(), corpus.len(), "each name tells one forgery");
    let mut wrong = Vec::new();
    for forged in &corpus {
        match scene.tokens.verify_access(&forged.token, scene.now) {
            Ok(_) => wrong.push(format!("{}: accepted", forged.name)),
            Err(rejected) => {
                assert_eq!(rejected.to_string(), "the token is not valid");
                if rejected.reason() != forged.reason {
                    let (name, wanted) = (&forged.name, forged.reason);
                    wrong.push(format!("{name}: {}, not {wanted}", rejected.reason()));
                }
            }
        }
        assert!(
            scene.tokens.verify_preview(&forged.token, scene.now).is_err()
                || forged.name == "a preview token",
            "{} passes as preview",
            forged.name
        );
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), corpus.len(), wrong.join("\n"));
}

#[test]
fn token_with_one_changed_character_is_rejected() {
    let scene = Scene::new();
    let good = scene.tokens.issue_access(LAYLA, scene.now).unwrap().token;
    for at in 0..good.len() {
        for other in ["A", "B", "_", ".", "=", ""] {
            let changed = format!("{}{other}{}", &good[..at], &good[at + 1..]);
            if changed != good {
                assert!(scene.tokens.verify_access(&changed, scene.now).is_err(), "{at} {other}");
            }
        }
    }
}

#[test]
fn access_token_is_valid_for_ten_minutes_and_the_leeway() {
    let scene = Scene::new();
    let token = scene.tokens.issue_access(LAYLA, scene.now).unwrap().token;
    let reason = |seconds| {
        scene.tokens.verify_access(&token, scene.after(seconds)).map_err(Rejected::reason).err()
    };
    assert_eq!(reason(-6), Some("early"));
    assert_eq!(reason(-5), None);
    assert_eq!(reason(599), None);
    assert_eq!(reason(604), None);
    assert_eq!(reason(605), Some("expired"));
}

#[test]
fn access_token_is_no_preview_token_and_vice_versa() {
    let scene = Scene::new();
    let preview = scene.tokens.issue_preview(DRAFT, scene.now).unwrap();
    assert_eq!(preview.expires_in, 3600);
    assert_eq!(scene.tokens.verify_preview(&preview.token, scene.after(3599)), Ok(DRAFT));
    let expired = scene.tokens.verify_preview(&preview.token, scene.after(3605)).unwrap_err();
    assert_eq!(expired.reason(), "expired");
    let access = scene.tokens.issue_access(LAYLA, scene.now).unwrap();
    assert_eq!(scene.tokens.verify_access(&preview.token, scene.now).unwrap_err().reason(), "type");
    assert_eq!(scene.tokens.verify_preview(&access.token, scene.now).unwrap_err().reason(), "type");
    // Claims of the other kind fail even with the right type and audience.
    let mut claims = scene.mint.claims();
    claims["aud"] = format!("{AUDIENCE}#preview").into();
    let mut header = scene.mint.header();
    header["typ"] = "preview+jwt".into();
    let dressed = scene.mint.sign(header.to_string(), claims.to_string());
    assert_eq!(scene.tokens.verify_preview(&dressed, scene.now).unwrap_err().reason(), "claims");
}

#[test]
fn unknown_claim_is_ignored() {
    let scene = Scene::new();
    let mut claims = scene.mint.claims();
    claims["new"] = serde_json::json!({ "nested": [1, 2, 3] });
    let token = scene.mint.sign(scene.mint.header().to_string(), claims.to_string());
    scene.tokens.verify_access(&token, scene.now).unwrap();
}

#[test]
fn unacceptable_claims_are_not_issued() {
    let scene = Scene::new();
    for odd in [
        AccessInput { user_id: 0, ..LAYLA },
        AccessInput { user_id: -1, ..LAYLA },
        AccessInput { session_id: 0, ..LAYLA },
        AccessInput { role: "", ..LAYLA },
        AccessInput { role: "Editor", ..LAYLA },
    ] {
        let error = scene.tokens.issue_access(odd, scene.now).unwrap_err();
        assert!(matches!(error, TokenError::Unacceptable(_)), "{odd:?}");
    }
    for odd in [
        PreviewClaims { article_id: 0, ..DRAFT },
        PreviewClaims { session_id: 0, ..DRAFT },
        PreviewClaims { session_id: -1, ..DRAFT },
    ] {
        assert!(scene.tokens.issue_preview(odd, scene.now).is_err(), "{odd:?}");
    }
    let ring = Arc::new(KeyRing::in_memory(scene.now).unwrap());
    let long = Tokens::new(&"x".repeat(4000), AUDIENCE, ring);
    assert!(long.issue_access(LAYLA, scene.now).is_err());
}

#[test]
fn token_of_another_deployment_is_rejected() {
    let scene = Scene::new();
    let ring = Arc::new(KeyRing::in_memory(scene.now).unwrap());
    let token = Tokens::new(ISSUER, AUDIENCE, ring).issue_access(LAYLA, scene.now).unwrap().token;
    let rejected = scene.tokens.verify_access(&token, scene.now).unwrap_err();
    assert!(rejected.unknown_key());
}

#[test]
fn token_of_a_retired_key_is_valid_until_it_expires() {
    let scene = Scene::new();
    let dir = scene.dir.path();
    let ring = Arc::new(KeyRing::open(dir, scene.now).unwrap());
    let tokens = Tokens::new(ISSUER, AUDIENCE, Arc::clone(&ring));
    let rotate = |at| {
        let rotated = KeyRing::rotate(dir, scene.after(at), MIN_KEEP).unwrap();
        ring.reload().unwrap();
        rotated
    };
    rotate(1);
    // Issued in the last second before the successor signs.
    let last = tokens.issue_preview(DRAFT, scene.after(60)).unwrap().token;
    let signer = |at| ring.signing_key(scene.after(at)).unwrap().kid().to_owned();
    assert_eq!(signer(60), scene.mint.kid);
    assert_ne!(signer(61), scene.mint.kid);
    for at in (120..60 + 3600).step_by(120) {
        assert_eq!(rotate(at).removed, Vec::<String>::new(), "{at}");
        assert_eq!(tokens.verify_preview(&last, scene.after(at)), Ok(DRAFT), "{at}");
    }
    let removed = rotate(61 + 3661).removed;
    assert_eq!(removed, std::slice::from_ref(&scene.mint.kid));
    assert!(tokens.verify_preview(&last, scene.after(1800)).unwrap_err().unknown_key());
}

#[test]
fn cached_token_is_still_checked_for_times_and_kind() {
    let scene = Scene::new();
    let token = scene.tokens.issue_access(LAYLA, scene.now).unwrap().token;
    for _ in 0..3 {
        assert!(scene.tokens.verify_access(&token, scene.now).is_ok());
    }
    // The last letter of a signature of 64 bytes stands for four bits; another letter is a forgery.
    let (rest, last) = token.split_at(token.len() - 1);
    let forged = format!("{rest}{}", if last == "A" { "Q" } else { "A" });
    assert!(scene.tokens.verify_access(&forged, scene.now).is_err());
    assert!(
        scene.tokens.verify_access(&token, scene.after(ACCESS_SECONDS + 6)).is_err(),
        "expired"
    );
    assert!(scene.tokens.verify_access(&token, scene.after(-6)).is_err(), "not yet");
    assert!(scene.tokens.verify_preview(&token, scene.now).is_err(), "of another kind");
    assert!(scene.tokens.verify_access(&token, scene.now).is_ok(), "and yet");
}
