//! The pause between two comments by the same hands: from one network address, and by one email
//! address. Called in the transaction that adds a comment, so that only what was taken counts, and
//! that all instances on a database keep to it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::Duration;
use sha2::{Digest, Sha256};

use std::net::IpAddr;

use crate::domain::Time;
use crate::service::auth::network;
use crate::service::{Error, Result};
use crate::store::{Conn, comments as store};

/// How long somebody has to pause: longer than a machine would, and no longer than it takes to
/// write a sentence. Newsrooms know the number from `WordPress`.
pub const PAUSE: Duration = Duration::seconds(15);

/// Lets a comment pass and makes the next one wait.
///
/// # Errors
/// [`Error::TooMany`] with the seconds to wait.
pub async fn pass(
    tx: &mut Conn<'_>,
    address: IpAddr,
    email: Option<&str>,
    now: Time,
) -> Result<()> {
    for subject in subjects(address, email) {
        let until = store::lock_pause(tx, &subject, now).await?;
        refuse_before(until, now)?;
        store::pause(tx, &subject, now + PAUSE).await?;
    }
    Ok(())
}

/// Looks whether somebody has to pause; nothing is made of it.
///
/// # Errors
/// As [`pass`].
pub async fn look(
    conn: &mut Conn<'_>,
    address: IpAddr,
    email: Option<&str>,
    now: Time,
) -> Result<()> {
    for subject in subjects(address, email) {
        if let Some(until) = store::find_pause(conn, &subject).await? {
            refuse_before(until, now)?;
        }
    }
    Ok(())
}

/// Always in this order, so that no two transactions wait for each other.
fn subjects(address: IpAddr, email: Option<&str>) -> Vec<String> {
    let address = format!("address:{}", network(address));
    [Some(address), email.map(of_email)].into_iter().flatten().collect()
}

fn refuse_before(until: Time, now: Time) -> Result<()> {
    match u64::try_from((until - now).num_milliseconds()) {
        Ok(millis) if millis > 0 => Err(Error::TooMany(millis.div_ceil(1000))),
        _ => Ok(()),
    }
}

/// Hashed, so that the table holds nobody's address, and each has one length.
fn of_email(email: &str) -> String {
    format!("email:{}", URL_SAFE_NO_PAD.encode(Sha256::digest(email)))
}
