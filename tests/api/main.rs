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

mod mentions;

// One module for each other file of this folder.
automod::dir!("tests/api");

fn main() -> std::process::ExitCode {
    support::suite::run()
}
