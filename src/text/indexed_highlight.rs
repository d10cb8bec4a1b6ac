//! The words of a text by what an index holds of them, for a fraction of what it takes to analyse them.
//!
//! Called by [`super::highlight`]. Of most words all that matters is that they are words, and where: only
//! those that are asked for are folded, and none is stemmed. What doesn't fit the text is not believed.

use std::collections::HashMap;

use super::analyse::{Word, pieces};
use super::compounds;
use super::fold::{Elision, Token};
use super::plain::{self, Folding};

/// What an index holds of a text: of each word a hash of its stem and one of its exact form, each
/// four bytes, the lowest first.
#[derive(Clone, Copy, Debug)]
pub struct Indexed<'a> {
    /// The words, in order.
    pub words: &'a [[u8; 8]],
    /// How a token is hashed.
    pub hash: fn(&str) -> u32,
}

/// What is asked for.
pub(super) struct IndexedQuery<'q> {
    stems: HashMap<u32, &'q str>,
    exact: Vec<u32>,
    /// How many words the longest phrase has; `None` if any word may match, whatever the index says.
    longest: Option<usize>,
}

impl<'q> IndexedQuery<'q> {
    /// `exact` has the words of all phrases, too.
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

    fn may_be(&self, word: &[u8; 8]) -> bool {
        let (stem, exact) = halves(*word);
        self.stems.contains_key(&stem) || self.exact.contains(&exact)
    }

    /// How many words of a text are to be looked at: up to the last that may match. `None`: all.
    fn reach(&self, words: &[[u8; 8]]) -> Option<usize> {
        let last = words.iter().rposition(|word| self.may_be(word));
        self.longest.map(|longest| last.map_or(0, |last| last + longest))
    }

    /// A word at a place, with its stem if that is asked for; `None` if the index has another there.
    fn word(&self, indexed: Indexed<'_>, at: usize, piece: Token) -> Option<Word> {
        let (stem, exact) = halves(*indexed.words.get(at)?);
        (exact == (indexed.hash)(&piece.text)).then(|| self.with_stem(stem, piece))
    }

    fn with_stem(&self, stem: u32, piece: Token) -> Word {
        let stem = self.stems.get(&stem).copied().unwrap_or_default().to_owned();
        Word { stem, exact: piece.text, start: piece.start, end: piece.end }
    }
}

/// The hashes of an indexed word's stem and of its exact form.
#[must_use]
pub fn halves([a, b, c, d, e, f, g, h]: [u8; 8]) -> (u32, u32) {
    (u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes([e, f, g, h]))
}

/// The words of a text, at least up to the last that may match. Of those that are asked for, the stem is known;
/// of others it is empty, and the word itself may be. `None` if the index is of another text. `is_cut`
/// says that the text goes on, so that its last word may be another.
pub(super) fn indexed_highlight(
    text: &str,
    elision: Elision,
    indexed: Indexed<'_>,
    asked: &IndexedQuery<'_>,
    is_cut: bool,
) -> Option<Vec<Word>> {
    if !is_cut
        && plain::is_plain(text)
        && let Some(reach) = asked.reach(indexed.words)
    {
        return recall_plain(text, elision, indexed, asked, reach);
    }
    let pieces = pieces(text, elision);
    let whole = pieces.len().saturating_sub(usize::from(is_cut));
    let word = |(at, piece)| {
        if at < whole {
            return asked.word(indexed, at, piece);
        }
        let (stem, _) = halves(*indexed.words.get(at)?);
        Some(asked.with_stem(stem, piece))
    };
    pieces.into_iter().enumerate().map(word).collect()
}

fn recall_plain(
    text: &str,
    elision: Elision,
    indexed: Indexed<'_>,
    asked: &IndexedQuery<'_>,
    reach: usize,
) -> Option<Vec<Word>> {
    let mut found = Vec::with_capacity(reach.min(indexed.words.len()));
    let (mut folding, mut words) = (Folding::default(), plain::words(text).peekable());
    while found.len() < reach
        && let Some((start, word)) = words.next()
    {
        let end = start + word.len();
        let may_match = indexed.words.get(found.len()).is_none_or(|word| asked.may_be(word));
        if !may_match && is_one_piece(word, &mut folding) {
            found.push(Word { stem: String::new(), exact: String::new(), start, end });
            continue;
        }
        // With the next word: this one may be the first of a name.
        let until = words.peek().map_or(end, |(at, next)| at + next.len());
        for piece in pieces(&text[start..until], elision) {
            let piece = Token { start: start + piece.start, end: start + piece.end, ..piece };
            if piece.start < end {
                found.push(asked.word(indexed, found.len(), piece)?);
            }
        }
    }
    Some(found)
}

fn is_one_piece(word: &str, folding: &mut Folding) -> bool {
    folding.fold(word).is_some_and(|word| compounds::split(word).is_none())
}
