//! Which sites' scripts may call this API from a browser, and what they may send and see.

use actix_cors::Cors;
use actix_web::http::Method;
use actix_web::http::header::{
    ACCEPT_LANGUAGE, AUTHORIZATION, CONTENT_TYPE, ETAG, HeaderName, IF_MATCH, IF_NONE_MATCH, LINK,
    LOCATION, RETRY_AFTER,
};

use crate::config::CorsOrigins;
use crate::http::cross_origin::CrossOrigin;

/// The headers that scripts see.
fn exposed() -> [HeaderName; 7] {
    [
        ETAG,
        LINK,
        LOCATION,
        RETRY_AFTER,
        HeaderName::from_static("idempotency-replayed"),
        HeaderName::from_static("x-cache"),
        HeaderName::from_static("x-request-id"),
    ]
}

/// The same for answers that the layer doesn't meet.
pub(super) fn cross_origin(origins: &CorsOrigins) -> CrossOrigin {
    match origins {
        CorsOrigins::Any => CrossOrigin::new(None, &exposed()),
        CorsOrigins::List(list) => CrossOrigin::new(Some(list), &exposed()),
    }
}

/// The layer that answers preflights and marks answers.
pub(super) fn cors(origins: &CorsOrigins) -> Cors {
    let request_headers: [HeaderName; 7] = [
        AUTHORIZATION,
        CONTENT_TYPE,
        ACCEPT_LANGUAGE,
        IF_MATCH,
        IF_NONE_MATCH,
        HeaderName::from_static("idempotency-key"),
        HeaderName::from_static("x-request-id"),
    ];
    let cors = Cors::default()
        .allowed_methods([
            Method::GET,
            Method::HEAD,
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
        ])
        .allowed_headers(request_headers)
        .expose_headers(exposed())
        .max_age(3600);
    match origins {
        CorsOrigins::Any => cors.allow_any_origin().send_wildcard(),
        CorsOrigins::List(list) => {
            list.iter().fold(cors, |cors, origin| cors.allowed_origin(origin))
        }
    }
}
