//! The state of a worker thread, which handlers take as `Data<State>`.

use std::net::IpAddr;
use std::rc::Rc;
use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::dev::Extensions;
use actix_web::http::header::HeaderValue;

use super::cache::Cache;
use super::client_address::TrustedProxies;
use super::metrics::Metrics;
use super::metrics_page::MetricsPage;
use crate::service::App;

/// The endpoints for mentions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoints {
    /// The webmention endpoint.
    pub webmention: String,
    /// The pingback endpoint.
    pub pingback: String,
}

/// The state of a worker thread.
pub struct State {
    /// The use cases' context.
    pub app: App,
    /// The public URL of this API.
    pub public_url: url::Url,
    /// The largest body that is read, in bytes.
    pub max_body_bytes: usize,
    /// The trusted proxies.
    pub trusted_proxies: Arc<TrustedProxies>,
    /// The metrics of the process.
    pub metrics: Arc<Metrics>,
    /// The page of metrics; `None` if it has its own listener.
    pub metrics_page: Option<MetricsPage>,
    /// The response cache of the process.
    pub cache: Arc<Cache>,
    /// The value of `CDN-Cache-Control`, if CDNs may answer by themselves.
    pub cdn: Option<HeaderValue>,
    /// Application data that holds a state with a standby as its database, if there is a standby.
    pub replica: Option<Rc<Extensions>>,
}

impl State {
    /// Returns the client's address.
    #[must_use]
    pub fn client_address(&self, req: &HttpRequest) -> IpAddr {
        self.trusted_proxies.client_address(req)
    }

    /// Returns the endpoints for mentions.
    #[must_use]
    pub fn endpoints(&self) -> Endpoints {
        let urls = &self.app.shared.web.urls;
        Endpoints {
            webmention: urls.api("/api/v1/webmention"),
            pingback: urls.api("/api/v1/xmlrpc"),
        }
    }
}
