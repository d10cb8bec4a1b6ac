//! Stemming: one stem for all forms of a word.
//!
//! The script of the folded word decides: Arabic letters go to [`arabic`], others to [`snowball`]
//! in the article's language. The stem depends only on the folded word, so all spellings share one.

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

/// Version of this folder's rules and tables, and of the Snowball release in `Cargo.toml`. Raise it
/// with every change of output.
pub(super) const VERSION: i32 = 2;

/// The stemmer of one language. The default is for a language that Snowball lacks.
#[derive(Clone, Copy, Default)]
pub(super) struct Stemmer(Option<snowball::Algorithm>);

impl Stemmer {
    /// Returns the stemmer of a text in `lang`.
    pub(super) fn of(lang: &Lang) -> Self {
        Self(snowball::Algorithm::of(lang))
    }

    /// Returns the stem of a folded word: not empty for a non-empty word, and at most
    /// [`super::fold::MAX_TOKEN_CHARS`] characters.
    pub(super) fn stem<'w>(self, word: &'w str) -> Cow<'w, str> {
        if is_arabic(word) {
            return arabic::stem(word);
        }
        self.0.map_or(Cow::Borrowed(word), |algorithm| algorithm.stem(word))
    }
}

/// True if a folded word is a form of a word in the lexicon.
pub(super) fn is_listed(word: &str) -> bool {
    lexicon::find(word).is_some()
}

/// True for Arabic letters that are attached to the next word: conjunctions, prepositions, the
/// article.
pub(super) fn is_clitic(word: &str) -> bool {
    arabic::CLITICS.contains(&word)
}

/// True for a word in Arabic letters, which has one stem in all languages.
pub(super) fn is_arabic(word: &str) -> bool {
    word.chars().next().is_some_and(|c| script(c) == Script::Arabic)
}
