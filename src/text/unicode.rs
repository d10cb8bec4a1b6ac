//! Properties of single characters, and normal forms.

use icu_normalizer::ComposingNormalizerBorrowed;
use icu_properties::props::{DefaultIgnorableCodePoint, GeneralCategory, Script};
use icu_properties::{CodePointMapData, CodePointSetData};

/// ARABIC TATWEEL, which stretches a line and has no meaning.
pub(super) const TATWEEL: char = '\u{640}';

/// The general category of a character.
pub(super) fn category(c: char) -> GeneralCategory {
    CodePointMapData::<GeneralCategory>::new().get(c)
}

/// True for a character without appearance or role in spelling: bidi marks, soft hyphen, ZWNJ,
/// variation selectors, Hangul fillers, byte order mark.
pub(super) fn is_invisible(c: char) -> bool {
    !c.is_ascii()
        && (category(c) == GeneralCategory::Format
            || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c))
}

/// True for a combining mark of any kind.
pub(super) fn is_mark(c: char) -> bool {
    use GeneralCategory as G;
    !c.is_ascii() && matches!(category(c), G::NonspacingMark | G::SpacingMark | G::EnclosingMark)
}

/// True for a letter or a number.
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

/// True for a letter of a script with optional marks: accents and vowel points. In Indic scripts
/// and Thai the marks are the vowels themselves.
pub(super) fn marks_are_optional(c: char) -> bool {
    c.is_ascii()
        || matches!(
            script(c),
            Script::Arabic | Script::Hebrew | Script::Latin | Script::Greek | Script::Cyrillic
        )
}

/// True for a mark of Arabic or Hebrew letters: tashkeel, Quranic signs, niqqud.
pub(super) fn is_vowel_point(c: char) -> bool {
    category(c) == GeneralCategory::NonspacingMark
        && (matches!(script(c), Script::Arabic | Script::Hebrew)
            || matches!(c, '\u{64b}'..='\u{655}' | '\u{670}'))
}

/// The script of a character.
pub(super) fn script(c: char) -> Script {
    CodePointMapData::<Script>::new().get(c)
}

/// True for a control that reorders the surrounding text: embeddings, overrides, isolates. In a
/// title or a name it can only deceive or garble.
pub(super) fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Unicode normal form C.
pub(super) fn nfc(text: &str) -> String {
    ComposingNormalizerBorrowed::new_nfc().normalize(text).into_owned()
}

/// Unicode normal form KC, which also expands ﷽. Unicode decomposes ﷺ and ﷲ, but not that one.
pub(super) fn nfkc(text: &str) -> String {
    let normal = ComposingNormalizerBorrowed::new_nfkc().normalize(text);
    if normal.contains('﷽') {
        normal.replace('﷽', "بسم الله الرحمن الرحيم")
    } else {
        normal.into_owned()
    }
}
