//! The rate limit of anonymous comments, by client network and by email address. The transaction
//! that adds a comment records it, so that only accepted comments count, over all instances.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::Duration;
use sha2::{Digest, Sha256};

use std::net::IpAddr;

use crate::domain::Time;
use crate::service::auth::network;
use crate::service::{Error, Result};
use crate::store::{Conn, comments as store};

/// The least time between two comments. `WordPress` has the same.
pub const INTERVAL: Duration = Duration::seconds(15);

/// Checks the rate limit and records a comment.
///
/// # Errors
/// [`Error::TooMany`] with the seconds to wait.
pub async fn record(
    tx: &mut Conn<'_>,
    address: IpAddr,
    email: Option<&str>,
    now: Time,
) -> Result<()> {
    for subject in subjects(address, email) {
        let until = store::lock_pause(tx, &subject, now).await?;
        require_elapsed(until, now)?;
        store::pause(tx, &subject, now + INTERVAL).await?;
    }
    Ok(())
}

/// Checks the rate limit without recording a comment.
///
/// # Errors
/// As [`record`].
pub async fn check(
    conn: &mut Conn<'_>,
    address: IpAddr,
    email: Option<&str>,
    now: Time,
) -> Result<()> {
    for subject in subjects(address, email) {
        if let Some(until) = store::find_pause(conn, &subject).await? {
            require_elapsed(until, now)?;
        }
    }
    Ok(())
}

/// The subjects in a fixed order, to avoid deadlocks.
fn subjects(address: IpAddr, email: Option<&str>) -> Vec<String> {
    let address = format!("address:{}", network(address));
    [Some(address), email.map(email_subject)].into_iter().flatten().collect()
}

fn require_elapsed(until: Time, now: Time) -> Result<()> {
    match u64::try_from((until - now).num_milliseconds()) {
        Ok(millis) if millis > 0 => Err(Error::TooMany(millis.div_ceil(1000))),
        _ => Ok(()),
    }
}

/// The subject of an email address. It is hashed, so that the table holds no personal data.
fn email_subject(email: &str) -> String {
    format!("email:{}", URL_SAFE_NO_PAD.encode(Sha256::digest(email)))
}
