//! The runs of a written word: digits, and letters of one script.

use icu_properties::props::Script;
use unicode_segmentation::UnicodeSegmentation;

use super::grams::is_unspaced;
use super::letters::is_digit;
use super::unicode::{nfkc, script};

/// The kind of a character that begins a run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A digit of any script.
    Digit,
    /// A letter of a script. All scripts without spaces count as Han. Greek and Cyrillic count as
    /// Latin: «μm» and «Covid» with a Cyrillic С are one word, and their halves would find others.
    Letter(Script),
    /// An apostrophe that Unicode counts as a letter, as in oʻzbek. It separates like others.
    Apostrophe,
}

impl Kind {
    /// Returns the kind of a character. `None` for one that belongs to the run before it.
    fn of(c: char) -> Option<Self> {
        // The letters of most words need no tables.
        if c.is_ascii_alphabetic() {
            return Some(Self::Letter(Script::Latin));
        }
        if matches!(c, 'ء'..='غ' | 'ف'..='ي') {
            return Some(Self::Letter(Script::Arabic));
        }
        if is_digit(c) {
            return Some(Self::Digit);
        }
        if is_unspaced(c) {
            return Some(Self::Letter(Script::Han));
        }
        match script(c) {
            _ if matches!(c, 'ʻ' | 'ʼ' | 'ʾ' | 'ʿ') => Some(Self::Apostrophe),
            Script::Common | Script::Inherited | Script::Unknown => None,
            Script::Latin | Script::Greek | Script::Cyrillic => Some(Self::Letter(Script::Latin)),
            script => Some(Self::Letter(script)),
        }
    }
}

/// True for a folded word of several runs: iPhone15, ٢٠٢٤م, وB52, oʻzbek.
pub(super) fn is_mixed(word: &str) -> bool {
    let mut kinds = word.chars().filter_map(Kind::of);
    let first = kinds.next();
    kinds.any(|kind| Some(kind) != first)
}

/// Returns the runs of a written word, each with its byte range. Other characters belong to the run
/// before them.
pub(super) fn runs(written: &str) -> Vec<(Kind, std::ops::Range<usize>)> {
    let mut runs: Vec<(Kind, std::ops::Range<usize>)> = Vec::new();
    for (at, grapheme) in written.grapheme_indices(true) {
        let end = at + grapheme.len();
        // ŉ is an apostrophe and a letter.
        let normal = nfkc(grapheme);
        let mut kinds = normal.chars().filter_map(Kind::of);
        let kind = kinds.clone().find(|kind| *kind != Kind::Apostrophe).or_else(|| kinds.next());
        match (runs.last_mut(), kind) {
            (Some((_, range)), None) => range.end = end,
            (Some((before, range)), Some(kind)) if *before == kind => range.end = end,
            (_, Some(kind)) => runs.push((kind, at..end)),
            (None, None) => {}
        }
    }
    runs
}
