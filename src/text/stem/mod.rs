//! Stems: what the forms of one word have in common.
//!
//! Called by [`super::analyse`] with folded words.

use std::borrow::Cow;

use super::lang::Lang;
use super::unicode::script;
use icu_properties::props::Script;

mod light10;

/// Version of the rules and tables of this folder and of the Snowball release in `Cargo.toml`.
/// Raise it with every change of output.
pub(super) const VERSION: i32 = 1;

/// The stem of a folded word in a text of some language. Never empty for a word that is not.
pub(super) fn stem<'w>(word: &'w str, _lang: &Lang) -> Cow<'w, str> {
    if word.chars().next().is_some_and(|c| script(c) == Script::Arabic) {
        Cow::Borrowed(light10::stem(word))
    } else {
        Cow::Borrowed(word)
    }
}
