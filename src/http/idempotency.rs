//! `Idempotency-Key` on creating requests: reads the header, and makes the response to a new or a
//! replayed request.

use std::net::IpAddr;

use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderName, HeaderValue, LOCATION, VARY,
};
use actix_web::{HttpRequest, HttpResponse};

use super::problem::ApiError;
use crate::domain::digest::sha256_hex;
use crate::domain::policy::Actor;
use crate::service::idempotency::{Key, Outcome, Reply};

/// The longest key, in bytes.
const MAX_KEY: usize = 255;

static IDEMPOTENCY_REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// Returns the client's key, bound to the user and to the request.
///
/// # Errors
/// `idempotency_key_invalid`.
pub fn key(req: &HttpRequest, actor: &Actor, body: &[u8]) -> Result<Option<Key>, ApiError> {
    key_of(req, &actor.user_id.to_string(), body)
}

/// Returns an anonymous client's key, bound to its address. Another client at the same address that
/// sends the same key and the same body gets the same response, which holds only data of the body.
///
/// # Errors
/// As [`key`].
pub fn anonymous_key(
    req: &HttpRequest,
    address: IpAddr,
    body: &[u8],
) -> Result<Option<Key>, ApiError> {
    key_of(req, &format!("anonymous {address}"), body)
}

fn key_of(req: &HttpRequest, client: &str, body: &[u8]) -> Result<Option<Key>, ApiError> {
    let mut values = req.headers().get_all("idempotency-key");
    let Some(value) = values.next() else { return Ok(None) };
    let text = value
        .to_str()
        .ok()
        .filter(|text| (1..=MAX_KEY).contains(&text.len()) && values.next().is_none())
        .filter(|text| {
            text.trim() == *text && text.bytes().all(|byte| (b' '..=b'~').contains(&byte))
        })
        .ok_or_else(|| ApiError::new("idempotency_key_invalid"))?;
    let scope = format!("{client}\n{} {}\n{text}", req.method(), req.path());
    Ok(Some(Key { hash: sha256_hex(scope), body_hash: sha256_hex(body) }))
}

/// Makes the response to a creating request.
#[must_use]
pub fn created(outcome: Outcome) -> HttpResponse {
    let (reply, replayed) = match outcome {
        Outcome::Done(reply) => (reply, false),
        Outcome::Replayed(reply) => (reply, true),
    };
    let Reply { location, etag, body, accepted } = reply;
    let status = if accepted { StatusCode::ACCEPTED } else { StatusCode::CREATED };
    let mut response = HttpResponse::with_body(status, actix_web::body::BoxBody::new(body));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    headers.insert(VARY, HeaderValue::from_static("Accept-Language, Authorization, Origin"));
    if let Ok(location) = HeaderValue::from_str(&location) {
        headers.insert(LOCATION, location);
    }
    if let Some(etag) = etag.and_then(|etag| HeaderValue::from_str(&etag).ok()) {
        headers.insert(ETAG, etag);
    }
    if replayed {
        headers.insert(IDEMPOTENCY_REPLAYED.clone(), HeaderValue::from_static("true"));
    }
    response
}
