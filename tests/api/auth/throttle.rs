//! Guessing is slowed down by account and by address, and nobody is ever locked out.

use chrono::Duration;
use futures_util::future::join_all;
use maqal::config::Config;
use serde_json::json;

use super::try_login;
use crate::support::TestApp;
use crate::support::answer::TestResponse;
use crate::support::session::{ADMIN_EMAIL, PASSWORD};

const WRONG: &str = "another harbour at noon";

/// Failures of one account, and from one address, that cost nothing yet.
const ACCOUNT: usize = 5;
const ADDRESS: usize = 20;

/// How long a client is told to wait.
#[track_caller]
fn wait(answer: &TestResponse) -> i64 {
    assert_eq!(answer.status, 429, "the attempt should have come too early");
    answer.problem("too_many_requests");
    let seconds = answer.header("retry-after").expect("Retry-After");
    seconds.parse().expect("seconds")
}

/// Tries to sign in through proxies.
async fn login_via(app: &TestApp, forwarded: &str, email: &str, password: &str) -> TestResponse {
    let body = json!({ "email": email, "password": password });
    let request = app.post("/api/v1/auth/login").header("x-forwarded-for", forwarded);
    request.json(&body).send().await
}

/// An address that nobody signs in with.
fn nobody(number: usize) -> String {
    format!("nobody-{number}@example.org")
}

fn behind_a_proxy(config: &mut Config) {
    config.trusted_proxies = vec!["127.0.0.0/8".parse().expect("a network")];
}

api_test!(
    guesses_at_an_account_wait_longer_and_longer_but_half_a_minute_at_most,
    async |app: TestApp| {
        let other = app.editor().await;
        app.author().await;
        let guess = async |password: &str| try_login(&app, "author@example.org", password).await;
        for _ in 0..ACCOUNT {
            guess(WRONG).await.expect(401).problem("invalid_credentials");
        }
        for expected in [1, 2, 4, 8, 16, 30, 30] {
            let seconds = wait(&guess(PASSWORD).await);
            assert_eq!(seconds, expected);
            app.clock.advance(Duration::seconds(seconds) - Duration::milliseconds(1));
            assert_eq!(wait(&guess(PASSWORD).await), 1, "a moment too early");
            try_login(&app, &other.email, PASSWORD).await.expect(200);
            app.clock.advance(Duration::milliseconds(1));
            guess(WRONG).await.expect(401);
        }
        // The owner waits as long as the guesser, and then is in.
        app.clock.advance(Duration::seconds(30));
        guess(PASSWORD).await.expect(200);
        for _ in 0..ACCOUNT {
            guess(WRONG).await.expect(401);
        }
        assert_eq!(wait(&guess(WRONG).await), 1, "a right password starts the account afresh");
    }
);

api_test!(
    an_address_without_an_account_is_slowed_down_like_one_that_has_one,
    async |app: TestApp| {
        for _ in 0..ACCOUNT {
            try_login(&app, &nobody(0), WRONG).await.expect(401);
        }
        assert_eq!(wait(&try_login(&app, &nobody(0).to_uppercase(), WRONG).await), 1);
    }
);

api_test!(failures_are_forgotten_after_a_quarter_of_an_hour, async |app: TestApp| {
    for _ in 0..ACCOUNT {
        try_login(&app, &nobody(0), WRONG).await.expect(401);
    }
    app.clock.advance(Duration::seconds(wait(&try_login(&app, &nobody(0), WRONG).await)));
    try_login(&app, &nobody(0), WRONG).await.expect(401);
    assert_eq!(wait(&try_login(&app, &nobody(0), WRONG).await), 2);
    app.clock.advance(Duration::minutes(15) + Duration::seconds(1));
    for _ in 0..ACCOUNT {
        try_login(&app, &nobody(0), WRONG).await.expect(401);
    }
});

api_test!(guesses_that_come_at_once_do_not_slip_through, async |app: TestApp| {
    let guesses = (0..30).map(|_| try_login(&app, ADMIN_EMAIL, WRONG));
    let answers = join_all(guesses).await;
    let looked_at = answers.iter().filter(|answer| answer.status == 401).count();
    let refused = answers.iter().filter(|answer| answer.status == 429).count();
    assert_eq!((looked_at, refused), (ACCOUNT, 30 - ACCOUNT));
});

api_test!(guesses_from_an_address_wait_whatever_account_they_are_at, async |app: TestApp| {
    for number in 0..ADDRESS {
        try_login(&app, &nobody(number), WRONG).await.expect(401);
    }
    for expected in [1, 2, 4, 8, 16, 32, 60, 60] {
        let seconds = wait(&try_login(&app, ADMIN_EMAIL, PASSWORD).await);
        assert_eq!(seconds, expected);
        app.clock.advance(Duration::seconds(seconds));
        try_login(&app, &nobody(ADDRESS), WRONG).await.expect(401);
    }
    app.clock.advance(Duration::seconds(60));
    try_login(&app, ADMIN_EMAIL, PASSWORD).await.expect(200);
});

api_test!(ones_own_logins_do_not_wash_off_guesses_at_others, async |app: TestApp| {
    for number in 0..ADDRESS - 1 {
        try_login(&app, &nobody(number), WRONG).await.expect(401);
        try_login(&app, ADMIN_EMAIL, PASSWORD).await.expect(200);
    }
    try_login(&app, &nobody(ADDRESS), WRONG).await.expect(401);
    assert_eq!(wait(&try_login(&app, &nobody(ADDRESS + 1), WRONG).await), 1);
});

api_test!(what_a_stranger_says_of_its_address_is_not_believed, async |app: TestApp| {
    for number in 0..ADDRESS {
        let forwarded = format!("203.0.113.{number}");
        login_via(&app, &forwarded, &nobody(number), WRONG).await.expect(401);
    }
    assert_eq!(wait(&login_via(&app, "203.0.113.200", ADMIN_EMAIL, PASSWORD).await), 1);
});

api_test!(
    behind_a_trusted_proxy_each_client_is_counted_by_its_own_address,
    behind_a_proxy,
    async |app: TestApp| {
        let admin = async |forwarded: &str| login_via(&app, forwarded, ADMIN_EMAIL, PASSWORD).await;
        for number in 0..ADDRESS {
            // What stands further left the client wrote itself.
            let forwarded = format!("198.51.100.{number}, 203.0.113.7");
            login_via(&app, &forwarded, &nobody(number), WRONG).await.expect(401);
        }
        assert_eq!(wait(&admin("203.0.113.7").await), 1);
        assert_eq!(wait(&admin("203.0.113.8, 203.0.113.7, 127.0.0.9").await), 1, "two proxies");
        assert_eq!(wait(&admin("::ffff:203.0.113.7").await), 1, "the same, written as IPv6");
        admin("203.0.113.8").await.expect(200);
        admin("203.0.113.7, 203.0.113.8").await.expect(200);
        try_login(&app, ADMIN_EMAIL, PASSWORD).await.expect(200);
    }
);

api_test!(
    neighbours_in_an_ipv6_network_count_as_one_client,
    behind_a_proxy,
    async |app: TestApp| {
        for number in 0..ADDRESS {
            let forwarded = format!("2001:db8:1:2::{number:x}");
            login_via(&app, &forwarded, &nobody(number), WRONG).await.expect(401);
        }
        let admin = async |forwarded: &str| login_via(&app, forwarded, ADMIN_EMAIL, PASSWORD).await;
        assert_eq!(wait(&admin("2001:db8:1:2:ffff::1").await), 1);
        admin("2001:db8:1:3::1").await.expect(200);
    }
);

api_test!(guesses_at_the_present_password_are_slowed_down_too, async |app: TestApp| {
    let session = app.author().await;
    let guess = async || {
        let body =
            json!({ "current_password": WRONG, "new_password": "nine brass kettles whistle" });
        app.post("/api/v1/auth/password").as_user(&session).json(&body).send().await
    };
    for _ in 0..ACCOUNT {
        guess().await.expect(401);
    }
    assert_eq!(wait(&guess().await), 1);
    assert_eq!(wait(&try_login(&app, &session.email, PASSWORD).await), 1, "one count for both");
});
