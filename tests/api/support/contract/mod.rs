//! Checks exchanges against the OpenAPI document that the server serves, and reports declared
//! successes that no test received. `tests/contract.rs` tests this module alone, so it uses no
//! other part of the harness.

mod coverage;
mod document;
mod rules;

use std::fmt;

use reqwest::header::HeaderMap;
use serde_json::Value;

pub use coverage::Report;
use coverage::Seen;
use document::Document;

/// A request and its response.
pub struct Exchange<'a> {
    /// Method in upper case.
    pub method: &'a str,
    /// Percent-encoded path.
    pub path: &'a str,
    /// Query without the question mark.
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

/// Both sides in a few lines, for failure messages.
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

/// The document, and the responses seen so far.
pub struct Contract {
    document: Document,
    seen: Seen,
}

impl Contract {
    /// Reads an OpenAPI document.
    ///
    /// # Errors
    /// A description of the fault in the document.
    pub fn new(document: Value) -> Result<Self, String> {
        Ok(Self { document: Document::new(document)?, seen: Seen::default() })
    }

    /// Checks an exchange against the document, and records it.
    ///
    /// # Errors
    /// A message with the operation, the exchange and the broken rule.
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

    /// The coverage of the whole run.
    pub fn report(&self) -> Report {
        self.seen.report(&self.document)
    }
}
