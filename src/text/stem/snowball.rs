//! The Snowball stemmers (M. F. Porter, <https://snowballstem.org>), by language.
//!
//! Called by [`super::Stemmer`] for words that are not in Arabic letters, and by `arabic` for its
//! last step. `frostem` carries the stemmers generated from Snowball's own sources and follows them
//! daily; `rust-stemmers` was last released in 2020 and lacks half of the languages. A new release
//! may change stems: the version is pinned, and goes with [`super::VERSION`].
//!
//! Words come here folded, without accents. Asked about the accents its rules expect, Snowball would
//! give «Café» and «cafe» two stems. Where an inflection is told by its accent alone, the ending is
//! spelled out again first ([`Algorithm::endings`]).

use std::borrow::Cow;

use frostem::Algorithm as Snowball;
use icu_properties::props::Script;

use crate::text::fold::fold;
use crate::text::lang::Lang;
use crate::text::unicode::script;

/// The stemmer of one language, and the scripts it knows.
#[derive(Clone, Copy)]
pub(super) struct Algorithm {
    stemmer: frostem::Stemmer,
    scripts: &'static [Script],
    endings: &'static [(&'static str, &'static str)],
}

const LATIN: &[Script] = &[Script::Latin];
const CYRILLIC: &[Script] = &[Script::Cyrillic];
const DEVANAGARI: &[Script] = &[Script::Devanagari];

impl Algorithm {
    /// The stemmer of a language, if Snowball has one. Arabic letters are not its business.
    pub(super) fn of(lang: &Lang) -> Option<Self> {
        let (name, scripts) = match lang.language() {
            "ca" => (Snowball::Catalan, LATIN),
            "cs" => (Snowball::Czech, LATIN),
            "da" => (Snowball::Danish, LATIN),
            "de" => (Snowball::German, LATIN),
            "el" => (Snowball::Greek, &[Script::Greek][..]),
            "en" => (Snowball::English, LATIN),
            "eo" => (Snowball::Esperanto, LATIN),
            "es" => (Snowball::Spanish, LATIN),
            "et" => (Snowball::Estonian, LATIN),
            "eu" => (Snowball::Basque, LATIN),
            "fi" => (Snowball::Finnish, LATIN),
            "fr" => (Snowball::French, LATIN),
            "ga" => (Snowball::Irish, LATIN),
            "hi" => (Snowball::Hindi, DEVANAGARI),
            "hu" => (Snowball::Hungarian, LATIN),
            "hy" => (Snowball::Armenian, &[Script::Armenian][..]),
            "id" => (Snowball::Indonesian, LATIN),
            "it" => (Snowball::Italian, LATIN),
            "lt" => (Snowball::Lithuanian, LATIN),
            "nb" | "nn" | "no" => (Snowball::Norwegian, LATIN),
            "ne" => (Snowball::Nepali, DEVANAGARI),
            "nl" => (Snowball::Dutch, LATIN),
            "pl" => (Snowball::Polish, LATIN),
            "pt" => (Snowball::Portuguese, LATIN),
            "ro" => (Snowball::Romanian, LATIN),
            "ru" => (Snowball::Russian, CYRILLIC),
            // It spells Cyrillic in Latin, and ije as e: one stemmer for the four standards.
            "bs" | "cnr" | "hr" | "sr" => {
                (Snowball::Serbian, &[Script::Latin, Script::Cyrillic][..])
            }
            "st" => (Snowball::Sesotho, LATIN),
            "sv" => (Snowball::Swedish, LATIN),
            "ta" => (Snowball::Tamil, &[Script::Tamil][..]),
            "tr" => (Snowball::Turkish, LATIN),
            "uk" => (Snowball::Ukrainian, CYRILLIC),
            "yi" => (Snowball::Yiddish, &[Script::Hebrew][..]),
            _ => return None,
        };
        let stemmer = frostem::Stemmer::new(name);
        Some(Self { stemmer, scripts, endings: endings(lang.language()) })
    }

    /// The stem of a folded word; the word itself if it is of another script.
    pub(super) fn stem(self, word: &str) -> Cow<'_, str> {
        if !word.chars().next().is_some_and(|c| self.scripts.contains(&script(c))) {
            return Cow::Borrowed(word);
        }
        let spelled = self.endings.iter().find_map(|(bare, spelled)| {
            word.strip_suffix(bare).map(|start| format!("{start}{spelled}"))
        });
        match spelled {
            Some(spelled) => settle(word, self.stemmer.stem(&spelled)).into_owned().into(),
            None => settle(word, self.stemmer.stem(word)),
        }
    }
}

/// The stem as it is indexed: folded, for some stemmers put accents in, and never empty.
fn settle<'s>(word: &'s str, stem: Cow<'s, str>) -> Cow<'s, str> {
    if stem.is_empty() {
        return Cow::Borrowed(word);
    }
    if word.starts_with(&*stem) {
        return stem;
    }
    let stem = fold(&stem);
    match stem.split(' ').next() {
        Some(first) if !first.is_empty() => Cow::Owned(first.to_owned()),
        _ => Cow::Borrowed(word),
    }
}

/// Endings whose accents the stemmer of a language looks for: as folded, and as it will recognise
/// them. Only such as are hardly ever spelled without accent: nothing else is taken for them.
fn endings(language: &str) -> &'static [(&'static str, &'static str)] {
    match language {
        "ca" => &[("cio", "ció")],
        "cs" => &[("ych", "ých"), ("eho", "ého"), ("ach", "ách"), ("emu", "ému")],
        // The participle, whose é is a plain e after folding: refugiee goes the way of refugie.
        "fr" => &[("ees", "es"), ("ee", "e")],
        "pl" => &[("ow", "ów")],
        // Snowball leaves -ção and -ções apart; the singular serves for both.
        "pt" => &[("oes", "ao")],
        "uk" => &[("оі", "ої"), ("іі", "ії"), ("ии", "ий"), ("іи", "ій")],
        _ => &[],
    }
}

/// Snowball's Arabic, by A. Chelli and others, on a stem that light10 has left.
pub(super) fn arabic(word: &str) -> Cow<'_, str> {
    settle(word, frostem::Stemmer::new(Snowball::Arabic).stem(word))
}
