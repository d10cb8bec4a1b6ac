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

mod mentions;

// One module for each other file of this folder.
automod::dir!("tests/api");

fn main() -> std::process::ExitCode {
    support::suite::run()
}
