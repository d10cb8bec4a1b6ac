//! Everything that knows HTTP. `connection/` reads requests and writes responses, `cache/` stores
//! responses, `routes.rs` leads a request to the handler of its resource, and `problem.rs` knows the
//! status of each error.

pub mod articles;
pub mod auth;
pub mod authorization;
pub mod cache;
pub mod catalogue;
pub mod client_address;
pub mod comment_settings;
pub mod comments;
pub mod conditional;
pub mod connection;
pub mod contract;
pub mod cross_origin;
pub mod date;
pub mod discussion;
pub mod docs;
mod entity_tag;
pub mod extract;
pub mod fallback;
pub mod formats;
pub mod former_slugs;
pub mod guard;
pub mod health;
pub mod idempotency;
pub mod max_body;
pub mod mentions;
pub mod metrics;
pub mod metrics_listener;
pub mod metrics_page;
pub mod middleware;
pub mod openapi;
pub mod page;
pub mod page_params;
pub mod problem;
pub mod reader;
pub mod request_context;
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
