//! The Snowball stemmers (M. F. Porter, <https://snowballstem.org>), by language.
//!
//! `frostem` is generated from Snowball's sources and kept current; `rust-stemmers` dates from 2020
//! and lacks half of the languages. A release may change stems, so its version is pinned with
//! [`super::VERSION`].
//!
//! Words arrive folded, so that «Café» and «cafe» share a stem. An inflection that only its accent
//! marks gets its accented ending back first ([`Algorithm::endings`]).

use std::borrow::Cow;

use frostem::Algorithm as Snowball;
use icu_properties::props::Script;

use crate::text::fold::fold;
use crate::text::lang::Lang;
use crate::text::unicode::script;

/// The stemmer of one language, and its scripts.
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
    /// Returns the stemmer of a language, if Snowball has one. Never stems Arabic letters.
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
            // It maps Cyrillic to Latin and ije to e: one stemmer for the four standards.
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

    /// Returns the stem of a folded word, or the word itself if its script is another.
    pub(super) fn stem(self, word: &str) -> Cow<'_, str> {
        if !word.chars().next().is_some_and(|c| self.scripts.contains(&script(c))) {
            return Cow::Borrowed(word);
        }
        let accented = self.endings.iter().find_map(|(bare, accented)| {
            word.strip_suffix(bare).map(|start| format!("{start}{accented}"))
        });
        match accented {
            Some(accented) => normalise(word, self.stemmer.stem(&accented)).into_owned().into(),
            None => normalise(word, self.stemmer.stem(word)),
        }
    }
}

/// Folds the stem for the index, since some stemmers add accents. Returns the word for an empty
/// stem.
fn normalise<'s>(word: &'s str, stem: Cow<'s, str>) -> Cow<'s, str> {
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

/// Endings that a stemmer recognises only with accents: folded and accented. Only endings that are
/// almost always accented, so that no other ending is mistaken for one.
fn endings(language: &str) -> &'static [(&'static str, &'static str)] {
    match language {
        "ca" => &[("cio", "ció")],
        "cs" => &[("ych", "ých"), ("eho", "ého"), ("ach", "ách"), ("emu", "ému")],
        // The participle's é is a plain e after folding: refugiee is stemmed as refugie.
        "fr" => &[("ees", "es"), ("ee", "e")],
        "pl" => &[("ow", "ów")],
        // Snowball does not unite -ção and -ções, so both become the singular.
        "pt" => &[("oes", "ao")],
        "uk" => &[("оі", "ої"), ("іі", "ії"), ("ии", "ий"), ("іи", "ій")],
        _ => &[],
    }
}

/// Applies Snowball's Arabic stemmer, by A. Chelli and others, to a stem of light10.
pub(super) fn arabic(word: &str) -> Cow<'_, str> {
    normalise(word, frostem::Stemmer::new(Snowball::Arabic).stem(word))
}
