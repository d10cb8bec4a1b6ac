//! Cross-origin resource sharing (CORS, Fetch Standard): answers preflight requests, and writes the
//! headers that let scripts of other sites read a response.

use actix_web::HttpResponse;
use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
    ACCESS_CONTROL_REQUEST_METHOD, HeaderMap, HeaderName, ORIGIN, VARY,
};

use super::problem::ApiError;

/// The response headers that scripts may read.
const EXPOSED: &str =
    "etag, link, location, retry-after, idempotency-replayed, x-cache, x-request-id";

/// The methods that scripts may use.
const METHODS: &str = "GET, HEAD, POST, PUT, PATCH, DELETE";

/// The request headers that scripts may set.
const HEADERS: &str = "authorization, content-type, accept-language, if-match, if-none-match, \
                       idempotency-key, edit-token, x-request-id";

/// How long a browser may keep the answer to a preflight request, in seconds.
const MAX_AGE: &str = "3600";

/// The origins that may read responses.
pub struct CrossOrigin {
    /// Allowed origins; `None` allows all.
    origins: Option<Vec<String>>,
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
        origin: &[u8],
    ) -> impl Iterator<Item = (HeaderName, &'a str)> + use<'a> {
        let allowed = self.allowed(origin).map(|site| (ACCESS_CONTROL_ALLOW_ORIGIN, site));
        allowed.into_iter().chain([(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED)])
    }

    fn allowed(&self, origin: &[u8]) -> Option<&str> {
        match &self.origins {
            None => Some("*"),
            Some(origins) => {
                origins.iter().find(|known| known.as_bytes() == origin).map(String::as_str)
            }
        }
    }

    /// Answers an `OPTIONS` request if it is a preflight request.
    #[must_use]
    pub fn preflight(&self, request: &HeaderMap) -> Option<Result<HttpResponse, ApiError>> {
        let origin = request.get(ORIGIN)?;
        let method = request.get(ACCESS_CONTROL_REQUEST_METHOD)?;
        let lists = |list: &str, item: &str| {
            list.split(',').any(|known| known.trim().eq_ignore_ascii_case(item))
        };
        let headers = request
            .get_all(ACCESS_CONTROL_REQUEST_HEADERS)
            .flat_map(|value| value.to_str().unwrap_or("\0").split(','))
            .map(str::trim);
        let is_allowed = self.allowed(origin.as_bytes()).is_some()
            && method.to_str().is_ok_and(|method| lists(METHODS, method))
            && headers.filter(|name| !name.is_empty()).all(|name| lists(HEADERS, name));
        if !is_allowed {
            return Some(Err(ApiError::new("bad_request")));
        }
        let response = HttpResponse::Ok()
            .insert_header((ACCESS_CONTROL_ALLOW_METHODS, METHODS))
            .insert_header((ACCESS_CONTROL_ALLOW_HEADERS, HEADERS))
            .insert_header((ACCESS_CONTROL_MAX_AGE, MAX_AGE))
            .insert_header((
                VARY,
                "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
            ))
            .finish();
        Some(Ok(response))
    }
}
