//! What a reader types into a search box, as a tree.
//!
//! Called by the service. Calls [`super::analyse`]. No input is syntax to a database: the store
//! prints the tree, quoting every token.

use super::analyse::{QueryWord, analyse_query};
use super::lang::Lang;

/// The longest query, in characters (Unicode scalar values).
pub const MAX_CHARS: usize = 256;

/// The most words, phrases and prefixes in a query.
pub const MAX_TERMS: usize = 16;

/// What a text may hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Term {
    /// A word in any of its forms.
    Word(QueryWord),
    /// Exact forms that stand one after the other; at least one.
    Phrase(Vec<String>),
    /// The exact form starts with any of these; at least one.
    Prefix(Vec<String>),
}

/// A term that must be there, or must not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    /// Whether a text with the term is left out.
    pub negative: bool,
    /// What to look for.
    pub term: Term,
}

/// A query: every clause must hold. At least one is positive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchQuery {
    /// The clauses in the order they were typed, without repeats.
    pub clauses: Vec<Clause>,
}

/// Why a text is no query.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QueryFlaw {
    /// It holds no letter and no digit.
    #[error("a query needs at least one word")]
    Empty,
    /// It only says what must not be there.
    #[error("a query needs something to look for, not only words to leave out")]
    OnlyNegative,
    /// It has more than [`MAX_CHARS`] characters.
    #[error("a query has at most {MAX_CHARS} characters")]
    TooLong,
    /// It has more than [`MAX_TERMS`] terms.
    #[error("a query has at most {MAX_TERMS} words, phrases and prefixes")]
    TooManyTerms,
}

/// Reads a query.
///
/// # Errors
///
/// Any [`QueryFlaw`].
pub fn parse(text: &str, langs: &[Lang]) -> Result<SearchQuery, QueryFlaw> {
    if text.chars().nth(MAX_CHARS).is_some() {
        return Err(QueryFlaw::TooLong);
    }
    let clauses: Vec<_> = analyse_query(text, langs)
        .into_iter()
        .map(|word| Clause { negative: false, term: Term::Word(word) })
        .collect();
    match clauses.len() {
        0 => Err(QueryFlaw::Empty),
        n if n > MAX_TERMS => Err(QueryFlaw::TooManyTerms),
        _ => Ok(SearchQuery { clauses }),
    }
}
