//! Tests of the API: one file per resource, all through HTTP, each test on both databases.
//!
//! ```text
//! cargo test --test api                     all of them, and the contract's coverage
//! cargo test --test api articles::          one file
//! cargo test --test api -- '[sqlite]'       one database
//! ```

#[macro_use]
#[allow(dead_code, reason = "some helpers are for future tests")]
mod support;

mod article_combinations;
mod article_lifecycle;
mod article_lists;
mod article_slugs;
mod articles;
mod auth;
mod authorization;
mod cache;
mod comment_settings;
mod comments;
mod conditional;
mod connections;
mod cors;
mod health;
mod idempotency;
mod limits;
mod mentions;
mod openapi;
mod operations;
mod pipelines;
mod problems;
mod revisions;
mod search;
mod snapshots;
mod tags;
mod tokens;
mod users;

fn main() -> std::process::ExitCode {
    support::suite::run()
}
