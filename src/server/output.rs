//! Messages for people on standard output.

use std::io::{self, Write};

/// Prints a text. Unlike `println!`, it doesn't panic when the reader of the output is gone.
pub(super) fn say(text: &str) {
    let _ = io::stdout().write_all(text.as_bytes());
}
