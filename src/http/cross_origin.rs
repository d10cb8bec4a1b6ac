//! Cross-origin resource sharing (CORS, Fetch Standard): answers preflight requests, and writes the
//! headers that let scripts of other sites read a response.

use actix_web::HttpResponse;
use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
    ACCESS_CONTROL_REQUEST_METHOD, HeaderMap, HeaderName, ORIGIN, VARY,
};

/// The response headers that scripts may read.
const EXPOSED: &str =
    "etag, link, location, retry-after, idempotency-replayed, x-cache, x-request-id";

/// The methods that scripts may use.
const METHODS: &str = "GET, HEAD, POST, PUT, PATCH, DELETE";

/// The request headers of the API. Scripts may set any other too, such as those of tracing.
const HEADERS: &str = "authorization, content-type, accept-language, if-match, if-none-match, \
                       idempotency-key, edit-token, x-request-id";

/// The most other headers that an answer names. Browsers send a few.
const MAX_OTHER_HEADERS: usize = 32;

/// How long a browser may keep the answer to a preflight request, in seconds.
const MAX_AGE: &str = "3600";

/// The origins that may read responses.
pub struct CrossOrigin {
    /// Allowed origins; `None` allows all.
    origins: Option<Vec<String>>,
}

/// Returns whether an allowed origin covers an origin. `https://*.news.example` covers every subdomain.
fn covers(allowed: &str, origin: &str) -> bool {
    let Some((scheme, domain)) = allowed.split_once('*') else { return allowed == origin };
    let labels = origin.strip_prefix(scheme).and_then(|rest| rest.strip_suffix(domain));
    labels.is_some_and(|labels| {
        !labels.is_empty()
            && !labels.starts_with('.')
            && labels.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'))
    })
}

impl CrossOrigin {
    /// Allows these origins, or all without a list.
    #[must_use]
    pub fn new(origins: Option<Vec<String>>) -> Self {
        Self { origins }
    }

    /// Returns the headers of a response to a request with this `Origin`.
    pub fn headers<'a>(
        &'a self,
        origin: &'a [u8],
    ) -> impl Iterator<Item = (HeaderName, &'a str)> + use<'a> {
        let allowed = self.allowed(origin).map(|site| (ACCESS_CONTROL_ALLOW_ORIGIN, site));
        allowed.into_iter().chain([(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED)])
    }

    fn allowed<'a>(&'a self, origin: &'a [u8]) -> Option<&'a str> {
        let Some(origins) = &self.origins else { return Some("*") };
        let origin = std::str::from_utf8(origin).ok()?;
        origins.iter().any(|allowed| covers(allowed, origin)).then_some(origin)
    }

    /// Answers an `OPTIONS` request if it is a preflight request. It is never refused: the browser reads
    /// the headers, and reports a missing permission by its name.
    #[must_use]
    pub fn preflight(request: &HeaderMap) -> Option<HttpResponse> {
        if !request.contains_key(ORIGIN) || !request.contains_key(ACCESS_CONTROL_REQUEST_METHOD) {
            return None;
        }
        let asked = request.get_all(ACCESS_CONTROL_REQUEST_HEADERS);
        let asked = asked.flat_map(|value| value.to_str().unwrap_or_default().split(','));
        let others = asked.map(str::trim).filter(|name| is_other_header(name));
        let headers = std::iter::once(HEADERS).chain(others.take(MAX_OTHER_HEADERS));
        Some(
            HttpResponse::Ok()
                .insert_header((ACCESS_CONTROL_ALLOW_METHODS, METHODS))
                .insert_header((
                    ACCESS_CONTROL_ALLOW_HEADERS,
                    headers.collect::<Vec<_>>().join(", "),
                ))
                .insert_header((ACCESS_CONTROL_MAX_AGE, MAX_AGE))
                .insert_header((
                    VARY,
                    "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
                ))
                .finish(),
        )
    }
}

/// Returns whether a name is that of a header which [`HEADERS`] lacks.
fn is_other_header(name: &str) -> bool {
    HeaderName::from_bytes(name.as_bytes()).is_ok()
        && !HEADERS.split(',').any(|known| known.trim().eq_ignore_ascii_case(name))
}
