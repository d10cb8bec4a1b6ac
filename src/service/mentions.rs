//! Mentions by webmention, pingback and trackback: receiving and verifying those of our articles,
//! and sending pings for the links in them. Only the worker accesses other sites, by queued jobs.

mod admission;
mod announce;
mod deliver;
mod expiry;
mod host_rate_limits;
mod metadata;
mod moderate;
mod read;
mod receive;
mod settle;
mod verify;
mod worker;

use std::time::Duration;

use super::site_urls::SiteUrls;
use crate::domain::hourly_rate::HourlyRate;
use crate::web::fetch::Fetcher;

pub use announce::{announce, announce_deletion};
pub use expiry::delete_expired;
pub use metadata::sender_metadata;
pub use moderate::{delete, list_all, moderate};
pub use read::{of_article, pings, sources, status};
pub use receive::{Incoming, Received, Target, receive};
pub use worker::work_until;

/// Access to other sites.
#[derive(Debug, Clone)]
pub struct Web {
    /// The HTTP client.
    pub fetcher: Fetcher,
    /// The URLs of this site.
    pub urls: SiteUrls,
    /// The least time between two requests to a host.
    pub per_host: Duration,
    /// The rate limit of mentions from a network, if there is one.
    pub per_network: Option<HourlyRate>,
    /// The most mentions that wait for their verification, since an attacker may use many hosts and
    /// networks.
    pub max_waiting: i64,
    /// The time for which rejected mentions are kept.
    pub rejected_retention: chrono::Duration,
}
