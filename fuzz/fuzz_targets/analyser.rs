//! Fuzzing of the analyser, of queries, highlights and lists of words:
//!
//! ```text
//! cargo install cargo-fuzz
//! cargo fuzz run analyser                        nightly: with the address sanitizer
//! cargo fuzz run --sanitizer none analyser       stable
//! ```
//!
//! The properties are in `body.rs`. The unit tests check them with random text, too.

#![no_main]

use libfuzzer_sys::fuzz_target;
use maqal::text;

#[path = "../body.rs"]
mod body;

fuzz_target!(|input: (u8, &str, &str)| {
    let (lang, typed, written) = input;
    body::check(lang, typed, written);
});
