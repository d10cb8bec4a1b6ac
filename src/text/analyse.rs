//! The analyser of search: a text, or a query, into the words it is found under.
//!
//! Called by the service when an article is indexed, by [`super::query`] and [`super::highlight`].
//! Calls [`super::fold`] for the words and their spelling, and `stem` for what their forms share.

use super::fold::{self, Elision};
use super::lang::Lang;
use super::stem::{self, Stemmer};

/// Version of everything that decides a token, stored beside each indexed article: one that was
/// indexed under another version must be indexed again.
pub const VERSION: i32 = 1000 * fold::VERSION as i32 + stem::VERSION;

/// A word of an article, as it is indexed.
///
/// Stem and exact form are never empty, hold no spaces and no ASCII punctuation, and have at most
/// [`fold::MAX_TOKEN_CHARS`] characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// What the forms of the word have in common.
    pub stem: String,
    /// The word itself, folded.
    pub exact: String,
    /// Where it starts in the original text, in bytes.
    pub start: usize,
    /// Where it ends there, exclusive.
    pub end: usize,
}

/// A word of a query, whose language is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryWord {
    /// Every stem the word may be indexed under, without repeats; at least one.
    pub stems: Vec<String>,
    /// The word itself, folded.
    pub exact: String,
}

/// The words of an article's text, in order.
#[must_use]
pub fn analyse(text: &str, lang: &Lang) -> Vec<Word> {
    let stemmer = Stemmer::of(lang);
    fold::tokens(text, Elision::of(lang))
        .into_iter()
        .map(|token| Word {
            stem: stemmer.stem(&token.text).into_owned(),
            exact: token.text,
            start: token.start,
            end: token.end,
        })
        .collect()
}

/// The words of a query, in order. `langs` are the languages of the articles looked through: each
/// may have indexed the word under another stem.
#[must_use]
pub fn analyse_query(text: &str, langs: &[Lang]) -> Vec<QueryWord> {
    fold::tokens(text, Elision::Any)
        .into_iter()
        .map(|token| {
            let mut stems: Vec<String> =
                langs.iter().map(|lang| Stemmer::of(lang).stem(&token.text).into_owned()).collect();
            if stems.is_empty() {
                stems.push(token.text.clone());
            }
            stems.sort_unstable();
            stems.dedup();
            QueryWord { stems, exact: token.text }
        })
        .collect()
}
