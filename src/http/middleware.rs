//! What surrounds every request that the cache doesn't answer: its id, its log line, its count;
//! `HEAD` answered as `GET`; the limits on its address; the headers that every answer carries; and
//! the body of every problem, in the client's language. It is one piece, since each request pays for
//! each layer.

use std::time::Instant;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{
    ACCEPT_LANGUAGE, CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
    HeaderMap, HeaderName, HeaderValue, REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS,
};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest, HttpResponse, ResponseError, web};

use super::cache::entry::X_CACHE;
use super::cache::{self, Key, MissOutcome};
use super::cache_layer::RequestContext;
use super::catalogue::Locale;
use super::conditional::ALL_VARIES;
use super::docs;
use super::metrics::Outcome;
use super::payload_guard::PayloadGuard;
use super::problem::ApiError;
use super::request_id::{RequestId, X_REQUEST_ID};
use super::standby;
use super::state::State;

/// Where the resources are.
const API: &str = "/api/";

/// The longest address that is looked at, in bytes: more than any of ours with every filter set.
const MAX_URI: usize = 8 * 1024;

/// The id of a request, for those who ask for it while it is at work.
#[derive(Clone)]
struct Known(HeaderValue);

/// The middleware, of the requests that the cache (`cache_layer.rs`) hasn't answered.
///
/// # Errors
/// None of its own: what it meets, it turns into a problem.
pub async fn around(
    mut req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let request_context = req.extensions_mut().remove::<RequestContext>();
    let RequestContext { began, key } =
        request_context.unwrap_or_else(|| RequestContext { began: Instant::now(), key: None });
    let Some(state) = req.app_data::<web::Data<State>>().cloned() else {
        let error = ApiError::new("internal").error_response();
        return Ok(req.into_response(error));
    };
    let id = RequestId::of(req.headers().get(&X_REQUEST_ID).map(HeaderValue::as_bytes)).value();
    req.extensions_mut().insert(Known(id.clone()));
    let _in_flight = state.metrics.begin();
    let method = req.method().clone();
    if method == Method::HEAD {
        // The connection knows that it was HEAD, and sends no body.
        req.head_mut().method = Method::GET;
    }
    if let Some(readers) = state.readers.as_ref().filter(|_| standby::may_answer(req.head())) {
        req.add_data_container(readers.container());
    }
    let payload_guard = PayloadGuard::hold(&mut req);
    let (http, mut response) = match key {
        Some(key) => fetch(req, next, &state, &key).await?,
        None => answer(req, next).await?.into_parts(),
    };
    if response.status().is_client_error() || response.status().is_server_error() {
        response = as_problem(&http, response, &id);
    } else if method.is_safe() && method != Method::OPTIONS && http.path().starts_with(API) {
        tell_outcome(&state, response.headers_mut());
    }
    if let Some(payload_guard) = payload_guard {
        response = payload_guard.go_with(response);
    }
    // Whoever has the answer already has these as well.
    if response.status() != StatusCode::NOT_MODIFIED {
        dress(response.headers_mut(), http.path());
    }
    response.headers_mut().insert(X_REQUEST_ID.clone(), id.clone());
    let route = http.match_pattern().unwrap_or_else(|| "unknown".to_owned());
    let status = response.status().as_u16();
    state.metrics.end(method_name(&method), &route, status, began.elapsed());
    log(&method, http.path(), status, id.to_str().unwrap_or_default(), began);
    Ok(ServiceResponse::new(http, response))
}

/// Fetches what the cache hasn't, once for all who ask for it meanwhile.
async fn fetch(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
    state: &State,
    key: &Key,
) -> Result<(HttpRequest, HttpResponse), Error> {
    let now = || state.app.now();
    let fetching = match state.cache.take_turn(key, req.request().head(), now).await {
        MissOutcome::Answered(mut response) => {
            state.cross_origin.mark(req.headers(), response.headers_mut());
            return Ok(req.into_response(HttpResponse::from(response)).into_parts());
        }
        MissOutcome::Fetch(fetching) => fetching,
    };
    let (http, mut response) = answer(req, next).await?.into_parts();
    let kept = response.extensions_mut().remove::<cache::entry::CacheableResponse>();
    let Some(mut made) = kept else {
        fetching.came_to_nothing();
        return Ok((http, response));
    };
    dress(&mut made.headers, http.path());
    made.headers.insert(VARY, HeaderValue::from_static(ALL_VARIES));
    let route = http.match_pattern().unwrap_or_else(|| "unknown".to_owned());
    let series = state.metrics.series("GET", &route);
    let mut response = HttpResponse::from(fetching.keep(made, series, http.head()));
    state.cross_origin.mark(http.headers(), response.headers_mut());
    Ok((http, response))
}

/// Says and counts where an answer came from.
fn tell_outcome(state: &State, headers: &mut HeaderMap) {
    let outcome = match headers.get(&X_CACHE).map(HeaderValue::as_bytes) {
        Some(b"hit") => Outcome::Hit,
        Some(_) => Outcome::Miss,
        None => {
            headers.insert(X_CACHE.clone(), Outcome::Bypass.header());
            Outcome::Bypass
        }
    };
    state.metrics.read(outcome);
}

/// No clone of the request may be kept meanwhile: routing writes into it.
async fn answer(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let uri = req.uri();
    let length = uri.path().len() + uri.query().map_or(0, str::len);
    if length > MAX_URI {
        let api_error = ApiError::new("uri_too_long").with("limit", MAX_URI);
        return Ok(req.into_response(api_error.error_response()));
    }
    next.call(req).await.map(ServiceResponse::map_into_boxed_body)
}

/// The id of a request, for whoever must name it.
#[must_use]
pub fn id_of(req: &HttpRequest) -> String {
    let id = |id: &Known| id.0.to_str().map(str::to_owned).unwrap_or_default();
    req.extensions().get::<Known>().map_or_else(String::new, id)
}

/// Gives an error its body. One of actix's own (a path that is nobody's, a broken request) is
/// known by its status alone.
fn as_problem(req: &HttpRequest, mut response: HttpResponse, id: &HeaderValue) -> HttpResponse {
    let status = response.status();
    let known = response.extensions_mut().remove::<ApiError>();
    let api_error = known.unwrap_or_else(|| {
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
    let locale = req
        .headers()
        .get(ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .and_then(Locale::for_accept)
        .unwrap_or_else(Locale::fallback);
    let id = id.to_str().unwrap_or_default();
    let body = serde_json::to_vec(&api_error.problem(&locale, id)).unwrap_or_default();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(VARY, HeaderValue::from_static("Accept-Language, Authorization"));
    if let Ok(tag) = HeaderValue::from_str(&locale.tag()) {
        headers.insert(CONTENT_LANGUAGE, tag);
    }
    response.set_body(BoxBody::new(body))
}

fn dress(headers: &mut HeaderMap, path: &str) {
    let mut add = |name: HeaderName, value: &'static str| {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    };
    add(X_CONTENT_TYPE_OPTIONS, "nosniff");
    if path.starts_with(docs::PATH) {
        add(CONTENT_SECURITY_POLICY, docs::CONTENT_SECURITY_POLICY);
        add(REFERRER_POLICY, "no-referrer");
    } else {
        // `frame-ancestors` is what `X-Frame-Options` was (Content Security Policy 3, section 6.4.2).
        add(CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'");
    }
}

fn method_name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// Reads that went well are logged at `debug`: a line for each would cost more than many of them.
pub(super) fn log(method: &Method, path: &str, status: u16, request_id: &str, began: Instant) {
    let quiet = (200..400).contains(&status) && method.is_safe();
    if quiet && !tracing::enabled!(tracing::Level::DEBUG) {
        return;
    }
    let micros = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
    match status {
        // The database's absence is told once by whoever met it; here it is many times over.
        503 => tracing::warn!(%method, path, status, micros, request_id, "answered"),
        500.. => tracing::error!(%method, path, status, micros, request_id, "answered"),
        _ if quiet => tracing::debug!(%method, path, status, micros, request_id, "answered"),
        _ => tracing::info!(%method, path, status, micros, request_id, "answered"),
    }
}
