//! The contract: what the OpenAPI document that the server itself serves says about an exchange.
//! `TestApp` shows it every request and answer; `main.rs` asks it at the end what was never seen.
//!
//! - `document.rs` finds the operation, its declared answers, and compiles their schemas
//! - `rules.rs` holds an exchange against them
//! - `coverage.rs` remembers what was seen
//!
//! It knows nothing of the rest of the harness: `tests/contract.rs` checks the checker alone.

mod coverage;
mod document;
mod rules;

use std::fmt;

use reqwest::header::HeaderMap;
use serde_json::Value;

pub use coverage::Report;
use coverage::Seen;
use document::Document;

/// A request, as far as the contract cares, and the answer to it.
pub struct Exchange<'a> {
    /// In capitals.
    pub method: &'a str,
    /// As it was sent, percent-encoded.
    pub path: &'a str,
    /// What follows the question mark.
    pub query: Option<&'a str>,
    /// Content type and body of the request.
    pub sent: Option<(&'a str, &'a [u8])>,
    /// Status of the answer.
    pub status: u16,
    /// Headers of the answer.
    pub headers: &'a HeaderMap,
    /// Body of the answer.
    pub body: &'a [u8],
}

impl Exchange<'_> {
    /// The answer's `Content-Type`.
    pub fn content_type(&self) -> Option<&str> {
        self.headers.get("content-type").and_then(|value| value.to_str().ok())
    }
}

/// Both sides in a few lines, for a failed test's message.
impl fmt::Display for Exchange<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let query = self.query.map(|query| format!("?{query}")).unwrap_or_default();
        writeln!(f, "  sent: {} {}{query}", self.method, self.path)?;
        if let Some((content_type, body)) = self.sent {
            writeln!(f, "        {content_type}: {}", shorten(body))?;
        }
        writeln!(f, "  came: {} {}", self.status, self.content_type().unwrap_or("(no type)"))?;
        write!(f, "        {}", shorten(self.body))
    }
}

fn shorten(body: &[u8]) -> String {
    const LONGEST: usize = 1500;
    let text = String::from_utf8_lossy(body);
    match text.char_indices().nth(LONGEST) {
        Some((cut, _)) => format!("{} … ({} bytes)", &text[..cut], body.len()),
        None => text.into_owned(),
    }
}

/// The document and what was seen of it.
pub struct Contract {
    document: Document,
    seen: Seen,
}

impl Contract {
    /// Reads an OpenAPI document.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn new(document: Value) -> Result<Self, String> {
        Ok(Self { document: Document::new(document)?, seen: Seen::default() })
    }

    /// Holds an exchange against the document and remembers it.
    ///
    /// # Errors
    /// A message for people: the operation, the exchange and the rule that it breaks.
    pub fn check(&self, exchange: &Exchange<'_>) -> Result<(), String> {
        if exchange.method == "OPTIONS" {
            return Ok(());
        }
        let found = self.document.find(exchange.method, exchange.path);
        rules::check(&self.document, &found, exchange).map_err(|rule| {
            format!("the contract is broken: {rule}\n  operation: {found}\n{exchange}")
        })?;
        if let document::OperationLookup::Operation(operation) = found {
            self.seen.add(operation, exchange.status);
        }
        Ok(())
    }

    /// What the whole run exercised of the document.
    pub fn report(&self) -> Report {
        self.seen.report(&self.document)
    }
}
