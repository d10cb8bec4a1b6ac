//! What surrounds every request: its id, its log line, its count; `HEAD` answered as `GET`; the
//! limits on its address; the headers that every answer carries; and the body of every problem, in
//! the client's language. It is one piece, since each request pays for each layer.

use std::time::Instant;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{
    ACCEPT_LANGUAGE, CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
    HeaderMap, HeaderName, HeaderValue, REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpResponse, ResponseError, web};
use base64::Engine;

use super::catalogue::Tongue;
use super::docs;
use super::metrics::Metrics;
use super::problem::Refusal;
use super::state::State;
use super::unread::Unread;
use crate::auth::entropy;

/// The header that carries a request's id.
pub static X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The longest address that is looked at, in bytes: more than any of ours with every filter set.
const MAX_URI: usize = 8 * 1024;

/// The id of a request, the client's if it sent a usable one.
#[derive(Clone)]
struct RequestId(String);

/// The middleware.
///
/// # Errors
/// None of its own: what it meets, it turns into a problem.
pub async fn around(
    mut req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let began = Instant::now();
    let id = request_id(req.headers());
    req.extensions_mut().insert(RequestId(id.clone()));
    let metrics = req.app_data::<web::Data<State>>().map(|state| state.metrics.clone());
    let _in_flight = metrics.as_deref().map(Metrics::begin);
    let method = req.method().clone();
    if method == Method::HEAD {
        // The connection knows that it was HEAD, and sends no body.
        req.head_mut().method = Method::GET;
    }
    let unread = Unread::hold(&mut req);
    let (http, mut response) = answer(req, next).await?.into_parts();
    if response.status().is_client_error() || response.status().is_server_error() {
        response = as_problem(&http, response, &id);
    }
    if let Some(unread) = unread {
        response = unread.go_with(response);
    }
    dress(response.headers_mut(), http.path(), &id);
    let route = http.match_pattern().unwrap_or_else(|| "unknown".to_owned());
    let status = response.status().as_u16();
    if let Some(metrics) = &metrics {
        metrics.end(method_name(&method), &route, status, began.elapsed());
    }
    log(&method, &http, status, &id, began);
    Ok(ServiceResponse::new(http, response))
}

/// No clone of the request may be kept meanwhile: routing writes into it.
async fn answer(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let uri = req.uri();
    let length = uri.path().len() + uri.query().map_or(0, str::len);
    if length > MAX_URI {
        let refusal = Refusal::new("uri_too_long").with("limit", MAX_URI);
        return Ok(req.into_response(refusal.error_response()));
    }
    next.call(req).await.map(ServiceResponse::map_into_boxed_body)
}

fn request_id(headers: &HeaderMap) -> String {
    let usable = |text: &&str| {
        (1..=128).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.:".contains(&b))
    };
    let sent = headers.get(&X_REQUEST_ID).and_then(|value| value.to_str().ok()).filter(usable);
    sent.map_or_else(made_id, str::to_owned)
}

fn made_id() -> String {
    match entropy::bytes::<12>() {
        Ok(bytes) => base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes),
        // An id that isn't unique is better than no answer.
        Err(_) => String::from("unknown"),
    }
}

/// The id of a request, for whoever must name it.
#[must_use]
pub fn id_of(req: &actix_web::HttpRequest) -> String {
    req.extensions().get::<RequestId>().map_or_else(String::new, |id| id.0.clone())
}

/// Gives an error its body. One of actix's own (a path that is nobody's, a broken request) is
/// known by its status alone.
fn as_problem(req: &actix_web::HttpRequest, mut response: HttpResponse, id: &str) -> HttpResponse {
    let status = response.status();
    let known = response.extensions_mut().remove::<Refusal>();
    let refusal = known.unwrap_or_else(|| {
        Refusal::new(match status {
            StatusCode::NOT_FOUND => "not_found",
            StatusCode::METHOD_NOT_ALLOWED => "method_not_allowed",
            StatusCode::REQUEST_TIMEOUT => "request_timeout",
            StatusCode::PAYLOAD_TOO_LARGE => "content_too_large",
            StatusCode::UNSUPPORTED_MEDIA_TYPE => "unsupported_media_type",
            status if status.is_client_error() => "bad_request",
            _ => "internal",
        })
    });
    let tongue = req
        .headers()
        .get(ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .and_then(Tongue::for_accept)
        .unwrap_or_else(Tongue::fallback);
    let body = serde_json::to_vec(&refusal.problem(&tongue, id)).unwrap_or_default();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(VARY, HeaderValue::from_static("Accept-Language, Authorization"));
    if let Ok(tag) = HeaderValue::from_str(&tongue.tag()) {
        headers.insert(CONTENT_LANGUAGE, tag);
    }
    response.set_body(BoxBody::new(body))
}

fn dress(headers: &mut HeaderMap, path: &str, id: &str) {
    let mut add = |name: HeaderName, value: &'static str| {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    };
    add(X_CONTENT_TYPE_OPTIONS, "nosniff");
    add(X_FRAME_OPTIONS, "DENY");
    add(REFERRER_POLICY, "no-referrer");
    add(
        CONTENT_SECURITY_POLICY,
        if path.starts_with(docs::PATH) {
            docs::CONTENT_SECURITY_POLICY
        } else {
            "default-src 'none'; frame-ancestors 'none'"
        },
    );
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert(X_REQUEST_ID.clone(), id);
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
fn log(method: &Method, req: &actix_web::HttpRequest, status: u16, id: &str, began: Instant) {
    let path = req.path();
    let micros = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
    match status {
        // The database's absence is told once by whoever met it; here it is many times over.
        503 => tracing::warn!(%method, path, status, micros, request_id = id, "answered"),
        500.. => tracing::error!(%method, path, status, micros, request_id = id, "answered"),
        200..400 if method.is_safe() => {
            tracing::debug!(%method, path, status, micros, request_id = id, "answered");
        }
        _ => tracing::info!(%method, path, status, micros, request_id = id, "answered"),
    }
}
