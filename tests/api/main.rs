//! The API's tests: one file per resource, everything through HTTP, each test on both databases.
//! `support/mod.rs` tells how they are written and run.
//!
//! ```text
//! cargo test --test api                     all of them, and the contract's coverage
//! cargo test --test api articles::          one file
//! cargo test --test api -- '[sqlite]'       one database
//! ```

#[macro_use]
#[allow(dead_code, reason = "a vocabulary: not every word of it is in use at all times")]
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
mod tags;
mod tokens;
mod users;

fn main() -> std::process::ExitCode {
    support::suite::run()
}
