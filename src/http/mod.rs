//! Everything that knows HTTP: `connection/` reads requests, `routes.rs` finds the handler, and the
//! folder of each resource answers. Handlers call one use case of `service/` and return a view.

pub mod articles;
pub mod auth;
pub mod cache;
pub mod cache_layer;
pub mod catalogue;
pub mod comment_settings;
pub mod comments;
pub mod conditional;
pub mod connection;
pub mod contract;
pub mod cross_origin;
pub mod discussion;
pub mod docs;
pub mod extract;
pub mod fallback;
pub mod guard;
pub mod guarded_body;
pub mod health;
pub mod idempotency;
pub mod mentions;
pub mod metrics;
pub mod middleware;
pub mod openapi;
pub mod page;
pub mod page_params;
mod payload_guard;
pub mod problem;
pub mod reader;
pub mod request_id;
pub mod resource;
pub mod routes;
pub mod search;
pub mod standby;
pub mod state;
pub mod tags;
pub mod users;

use resource::Resource;

/// The resources of the API, in the order of the OpenAPI document.
pub static RESOURCES: &[Resource] = &[
    articles::RESOURCE,
    tags::RESOURCE,
    search::RESOURCE,
    comments::RESOURCE,
    comment_settings::RESOURCE,
    mentions::RESOURCE,
    auth::RESOURCE,
    users::RESOURCE,
];
