//! Mentions by webmention, pingback and trackback: receiving and verifying those of our articles,
//! and sending pings for the links in them. Only the worker accesses other sites, by queued jobs.

mod announce;
mod deliver;
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
use crate::web::fetch::Fetcher;

pub use announce::{announce, announce_deletion};
pub use host_rate_limits::delete_expired_host_rate_limits;
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
}
