//! The XML response to a trackback.
//!
//! Source: TrackBack Technical Specification 1.2 (Six Apart, 2004).

use super::xmlrpc::escape;

/// Writes the response to a trackback: success, or an error with the given message.
#[must_use]
pub fn response(error: Option<&str>) -> String {
    let inner = match error {
        None => String::from("<error>0</error>"),
        Some(message) => format!("<error>1</error><message>{}</message>", escape(message)),
    };
    format!("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<response>{inner}</response>\n")
}
