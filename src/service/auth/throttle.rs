//! Throttles password guessing by account and by client address, with exponential backoff up to a
//! limit. An attempt counts as a failure until the password proves correct, so that concurrent
//! attempts and closed connections count too. All instances share the counts.

use std::net::IpAddr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::Duration;
use sha2::{Digest, Sha256};

use crate::domain::Time;
use crate::service::{App, Error, Result};
use crate::store::{Conn, login_throttles as store};

/// The time after the last failure at which the count starts over.
pub const RETENTION: Duration = Duration::minutes(15);

/// The backoff of a kind of subject.
struct Backoff {
    /// Failures without a wait.
    free: i32,
    /// The longest wait, in seconds.
    longest: i64,
}

/// Five failures allow for typing errors. Waits of at most 30 seconds let the owner sign in between
/// an attacker's attempts, and allow an attacker some 3,000 guesses a day.
const ACCOUNT: Backoff = Backoff { free: 5, longest: 30 };
/// A newsroom may share one address, so it has more attempts.
const ADDRESS: Backoff = Backoff { free: 20, longest: 60 };

impl Backoff {
    /// Returns the wait after this many consecutive failures.
    fn wait(&self, failures: i32) -> Duration {
        let excess = failures - self.free;
        if excess < 0 {
            return Duration::zero();
        }
        // 2^6 exceeds both limits.
        Duration::seconds((1_i64 << excess.min(6)).min(self.longest))
    }
}

/// An attempt to authenticate by password.
#[derive(Clone)]
pub struct Attempt {
    account: String,
    address: Option<String>,
}

impl Attempt {
    /// Makes the attempt of a login, with a normalised email address, known or unknown.
    pub fn login(email: &str, address: IpAddr) -> Self {
        Self { account: account(email), address: Some(subject(address)) }
    }

    /// Makes the attempt of a signed-in user to confirm their password.
    pub fn confirm(email: &str) -> Self {
        Self { account: account(email), address: None }
    }

    /// Counts the attempt, unless it comes too early.
    ///
    /// # Errors
    /// [`Error::TooMany`] with the seconds to wait.
    pub async fn begin(&self, app: &App) -> Result<()> {
        let now = app.now();
        // A read rejects most attempts of an attack, without a write transaction.
        let subjects: Vec<&str> = self.subjects().map(|(subject, _)| subject).collect();
        let until = app.db.read(async |conn| store::blocked_until(conn, &subjects).await).await?;
        if let Some(until) = until {
            require_elapsed(until, now)?;
        }
        let attempt = self.clone();
        app.db.write(async move |tx: &mut Conn<'_>| attempt.count(tx, now).await).await
    }

    /// Counts the attempt in a transaction. An error rolls the count back.
    async fn count(&self, tx: &mut Conn<'_>, now: Time) -> Result<()> {
        for (subject, backoff) in self.subjects() {
            let throttle = store::count_failure(tx, subject, now - RETENTION, now).await?;
            require_elapsed(throttle.blocked_until, now)?;
            let wait = backoff.wait(throttle.failures);
            if !wait.is_zero() {
                store::block(tx, subject, now + wait).await?;
            }
        }
        Ok(())
    }

    /// Records that the password was correct. The account's count is reset, and the address's count
    /// reduced by one: an attacker could reset it with an account of their own.
    pub async fn succeeded(&self, tx: &mut Conn<'_>, now: Time) -> Result<()> {
        store::clear(tx, &self.account).await?;
        if let Some(address) = &self.address {
            store::undo_failure(tx, address, now).await?;
        }
        Ok(())
    }

    /// Uncounts the attempt, because the server failed to verify the password.
    pub async fn withdraw(self, app: &App) {
        let now = app.now();
        let withdrawn: Result<()> = app
            .db
            .write(async move |tx: &mut Conn<'_>| {
                for (subject, _) in self.subjects() {
                    store::undo_failure(tx, subject, now).await?;
                }
                Ok(())
            })
            .await;
        if let Err(error) = withdrawn {
            // The client may wait a second too long; it receives the error of the verification.
            tracing::warn!(%error, "a login attempt could not be uncounted");
        }
    }

    /// The subjects in a fixed order, to avoid deadlocks.
    fn subjects(&self) -> impl Iterator<Item = (&str, &'static Backoff)> {
        let address = self.address.as_deref().map(|subject| (subject, &ADDRESS));
        [(self.account.as_str(), &ACCOUNT)].into_iter().chain(address)
    }
}

/// Fails with the seconds to wait until a time.
fn require_elapsed(until: Time, now: Time) -> Result<()> {
    let millis = (until - now).num_milliseconds();
    match u64::try_from(millis) {
        Ok(millis) if millis > 0 => Err(Error::TooMany(millis.div_ceil(1000))),
        _ => Ok(()),
    }
}

/// The subject of an account. It is hashed, since users type passwords into the wrong field, and to
/// have a fixed length.
fn account(email: &str) -> String {
    format!("account:{}", URL_SAFE_NO_PAD.encode(Sha256::digest(email)))
}

/// Returns an IPv4 address or the /64 network of an IPv6 address. Providers assign a whole /64 to a
/// customer, so each request may have another address.
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
    fn wait_doubles_up_to_the_limit() {
        let waits = |backoff: &Backoff, failures: &[i32]| -> Vec<i64> {
            failures.iter().map(|n| backoff.wait(*n).num_seconds()).collect()
        };
        assert_eq!(waits(&ACCOUNT, &[1, 4, 5, 6, 7, 9, 10, 11]), [0, 0, 1, 2, 4, 16, 30, 30]);
        assert_eq!(waits(&ADDRESS, &[19, 20, 25, 26, i32::MAX]), [0, 1, 32, 60, 60]);
    }

    #[test]
    fn wait_is_rounded_up_to_seconds() {
        let now = Time::UNIX_EPOCH;
        let wait = |millis| match require_elapsed(now + Duration::milliseconds(millis), now) {
            Err(Error::TooMany(seconds)) => Some(seconds),
            _ => None,
        };
        let waits = [-1, 0, 1, 1000, 1001].map(wait);
        assert_eq!(waits, [None, None, Some(1), Some(1), Some(2)]);
    }

    #[test]
    fn addresses_of_an_ipv6_64_are_one_subject() {
        let subject = |text: &str| subject(text.parse().unwrap());
        assert_eq!(subject("2001:db8:1:2:3::4"), "address:2001:db8:1:2::/64");
        assert_eq!(subject("2001:db8:1:2::"), subject("2001:db8:1:2:ffff:ffff:ffff:ffff"));
        assert_ne!(subject("2001:db8:1:2::"), subject("2001:db8:1:3::"));
        assert_eq!(subject("::ffff:192.0.2.7"), "address:192.0.2.7");
        assert_ne!(subject("192.0.2.7"), subject("192.0.2.8"));
    }

    #[test]
    fn account_subject_is_a_hash() {
        assert_eq!(account("a@b.example").len(), "account:".len() + 43);
        assert_ne!(account("a@b.example"), account("b@b.example"));
    }
}
