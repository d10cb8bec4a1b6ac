//! Slows down the guessing of passwords: by account and by address, with a wait that doubles and
//! is capped: whoever owns an account is never locked out for longer than that wait, though a
//! guesser who doesn't tire makes them try more than once. Called by `service/auth.rs`; keeps its
//! counts in `store/login_throttles.rs`, where all instances share them.
//!
//! An attempt is counted as a failure before the password is looked at and taken back when it
//! turns out right. Counting only afterwards would let any number of guesses through that are
//! sent at the same time, and so would a client that hangs up early.

use std::net::IpAddr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::Duration;
use sha2::{Digest, Sha256};

use crate::domain::Time;
use crate::service::{App, Error, Result};
use crate::store::{Conn, login_throttles as store};

/// How long a failure counts. The wait is far shorter, so it is the guesser who never stops that
/// stays slow.
pub const FORGET: Duration = Duration::minutes(15);

/// How a kind of subject is slowed down.
struct Pace {
    /// Attempts without a wait between them.
    free: i32,
    /// The longest wait, in seconds.
    longest: i64,
}

/// Five are more than somebody mistypes. At most half a minute, so that whoever owns the account
/// gets in between a guesser's tries; and a guesser gets some 3,000 guesses a day.
const ACCOUNT: Pace = Pace { free: 5, longest: 30 };
/// A newsroom may sit behind one address, so it has more; and its wait may be longer, since it is
/// the guesser's own.
const ADDRESS: Pace = Pace { free: 20, longest: 60 };

impl Pace {
    /// The wait after so many failures in a row.
    fn wait(&self, failures: i32) -> Duration {
        let beyond = failures - self.free;
        if beyond < 0 {
            return Duration::zero();
        }
        // 2^6 is beyond both caps already.
        Duration::seconds((1_i64 << beyond.min(6)).min(self.longest))
    }
}

/// Somebody's attempt to prove that they know a password.
#[derive(Clone)]
pub struct Attempt {
    account: String,
    address: Option<String>,
}

impl Attempt {
    /// To sign in from an address with an email in its stored form, whether it is known or not.
    pub fn login(email: &str, address: IpAddr) -> Self {
        Self { account: account(email), address: Some(subject(address)) }
    }

    /// To do something as somebody who is signed in.
    pub fn confirm(email: &str) -> Self {
        Self { account: account(email), address: None }
    }

    /// Counts it, unless it comes too early.
    ///
    /// # Errors
    /// [`Error::TooMany`] with the seconds to wait.
    pub async fn begin(&self, app: &App) -> Result<()> {
        let now = app.now();
        // The flood itself is turned away here, by a read that holds nobody up.
        let subjects: Vec<&str> = self.subjects().map(|(subject, _)| subject).collect();
        let until = app.db.read(async |conn| store::blocked_until(conn, &subjects).await).await?;
        if let Some(until) = until {
            refuse_before(until, now)?;
        }
        let attempt = self.clone();
        app.db.write(async move |tx: &mut Conn<'_>| attempt.count(tx, now).await).await
    }

    /// In a transaction: what is returned as an error is not counted.
    async fn count(&self, tx: &mut Conn<'_>, now: Time) -> Result<()> {
        for (subject, pace) in self.subjects() {
            let throttle = store::count_failure(tx, subject, now - FORGET, now).await?;
            refuse_before(throttle.blocked_until, now)?;
            let wait = pace.wait(throttle.failures);
            if !wait.is_zero() {
                store::block(tx, subject, now + wait).await?;
            }
        }
        Ok(())
    }

    /// The password was right. The account starts afresh. The address only gets this attempt
    /// back: else whoever has an account could wash off their guesses at others' with it.
    pub async fn succeeded(&self, tx: &mut Conn<'_>, now: Time) -> Result<()> {
        store::clear(tx, &self.account).await?;
        if let Some(address) = &self.address {
            store::undo_failure(tx, address, now).await?;
        }
        Ok(())
    }

    /// The password was not looked at, through no fault of whoever sent it.
    pub async fn withdraw(self, app: &App) {
        let now = app.now();
        let taken_back: Result<()> = app
            .db
            .write(async move |tx: &mut Conn<'_>| {
                for (subject, _) in self.subjects() {
                    store::undo_failure(tx, subject, now).await?;
                }
                Ok(())
            })
            .await;
        if let Err(error) = taken_back {
            // They may wait a second too long; the error that led here is the one to tell.
            tracing::warn!(%error, "could not take a login attempt back");
        }
    }

    /// Always in this order, so that no two transactions wait for each other.
    fn subjects(&self) -> impl Iterator<Item = (&str, &'static Pace)> {
        let address = self.address.as_deref().map(|subject| (subject, &ADDRESS));
        [(self.account.as_str(), &ACCOUNT)].into_iter().chain(address)
    }
}

fn refuse_before(until: Time, now: Time) -> Result<()> {
    let millis = (until - now).num_milliseconds();
    match u64::try_from(millis) {
        Ok(millis) if millis > 0 => Err(Error::TooMany(millis.div_ceil(1000))),
        _ => Ok(()),
    }
}

/// Hashed, since what fails here is often a password that was typed into the wrong field, and so
/// that it has one length.
fn account(email: &str) -> String {
    format!("account:{}", URL_SAFE_NO_PAD.encode(Sha256::digest(email)))
}

/// A customer gets a whole /64 of IPv6, and may use another address of it for every guess.
pub(in crate::service) fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let network = address.to_bits() & !u128::from(u64::MAX);
            format!("{}/64", std::net::Ipv6Addr::from_bits(network))
        }
    }
}

fn subject(address: IpAddr) -> String {
    format!("address:{}", network(address))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_and_is_capped() {
        let waits = |pace: &Pace, failures: &[i32]| -> Vec<i64> {
            failures.iter().map(|n| pace.wait(*n).num_seconds()).collect()
        };
        assert_eq!(waits(&ACCOUNT, &[1, 4, 5, 6, 7, 9, 10, 11]), [0, 0, 1, 2, 4, 16, 30, 30]);
        assert_eq!(waits(&ADDRESS, &[19, 20, 25, 26, i32::MAX]), [0, 1, 32, 60, 60]);
    }

    #[test]
    fn seconds_to_wait_are_rounded_up() {
        let now = Time::UNIX_EPOCH;
        let refused = |millis| match refuse_before(now + Duration::milliseconds(millis), now) {
            Err(Error::TooMany(seconds)) => Some(seconds),
            _ => None,
        };
        let answers = [-1, 0, 1, 1000, 1001].map(refused);
        assert_eq!(answers, [None, None, Some(1), Some(1), Some(2)]);
    }

    #[test]
    fn neighbours_in_ipv6_are_one_subject() {
        let subject = |text: &str| subject(text.parse().unwrap());
        assert_eq!(subject("2001:db8:1:2:3::4"), "address:2001:db8:1:2::/64");
        assert_eq!(subject("2001:db8:1:2::"), subject("2001:db8:1:2:ffff:ffff:ffff:ffff"));
        assert_ne!(subject("2001:db8:1:2::"), subject("2001:db8:1:3::"));
        assert_eq!(subject("::ffff:192.0.2.7"), "address:192.0.2.7");
        assert_ne!(subject("192.0.2.7"), subject("192.0.2.8"));
    }

    #[test]
    fn an_account_is_named_by_a_hash() {
        assert_eq!(account("a@b.example").len(), "account:".len() + 43);
        assert_ne!(account("a@b.example"), account("b@b.example"));
    }
}
