//! Hashing, comparing, and the limits on both.

use std::time::{Duration, Instant};

use super::*;

const CHEAP: Cost = Cost { memory_kib: 8, passes: 1, lanes: 1 };

fn cheap() -> Passwords {
    Passwords::with_cost(2, CHEAP).unwrap()
}

#[tokio::test]
async fn password_matches_only_its_own_hash() {
    let passwords = cheap();
    let stored = passwords.hash("سماء زرقاء فوق البحر".into()).await.unwrap();
    let verify =
        |password: &str, stored: &str| passwords.verify(password.into(), Some(stored.into()));
    assert_eq!(verify("سماء زرقاء فوق البحر", &stored).await, Ok(true));
    assert_eq!(verify("سماء زرقاء فوق البحر ", &stored).await, Ok(false));
    assert_eq!(verify("", &stored).await, Ok(false));
    let again = passwords.hash("سماء زرقاء فوق البحر".into()).await.unwrap();
    assert_ne!(again, stored, "each has its own salt");
}

#[tokio::test]
async fn spellings_of_a_password_are_equal() {
    let passwords = cheap();
    let (composed, decomposed) = ("rené أحمد 9 kettles", "rene\u{301} ا\u{654}حمد 9 kettles");
    for (set, typed) in [(composed, decomposed), (decomposed, composed), (decomposed, decomposed)] {
        let stored = passwords.hash(set.into()).await.unwrap();
        assert_eq!(passwords.verify(typed.into(), Some(stored)).await, Ok(true));
    }
    let old = hash(&passwords.params, decomposed.as_bytes()).unwrap();
    assert_eq!(passwords.verify(decomposed.into(), Some(old)).await, Ok(true));
}

#[tokio::test]
async fn unknown_account_takes_as_long_as_a_wrong_password() {
    let passwords = Passwords::new(1).unwrap();
    let stored = passwords.hash("correct horse 9 battery".into()).await.unwrap();
    assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
    let mut known = Duration::MAX;
    let mut unknown = Duration::MAX;
    for _ in 0..5 {
        let start = Instant::now();
        assert_eq!(passwords.verify("wrong".into(), Some(stored.clone())).await, Ok(false));
        known = known.min(start.elapsed());
        let start = Instant::now();
        assert_eq!(passwords.verify("wrong".into(), None).await, Ok(false));
        unknown = unknown.min(start.elapsed());
    }
    // The best of five each, with a generous bound: other tests may keep the machine busy.
    assert!(unknown < known * 3 && known < unknown * 3, "{known:?} and {unknown:?}");
}

#[tokio::test]
async fn hash_of_another_cost_verifies() {
    let stored = cheap().hash("correct horse 9 battery".into()).await.unwrap();
    let dearer = Passwords::with_cost(1, Cost { memory_kib: 64, ..CHEAP }).unwrap();
    assert_eq!(dearer.verify("correct horse 9 battery".into(), Some(stored)).await, Ok(true));
}

#[tokio::test]
async fn corrupt_stored_hash_is_an_error() {
    let passwords = cheap();
    let good = passwords.hash("correct horse 9 battery".into()).await.unwrap();
    let (cut, _) = good.rsplit_once('$').unwrap();
    for stored in [
        "",
        "plain text",
        "$2y$10$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01234",
        cut,
        &good.replace("argon2id", "argon2i"),
        &good.replace("m=8", "m=4194304"),
        &good.replace("t=1", "t=4000000"),
    ] {
        let verdict = passwords.verify("correct horse 9 battery".into(), Some(stored.into())).await;
        assert!(matches!(verdict, Err(PasswordError::Corrupt(_))), "{stored}: {verdict:?}");
    }
}

#[tokio::test]
async fn password_over_max_bytes_is_refused_without_hashing() {
    let passwords = cheap();
    let huge = "x".repeat(MAX_BYTES + 1);
    assert_eq!(passwords.hash(huge.clone()).await, Err(PasswordError::TooLong));
    assert_eq!(passwords.verify(huge, None).await, Ok(false));
}

#[tokio::test]
async fn impossible_cost_is_an_error() {
    let cost = Cost { memory_kib: 1, ..CHEAP };
    assert!(matches!(Passwords::with_cost(1, cost), Err(PasswordError::Cost(_))));
}

#[tokio::test]
async fn full_queue_is_busy_until_a_permit_is_free() {
    let passwords = cheap();
    // The test holds both permits, so that no hash runs yet.
    let turns = Arc::clone(&passwords.running).acquire_many_owned(2).await.unwrap();
    let room = passwords.admitted.available_permits();
    assert_eq!(room, 2 + MAX_WAITING);
    let waiting: Vec<_> = (0..room)
        .map(|_| {
            let passwords = passwords.clone();
            tokio::spawn(async move { passwords.verify("x".into(), None).await })
        })
        .collect();
    while passwords.admitted.available_permits() > 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(passwords.verify("x".into(), None).await, Err(PasswordError::Busy));
    assert_eq!(passwords.hash("x".into()).await, Err(PasswordError::Busy));
    // A cancelled call leaves the queue.
    waiting[0].abort();
    while passwords.admitted.available_permits() == 0 {
        tokio::task::yield_now().await;
    }
    drop(turns);
    for (at, task) in waiting.into_iter().enumerate() {
        match task.await {
            Ok(verdict) => assert_eq!(verdict, Ok(false)),
            Err(error) => assert!(at == 0 && error.is_cancelled()),
        }
    }
    assert_eq!(passwords.verify("x".into(), None).await, Ok(false));
    assert_eq!(passwords.running.available_permits(), 2);
}

#[test]
fn debug_output_has_the_cost_and_no_hash() {
    let shown = format!("{:?}", cheap());
    assert!(shown.contains("Params") && !shown.contains("argon2id"), "{shown}");
}
