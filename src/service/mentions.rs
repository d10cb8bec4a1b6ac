//! Mentions, in and out: links to our articles on other sites, and ours to theirs.
//!
//! - `receive.rs` takes a mention in, or refuses it; `site_urls.rs` knows which addresses are ours
//! - `verify.rs` reads its source, `moderate.rs` is what moderators do with it
//! - `announce.rs` sees what an article links to, `deliver.rs` tells it there
//! - `worker.rs` does all that goes out to the web, from a queue in the database
//!
//! Called by `http/mentions/`, and the worker by `server.rs`; calls `web/` and `store/`.

mod announce;
mod deliver;
mod moderate;
mod read;
mod receive;
mod site_urls;
mod verify;
mod worker;

use std::time::Duration;

use crate::web::fetch::Fetcher;

pub use announce::{announce, announce_deletion};
pub use moderate::{delete, find, list_all, set_standing};
pub use read::{of_article, pings, sources, status};
pub use receive::{Incoming, Received, Target, receive};
pub use site_urls::{SiteUrls, UrlTarget, article_path, article_slug_path};
pub use verify::said_by_sender;
pub use worker::{forget_turns, work_until};

/// What mentions take of the world outside.
#[derive(Debug, Clone)]
pub struct Web {
    /// The way out.
    pub fetcher: Fetcher,
    /// The URLs of this site.
    pub urls: SiteUrls,
    /// How long a host is left alone after it was asked.
    pub per_host: Duration,
}
