//! Surrounds every request that the cache doesn't answer: checks the length of the URI, answers
//! preflight requests, fetches each cache key once, and turns errors into problems.

use std::convert::identity;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{
    ACCEPT_LANGUAGE, CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
    HeaderMap, HeaderName, HeaderValue, REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS,
};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest, HttpResponse, ResponseError, web};

use super::cache::entry::CacheableResponse;
use super::cache::{Key, MissOutcome, ServedEntry};
use super::catalogue::Locale;
use super::conditional;
use super::docs;
use super::metrics::Outcome;
use super::problem::ApiError;
use super::request_context::RequestContext;
use super::standby;
use super::state::State;

/// The longest path and query, in bytes. Our longest, with every filter set, is shorter.
const MAX_URI: usize = 8 * 1024;

/// Handles a request: the connection has looked it up in the cache, and writes the response.
///
/// # Errors
/// None of its own: it turns errors into problems.
pub async fn handle(
    mut req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let context = req.extensions_mut().remove::<RequestContext>();
    let (Some(RequestContext { id, key }), Some(state)) =
        (context, req.app_data::<web::Data<State>>().cloned())
    else {
        return Ok(req.into_response(ApiError::new("internal").error_response()));
    };
    if req.method() == Method::HEAD {
        // The connection omits the body.
        req.head_mut().method = Method::GET;
    }
    if let Some(replica) = state.replica.as_ref().filter(|_| standby::may_answer(req.head())) {
        req.add_data_container(replica.clone());
    }
    let (http, mut response) = match key {
        Some(key) => fetch(req, next, &state, &key).await?,
        None => respond(req, next).await?.into_parts(),
    };
    let cacheable = response.extensions_mut().remove::<CacheableResponse>();
    let checked = cacheable.map(|cacheable| {
        let (tag, modified) = (&cacheable.tag, cacheable.last_modified);
        conditional::check(http.headers(), tag, modified).map(|()| cacheable)
    });
    match checked {
        Some(Ok(cacheable)) => {
            let entry = state.cache.serialise(complete(cacheable, http.path()), route(&http));
            response.extensions_mut().insert(ServedEntry { entry, outcome: Outcome::Bypass });
        }
        Some(Err(error)) => response = error.error_response(),
        None => {}
    }
    let status = response.status();
    if status.is_client_error() || status.is_server_error() {
        let language = http.headers().get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        response = problem(response, language, id.to_str().unwrap_or_default());
    }
    add_common_headers(response.headers_mut(), http.path());
    Ok(ServiceResponse::new(http, response))
}

/// Fetches a response that the cache doesn't have, once for all requests with its key.
async fn fetch(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
    state: &State,
    key: &Key,
) -> Result<(HttpRequest, HttpResponse), Error> {
    let served = |mut response: HttpResponse, entry, outcome| {
        response.extensions_mut().insert(ServedEntry { entry, outcome });
        response
    };
    let guard = match state.cache.take_turn(key, || state.app.now()).await {
        MissOutcome::Shared(entry) => {
            let response = served(HttpResponse::new(StatusCode::OK), entry, Outcome::Hit);
            return Ok(req.into_response(response).into_parts());
        }
        MissOutcome::Fetch(guard) => guard,
    };
    let (http, mut response) = respond(req, next).await?.into_parts();
    let cacheable = response.extensions_mut().remove::<CacheableResponse>();
    let Some(cacheable) = cacheable else {
        guard.finish_unshared();
        return Ok((http, response));
    };
    let is_cacheable = cacheable.cache_policy.is_some();
    let outcome = if is_cacheable { Outcome::Miss } else { Outcome::Bypass };
    let entry = guard.store(complete(cacheable, http.path()), route(&http));
    Ok((http, served(response, entry, outcome)))
}

/// Calls the handler. No clone of the request may exist meanwhile, since routing changes it.
async fn respond(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let uri = req.uri();
    let length = uri.path().len() + uri.query().map_or(0, str::len);
    if length > MAX_URI {
        let error = ApiError::new("uri_too_long").with("limit", MAX_URI);
        return Ok(req.into_response(error.error_response()));
    }
    let preflight = match req.app_data::<web::Data<State>>() {
        Some(state) if req.method() == Method::OPTIONS => {
            state.cross_origin.preflight(req.headers())
        }
        _ => None,
    };
    if let Some(response) = preflight {
        let response = response.map_err(|error| error.error_response());
        return Ok(req.into_response(response.unwrap_or_else(identity)));
    }
    next.call(req).await.map(ServiceResponse::map_into_boxed_body)
}

/// Returns the pattern of the route, for the metrics and the log.
#[must_use]
pub fn route(req: &HttpRequest) -> String {
    req.match_pattern().unwrap_or_else(|| "unknown".to_owned())
}

fn complete(mut cacheable: CacheableResponse, path: &str) -> CacheableResponse {
    add_common_headers(&mut cacheable.headers, path);
    cacheable
}

/// Gives an error response its body, in the language of an `Accept-Language` value. The code of
/// actix's own errors follows from their status.
#[must_use]
pub fn problem(mut response: HttpResponse, language: Option<&str>, id: &str) -> HttpResponse {
    let status = response.status();
    let known = response.extensions_mut().remove::<ApiError>();
    let error = known.unwrap_or_else(|| {
        ApiError::new(match status {
            StatusCode::NOT_FOUND => "not_found",
            StatusCode::METHOD_NOT_ALLOWED => "method_not_allowed",
            StatusCode::REQUEST_TIMEOUT => "request_timeout",
            StatusCode::PAYLOAD_TOO_LARGE => "content_too_large",
            StatusCode::UNSUPPORTED_MEDIA_TYPE => "unsupported_media_type",
            status if status.is_client_error() => "bad_request",
            _ => "internal",
        })
    });
    let locale = language.and_then(Locale::for_accept).unwrap_or_else(Locale::fallback);
    let body = serde_json::to_vec(&error.problem(&locale, id)).unwrap_or_default();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(VARY, HeaderValue::from_static("Accept-Language, Authorization, Origin"));
    if let Ok(tag) = HeaderValue::from_str(&locale.tag()) {
        headers.insert(CONTENT_LANGUAGE, tag);
    }
    response.set_body(BoxBody::new(body))
}

/// Adds the headers that every response carries, where they are missing.
pub fn add_common_headers(headers: &mut HeaderMap, path: &str) {
    let mut add = |name: HeaderName, value: &'static str| {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    };
    add(VARY, "Origin");
    add(X_CONTENT_TYPE_OPTIONS, "nosniff");
    if path.starts_with(docs::PATH) {
        add(CONTENT_SECURITY_POLICY, docs::CONTENT_SECURITY_POLICY);
        add(REFERRER_POLICY, "no-referrer");
    } else {
        // `frame-ancestors` replaces `X-Frame-Options` (Content Security Policy 3, section 6.4.2).
        add(CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'");
    }
}
