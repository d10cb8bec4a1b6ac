//! Stems: what the forms of one word have in common.
//!
//! Called by [`super::analyse`] with folded words. Goes by the script of the word, never by a guess
//! at its language: Arabic letters go to [`arabic`], any others to [`snowball`] in the language of
//! the article. Everything here is a function of the folded word, so all spellings of a word, with
//! or without marks, have one stem.

use std::borrow::Cow;

use icu_properties::props::Script;

use super::lang::Lang;
use super::unicode::script;

mod arabic;
mod lexicon;
mod light10;
mod names;
mod nouns;
pub(super) mod plurals;
mod snowball;

#[cfg(test)]
mod tests;

/// Version of the rules and tables of this folder and of the Snowball release in `Cargo.toml`.
/// Raise it with every change of output.
pub(super) const VERSION: i32 = 2;

/// Stems the words of a text in one language; by default in one that Snowball does not know.
#[derive(Clone, Copy, Default)]
pub(super) struct Stemmer(Option<snowball::Algorithm>);

impl Stemmer {
    /// The stemmer of a text in `lang`.
    pub(super) fn of(lang: &Lang) -> Self {
        Self(snowball::Algorithm::of(lang))
    }

    /// The stem of a folded word. Never empty for a word that is not, and never longer than
    /// [`super::fold::MAX_TOKEN_CHARS`] characters.
    pub(super) fn stem<'w>(self, word: &'w str) -> Cow<'w, str> {
        if is_arabic(word) {
            return arabic::stem(word);
        }
        self.0.map_or(Cow::Borrowed(word), |algorithm| algorithm.stem(word))
    }
}

/// Whether a folded word is a form of a word the tables list.
pub(super) fn is_listed(word: &str) -> bool {
    lexicon::find(word).is_some()
}

/// Whether a word is written in Arabic letters. It then has one stem in every language.
pub(super) fn is_arabic(word: &str) -> bool {
    word.chars().next().is_some_and(|c| script(c) == Script::Arabic)
}
