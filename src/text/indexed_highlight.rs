//! Reads the words of a text with the help of the index, much faster than by analysing them.
//!
//! Words that cannot match need only their positions. The others are folded, and none is stemmed.
//! An index that doesn't fit the text is rejected.

use std::collections::HashMap;

use super::analyse::{Word, search_tokens};
use super::compounds;
use super::fold::{Elision, Token};
use super::plain::{self, WordFolder};
use super::runs::is_mixed;

/// The index of a text: for each word a hash of its stem and one of its exact form, four bytes
/// each, little-endian.
#[derive(Clone, Copy, Debug)]
pub struct Indexed<'a> {
    /// The words, in order.
    pub words: &'a [[u8; 8]],
    /// The hash function of the index.
    pub hash: fn(&str) -> u32,
}

/// The hashes of a query's words.
pub(super) struct IndexedQuery<'q> {
    stems: HashMap<u32, &'q str>,
    exact: Vec<u32>,
    /// Number of words of the longest phrase. `None` if any word may match a prefix.
    longest: Option<usize>,
}

impl<'q> IndexedQuery<'q> {
    /// `exact` includes the words of all phrases.
    pub fn new(
        hash: fn(&str) -> u32,
        stems: impl Iterator<Item = &'q str>,
        exact: impl Iterator<Item = &'q str>,
        longest: Option<usize>,
    ) -> Self {
        Self {
            stems: stems.map(|stem| (hash(stem), stem)).collect(),
            exact: exact.map(hash).collect(),
            longest,
        }
    }

    fn may_match(&self, word: &[u8; 8]) -> bool {
        let (stem, exact) = halves(*word);
        self.stems.contains_key(&stem) || self.exact.contains(&exact)
    }

    /// Returns the number of words up to the last possible match, or `None` for all.
    fn reach(&self, words: &[[u8; 8]]) -> Option<usize> {
        let last = words.iter().rposition(|word| self.may_match(word));
        self.longest.map(|longest| last.map_or(0, |last| last + longest))
    }

    /// Returns the word at an index, with its stem if the query has it. `None` if the hash differs.
    fn word(&self, indexed: Indexed<'_>, at: usize, token: Token) -> Option<Word> {
        let (stem, exact) = halves(*indexed.words.get(at)?);
        (exact == (indexed.hash)(&token.text)).then(|| self.with_stem(stem, token))
    }

    fn with_stem(&self, stem: u32, token: Token) -> Word {
        let stem = self.stems.get(&stem).copied().unwrap_or_default().to_owned();
        Word { stem, exact: token.text, start: token.start, end: token.end }
    }
}

/// Splits an entry into the hashes of the stem and of the exact form.
#[must_use]
pub fn halves([a, b, c, d, e, f, g, h]: [u8; 8]) -> (u32, u32) {
    (u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes([e, f, g, h]))
}

/// Returns the words of a text, at least up to the last possible match.
///
/// Words of the query have a stem; other words have an empty stem, and may have an empty exact
/// form. `None` if the index is of another text. `is_cut` tells that the text was cut, so that its
/// last word may be incomplete.
pub(super) fn indexed_words(
    text: &str,
    elision: Elision,
    indexed: Indexed<'_>,
    query: &IndexedQuery<'_>,
    is_cut: bool,
) -> Option<Vec<Word>> {
    if !is_cut
        && plain::is_plain(text)
        && let Some(reach) = query.reach(indexed.words)
    {
        return indexed_plain_words(text, elision, indexed, query, reach);
    }
    let search_tokens = search_tokens(text, elision);
    let complete = search_tokens.len().saturating_sub(usize::from(is_cut));
    let word = |(at, token)| {
        if at < complete {
            return query.word(indexed, at, token);
        }
        let (stem, _) = halves(*indexed.words.get(at)?);
        Some(query.with_stem(stem, token))
    };
    search_tokens.into_iter().enumerate().map(word).collect()
}

fn indexed_plain_words(
    text: &str,
    elision: Elision,
    indexed: Indexed<'_>,
    query: &IndexedQuery<'_>,
    reach: usize,
) -> Option<Vec<Word>> {
    let mut found = Vec::with_capacity(reach.min(indexed.words.len()));
    let (mut folder, mut words) = (WordFolder::default(), plain::words(text).peekable());
    while found.len() < reach
        && let Some((start, word)) = words.next()
    {
        let end = start + word.len();
        let may_match = indexed.words.get(found.len()).is_none_or(|word| query.may_match(word));
        if !may_match && is_one_token(word, &mut folder) {
            found.push(Word { stem: String::new(), exact: String::new(), start, end });
            continue;
        }
        // Includes the next word, since this one may be the first of a name.
        let until = words.peek().map_or(end, |(at, next)| at + next.len());
        for token in search_tokens(&text[start..until], elision) {
            let token = Token { start: start + token.start, end: start + token.end, ..token };
            if token.start < end {
                found.push(query.word(indexed, found.len(), token)?);
            }
        }
    }
    Some(found)
}

fn is_one_token(word: &str, folder: &mut WordFolder) -> bool {
    folder.fold(word).is_some_and(|word| !is_mixed(word) && compounds::split(word).is_none())
}
