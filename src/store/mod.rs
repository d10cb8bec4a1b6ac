//! The only place that knows Diesel. `service/` calls the functions in here with a [`Conn`] that
//! one of [`Db`]'s three methods lent it.
//!
//! Two databases, one text: a query is written once, inside `with_backend!`, which sets it down
//! twice, once for each connection type, and lets the compiler check it against both. What
//! differs between the two databases stands in `dialect.rs`.

/// Runs one expression on whichever database the connection is to.
///
/// The expression is compiled once for each database: in it, `$conn` is that database's own
/// connection, `Backend` names its Diesel backend, and Diesel's query methods are `async`.
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

/// What every function here returns.
pub type StoreResult<T> = Result<T, StoreError>;
