//! Folding: text into words that compare equal in all spellings.
//!
//! The steps: NFKC, word boundaries (UAX #29), then invisible characters, case, marks, letters and
//! digits of each word. Stemming is separate.

use icu_casemap::CaseMapper;
use icu_normalizer::DecomposingNormalizerBorrowed;
use icu_properties::props::GeneralCategory;
use unicode_segmentation::UnicodeSegmentation;

use super::lang::Lang;
use super::letters::{is_digit, letter, seat_hamza};
use super::plain;
use super::unicode::{
    TATWEEL, category, is_invisible, is_letter_or_number, is_mark, marks_are_optional, nfc, nfkc,
    script,
};

/// Version of the folding rules, stored beside anything computed with them. Rows of another version
/// must be folded again. Raise it with every change of output, Unicode data included.
pub const VERSION: u32 = 1;

pub use super::letters::MAX_TOKEN_CHARS;

/// One word of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// The folded word: not empty, without spaces, at most [`MAX_TOKEN_CHARS`] characters.
    pub text: String,
    /// Start of the word in the original text, in bytes.
    pub start: usize,
    /// End of the word in the original text, in bytes, exclusive. Both ends are grapheme
    /// boundaries. Two tokens have the same range if one character stands for several words (`﷽`).
    pub end: usize,
}

/// The elided words (`l'`, `d'`, `qu'`) to leave out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Elision {
    /// Leaves out none, as in a person's name or in English.
    Keep,
    /// Those of French.
    French,
    /// Those of Italian.
    Italian,
    /// Those of Catalan.
    Catalan,
    /// Those of all three, for a query of unknown language: fewer words can only find more.
    Any,
}

const FRENCH: &[&str] =
    &["c", "d", "j", "l", "m", "n", "s", "t", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu"];
const ITALIAN: &[&str] = &[
    "agl", "all", "c", "coll", "d", "dagl", "dall", "degl", "dell", "gl", "l", "m", "negl", "nell",
    "pell", "s", "sugl", "sull", "t", "un", "v",
];
const CATALAN: &[&str] = &["d", "l", "m", "n", "s", "t"];

impl Elision {
    /// Returns the rule for a text in `lang`.
    #[must_use]
    pub fn of(lang: &Lang) -> Self {
        match lang.language() {
            "fr" => Self::French,
            "it" => Self::Italian,
            "ca" => Self::Catalan,
            _ => Self::Keep,
        }
    }

    fn elides(self, word: &str) -> bool {
        match self {
            Self::Keep => false,
            Self::French => FRENCH.contains(&word),
            Self::Italian => ITALIAN.contains(&word),
            Self::Catalan => CATALAN.contains(&word),
            Self::Any => [FRENCH, ITALIAN, CATALAN].iter().any(|list| list.contains(&word)),
        }
    }
}

/// Folds a text into a key: its folded words, joined by a space. Two spellings of a text have one
/// key. Empty for a text without words. Idempotent.
///
/// ```
/// # use maqal::text::fold::fold;
/// assert_eq!(fold("مَدْرَســة الأُمّة"), fold("مدرسه الامه"));
/// ```
#[must_use]
pub fn fold(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    for token in tokens(text, Elision::Keep) {
        if !key.is_empty() {
            key.push(' ');
        }
        key.push_str(&token.text);
    }
    key
}

/// Returns the folded words of a text, in order, with their positions.
#[must_use]
pub fn tokens(text: &str, elision: Elision) -> Vec<Token> {
    let mut out = Vec::with_capacity(text.len() / 8);
    if plain::is_plain(text) {
        let mut folder = plain::WordFolder::default();
        for (start, word) in plain::words(text) {
            match folder.fold(word) {
                Some(text) => {
                    out.push(Token { text: text.to_owned(), start, end: start + word.len() });
                }
                None => tokenise(word, start, elision, &mut out),
            }
        }
    } else {
        tokenise(text, 0, elision, &mut out);
    }
    out
}

/// Tokenises text that begins at byte `offset` of the original, without the fast path.
pub(super) fn tokenise(text: &str, offset: usize, elision: Elision, out: &mut Vec<Token>) {
    let (normal, clusters) = normalise(text);
    let mut cluster = 0;
    for (at, word) in normal.unicode_word_indices() {
        let mut units = Vec::with_capacity(word.len());
        for (within, c) in word.char_indices() {
            while clusters.get(cluster).is_some_and(|k| k.normal_end <= at + within) {
                cluster += 1;
            }
            if let Some(k) = clusters.get(cluster) {
                units.push(Unit { c, start: offset + k.start, end: offset + k.end });
            }
        }
        split(&strip(&units), elision, out);
    }
}

/// A grapheme's range in the original text, and its end in the normalised text.
struct Cluster {
    normal_end: usize,
    start: usize,
    end: usize,
}

/// A character of the normalised text with its range in the original text.
#[derive(Clone, Copy)]
struct Unit {
    c: char,
    start: usize,
    end: usize,
}

/// Normalises to NFKC grapheme by grapheme, to keep the original positions.
fn normalise(text: &str) -> (String, Vec<Cluster>) {
    let mut normal = String::with_capacity(text.len());
    let mut clusters = Vec::with_capacity(text.len());
    for (start, grapheme) in text.grapheme_indices(true) {
        if grapheme.is_ascii() {
            normal.push_str(grapheme);
        } else if grapheme.starts_with(is_spacing_vowel_sign) {
            // They normalise to a space and a mark, which would split a word pasted from a PDF.
            normal.extend(nfkc(grapheme).chars().filter(|c| *c != ' '));
        } else {
            normal.push_str(&nfkc(grapheme));
        }
        let end = start + grapheme.len();
        clusters.push(Cluster { normal_end: normal.len(), start, end });
    }
    (normal, clusters)
}

/// Tashkeel encoded as spacing presentation forms.
fn is_spacing_vowel_sign(c: char) -> bool {
    matches!(c, '\u{fc5e}'..='\u{fc63}' | '\u{fcf2}'..='\u{fcf4}' | '\u{fe70}'..='\u{fe7f}')
}

/// Removes characters that are no part of a word's spelling: invisible characters, tatweel, the dot
/// of Catalan l·l, the marks of Hebrew acronyms, thousands separators.
fn strip(word: &[Unit]) -> Vec<Unit> {
    let mut spelling: Vec<Unit> = Vec::with_capacity(word.len());
    for unit in word {
        let after_hebrew = || {
            let last = spelling.iter().rev().find(|u| !is_mark(u.c));
            last.is_some_and(|u| script(u.c) == icu_properties::props::Script::Hebrew)
        };
        let drop = match unit.c {
            TATWEEL | '·' | '\u{5f3}' | '\u{5f4}' => true,
            '"' | '\'' => after_hebrew(),
            c => is_invisible(c),
        };
        if !drop {
            spelling.push(*unit);
        }
    }
    let mut at = 0;
    while at < spelling.len() {
        let end = at + spelling[at..].iter().take_while(|u| is_numeral(u.c)).count();
        if is_grouped(&spelling[at..end]) {
            let before = spelling.len();
            let mut index = 0;
            spelling.retain(|u| {
                index += 1;
                !(at < index && index <= end && is_thousands_separator(u.c))
            });
            at = end - (before - spelling.len());
        }
        at = at.max(end.min(spelling.len())) + 1;
    }
    spelling
}

fn is_thousands_separator(c: char) -> bool {
    matches!(c, ',' | '٬')
}

fn is_numeral(c: char) -> bool {
    is_thousands_separator(c) || is_digit(c)
}

/// True if digits and separators form one number: 1–3 digits, then groups of three.
fn is_grouped(run: &[Unit]) -> bool {
    let mut groups = run.split(|u| is_thousands_separator(u.c)).map(<[Unit]>::len);
    let first = groups.next().unwrap_or(0);
    let mut rest = 0;
    (1..=3).contains(&first) && groups.all(|n| (n == 3).then(|| rest += 1).is_some()) && rest > 0
}

/// Splits a word at everything but letters, numbers and marks, and folds the parts.
fn split(word: &[Unit], elision: Elision, out: &mut Vec<Token>) {
    let mut rest = word;
    while !rest.is_empty() {
        let len = rest
            .iter()
            .position(|u| !is_letter_or_number(u.c) && !is_mark(u.c))
            .unwrap_or(rest.len());
        let (part, tail) = rest.split_at(len);
        let elided = matches!(tail, [mark, _, ..] if is_apostrophe(mark.c));
        rest = tail.get(1..).unwrap_or_default();
        if let Some(token) = fold_part(part)
            && !(elided && elision.elides(&token.text))
        {
            out.push(token);
        }
    }
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '\u{2018}' | '\u{2019}')
}

/// Folds one part of a word. `None` for a part of marks only.
fn fold_part(part: &[Unit]) -> Option<Token> {
    let part = &part[part.iter().position(|u| !is_mark(u.c))?..];
    let (first, last) = (part.first()?, part.last()?);
    // The flag marks a hamza that may become a waw, see `seat_hamza`.
    let mut letters: Vec<(char, bool)> = Vec::with_capacity(part.len());
    let mut base = first.c;
    for unit in part {
        if is_mark(unit.c) {
            if !marks_are_optional(base) && category(unit.c) != GeneralCategory::EnclosingMark {
                letters.push((unit.c, false));
            }
            continue;
        }
        let is_hamza = matches!(unit.c, 'ء' | 'ئ');
        decompose(unit.c, &mut |c| {
            if !is_mark(c) {
                letter(c, &mut |c| {
                    base = c;
                    letters.push((c, is_hamza));
                });
            } else if !marks_are_optional(base) {
                letters.push((c, false));
            }
        });
    }
    seat_hamza(&mut letters);
    let composed = nfc(&letters.iter().map(|l| l.0).collect::<String>());
    let text: String = composed.chars().take(MAX_TOKEN_CHARS).collect();
    (!text.is_empty()).then_some(Token { text, start: first.start, end: last.end })
}

/// Applies full case folding, then NFKD.
fn decompose(c: char, emit: &mut impl FnMut(char)) {
    if c.is_ascii() {
        return emit(c.to_ascii_lowercase());
    }
    let mut bytes = [0; 4];
    let folded = CaseMapper::new().fold_string(c.encode_utf8(&mut bytes));
    DecomposingNormalizerBorrowed::new_nfkd().normalize_iter(folded.chars()).for_each(emit);
}
