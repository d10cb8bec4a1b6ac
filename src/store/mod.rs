//! The data access layer, and the only room that uses Diesel. Each function takes a [`Conn`], which
//! one of [`Db`]'s three methods provides.
//!
//! A query is written once, inside `with_backend!`, and compiled for both databases. `dialect.rs`
//! holds the parts that differ.

/// Runs one expression on either database.
///
/// The expression is compiled once for each database. In it, `$conn` is the database's own
/// connection, `Backend` is its Diesel backend, and Diesel's query methods are `async`.
macro_rules! with_backend {
    ($conn:ident, $query:expr) => {
        match $conn {
            $crate::store::Conn::Sqlite($conn, _) => {
                #[allow(unused_imports, reason = "not every query is boxed")]
                use ::diesel::sqlite::Sqlite as Backend;
                #[allow(unused_imports, reason = "a query may be run by a helper")]
                use $crate::store::sqlite::shim::RunQueryDsl;
                let answer = $query;
                answer
            }
            $crate::store::Conn::Postgres($conn) => {
                #[allow(unused_imports, reason = "not every query is boxed")]
                use ::diesel::pg::Pg as Backend;
                #[allow(unused_imports, reason = "a query may be run by a helper")]
                use ::diesel_async::RunQueryDsl;
                let answer = $query;
                answer
            }
        }
    };
}

#[macro_use]
mod keyset;

pub mod articles;
pub mod changes;
pub mod comment_settings;
pub mod comments;
pub mod connection;
mod dialect;
pub mod error;
pub mod idempotency;
mod limited;
pub mod login_throttles;
pub mod mentions;
pub mod migrate;
pub mod pings;
mod postgres;
mod prelude;
mod schema;
pub mod search;
pub mod sessions;
mod sqlite;
mod statement;
mod static_selection;
pub mod tags;
mod tls;
mod types;
pub mod users;
pub mod web_jobs;

pub use changes::Changes;
pub use connection::{Conn, Db, DbConfig, DbUrl, Storage};
pub use error::StoreError;

/// The result of a store function.
pub type StoreResult<T> = Result<T, StoreError>;
