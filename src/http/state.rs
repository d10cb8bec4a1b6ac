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
use super::page;
use crate::domain::article::Article;
use crate::service::App;

/// A worker's state: its own application, and what all workers have in common.
pub struct State {
    /// The use cases' world.
    pub app: App,
    /// The address of this API, as clients see it.
    pub public_url: url::Url,
    /// The address of an article on the frontend, with `{slug}` in it.
    pub site_url: Option<String>,
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
        let base = &self.public_url;
        Endpoints {
            webmention: format!("{base}api/v1/webmention"),
            pingback: format!("{base}api/v1/xmlrpc"),
        }
    }

    /// Where readers find an article: the address it names itself, else the frontend's.
    #[must_use]
    pub fn article_address(&self, article: &Article) -> Option<String> {
        // Written out by the parser, which encodes what would end the address in a header early.
        let own =
            article.canonical_url.as_deref().and_then(|address| url::Url::parse(address).ok());
        own.map(String::from).or_else(|| {
            self.site_url.as_ref().map(|url| url.replace("{slug}", &page::encode(&article.slug)))
        })
    }
}
