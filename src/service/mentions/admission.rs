//! Limits incoming mentions, so that no sender fills the disk or the queue. A network has a rate
//! limit and a share of the queue. In a full queue, the last verification gives way to a new one.

use std::net::IpAddr;

use crate::domain::Time;
use crate::domain::hourly_rate::HourlyRate;
use crate::domain::mention::{Mention, ModerationStatus, Verification};
use crate::service::auth::network;
use crate::service::{App, Error, Result};
use crate::store::web_jobs::{self, Last};
use crate::store::{Conn, articles, mentions as store};

/// The most waiting verifications of a source's host.
const MAX_WAITING_OF_HOST: i64 = 20;
/// The most waiting verifications that a network has caused.
const MAX_WAITING_OF_NETWORK: i64 = 50;
/// The `Retry-After` of a refused host or network, in seconds.
pub(super) const RETRY_AFTER: u64 = 60;
/// The reason of a known mention that gave way in a full queue.
const QUEUE_FULL: &str = "queue_full";

/// The sender of a mention.
#[derive(Debug, Clone)]
pub(super) struct Sender {
    /// The network, as of logins and comments.
    pub network: String,
    /// The limits of a network; `None` if there are none.
    rate: Option<HourlyRate>,
    /// The most waiting verifications of all networks.
    max_waiting: i64,
}

/// The answer of a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Admission {
    /// The verification may be queued, as one with this rank in its network.
    Admitted(i32),
    /// The queue is full for a verification with this rank.
    Full(i32),
}

impl Sender {
    pub fn new(app: &App, address: IpAddr) -> Self {
        let web = &app.shared.web;
        Self { network: network(address), rate: web.per_network, max_waiting: web.max_waiting }
    }

    /// Checks the rate limit without counting a mention.
    ///
    /// # Errors
    /// [`Error::TooMany`] with the seconds to wait.
    pub async fn check_rate(&self, conn: &mut Conn<'_>, now: Time) -> Result<()> {
        let Some(rate) = self.rate else { return Ok(()) };
        let idle_at = store::find_throttle(conn, &self.network).await?;
        rate.count(idle_at, now).map(drop).map_err(Error::TooMany)
    }

    /// Counts an accepted mention, in its transaction.
    ///
    /// # Errors
    /// As [`Sender::check_rate`].
    pub async fn count(&self, tx: &mut Conn<'_>, now: Time) -> Result<()> {
        let Some(rate) = self.rate else { return Ok(()) };
        let idle_at = store::lock_throttle(tx, &self.network, now).await?;
        let idle_at = rate.count(Some(idle_at), now).map_err(Error::TooMany)?;
        Ok(store::set_throttle(tx, &self.network, idle_at).await?)
    }

    /// Checks the room in the queue for another verification of a source's host.
    ///
    /// # Errors
    /// [`Error::TooMany`] if too many of the host or of the network wait.
    pub async fn ask_queue(&self, tx: &mut Conn<'_>, host: &str) -> Result<Admission> {
        let waiting = web_jobs::count_waiting(tx, host, &self.network).await?;
        let is_over_share = self.rate.is_some() && waiting.of_network >= MAX_WAITING_OF_NETWORK;
        if waiting.of_host >= MAX_WAITING_OF_HOST || is_over_share {
            return Err(Error::TooMany(RETRY_AFTER));
        }
        let rank = i32::try_from(waiting.of_network).unwrap_or(i32::MAX);
        Ok(if waiting.all < self.max_waiting {
            Admission::Admitted(rank)
        } else {
            Admission::Full(rank)
        })
    }
}

/// Makes room in a full queue: the last verification gives way if it failed before, or if its network
/// has more waiting ones than the new one's.
///
/// # Errors
/// [`Error::TooMany`] if there is none.
pub(super) async fn make_room(app: &App, rank: i32) -> Result<()> {
    let now = app.now();
    let last = async |conn: &mut Conn<'_>| {
        let Some(last) = web_jobs::find_last(conn, now).await? else { return Ok(None) };
        let Some(id) = last.mention() else { return Ok(None) };
        let mention = store::find(conn, id).await?;
        Ok::<_, Error>(mention.map(|mention| (last, mention)))
    };
    match app.db.read(last).await? {
        Some((last, mention)) if last.attempts > 0 || last.network_rank > rank => {
            give_way(app, last, mention).await
        }
        _ => Err(Error::TooMany(RETRY_AFTER)),
    }
}

/// Ends a verification. A mention that was never verified is deleted, so that a flood leaves no rows.
async fn give_way(app: &App, last: Last, mention: Mention) -> Result<()> {
    let now = app.now();
    app.db
        .write(async move |tx| {
            articles::lock(tx, mention.article_id).await?;
            if !web_jobs::delete_last(tx, &last, now).await? {
                return Ok(());
            }
            match (mention.verified_at, mention.moderation_status) {
                (None, ModerationStatus::Pending) => Ok(store::delete(tx, mention.id).await?),
                (None, _) => {
                    let rejected = Verification::Rejected;
                    Ok(store::abandon(tx, mention.id, rejected, QUEUE_FULL).await?)
                }
                (Some(_), _) => {
                    let verified = Verification::Verified;
                    Ok(store::abandon(tx, mention.id, verified, QUEUE_FULL).await?)
                }
            }
        })
        .await
}
