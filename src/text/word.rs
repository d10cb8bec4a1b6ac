//! A word of an article in the search index.

/// A word of an article, as it is indexed.
///
/// Stem and exact form are not empty, contain no spaces and no ASCII punctuation, and have at most
/// [`MAX_TOKEN_CHARS`](super::fold::MAX_TOKEN_CHARS) characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The stem, which all forms of the word share.
    pub stem: String,
    /// The folded word. The first word of a two-word name (عبد الله) loses its clitics.
    pub exact: String,
    /// Start in the original text, in bytes.
    pub start: usize,
    /// End in the original text, in bytes, exclusive. Two words written as one have the same range.
    pub end: usize,
}
