//! The questions about single characters that the other files of `text` share.
//!
//! Called by `clean`, `fold`, `slug`, `tidy`. Calls the property tables of `icu_properties`.

use icu_normalizer::ComposingNormalizerBorrowed;
use icu_properties::props::{DefaultIgnorableCodePoint, GeneralCategory, Script};
use icu_properties::{CodePointMapData, CodePointSetData};

/// ARABIC TATWEEL: stretches a line, carries no meaning.
pub(super) const TATWEEL: char = '\u{640}';

/// The general category of a character.
pub(super) fn category(c: char) -> GeneralCategory {
    CodePointMapData::<GeneralCategory>::new().get(c)
}

/// A character with no appearance and no part in spelling: bidi marks, soft hyphen, ZWNJ,
/// variation selectors, Hangul fillers, byte order mark.
pub(super) fn is_invisible(c: char) -> bool {
    !c.is_ascii()
        && (category(c) == GeneralCategory::Format
            || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c))
}

/// A combining mark of any kind.
pub(super) fn is_mark(c: char) -> bool {
    use GeneralCategory as G;
    !c.is_ascii() && matches!(category(c), G::NonspacingMark | G::SpacingMark | G::EnclosingMark)
}

/// A letter or a number: what a word is made of besides its marks.
pub(super) fn is_letter_or_number(c: char) -> bool {
    use GeneralCategory as G;
    if c.is_ascii() {
        return c.is_ascii_alphanumeric();
    }
    matches!(
        category(c),
        G::UppercaseLetter
            | G::LowercaseLetter
            | G::TitlecaseLetter
            | G::ModifierLetter
            | G::OtherLetter
            | G::DecimalNumber
            | G::LetterNumber
            | G::OtherNumber
    )
}

/// Whether a letter belongs to a script whose marks are accents and vowel points, so that spelling
/// varies with and without them. In Indic scripts and Thai the marks are the vowels themselves.
pub(super) fn marks_are_optional(c: char) -> bool {
    c.is_ascii()
        || matches!(
            script(c),
            Script::Arabic | Script::Hebrew | Script::Latin | Script::Greek | Script::Cyrillic
        )
}

/// Whether a mark makes another letter of a letter whose marks are otherwise optional: й, ў, ї, ѓ and
/// ќ are letters of their alphabets, which nobody leaves the mark out of, as they do with ё.
pub(super) fn is_part_of_letter(base: char, mark: char) -> bool {
    matches!((base, mark), ('и' | 'у', '\u{306}') | ('і', '\u{308}') | ('г' | 'к', '\u{301}'))
}

/// Whether a mark is written with Arabic or Hebrew letters: tashkeel, Quranic signs, niqqud.
pub(super) fn is_vowel_point(c: char) -> bool {
    category(c) == GeneralCategory::NonspacingMark
        && (matches!(script(c), Script::Arabic | Script::Hebrew)
            || matches!(c, '\u{64b}'..='\u{655}' | '\u{670}'))
}

/// The script of a character.
pub(super) fn script(c: char) -> Script {
    CodePointMapData::<Script>::new().get(c)
}

/// The invisible characters that reorder the text around them: embeddings, overrides, isolates.
/// In a title or a name they only serve to deceive or to garble the line they are shown in.
pub(super) fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Unicode normal form C.
pub(super) fn nfc(text: &str) -> String {
    ComposingNormalizerBorrowed::new_nfc().normalize(text).into_owned()
}

/// Unicode normal form KC, which also spells out ﷽: Unicode decomposes ﷺ and ﷲ, but not that one.
pub(super) fn nfkc(text: &str) -> String {
    let normal = ComposingNormalizerBorrowed::new_nfkc().normalize(text);
    if normal.contains('﷽') {
        normal.replace('﷽', "بسم الله الرحمن الرحيم")
    } else {
        normal.into_owned()
    }
}
