//! `Idempotency-Key` on creating requests: reads the header, and gives the answer, new or kept.

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

/// The longest key that is taken.
const MAX_KEY: usize = 255;

static IDEMPOTENCY_REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// The client's key, bound to who it is and what it asks for.
///
/// # Errors
/// `idempotency_key_invalid`.
pub fn key(req: &HttpRequest, actor: &Actor, body: &[u8]) -> Result<Option<Key>, ApiError> {
    key_of(req, &actor.user_id.to_string(), body)
}

/// As [`key`], for whoever need not sign in: bound to where they call from. Somebody else behind
/// the same address who chose the same key for the same body gets that answer, which tells them
/// nothing that they didn't send themselves.
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

fn key_of(req: &HttpRequest, who: &str, body: &[u8]) -> Result<Option<Key>, ApiError> {
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
    let scope = format!("{who}\n{} {}\n{text}", req.method(), req.path());
    Ok(Some(Key { hash: sha256_hex(scope), body_hash: sha256_hex(body) }))
}

/// The answer to a creating request.
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
    headers.insert(VARY, HeaderValue::from_static("Accept-Language, Authorization"));
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
