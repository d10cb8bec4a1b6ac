//! What other sites' scripts may see of an answer, for those that the CORS layer doesn't meet since
//! the cache gives them. `server/cors.rs` makes both by the same settings.

use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, HeaderMap, HeaderName, HeaderValue,
    ORIGIN,
};

/// The sites, and what their scripts see.
pub struct CrossOrigin {
    /// Those that may read; `None`: all.
    origins: Option<Vec<HeaderValue>>,
    exposed: Option<HeaderValue>,
}

impl CrossOrigin {
    /// These sites (`None`: all) may read, and see these headers.
    #[must_use]
    pub fn new(origins: Option<&[String]>, exposed: &[HeaderName]) -> Self {
        let value = |text: &String| HeaderValue::from_str(text).ok();
        let names: Vec<&str> = exposed.iter().map(HeaderName::as_str).collect();
        Self {
            origins: origins.map(|origins| origins.iter().filter_map(value).collect()),
            exposed: HeaderValue::from_str(&names.join(", ")).ok(),
        }
    }

    /// What an answer tells a browser that asks from a site's script.
    pub fn tell(&self, origin: &[u8]) -> impl Iterator<Item = (HeaderName, HeaderValue)> {
        let allowed = match &self.origins {
            None => Some(HeaderValue::from_static("*")),
            Some(origins) => origins.iter().find(|known| known.as_bytes() == origin).cloned(),
        };
        let exposed = self.exposed.clone().map(|names| (ACCESS_CONTROL_EXPOSE_HEADERS, names));
        let allowed = allowed.map(|site| (ACCESS_CONTROL_ALLOW_ORIGIN, site));
        exposed.into_iter().chain(allowed)
    }

    /// Tells it in an answer to a request.
    pub fn mark(&self, request: &HeaderMap, answer: &mut HeaderMap) {
        let Some(origin) = request.get(ORIGIN) else { return };
        for (name, value) in self.tell(origin.as_bytes()) {
            answer.insert(name, value);
        }
    }
}
