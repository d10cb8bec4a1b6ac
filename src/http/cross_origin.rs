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

    /// Marks an answer for whoever asks from a browser.
    pub fn mark(&self, request: &HeaderMap, answer: &mut HeaderMap) {
        let Some(origin) = request.get(ORIGIN) else { return };
        if let Some(exposed) = &self.exposed {
            answer.insert(ACCESS_CONTROL_EXPOSE_HEADERS, exposed.clone());
        }
        let allowed = match &self.origins {
            None => HeaderValue::from_static("*"),
            Some(origins) if origins.contains(origin) => origin.clone(),
            Some(_) => return,
        };
        answer.insert(ACCESS_CONTROL_ALLOW_ORIGIN, allowed);
    }
}
