//! What handlers share on a worker thread.

use std::net::IpAddr;
use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::header::HeaderValue;
use ipnet::IpNet;

use super::cache::Cache;
use super::conditional::Endpoints;
use super::cross_origin::CrossOrigin;
use super::metrics::Metrics;
use super::standby::Readers;
use crate::service::App;

/// A worker's state: its own application, and what all workers have in common.
pub struct State {
    /// The use cases' world.
    pub app: App,
    /// The address of this API, as clients see it.
    pub public_url: url::Url,
    /// The largest body that is read, in bytes.
    pub max_body_bytes: usize,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Arc<[IpNet]>,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// Answers that are kept.
    pub cache: Arc<Cache>,
    /// How long a CDN may answer by itself, as its header says it.
    pub cdn: Option<HeaderValue>,
    /// What other sites' scripts may see.
    pub cross_origin: Arc<CrossOrigin>,
    /// The same state with a standby for its database, where there is one.
    pub readers: Option<Readers>,
}

impl State {
    /// The address a request came from. What a proxy says is believed only of proxies that are
    /// trusted, from the nearest on: what stands further left anybody may have written.
    #[must_use]
    pub fn client_address(&self, req: &HttpRequest) -> IpAddr {
        let mut address =
            req.peer_addr().map_or(IpAddr::from([0, 0, 0, 0]), |peer| peer.ip().to_canonical());
        let header = req
            .headers()
            .get_all("x-forwarded-for")
            .filter_map(|value| value.to_str().ok())
            .collect::<Vec<_>>()
            .join(",");
        for hop in header.rsplit(',').map(str::trim).filter(|hop| !hop.is_empty()) {
            if !self.trusted_proxies.iter().any(|net| net.contains(&address)) {
                break;
            }
            match hop.parse::<IpAddr>() {
                Ok(hop) => address = hop.to_canonical(),
                Err(_) => break,
            }
        }
        address
    }

    /// Where mentions are taken.
    #[must_use]
    pub fn endpoints(&self) -> Endpoints {
        let urls = &self.app.shared.web.urls;
        Endpoints {
            webmention: urls.api("/api/v1/webmention"),
            pingback: urls.api("/api/v1/xmlrpc"),
        }
    }
}
