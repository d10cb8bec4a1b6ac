//! The data access layer, and the only room that uses Diesel. Each function takes a [`Conn`], which
//! one of [`Db`]'s three methods provides.
//!
//! A query is written once, inside `with_backend!`, and compiled for both databases. `dialect.rs`
//! holds the parts that differ.

#[macro_use]
pub mod connection;
#[macro_use]
mod keyset;

pub mod articles;
pub mod changes;
pub mod comment_settings;
pub mod comments;
pub mod database;
mod deferred;
mod dialect;
pub mod error;
pub mod idempotency;
mod limited;
pub mod locks;
pub mod login_throttles;
pub mod mentions;
pub mod migrate;
pub mod pings;
mod postgres;
mod prelude;
mod schema;
pub mod search;
pub mod sessions;
pub mod slugs;
mod sqlite;
mod statement;
mod static_selection;
pub mod tags;
mod thread;
mod tls;
mod types;
pub mod users;
pub mod web_jobs;

pub use changes::Changes;
pub use connection::Conn;
pub use database::{Db, DbConfig, DbUrl, Storage};
pub use error::{StoreError, StoreResult};
