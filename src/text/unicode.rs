//! Properties of single characters, and normal forms.

use icu_casemap::CaseMapper;
use icu_locale::{LanguageIdentifier, langid};
use icu_normalizer::ComposingNormalizerBorrowed;
use icu_properties::props::{
    CanonicalCombiningClass, DefaultIgnorableCodePoint, GeneralCategory, JoiningType, Script,
    SoftDotted,
};
use icu_properties::{CodePointMapData, CodePointSetData};

use super::lang::Lang;

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

/// True for ZERO WIDTH NON-JOINER and ZERO WIDTH JOINER.
pub(super) fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

/// True if a joiner between two characters changes their shape, by the rules of internationalised
/// domain names (RFC 5892, A.1 and A.2): a non-joiner between Arabic letters that would join, or
/// either one after a virama.
pub(super) fn joins(before: Option<char>, joiner: char, after: Option<char>) -> bool {
    let (Some(before), Some(after)) = (before, after) else { return false };
    let joining = |c| CodePointMapData::<JoiningType>::new().get(c);
    let class = CodePointMapData::<CanonicalCombiningClass>::new().get(before);
    let separates = joiner == '\u{200c}'
        && matches!(joining(before), JoiningType::DualJoining | JoiningType::LeftJoining)
        && matches!(joining(after), JoiningType::DualJoining | JoiningType::RightJoining);
    separates || (class == CanonicalCombiningClass::Virama && is_letter_or_number(after))
}

/// The lower case of a text in a language: of I in languages with a letter ı, and of a final sigma.
pub(super) fn lowercase(text: &str, lang: Option<&Lang>) -> String {
    let is_turkic = lang.is_some_and(Lang::has_dotless_i);
    let locale = if is_turkic { langid!("tr") } else { LanguageIdentifier::UNKNOWN };
    CaseMapper::new().lowercase_to_string(text, &locale).into_owned()
}

/// True for a letter whose dot a mark above replaces, such as i and j.
pub(super) fn is_soft_dotted(c: char) -> bool {
    CodePointSetData::new::<SoftDotted>().contains(c)
}

/// Replaces the presentation forms of Arabic letters, which old systems and PDF files contain, by the
/// letters. Ligatures that are characters of their own stay, such as ﷺ and ﷲ.
pub(super) fn plain_letters(text: &str) -> String {
    let is_form = |c| matches!(c, '\u{fb50}'..='\u{fd3d}' | '\u{fd50}'..='\u{fdc7}' | '\u{fe70}'..='\u{fefc}');
    if !text.contains(is_form) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_form(c) {
            // The forms of vowel signs without a letter have a space before them.
            out.extend(nfkc(c.encode_utf8(&mut [0; 4])).chars().filter(|c| *c != ' '));
        } else {
            out.push(c);
        }
    }
    out
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
