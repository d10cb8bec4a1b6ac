//! The only place that knows HTTP. A request comes in by `connection/`, which answers what the response
//! cache (`cache/`) has. What it hasn't is left to actix, where `cache_layer.rs` stands before the application;
//! it goes through `middleware.rs`, finds its handler by `routes.rs`,
//! is taken apart by `extract/` and `guard.rs`, and answered by the folder of its resource:
//! `handlers.rs` calls one use case of `service/`, `input.rs` is what was sent, `view.rs` what is
//! shown. Errors become problems in `problem.rs`; the OpenAPI document is made
//! of all of it in `openapi/`.

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
mod payload_guard;
pub mod problem;
pub mod request_id;
pub mod routes;
pub mod search;
pub mod standby;
pub mod state;
pub mod tags;
pub mod users;
