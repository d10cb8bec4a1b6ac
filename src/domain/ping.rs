//! Pings: notifications of sites that the articles link to.

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr};
use utoipa::ToSchema;

use super::Time;
use super::article::ArticleId;

/// A ping's id.
pub type PingId = i64;

/// The protocol of a ping.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum PingProtocol {
    /// Webmention.
    Webmention,
    /// Pingback.
    Pingback,
}

/// The status of a ping's delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
// Names in the API and in the database.
#[derive(Serialize, Deserialize, ToSchema, EnumString, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum PingStatus {
    /// Delivery is queued.
    Queued,
    /// The receiver accepted it.
    Delivered,
    /// The receiver refused it, or all attempts failed.
    Failed,
    /// The linked page names no endpoint.
    Unsupported,
}

/// A link in an article, and the delivery of its notification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ping {
    /// The id.
    pub id: PingId,
    /// The article that links. `None` once it was deleted permanently.
    pub article_id: Option<ArticleId>,
    /// The linked URL.
    pub target_url: String,
    /// The article's URL.
    pub source_url: String,
    /// The status of the delivery.
    pub status: PingStatus,
    /// The protocol, once it is discovered.
    pub protocol: Option<PingProtocol>,
    /// The receiver's endpoint, once it is discovered.
    pub endpoint: Option<String>,
    /// The reason of a failure or retry: a stable code.
    pub reason: Option<String>,
    /// The HTTP status of the last answer.
    pub http_status: Option<i32>,
    /// The number of attempts since the last request.
    pub attempts: i32,
    /// The time of the first request.
    pub created_at: Time,
    /// The time of the last change.
    pub updated_at: Time,
    /// The time of the last attempt.
    pub attempted_at: Option<Time>,
    /// The time of the last successful delivery.
    pub delivered_at: Option<Time>,
}
