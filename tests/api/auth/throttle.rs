//! Throttling of password guesses by account and by client address. No account is ever locked.

use chrono::Duration;
use futures_util::future::join_all;
use maqal::config::Config;
use serde_json::json;

use super::try_login;
use crate::support::TestApp;
use crate::support::answer::TestResponse;
use crate::support::session::{ADMIN_EMAIL, PASSWORD};

const WRONG: &str = "another harbour at noon";

/// Failures of one account, and from one client address, before throttling begins.
const ACCOUNT: usize = 5;
const ADDRESS: usize = 20;

/// The seconds of `Retry-After`.
#[track_caller]
fn retry_after(answer: &TestResponse) -> i64 {
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

/// An email address without an account.
fn nobody(number: usize) -> String {
    format!("nobody-{number}@example.org")
}

fn behind_a_proxy(config: &mut Config) {
    config.trusted_proxies = vec!["127.0.0.0/8".parse().expect("a network")];
}

api_test!(guesses_at_one_account_wait_up_to_thirty_seconds, async |app: TestApp| {
    let other = app.editor().await;
    app.author().await;
    let guess = async |password: &str| try_login(&app, "author@example.org", password).await;
    for _ in 0..ACCOUNT {
        guess(WRONG).await.expect(401).problem("invalid_credentials");
    }
    for expected in [1, 2, 4, 8, 16, 30, 30] {
        let seconds = retry_after(&guess(PASSWORD).await);
        assert_eq!(seconds, expected);
        app.clock.advance(Duration::seconds(seconds) - Duration::milliseconds(1));
        assert_eq!(retry_after(&guess(PASSWORD).await), 1, "a moment too early");
        try_login(&app, &other.email, PASSWORD).await.expect(200);
        app.clock.advance(Duration::milliseconds(1));
        guess(WRONG).await.expect(401);
    }
    // The owner waits as long as the guesser, and then can log in.
    app.clock.advance(Duration::seconds(30));
    guess(PASSWORD).await.expect(200);
    for _ in 0..ACCOUNT {
        guess(WRONG).await.expect(401);
    }
    assert_eq!(retry_after(&guess(WRONG).await), 1, "a correct password resets the account");
});

api_test!(guesses_at_an_unknown_email_are_throttled_too, async |app: TestApp| {
    for _ in 0..ACCOUNT {
        try_login(&app, &nobody(0), WRONG).await.expect(401);
    }
    assert_eq!(retry_after(&try_login(&app, &nobody(0).to_uppercase(), WRONG).await), 1);
});

api_test!(login_failures_expire_after_fifteen_minutes, async |app: TestApp| {
    for _ in 0..ACCOUNT {
        try_login(&app, &nobody(0), WRONG).await.expect(401);
    }
    app.clock.advance(Duration::seconds(retry_after(&try_login(&app, &nobody(0), WRONG).await)));
    try_login(&app, &nobody(0), WRONG).await.expect(401);
    assert_eq!(retry_after(&try_login(&app, &nobody(0), WRONG).await), 2);
    app.clock.advance(Duration::minutes(15) + Duration::seconds(1));
    for _ in 0..ACCOUNT {
        try_login(&app, &nobody(0), WRONG).await.expect(401);
    }
});

api_test!(concurrent_guesses_are_throttled, async |app: TestApp| {
    let guesses = (0..30).map(|_| try_login(&app, ADMIN_EMAIL, WRONG));
    let answers = join_all(guesses).await;
    let looked_at = answers.iter().filter(|answer| answer.status == 401).count();
    let refused = answers.iter().filter(|answer| answer.status == 429).count();
    assert_eq!((looked_at, refused), (ACCOUNT, 30 - ACCOUNT));
});

api_test!(guesses_from_one_client_address_wait_for_every_account, async |app: TestApp| {
    for number in 0..ADDRESS {
        try_login(&app, &nobody(number), WRONG).await.expect(401);
    }
    for expected in [1, 2, 4, 8, 16, 32, 60, 60] {
        let seconds = retry_after(&try_login(&app, ADMIN_EMAIL, PASSWORD).await);
        assert_eq!(seconds, expected);
        app.clock.advance(Duration::seconds(seconds));
        try_login(&app, &nobody(ADDRESS), WRONG).await.expect(401);
    }
    app.clock.advance(Duration::seconds(60));
    try_login(&app, ADMIN_EMAIL, PASSWORD).await.expect(200);
});

api_test!(successful_logins_do_not_reset_the_failures_of_a_client_address, async |app: TestApp| {
    for number in 0..ADDRESS - 1 {
        try_login(&app, &nobody(number), WRONG).await.expect(401);
        try_login(&app, ADMIN_EMAIL, PASSWORD).await.expect(200);
    }
    try_login(&app, &nobody(ADDRESS), WRONG).await.expect(401);
    assert_eq!(retry_after(&try_login(&app, &nobody(ADDRESS + 1), WRONG).await), 1);
});

api_test!(x_forwarded_for_of_an_untrusted_client_is_ignored, async |app: TestApp| {
    for number in 0..ADDRESS {
        let forwarded = format!("203.0.113.{number}");
        login_via(&app, &forwarded, &nobody(number), WRONG).await.expect(401);
    }
    assert_eq!(retry_after(&login_via(&app, "203.0.113.200", ADMIN_EMAIL, PASSWORD).await), 1);
});

api_test!(
    trusted_proxy_clients_are_throttled_by_forwarded_address,
    behind_a_proxy,
    async |app: TestApp| {
        let admin = async |forwarded: &str| login_via(&app, forwarded, ADMIN_EMAIL, PASSWORD).await;
        for number in 0..ADDRESS {
            // The client itself wrote the addresses further left.
            let forwarded = format!("198.51.100.{number}, 203.0.113.7");
            login_via(&app, &forwarded, &nobody(number), WRONG).await.expect(401);
        }
        assert_eq!(retry_after(&admin("203.0.113.7").await), 1);
        assert_eq!(
            retry_after(&admin("203.0.113.8, 203.0.113.7, 127.0.0.9").await),
            1,
            "two proxies"
        );
        assert_eq!(retry_after(&admin("::ffff:203.0.113.7").await), 1, "the same, written as IPv6");
        admin("203.0.113.8").await.expect(200);
        admin("203.0.113.7, 203.0.113.8").await.expect(200);
        try_login(&app, ADMIN_EMAIL, PASSWORD).await.expect(200);
    }
);

api_test!(
    addresses_in_one_ipv6_64_network_are_throttled_together,
    behind_a_proxy,
    async |app: TestApp| {
        for number in 0..ADDRESS {
            let forwarded = format!("2001:db8:1:2::{number:x}");
            login_via(&app, &forwarded, &nobody(number), WRONG).await.expect(401);
        }
        let admin = async |forwarded: &str| login_via(&app, forwarded, ADMIN_EMAIL, PASSWORD).await;
        assert_eq!(retry_after(&admin("2001:db8:1:2:ffff::1").await), 1);
        admin("2001:db8:1:3::1").await.expect(200);
    }
);

api_test!(guesses_at_the_current_password_are_throttled, async |app: TestApp| {
    let session = app.author().await;
    let guess = async || {
        let body =
            json!({ "current_password": WRONG, "new_password": "nine brass kettles whistle" });
        app.post("/api/v1/auth/password").as_user(&session).json(&body).send().await
    };
    for _ in 0..ACCOUNT {
        guess().await.expect(401);
    }
    assert_eq!(retry_after(&guess().await), 1);
    assert_eq!(
        retry_after(&try_login(&app, &session.email, PASSWORD).await),
        1,
        "one count for both"
    );
    let change = async |password: &str| {
        let body = json!({ "email": "omar@news.example", "current_password": password });
        app.patch("/api/v1/auth/me").as_user(&session).merge_patch(&body).send().await
    };
    assert_eq!(retry_after(&change(PASSWORD).await), 1, "and for a new address");
    app.clock.advance(chrono::Duration::seconds(2));
    change(WRONG).await.expect(401);
    assert_eq!(retry_after(&change(PASSWORD).await), 2);
    app.clock.advance(chrono::Duration::seconds(2));
    change(PASSWORD).await.expect(200);
    try_login(&app, "omar@news.example", PASSWORD).await.expect(200);
});
